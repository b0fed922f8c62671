import { Module } from '@nestjs/common';
import { RecordEvent } from '../../kernel/record-event';
import { Outbox } from './outbox';

@Module({
  providers: [{ provide: RecordEvent, useClass: Outbox }],
  exports: [RecordEvent],
})
export class EventsModule {}
