/**
 * The beginning of a statement. `held` has every import of which the table has rows, at one index step each, however
 * many rows there are. Starting from `imports` would be slower and slower, because imports are kept for ever and their
 * rows are not.
 *
 * @param key the first columns of the table's primary key.
 */
export function distinctImports(table: string, key: readonly string[] = ['import_id']): string {
  const columns = key.join(', ');
  return `with recursive held as (
    (select account_id, ${columns} from ${table} order by ${columns} limit 1)
    union all
    select next.* from held cross join lateral (
      select account_id, ${columns} from ${table}
      where (${columns}) > (${key.map((column) => `held.${column}`).join(', ')}) order by ${columns} limit 1
    ) as next
  )`;
}
