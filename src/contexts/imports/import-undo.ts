import { Injectable } from '@nestjs/common';
import type { ImportableEntity } from '../../kernel/record-kinds';
import type { Author } from '../../kernel/caller';
import type { Restoration } from '../../platform/records/many-records';
import { Clock } from '../../kernel/clock';
import type { CustomFieldValues } from '../../kernel/custom-field-values';
import { Transactions } from '../../platform/database/transactions';
import { CustomFieldRules } from '../../platform/records/custom-field-rules';
import { Importables } from '../../platform/records/importables';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { ImportChangesRepository, type KeptChanges } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import type { Import } from './import.entity';
import { ImportsRepository } from './imports.repository';
import type { RowFaults } from './rows/row-faults';

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
    private readonly customFields: CustomFieldRules,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Undoes one batch in one transaction. @returns false if nothing is left. @throws Superseded */
  async undoLast(job: Import, author: Author): Promise<boolean> {
    return this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const changes = await this.changes.findLast(job);
      if (!changes) return false;
      const restoring = await this.restore(job, author, changes);
      const deleting = await this.delete(author, changes);
      const conflicts = [...restoring.conflicts, ...deleting];
      await this.errors.insert(job, conflicts, true);
      await this.changes.markUndone(job, changes.number, restoring.at, restoring.restored);
      await this.repository.advanceUndo(job, conflicts.length);
      return true;
    });
  }

  private async restore(job: Import, author: Author, { entity, updated }: KeptChanges) {
    // Several rows of a batch may have changed the same record. Waves undo such changes like the import made them, the
    // last one first.
    const latest = new Map(updated.map((change) => [change.id, change]));
    const firstOf = new Map([...updated].reverse().map((change) => [change.id, change]));
    const befores = new Map<string, Record<string, unknown>>();
    for (const { id, before } of [...updated].reverse()) befores.set(id, { ...befores.get(id), ...before });
    const withValidValues = await this.valuesFilter(job, entity, [...befores.values()]);
    const { record } = this.importables.ofEntity(entity);
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
    const restorations = ids
      .filter((id) => faultOf(id) === null)
      .map((id) => ({ id, before: withValidValues(befores.get(id)!) }));
    const left = ids.filter((id) => faultOf(id) !== null);
    const untold = await this.withoutTold(job, left);
    const conflicts = untold.map((id) => conflictOf(firstOf.get(id)!.row, entity, id, faultOf(id)!));
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

  /**
   * Locks the definitions before any record; a caller who removes a definition uses the same order.
   *
   * @returns a function that drops the values of fields and options that were removed since.
   */
  private async valuesFilter(job: Import, entity: ImportableEntity, befores: readonly Restoration['before'][]) {
    const valuesOf = (before: Restoration['before']) => before.custom_fields as CustomFieldValues | undefined;
    const ids = new Set(befores.flatMap((before) => Object.keys(valuesOf(before) ?? {})));
    const { customFields } = this.importables.ofEntity(entity).record;
    if (ids.size === 0 || !customFields) return (before: Restoration['before']) => before;
    const validate = await this.customFields.loadValidator(job.account_id, customFields.entityType, [...ids]);
    return (before: Restoration['before']) => {
      const values = valuesOf(before);
      return values ? { ...before, custom_fields: validate(values, false).values } : before;
    };
  }

  /** @returns the records that could not be deleted because other records refer to them. */
  private async delete(author: Author, { entity, created }: KeptChanges): Promise<RowFaults[]> {
    if (created.length === 0) return [];
    const ids = created.map(({ id }) => id);
    const used = new Map<string, string>();
    for (const use of this.importables.usesOf(entity))
      for (const id of await use.findUsed(author.account_id, ids)) used.set(id, use.fault);
    await this.records.deleteMany(
      this.importables.ofEntity(entity).record,
      author,
      ids.filter((id) => !used.has(id)),
    );
    return created.flatMap(({ id, row }) => (used.has(id) ? [conflictOf(row, entity, id, used.get(id)!)] : []));
  }
}

function conflictOf(row: number, entity: ImportableEntity, id: string, fault: string): RowFaults {
  return {
    row,
    cells: null,
    faults: [{ column: null, field: 'id', value: id, message: `the ${entity} ${fault}` }],
  };
}
