import type { AccountId } from './account-id';
import type { CursorCodec, Position } from './cursor';

export const defaultPageLimit = 25;
export const maximalPageLimit = 100;

export interface Page<T> {
  readonly items: readonly T[];
  /** Give it as `cursor` to get the next page; null on the last one. */
  readonly next_cursor: string | null;
}

/**
 * Cuts a page out of rows that were read with one row more than the limit: the surplus row only proves that there is a
 * next page.
 */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  list: { readonly codec: CursorCodec; readonly name: string; readonly accountId: AccountId },
  position: (row: Row) => Position,
  view: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: kept.map(view),
    next_cursor: more ? list.codec.encode(list.name, list.accountId, position(last)) : null,
  };
}
