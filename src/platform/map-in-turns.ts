import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many items are mapped in one turn of the event loop. */
const itemsInATurn = 50;

/** Like `map`, and lets the event loop do other work between every 50 items. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % itemsInATurn === 0) await nextTurn();
    results.push(map(item, index));
  }
  return results;
}
