import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId } from '../../src/kernel/account-id';
import { activityRecord } from '../../src/contexts/activities/activity.record';
import { AuthRetentionJob } from '../../src/contexts/auth/auth-retention-job';
import { companyRecord } from '../../src/contexts/companies/company.record';
import { contactRecord } from '../../src/contexts/contacts/contact.record';
import { ImportFilesRepository } from '../../src/contexts/imports/import-files.repository';
import { ImportsRetentionJob } from '../../src/contexts/imports/imports-retention-job';
import { ImportsRepository } from '../../src/contexts/imports/imports.repository';
import { projectRecord } from '../../src/contexts/projects/project.record';
import { sourceRecord } from '../../src/contexts/sources/source.record';
import { DeliveriesRepository } from '../../src/contexts/webhooks/deliveries.repository';
import { DeliveryClaims } from '../../src/contexts/webhooks/delivery-claims';
import { WebhooksRetentionJob } from '../../src/contexts/webhooks/webhooks-retention-job';
import { isImportable } from '../../src/kernel/record-kinds';
import { newId } from '../../src/platform/database/ids';
import { Transactions } from '../../src/platform/database/transactions';
import { IdempotencyRetentionJob } from '../../src/platform/idempotency/idempotency-retention-job';
import { StoredAnswersRepository } from '../../src/platform/idempotency/stored-answers.repository';
import { EventsRetentionJob } from '../../src/platform/outbox/events-retention-job';
import { tenantTables } from '../contract/statement-exceptions';
import { type Account, fieldValue, fillAccount } from '../security/account';
import { cases, inTurn, neededIds, ownIds, send } from '../security/requests';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { operations, type Parameter } from '../support/document';
import { Importing } from '../support/imports';
import { fillRecords, unchecked } from '../support/many-records';
import { wholeReads } from '../support/plans';
import { expectNamedStatements } from '../support/queries';
import { resetTokens, verifyEmail } from '../support/proof';
import { call } from '../support/raw';
import { answering, type Receiver, startReceiver, trustTestCertificates } from '../support/receiver';
import { until } from '../support/server-process';
import { type Statement, statementsDuring } from '../support/statements';

/**
 * Everything that the program does is done once where there is very much of everything, and of every statement that it sends
 * PostgreSQL tells whether it would read a table from one end to the other.
 */
const many = 100_000;
const others = 20_000;

interface Exception {
  readonly tables: readonly string[];
  readonly reason: string;
}

/** By the name of the statement, or the beginning of its text. */
const exceptions: Readonly<Record<string, Exception>> = {
  'webhooks-foreign-secrets': {
    tables: ['webhooks'],
    reason:
      'Which key is the present one is not known to any index. Once an hour; an account has a hundred endpoints at most.',
  },
  'webhooks-forget-previous-secrets': {
    tables: ['webhooks'],
    reason: 'Once an hour, right before the one above: an index would save half of very little.',
  },
  'select runs_until from rolling_upgrades': {
    tables: ['rolling_upgrades'],
    reason: 'At the start; it has one row for each release.',
  },
};

let program: TestApp;
let receiver: Receiver;
let account: Account;
let owner: Client;
let sent: readonly Statement[];
/** Tables that were read from one end to the other, as PostgreSQL counts it. */
let readWhole: readonly string[];

const connections = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'tideline'`;
const emptyAll = () =>
  withClient(workerDatabaseUrl(), (direct) => direct.query('truncate accounts, sign_in_failures, mails cascade'));

beforeAll(async () => {
  await emptyAll();
  trustTestCertificates();
  receiver = await startReceiver();
  program = await startApp({ WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost' });
  account = await fillAccount(program, receiver.url, 'much');
  owner = account.callers.owner;
  await program.deliver();
  const customFields = `jsonb_build_object('${account.records.contact_field[1]}', 'v' || n)`;
  await fillRecords({ owner: account.owner.user, count: many, customFields });
  await fillOthers();
  await program.sql('vacuum analyze');
  expect(await fewRows()).toEqual([]);
  await endIdleConnections();
  const before = await readsOfTables();
  sent = await statementsDuring(everything);
  await program.close();
  // A connection counts what it did at its end.
  await until(async () => (await program.sql(connections)).length === 0);
  const after = await readsOfTables();
  await fillMomentary();
  readWhole = [...after].filter(([table, count]) => count > before.get(table)!).map(([table]) => table);
});

afterAll(async () => {
  await receiver.close();
  // Other files use this database after us.
  await emptyAll();
});

/** Tables whose rows are gone a moment later: they have many for the plans only, when nothing works any more. */
const momentary = ['webhook_fan_outs'];
const fillMomentary = () =>
  unchecked(async (direct) => {
    await direct.query(
      `insert into webhook_fan_outs (account_id, first_position, last_position, created_at)
       select accounts.id, n, n, now() from (select id from accounts limit 2000) as accounts cross join generate_series(1, 10) n`,
    );
    await direct.query('analyze webhook_fan_outs');
  });

/** Among few rows PostgreSQL rightly looks at all of them: a new table is to be filled, too. */
async function fewRows(): Promise<string[]> {
  const rows = await program.sql<{ name: string }>(
    'select relname as name from pg_class where oid = any($1::regclass[]) and reltuples < $2',
    [tenantTables.filter((table) => !momentary.includes(table)), others / 2],
  );
  return rows.map(({ name }) => name);
}

/**
 * A connection tells what it read some seconds later, at the latest at its end. Background work of the program read tables as a
 * whole while they had few rows: that must be counted before anything is measured.
 */
async function endIdleConnections(): Promise<void> {
  const ended = await program.sql<{ pid: number }>(
    `select pid from (
       select pid, pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'tideline' and state = 'idle'
     ) as ended`,
  );
  const left = 'select 1 from pg_stat_activity where pid = any($1::int[])';
  await until(async () => (await program.sql(left, [ended.map(({ pid }) => pid)])).length === 0);
}

async function readsOfTables(): Promise<ReadonlyMap<string, number>> {
  const rows = await program.sql<{ name: string; count: string }>(
    'select relname as name, seq_scan as count from pg_stat_user_tables',
  );
  return new Map(rows.map(({ name, count }) => [name, Number(count)]));
}

/** What there is besides records: of few to each account in very many of them, of others in the account itself. */
async function fillOthers(): Promise<void> {
  const at = `now() - n * interval '2 minutes'`;
  /** Some of which the time has come. */
  const ending = (step: string) => `now() + (n - 100) * interval '${step}'`;
  /** In the order of time, as the program makes them. */
  const idOf = (moment: string) =>
    `(lpad(to_hex((extract(epoch from ${moment}) * 1000)::bigint), 12, '0') || substr(md5(random()::text), 13))::uuid`;
  const numbered = (table: string) => `(select id, row_number() over () as n from ${table} where account_id = $1)`;
  await unchecked(async (direct) => {
    await direct.query(
      `create temp table other_accounts as select n as number, gen_random_uuid() as account_id from generate_series(0, 1999) n`,
    );
    await direct.query(
      `create temp table other as select n, account_id, gen_random_uuid() as id
       from generate_series(1, ${others}) n join other_accounts on number = n % 2000`,
    );
    const statements: (readonly [string, ...unknown[]])[] = [
      [`insert into accounts select account_id, 'Account', now(), now() from other_accounts`],
      [
        `insert into users (id, account_id, email, email_key, name, role, created_at, updated_at)
         select id, account_id, 'user-' || n || '@mail.example', 'user-' || n || '@mail.example', 'User ' || n, 'member', ${at}, ${at}
         from other`,
      ],
      [
        `insert into sessions (id, account_id, user_id, created_at, expires_at, ended_at)
         select id, account_id, id, ${at}, case when n <= 100 then now() else ${at} + interval '90 days' end,
           case when n % 20 = 0 then ${at} end from other`,
      ],
      [
        `insert into refresh_tokens (token_hash, account_id, session_id, created_at, expires_at)
         select sha256(n::text::bytea), account_id, id, ${at}, ${ending('1 minute')} from other`,
      ],
      [
        `insert into one_time_tokens (token_hash, account_id, user_id, purpose, created_at, expires_at)
         select sha256(n::text::bytea), account_id, id, 'invitation', ${at}, ${ending('1 minute')} from other`,
      ],
      [
        `insert into sign_in_failures (address_hash, failed_at, locks, forget_at)
         select sha256(n::text::bytea), '{}', 0, ${ending('4 seconds')} from other`,
      ],
      [
        `insert into mails (id, account_id, is_urgent, is_due, content, created_at, expires_at, attempt, next_attempt_at)
         select id, account_id, n % 10 = 0, false, '', ${at}, now() + interval '3 days', 1, now() + interval '1 day' from other`,
      ],
      [
        `insert into oauth_apps (id, account_id, name, client_id, client_secret_hash, client_secret_prefix, created_at, updated_at)
         select id, account_id, 'App', 'client ' || n, '', '', ${at}, ${at} from other`,
      ],
      [
        // Ten of an account; the last ones have expired.
        `insert into idempotency_keys (account_id, caller_id, key, request_hash, answer, bytes, ids, created_at)
         select account_id, id, 'key ' || n, '', case when n % 2 = 0 then '\\x00'::bytea end, n % 2, '{}',
           now() - n * interval '5 seconds' from other`,
      ],
      [
        `insert into sources (id, account_id, name, created_at, updated_at)
         select id, $1, 'Source ' || n, ${at}, ${at} from other`,
        account.id,
      ],
      [
        `insert into custom_fields (id, account_id, entity_type, label, field_type, required, display_order, created_at)
         select id, account_id, 'contact', 'Field ' || n, 'text', false, n, ${at} from other`,
      ],
      [
        `insert into unique_values (account_id, definition_id, form, record_id)
         select account_id, id, 'form ' || row, gen_random_uuid() from other cross join generate_series(1, 2) row`,
      ],
      [
        `insert into webhooks (id, account_id, url, url_version, description, events, is_active, secret, secret_prefix, healthy_at,
           failed_attempts, created_at, updated_at)
         select other.id, other.account_id, 'https://a.example', 0, '', array['contact.created'], true, ours.secret, '', now(), 0,
           ${at}, ${at}
         from other cross join (select secret from webhooks where account_id = $1 limit 1) ours`,
        account.id,
      ],
      [
        `insert into project_contacts (account_id, project_id, contact_id, role)
         select $1, p.id, c.id, '' from ${numbered('projects')} p join ${numbered('contacts')} c using (n) on conflict do nothing`,
        account.id,
      ],
      [
        `insert into events (id, account_id, type, entity_id, data, created_at, position)
         select ${idOf('at')}, $1, case when n % 20000 = 0 then 'contact.updated' else 'activity.created' end, gen_random_uuid(), '{}',
           at, nextval('events_position_seq')
         from (select n, now() - (${many} - n) * interval '26 seconds' - interval '12 hours' as at from generate_series(1, ${many}) n) e`,
        account.id,
      ],
      [
        `insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt, attempt_count,
           attempts, next_attempt_at, due_at, created_at)
         select ${idOf('at')}, $1, $2, 0, gen_random_uuid(), 'contact.updated', case when n % 1000 = 0 then 'failed' else 'succeeded' end,
           1, 1, '[]', null, null, at
         from (select n, now() - (${many} - n) * interval '26 seconds' - interval '12 hours' as at from generate_series(1, ${many}) n) e`,
        account.id,
        account.records.webhook[1],
      ],
      [
        `insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt, attempt_count,
           attempts, next_attempt_at, due_at, created_at)
         select ${idOf('now()')}, account_id, id, 0, gen_random_uuid(), 'contact.created', 'pending', 1, 1, '[]',
           now() + interval '1 hour', now() + interval '1 hour', now()
         from other cross join generate_series(1, 20) where n <= 50`,
      ],
      [
        // The first are of age: their errors and what they did go next; what the old ones left is gone.
        `insert into imports (id, account_id, model_type, file_name, content_type, status, task, upload_id, on_duplicate, dry_run,
           processed_rows, created_count, updated_count, skipped_count, failed_count, conflict_count, attempt, failures, created_at,
           finished_at, undo_until)
         select id, $1, 'contacts', 'x', '', 'completed', 'import', id, 'skip', false, 0, 0, 0, 0, 0, 0, 1, 0, at, at,
           at + interval '7 days'
         from (select *, ${at} - case when n <= 20 or n > 5000 then interval '31 days' else interval '0' end as at from other) as other`,
        account.id,
      ],
      [
        `insert into import_errors (id, account_id, import_id, row_number, is_conflict, value, message, cells)
         select gen_random_uuid(), $1, id, row, false, '', '', '[]' from other cross join generate_series(1, 20) row
         where n <= 5000`,
        account.id,
      ],
      [
        `insert into import_rows (account_id, import_id, first_row, last_row, outcome, record_ids, messages)
         select $1, id, row, row, case row % 4 when 0 then 'failed' else 'created' end, array[id],
           case row % 4 when 1 then '[]'::json end
         from other cross join generate_series(1, 20) row where n <= 5000`,
        account.id,
      ],
      [
        `insert into import_changes (account_id, import_id, entity, created_ids, created_rows, updated, restored_ids)
         select $1, id, 'contact', '{}', '{}', '[]', '{}' from other cross join generate_series(1, 4) where n <= 5000`,
        account.id,
      ],
      [
        `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key)
         select gen_random_uuid(), $1, id, 'name ' || row, '' from other cross join generate_series(1, 4) row where n <= 5000`,
        account.id,
      ],
      [
        `insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
         select $1, id, id, row, '', now() - n * interval '4 seconds' from other cross join generate_series(1, 4) row
         where n <= 5000`,
        account.id,
      ],
    ];
    for (const [text, ...values] of statements) await direct.query(text, values);
  });
}

async function everything(): Promise<void> {
  await signing();
  await proving();
  await lists();
  await imports();
  await routes();
  await deliveries();
  await customFields();
  await externalIds();
  await manyValues();
  await safeWrites();
  await faults();
  for (const job of [
    IdempotencyRetentionJob,
    AuthRetentionJob,
    EventsRetentionJob,
    WebhooksRetentionJob,
    ImportsRetentionJob,
  ]) {
    await program.app.get(job, { strict: false }).run();
  }
  for (const path of ['/metrics', '/health/ready']) {
    expect((await call(program.url, 'GET', path, {})).status).toBe(200);
  }
}

async function signing(): Promise<void> {
  const { client } = program;
  const ada = await program.register();
  const { email } = ada.user;
  expect((await client.post('/auth/login', { email, password: 'something else' })).status).toBe(401);
  const session = (await client.post<SignedIn>('/auth/login', { email, password })).result;
  const refresh_token = { refresh_token: session.refresh_token };
  const first = (await client.post<SignedIn>('/auth/refresh', refresh_token)).result;
  const next = (await client.post<SignedIn>('/auth/refresh', { refresh_token: first.refresh_token })).result;
  await client.as(next).post('/users/invite', { email: newEmail(), name: 'Grace' });
  await client.as(next).post('/auth/change-password', { current_password: password, new_password: `${password}-new` });
  await client.post('/auth/forgot-password', { email });
  // One that cannot be read is put off.
  await program.sql(`update mails set next_attempt_at = now() where id = (select id from mails order by id limit 1)`);
  const token = (await program.mailsTo(email)).at(-1)!.link.searchParams.get('token')!;
  await client.post('/auth/reset-password', { token, new_password: `${password}-newer` }).then(({ result }) => result);
  expect((await client.post('/auth/refresh', { refresh_token: next.refresh_token })).status).toBe(401);
  await client.as(ada).post('/auth/logout');
  const invitation = { email: newEmail(), name: 'Grace', role: 'owner' };
  const { invite_token } = (await owner.post<{ invite_token: string }>('/users/invite', invitation)).result;
  const joined = (await client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
  await owner.patch(`/users/${joined.user.id}`, { role: 'member' }).then(({ result }) => result);
  await account.callers.app.get('/sources').then(({ result }) => result);
}

/** Upserts of so many values that the lock of all is taken. */
async function manyValues(): Promise<void> {
  const items = Array.from({ length: 40 }, (_, index) => ({
    ...{ action: 'upsert', match_by: 'external_id', data: { name: 'Launch', external_id: `many-${index}` } },
  }));
  expect((await owner.post<{ created_count: number }>('/projects/bulk', { items })).result.created_count).toBe(40);
}

/** Records with external ids, and references by them. */
async function externalIds(): Promise<void> {
  const external_id = 'crm-4711';
  const references = {
    contact_external_id: external_id,
    company_external_id: external_id,
    project_external_id: external_id,
  };
  const { company_external_id } = references;
  const make = (path: string, body: object) => owner.post(path, { ...body, external_id }).then(({ result }) => result);
  await make('/companies', { name: 'Acme' });
  await make('/contacts', { first_name: 'Grace', company_external_id });
  await make('/projects', { name: 'Launch', company_external_id });
  await make('/activities', { activity_type: 'call', ...references });
  // Labels that may be stored in another form.
  await owner.post('/custom-fields', { entity_type: 'contact', label: 'Größe', field_type: 'text' });
}

/** Proofs of addresses, what they take from others, and what the first one by a reset suspends. */
async function proving(): Promise<void> {
  const { client } = program;
  const invite = async (as: Client, email: string) =>
    (await as.post<{ invite_token: string }>('/users/invite', { email, name: 'Bob' })).result.invite_token;
  const email = newEmail();
  const ada = program.client.as(await program.register());
  await program.register({ email });
  const [token] = [await invite(owner, email), await invite(ada, email)];
  await client.post('/auth/forgot-password', { email });
  await program.mailsTo(email);
  await client.post<SignedIn>('/auth/accept-invite', { token, password }).then(({ result }) => result);

  const eve = await program.register();
  await client.as(eve).post('/oauth-apps', { name: 'Export' });
  await client.as(eve).post('/webhooks', { url: 'https://localhost/eve', events: ['contact.created'] });
  await invite(client.as(eve), newEmail());
  await program.sql(`update users set created_at = created_at - interval '2 hours' where id = $1`, [eve.user.id]);
  const [reset] = await resetTokens(program, eve.user.email);
  await client.post('/auth/reset-password', { token: reset, new_password: password }).then(({ result }) => result);
  const again = (await client.post<SignedIn>('/auth/login', { email: eve.user.email, password })).result;
  await client
    .as(again)
    .get('/account')
    .then(({ result }) => result);
  await client
    .as(again)
    .post('/account/confirm-before')
    .then(({ result }) => result);

  const limited = await startApp({ RATE_LIMITS: 'on' });
  const grace = await limited.register();
  await verifyEmail(limited, grace.user.email);
  await invite(limited.client.as(grace), newEmail());
  await limited.close();
}

/** Values of a filter, each of which may have a plan of its own. */
function valuesOf({ name, schema }: Parameter): string[] {
  const item = schema.items ?? schema;
  if (name === 'search') return ['first', 'c4ca4238a0', 'qqqqq', 'qq'];
  if (name === 'tags') return ['rare', 'all'];
  if (name === 'external_id') return ['crm-4711'];
  if (name === 'email') return ['somebody@mail.example'];
  if (item.format === 'date-time') return ['2026-03-10T00:00:00Z', new Date(0).toISOString()];
  if (item.type === 'boolean') return ['true'];
  if (item.enum) return item.enum.map(String);
  throw new Error(`What is a value of ${name}?`);
}

/** Every list: all of it, what is behind the first page, and what each filter and each value of it finds. */
async function lists(): Promise<void> {
  for (const each of cases.filter(({ door, isRead }) => door === 0 && isRead)) {
    const { parameters } = operations.find(({ method, path }) => method === each.method && path === each.path)!;
    const cursor = parameters.find(({ name }) => ['cursor', 'after'].includes(name))?.name;
    if (cursor === undefined) continue;
    const needed = neededIds(each, account);
    const { url } = each.request(needed, account);
    const ids = Object.entries(ownIds(each, account)).filter(([place]) => place.startsWith('query:'));
    const isId = (name: string) => ids.some(([place]) => /^query:(\w+)/.exec(place)![1] === name);
    const queries = parameters
      .filter(({ in: where, name }) => where === 'query' && !['limit', cursor].includes(name) && !isId(name))
      .flatMap((parameter) => valuesOf(parameter).map((value) => `${parameter.name}=${encodeURIComponent(value)}`));
    const urls = [
      url,
      ...queries.map((query) => `${url}?${query}`),
      ...ids.map(([place, id]) => each.request({ ...needed, [place]: id }, account).url),
    ];
    for (const wanted of urls) {
      const separator = wanted.includes('?') ? '&' : '?';
      const first = await owner.sendTo<{ next_cursor: string | null }>('GET', `${wanted}${separator}limit=1`);
      const next = first.result.next_cursor;
      if (next !== null) await owner.sendTo('GET', `${wanted}${separator}${cursor}=${next}`);
    }
  }
}

/** Every route, with the account's own records. */
async function routes(): Promise<void> {
  const own = cases.filter(({ door, path }) => door === 0 && !path.startsWith('/api/v1/auth/'));
  const told: string[] = [];
  for (const each of inTurn(own)) {
    const request = each.request(ownIds(each, account), account);
    if (each.path.endsWith('.csv')) {
      const headers = { Authorization: `Bearer ${account.tokens.owner}` };
      told.push(`${(await call(program.url, each.method, request.url, { headers })).status} ${each.name}`);
      continue;
    }
    const { status } = await send(each.isPublic ? program.client : owner, request);
    told.push(`${status} ${each.name}`);
  }
  expect(told.filter((each) => !each.startsWith('200'))).toEqual([]);
}

async function imports(): Promise<void> {
  const importing = new Importing(program, owner);
  const people = [
    ['First name', 'E-mail', 'Company name', 'Source name', 'City'],
    ['Known', `grace-0-much@example.com`, 'company 5', 'Fair 0 much', ''],
    ['New', newEmail(), 'A new one', 'A new one', ''],
    // Nothing in it could be a name.
    ['', '', '', '', 'London'],
  ];
  const uploaded = await importing.uploaded('contacts', people);
  await importing.finish(uploaded, { on_duplicate: 'update', dry_run: true });
  const job = await importing.finish(uploaded, { on_duplicate: 'update' });
  expect(job).toMatchObject({ status: 'completed', created_count: 1, updated_count: 1, failed_count: 1 });
  // A record that somebody changed since is left alone.
  const { items } = (await owner.get<{ items: { id: string }[] }>('/contacts?email=grace-0-much@example.com')).result;
  await owner.patch(`/contacts/${items[0]!.id}`, { notes: 'Changed since' });
  await importing.undone(job);
  for (const match_by of ['phone', 'name_and_company'] as const) {
    const matched = await importing.run(
      'contacts',
      [
        ['First name', 'Last name', 'Phone', 'Company name'],
        ['Known', 'Person', '+49 30 5550100', 'company 5'],
      ],
      { match_by },
    );
    expect(matched).toMatchObject({ status: 'completed', failed_count: 0 });
  }
  const companies = await importing.run('companies', [
    ['Name', 'Domain'],
    ['Company 7', 'a.example'],
    ['New', 'b.example'],
  ]);
  await importing.undone(companies);
  const sources = await importing.run('sources', [['Name'], ['Fair 0 much'], ['New']]);
  await importing.undone(sources);
  await ofSeveralRows(importing);
}

async function deliveries(): Promise<void> {
  const send = async (answer: ReturnType<typeof answering>) => {
    const body = { url: `${receiver.url}/more`, events: ['contact.created'] };
    const { id } = (await owner.post<{ id: string }>('/webhooks', body)).result;
    receiver.answer = answer;
    await owner.post('/contacts', { first_name: 'Grace' });
    await program.deliver();
    return id;
  };
  await send(answering(200));
  await send(answering(410));
  const endpoint = await send(answering(500));
  // What waits for it is given up when its time has come.
  await owner.delete(`/webhooks/${endpoint}`);
  program.clock.move(minutes(1));
  await program.deliver();
}

/** What only happens when a queue, a connection or a process fails, and what no route does yet. */
async function faults(): Promise<void> {
  await program.app.get(Transactions, { strict: false }).dryRun(() => Promise.resolve());
  const [id, nothing] = [account.records.finished_import[0], newId()];
  const imports = program.app.get(ImportsRepository, { strict: false });
  const attempted = { account_id: account.id as AccountId, id, attempt: 0 };
  await imports.release([attempted]);
  await imports.extendLease(attempted, program.clock.now());
  await imports.endLease(attempted);
  await program.app.get(ImportFilesRepository, { strict: false }).removeUpload(attempted, nothing);
  const claims = program.app.get(DeliveryClaims, { strict: false });
  await claims.release([{ id: nothing, attempt: 0 }]);
  // Where jobs come out of Redis.
  await claims.start([{ id: nothing, attempt: 0 }], program.clock.now());
  // Where there is too much for one transaction.
  const owned = account.id as AccountId;
  await program.app.get(DeliveriesRepository, { strict: false }).lockReplay(owned, false);
}

/** Records that are made and changed together are written by statements of their own. */
async function ofSeveralRows(importing: Importing): Promise<void> {
  const [one, other] = [newEmail(), newEmail()];
  const people = (city: string) => [
    ['First name', 'E-mail', 'City'],
    ['Ada', one, city],
    ['Grace', other, city],
  ];
  const firms = (city: string) => [
    ['Name', 'Domain', 'City'],
    ['One', `${randomUUID()}.example`, city],
    ['Two', `${randomUUID()}.example`, city],
  ];
  const [berlin, paris] = [firms('Berlin'), firms('Paris')];
  for (const row of [1, 2]) paris[row]![1] = berlin[row]![1]!;
  await importing.run('contacts', people('Berlin'));
  await importing.run('contacts', people('Paris'), { on_duplicate: 'update' });
  await importing.run('companies', berlin);
  await importing.run('companies', paris, { on_duplicate: 'update' });
  await importing.run('sources', [['Name'], ['First fair'], ['Second fair']]);
  await importing.run('sources', [['Name'], ['FIRST fair'], ['SECOND fair']], { on_duplicate: 'update' });
}

async function customFields(): Promise<void> {
  const define = async (field: object) =>
    (await owner.post<{ id: string }>('/custom-fields', { entity_type: 'contact', ...field })).result.id;
  const level = await define({ label: 'A level', field_type: 'enum', options: [fieldValue, 'silver'] });
  const size = await define({ label: 'A size', field_type: 'number' });
  await owner.post('/contacts', { first_name: 'Grace', custom_fields: { [level]: fieldValue, [size]: 1 } });
  await owner.get(`/contacts?custom_fields[${size}][gte]=1&custom_fields[${level}]=${fieldValue}`);
  await owner.patch(`/custom-fields/${level}`, { options: ['silver'] });
  await owner.delete(`/custom-fields/${size}`);
  const code = await define({ label: 'A code', field_type: 'text' });
  const named = { first_name: 'Grace', custom_fields: { [code]: 'C-1' } };
  await owner.post<object>('/contacts', named).then(({ result }) => result);
  await owner.patch<object>(`/custom-fields/${code}`, { unique: true }).then(({ result }) => result);
  expect((await owner.post('/contacts', named)).status).toBe(400);
  const matched = await new Importing(program, owner).run(
    'contacts',
    [
      ['Name', 'Code'],
      ['Grace', 'c-1'],
    ],
    { column_mapping: { Name: 'first_name', Code: `custom_fields.${code}` }, match_by: `custom_fields.${code}` },
  );
  expect(matched).toMatchObject({ status: 'completed', skipped_count: 1 });
  await owner.patch<object>(`/custom-fields/${code}`, { unique: false }).then(({ result }) => result);
}

async function safeWrites(): Promise<void> {
  const keyed = owner.with({ 'Idempotency-Key': 'one' });
  const create = async (path: string, body: object, by = owner) =>
    (await by.post<{ id: string }>(path, body)).result.id;
  for (const first_name of ['Grace', 'Grace']) await create('/contacts', { first_name }, keyed);
  await program.app.get(StoredAnswersRepository, { strict: false }).trim(account.id as AccountId, 0);
  const company_id = await create('/companies', { name: 'Acme' });
  const contact_id = await create('/contacts', { first_name: 'Grace', company_id });
  const project = await create('/projects', { name: 'Launch', company_id });
  await owner.put(`/projects/${project}/contacts/${contact_id}`, {}).then(({ result }) => result);
  for (const path of [`/companies/${company_id}`, `/contacts/${contact_id}`, `/projects/${project}`]) {
    await owner.delete<object>(`${path}?dry_run=true`).then(({ result }) => result);
  }
  const field = account.records.contact_field[1];
  await owner.delete<object>(`/custom-fields/${field}?dry_run=true`).then(({ result }) => result);
}

it.each<[string, Statement]>([
  ['row by row', { name: undefined, text: 'select 1 from contacts where notes = $1', values: ['x'] }],
  [
    'along an index in which nothing is looked up',
    { name: undefined, text: 'select id from contacts where notes = $1 order by id limit 1', values: ['x'] },
  ],
  [
    'when it is planned for no value in particular',
    { name: 'prepared', text: 'select user_id from sessions where expires_at < $1', values: [new Date(0)] },
  ],
])('a table that is read as a whole is noticed: %s', async (_, statement) => {
  const tables = [/from (\w+)/.exec(statement.text)![1]];
  expect((await wholeReads([statement])).map(({ whole }) => whole)).toEqual([tables]);
});

/** Of records: what every kind sends, and what imports send of those that files have. */
function namesOfRecords(): string[] {
  const records = [companyRecord, contactRecord, projectRecord, activityRecord, sourceRecord];
  return records.flatMap(({ kind, references, statements: { find, lock, insert, references: lookUp, ...others } }) => [
    ...[find, lock, insert].map(({ name }) => name),
    ...(references.length > 0 ? [lookUp.name] : []),
    ...(isImportable(kind) ? [others.insertMany.name, others.updateMany.name, others.delete.name] : []),
  ]);
}

it('every statement of the program is among those that were sent', () => {
  const root = join(__dirname, '../../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const program = files.map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const calls = [...program.matchAll(/\.rows(?:<[^()]*>)?\(([^`[]*)/g)].map(([, beginning]) => beginning!);
  const literal = calls.flatMap((call) => [...call.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, name]) => name!));
  const names = [...literal, ...namesOfRecords()];
  expect(names.length).toBeGreaterThan(100);
  const known = [...new Set(sent.map(({ name }) => name))];
  expect(names.filter((name) => !known.some((each) => each === name || each?.startsWith(`${name}-`)))).toEqual([]);
});

it('those with a name are in docs/queries.sql', () => {
  expectNamedStatements(sent);
});

it('none of them reads a whole table, but for those that have a reason', async () => {
  const needed = new Set<string>();
  const faults = new Set<string>();
  for (const { name, text, whole } of await wholeReads(sent)) {
    const key = Object.keys(exceptions).find((each) => each === name || text.trim().startsWith(each)) ?? '';
    for (const table of whole) {
      if (exceptions[key]?.tables.includes(table)) needed.add(`${key}: ${table}`);
      else faults.add(`${table}, for ${name ?? 'a statement without a name'}:\n${text}`);
    }
  }
  expect([...faults]).toEqual([]);
  const all = Object.entries(exceptions).flatMap(([key, { tables }]) => tables.map((table) => `${key}: ${table}`));
  expect(all.filter((each) => !needed.has(each))).toEqual([]);
});

it('nor did PostgreSQL read one by itself, for a trigger or a foreign key', () => {
  const excepted = Object.values(exceptions).flatMap(({ tables }) => tables);
  expect(readWhole.filter((table) => !excepted.includes(table) && !momentary.includes(table))).toEqual([]);
});
