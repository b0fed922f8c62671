import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { type Client as Direct } from 'pg';
import type { AccountId } from '../../src/kernel/account-id';
import { User } from '../../src/contexts/users/user.entity';
import { type ConnectionClass, ConnectionSlots, poolSize } from '../../src/platform/database/connection-slots';
import { Transactions } from '../../src/platform/database/transactions';
import type { Slot } from '../../src/platform/fairness/fair-slots';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { withClient, workerDatabaseUrl } from '../support/database';
import { all, type Answering } from '../support/outcome';

let program: TestApp;
let connections: ConnectionSlots;
let transactions: Transactions;
beforeAll(async () => {
  program = await startApp({ TRUST_PROXY: '1' });
  connections = program.app.get(ConnectionSlots);
  transactions = program.app.get(Transactions);
});
afterAll(() => program.close());

/** Makes statements wait for locks until the test ends the wait, on every connection of the program. */
async function waitForLocks(): Promise<void> {
  let [opened, openedAll] = [0, (): void => undefined];
  const all = new Promise<void>((resolve) => (openedAll = resolve));
  const longer = `select set_config('lock_timeout', '60s', false), set_config('statement_timeout', '60s', false)`;
  const open = async () => {
    await transactions.rows(undefined, longer, []);
    if (++opened === poolSize) openedAll();
    await all;
  };
  await Promise.all(times(poolSize, () => transactions.run(open)));
}

interface Account {
  readonly owner: SignedIn;
  readonly client: Client;
  /** Sources, whose rows a test can lock. */
  readonly sources: readonly string[];
}

async function newAccount(): Promise<Account> {
  const owner = await program.register();
  const client = program.client.as(owner);
  const sources: string[] = [];
  for (const name of ['Fair', 'Letter']) {
    sources.push((await client.post<{ id: string }>('/sources', { name })).result.id);
  }
  return { owner, client, sources };
}

const ok = [200, undefined];
const tooMany = [429, 'rate_limit.exceeded'];
const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => make(i));
const rename = ({ client, sources }: Account, which = 0) =>
  client.patch(`/sources/${sources[which]}`, { name: randomUUID() });

/** Answers that are noted when they come. */
function noted(...answers: Answering[]): { readonly answers: readonly Answering[]; readonly settled: Answering[] } {
  const settled: Answering[] = [];
  for (const answer of answers) void answer.finally(() => settled.push(answer)).catch(() => undefined);
  return { answers, settled };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn();
}
/** Until so many hold a connection, or a slot of one, and so many wait for their turn. */
const untilCounts = (inUse: number, waiting: number) =>
  until(() => connections.slots.inUse === inUse && connections.slots.waiting === waiting);

const locked = async (rival: Direct) =>
  (
    await rival.query<{ count: string }>(
      `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
  ).rows[0]!.count;

/** Does the work while somebody else has locked these rows. `unlock` ends that before the work is over. */
async function whileLocked<Result>(
  table: string,
  ids: readonly string[],
  work: (rival: Direct, unlock: () => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  await waitForLocks();
  return withClient(workerDatabaseUrl(), async (rival) => {
    await rival.query('begin');
    await rival.query(`select 1 from ${table} where id = any($1) for update`, [ids]);
    return work(rival, () => rival.query('commit'));
  });
}

describe('of the connections to the database', () => {
  it('an account gets eight: what is beyond waits, and the others are answered meanwhile', async () => {
    const [ada, bob] = [await newAccount(), await newAccount()];
    await whileLocked('sources', ada.sources, async (rival, unlock) => {
      const { answers, settled } = noted(...times(20, () => rename(ada)));
      await untilCounts(8, 12);
      await until(async () => Number(await locked(rival)) >= 8);
      expect(await locked(rival)).toBe('8');
      await all(ok, bob.client.get('/contacts'), rename(bob), bob.client.post('/contacts', { first_name: 'Bob' }));
      expect([settled.length, connections.slots.inUse, connections.slots.waiting]).toEqual([0, 8, 12]);
      await unlock();
      await all(ok, ...answers);
    });
    expect([connections.slots.inUse, connections.slots.waiting]).toEqual([0, 0]);
  });

  it('an account gets two for what may be slow, and keeps the others for what is quick', async () => {
    const ada = await newAccount();
    const ids: string[] = [];
    for (let count = 0; count < 7; count++) {
      ids.push((await ada.client.post<{ id: string }>('/contacts', { first_name: 'Grace' })).result.id);
    }
    await whileLocked('contacts', ids, async (rival, unlock) => {
      const { answers, settled } = noted(...ids.map((id) => ada.client.delete(`/contacts/${id}`)));
      await untilCounts(2, 5);
      const search = noted(
        ada.client.get('/contacts?search=grace'),
        ada.client.call('contacts-list', { search: 'grace' }),
      );
      await untilCounts(2, 7);
      await all(ok, ada.client.get('/contacts'), ada.client.get('/contacts?search='), rename(ada));
      expect([settled.length, search.settled.length, await locked(rival)]).toEqual([0, 0, '2']);
      await unlock();
      await all(ok, ...answers, ...search.answers);
    });
  });

  it('all accounts get three for what may be slow, and what is quick goes on', async () => {
    const accounts = await Promise.all(times(3, () => newAccount()));
    const { slots } = connections;
    const held = accounts.flatMap(({ owner }) =>
      times(2, () => slots.tryTake(owner.user.account_id, 'slow')).filter((slot) => slot !== undefined),
    );
    expect(held).toHaveLength(3);
    const searches = noted(...accounts.map(({ client }) => client.get('/contacts?search=grace')));
    await untilCounts(3, 3);
    await all(ok, ...accounts.flatMap((account) => [account.client.get('/contacts'), rename(account)]));
    expect(searches.settled).toEqual([]);
    held.forEach((slot) => slot.release());
    await all(ok, ...searches.answers);
  });

  it('what comes free goes first to an account that has none, whoever waits for longer', async () => {
    const [ada, cid, bob] = [await newAccount(), await newAccount(), await newAccount()];
    await whileLocked('sources', [cid.sources[1]!], async (_, unlock) => {
      await whileLocked('sources', [...ada.sources, cid.sources[0]!], async (_rival, unlockAll) => {
        const { answers, settled } = noted(...times(10, () => rename(ada)));
        await untilCounts(8, 2);
        const first = rename(cid, 1);
        await untilCounts(9, 2);
        const others = noted(...times(10, () => rename(cid)));
        // Two stay for what is public, two for background work; two more take no part in this.
        await untilCounts(14, 7);
        const bobs = noted(bob.client.get('/contacts'), bob.client.get('/companies'));
        await untilCounts(14, 9);
        await unlock();
        await all(ok, first, ...bobs.answers);
        expect([settled.length, others.settled.length]).toEqual([0, 0]);
        await unlockAll();
        await all(ok, ...answers, ...others.answers);
      });
    });
  });

  it('who hangs up gives up the place in the queue', async () => {
    const ada = await newAccount();
    const held = times(8, () => connections.slots.tryTake(ada.owner.user.account_id, 'quick')!);
    const headers = { Authorization: `Bearer ${ada.owner.access_token}` };
    const request = get(`${program.url}/api/v1/contacts`, { headers }).on('error', () => undefined);
    await untilCounts(8, 1);
    request.destroy();
    await untilCounts(8, 0);
    held.forEach((slot) => slot.release());
    await all(ok, ada.client.get('/contacts'));
  });

  it('who waits for two seconds is told to come again', async () => {
    const usual = await startApp({}, undefined, undefined, false);
    try {
      const owner = await usual.register();
      const { slots } = usual.app.get(ConnectionSlots);
      times(8, () => slots.tryTake(owner.user.account_id, 'quick')!);
      const { status, error, headers } = await usual.client.as(owner).get('/contacts');
      expect([status, error.code, headers['retry-after']]).toEqual([...tooMany, '1']);
      expect(usual.log.join('')).toContain('None of the database connections came free in time.');
    } finally {
      await usual.close();
    }
  });

  it.each([
    ['an answer', 200, (client: Client) => client.get('/contacts')],
    ['an error of the handler', 404, (client: Client) => client.get(`/contacts/${randomUUID()}`)],
    ['refused fields', 400, (client: Client) => client.post('/contacts', { first_name: 5 })],
    ['a refused id', 400, (client: Client) => client.get('/contacts/abc')],
    ['all records', 200, (client: Client) => client.call('sources-list')],
    ['a file', 404, (client: Client) => client.get(`/imports/${randomUUID()}/errors.csv`)],
    ['a public route', 401, () => program.client.post('/auth/refresh', { refresh_token: 'x' })],
    ['a probe', 200, () => fetch(`${program.url}/health/ready`) as never],
  ] as [string, number, (client: Client) => Promise<{ status: number }>][])(
    '%s leaves none',
    async (_, status, ask) => {
      const { client } = await newAccount();
      expect((await ask(client)).status).toBe(status);
      expect([connections.slots.inUse, connections.slots.waiting]).toEqual([0, 0]);
    },
  );
});

describe('sign-ins', () => {
  it('of one address get four connections, and keep neither other addresses nor accounts waiting', async () => {
    const [ada, bob] = [await newAccount(), await newAccount()];
    const login = ({ owner: { user } }: Account, address: string) =>
      program.client.with({ 'X-Forwarded-For': address }).post('/auth/login', { email: user.email, password });
    await whileLocked('users', [ada.owner.user.id], async (rival, unlock) => {
      const { answers, settled } = noted(...times(7, () => login(ada, '192.0.2.1')));
      await untilCounts(4, 3);
      await all(ok, login(bob, '192.0.2.2'), bob.client.get('/contacts'), ada.client.get('/contacts'));
      expect([settled.length, await locked(rival)]).toEqual([0, '4']);
      await unlock();
      await all(ok, ...answers);
    });
  });
});

describe('work that takes each connection in its turn', () => {
  const inUse = async () => connections.slots.inUse;
  const account: AccountId = randomUUID() as string as AccountId;
  const inScope = <Result>(work: () => Promise<Result>, owner: string = account, of: ConnectionClass = 'background') =>
    connections.takeEach(owner, of, work);
  const select = () => transactions.rows(undefined, 'select 1', []);

  it('holds one while a transaction is open, whatever happens in it', async () => {
    const seen: number[] = [];
    const see = async () => void seen.push(await inUse());
    await inScope(async () => {
      await see();
      await transactions.run(async () => {
        await see();
        await select();
        await transactions.repository(User).findOneBy({ account_id: account, id: account });
        await transactions.run(see);
      });
      await see();
      await expect(transactions.run(() => transactions.rows(undefined, 'select 1 / 0', []))).rejects.toThrow('zero');
      await expect(transactions.rows(undefined, 'select 1 / 0', [])).rejects.toThrow('zero');
      await see();
    });
    expect(seen).toEqual([0, 1, 1, 0, 0]);
  });

  it.each([
    ['a statement of our own', async () => void (await select())],
    [
      'a repository of TypeORM',
      async () => void (await transactions.repository(User).findOneBy({ account_id: account, id: account })),
    ],
    ['a transaction', async () => void (await transactions.run(select))],
  ])('waits with %s while others hold the share of the owner', async (_, work) => {
    const held = times(2, () => connections.slots.tryTake(account, 'background')!);
    let isOver = false;
    const working = inScope(work).finally(() => (isOver = true));
    await untilCounts(2, 1);
    await inScope(select, 'another');
    expect(isOver).toBe(false);
    held[0]!.release();
    await working;
    held.forEach((slot) => slot.release());
    expect(await inUse()).toBe(0);
  });

  it('belongs to the owner who is found out on the way', async () => {
    const held = times(2, () => connections.slots.tryTake(account, 'background')!);
    const working = inScope(async () => {
      await select();
      connections.setOwner(account);
      await select();
    }, 'nobody known yet');
    await untilCounts(2, 1);
    held.forEach((slot) => slot.release());
    await working;
  });

  it('of the background leaves connections for requests, also when it hangs', async () => {
    const { client } = await newAccount();
    await waitForLocks();
    await withClient(workerDatabaseUrl(), async (rival) => {
      await rival.query('begin');
      await rival.query('lock table rolling_upgrades in access exclusive mode');
      const reading = times(30, (index) =>
        inScope(
          () => transactions.rows(undefined, 'select count(*) from rolling_upgrades', []),
          `account ${index % 6}`,
        ),
      );
      const read = Promise.allSettled(reading);
      await untilCounts(12, 18);
      await all(ok, client.get('/contacts'), client.post('/contacts', { first_name: 'Grace' }));
      await all(ok, program.client.post('/auth/login', { email: (await program.register()).user.email, password }));
      expect([connections.slots.inUse, await locked(rival)]).toEqual([12, '12']);
      await rival.query('rollback');
      await read;
    });
  });

  it('that nobody waited for goes on without', async () => {
    let release = (): void => undefined;
    const later = new Promise<void>((resolve) => (release = resolve));
    let left: Promise<number> | undefined;
    await inScope(async () => {
      left = later.then(() => transactions.run(inUse));
    });
    // Another scope is open, so that the storage is in use.
    await inScope(async () => {
      release();
      await left;
    }, 'another');
    expect(await left).toBe(0);
  });

  it('takes no slot for what begins outside of it', async () => {
    expect(await transactions.run(inUse)).toBe(0);
  });
});

it('there are more connections than slots, for what must get through always', async () => {
  const slots: (Slot | undefined)[] = [];
  for (const kind of ['quick', 'public', 'background'] as const) {
    slots.push(...times(poolSize, (index) => connections.slots.tryTake(`${kind} ${index}`, kind)));
  }
  const taken = slots.filter((slot) => slot !== undefined);
  expect(taken.length).toBe(poolSize - 2);
  expect((await fetch(`${program.url}/health/ready`)).status).toBe(200);
  const strange = await program.client.as({ access_token: newEmail() }).get('/contacts');
  expect(strange.status).toBe(401);
  taken.forEach((slot) => slot.release());
});
