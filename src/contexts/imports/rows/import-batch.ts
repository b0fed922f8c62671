import type { NewRecord, RecordChange } from '../../../platform/records/many-records';
import type { ErrorDetail } from '../../../kernel/domain-error';
import { externalIdTakenMessage } from '../../../platform/records/external-ids';
import type { Author } from '../../../kernel/caller';
import type { ImportableEntity } from '../../../kernel/record-kinds';
import type { Importable } from '../../../platform/records/importable';
import type { RecordKeys } from '../../../platform/records/matcher';
import type { RecordChanges } from '../../../platform/records/record-changes';
import type { TableRow } from '../../../platform/tables/table-reader';
import type { BatchChanges } from './batch-changes';
import type { BatchContext } from './batch-lookup';
import type { DuplicatePolicy } from './duplicate-policy';
import { addedTags } from './added-tags';
import type { TagsMode } from './import-options';
import type { RowFate } from './row-fates';
import { type Fault, leftOut, type RowFaults, shortened, truncated } from './row-faults';
import type { ReadRows } from './row-batches';
import type { ReadRow, RowReader } from './row-reader';

interface Applied<Record> {
  readonly row: number;
  readonly record: Record;
}

/** The decisions about the rows of a batch. */
export interface Decisions {
  readonly created: readonly Applied<NewRecord>[];
  /** In the order of the rows, several of which may change one record. */
  readonly changed: readonly Applied<RecordChange>[];
  readonly refused: readonly RowFaults[];
  /** Of all rows, in their order. Writing may find more to tell. */
  readonly fates: readonly RowFate[];
  /** The keys of records that were made. */
  readonly createdKeys: readonly RecordKeys[];
  /** The keys of records that were changed. */
  readonly changedKeys: readonly RecordKeys[];
}

/** How rows are applied. */
export interface Applying {
  readonly on_duplicate: DuplicatePolicy;
  readonly tags_mode: TagsMode;
  readonly dry_run: boolean;
}

/** Decides about the rows in the order of the file, as if each were a request. */
export function decide(
  rows: readonly TableRow[],
  reader: RowReader,
  read: ReadRows,
  { on_duplicate: policy, tags_mode, dry_run }: Applying,
  context: BatchContext,
  newId: () => string,
): Decisions {
  const created: Applied<NewRecord>[] = [];
  const changed: Applied<RecordChange>[] = [];
  const refused: RowFaults[] = [];
  const fates: RowFate[] = [];
  const createdKeys = new Map<string, RecordKeys>();
  const changedKeys = new Map<string, RecordKeys>();
  for (const tableRow of rows) {
    const found = read.get(tableRow.number)!;
    const settle = (outcome: RowFate['outcome'], id: string | null, messages: Fault[] = []) => {
      const record_id = id !== null && (!dry_run || context.isStored(id)) ? id : null;
      fates.push({ row: tableRow.number, outcome, record_id, messages });
    };
    const refuse = (faults: readonly Fault[]) => {
      refused.push({ row: tableRow.number, faults: truncated(faults), cells: tableRow.cells });
      settle('failed', null);
    };
    if ('faults' in found) {
      refuse(found.faults);
      continue;
    }
    const keys = context.keysOf(found);
    const existing = policy === 'create' ? undefined : context.duplicates.find(keys);
    const isMet = existing !== undefined && policy === 'skip';
    const own = existing === undefined ? (found.asNew ?? found) : found;
    const { row, ...references } = isMet ? { row: own } : withUsableReferences(own, reader, context);
    const validate = isMet ? context.customValues.ofSkipped : context.customValues.of(existing?.id);
    const custom = reader.judgeCustomFields(row, existing === undefined, validate);
    const faults = [
      ...(existing === undefined ? row.lacking : []),
      ...reader.faultsOf(tableRow, [
        ...custom.refused,
        ...(isMet ? [] : takenExternalId(context, row.input, existing?.id)),
      ]),
      ...(references.faults ?? []),
    ];
    if (faults.length > 0) {
      refuse(faults);
      continue;
    }
    // Of a row that is skipped nothing is applied, so only the record that it met is told.
    const messages = isMet ? [] : [...shortened([...row.messages, ...custom.messages, ...(references.messages ?? [])])];
    if (policy !== 'create')
      messages.push(...reader.faultsOf(tableRow, [...context.formlessOf(found), ...toldOf(context, keys, existing)]));
    if (existing === undefined) {
      const id = newId();
      const input = context.withReferences(row);
      const record = { id, input, custom_fields: custom.values as NewRecord['custom_fields'] };
      created.push({ row: tableRow.number, record });
      const made = { id, ...context.keysOf(own) };
      createdKeys.set(id, made);
      context.externalIds.give(id, externalIdOf(input));
      context.duplicates.add(made);
      context.customValues.take(id, custom.values);
      settle('created', id, messages);
    } else if (policy === 'skip') {
      settle('skipped', existing.id, messages);
    } else {
      const { id } = existing;
      const input = context.withReferences(row);
      const tell = (message: string) => messages.push(...reader.faultsOf(tableRow, [{ field: 'tags', message }]));
      const derived = tags_mode === 'add' ? addedTags(input, tell) : undefined;
      const record = { id, input, derived, custom_fields: custom.values };
      changed.push({ row: tableRow.number, record });
      context.externalIds.give(id, externalIdOf(input));
      context.customValues.take(id, custom.values);
      const after = context.duplicates.change(id, keys);
      if (after) (createdKeys.has(id) ? createdKeys : changedKeys).set(id, after);
      settle('updated', id, messages);
    }
  }
  return {
    ...{ created, changed, refused, fates },
    createdKeys: [...createdKeys.values()],
    changedKeys: [...changedKeys.values()],
  };
}

function externalIdOf(input: object): string | null | undefined {
  return (input as { readonly external_id?: string | null }).external_id;
}

/** @param id of the record that a row means; undefined: a new one. @returns why it cannot have the external id. */
function takenExternalId({ externalIds, kind }: BatchContext, input: object, id: string | undefined): ErrorDetail[] {
  const holder = externalIds.holderOf(externalIdOf(input) ?? '');
  const isTaken = holder !== undefined && holder !== id;
  return isTaken ? [{ field: 'external_id', message: externalIdTakenMessage(kind) }] : [];
}

interface UsableRow {
  readonly row: ReadRow;
  readonly faults?: readonly Fault[];
  readonly messages?: readonly Fault[];
}

/** Leaves out references that cannot be used, unless they cost the row. */
function withUsableReferences(read: ReadRow, reader: RowReader, context: BatchContext): UsableRow {
  const messages: Fault[] = [];
  let row = read;
  for (;;) {
    const refused = context.validateReferences(row);
    if (refused.length === 0) return { row, messages };
    const fields = new Set(refused.map(({ field }) => field));
    const faults = reader.faultsOf(row.row, refused);
    const isCompared = context.matcher.alsoCompared?.some((field) => fields.has(field)) ?? false;
    if (isCompared || !reader.mayLeaveOut(fields)) return { row, faults };
    row = reader.withoutReferences(row, fields);
    messages.push(...leftOut(faults));
  }
}

/** What matching tells about a row that is applied all the same. */
function toldOf({ matcher, duplicates }: BatchContext, own: Omit<RecordKeys, 'id'>, existing: RecordKeys | undefined) {
  const [field] = matcher.fields as readonly [string];
  const told = (message: string | null | undefined) => (message ? [{ field, message: `${field} ${message}` }] : []);
  if (existing) return told(matcher.metMessage?.(shown(own.title), shown(existing.title)));
  const beside = duplicates.findBeside(own);
  if (beside) return told(matcher.besideMessage?.(shown(beside.title)));
  return matcher.namesRecords && own.secondary !== '' ? told('belongs to no record, so a new one was made') : [];
}

/** Maximum number of characters of a name in a message. */
const maxShown = 100;

/** @returns a title in one line. */
function shown(title: string): string {
  const line = title.replaceAll('\n', ' ').trim();
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
}

/** Writes the decisions. First makes the records that the rows name. */
export async function write(
  changes: RecordChanges,
  { record }: Importable,
  author: Author,
  { created, changed }: Decisions,
  named: BatchContext['resolvers'],
): Promise<BatchChanges[]> {
  const made: BatchChanges[] = [];
  for (const others of named) made.push(await others.createMissing(changes, author));
  const recordsOf = <Record>(applied: readonly Applied<Record>[]) => applied.map((each) => each.record);
  const done = await changes.applyMany(record, author, recordsOf(created), recordsOf(changed));
  const entity = record.kind as ImportableEntity;
  return [
    ...made,
    {
      entity,
      created: created.map(({ record: { id }, row }) => ({ id, row })),
      updated: done.flatMap((change, index) => (change ? [{ ...change, row: changed[index]!.row }] : [])),
    },
  ];
}
