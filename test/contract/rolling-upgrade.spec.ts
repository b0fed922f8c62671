import { createHash } from 'node:crypto';
import type { Client as SqlClient } from 'pg';
import { WebhooksRetentionJob } from '../../src/contexts/webhooks/webhooks-retention-job';
import type { Page } from '../../src/kernel/page';
import { password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';
import { onEmptyDatabase, withClient, workerDatabaseUrl } from '../support/database';
import { outcome } from '../support/outcome';
import { type Receiver, startReceiver, trustTestCertificates, verified } from '../support/receiver';
import { readMigrations } from '../support/upgrades/upgrade';
import { releases } from './releases';

const hour = minutes(60);
const until = `select runs_until as until from rolling_upgrades where previous_release = '0.1.0'`;

async function migrate(database: SqlClient, isNext: boolean): Promise<void> {
  const migrations = readMigrations();
  const last = migrations.findIndex(({ name }) => name === releases.at(-1)!.lastMigration) + 1;
  for (const { sql } of isNext ? migrations.slice(last) : migrations.slice(0, last)) await database.query(sql);
}

describe('the migrations say until when an instance of the previous release may run', () => {
  it('for an hour, in a database with an account', () =>
    onEmptyDatabase(async (database) => {
      await migrate(database, false);
      await database.query(
        `insert into accounts (id, name, created_at, updated_at) values (gen_random_uuid(), 'Acme', now(), now())`,
      );
      await database.query('begin');
      await migrate(database, true);
      const { rows } = await database.query<{ left: string }>(
        'select (runs_until - now())::text as left from rolling_upgrades',
      );
      await database.query('commit');
      // Times have milliseconds, and now() has microseconds.
      expect(rows).toEqual([{ left: expect.stringMatching(/^(00:59:59\.999|01:00:00)/) }]);
    }));

  it('never, in a new database', () =>
    onEmptyDatabase(async (database) => {
      await migrate(database, false);
      await migrate(database, true);
      expect((await database.query(until)).rows).toEqual([{ until: new Date(0) }]);
    }));
});

interface Endpoint {
  readonly id: string;
  readonly secret: string;
}

/** An instance that begins to run at `program.clock.now()`, an hour before the end of the upgrade. */
let program: TestApp;
/** Release 0.1.0 is told from its successor by the first bytes of what it encrypts. */
let oldMark: Buffer;
let receiver: Receiver;
let ada: SignedIn;
let client: Client;

beforeAll(async () => {
  trustTestCertificates();
  receiver = await startReceiver();
  await withClient(workerDatabaseUrl(), async (direct) => {
    await direct.query('truncate events, webhooks, webhook_deliveries, mails');
    await direct.query('update rolling_upgrades set runs_until = $1', [new Date(Date.now() + hour)]);
  });
  program = await startApp({ WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost' });
  await program.sql('update rolling_upgrades set runs_until = $1', [new Date(0)]);
  oldMark = createHash('sha256').update(program.config.encryptionKeys[0]).digest().subarray(0, 4);
});
afterAll(async () => {
  await program.close();
  await receiver.close();
});
beforeEach(async () => {
  program.clock.reset();
  ada = await program.register();
  client = program.client.as(ada);
});

/** Moves the clock, and signs in again, since access tokens live for 15 minutes. */
async function later(milliseconds: number): Promise<void> {
  program.clock.move(milliseconds);
  const credentials = { email: ada.user.email, password };
  client = program.client.as((await program.client.post<SignedIn>('/auth/login', credentials)).result);
}

const endpointOf = async () =>
  (await client.post<Endpoint>('/webhooks', { url: receiver.url, events: ['contact.created'] })).result;
const marks = async () =>
  (await program.sql<{ mark: Buffer }>('select substr(secret, 1, 4) as mark from webhooks order by id')).map(
    ({ mark }) => mark.equals(oldMark),
  );
const read = async (after: string) => (await client.get<Page<{ id: string }>>(`/events?limit=2&after=${after}`)).result;
const readable = (cursor: string) => Buffer.from(cursor, 'base64url').toString('latin1').includes(ada.user.account_id);

describe('while an instance of the previous release may run', () => {
  it('cursors are those that it reads; afterwards they are encrypted, and no client loses its place', async () => {
    for (const name of ['A', 'B', 'C', 'D', 'E']) await client.post('/sources', { name });
    for (const first_name of ['A', 'B', 'C', 'D', 'E']) await client.post('/contacts', { first_name });
    const first = (await client.get<Page<{ id: string }>>('/events?limit=2')).result;
    const list = (await client.get<Page<{ name: string }>>('/sources?limit=2')).result;
    expect(readable(first.next_cursor!)).toBe(true);

    await later(hour + minutes(1));
    const second = await read(first.next_cursor!);
    expect(readable(second.next_cursor!)).toBe(false);
    const third = await read(second.next_cursor!);
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    const { items } = (await client.get<Page<{ id: string }>>('/events')).result;
    expect(ids).toEqual(items.map(({ id }) => id));
    const rest = await client.get<Page<{ name: string }>>(`/sources?limit=2&cursor=${list.next_cursor}`);
    expect(rest.result.items.map(({ name }) => name)).toEqual(['C', 'B']);

    const stranger = program.client.as(await program.register());
    const foreign = await outcome(stranger.get(`/events?after=${first.next_cursor}`));
    expect(foreign).toEqual([400, 'events.invalid_request']);
    await later(days(30));
    expect(await outcome(client.get(`/events?after=${first.next_cursor}`))).toEqual([400, 'events.cursor_expired']);
  });

  it('secrets are those that it reads; afterwards they are bound to their row, and old ones are renewed', async () => {
    await program.sql('truncate webhooks, webhook_deliveries');
    const job = program.app.get(WebhooksRetentionJob, { strict: false });
    const endpoints = [await endpointOf(), await endpointOf()];
    const rotated = await client.post<Endpoint>(`/webhooks/${endpoints[0]!.id}/rotate-secret`);
    expect([await marks(), await job.run()]).toEqual([[true, true], 0]);

    await later(hour + minutes(1));
    endpoints.push(await endpointOf());
    expect(await marks()).toEqual([true, true, false]);
    await client.post('/contacts', { first_name: 'Grace' });
    await program.deliver();
    expect(receiver.requests).toHaveLength(3);
    expect([await job.run(), await marks()]).toEqual([2, [false, false, false]]);

    receiver.requests.length = 0;
    await client.post('/contacts', { first_name: 'Alan' });
    await program.deliver();
    const secrets = [rotated.result.secret, endpoints[1]!.secret, endpoints[2]!.secret, endpoints[0]!.secret];
    const signed = receiver.requests.map((request) =>
      secrets.map((secret) => {
        try {
          verified(request, secret, program.clock.now());
          return true;
        } catch {
          return false;
        }
      }),
    );
    // The first endpoint signs with the secret of before, too.
    const expected = [
      [true, false, false, true],
      [false, true, false, false],
      [false, false, true, false],
    ];
    expect(signed).toHaveLength(3);
    expect(signed).toEqual(expect.arrayContaining(expected));
  });
});

describe('a ciphertext in another row than its own', () => {
  beforeEach(async () => {
    await later(hour + minutes(1));
    await program.sql('truncate webhooks, webhook_deliveries, mails');
    receiver.requests.length = 0;
  });

  it('signs no webhook: the delivery waits, and the log tells why', async () => {
    const [own, other] = [await endpointOf(), await endpointOf()];
    const move = `update webhooks set secret = (select secret from webhooks where id = $2) where id = $1`;
    await program.sql(move, [own.id, other.id]);
    const logged = program.log.length;
    await client.post('/contacts', { first_name: 'Grace' });
    await program.deliver();
    expect(receiver.requests.map((request) => verified(request, other.secret, program.clock.now()))).toHaveLength(1);
    const told = program.log.slice(logged).filter((line) => line.includes('a webhook endpoint cannot be read'));
    expect(told).toEqual([expect.stringContaining(own.id)]);
    const { items } = (await client.get<Page<{ status: string }>>(`/webhooks/${own.id}/deliveries`)).result;
    expect(items.map(({ status }) => status)).toEqual(['pending']);
  });

  it('is sent to nobody', async () => {
    const grace = await program.register();
    const before = await program.countMails();
    const forget = ({ user }: SignedIn) => program.client.post('/auth/forgot-password', { email: user.email });
    await program.sql('truncate mails');
    await forget(ada);
    await forget(grace);
    await program.sql(
      `update mails m set content = other.content from mails other where other.id <> m.id and m.id = (select min(id::text) from mails)::uuid`,
    );
    expect(await program.countMails()).toBe(before + 1);
    const [left] = await program.sql('select attempt from mails');
    expect(left).toEqual({ attempt: '1' });
  });
});
