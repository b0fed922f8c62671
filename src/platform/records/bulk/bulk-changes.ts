import { Injectable } from '@nestjs/common';
import type { Author } from '../../../kernel/caller';
import { Clock } from '../../../kernel/clock';
import { DomainError } from '../../../kernel/domain-error';
import { tooBusy } from '../../../kernel/too-busy';
import { Transactions } from '../../database/transactions';
import { mapInTurns } from '../../map-in-turns';
import type { RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { BulkDecider, type Decision } from './bulk-decisions';
import { type BulkItem, explained, withoutIds } from './bulk-item';
import { BulkLookup } from './bulk-lookup';
import { BulkWriter } from './bulk-writer';

/** What an item asks for, or why it is refused by itself. */
export type ReadItem = BulkItem | DomainError;

/** What became of an item: its outcome with the record as answers show it, or why it failed. */
export type ItemResult<View> = (Omit<Decision<never>, 'row'> & { readonly view: View }) | DomainError;

/** Milliseconds for all items of a request. */
const timeoutMs = 30_000;

/**
 * Applies many items in one transaction: looks everything up, decides about the items in memory, and writes what they come to by
 * one deletion, one update, one insertion and one insertion of events (docs/decisions/0053-bulk.md).
 */
@Injectable()
export class BulkChanges {
  constructor(
    private readonly lookup: BulkLookup,
    private readonly writer: BulkWriter,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * @param isAtomic whether nothing is done if one item fails.
   * @returns a result for each item, in their order.
   * @throws DomainError that of the first item that fails, if atomic, with `items[<index>]` before its fields;
   * `rate_limit.exceeded` if it takes longer than 30 seconds.
   */
  async apply<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    author: Author,
    items: readonly ReadItem[],
    isAtomic: boolean,
  ): Promise<ItemResult<View>[]> {
    const until = performance.now() + timeoutMs;
    return this.transactions.run(async () => {
      await this.transactions.setTimeout(remaining(until));
      const good = items.filter((item): item is BulkItem => !(item instanceof DomainError));
      const context = await this.lookup.of(record, author, good);
      const decider = new BulkDecider(record, author, context, this.clock.now());
      const decisions = await mapInTurns(items, (item, index) => {
        const decision = decided(decider, item);
        if (isAtomic && decision instanceof DomainError) {
          const unmade = new Set(context.state.outcome.created.map(({ id }) => id));
          throw atItem(withoutIds(explained(decision), unmade), index);
        }
        return decision;
      });
      await this.transactions.setTimeout(remaining(until));
      await this.writer.write(record, author, context.state, context.targets);
      return decisions.map((decision) =>
        decision instanceof DomainError
          ? decision
          : { outcome: decision.outcome, view: record.view(decision.row, context.targets) },
      );
    });
  }
}

function decided<Row extends RecordRow>(decider: BulkDecider<Row>, item: ReadItem): Decision<Row> | DomainError {
  if (item instanceof DomainError) return item;
  try {
    return decider.decide(item);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** The error of an item as that of its request. */
function atItem({ definition, message, details }: DomainError, index: number): DomainError {
  const item = `items[${index}]`;
  const prefixed = details?.map((detail) => ({ ...detail, field: detail.field ? `${item}.${detail.field}` : item }));
  return new DomainError(definition, {
    message: `${item}: ${message}`,
    details: prefixed ?? [{ field: item, message }],
  });
}

/** @throws DomainError when the time is up. */
function remaining(until: number): number {
  const ms = Math.floor(until - performance.now());
  if (ms <= 0) throw tooBusy(new Error('A bulk took too long.'));
  return ms;
}
