import type { TableRow, TableShape } from '../../../platform/tables/table-reader';

/** A fault of a cell, or of a whole row. */
export interface Fault {
  readonly column: string | null;
  readonly field: string | null;
  readonly value: string;
  readonly message: string;
  /** For how many others it stands, which are not told. */
  readonly rest?: number;
}

export interface RowFaults {
  readonly row: number;
  readonly faults: readonly Fault[];
  /** All cells of a refused row; null for a record that an undo left alone. */
  readonly cells: readonly string[] | null;
}

/** @returns what is wrong with a row before its cells are read. */
export function faultsOfShape(
  { cells }: TableRow,
  { headers, faulty }: Pick<TableShape, 'headers' | 'faulty'>,
): Fault[] {
  if (cells.length <= headers.length && !faulty) return [];
  const beyond = cells.slice(headers.length).filter((cell) => cell.trim() !== '');
  const broken = faulty ? cells.findIndex((cell) => cell.includes('\ufffd')) : -1;
  const faults: Fault[] = [];
  if (beyond.length > 0) {
    const message = `the row has ${cells.length} cells, and there are only ${headers.length} columns`;
    faults.push({ column: null, field: null, value: beyond[0]!, message });
  }
  if (broken >= 0) {
    const message = 'the cell has bytes that are no characters in the encoding of the file';
    faults.push({ column: headers[broken] ?? null, field: null, value: cells[broken]!, message });
  }
  return faults;
}

/** What is told of cells that are left out. */
export function leftOut(faults: readonly Fault[]): readonly Fault[] {
  return faults.map((fault) => ({ ...fault, message: `${fault.message}; the cell was left out` }));
}

/** Maximum number of faults to report for a row, which may have hundreds of columns. */
const maxReportedFaults = 20;
/** Maximum numbers of characters of the cell and of the message that are kept of a row that is applied. */
const maxToldCell = 200;
const maxToldMessage = 500;

/** @returns the first faults of a row that is refused, and how many others there are. */
export function truncated(faults: readonly Fault[]): readonly Fault[] {
  return firstOf(faults, (rest) => `and ${rest} more cells of the row are refused`);
}

/** @returns the first messages about a row that is applied, without what is long in them, and how many others there are. */
export function shortened(messages: readonly Fault[]): readonly Fault[] {
  return firstOf(messages, (rest) => `and ${rest} more messages about the row`).map((told) => ({
    ...told,
    value: told.value.slice(0, maxToldCell),
    message: told.message.length > maxToldMessage ? `${told.message.slice(0, maxToldMessage)}…` : told.message,
  }));
}

function firstOf(faults: readonly Fault[], messageOf: (rest: number) => string): readonly Fault[] {
  const own = faults.filter(({ rest }) => rest === undefined);
  const rest = faults.reduce((sum, fault) => sum + (fault.rest ?? 0), Math.max(0, own.length - maxReportedFaults));
  if (rest === 0) return faults;
  return [...own.slice(0, maxReportedFaults), { column: null, field: null, value: '', message: messageOf(rest), rest }];
}
