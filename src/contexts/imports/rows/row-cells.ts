import type { Column } from './import-column';
import type { ColumnValue, RowDraft } from './row-draft';

/** How the cells of a row are reached. */
export interface Cells {
  /** @returns the cell without wrappers; empty if it means nothing. */
  textOf(column: Column): string;
  /** @returns why the API refuses one of these values, by field; follows the name of the field. */
  faultOf(values: Readonly<Record<string, unknown>>): string | undefined;
  /** Notes that a cell cannot be used. */
  invalid(cell: ColumnValue, fault: string): void;
}

/** @returns the cells of these columns that are not empty. */
export function filledOf(columns: readonly Column[], cells: Cells): readonly ColumnValue[] {
  return columns.flatMap((column) => {
    const value = cells.textOf(column);
    return value === '' ? [] : [{ column, value }];
  });
}

/** Puts the value of a cell into the draft. @returns whether it can be used. */
export function take(cell: ColumnValue, draft: RowDraft, cells: Cells): boolean {
  const { column, value: text } = cell;
  const { field, header } = column;
  const reading = field.read(text, column.format);
  const fault =
    'fault' in reading ? reading.fault : field.target === 'field' ? cells.faultOf(reading.values) : undefined;
  if ('fault' in reading || fault !== undefined) {
    cells.invalid(cell, fault!);
    return false;
  }
  if (reading.told !== undefined)
    draft.messages.push({
      column: header,
      field: field.value,
      value: text,
      message: `${field.title}: ${reading.told}`,
    });
  if (field.target === 'custom') Object.assign(draft.custom_fields, reading.values);
  else if (field.target === 'name') draft.named[field.value] = text;
  else if (field.target === 'identity') draft.identity[field.value] = text;
  else for (const [name, value] of Object.entries(reading.values)) if (value !== '') draft.sent.set(name, value);
  return true;
}
