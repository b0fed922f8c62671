import type { AccountId } from './account-id';
import type { CursorCodec, Position } from './cursor';
import { InvalidInputError } from './domain-error';

export const defaultPageLimit = 25;
export const maxPageLimit = 100;

export interface Page<T> {
  readonly items: readonly T[];
  /** Send it as `cursor` to get the next page; null on the last page. */
  readonly next_cursor: string | null;
}

interface Dated {
  /** In views it is a text. */
  readonly created_at: Date | string;
  readonly id: string;
}

/** A keyset list of one account. It reads the cursors that it gave out and cuts pages from rows. */
export class PagedList {
  /** @param name of the list, and of its order if it has several. A cursor is valid only for this name. */
  constructor(
    private readonly codec: CursorCodec,
    private readonly name: string,
    private readonly accountId: AccountId,
  ) {}

  /** @throws InvalidInputError if the cursor is malformed, altered, or of another list or account. */
  after(cursor: string | undefined, field = 'cursor'): Position | null {
    if (cursor === undefined) return null;
    const position = this.codec.decode(this.name, this.accountId, cursor);
    if (position) return position;
    const message = `${field} must be the next_cursor of an earlier page of this list, unchanged`;
    throw new InvalidInputError([{ field, message }]);
  }

  /** @returns the cursor of a position. */
  cursorOf(position: Position): string {
    return this.codec.encode(this.name, this.accountId, position);
  }

  /** Cuts a page from rows in the order of `created_at` and `id`. */
  page<Row extends Dated, Item = Row>(rows: readonly Row[], limit: number, view?: (row: Row) => Item): Page<Item> {
    return this.pageBy(rows, limit, ({ created_at, id }) => ({ at: new Date(created_at).getTime(), id }), view);
  }

  /**
   * Cuts a page from rows that were read with one row more than the limit. The additional row only proves that there is
   * a next page.
   */
  pageBy<Row, Item = Row>(
    rows: readonly Row[],
    limit: number,
    position: (row: Row) => Position,
    view: (row: Row) => Item = (row) => row as unknown as Item,
  ): Page<Item> {
    const kept = rows.slice(0, limit);
    const last = kept.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { items: kept.map((row) => view(row)), next_cursor: more ? this.cursorOf(position(last)) : null };
  }
}
