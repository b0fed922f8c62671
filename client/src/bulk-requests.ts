import type { BulkPaths, BulkItem } from './types.js';

/** What one request of the API takes (docs/contract.md, section 8). */
const maxItems = 1_000;
const maxActionChanges = 50;
/** 8 MiB and 150,000 values, but for what stands around the items. */
const maxBytes = 8 * 1024 * 1024 - 1024;
const maxValues = 150_000 - 10;

export interface BulkRequest<P extends BulkPaths> {
  /** The place of its first item in the whole array. */
  readonly offset: number;
  readonly items: readonly BulkItem<P>[];
}

/**
 * Cuts items into requests, each as long as it may be. The same items always make the same requests: their keys rely on that.
 *
 * @throws TypeError for an item that is not JSON.
 */
export function* bulkRequests<P extends BulkPaths>(items: readonly BulkItem<P>[]): Generator<BulkRequest<P>> {
  const encoder = new TextEncoder();
  let [offset, bytes, values, changes] = [0, 0, 0, 0];
  for (const [index, item] of items.entries()) {
    const size = encoder.encode(JSON.stringify(item)).length + 1;
    const isChange = index > offset && item.action !== items[index - 1]!.action;
    const itemValues = valuesIn(item);
    const isFull =
      index - offset === maxItems ||
      bytes + size > maxBytes ||
      values + itemValues > maxValues ||
      (isChange && changes === maxActionChanges);
    if (isFull && index > offset) {
      yield { offset, items: items.slice(offset, index) };
      [offset, bytes, values, changes] = [index, 0, 0, 0];
    } else if (isChange) changes++;
    bytes += size;
    values += itemValues;
  }
  if (items.length > 0) yield { offset, items: items.slice(offset) };
}

/** Lists, objects, and what is in them, at every level. */
function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, part) => sum + valuesIn(part), 1);
}
