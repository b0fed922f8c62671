import type { BulkPaths, BulkItem } from './types.js';

/** What one request of the API takes (docs/contract.md, section 8). */
const maxItems = 1_000;
const maxActionChanges = 50;
/** 8 MiB, but for what stands around the items. */
const maxBytes = 8 * 1024 * 1024 - 1024;

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
  let [offset, bytes, changes] = [0, 0, 0];
  for (const [index, item] of items.entries()) {
    const size = encoder.encode(JSON.stringify(item)).length + 1;
    const isChange = index > offset && item.action !== items[index - 1]!.action;
    const isFull = index - offset === maxItems || bytes + size > maxBytes || (isChange && changes === maxActionChanges);
    if (isFull && index > offset) {
      yield { offset, items: items.slice(offset, index) };
      [offset, bytes, changes] = [index, 0, 0];
    } else if (isChange) changes++;
    bytes += size;
  }
  if (items.length > 0) yield { offset, items: items.slice(offset) };
}
