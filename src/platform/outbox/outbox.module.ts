import { Module } from '@nestjs/common';
import { RecordEvent } from '../../kernel/record-event';
import { Announcements } from './announcements';
import { EventsCleanUp } from './events-clean-up';
import { Outbox } from './outbox';
import { Relay } from './relay';

@Module({
  providers: [Announcements, EventsCleanUp, Relay, { provide: RecordEvent, useClass: Outbox }],
  exports: [Announcements, RecordEvent, Relay],
})
export class OutboxModule {}
