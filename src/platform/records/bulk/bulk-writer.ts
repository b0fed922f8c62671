import { Injectable } from '@nestjs/common';
import type { Author } from '../../../kernel/caller';
import { differenceOf, previousOf } from '../../../kernel/difference';
import { EventRecorder } from '../../../kernel/event-recorder';
import { type EventEntity, recordKinds } from '../../../kernel/record-kinds';
import { isReferenceGone, LookAgain } from '../../database/constraints';
import { Transactions } from '../../database/transactions';
import { DomainEvents } from '../../outbox/domain-events';
import type { FoundReferences, RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { RecordStore } from '../record-store';
import type { BulkState } from './bulk-state';

/** Writes what many changes come to, by one deletion, one update, one insertion and one insertion of events. */
@Injectable()
export class BulkWriter {
  constructor(
    private readonly store: RecordStore,
    private readonly transactions: Transactions,
    private readonly domainEvents: DomainEvents,
    private readonly events: EventRecorder,
  ) {}

  /** Runs in the caller's transaction, which is run again if a record that is referred to is gone by now. */
  async write<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    state: BulkState<Row>,
    found: FoundReferences,
  ): Promise<void> {
    const { account_id } = author;
    const { deleted, changed, created } = state.outcome;
    const changes = changed.map(({ before, after }) => ({ after, difference: differenceOf<Row>(before, after) }));
    try {
      if (deleted.length > 0) {
        const ids = deleted.map(({ id }) => id);
        await this.store.delete(record, account_id, ids);
        if (record.isReferredTo) await this.domainEvents.emit('record.deleted', { account_id });
      }
      await this.transactions.pipelined(
        this.store.update(record, account_id, changes),
        this.store.insert(record, account_id, created),
        this.recordEvents(record, author, state, found),
      );
    } catch (error) {
      throw isReferenceGone(error) ? new LookAgain('A record that is referred to is gone.', { cause: error }) : error;
    }
  }

  private async recordEvents<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    author: Author,
    { events }: BulkState<Row>,
    found: FoundReferences,
  ): Promise<void> {
    if (!recordKinds[record.kind].hasEvents || events.length === 0) return;
    const told = events.map(({ change, before, after }) => {
      const data = record.view(after, found);
      const previous =
        change === 'updated' ? { previous: previousOf(record.view(before!, found) as never, data as never) } : {};
      return { type: `${record.kind as EventEntity}.${change}` as const, entity_id: after.id, data, ...previous };
    });
    await this.events.recordMany(author, told);
  }
}
