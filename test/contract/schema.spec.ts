import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { pendingDefaults, retiredColumns } from './releases';
import { forgottenAccounts, statementsWithoutAccount, tenantTables } from './statement-exceptions';
import { useApi } from '../support/api';

const { program } = useApi();

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly udt_name: string;
  readonly is_nullable: 'YES' | 'NO';
  readonly column_default: string | null;
  readonly datetime_precision: number | null;
}

async function columns(): Promise<Column[]> {
  return program.sql<Column>(
    `select table_name, column_name, udt_name, is_nullable, column_default, datetime_precision
     from information_schema.columns where table_schema = 'public' and table_name <> 'migrations'`,
  );
}

it('entities have exactly the columns of their tables, except retired ones', async () => {
  const actual = await columns();
  const entities = program.app.get(DataSource).entityMetadatas;
  expect(entities.length).toBeGreaterThan(0);
  for (const { tableName, columns: declared } of entities) {
    const describe = (name: string, type: string, nullable: boolean) => `${name} ${type}${nullable ? '' : ' not null'}`;
    const inDatabase = actual
      .filter(({ table_name, column_name }) => {
        return table_name === tableName && !(`${table_name}.${column_name}` in retiredColumns);
      })
      .map(({ column_name, udt_name, is_nullable }) => describe(column_name, udt_name, is_nullable === 'YES'));
    const inEntity = declared.map(({ databaseName, type, isArray, isNullable }) =>
      describe(databaseName, `${isArray ? '_' : ''}${type === 'bigint' ? 'int8' : String(type)}`, isNullable),
    );
    expect({ table: tableName, columns: inEntity.sort() }).toEqual({ table: tableName, columns: inDatabase.sort() });
  }
});

it('times are kept in milliseconds', async () => {
  const times = (await columns()).filter(({ udt_name }) => udt_name.startsWith('timestamp'));
  expect(
    times.every(({ udt_name, datetime_precision }) => udt_name === 'timestamptz' && datetime_precision === 3),
  ).toBe(true);
});

it('no column has a default, except pending and retired ones', async () => {
  const withDefault = (await columns())
    .filter(({ column_default }) => column_default !== null)
    .map(({ table_name, column_name }) => `${table_name}.${column_name}`);
  expect(withDefault.filter((column) => !(column in retiredColumns)).sort()).toEqual(
    Object.keys(pendingDefaults).sort(),
  );
});

/** A mail that asks for a new password is of no account: whether anybody has the address shows when it is sent. */
const mayBelongToNobody = ['mails'];

it('the list of tenant tables is complete, and their account is never null but for the mails of nobody', async () => {
  const owned = (await columns()).filter(({ column_name }) => column_name === 'account_id');
  expect(owned.map(({ table_name }) => table_name).sort()).toEqual([...tenantTables].sort());
  const nullable = owned.filter(({ is_nullable }) => is_nullable === 'YES');
  expect(nullable.map(({ table_name }) => table_name)).toEqual(mayBelongToNobody);
});

it('references between tenants’ tables carry the account', async () => {
  const keys = await program.sql<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where contype = 'f' and confrelid <> 'accounts'::regclass`,
  );
  expect(keys.length).toBeGreaterThan(0);
  for (const { definition } of keys)
    expect(definition).toMatch(/^FOREIGN KEY \(account_id, \w+\) REFERENCES \w+\(account_id, id\)/);
});

it('every constraint and index has a name of ours', async () => {
  const names = await program.sql<{ name: string }>(
    `select conname as name from pg_constraint
       where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid <> 'migrations'::regclass
     union select indexname from pg_indexes where schemaname = 'public' and tablename <> 'migrations'`,
  );
  for (const { name } of names) expect(name).toMatch(/_(pkey|key|fkey|check|idx)$/);
});

it('the database refuses a source that names a user of another account', async () => {
  const ada = await program.register();
  const grace = await program.register();
  const insert = program.sql(
    `insert into sources (id, account_id, created_by, name, created_at, updated_at) values (gen_random_uuid(), $1, $2, 'x', now(), now())`,
    [ada.user.account_id, grace.user.id],
  );
  await expect(insert).rejects.toMatchObject({ code: '23503', constraint: 'sources_created_by_fkey' });
});

describe('the watch over statements', () => {
  const told = (text: string, name?: string) => forgottenAccounts({ name, text });

  it.each([
    ['select * from sources where id = $1', 'sources'],
    ['SELECT "Source"."account_id" FROM "sources" "Source" WHERE "Source"."id" = $1', 'sources'],
    ['update "users" set "name" = $1 where "id" = $2', 'users'],
    ['update users set account_id = $1 where id = $2', 'users'],
    ['delete from sessions', 'sessions'],
    ['insert into sources (id, name) values ($1, $2)', 'sources'],
    ['select 1 from accounts a join users u on u.account_id = a.id where a.name = $1', 'users'],
    ['select 1 from users u join sources s on s.id = $2 where u.account_id = $1', 'sources'],
    ['select 1 from users u, sources s where u.account_id = $1 and s.created_by = u.id', 'sources'],
    ['select 1 from users u join sources s using (id) where u.account_id = $1', 'sources'],
    ['select 1 from users u left join sources s on u.account_id = $1 and s.account_id = u.account_id', 'users,sources'],
    ['select 1 from users where account_id = $1 and id in (select created_by from sources)', 'sources'],
    ['select (select name from companies where id = c.company_id) from contacts c where account_id = $1', 'companies'],
    ['with made as (select id from sources) select 1 from users where account_id = $1', 'sources'],
    ['select 1 from users where account_id = $1 union all select 1 from sources', 'sources'],
    ['(select 1 from sources limit 1) union (select 1 from users where account_id = $1)', 'sources'],
    ['delete from sessions using users where users.account_id = $1 and users.id = user_id', 'sessions'],
    ['update sources s set name = $2 from users u where u.account_id = $1 and u.id = s.created_by', 'sources'],
    ['insert into sources (id, account_id) select id, account_id from contacts where id = $1', 'contacts'],
    ['insert into sources (id, account_id) values ($1, $2) on conflict (id) do update set name = $3', 'sources'],
    ['select 1 from sources where account_id = $1 or id = $2', 'sources'],
    ['select 1 from sources where not (account_id = $1)', 'sources'],
    ['select 1 from sources where coalesce(account_id = $1, true)', 'sources'],
    ['select account_id = $1 from sources', 'sources'],
    ['select 1 from sources where account_id = any($1::uuid[])', 'sources'],
    ['select 1 from sources where account_id is not distinct from $1', 'sources'],
    ['select 1 from sources where account_id = account_id', 'sources'],
    ["select 1 from sources where name = 'account_id = $1' -- and account_id = $1", 'sources'],
    ['select 1 from unnest($1::uuid[]) as made (id) cross join lateral (select 1 from users) as u', 'users'],
    ['select 1; delete from sources', 'sources'],
  ])('notices: %s', (text, tables) => {
    expect(told(text)).toEqual(tables.split(',').map((table) => `"${table}" is bound to no account.`));
  });

  it.each([
    'select * from sources where account_id = $1 and id = $2',
    'UPDATE "users" SET "name" = $1 WHERE "account_id" = $2 AND "id" = $3',
    'SELECT "U"."id" AS "U_id" FROM "users" "U" WHERE (("U"."account_id" = $1) AND ("U"."id" = $2)) LIMIT 1',
    'insert into "sources"("id", "account_id", "name") values ($1, $2, $3)',
    'select 1 from users u join sources s on s.account_id = u.account_id where u.account_id = $1::uuid',
    'select 1 from users u join sources s using (account_id) where u.account_id = $1',
    'select 1 from users u left join sources s on s.account_id = u.account_id where u.account_id = $1',
    'select 1 from accounts a join users u on u.account_id = a.id where a.id = $1',
    'select (select name from companies where account_id = c.account_id) from contacts c where account_id = $1',
    'select 1 from unnest($2::text[]) as t (form) cross join lateral (select 1 from users where account_id = $1) as u',
    'with made as (select id from sources where account_id = $1) select id from made',
    'insert into sources (id, account_id) select id, $1 from contacts where account_id = $1',
    'insert into sources (id, account_id) values ($1, $2) on conflict (account_id, id) do update set name = $3',
    'insert into sources (account_id) values ($1) on conflict (id) do update set name = $3 where sources.account_id = $1',
    'delete from sessions s using users u where u.account_id = $1 and s.account_id = u.account_id',
    'select 1 from sources where account_id = $1 and (name = $2 or id = $3) for no key update',
    'select 1',
    'select * from accounts where id = $1',
  ])('lets pass: %s', (text) => {
    expect(told(text)).toEqual([]);
  });

  it('frees what an exception names, and nothing else', () => {
    const text = 'select 1 from refresh_tokens t join sessions s on s.id = t.session_id';
    expect(told(text, 'refresh-tokens-state')).toEqual(['"sessions" is bound to no account.']);
    expect(told(`${text} and s.account_id = t.account_id`, 'refresh-tokens-state')).toEqual([]);
  });

  it('wants no exception that is of no use', () => {
    const bound = 'select 1 from users where account_id = $1';
    expect(told(bound, 'users-by-email')).toEqual(['"users" needs no exception.']);
    expect(told('select 1', 'users-by-email')).toEqual(['"users" is not in it.']);
  });

  it('does not guess at what it does not understand', () => {
    expect(told('lock table only sources; select 1 from (users natural join sources) where account_id = $1')).toEqual([
      "Only 0 of 1 tenants' tables were understood.",
    ]);
  });

  it('has a reason for each exception, and a statement of the program', () => {
    const root = join(__dirname, '../../src');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const program = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    for (const [name, { reason }] of Object.entries(statementsWithoutAccount)) {
      expect(reason.length).toBeGreaterThan(20);
      expect(program).toContain(`'${name}'`);
    }
  });
});
