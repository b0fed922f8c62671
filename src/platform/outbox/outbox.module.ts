import { Module } from '@nestjs/common';
import { RecordEvent } from '../../kernel/record-event';
import { DomainEvents } from './domain-events';
import { EventsRetentionJob } from './events-retention-job';
import { Outbox } from './outbox';
import { Relay } from './relay';

@Module({
  providers: [DomainEvents, EventsRetentionJob, Relay, { provide: RecordEvent, useClass: Outbox }],
  exports: [DomainEvents, RecordEvent, Relay],
})
export class OutboxModule {}
