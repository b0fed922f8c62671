import { setImmediate } from 'node:timers/promises';
import { CsvError, Parser } from 'csv-parse';
import { unescapeFormula } from './formula-escaping';
import { decode, detectEncoding, type Encoding } from './text-encoding';
import { delimiters, errorColumn, isBlank, maxColumns, readLayout, type Delimiter, type Layout } from './table-layout';

/** The message is a sentence for the user who uploaded the file. */
export class UnreadableFile extends Error {}

/** How to read a file. A plain object, because it is stored between inspecting and reading. */
export interface TableShape extends Layout {
  readonly encoding: Encoding;
  /** Whether some bytes are broken and read as U+FFFD. */
  readonly faulty: boolean;
  /** Whether this program wrote the file, with the errors of rows. Then formulas are escaped in it. */
  readonly returned: boolean;
}

/** Reads the file from its beginning. May be called several times. */
export type Chunks = () => AsyncIterable<Buffer>;

export interface TableRow {
  /** From 1, without the header and blank lines. */
  readonly number: number;
  /** The cells of the line, as many as it has, untrimmed. */
  readonly cells: readonly string[];
}

const maxRecordSize = 1_048_576;
const shownRows = 5;
const sampleSize = 262_144;
const sampleRecords = 200;
/** Number of bytes to parse before other work gets its turn. */
const sliceSize = 16_384;

/**
 * Reads the whole file.
 *
 * @returns its shape, its first five rows with one cell for each header, and the number of rows.
 * @throws UnreadableFile
 */
export async function inspectTable(
  chunks: Chunks,
  maxRows: number,
  isKnownHeader: (header: string) => boolean,
): Promise<{ readonly shape: TableShape; readonly sample_rows: string[][]; readonly total_rows: number }> {
  const detection = await detectEncoding(slicesOf(chunks()));
  if ('refused' in detection) throw new UnreadableFile(detection.refused);
  const layout = await inspectLayout(chunks, detection.encoding, isKnownHeader);
  const returned = layout.headers.at(-1) === errorColumn;
  const headers = returned ? layout.headers.map(unescapeFormula) : layout.headers;
  const shape = { ...detection, ...layout, headers, returned };
  let total_rows = 0;
  for await (const { number } of readRows(chunks, shape)) {
    if (number > maxRows)
      throw new UnreadableFile(`The file has more than ${maxRows.toLocaleString('en')} rows: split it.`);
    total_rows = number;
  }
  return { shape, sample_rows: await readSample(chunks, shape), total_rows };
}

/** @returns the first five rows, with one cell for each header. @throws UnreadableFile */
export async function readSample(chunks: Chunks, shape: TableShape): Promise<string[][]> {
  const sample: string[][] = [];
  for await (const { cells } of readRows(chunks, shape)) {
    sample.push(shape.headers.map((_, column) => cells[column] ?? ''));
    if (sample.length === shownRows) break;
  }
  return sample;
}

/** @throws UnreadableFile after the rows before the broken one. */
export async function* readRows(chunks: Chunks, shape: TableShape): AsyncGenerator<TableRow> {
  let skipped = 0;
  let number = 0;
  try {
    for await (const records of recordsOf(decode(slicesOf(chunks()), shape.encoding), shape.delimiter)) {
      for (const cells of records) {
        if (skipped <= shape.skipped_records) skipped++;
        else if (!isBlank(cells)) yield { number: ++number, cells: cellsOf(cells, shape) };
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED')
      throw new UnreadableFile(`A quotation mark that is opened near row ${number + 1} is never closed.`);
    throw new UnreadableFile(`Row ${number + 1} is longer than 1 MiB: a quotation mark near it may never be closed.`);
  }
}

/** Drops blank cells after the last column. A megabyte of commas would otherwise become a million cells. */
function cellsOf(cells: readonly string[], { headers, returned }: TableShape): readonly string[] {
  const end = cells.length <= headers.length ? cells.length : cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  const kept = end < cells.length ? cells.slice(0, Math.max(end, headers.length)) : cells;
  return returned ? kept.map(unescapeFormula) : kept;
}

async function inspectLayout(
  chunks: Chunks,
  encoding: Encoding,
  isKnownHeader: (header: string) => boolean,
): Promise<Layout> {
  const parts: Buffer[] = [];
  let missing = sampleSize;
  for await (const part of decode(slicesOf(chunks()), encoding)) {
    parts.push(part.subarray(0, missing));
    missing -= part.length;
    if (missing < 0) break;
  }
  const isCut = missing < 0;
  const begin = Buffer.concat(parts);
  const samples = new Map<Delimiter, string[][]>();
  for (const delimiter of delimiters) samples.set(delimiter, await sampleOf(begin, delimiter, isCut));
  const layout = readLayout(begin.toString('utf8', 0, 20), samples, isKnownHeader);
  if (layout === 'too many columns')
    throw new UnreadableFile(`The file has more than ${maxColumns.toLocaleString('en')} columns.`);
  if (layout) return layout;
  if (samples.get(',')!.length > 0) throw new UnreadableFile('The file is empty.');
  throw new UnreadableFile(
    `The first row is ${isCut ? 'too long' : 'not complete'}: a quotation mark is never closed.`,
  );
}

/** @param isCut whether the file continues, so that the last record may be incomplete. */
async function sampleOf(begin: Buffer, delimiter: Delimiter, isCut: boolean): Promise<string[][]> {
  const sample: string[][] = [];
  try {
    for await (const records of recordsOf(slicesOf([begin]), delimiter, !isCut)) {
      sample.push(...records.slice(0, sampleRecords - sample.length));
      if (sample.length === sampleRecords) break;
    }
  } catch (error) {
    // With a wrong delimiter an error means nothing. With the right one the later reading fails too, and names the row.
    if (!(error instanceof CsvError)) throw error;
  }
  return sample;
}

async function* slicesOf(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  let sinceBreak = 0;
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += sliceSize) {
      const slice = chunk.subarray(start, start + sliceSize);
      yield slice;
      sinceBreak += slice.length;
      if (sinceBreak < sliceSize) continue;
      sinceBreak = 0;
      await setImmediate();
    }
  }
}

/** Returns records in batches, because a stream of single records takes longer than parsing them. */
class BatchParser extends Parser {
  private batch: string[][] = [];

  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null);
    this.batch.push(record);
    // Otherwise each record with another length than the first costs an error with a stack, although such records are
    // wanted.
    (this.info as { records: number }).records = 0;
    return true;
  }

  takeBatch(): string[][] {
    const { batch } = this;
    this.batch = [];
    return batch;
  }
}

/** Returns blank lines too. Throws CsvError after the complete records before the fault. */
async function* recordsOf(
  source: AsyncIterable<Buffer>,
  delimiter: Delimiter,
  isWhole = true,
): AsyncGenerator<string[][]> {
  const parser = new BatchParser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: maxRecordSize,
  });
  // The callback gets the error too.
  parser.on('error', () => undefined);
  let sinceRecord = 0;
  const after = async (step: (done: (error?: Error | null) => void) => void) => {
    const failure = await new Promise<Error | null>((resolve) => step((error) => resolve(error ?? null)));
    return { records: parser.takeBatch(), failure };
  };
  for await (const slice of source) {
    const { records, failure } = await after((done) => parser.write(slice, done));
    yield records;
    if (failure) throw failure;
    // The parser limits only cells. It would collect any number of bare delimiters.
    sinceRecord = records.length > 0 ? 0 : sinceRecord + slice.length;
    if (sinceRecord > 2 * maxRecordSize) throw new CsvError('CSV_MAX_RECORD_SIZE', 'Max Record Size', parser.options);
  }
  if (!isWhole) return;
  const { records, failure } = await after((done) => parser.end(done));
  yield records;
  if (failure) throw failure;
}
