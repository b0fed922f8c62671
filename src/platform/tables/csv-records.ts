import { setImmediate } from 'node:timers/promises';
import { CsvError, Parser } from 'csv-parse';

/** Maximum size of a record in bytes: 1 MiB. */
const maxRecordSize = 1_048_576;
/** Number of bytes to parse before other work gets its turn. */
const sliceSize = 16_384;

export interface Dialect {
  readonly delimiter: string;
  /** Whether blanks may stand before quotation marks: `A, "Lee, Jr"`. Then blanks before cells are dropped. */
  readonly has_blanks_before_quotes?: boolean | undefined;
}

/** Cuts chunks into slices, with pauses in which other work gets its turn. */
export async function* slicesOf(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
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
export async function* recordsOf(
  source: AsyncIterable<Buffer>,
  { delimiter, has_blanks_before_quotes = false }: Dialect,
  isWhole = true,
): AsyncGenerator<string[][]> {
  const parser = new BatchParser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: maxRecordSize,
    ltrim: has_blanks_before_quotes,
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
