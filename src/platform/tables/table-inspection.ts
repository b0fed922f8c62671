import { CsvError } from 'csv-parse';
import { unquoted, unwrapped } from './cell-wrappers';
import type { Conversion } from './conversion';
import { recordsOf, slicesOf } from './csv-records';
import { unescapeFormula } from './formula-escaping';
import { NoteStatistics } from './note-statistics';
import { isNote, noNotes, type NoteCandidate } from './notes';
import {
  type Delimiter,
  delimiters,
  errorColumn,
  givenDelimiter,
  type Layout,
  maxColumns,
  readLayout,
} from './table-layout';
import { type TableLine } from './table-lines';
import {
  type Chunks,
  type LineReading,
  readLines,
  readSample,
  type SkippedLine,
  type TableChoice,
  type TableShape,
} from './table-reader';
import { UnreadableFile } from './unreadable-file';
import { detectEncoding } from './encoding-detection';
import { decode, type Encoding } from './text-encoding';

export interface InspectedTable {
  readonly shape: TableShape;
  readonly sample_rows: string[][];
  readonly total_rows: number;
}

const sampleSize = 262_144;
const sampleRecords = 200;
/** More lines than this that could be notes are rows. */
const maxCandidates = 20_000;
const maxSkippedLines = 20;
const maxSkippedText = 200;
/** Release 0.1.0 finds no row then, and leaves the import to a newer instance. */
const unreadableBefore = Number.MAX_SAFE_INTEGER;

/**
 * Reads the whole file.
 *
 * @returns its shape, its first five rows with one cell for each header, and the number of rows.
 * @throws UnreadableFile
 */
export async function inspectTable(
  chunks: Chunks,
  maxRows: number,
  isKnownHeader: IsKnownHeader,
  choice: TableChoice = {},
): Promise<InspectedTable> {
  const detection = await detectEncoding(slicesOf(chunks()), choice.encoding);
  if ('refused' in detection) throw new UnreadableFile(detection.refused);
  const { layout, has_blanks_before_quotes } = await inspectLayout(chunks, detection.encoding, isKnownHeader, choice);
  const reading = { ...detection, ...layout, has_blanks_before_quotes };
  return inspectRows(chunks, maxRows, reading, { choice, converted_from: null });
}

/** Reads a whole table that a conversion has written. */
export async function inspectConverted(
  chunks: Chunks,
  maxRows: number,
  isKnownHeader: IsKnownHeader,
  { choice, converted_from }: { readonly choice: TableChoice; readonly converted_from: Conversion },
): Promise<InspectedTable> {
  const isOfCards = converted_from.format === 'vcard';
  const { layout } = await inspectLayout(chunks, 'utf-8', isKnownHeader, isOfCards ? { header_row: 1 } : choice, true);
  const header_cells = isOfCards ? null : layout.header_cells;
  const written = { encoding: 'utf-8', faulty: false, has_blanks_before_quotes: false } as const;
  return inspectRows(chunks, maxRows, { ...written, ...layout, header_cells }, { choice, converted_from });
}

async function inspectRows(
  chunks: Chunks,
  maxRows: number,
  reading: LineReading & Pick<TableShape, 'faulty' | 'delimiter'>,
  origin: Pick<TableShape, 'choice' | 'converted_from'>,
): Promise<InspectedTable> {
  const { total_rows, ignored_below, ...lines } = await inspectLines(chunks, reading, maxRows);
  const returned = reading.headers.at(-1) === errorColumn;
  const headers = returned ? reading.headers.map(unescapeFormula) : reading.headers;
  const { encoding, header_line, has_blanks_before_quotes } = reading;
  const isReadableBefore =
    header_line !== null && ignored_below === 0 && !has_blanks_before_quotes && encoding !== 'euc-kr';
  const skipped_records = isReadableBefore ? header_line - 1 : unreadableBefore;
  const shape = { ...reading, headers, returned, ...origin, skipped_records, ...lines };
  return { shape, sample_rows: await readSample(chunks, shape), total_rows };
}

type IsKnownHeader = (header: string) => boolean;

/** @param isConverted whether a conversion wrote the file: then there is nothing to find out about its dialect. */
async function inspectLayout(
  chunks: Chunks,
  encoding: Encoding,
  isKnownHeader: IsKnownHeader,
  choice: TableChoice,
  isConverted = false,
): Promise<{ layout: Layout; has_blanks_before_quotes: boolean }> {
  const parts: Buffer[] = [];
  let missing = sampleSize;
  for await (const part of decode(slicesOf(chunks()), encoding)) {
    parts.push(part.subarray(0, missing));
    missing -= part.length;
    if (missing < 0) break;
  }
  const isCut = missing < 0;
  const begin = Buffer.concat(parts);
  const top = isConverted ? '' : begin.toString('utf8', 0, 20);
  const given = isConverted ? ',' : (choice.delimiter ?? givenDelimiter(top));
  const samples = new Map<Delimiter, readonly (readonly string[])[]>();
  for (const delimiter of given ? [given] : delimiters) samples.set(delimiter, await sampleOf(begin, delimiter, isCut));
  const layout = await readLayout(top, samples, isKnownHeader, choice);
  if (layout === 'too many columns')
    throw new UnreadableFile(`The file has more than ${maxColumns.toLocaleString('en')} columns.`);
  if (layout === 'no header row')
    throw new UnreadableFile(`Line ${choice.header_row} is blank, or is not among the first lines of the file.`);
  if (layout) return { layout, has_blanks_before_quotes: hasBlanksBeforeQuotes(begin, layout.delimiter) };
  if (samples.values().next().value!.length > 0) throw new UnreadableFile('The file is empty.');
  throw new UnreadableFile(
    `The first row is ${isCut ? 'too long' : 'not complete'}: a quotation mark is never closed.`,
  );
}

/** @param isCut whether the file continues, so that the last record may be incomplete. */
async function sampleOf(begin: Buffer, delimiter: Delimiter, isCut: boolean): Promise<readonly (readonly string[])[]> {
  const sample: (readonly string[])[] = [];
  const has_blanks_before_quotes = hasBlanksBeforeQuotes(begin, delimiter);
  try {
    for await (const records of recordsOf(slicesOf([begin]), { delimiter, has_blanks_before_quotes }, !isCut)) {
      sample.push(...records.slice(0, sampleRecords - sample.length).map(unwrapped));
      if (sample.length === sampleRecords) break;
    }
  } catch (error) {
    // With a wrong delimiter an error means nothing. With the right one the later reading fails too, and names the row.
    if (!(error instanceof CsvError)) throw error;
  }
  return has_blanks_before_quotes ? sample.map(unquoted) : sample;
}

function hasBlanksBeforeQuotes(begin: Buffer, delimiter: Delimiter): boolean {
  const mark = delimiter === '|' || delimiter === '^' ? `\\${delimiter}` : delimiter;
  return new RegExp(`${mark} +"[^"\\r\\n]*" *(?:${mark}|[\\r\\n]|$)`).test(begin.toString());
}

interface CountedLines extends Pick<TableShape, 'notes' | 'ignored_rows' | 'skipped_lines'> {
  readonly total_rows: number;
  /** Number of lines below the header that are no rows. */
  readonly ignored_below: number;
}

/** Counts the rows, and finds the lines that are none. */
async function inspectLines(chunks: Chunks, reading: LineReading, maxRows: number): Promise<CountedLines> {
  const statistics = new NoteStatistics(reading.headers.length);
  const skipped: SkippedLine[] = [];
  const candidates: { readonly line: SkippedLine; readonly candidate: NoteCandidate }[] = [];
  let [rows, above, below, unclear] = [0, 0, 0, 0];
  const told = ({ number, cells }: TableLine) => ({ line: number, text: textOf(cells, reading.delimiter) });
  for await (const lines of readLines(chunks, reading)) {
    for (const line of lines) {
      const { kind, cells, candidate } = line;
      if (kind === 'blank') statistics.addBlank();
      else if (kind === 'header') statistics.addHeader();
      else if (kind === 'passed') {
        if (line.number === 1 && reading.has_delimiter_line) continue;
        if (line.number < reading.first_line) above++;
        else below++;
        if (skipped.length < maxSkippedLines) skipped.push(told(line));
      } else if (candidate) {
        unclear++;
        statistics.addCandidate(candidate);
        if (candidates.length < maxCandidates) candidates.push({ line: told(line), candidate });
      } else {
        rows++;
        statistics.addRow(line.number, cells);
      }
    }
    if (rows > maxRows) throw tooManyRows(maxRows);
  }
  const areReports = reading.header_cells !== null;
  const notes = !areReports || unclear > maxCandidates ? noNotes : statistics.rules();
  const found = candidates.filter(({ candidate }) => isNote(candidate, notes)).map(({ line }) => line);
  const total_rows = rows + unclear - found.length;
  if (total_rows > maxRows) throw tooManyRows(maxRows);
  const skipped_lines = [...skipped, ...found].sort((one, other) => one.line - other.line).slice(0, maxSkippedLines);
  const ignored_below = below + found.length;
  return { total_rows, notes, ignored_rows: above + ignored_below, ignored_below, skipped_lines };
}

function tooManyRows(maxRows: number): UnreadableFile {
  return new UnreadableFile(`The file has more than ${maxRows.toLocaleString('en')} rows: split it.`);
}

function textOf(cells: readonly string[], delimiter: string): string {
  const end = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  const text = cells
    .slice(0, Math.min(end, maxSkippedText))
    .map((cell) => cell.slice(0, maxSkippedText))
    .join(delimiter);
  return text
    .replace(/[\0\s]+/g, ' ')
    .slice(0, maxSkippedText)
    .trim()
    .toWellFormed();
}
