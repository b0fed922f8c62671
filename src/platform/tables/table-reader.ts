import { CsvError } from 'csv-parse';
import { unquoted, unwrapped } from './cell-wrappers';
import { recordsOf, slicesOf } from './csv-records';
import { unescapeFormula } from './formula-escaping';
import type { Conversion, SheetChoice } from './conversion';
import { isNote, noNotes, type NoteRules } from './notes';
import { type TableLine, TableLines } from './table-lines';
import type { Layout, LayoutChoice } from './table-layout';
import { decode, type Encoding } from './text-encoding';
import { UnreadableFile } from './unreadable-file';

/** How to read a file. A plain object, because it is stored between inspecting and reading. */
export interface TableShape extends Layout {
  readonly encoding: Encoding;
  /** Whether some bytes are broken and read as U+FFFD. */
  readonly faulty: boolean;
  readonly has_blanks_before_quotes: boolean;
  /** Whether this program wrote the file, with the errors of rows. Then formulas are escaped in it. */
  readonly returned: boolean;
  /** What makes a line a note, which is no row. */
  readonly notes: NoteRules;
  /** What the caller said. */
  readonly choice: TableChoice;
  /** Null: the file is the table. */
  readonly converted_from: Conversion | null;
  /** What release 0.1.0 reads instead of `header_line`. */
  readonly skipped_records: number;
  /** Number of lines that are no rows, blank ones and the header not counted, and the first of them. */
  readonly ignored_rows: number;
  readonly skipped_lines: readonly SkippedLine[];
}

export interface SkippedLine {
  /** Number of the record, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What the caller says of a file; what is left out is found. */
export interface TableChoice extends LayoutChoice {
  readonly encoding?: Encoding | undefined;
  /** Of a workbook. */
  readonly sheet?: SheetChoice | undefined;
}

/** A shape that release 0.1.0 stored. */
type StoredShape = TableShape | (Omit<TableShape, 'header_line'> & { readonly header_line?: undefined });

/** What is needed to read the lines of a file. */
export type LineReading = Pick<
  TableShape,
  'encoding' | 'delimiter' | 'has_delimiter_line' | 'has_blanks_before_quotes'
> &
  ConstructorParameters<typeof TableLines>[0];

/** Reads the file from its beginning. May be called several times. */
export type Chunks = () => AsyncIterable<Buffer>;

export interface TableRow {
  /** From 1, without the header and whatever else is no row. */
  readonly number: number;
  /** The cells of the line, as many as it has, untrimmed. */
  readonly cells: readonly string[];
}

const shownRows = 5;
/** Rows and cells may be long, and the whole sample is kept. */
const maxSampleCharacters = 16_000_000;

/** How much of the rows a sample has. */
export interface SampleSize {
  readonly rows: number;
  /** Maximum number of characters of a cell; the rest is cut off. */
  readonly cell?: number;
  /** Maximum number of characters: no row follows the one that reaches it. By default 16 million. */
  readonly characters?: number;
}

/**
 * @returns the first rows, with one cell for each header: no more than the size says.
 * @throws UnreadableFile
 */
export async function readSample(
  chunks: Chunks,
  shape: TableShape,
  { rows, cell: maxLength = Infinity, characters: maxCharacters = maxSampleCharacters }: SampleSize = {
    rows: shownRows,
  },
): Promise<string[][]> {
  const sample: string[][] = [];
  let read = 0;
  for await (const { cells } of readRows(chunks, shape)) {
    const row = shape.headers.map((_, column) => beginningOf(cells[column] ?? '', maxLength));
    sample.push(row);
    for (const { length } of row) read += length;
    if (sample.length === rows || read >= maxCharacters) break;
  }
  return sample;
}

/** @returns a copy of the beginning: a slice would keep the whole text in memory. */
function beginningOf(cell: string, maxLength: number): string {
  if (cell.length <= maxLength) return cell;
  return Buffer.from(cell.slice(0, maxLength), 'utf16le').toString('utf16le');
}

/** @throws UnreadableFile after the rows before the broken one. */
export async function* readRows(chunks: Chunks, stored: StoredShape): AsyncGenerator<TableRow> {
  const shape = current(stored);
  let number = 0;
  for await (const lines of readLines(chunks, shape)) {
    for (const { kind, cells, candidate } of lines) {
      if (kind !== 'row' || (candidate && isNote(candidate, shape.notes))) continue;
      yield { number: ++number, cells: cellsOf(cells, shape) };
    }
  }
}

/** @returns all lines of a file, in batches. @throws UnreadableFile after the lines before the broken one. */
export async function* readLines(chunks: Chunks, shape: LineReading): AsyncGenerator<readonly TableLine[]> {
  const lines = new TableLines(shape);
  const clean = cleaner(shape);
  let rows = 0;
  let fault: CsvError | null = null;
  const counted = (batch: readonly TableLine[]) => {
    for (const { kind } of batch) if (kind === 'row') rows++;
    return batch;
  };
  try {
    for await (const records of recordsOf(decode(slicesOf(chunks()), shape.encoding), shape)) {
      const batch: TableLine[] = [];
      for (const cells of records) lines.add(clean(cells), batch);
      yield counted(batch);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    fault = error;
  }
  yield counted(lines.end());
  if (!fault) return;
  if (fault.code === 'CSV_QUOTE_NOT_CLOSED')
    throw new UnreadableFile(`A quotation mark that is opened near row ${rows + 1} is never closed.`);
  throw new UnreadableFile(`Row ${rows + 1} is longer than 1 MiB: a quotation mark near it may never be closed.`);
}

/** A file that an export of this program wrote is read word for word. */
function cleaner({ headers, has_blanks_before_quotes }: LineReading): (cells: readonly string[]) => readonly string[] {
  const isOwn = headers[0] === 'id' && headers[1] === 'version';
  const unwrap = isOwn ? (cells: readonly string[]) => cells : unwrapped;
  return has_blanks_before_quotes ? (cells) => unquoted(unwrap(cells)) : unwrap;
}

/** Drops blank cells after the last column. A megabyte of commas would otherwise become a million cells. */
function cellsOf(cells: readonly string[], { headers, returned }: TableShape): readonly string[] {
  const end = cells.length <= headers.length ? cells.length : cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  const kept = end < cells.length ? cells.slice(0, Math.max(end, headers.length)) : cells;
  return returned ? kept.map(unescapeFormula) : kept;
}

/** Release 0.1.0 took every line below the header for a row. */
function current(shape: StoredShape): TableShape {
  if (shape.header_line !== undefined) return shape;
  const header_line = shape.skipped_records + 1;
  return { ...shape, header_line, first_line: header_line + 1, header_cells: null, notes: noNotes };
}
