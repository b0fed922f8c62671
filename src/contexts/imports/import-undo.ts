import { Injectable } from '@nestjs/common';
import type { Author } from '../../kernel/caller';
import type { Restoration } from '../../kernel/bulk';
import { Clock } from '../../kernel/clock';
import type { CustomFieldValues } from '../../kernel/custom-field-values';
import { Transactions } from '../../platform/database/transactions';
import { ContactsBulkService } from '../contacts/contacts-bulk.service';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { ImportChangesRepository, type ImportedEntity, type KeptChanges } from './import-changes.repository';
import { ImportErrorsRepository, type RowFaults } from './import-errors.repository';
import type { Import } from './import.entity';
import { ImportsRepository } from './imports.repository';
import { RecordKinds } from './record-kinds';

/**
 * Takes back what an import did, the last batch first: so a record that was made and then changed meets its changes before its
 * making, and contacts go before the companies that were made for them.
 */
@Injectable()
export class ImportUndo {
  constructor(
    private readonly changes: ImportChangesRepository,
    private readonly repository: ImportsRepository,
    private readonly errors: ImportErrorsRepository,
    private readonly kinds: RecordKinds,
    private readonly contacts: ContactsBulkService,
    private readonly customFields: CustomFieldsService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** One batch, in one transaction. @returns false when nothing is left. @throws Superseded */
  async undoLast(job: Import, author: Author): Promise<boolean> {
    return this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const changes = await this.changes.findLast(job);
      if (!changes) return false;
      const restoring = await this.restore(job, author, changes);
      const deleting = await this.delete(author, changes);
      const conflicts = [...restoring.conflicts, ...deleting];
      await this.errors.insert(job, conflicts, true);
      await this.changes.markUndone(job, changes.id, restoring.at, restoring.restored);
      await this.repository.advanceUndo(job, conflicts.length);
      return true;
    });
  }

  private async restore(job: Import, author: Author, { entity, updated }: KeptChanges) {
    // In waves like those of the import, the last one first: of a record that rows of one batch changed more than once.
    const latest = new Map(updated.map((change) => [change.id, change]));
    const firstOf = new Map([...updated].reverse().map((change) => [change.id, change]));
    const befores = new Map<string, Record<string, unknown>>();
    for (const { id, before } of [...updated].reverse()) befores.set(id, { ...befores.get(id), ...before });
    const present = await this.kinds.recordsOf(entity).lock(job.account_id, [...latest.keys()]);
    const changed = new Map([...present].filter(([id, moment]) => moment.getTime() !== latest.get(id)!.at.getTime()));
    const byUs = changed.size > 0 ? await this.changes.findRestored(job, changed) : new Set<string>();
    const conflicts: RowFaults[] = [];
    const restorations: Restoration[] = [];
    for (const [id, { row }] of firstOf) {
      const fault = !present.has(id)
        ? 'was deleted since'
        : changed.has(id) && !byUs.has(id)
          ? 'was changed since, and is left as it is'
          : null;
      if (fault === null) restorations.push({ id, before: befores.get(id)! });
      else conflicts.push(conflictOf(row, entity, id, fault));
    }
    const cleaned = await this.withValidValues(job, entity, restorations);
    const [written] = cleaned.length > 0 ? await this.kinds.recordsOf(entity).restore(author, cleaned) : [];
    return { conflicts, at: written?.at ?? this.clock.now(), restored: cleaned.map(({ id }) => id) };
  }

  /** Values of fields and options that were removed in the meantime stay away. */
  private async withValidValues(
    job: Import,
    entity: ImportedEntity,
    restorations: readonly Restoration[],
  ): Promise<readonly Restoration[]> {
    const valuesOf = ({ before }: Restoration) => before.custom_fields as CustomFieldValues | undefined;
    const ids = new Set(restorations.flatMap((restoration) => Object.keys(valuesOf(restoration) ?? {})));
    if (ids.size === 0 || entity === 'source') return restorations;
    const judge = await this.customFields.judgeOfMany(job.account_id, entity, [...ids]);
    return restorations.map((restoration) => {
      const values = valuesOf(restoration);
      if (!values) return restoration;
      return { id: restoration.id, before: { ...restoration.before, custom_fields: judge(values, false).values } };
    });
  }

  /** @returns what could not be deleted: sources that contacts have got. */
  private async delete(author: Author, { entity, created }: KeptChanges): Promise<RowFaults[]> {
    if (created.length === 0) return [];
    const ids = created.map(({ id }) => id);
    const used = new Set(entity === 'source' ? await this.contacts.findUsedSources(author.account_id, ids) : []);
    await this.kinds.recordsOf(entity).delete(
      author,
      ids.filter((id) => !used.has(id)),
    );
    return created
      .filter(({ id }) => used.has(id))
      .map(({ id, row }) => conflictOf(row, entity, id, 'is the source of contacts by now, and stays'));
  }
}

function conflictOf(row: number, entity: ImportedEntity, id: string, fault: string): RowFaults {
  return {
    row,
    cells: null,
    faults: [{ column: null, field: 'id', value: id, message: `the ${entity} ${id} ${fault}` }],
  };
}
