import { randomUUID } from 'node:crypto';
import { type ClaimLimits, DeliveryClaims } from '../../src/contexts/webhooks/delivery-claims';
import { QuickDeliveryWorker } from '../../src/contexts/webhooks/quick-delivery-worker';
import { FanOut } from '../../src/contexts/webhooks/fan-out';
import type { AccountId } from '../../src/kernel/account-id';
import { Transactions } from '../../src/platform/database/transactions';
import { Relay } from '../../src/platform/outbox/relay';
import { startApp, type TestApp } from '../support/app';
import { minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { breakDatabase } from '../support/statements';

/** Nothing works in the background here: each step is taken by the test. */
let program: TestApp;
const empty = () =>
  withClient(workerDatabaseUrl(), (direct) =>
    direct.query('truncate events, webhooks, webhook_deliveries, webhook_fan_outs'),
  );
beforeAll(async () => {
  program = await startApp();
});
beforeEach(async () => {
  await empty();
  program.clock.reset();
  program.clock.freeze();
});
afterAll(async () => {
  await empty();
  await program.close();
});

const ago = (milliseconds: number) => new Date(program.clock.now().getTime() - milliseconds);
const inTenSeconds = () => ago(-seconds(10));

interface Wanted {
  /** Their ids, or how many. */
  readonly accounts?: number | readonly string[];
  /** For each account. */
  readonly endpoints?: number;
  /** For each endpoint. */
  readonly deliveries?: number;
  readonly due?: Date;
  readonly is_quick?: boolean | null;
  readonly timeouts?: number | null;
}

/** Makes accounts with endpoints for which deliveries wait. @returns the ids of the accounts, in order. */
async function waiting(wanted: Wanted = {}): Promise<string[]> {
  const {
    accounts = 1,
    endpoints = 1,
    deliveries = 1,
    due = ago(minutes(5)),
    is_quick = null,
    timeouts = null,
  } = wanted;
  const ids = typeof accounts === 'number' ? Array.from({ length: accounts }, () => randomUUID()) : [...accounts];
  await program.sql(
    `with owner as (
       insert into accounts (id, name, created_at, updated_at) select id, 'Account', now(), now() from unnest($1::uuid[]) id
       on conflict (id) do update set name = 'Account' returning id
     ),
     endpoint as (
       insert into webhooks (id, account_id, url, url_version, description, events, is_active, secret, secret_prefix, healthy_at,
         failed_attempts, is_quick, timeouts, created_at, updated_at)
       select gen_random_uuid(), owner.id, 'https://a.example', 0, '', array['contact.created'], true, '', '', now(), 0, $5, $6,
         now(), now()
       from owner cross join generate_series(1, $2::int) returning id, account_id
     )
     insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt, attempt_count,
       attempts, next_attempt_at, due_at, created_at)
     select gen_random_uuid(), account_id, id, 0, gen_random_uuid(), 'contact.created', 'pending', 0, 0, '[]', $4, $4, now()
     from endpoint cross join generate_series(1, $3::int)`,
    [ids, endpoints, deliveries, due, is_quick, timeouts],
  );
  return ids.sort();
}

/** @returns the accounts of the deliveries that were claimed, sorted. */
async function claim(limits: Partial<ClaimLimits> = {}): Promise<string[]> {
  const claims = program.app.get(DeliveryClaims, { strict: false });
  const all = { limit: 32, perEndpoint: 4, perAccount: 12, quickOnly: false, ...limits };
  const jobs = await program.app.get(Transactions).run(() => claims.claim(all, program.clock.now(), ago(-minutes(1))));
  const rows = await program.sql<{ account_id: string }>(
    'select account_id from webhook_deliveries where id = any($1::uuid[]) order by account_id',
    [jobs.map(({ id }) => id)],
  );
  return rows.map(({ account_id }) => account_id);
}

/** How many times each of them is there. */
function counts(ids: readonly string[]): number[] {
  return [...new Set(ids)].map((id) => ids.filter((other) => other === id).length);
}

/** One attempt of the account ends, as if it had succeeded. */
const end = (accountId: string) =>
  program.sql(
    `update webhook_deliveries set status = 'succeeded', next_attempt_at = null, due_at = null, lease_until = null
     where id = (select id from webhook_deliveries where account_id = $1 and lease_until is not null limit 1)`,
    [accountId],
  );

const first = '00000000-0000-7000-8000-000000000001';
const last = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

describe('a claim', () => {
  it('takes as many of each account, and of an account as many of each endpoint', async () => {
    const hanging = await waiting({ accounts: 8, endpoints: 40, deliveries: 3 });
    expect(counts(await claim({ limit: 24 }))).toEqual(hanging.map(() => 3));
    expect(counts(await claim({ limit: 16 }))).toEqual(hanging.map(() => 2));
    const perEndpoint = await program.sql<{ count: number }>(
      `select count(*)::int as count from webhook_deliveries where lease_until is not null group by endpoint_id`,
    );
    expect(perEndpoint.map(({ count }) => count)).toEqual(Array(8 * 5).fill(1));
  });

  it.each([first, last])('is the very next one for an account that has nothing under way (%s)', async (good) => {
    const hanging = await waiting({ accounts: 8, endpoints: 40 });
    expect(await claim()).toHaveLength(32);
    await waiting({ accounts: [good], due: program.clock.now() });
    await end(hanging[3]!);
    // That one has the least under way of the others, and has waited longer.
    expect(await claim({ limit: 1 })).toEqual([good]);
    expect(await claim({ limit: 1 })).toEqual([hanging[3]]);
  });

  it('goes from account to account where all have as much under way', async () => {
    const accounts = await waiting({ accounts: 4, endpoints: 3, deliveries: 3 });
    const served: string[] = [];
    for (let time = 0; time < 8; time++) {
      const [one] = await claim({ limit: 1 });
      served.push(one!);
      await end(one!);
    }
    expect(counts(served)).toEqual([2, 2, 2, 2]);
    expect(new Set(served.slice(0, 4))).toEqual(new Set(accounts));
    expect(served.slice(4)).toEqual(served.slice(0, 4));
  });

  it('takes four for an endpoint and twelve of an account, and one for an endpoint after a timeout', async () => {
    const [account] = await waiting({ endpoints: 1, deliveries: 20 });
    expect(await claim()).toHaveLength(4);
    await waiting({ accounts: [account!], endpoints: 2, deliveries: 20, timeouts: 1 });
    expect(await claim()).toHaveLength(2);
    expect(await claim()).toEqual([]);
    await waiting({ accounts: [account!], endpoints: 3, deliveries: 20 });
    expect(await claim()).toHaveLength(6);
    expect(await claim()).toEqual([]);
  });

  it('finds what is due among more accounts than one search looks at, wherever it begins', async () => {
    await waiting({ accounts: 1_700, due: inTenSeconds() });
    await waiting({ accounts: [first, last] });
    expect(await claim()).toEqual([first, last]);
    await waiting({ accounts: 1_700 });
    // It ends within the accounts, and the next one goes on there.
    const served = [...(await claim({ limit: 1_000 })), ...(await claim({ limit: 1_000 }))];
    expect([served.length, new Set(served).size]).toEqual([1_700, 1_700]);
  });

  it('for the quick takes nothing else, but one for a new endpoint of an account with nothing under way', async () => {
    const [quick] = await waiting({ is_quick: true, deliveries: 9 });
    await waiting({ is_quick: false, deliveries: 9 });
    await waiting({ is_quick: false, timeouts: 3 });
    const [fresh] = await waiting({ endpoints: 5 });
    const [busy] = await waiting({ deliveries: 9 });
    await program.sql(
      'update webhook_deliveries set lease_until = $2, due_at = $2 where id = (select id from webhook_deliveries where account_id = $1 limit 1)',
      [busy, inTenSeconds()],
    );
    expect(await claim({ quickOnly: true, perAccount: 3 })).toEqual([quick, quick, quick, fresh].sort());
    expect(await claim({ quickOnly: true, perAccount: 3 })).toEqual([]);
    expect(await claim({ quickOnly: true, perAccount: 12 })).toEqual([quick]);
  });

  it('for the quick leaves the last free slots to accounts that have nothing under way, whoever asks for all', async () => {
    const worker = program.app.get(QuickDeliveryWorker, { strict: false });
    const transactions = program.app.get(Transactions);
    const claimQuick = async (free: number) => (await transactions.run(() => worker.claim(free, false))).length;
    const underWay = () =>
      program.sql<{ count: number }>(
        `select count(*)::int as count from webhook_deliveries where lease_until is not null group by account_id order by 1`,
      );
    await waiting({ accounts: 8, endpoints: 10, deliveries: 4, is_quick: true });
    // 48 of 64; a quarter of the others is four, so no account gets more.
    expect(await claimQuick(64)).toBe(48);
    expect((await underWay()).map(({ count }) => count)).toEqual(Array(8).fill(6));
    expect(await claimQuick(16)).toBe(0);
    await waiting({ accounts: 5, endpoints: 10, deliveries: 4, is_quick: true });
    expect(await claimQuick(16)).toBe(12);
    expect(await claimQuick(4)).toBe(0);
    await waiting({ accounts: 2, deliveries: 4, is_quick: true });
    expect(await claimQuick(4)).toBe(2);
    await waiting({ accounts: 1, is_quick: true });
    expect(await claimQuick(2)).toBe(1);
  });

  it('takes what waits for a deleted endpoint bit by bit, and never as something quick', async () => {
    const [account] = await waiting({ deliveries: 3, is_quick: true });
    await program.sql('delete from webhooks where account_id = $1', [account]);
    expect(await claim({ quickOnly: true })).toEqual([]);
    expect(await claim()).toEqual([account]);
    expect(await claim()).toEqual([account]);
  });
});

describe('deliveries of events', () => {
  /** Events without positions, and without what else a change makes. */
  const record = (accountId: string, count: number) =>
    program.sql(
      `insert into events (id, account_id, type, entity_id, data, created_at)
       select gen_random_uuid(), $1, 'contact.created', gen_random_uuid(), '{}', now() from generate_series(1, $2::int)`,
      [accountId, count],
    );
  const subscribers = (accounts: number, endpoints: number) => waiting({ accounts, endpoints, deliveries: 0 });
  const place = (accountId: string) => program.app.get(Relay, { strict: false }).catchUp(accountId as AccountId);
  const round = (app = program) => app.app.get(FanOut, { strict: false }).run();
  const finish = async () => {
    while ((await round()) > 0);
  };
  const made = async (accountId: string) =>
    (
      await program.sql<{ count: number }>(
        'select count(*)::int as count from webhook_deliveries where account_id = $1',
        [accountId],
      )
    )[0]!.count;
  /** Of each endpoint and event. */
  const doubled = async () =>
    program.sql('select 1 from webhook_deliveries group by endpoint_id, event_id having count(*) > 1');
  const left = () => program.sql('select 1 from webhook_fan_outs');

  it('are made of each account in turn, a part at a time, and in their order', async () => {
    const [large, small] = await subscribers(2, 10);
    await record(large!, 1_200);
    await record(small!, 1);
    for (const account of [large!, small!]) await place(account);
    expect([await made(large!), await made(small!)]).toEqual([0, 0]);
    expect(await round()).toBe(2);
    // A half of 5,000 to each.
    expect([await made(large!), await made(small!)]).toEqual([2_500, 10]);
    await finish();
    expect([await made(large!), await made(small!)]).toEqual([12_000, 10]);
    expect([await doubled(), await left()]).toEqual([[], []]);
    const disorder = await program.sql(
      `select 1 from (
         select position, lag(position) over (partition by endpoint_id order by webhook_deliveries.id) as before
         from webhook_deliveries join events on events.id = event_id
       ) as made where position < before`,
    );
    expect(disorder).toEqual([]);
  });

  it('are made once, whatever fails in between', async () => {
    const [account] = await subscribers(1, 3);
    for (let time = 0; time < 6; time++) {
      await record(account!, 500);
      await place(account!);
    }
    for (const statement of [
      /for update of webhook_fan_outs skip locked/,
      /^select id, account_id, events, url_version/,
      /insert into webhook_deliveries/,
      /update webhooks set waiting_at_most/,
      /delete from webhook_fan_outs/,
      /^commit/,
    ]) {
      const before = await made(account!);
      const mend = breakDatabase(statement, undefined, 1);
      await expect(round()).rejects.toThrow('Connection terminated').finally(mend);
      expect(await made(account!)).toBe(before);
      await round();
    }
    await finish();
    expect([await made(account!), await doubled(), await left()]).toEqual([9_000, [], []]);
  });

  it('are made of the other accounts when one of them fails', async () => {
    const accounts = await subscribers(3, 1);
    for (const account of accounts) {
      await record(account, 1);
      await place(account);
    }
    // All together, and then the first one alone.
    const mend = breakDatabase(/insert into webhook_deliveries/, undefined, 2);
    await expect(round()).rejects.toThrow('Connection terminated').finally(mend);
    expect(await Promise.all(accounts.map(made))).toEqual([0, 1, 1]);
    await finish();
    expect(await Promise.all(accounts.map(made))).toEqual([1, 1, 1]);
  });

  it('are made of an account whose events came one by one as quickly as of one whose events came together', async () => {
    const [oneByOne, together] = await subscribers(2, 1);
    for (let count = 0; count < 20; count++) {
      await record(oneByOne!, 1);
      await place(oneByOne!);
    }
    await record(together!, 20);
    await place(together!);
    expect(await left()).toHaveLength(21);
    expect(await round()).toBe(2);
    expect([await made(oneByOne!), await made(together!), await left()]).toEqual([20, 20, []]);
  });

  it('are made once by several processes at once', async () => {
    const other = await startApp();
    try {
      const accounts = await subscribers(4, 2);
      for (const account of accounts) {
        await record(account, 600);
        await place(account);
      }
      while ((await Promise.all([round(), round(other), round(), round(other)])).some((turns) => turns > 0));
      expect(await Promise.all(accounts.map(made))).toEqual(accounts.map(() => 1_200));
      expect([await doubled(), await left()]).toEqual([[], []]);
    } finally {
      await other.close();
    }
  });

  it('are not made again of events to which the previous release gave positions', async () => {
    const [account] = await subscribers(1, 1);
    /** Release 0.1.0 makes the deliveries in the transaction that gives the positions. */
    const placeAsBefore = () =>
      program.sql(
        `with placed as (
           update events set position = nextval('events_position_seq') where position is null returning id, account_id
         )
         insert into webhook_deliveries (id, account_id, endpoint_id, url_version, event_id, event, status, attempt,
           attempt_count, attempts, next_attempt_at, due_at, created_at)
         select gen_random_uuid(), placed.account_id, webhooks.id, 0, placed.id, 'contact.created', 'pending', 0, 0, '[]',
           now(), now(), now()
         from placed join webhooks using (account_id)`,
      );
    for (const release of [place, placeAsBefore, place, placeAsBefore]) {
      await record(account!, 5);
      await release(account!);
    }
    await finish();
    expect([await made(account!), await doubled(), await left()]).toEqual([20, [], []]);
  });

  it('are not noted for an account without an active endpoint', async () => {
    const [none] = await subscribers(1, 0);
    const [off] = await subscribers(1, 1);
    await program.sql('update webhooks set is_active = false where account_id = $1', [off]);
    for (const account of [none!, off!]) {
      await record(account, 1);
      await place(account);
    }
    expect(await left()).toEqual([]);
  });

  it('are made for the endpoints that there were when the events got their positions', async () => {
    const ada = await program.register();
    const client = program.client.as(ada);
    const create = async (is_active: boolean) => {
      const input = { url: 'https://a.example', events: ['contact.created'], is_active };
      return (await client.post<{ id: string }>('/webhooks', input)).result.id;
    };
    const [before, off] = [await create(true), await create(false)];
    await record(ada.user.account_id, 1);
    await place(ada.user.account_id);
    const after = await create(true);
    await client.patch(`/webhooks/${off}`, { is_active: true });
    await record(ada.user.account_id, 1);
    await place(ada.user.account_id);
    await finish();
    const counts = await program.sql<{ endpoint_id: string; count: number }>(
      'select endpoint_id, count(*)::int as count from webhook_deliveries where account_id = $1 group by 1',
      [ada.user.account_id],
    );
    expect(new Map(counts.map(({ endpoint_id, count }) => [endpoint_id, count]))).toEqual(
      new Map([
        [before, 2],
        [after, 1],
        [off, 1],
      ]),
    );
  });

  it('a reader of the feed gives positions to the events of its account only', async () => {
    const [reader, other] = await subscribers(2, 1);
    for (const account of [reader!, other!]) await record(account, 3);
    await place(reader!);
    const placed = await program.sql<{ account_id: string }>(
      'select account_id from events where position is not null',
    );
    expect(placed.map(({ account_id }) => account_id)).toEqual([reader, reader, reader]);
  });

  it('readers at the same moment share transactions, and each gets all of its own', async () => {
    const readers = await subscribers(3, 0);
    for (const account of readers) await record(account, 700);
    await Promise.all([...readers, ...readers].map(place));
    expect(await program.sql('select 1 from events where position is null')).toEqual([]);
    const disorder = await program.sql(
      `select 1 from (select position, lag(position) over (partition by account_id order by seq) as before from events) e
       where position <= before`,
    );
    expect(disorder).toEqual([]);
  });
});

describe('in the background', () => {
  it('an account with one event does not wait for the import of another one', async () => {
    const [large, small] = await waiting({ accounts: 2, deliveries: 0 });
    const working = await startApp({ WORKERS: 'on' });
    try {
      // All of them at once.
      await program.sql(
        `insert into events (id, account_id, type, entity_id, data, created_at)
         select gen_random_uuid(), case when n = 3000 then $2::uuid else $1::uuid end, 'company.created', gen_random_uuid(), '{}', now()
         from generate_series(1, 3000) n`,
        [large, small],
      );
      await working.deliver();
      const [later] = await program.sql<{ count: number }>(
        `select count(*)::int as count from events
         where account_id = $1 and position > (select position from events where account_id = $2)`,
        [large, small],
      );
      // It is in the first batch of 500, with half of which the other one begins.
      expect(later!.count).toBeGreaterThanOrEqual(2_999 - 250);
    } finally {
      await working.close();
    }
  });
});
