/**
 * The beginning of a statement: `held` is every import of which the table holds something, a step along its key each, however
 * much that is. Imports themselves are kept for good: whoever looks for old ones among them finds more and more whose rows are gone.
 *
 * @param key what the primary key of the table begins with.
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
