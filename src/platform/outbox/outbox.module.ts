import { Module } from '@nestjs/common';
import { EventRecorder } from '../../kernel/event-recorder';
import { DomainEvents } from './domain-events';
import { EventsRetentionJob } from './events-retention-job';
import { Outbox } from './outbox';
import { Relay } from './relay';

@Module({
  providers: [DomainEvents, EventsRetentionJob, Relay, { provide: EventRecorder, useClass: Outbox }],
  exports: [DomainEvents, EventRecorder, Relay],
})
export class OutboxModule {}
