import { Module } from '@nestjs/common';
import { RecordEvent } from '../../kernel/record-event';
import { Announcements } from './announcements';
import { Outbox } from './outbox';

@Module({
  providers: [Announcements, { provide: RecordEvent, useClass: Outbox }],
  exports: [Announcements, RecordEvent],
})
export class EventsModule {}
