import type { ImportedEntity } from '../../../kernel/record-kinds';
import type { AccountId } from '../../../kernel/account-id';
import type { Author } from '../../../kernel/caller';
import type { ChangedRecord, NewRecord, ReadInput, RecordChange, Restoration } from '../../../kernel/bulk';
import type { ErrorDetail } from '../../../kernel/domain-error';
import type { ReadValues } from '../../../kernel/custom-field-values';
import type { BatchChanges } from '../import-changes.repository';
import type { Fault, RowFaults } from '../import-errors.repository';
import type { DuplicatePolicy } from '../import.entity';
import type { BatchCounts } from '../imports.repository';
import type { KnownRecords, RecordKeys } from './known-records';
import type { ReadRow, RowReader } from './row-reader';
import type { TableRow } from '../../../platform/tables/table-reader';

/** What imports need of a context whose records they write. */
export interface BulkRecords<Input> {
  read(sent: object): ReadInput<Input>;
  create(author: Author, records: readonly NewRecord<Input>[]): Promise<void>;
  change(author: Author, changes: readonly RecordChange<Input>[]): Promise<ChangedRecord[] | null>;
  lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>>;
  restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]>;
  delete(author: Author, ids: readonly string[]): Promise<void>;
}

/** Everything that the decisions about a batch depend on, looked up beforehand: deciding asks nobody. */
export interface BatchKnowledge<Input> {
  readonly known: KnownRecords;
  /** By what a row is recognised. */
  keysOf(row: ReadRow<Input>): Omit<RecordKeys, 'id'>;
  readonly judgeCustom: (
    sent: Readonly<Record<string, unknown>>,
    isNew: boolean,
  ) => { readonly values: ReadValues; readonly refused: readonly ErrorDetail[] };
  /** What is wrong with a row's references, on a record that is created or changed. */
  judgeReferences(row: ReadRow<Input>): readonly ErrorDetail[];
  /** Puts in the ids of records that the row names, which may be made for it. */
  withReferences(row: ReadRow<Input>): Input;
}

interface Applied<Record> {
  readonly row: number;
  readonly record: Record;
}

/** What is to be done about a batch. */
export interface Decisions<Input> {
  readonly created: readonly Applied<NewRecord<Input>>[];
  /** In waves: in each, a record is changed once. */
  readonly changed: readonly (readonly Applied<RecordChange<Input>>[])[];
  readonly refused: readonly RowFaults[];
  readonly counts: BatchCounts;
  /** What records that were made or changed are recognised by since; for a dry run, which forgets everything else. */
  readonly keys: readonly RecordKeys[];
}

/** Decides row by row, in the order of the file, as if each one were a request of its own. */
export function decide<Input>(
  rows: readonly TableRow[],
  reader: RowReader<Input>,
  read: ReadonlyMap<number, ReturnType<RowReader<Input>['of']>>,
  policy: DuplicatePolicy,
  knowledge: BatchKnowledge<Input>,
  newId: () => string,
): Decisions<Input> {
  const created: Applied<NewRecord<Input>>[] = [];
  const changed: Applied<RecordChange<Input>>[][] = [];
  const timesChanged = new Map<string, number>();
  const refused: RowFaults[] = [];
  const keys = new Map<string, RecordKeys>();
  let [updated, skipped] = [0, 0];
  for (const tableRow of rows) {
    const row = read.get(tableRow.number)!;
    const refuse = (faults: readonly Fault[]) => refused.push({ row: tableRow.number, faults, cells: tableRow.cells });
    if ('faults' in row) {
      refuse(row.faults);
      continue;
    }
    const own = knowledge.keysOf(row);
    const existing = policy === 'create' ? undefined : knowledge.known.find(own);
    const custom = knowledge.judgeCustom(row.custom_fields, existing === undefined);
    const faults = [
      ...(existing === undefined ? row.lacking : []),
      ...reader.faultsOf(tableRow, custom.refused),
      ...(existing !== undefined && policy === 'skip' ? [] : reader.faultsOf(tableRow, knowledge.judgeReferences(row))),
    ];
    if (faults.length > 0) {
      refuse(faults);
    } else if (existing === undefined) {
      const id = newId();
      created.push({
        row: tableRow.number,
        record: {
          id,
          input: knowledge.withReferences(row),
          custom_fields: custom.values as NewRecord<Input>['custom_fields'],
        },
      });
      keys.set(id, { id, ...own });
      knowledge.known.add({ id, ...own });
    } else if (policy === 'skip') {
      skipped++;
    } else {
      updated++;
      const wave = timesChanged.get(existing) ?? 0;
      timesChanged.set(existing, wave + 1);
      (changed[wave] ??= []).push({
        row: tableRow.number,
        record: { id: existing, input: knowledge.withReferences(row), custom_fields: custom.values },
      });
      const after = knowledge.known.change(existing, own);
      if (after) keys.set(existing, after);
    }
  }
  const counts = { created: created.length, updated, skipped, failed: refused.length };
  return { created, changed, refused, counts, keys: [...keys.values()] };
}

/** A record that the batch counted on is gone: it must be decided anew. */
export class RecordGone extends Error {}

/** Writes what was decided. @throws RecordGone */
export async function write<Input>(
  entity: ImportedEntity,
  records: BulkRecords<Input>,
  author: Author,
  { created, changed }: Decisions<Input>,
): Promise<BatchChanges> {
  if (created.length > 0) {
    await records.create(
      author,
      created.map(({ record }) => record),
    );
  }
  const updated: BatchChanges['updated'][number][] = [];
  for (const wave of changed) {
    const done = await records.change(
      author,
      wave.map(({ record }) => record),
    );
    if (done === null) throw new RecordGone();
    const rows = new Map(wave.map(({ record, row }) => [record.id, row]));
    updated.push(...done.map((change) => ({ ...change, row: rows.get(change.id)! })));
  }
  return { entity, created: created.map(({ record: { id }, row }) => ({ id, row })), updated };
}
