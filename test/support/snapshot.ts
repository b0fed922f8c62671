import type { TestApp } from './app';

type Digests = Readonly<Record<string, string>>;

/**
 * What the database holds, as one digest of its rows for each table, and how many mails were sent. Two of them are compared with
 * `toEqual`.
 */
export async function digestsOf(
  { sql, countMails }: Pick<TestApp, 'sql' | 'countMails'>,
  where: (columns: readonly string[]) => string | undefined = () => 'true',
): Promise<Digests> {
  const mails = await countMails();
  const tables = await sql<{ name: string; columns: string[] }>(
    `select table_name as name, array_agg(column_name::text) as columns from information_schema.columns
     join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' group by table_name order by table_name`,
  );
  const parts = tables.flatMap(({ name, columns }) => {
    const condition = where(columns);
    if (condition === undefined) return [];
    return `select '${name}' as name, count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\n' order by t::text), '')) as digest
            from "${name}" t where ${condition}`;
  });
  const rows = await sql<{ name: string; digest: string }>(parts.join(' union all '));
  return { 'mails sent': String(mails), ...Object.fromEntries(rows.map(({ name, digest }) => [name, digest])) };
}

/** Of every table whose rows belong to an account. */
export function digestsOfAccount(program: Pick<TestApp, 'sql' | 'countMails'>, accountId: string): Promise<Digests> {
  return digestsOf(program, (columns) => (columns.includes('account_id') ? `account_id = '${accountId}'` : undefined));
}

/** Every id that stands in the account's rows, and the account's own. */
export async function idsOfAccount({ sql }: Pick<TestApp, 'sql'>, accountId: string): Promise<ReadonlySet<string>> {
  const tables = await sql<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'account_id'`,
  );
  const ids = new Set<string>();
  for (const { name } of tables) {
    const rows = await sql<{ text: string }>(`select t::text as text from "${name}" t where account_id = $1`, [
      accountId,
    ]);
    for (const { text } of rows) for (const [id] of text.matchAll(uuids)) ids.add(id);
  }
  return ids;
}

export const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
