import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Client as Connection } from 'pg';
import { useApi } from '../support/api';
import { newEmail } from '../support/app';
import { withClient, workerDatabaseUrl } from '../support/database';
import { measured } from '../support/measured';
import { populateAccount } from '../support/populated-account';
import { type Column, type Constraint, readColumns, readConstraints, type Row } from '../support/tables';
import { tenantTables } from './statement-exceptions';

interface Reference extends Constraint {
  readonly target: string;
  /** The referencing column beside the account. */
  readonly column: string;
}

/** Ids that no foreign key binds to their account, and why that gives nothing away. */
const loose: Readonly<Record<string, string>> = {
  'custom_field_values.record_id': 'Of three kinds of records; a trigger of their tables alone writes it.',
  'unique_values.record_id': 'As above.',
  'events.entity_id': 'Of many kinds of records, and it outlives them.',
  'events.user_id': 'Tells who it was, and hinders nobody in going.',
  'events.app_id': 'As above.',
  'imports.app_id': 'As above.',
  'idempotency_keys.caller_id': 'Of a user or an app; a key is found by its caller only.',
  'refresh_tokens.pair_id': 'Names the access token that was issued with it, which has no row.',
  'sessions.kept_pair_id': 'As above.',
  'imports.upload_id': 'Names a set of chunks of this import, not a row.',
  'imports.original_id': 'As above.',
  'import_chunks.upload_id': 'As above.',
  'webhook_deliveries.endpoint_id': 'It outlives its endpoint, whose reading is bound to the account.',
  'webhook_deliveries.event_id': 'As above, of its event.',
  'import_changes.created_ids': 'Of records that may be gone; undoing is bound to the account.',
  'import_changes.restored_ids': 'As above.',
  'import_rows.record_ids': 'Of records that may be gone; whoever reads them asks for the records by the account.',
};

const { program } = useApi({ environment: { WORKERS: 'on' } });
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
const columnsOf = (table: string) => columns.filter((column) => column.table === table);

beforeAll(async () => {
  await new Promise<void>((connected) => {
    ended = withClient(workerDatabaseUrl(), async (client) => {
      database = client;
      const held = new Promise<void>((resolve) => (release = resolve));
      connected();
      await held;
    });
  });
  references = (await readConstraints(database)).flatMap((constraint) => {
    const { kind, target, columns: own } = constraint;
    if (kind !== 'foreign key' || target === null || target === 'accounts') return [];
    return [{ ...constraint, target, column: own.at(-1)! }];
  });
  columns = await readColumns(database);
  const accounts = await Promise.all([populateAccount(program), populateAccount(program)]);
  [ada, grace] = accounts.map(({ owner }) => owner.user.account_id) as [string, string];
  // Were the fields unique, no record could have a twin.
  await rows(
    `insert into unique_values (account_id, definition_id, form, record_id)
     select account_id, id, 'x', gen_random_uuid() from custom_fields where account_id = any($1::uuid[])`,
    [[ada, grace]],
  );
});
afterAll(async () => {
  release();
  await ended;
});

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
  external_id: randomUUID,
  email: newEmail,
  email_key: newEmail,
  label: randomUUID,
  form: randomUUID,
  client_id: randomUUID,
  number: () => randomInt(1_000_000),
  last_row: () => randomInt(1_000_000),
  token_hash: () => `\\x${randomBytes(32).toString('hex')}`,
};

/** The row once more, with what is said besides. */
function twinOf(table: string, row: Row, other: Row = {}): Row {
  const written = columnsOf(table).filter(({ isWritten }) => isWritten);
  const twin = written.map(({ name }) => [name, fresh[name]?.() ?? row[name]]);
  return { ...(Object.fromEntries(twin) as Row), ...other };
}

async function insert(table: string, row: Row): Promise<void> {
  const written = columnsOf(table).flatMap(({ name, isWritten }) => (isWritten ? [`"${name}"`] : []));
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
    .filter(
      ({ table, name, udt }) =>
        isTenant(table) && ['uuid', '_uuid'].includes(udt) && !['id', 'account_id'].includes(name),
    )
    .map(({ table, name }) => `${table}.${name}`);
  expect(ids.filter((id) => !bound.has(id)).sort()).toEqual(Object.keys(loose).sort());
});

it('whoever is referred to is unique together with the account', async () => {
  const keys = (await readConstraints(database)).filter(({ definition }) => definition === 'UNIQUE (account_id, id)');
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
      columnsOf(table).some(({ name, isNullable }) => name === other.column && isNullable);
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
