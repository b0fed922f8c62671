import type { ImportableEntity } from '../../kernel/record-kinds';
import type { CellFormat, CellReading } from '../tables/cell-values';
import type { ColumnNames } from './column-names';

/** What a column of a file can mean, and the names that files use for it. */
export interface ImportColumns {
  /** In the order in which clients see them. */
  readonly fields: readonly ImportableField[];
  /** What columns of a field are called. If two fields share a name, the earlier one gets the column. */
  readonly columnNames: Readonly<Record<string, ColumnNames>>;
}

export interface ImportableField {
  /** The name in a mapping. */
  readonly name: string;
  readonly label: string;
  /** What messages call it: the label without an explanation. */
  readonly title: string;
  /** Without a reader the cell is the value. */
  readonly read?: CellReader;
  /** The cell is the name of another record. The field gets the record's id; a missing record is made. */
  readonly refersTo?: { readonly entity: ImportableEntity; readonly by: string };
  /** Other fields for the same value. Only one of them is mapped, preferably the other one. */
  readonly givesWayTo?: readonly string[];
  /** The fields into which its cells are split. They may be mapped beside it: cells then complete each other. */
  readonly splitsInto?: readonly string[];
  /** The header must be exactly the field's name. Other headers would not make clear that ids or cents are meant. */
  readonly isByExactName?: true;
}

/**
 * @param format what the column says of the form of its cells.
 * @returns the JSON values of the API, by field; or a fault, which follows the field's name in a sentence.
 */
export type CellReader = (
  cell: string,
  format: CellFormat,
) =>
  | { readonly values: Readonly<Record<string, unknown>>; readonly told?: string | undefined }
  | { readonly fault: string };

/** @returns a reader that puts the value of a cell into this field. */
export function readInto(name: string, read: (cell: string, format: CellFormat) => CellReading): CellReader {
  return (cell, format) => {
    const reading = read(cell, format);
    return 'fault' in reading ? reading : { values: { [name]: reading.value }, told: reading.told };
  };
}

/** @returns a reader of one of these words, in any case. */
export function readOneOf(options: readonly string[]): (cell: string) => CellReading<string> {
  const exact = new Set(options);
  // Of options that differ only in case, the first is meant.
  const byForm = new Map([...options].reverse().map((option) => [formOf(option), option]));
  return (cell) => {
    const text = cell.trim();
    const value = exact.has(text) ? text : byForm.get(formOf(text));
    return value === undefined ? { fault: `must be one of ${shown(options)}` } : { value };
  };
}

function formOf(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

const maxShown = 20;

function shown(options: readonly string[]): string {
  const more = options.length > maxShown ? ` and ${options.length - maxShown} more` : '';
  return `${options.slice(0, maxShown).join(', ')}${more}`;
}
