import type { NewRecord, RecordChange } from '../../../platform/records/many-records';
import type { Author } from '../../../kernel/caller';
import type { ImportableEntity } from '../../../kernel/record-kinds';
import type { Importable, RecordKeys } from '../../../platform/records/importable';
import type { RecordChanges } from '../../../platform/records/record-changes';
import type { TableRow } from '../../../platform/tables/table-reader';
import type { BatchChanges, BatchCounts } from './batch-changes';
import type { BatchContext } from './batch-lookup';
import type { DuplicatePolicy } from './duplicate-policy';
import type { Fault, RowFaults } from './row-faults';
import type { ReadRows } from './row-batches';
import type { RowReader } from './row-reader';

interface Applied<Record> {
  readonly row: number;
  readonly record: Record;
}

/** The decisions about the rows of a batch. */
export interface Decisions {
  readonly created: readonly Applied<NewRecord>[];
  /** Waves: each changes a record at most once. */
  readonly changed: readonly (readonly Applied<RecordChange>[])[];
  readonly refused: readonly RowFaults[];
  readonly counts: BatchCounts;
  /** The keys of records that were made or changed. A dry run keeps these, and nothing else. */
  readonly keys: readonly RecordKeys[];
}

/** Decides about the rows in the order of the file, as if each were a request. */
export function decide(
  rows: readonly TableRow[],
  reader: RowReader,
  read: ReadRows,
  policy: DuplicatePolicy,
  context: BatchContext,
  newId: () => string,
): Decisions {
  const created: Applied<NewRecord>[] = [];
  const changed: Applied<RecordChange>[][] = [];
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
    const own = context.keysOf(row);
    const existing = policy === 'create' ? undefined : context.duplicates.find(own);
    const custom = context.validateCustomFields(row.custom_fields, existing === undefined);
    const faults = [
      ...(existing === undefined ? row.lacking : []),
      ...reader.faultsOf(tableRow, custom.refused),
      ...(existing !== undefined && policy === 'skip'
        ? []
        : reader.faultsOf(tableRow, context.validateReferences(row))),
    ];
    if (faults.length > 0) {
      refuse(faults);
    } else if (existing === undefined) {
      const id = newId();
      created.push({
        row: tableRow.number,
        record: {
          id,
          input: context.withReferences(row),
          custom_fields: custom.values as NewRecord['custom_fields'],
        },
      });
      keys.set(id, { id, ...own });
      context.duplicates.add({ id, ...own });
    } else if (policy === 'skip') {
      skipped++;
    } else {
      updated++;
      const wave = timesChanged.get(existing) ?? 0;
      timesChanged.set(existing, wave + 1);
      (changed[wave] ??= []).push({
        row: tableRow.number,
        record: { id: existing, input: context.withReferences(row), custom_fields: custom.values },
      });
      const after = context.duplicates.change(existing, own);
      if (after) keys.set(existing, after);
    }
  }
  const counts = { created: created.length, updated, skipped, failed: refused.length };
  return { created, changed, refused, counts, keys: [...keys.values()] };
}

/** A record that the decisions rely on is gone. The batch must be decided anew. */
export class RecordGone extends Error {}

/** Writes the decisions. First makes the records that the rows name. @throws RecordGone */
export async function write(
  changes: RecordChanges,
  { record }: Importable,
  author: Author,
  { created, changed }: Decisions,
  named: BatchContext['resolvers'],
): Promise<BatchChanges[]> {
  const made: BatchChanges[] = [];
  for (const others of named) made.push(await others.createMissing(changes, author));
  await changes.createMany(
    record,
    author,
    created.map(({ record: made }) => made),
  );
  const updated: BatchChanges['updated'][number][] = [];
  for (const wave of changed) {
    const done = await changes.updateMany(
      record,
      author,
      wave.map(({ record: change }) => change),
    );
    if (done === null) throw new RecordGone();
    const rows = new Map(wave.map(({ record: { id }, row }) => [id, row]));
    updated.push(...done.map((change) => ({ ...change, row: rows.get(change.id)! })));
  }
  const entity = record.kind as ImportableEntity;
  return [...made, { entity, created: created.map(({ record: { id }, row }) => ({ id, row })), updated }];
}
