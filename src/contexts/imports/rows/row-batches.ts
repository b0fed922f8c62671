import { setImmediate } from 'node:timers/promises';
import type { TableRow } from '../../../platform/tables/table-reader';
import type { RowReader } from './row-reader';

/**
 * Rows in a batch. 1,000 would be a fifth faster, and requests beside it would wait twice as long
 * (docs/decisions/0029-cost-of-a-request.md).
 */
const maxBatchRows = 250;
/** Rows to read before other work gets its turn, or their size as of a batch. */
const rowsPerTurn = 25;
const textPerTurn = 65_536;
/** Maximum size of a batch in characters, because a row may have a megabyte. */
const maxBatchText = 4 * 1_048_576;

/** The read rows, by row number. */
export type ReadRows = ReadonlyMap<number, ReturnType<RowReader['of']>>;

/** @param done number of rows that are already done. */
export async function* batchesOf(
  rows: AsyncIterable<TableRow>,
  done: number,
  signal: AbortSignal,
): AsyncGenerator<readonly TableRow[]> {
  let batch: TableRow[] = [];
  let size = 0;
  for await (const row of rows) {
    if (row.number % maxBatchRows === 0) signal.throwIfAborted();
    if (row.number <= done) continue;
    batch.push(row);
    size += sizeOf(row);
    if (batch.length < maxBatchRows && size < maxBatchText) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Reads rows with pauses, in which other work gets its turn. */
export async function readBatch(reader: RowReader, rows: readonly TableRow[]): Promise<ReadRows> {
  const read = new Map<number, ReturnType<RowReader['of']>>();
  let [turnRows, turnText] = [0, 0];
  for (const row of rows) {
    if (turnRows >= rowsPerTurn || turnText >= textPerTurn) {
      await setImmediate();
      [turnRows, turnText] = [0, 0];
    }
    read.set(row.number, reader.of(row));
    turnRows++;
    turnText += sizeOf(row);
  }
  return read;
}

/** @returns the size in characters. An empty cell also takes memory. */
function sizeOf({ cells }: TableRow): number {
  return cells.reduce((total, cell) => total + cell.length, 8 * cells.length);
}
