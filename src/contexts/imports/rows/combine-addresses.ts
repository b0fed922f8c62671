import type { Column } from './import-column';
import { JoinedText, maxStreet } from './joined-text';
import { type Cells, filledOf, take } from './row-cells';
import type { ColumnValue, RowDraft } from './row-draft';

/** Parts that tell where an address is; a country alone does not. */
const tellingParts = new Set(['address', 'city', 'zip_code']);

/** Takes the parts of one address: of the first group that has a street, a city or a postal code. */
export function takeAddress(columns: readonly Column[], draft: RowDraft, cells: Cells): void {
  const filled = filledOf(columns, cells);
  if (filled.length === 0) return;
  if (filled.every(({ column }) => column.group === filled[0]!.column.group)) return takeParts(filled, draft, cells);
  const telling = filled.find(({ column }) => tellingParts.has(column.field.value)) ?? filled[0]!;
  const own = filled.filter(({ column }) => column.group === telling.column.group);
  const isFilled = new Set(own.map(({ column }) => column.field.value));
  const ungrouped = filled.filter(({ column }) => column.group === '');
  // A country without a kind belongs to any address, unless it stands beside a street of its own.
  if (!ungrouped.some(({ column }) => tellingParts.has(column.field.value)))
    own.push(...ungrouped.filter(({ column }) => !isFilled.has(column.field.value)));
  takeParts(own, draft, cells);
  const isOwn = new Set(own);
  const others = filled.filter((part) => !isOwn.has(part));
  if (others.length > 0) tellOthers(others, telling.column, draft);
}

function takeParts(parts: readonly ColumnValue[], draft: RowDraft, cells: Cells): void {
  const lines: ColumnValue[] = [];
  const taken = new Map<string, ColumnValue>();
  for (const part of parts) {
    const { value: field } = part.column.field;
    const before = taken.get(field);
    if (field === 'address') lines.push(part);
    else if (!before) {
      if (take(part, draft, cells)) taken.set(field, part);
    } else if (before.value !== part.value)
      draft.tell(part, `has another value: that of "${before.column.header}" was taken, and this one left out`);
  }
  if (lines.length === 1) take(lines[0]!, draft, cells);
  else if (lines.length > 1) takeStreet(lines, draft, cells);
}

/** Lines are divided by commas. The number of a house stands beside the street as in the file. */
function takeStreet(lines: readonly ColumnValue[], draft: RowDraft, cells: Cells): void {
  const inOrder = [...lines].sort((one, other) => one.column.index - other.column.index);
  const street = new JoinedText(maxStreet);
  for (const [index, line] of inOrder.entries()) {
    const { part } = line.column;
    if (part === null && street.text.includes(line.value)) continue;
    const isBesideNumber = part === 'house number' || inOrder[index - 1]?.column.part === 'house number';
    const fault = street.add(line.value, isBesideNumber && part !== 'line' ? ' ' : ', ');
    if (fault !== undefined) cells.invalid(line, fault);
  }
  if (street.text !== '') draft.sent.set('address', street.text);
}

function tellOthers(others: readonly ColumnValue[], taken: Column, draft: RowDraft): void {
  const headers = others.map(({ column }) => column.header).join(', ');
  const value = others.map((each) => each.value).join(', ');
  const message = `A row has one address: that with "${taken.header}" was taken, and ${headers} left out`;
  draft.messages.push({ column: others[0]!.column.header, field: others[0]!.column.field.value, value, message });
}
