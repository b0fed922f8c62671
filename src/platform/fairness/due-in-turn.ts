/** Rows that wait, and the index that finds them. All texts are SQL of the program, never values of a caller. */
export interface WaitingRows {
  /** A table with a column `account_id`. */
  readonly table: string;
  /** Which of its rows wait. They need an index on (`account_id`, `order`). */
  readonly condition: string;
  /** The column in whose order the rows of an account are taken. */
  readonly order: string;
}

/** Before the id of every account: a search from here begins with the first account. */
export const beforeAllAccounts = '00000000-0000-0000-0000-000000000000';

/**
 * A common table expression for `with recursive`: `in_turn (account_id, <order>, place)` has each account with waiting
 * rows, its first value of `order`, and its place from 1 on. It costs one index step for each account, however many
 * rows wait. Where there are more accounts than `max`, the next search begins after the last one of this one.
 *
 * @param after the parameter with the id after which the search begins.
 * @param max the parameter with the maximum number of accounts.
 */
export function accountsInTurn({ table, condition, order }: WaitingRows, after: string, max: string): string {
  const firstAfter = (place: string) =>
    `from ${table} where ${condition} and account_id > ${place} order by account_id, ${order} limit 1`;
  return `in_turn as (
    (select account_id, ${order}, 1 as place ${firstAfter(after)})
    union all
    select next.account_id, next.${order}, in_turn.place + 1 from in_turn cross join lateral (
      select account_id, ${order} ${firstAfter('in_turn.account_id')}
    ) as next
    where in_turn.place < ${max}
  )`;
}
