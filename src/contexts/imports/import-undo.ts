import { Injectable } from '@nestjs/common';
import type { ImportableEntity } from '../../kernel/record-kinds';
import type { AccountId } from '../../kernel/account-id';
import type { Author } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { Transactions } from '../../platform/database/transactions';
import { Importables } from '../../platform/records/importables';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { ImportChangesRepository, type KeptChanges } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import type { Import } from './import.entity';
import { ImportsRepository } from './imports.repository';
import type { RowFaults } from './rows/row-faults';
import { UndoValues } from './undo-values';

/**
 * Undoes what an import did, the last batch first. So the changes of a record are undone before its creation, and
 * records go before those that were made for them.
 */
@Injectable()
export class ImportUndo {
  constructor(
    private readonly changes: ImportChangesRepository,
    private readonly repository: ImportsRepository,
    private readonly errors: ImportErrorsRepository,
    private readonly importables: Importables,
    private readonly store: RecordStore,
    private readonly records: RecordChanges,
    private readonly values: UndoValues,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Undoes one batch in one transaction. @returns false if nothing is left. @throws Superseded */
  async undoLast(job: Import, author: Author): Promise<boolean> {
    return this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const changes = await this.changes.findLast(job);
      if (!changes) return false;
      const used = await this.findUsed(author.account_id, changes);
      const leaving = changes.created.map(({ id }) => id).filter((id) => !used.has(id));
      const restoring = await this.restore(job, author, changes, leaving);
      const { record } = this.importables.ofEntity(changes.entity);
      if (leaving.length > 0) await this.records.deleteMany(record, author, leaving);
      const staying = changes.created.flatMap(({ id, row }) =>
        used.has(id) ? [conflictOf(row, changes.entity, id, used.get(id)!)] : [],
      );
      const conflicts = [...restoring.conflicts, ...staying];
      await this.errors.insert(job, conflicts, true);
      await this.changes.markUndone(job, changes.number, restoring.at, restoring.restored);
      await this.repository.advanceUndo(job, conflicts.length);
      return true;
    });
  }

  private async restore(job: Import, author: Author, { entity, updated }: KeptChanges, leaving: readonly string[]) {
    // Several rows of a batch may have changed the same record. Waves undo such changes like the import made them, the
    // last one first.
    const latest = new Map(updated.map((change) => [change.id, change]));
    const firstOf = new Map([...updated].reverse().map((change) => [change.id, change]));
    const befores = new Map<string, Record<string, unknown>>();
    for (const { id, before } of [...updated].reverse()) befores.set(id, { ...befores.get(id), ...before });
    const { record } = this.importables.ofEntity(entity);
    const validate = await this.values.load(job.account_id, record, [...befores.values()]);
    const rows = await this.store.lock(record, job.account_id, [...latest.keys()]);
    const present = new Map(rows.map(({ id, updated_at }) => [id, updated_at]));
    const changed = [...present].flatMap(([id, moment]) => {
      const left = latest.get(id)!.at;
      return moment.getTime() === left.getTime() ? [] : [{ id, present: moment, left }];
    });
    const byUs = changed.length > 0 ? await this.changes.findRestored(job, changed) : new Set<string>();
    const byOthers = new Set(changed.map(({ id }) => id).filter((id) => !byUs.has(id)));
    const faultOf = (id: string) =>
      !present.has(id) ? 'was deleted since' : byOthers.has(id) ? 'was changed since, and is left as it is' : null;
    const ids = [...firstOf.keys()];
    const { restorations, taken } = await this.values.restorable(
      job.account_id,
      validate,
      ids.filter((id) => faultOf(id) === null).map((id) => ({ id, before: befores.get(id)! })),
      leaving,
    );
    const left = ids.filter((id) => faultOf(id) !== null);
    const untold = await this.withoutTold(job, left);
    const conflicts = [
      ...untold.map((id) => conflictOf(firstOf.get(id)!.row, entity, id, faultOf(id)!)),
      ...taken.map((id) => conflictOf(firstOf.get(id)!.row, entity, id, lostValue)),
    ];
    const [written] = restorations.length > 0 ? await this.records.restoreMany(record, author, restorations) : [];
    return { conflicts, at: written?.at ?? this.clock.now(), restored: restorations.map(({ id }) => id) };
  }

  /**
   * Leaves out conflicts that were already reported for a record. A record that the import made is deleted all the
   * same.
   */
  private async withoutTold(job: Import, ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const [told, made] = [await this.errors.findConflicts(job, ids), await this.changes.findCreated(job, ids)];
    return ids.filter((id) => !told.has(id) && !made.has(id));
  }

  /** @returns why records that the import made stay: other records refer to them. */
  private async findUsed(accountId: AccountId, { entity, created }: KeptChanges): Promise<ReadonlyMap<string, string>> {
    const used = new Map<string, string>();
    if (created.length === 0) return used;
    const ids = created.map(({ id }) => id);
    for (const use of this.importables.usesOf(entity))
      for (const id of await use.findUsed(accountId, ids)) used.set(id, use.fault);
    return used;
  }
}

const lostValue = 'did not get back a value that no two records have, because another record has it by now';

function conflictOf(row: number, entity: ImportableEntity, id: string, fault: string): RowFaults {
  return {
    row,
    cells: null,
    faults: [{ column: null, field: 'id', value: id, message: `the ${entity} ${fault}` }],
  };
}
