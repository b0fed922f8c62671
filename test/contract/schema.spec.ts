import { DataSource } from 'typeorm';
import { startApp, type TestApp } from '../support/app';
import { statementsWithoutAccount, tenantTables, forgetsAccount } from './statement-exceptions';

let program: TestApp;
beforeAll(async () => {
  program = await startApp();
});
afterAll(() => program.close());

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

it('entities have exactly the columns of their tables', async () => {
  const actual = await columns();
  const entities = program.app.get(DataSource).entityMetadatas;
  expect(entities.length).toBeGreaterThan(0);
  for (const { tableName, columns: declared } of entities) {
    const describe = (name: string, type: string, nullable: boolean) => `${name} ${type}${nullable ? '' : ' not null'}`;
    const inDatabase = actual
      .filter(({ table_name }) => table_name === tableName)
      .map(({ column_name, udt_name, is_nullable }) => describe(column_name, udt_name, is_nullable === 'YES'));
    const inEntity = declared.map(({ databaseName, type, isArray, isNullable }) =>
      describe(databaseName, `${isArray ? '_' : ''}${type === 'bigint' ? 'int8' : String(type)}`, isNullable),
    );
    expect({ table: tableName, columns: inEntity.sort() }).toEqual({ table: tableName, columns: inDatabase.sort() });
  }
});

it('times are kept in milliseconds, and no column has a default of its own', async () => {
  const all = await columns();
  const times = all.filter(({ udt_name }) => udt_name.startsWith('timestamp'));
  expect(
    times.every(({ udt_name, datetime_precision }) => udt_name === 'timestamptz' && datetime_precision === 3),
  ).toBe(true);
  expect(all.filter(({ column_default }) => column_default !== null)).toEqual([]);
});

it('the list of tenant tables is complete, and their account is never null', async () => {
  const owned = (await columns()).filter(({ column_name }) => column_name === 'account_id');
  expect(owned.map(({ table_name }) => table_name).sort()).toEqual([...tenantTables].sort());
  expect(owned.every(({ is_nullable }) => is_nullable === 'NO')).toBe(true);
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
  it.each([
    'select * from sources where id = $1',
    'SELECT "Source"."account_id" FROM "sources" "Source" WHERE "Source"."id" = $1',
    'update "users" set "name" = $1 where "id" = $2',
    'delete from sessions',
    'insert into sources (id, name) values ($1, $2)',
    'select 1 from accounts a join users u on u.account_id = a.id where a.name = $1',
  ])('notices: %s', (text) => {
    expect(forgetsAccount({ name: undefined, text })).toBe(true);
  });

  it.each([
    'select * from sources where account_id = $1 and id = $2',
    'UPDATE "users" SET "name" = $1 WHERE "account_id" = $2 AND "id" = $3',
    'insert into "sources"("id", "account_id", "name") values ($1, $2, $3)',
    'select 1',
    'select * from accounts where id = $1',
  ])('lets pass: %s', (text) => {
    expect(forgetsAccount({ name: undefined, text })).toBe(false);
  });

  it('gives a reason for each exception', () => {
    for (const reason of Object.values(statementsWithoutAccount)) expect(reason.length).toBeGreaterThan(20);
  });
});
