import type { TableRow } from '../../../platform/tables/table-reader';
import { readBatch } from './row-batches';
import type { RowReader } from './row-reader';

/** @returns how many rows are read between two turns of other work. */
async function rowsInTurns(rows: readonly TableRow[]): Promise<readonly number[]> {
  const turns: number[] = [0];
  let isReading = true;
  const other = () => {
    if (!isReading) return;
    turns.push(0);
    setImmediate(other);
  };
  setImmediate(other);
  const of = () => {
    turns[turns.length - 1]!++;
    return { faults: [] };
  };
  const read = await readBatch({ of } as unknown as RowReader, rows);
  isReading = false;
  expect(read.size).toBe(rows.length);
  return turns;
}

const rowsOf = (count: number, cells: readonly string[]): TableRow[] =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, cells }));

it('other work gets its turn after 25 rows, and after few large ones', async () => {
  expect(Math.max(...(await rowsInTurns(rowsOf(100, ['a', 'b']))))).toBe(25);
  expect(Math.max(...(await rowsInTurns(rowsOf(10, ['x'.repeat(70_000)]))))).toBe(1);
  expect(Math.max(...(await rowsInTurns(rowsOf(30, Array<string>(1_000).fill('')))))).toBe(9);
});
