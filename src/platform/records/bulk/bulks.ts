import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../kernel/caller';
import { DomainError, InvalidInputError } from '../../../kernel/domain-error';
import { Transactions } from '../../database/transactions';
import { mapInTurns } from '../../map-in-turns';
import type { RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { bulkAnswer } from './bulk-answer';
import { BulkChanges } from './bulk-changes';
import { explained, readItem, readUpsert, refusedBy } from './bulk-item';
import type { BulkInput, UpsertInput } from './bulk.dto';
import type { BulkView, UpsertView } from './bulk.view';

/** Maximum number of neighbouring items with different actions. */
const maxChangesOfAction = 50;

/** Upsert and bulk for every kind of record (docs/contract.md, section 8). */
@Injectable()
export class Bulks {
  constructor(
    private readonly changes: BulkChanges,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Changes the record with this value, or makes it. Two of them at once never make two records of one value.
   *
   * @throws DomainError `<namespace>.ambiguous_match` if several records have the value; else as a create or a PATCH.
   */
  async upsert<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    caller: Caller,
    { match_by, data }: UpsertInput,
  ): Promise<UpsertView<View>> {
    const item = tried(() => refusedBy(record, () => readUpsert(record, match_by, data)));
    if (item instanceof DomainError) throw explained(item);
    return this.transactions.run(async () => {
      const [result] = await this.changes.apply(record, caller, [item], false);
      if (result instanceof DomainError) throw explained(result);
      const { outcome, view } = result!;
      const isTriedOut = outcome === 'created' && this.transactions.isDryRun;
      return { outcome: outcome as 'created', record: isTriedOut ? { ...view, id: null } : view };
    });
  }

  /** @throws DomainError if the request is refused as a whole; atomic: for the first item that fails. */
  async bulk<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    caller: Caller,
    { items, atomic = false, return: returned = 'ids' }: BulkInput,
  ): Promise<BulkView> {
    assertSorted(items);
    const read = await mapInTurns(items, (item) => tried(() => readItem(record, item)));
    return this.transactions.run(async () => {
      const results = await this.changes.apply(record, caller, read, atomic);
      return bulkAnswer(results, returned === 'records', this.transactions.isDryRun);
    });
  }
}

function tried<Item>(read: () => Item): Item | DomainError {
  try {
    return read();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** @throws InvalidInputError if actions alternate so often that the items are hardly a bulk. */
function assertSorted(items: readonly unknown[]): void {
  const actions = items.map((item) => (item as { readonly action?: unknown } | null | undefined)?.action);
  const changes = actions.filter((action, index) => index > 0 && action !== actions[index - 1]).length;
  if (changes <= maxChangesOfAction) return;
  const message = `items change their action ${changes} times, which is more than ${maxChangesOfAction}: sort items by action`;
  throw new InvalidInputError([{ field: 'items', message }]);
}
