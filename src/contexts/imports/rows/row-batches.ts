import { setImmediate } from 'node:timers/promises';
import type { TableRow } from '../../../platform/tables/table-reader';
import type { RowReader } from './row-reader';

/** More would be a little quicker, and requests beside it would wait longer. */
const maxBatchRows = 250;
/** That many are read before others have their turn. */
const rowsPerTurn = 25;
/** In characters: rows may be a megabyte each. */
const maxBatchText = 4 * 1_048_576;

/** What rows say, by their numbers. */
export type ReadRows = ReadonlyMap<number, ReturnType<RowReader['of']>>;

/** @param done rows that are done already. */
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
    // An empty cell takes memory, too.
    size += row.cells.reduce((total, cell) => total + cell.length, 8 * row.cells.length);
    if (batch.length < maxBatchRows && size < maxBatchText) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** With pauses, in which the program does other things. */
export async function readBatch(reader: RowReader, rows: readonly TableRow[]): Promise<ReadRows> {
  const read = new Map<number, ReturnType<RowReader['of']>>();
  for (const [index, row] of rows.entries()) {
    if (index % rowsPerTurn === rowsPerTurn - 1) await setImmediate();
    read.set(row.number, reader.of(row));
  }
  return read;
}
