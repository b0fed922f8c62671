import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Client as Connection } from 'pg';
import { newEmail, startApp, type TestApp } from '../support/app';
import type { SignedIn } from '../support/client';
import { withClient, workerDatabaseUrl } from '../support/database';
import { Importing } from '../support/imports';
import { measured } from '../support/measured';
import { tenantTables } from './statement-exceptions';

type Row = Readonly<Record<string, unknown>>;

interface Reference {
  readonly name: string;
  readonly table: string;
  readonly target: string;
  /** The referencing column beside the account. */
  readonly column: string;
}

interface Column {
  readonly table_name: string;
  readonly column_name: string;
  readonly udt_name: string;
  readonly is_written: boolean;
  readonly is_nullable: boolean;
}

/** Ids that no foreign key binds to their account, and why that gives nothing away. */
const loose: Readonly<Record<string, string>> = {
  'custom_field_values.record_id': 'Of three kinds of records; a trigger of their tables alone writes it.',
  'events.entity_id': 'Of many kinds of records, and it outlives them.',
  'events.user_id': 'Tells who it was, and hinders nobody in going.',
  'events.app_id': 'As above.',
  'imports.app_id': 'As above.',
  'imports.upload_id': 'Names a set of chunks of this import, not a row.',
  'import_chunks.upload_id': 'As above.',
  'webhook_deliveries.endpoint_id': 'It outlives its endpoint, whose reading is bound to the account.',
  'webhook_deliveries.event_id': 'As above, of its event.',
  'import_changes.created_ids': 'Of records that may be gone; undoing is bound to the account.',
  'import_changes.restored_ids': 'As above.',
};

let program: TestApp;
let database: Connection;
let release: () => void;
let ended: Promise<void>;
let references: readonly Reference[];
let columns: readonly Column[];
let ada: string;
let grace: string;

const isTenant = (table: string) => (tenantTables as readonly string[]).includes(table);
const rows = async <T extends object = Row>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await database.query<T>(text, values)).rows;
const columnsOf = (table: string) => columns.filter(({ table_name }) => table_name === table);

beforeAll(async () => {
  program = await startApp({ WORKERS: 'on' });
  await new Promise<void>((connected) => {
    ended = withClient(workerDatabaseUrl(), async (client) => {
      database = client;
      const held = new Promise<void>((resolve) => (release = resolve));
      connected();
      await held;
    });
  });
  references = await rows<Reference>(
    `select conname as name, conrelid::regclass::text as table, confrelid::regclass::text as target,
       (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[array_length(conkey, 1)]) as column
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and confrelid <> 'accounts'::regclass
     order by 1`,
  );
  columns = await rows<Column>(
    `select table_name, column_name, udt_name, is_generated = 'NEVER' and is_identity = 'NO' as is_written,
       is_nullable = 'YES' as is_nullable
     from information_schema.columns where table_schema = 'public'`,
  );
  const accounts = await Promise.all([populated(), populated()]);
  [ada, grace] = accounts;
});
afterAll(async () => {
  release();
  await ended;
  await program.close();
});

/** An account with a row in each of its tables, in which every reference is set. */
async function populated(): Promise<string> {
  const owner: SignedIn = await program.register();
  const account = owner.user.account_id;
  const client = program.client.as(owner);
  const make = async (path: string, body: object) => (await client.post<{ id: string }>(path, body)).result.id;
  const [company_id, source_id, field] = await Promise.all([
    make('/companies', { name: 'Acme' }),
    make('/sources', { name: 'Fair' }),
    make('/custom-fields', { entity_type: 'contact', label: 'Motto', field_type: 'text' }),
    client.post('/users/invite', { email: newEmail(), name: 'Alan' }).then(({ result }) => result),
    client.post('/oauth-apps', { name: 'Sync' }).then(({ result }) => result),
    make('/webhooks', { url: 'https://hooks.example.com/', events: ['contact.created'] }),
  ]);
  const contact_id = await make('/contacts', {
    first_name: 'Grace',
    company_id,
    source_id,
    custom_fields: { [field]: 'Ready' },
  });
  const project_id = await make('/projects', { name: 'Apollo', company_id, assigned_to: owner.user.id });
  await make('/activities', { activity_type: 'call', contact_id, company_id, project_id });
  await client.put(`/projects/${project_id}/contacts/${contact_id}`, {}).then(({ result }) => result);
  const importing = new Importing(program, client);
  await importing.uploaded('companies', 'Name\nGlobex\n');
  const job = await importing.run('contacts', 'First name,Email\nAlan,alan@example.com\n,nobody@example.com\n');
  await rows(
    `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key) values ($1, $2, $3, 'acme', '')`,
    [randomUUID(), account, job.id],
  );
  return account;
}

/** The newest row of the table in which all that is named is set. */
async function rowOf(table: string, account: string, ...set: string[]): Promise<Row> {
  const known = ['', ...set.map((column) => `and ${column} is not null`)].join(' ');
  const [row] = await rows<{ row: Row }>(
    `select to_jsonb(t) as row from ${table} t where account_id = $1 ${known} limit 1`,
    [account],
  );
  if (!row) throw new Error(`The account has no row in ${table} with ${set.join(', ')}.`);
  return row.row;
}

/** By which a twin differs, so that no unique key refuses it. */
const fresh: Readonly<Record<string, () => unknown>> = {
  id: randomUUID,
  record_id: randomUUID,
  email: newEmail,
  email_key: newEmail,
  label: randomUUID,
  client_id: randomUUID,
  number: () => randomInt(1_000_000),
  token_hash: () => `\\x${randomBytes(32).toString('hex')}`,
};

/** The row once more, with what is said besides. */
function twinOf(table: string, row: Row, other: Row = {}): Row {
  const written = columnsOf(table).filter(({ is_written }) => is_written);
  const twin = written.map(({ column_name: name }) => [name, fresh[name]?.() ?? row[name]]);
  return { ...(Object.fromEntries(twin) as Row), ...other };
}

async function insert(table: string, row: Row): Promise<void> {
  const written = columnsOf(table).flatMap(({ column_name, is_written }) => (is_written ? [column_name] : []));
  const names = written.join(', ');
  await rows(`insert into ${table} (${names}) select ${names} from jsonb_populate_record(null::${table}, $1)`, [row]);
}

/** By all that it is, since not every table has an id. */
async function change(table: string, row: Row, changes: string, values: unknown[]): Promise<void> {
  const { rowCount } = await database.query(
    `update ${table} t set ${changes} where account_id = $3 and to_jsonb(t) @> $1`,
    [row, ...values, ada],
  );
  if (rowCount !== 1) throw new Error(`${rowCount} rows of ${table} are meant.`);
}

/** Everything is rolled back, whether it was refused or not. */
async function refusal(work: () => Promise<void>): Promise<unknown> {
  await database.query('begin');
  try {
    await work();
    return 'nothing';
  } catch (error) {
    const { code, constraint, message } = error as { code?: string; constraint?: string; message: string };
    return code === '23503' ? constraint : message;
  } finally {
    await database.query('rollback');
  }
}

it('every id in a tenant’s table is bound to the account by a foreign key, or has a reason not to be', () => {
  const bound = new Set(references.map(({ table, column }) => `${table}.${column}`));
  const ids = columns
    .filter(({ table_name, column_name, udt_name }) => {
      return (
        isTenant(table_name) && ['uuid', '_uuid'].includes(udt_name) && !['id', 'account_id'].includes(column_name)
      );
    })
    .map(({ table_name, column_name }) => `${table_name}.${column_name}`);
  expect(ids.filter((id) => !bound.has(id)).sort()).toEqual(Object.keys(loose).sort());
});

it('whoever is referred to is unique together with the account', async () => {
  const keys = await rows<{ table: string }>(
    `select conrelid::regclass::text as table from pg_constraint
     where contype = 'u' and pg_get_constraintdef(oid) = 'UNIQUE (account_id, id)'`,
  );
  const targets = [...new Set(references.map(({ target }) => target))];
  expect(targets.length).toBeGreaterThan(5);
  expect(targets.filter((target) => !keys.some(({ table }) => table === target))).toEqual([]);
});

it('a row of one account cannot refer to a row of another, nor to a deleted one', async () => {
  const told: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const { name, table, target, column } of references) {
    const mine = await rowOf(table, ada, column);
    const theirs = (await rowOf(target, grace)).id;
    const gone = twinOf(target, await rowOf(target, ada));
    await insert(target, gone);
    await rows(`delete from ${target} where account_id = $1 and id = $2`, [ada, gone.id]);
    const set = `${column} = $2`;
    told[name] = {
      'insert of another account’s': await refusal(() => insert(table, twinOf(table, mine, { [column]: theirs }))),
      'insert of a deleted one': await refusal(() => insert(table, twinOf(table, mine, { [column]: gone.id }))),
      'update to another account’s': await refusal(() => change(table, mine, set, [theirs])),
      'update to a deleted one': await refusal(() => change(table, mine, set, [gone.id])),
    };
    expected[name] = Object.fromEntries(Object.keys(told[name] as object).map((key) => [key, name]));
  }
  expect(references.length).toBeGreaterThan(20);
  expect(told).toEqual(expected);
  measured('references', { 'foreign keys': references.length, 'attempts refused': 4 * references.length });
});

/** Its key is what it refers to: it has no twin. */
const hasTwins = ({ table }: Reference) => table !== 'project_contacts';

it('a twin of a row that refers to its own account is taken', async () => {
  // Or the refusals above could have any cause.
  for (const { table, column } of references.filter(hasTwins)) {
    const mine = await rowOf(table, ada, column);
    expect([table, await refusal(() => insert(table, twinOf(table, mine)))]).toEqual([table, 'nothing']);
  }
});

it('a row cannot be moved to another account, away from what it refers to', async () => {
  for (const reference of references) {
    const { name, table, column } = reference;
    const mine = await rowOf(table, ada, column);
    const rest = references.filter((other) => other.table === table && other.name !== name);
    const isNullable = (other: Reference) =>
      columnsOf(table).some(({ column_name, is_nullable }) => column_name === other.column && is_nullable);
    // It refers to nothing else, if it can, and nothing to it: so this very constraint is what holds it.
    const lonely = twinOf(
      table,
      mine,
      Object.fromEntries(rest.filter(isNullable).map((other) => [other.column, null])),
    );
    const moved = async () => {
      if (hasTwins(reference)) await insert(table, lonely);
      await change(table, hasTwins(reference) ? lonely : mine, 'account_id = $2', [grace]);
    };
    const holding = [name, ...rest.filter((other) => !isNullable(other)).map((other) => other.name)];
    expect(holding).toContain(await refusal(moved));
  }
});
