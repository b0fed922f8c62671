import { randomUUID } from 'node:crypto';
import type { AccountId } from '../../src/kernel/account-id';
import { BacklogLimits } from '../../src/contexts/webhooks/backlog';
import { DeliveriesRepository } from '../../src/contexts/webhooks/deliveries.repository';
import { DeliveryClaims } from '../../src/contexts/webhooks/delivery-claims';
import { DueDeliveriesRepository } from '../../src/contexts/webhooks/due-deliveries.repository';
import { WebhooksRetentionJob } from '../../src/contexts/webhooks/webhooks-retention-job';
import { Transactions } from '../../src/platform/database/transactions';
import { EventsRetentionJob } from '../../src/platform/outbox/events-retention-job';
import { Relay } from '../../src/platform/outbox/relay';
import { startApp, type TestApp } from '../support/app';
import type { Client } from '../support/client';
import { days, minutes } from '../support/clock';
import { unchecked } from '../support/many-records';
import { indexesUsed } from '../support/plans';

const many = 200_000;
const tables = ['events', 'webhook_deliveries'];
const usedDuring = (work: () => Promise<unknown>) => indexesUsed(tables, work);

let program: TestApp;
let ada: Client;
let accountId: AccountId;
/** Ten events are of this record. */
const entityId = randomUUID();
let endpoint: string;
let hanging: string;

const fill = (endpointId: string, count: number, status: string, due: string | null) =>
  program.sql(
    `insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt,
       attempt_count, attempts, next_attempt_at, due_at, created_at)
     select gen_random_uuid(), $1, $2, 0, gen_random_uuid(), 'contact.updated', $3, 1, 1, '[]', $4, $4,
       now() - n * interval '1 second'
     from generate_series(1, $5::int) n`,
    [accountId, endpointId, status, due, count],
  );

/** Entries of the indexes of what waits that were read meanwhile. */
async function entriesRead(work: () => Promise<unknown>): Promise<number> {
  const read = async () => {
    const [indexes] = await program.sql<{ count: string }>(
      `select sum(idx_tup_read) as count from pg_stat_user_indexes
       where indexrelname in ('webhook_deliveries_due_at_idx', 'webhook_deliveries_account_idx')`,
    );
    return Number(indexes!.count);
  };
  const before = await read();
  await work();
  return (await read()) - before;
}

beforeAll(async () => {
  program = await startApp();
  for (const table of tables) await program.sql(`truncate ${table}`);
  const session = await program.register();
  ada = program.client.as(session);
  accountId = session.user.account_id as AccountId;
  const make = async (events: string[]) =>
    (await ada.post<{ id: string }>('/webhooks', { url: 'https://a.example', events })).result.id;
  endpoint = await make(['project.deleted', 'contact.updated']);
  hanging = await make(['company.created']);
  await program.sql(
    `insert into events (id, account_id, type, entity_id, data, created_at, position)
     select gen_random_uuid(), $1, case when n % 40000 = 0 then 'project.deleted' else 'contact.updated' end,
       case when n % 20000 = 0 then $2::uuid else gen_random_uuid() end, '{}', now(), nextval('events_position_seq')
     from generate_series(1, $3::int) n`,
    [accountId, entityId, many],
  );
  await fill(endpoint, many, 'succeeded', null);
  await fill(endpoint, 20, 'failed', null);
  await fill(hanging, many, 'pending', new Date().toISOString());
  await program.sql('vacuum analyze');
});
afterAll(async () => {
  for (const table of tables) await program.sql(`truncate ${table}`);
  await program.close();
});

it.each([
  { what: 'all', index: 'events_position_idx', query: () => 'limit=100' },
  { what: 'of a type that few have', index: 'events_type_idx', query: () => 'types=project.deleted' },
  { what: 'of two types', index: 'events_type_idx', query: () => 'types=project.deleted&types=contact.updated' },
  { what: 'of a record', index: 'events_entity_id_idx', query: () => `entity_id=${entityId}` },
])('events, $what → $index', async ({ index, query }) => {
  let next = '';
  for (let page = 0; page < 2; page++) {
    const used = await usedDuring(async () => {
      next = (await ada.get<{ next_cursor: string }>(`/events?${query()}${next && `&after=${next}`}`)).result
        .next_cursor;
    });
    expect([...used]).toContain(index);
  }
});

it('the feed by type and by record is the same as in SQL', async () => {
  for (const [query, condition] of [
    ['types=project.deleted', `type = 'project.deleted'`],
    [`entity_id=${entityId}`, `entity_id = '${entityId}'`],
    ['types=project.deleted&types=contact.updated', 'true'],
  ] as const) {
    const expected = await program.sql<{ id: string }>(
      `select id from events where account_id = $1 and ${condition} order by position limit 100`,
      [accountId],
    );
    const { items } = (await ada.get<{ items: { id: string }[] }>(`/events?limit=100&${query}`)).result;
    expect(items.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  }
});

it('deliveries of an endpoint with very many: all, and the few that failed', async () => {
  const path = `/webhooks/${endpoint}/deliveries`;
  expect([...(await usedDuring(() => ada.get(path)))]).toContain('webhook_deliveries_list_idx');
  expect([...(await usedDuring(() => ada.get(`${path}?status=failed`)))]).toContain('webhook_deliveries_status_idx');
});

it('claiming steps over an endpoint with very many, and takes a few of each', async () => {
  const deliveries = program.app.get(DeliveriesRepository, { strict: false });
  const transactions = program.app.get(Transactions, { strict: false });
  const siblings = await program.sql<{ id: string }>(
    `insert into webhooks (id, account_id, url, url_version, description, events, is_active, secret, secret_prefix, healthy_at,
       failed_attempts, created_at, updated_at)
     select gen_random_uuid(), account_id, url, 0, '', events, true, secret, '', now(), 0, now(), now()
     from webhooks cross join generate_series(1, 8) where account_id = $1 and id = $2 returning id`,
    [accountId, endpoint],
  );
  const others = siblings.map(({ id }) => ({
    account_id: accountId,
    endpoint_id: id,
    event_id: randomUUID(),
    event: 'contact.updated',
    url_version: 0,
  }));
  const now = program.clock.now();
  await deliveries.insert(others, now);
  const limits = { limit: 24, perEndpoint: 4, perAccount: 10, quickOnly: false };
  const claims = program.app.get(DeliveryClaims, { strict: false });
  const claim = () => transactions.run(() => claims.claim(limits, now, new Date(now.getTime() + minutes(1))));
  let claimed: Awaited<ReturnType<typeof claim>> = [];
  const used = await usedDuring(async () => (claimed = await claim()));
  expect([...used].filter((index) => index.startsWith('webhook_deliveries_')).sort()).toEqual(
    ['account_idx', 'due_at_idx', 'lease_idx', 'pkey'].map((index) => `webhook_deliveries_${index}`),
  );
  const taken = await program.sql<{ endpoint_id: string }>(
    'select endpoint_id from webhook_deliveries where id = any($1::uuid[])',
    [claimed.map(({ id }) => id)],
  );
  // Each of the others had its turn before the one with many got a second.
  expect(taken.filter(({ endpoint_id }) => endpoint_id === hanging)).toHaveLength(2);
  expect(taken).toHaveLength(10);
  expect(await claim()).toEqual([]);
});

it('claiming looks at one entry of each of ten thousand accounts whose deliveries wait for later', async () => {
  const transactions = program.app.get(Transactions, { strict: false });
  const claims = program.app.get(DeliveryClaims, { strict: false });
  const now = program.clock.now();
  await unchecked(async (direct) => {
    await direct.query(
      `insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt,
         attempt_count, attempts, next_attempt_at, due_at, created_at)
       select gen_random_uuid(), owner, gen_random_uuid(), 0, gen_random_uuid(), 'contact.updated', 'pending', 1, 1, '[]',
         $1, $1, $1
       from (select gen_random_uuid() as owner from generate_series(1, 10000)) as owners cross join generate_series(1, 3)`,
      [new Date(now.getTime() + minutes(60))],
    );
  });
  await program.sql('vacuum analyze webhook_deliveries');
  const limits = { limit: 24, perEndpoint: 4, perAccount: 10, quickOnly: false };
  const read = await entriesRead(() =>
    transactions.run(async () => {
      await claims.claim(limits, now, new Date(now.getTime() + minutes(1)));
      await transactions.rows(undefined, 'select pg_stat_force_next_flush()', []);
    }),
  );
  expect(read).toBeGreaterThan(10_000);
  expect(read).toBeLessThan(10_500);
  await program.sql('delete from webhook_deliveries where account_id <> $1', [accountId]);
});

it('a hundred thousand events are placed in the order in which they were written, and replayed', async () => {
  await program.sql(
    `insert into events (id, account_id, type, entity_id, data, created_at)
     select gen_random_uuid(), $1, 'contact.updated', gen_random_uuid(), '{}', now() from generate_series(1, 100000)`,
    [accountId],
  );
  const relay = program.app.get(Relay, { strict: false });
  const behind = async () => (await program.sql('select 1 from events where position is null limit 1')).length > 0;
  while (await behind()) await relay.catchUp(accountId);
  const [disorder] = await program.sql<{ count: string }>(
    `select count(*) from (select position, lag(position) over (order by seq) as before from events) e
     where position <= before`,
  );
  expect(disorder!.count).toBe('0');
  const since = new Date(Date.now() - minutes(60)).toISOString();
  const replay = async () =>
    (await ada.post<{ count: number }>(`/webhooks/${endpoint}/replay`, { since })).result.count;
  // More wait for the other endpoint than may wait of an account.
  expect(await replay()).toBe(0);
  await program.sql(`delete from webhook_deliveries where status = 'pending'`);
  program.clock.move(minutes(10));
  expect(await replay()).toBe(100_000 - 9 * 1_000);
  Object.assign(program.app.get(BacklogLimits, { strict: false }), { account: 1_000_000 });
  expect(await replay()).toBe(many + 100_000);
  program.clock.reset();
});

it('of all that waits only a little is read, by plans too that were made when nothing waited', async () => {
  const due = program.app.get(DueDeliveriesRepository, { strict: false });
  const deliveries = program.app.get(DeliveriesRepository, { strict: false });
  const transactions = program.app.get(Transactions, { strict: false });
  const now = program.clock.now();
  const later = new Date(now.getTime() + minutes(1));
  const claims = program.app.get(DeliveryClaims, { strict: false });
  const limits = { limit: 24, perEndpoint: 4, perAccount: 10, quickOnly: false };
  const wait = (count: number) => {
    const delivery = { account_id: accountId, endpoint_id: endpoint, event: 'contact.updated', url_version: 0 };
    return deliveries.insert(
      Array.from({ length: count }, () => ({ ...delivery, event_id: randomUUID() })),
      now,
    );
  };
  const round = async () => {
    const [first, second, ...rest] = await transactions.run(() => claims.claimAndStart(limits, now, later));
    expect(rest).toHaveLength(2);
    const attempt = { at: now.toISOString(), status: 200, failure: null, duration_ms: 1, response_start: '' };
    await due.succeed(
      rest.map((delivery) => ({ delivery, attempt, isQuick: true })),
      now,
      now,
    );
    expect(await due.finish(first!, 'pending', attempt, later)).toBe(true);
    await claims.release([second!]);
    const jobs = await transactions.run(() => claims.claim(limits, now, later));
    const begun = await claims.start(jobs, now);
    expect(begun).toHaveLength(jobs.length);
    for (const each of begun) await due.finish(each, 'cancelled', null, null);
  };
  await program.sql('truncate webhook_deliveries');
  await fill(endpoint, 10_000, 'succeeded', null);
  await program.sql('analyze webhook_deliveries');
  // A plan for any values is made from the sixth execution on.
  for (let time = 0; time < 7; time++) {
    await wait(4);
    await round();
  }
  await wait(20_000);
  const read = await entriesRead(async () => {
    await round();
    // By the connection that has read them, which has its plans as well.
    await transactions.rows(undefined, 'select pg_stat_force_next_flush()', []);
  });
  // Of 20,000. Entries of rows that the rounds before have changed count until PostgreSQL removes them.
  expect(read).toBeLessThan(5_000);
});

it('what is old is removed, in batches, by its id', async () => {
  const events = program.app.get(EventsRetentionJob, { strict: false });
  const deliveries = program.app.get(WebhooksRetentionJob, { strict: false });
  // Ids in the order of time, as the program makes them.
  await program.sql('delete from events where ctid not in (select ctid from events limit 2500)');
  await program.sql(
    'delete from webhook_deliveries where ctid not in (select ctid from webhook_deliveries limit 2500)',
  );
  for (const table of tables) {
    await program.sql(
      `update ${table} set id = (lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || substr(md5(id::text), 13))::uuid,
         created_at = now()`,
    );
  }
  expect([await events.run(), await deliveries.run()]).toEqual([0, 0]);
  program.clock.move(days(30) + minutes(1));
  expect([await events.run(), await deliveries.run()]).toEqual([0, 2_500]);
  program.clock.move(minutes(121));
  expect(await events.run()).toBe(2_500);
  program.clock.reset();
});
