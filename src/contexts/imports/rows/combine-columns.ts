import { isTag, maxTags } from '../../../platform/fields/record-fields';
import { addressesIn, digitsIn, isAddress, minDigits, phonesIn } from '../../../platform/tables/several-values';
import { takeAddress } from './combine-addresses';
import type { Column } from './import-column';
import { JoinedText, maxNotes } from './joined-text';
import { type Cells, filledOf, take } from './row-cells';
import type { ColumnValue, RowDraft } from './row-draft';

/** Maximum number of surplus values of a field that are kept; how many others there are is told. */
const maxSurplus = 50;
/** So many values of a field are looked at: a row of a megabyte has 60,000 numbers. */
const maxDifferent = 1_000;

/** Reads the columns of each field into the draft, by the rule of the field for several columns. */
export function combine(fields: readonly (readonly Column[])[], draft: RowDraft, cells: Cells): void {
  const grouped: Column[] = [];
  for (const columns of fields) {
    const { combination, value } = columns[0]!.field;
    if (value === 'full_name') draft.fullNames.push(...filledOf(columns, cells));
    else if (combination === 'listed') takeListed(columns, draft, cells);
    else if (combination === 'joined') takeJoined(columns, draft, cells);
    else if (combination === 'united') takeUnited(columns, draft, cells);
    else if (combination === 'grouped') grouped.push(...columns);
    else takeFirst(columns, draft, cells);
  }
  if (grouped.length > 0) takeAddress(grouped, draft, cells);
}

function takeFirst(columns: readonly Column[], draft: RowDraft, cells: Cells): void {
  for (const column of columns) {
    const value = cells.textOf(column);
    if (value !== '' && take({ column, value }, draft, cells)) return;
  }
}

/** E-mail addresses and telephone numbers: the first with the form of one is the value, the others are surplus. */
function takeListed(columns: readonly Column[], draft: RowDraft, cells: Cells): void {
  const isEmail = columns[0]!.field.value === 'email';
  const hasForm = ({ column, value }: ColumnValue) =>
    (isEmail ? isAddress(value) : digitsIn(value) >= minDigits) &&
    cells.faultOf({ [column.field.value]: value }) === undefined;
  const { values, rest } = differentValues(columns, isEmail, cells);
  const inOrder = [...values.filter(hasForm), ...values.filter((each) => !hasForm(each))];
  const taken = inOrder.findIndex((each) => take(each, draft, cells));
  if (taken < 0) return;
  const isDone = new Set(inOrder.slice(0, taken + 1));
  const surplus = values.filter((each) => !isDone.has(each));
  draft.surplus.push(...surplus.slice(0, maxSurplus));
  const [more] = surplus.slice(maxSurplus);
  const count = surplus.length - maxSurplus + rest;
  if (more) draft.tell(more, `has ${rest > 0 ? 'at least ' : ''}${count} more values, which were left out`);
}

/** @returns the different values, and how many cells were not taken apart because there are so many. */
function differentValues(columns: readonly Column[], isEmail: boolean, cells: Cells) {
  const values = new Map<string, ColumnValue>();
  let rest = 0;
  for (const { column, value: text } of filledOf(columns, cells)) {
    if (values.size >= maxDifferent) {
      rest++;
      continue;
    }
    for (const value of isEmail ? addressesIn(text) : phonesIn(text)) {
      const form = (isEmail ? value.toLowerCase() : value.replace(/[^\d\p{L}]/gu, '')) || value;
      if (!values.has(form)) values.set(form, { column, value });
    }
  }
  return { values: [...values.values()], rest };
}

function takeJoined(columns: readonly Column[], draft: RowDraft, cells: Cells): void {
  const joined = new JoinedText(maxNotes);
  for (const cell of filledOf(inOrderOfFile(columns), cells)) {
    const fault = joined.add(columns.length === 1 ? cell.value : `${cell.column.header}: ${cell.value}`, '\n');
    if (fault !== undefined) cells.invalid(cell, fault);
  }
  if (joined.text !== '') draft.sent.set(columns[0]!.field.value, joined.text);
}

function takeUnited(columns: readonly Column[], draft: RowDraft, cells: Cells): void {
  const tags = new Set<string>();
  for (const cell of filledOf(inOrderOfFile(columns), cells)) {
    const { column, value: text } = cell;
    const reading = column.field.read(text, column.format);
    if ('fault' in reading) {
      cells.invalid(cell, reading.fault);
      continue;
    }
    const beyond: string[] = [];
    for (const tag of reading.values[column.field.value] as readonly string[]) {
      if (!isTag.holds(tag, {})) cells.invalid({ column, value: tag }, isTag.message as string);
      else if (tags.size < maxTags || tags.has(tag)) tags.add(tag);
      else beyond.push(tag);
    }
    if (beyond.length > 0)
      cells.invalid({ column, value: beyond.join(', ') }, `has no room for it: a record has at most ${maxTags}`);
  }
  if (tags.size > 0) draft.sent.set(columns[0]!.field.value, [...tags]);
}

function inOrderOfFile(columns: readonly Column[]): readonly Column[] {
  return columns.length === 1 ? columns : [...columns].sort((one, other) => one.index - other.index);
}
