import { randomUUID } from 'node:crypto';
import { Account } from '../../src/contexts/users/account.entity';
import type { AccountId } from '../../src/kernel/account-id';
import type { Caller } from '../../src/kernel/caller';
import { EventRecorder } from '../../src/kernel/event-recorder';
import { Transactions } from '../../src/platform/database/transactions';
import { useApi } from '../support/api';
import { startApp } from '../support/app';
import { breakDatabase } from '../support/statements';

const { program, ada } = useApi({ accountFor: 'all tests' });
let transactions: Transactions;
let events: EventRecorder;
let caller: Caller;

beforeAll(() => {
  transactions = program.app.get(Transactions);
  events = program.app.get(EventRecorder, { strict: false });
  const { user } = ada;
  caller = {
    kind: 'user',
    account_id: user.account_id as AccountId,
    user_id: user.id,
    session_id: randomUUID(),
    pair: { id: randomUUID(), generation: 0, issued_at: new Date() },
    role: 'owner',
    is_verified: true,
  };
});

const event = () => ({ type: 'contact.created' as const, entity_id: randomUUID(), data: { first_name: 'Ada' } });
const kept = (id: string) => program.sql('select * from events where entity_id = $1', [id]);

describe('an event', () => {
  it('is kept when its transaction is', async () => {
    const told = { ...event(), type: 'contact.updated' as const, previous: { first_name: 'Ad' } };
    const id = await transactions.run(() => events.record(caller, told));
    expect(await kept(told.entity_id)).toEqual([
      expect.objectContaining({
        id,
        account_id: caller.account_id,
        type: 'contact.updated',
        data: { first_name: 'Ada' },
        previous: { first_name: 'Ad' },
        user_id: caller.kind === 'user' ? caller.user_id : null,
        app_id: null,
        created_at: expect.any(Date),
      }),
    ]);
  });

  it('is gone with its transaction', async () => {
    const told = event();
    const failing = transactions.run(async () => {
      await events.record(caller, told);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await kept(told.entity_id)).toEqual([]);
  });

  it('cannot be recorded outside a transaction', async () => {
    const told = event();
    await expect(events.record(caller, told)).rejects.toThrow(/inside a transaction/);
    expect(await kept(told.entity_id)).toEqual([]);
  });

  it('names an app as its caller', async () => {
    const told = event();
    const app_id = randomUUID();
    await transactions.run(() => events.record({ kind: 'app', account_id: caller.account_id, app_id }, told));
    expect(await kept(told.entity_id)).toEqual([expect.objectContaining({ user_id: null, app_id, previous: null })]);
  });
});

describe('a transaction', () => {
  it('inside another one is the other one', async () => {
    const [outer, inner] = [event(), event()];
    const failing = transactions.run(async () => {
      await events.record(caller, outer);
      await transactions.run(() => events.record(caller, inner));
      throw new Error('all or nothing');
    });
    await expect(failing).rejects.toThrow('all or nothing');
    expect([...(await kept(outer.entity_id)), ...(await kept(inner.entity_id))]).toEqual([]);
  });

  it('has its effects after the commit, in order, and none when rolled back', async () => {
    const seen: string[] = [];
    const told = event();
    await transactions.run(async () => {
      transactions.afterCommit(() => seen.push('first'));
      await events.record(caller, told);
      transactions.afterCommit(() => seen.push('second'));
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['first', 'second']);
    const failing = transactions.run(async () => {
      transactions.afterCommit(() => seen.push('never'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(seen).toEqual(['first', 'second']);
    transactions.afterCommit(() => seen.push('at once'));
    expect(seen).toEqual(['first', 'second', 'at once']);
  });

  it('that met a deadlock is run again with effects of the last run only', async () => {
    const seen: string[] = [];
    const told = event();
    const restore = breakDatabase(
      /insert into events/,
      Object.assign(new Error('deadlock detected'), { code: '40P01' }),
      2,
    );
    await transactions.run(async () => {
      transactions.afterCommit(() => seen.push('effect'));
      await events.record(caller, told);
    });
    restore();
    expect(seen).toEqual(['effect']);
    expect(await kept(told.entity_id)).toHaveLength(1);
  });

  it('gives its connection back, whatever happens', async () => {
    const restore = breakDatabase(/insert into events/);
    for (let round = 0; round < 50; round++) {
      await expect(transactions.run(() => events.record(caller, event()))).rejects.toThrow(/terminated/);
    }
    restore();
    const told = event();
    await transactions.run(() => events.record(caller, told));
    expect(await kept(told.entity_id)).toHaveLength(1);
  });

  it('tells of the statement that failed first, however late that is heard', async () => {
    const failing = transactions.run(() =>
      transactions.pipelined(
        transactions.rows(undefined, 'select 1 / 0', []).finally(() => new Promise((resolve) => setImmediate(resolve))),
        events.record(caller, event()),
      ),
    );
    await expect(failing).rejects.toThrow('division by zero');
  });

  it('in which a statement failed without being heard is not taken for committed', async () => {
    const told = event();
    const failing = transactions.run(async () => {
      await events.record(caller, told);
      await transactions.rows(undefined, 'select 1 / 0', []).catch(() => undefined);
    });
    await expect(failing).rejects.toThrow(/behind a statement that had failed/);
    expect(await kept(told.entity_id)).toEqual([]);
  });

  it('is the one that repositories write in, and outside it they write at once', async () => {
    const at = new Date('2026-01-01T00:00:00Z');
    const account = { id: randomUUID(), name: 'Kept or not', created_at: at, updated_at: at };
    const accounts = () => transactions.repository(Account);
    const failing = transactions.run(async () => {
      await accounts().insert(account);
      expect(await accounts().findOneBy({ id: account.id })).toEqual(account);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await accounts().findOneBy({ id: account.id })).toBeNull();
    await accounts().insert(account);
    expect(await program.sql('select * from accounts where id = $1', [account.id])).toEqual([account]);
  });

  it('of two programs in one process stay apart', async () => {
    const other = await startApp();
    try {
      const told = event();
      const failing = transactions.run(async () => {
        await events.record(caller, told);
        const foreign = other.app.get(EventRecorder, { strict: false });
        await foreign.record(caller, event());
      });
      await expect(failing).rejects.toThrow(/inside a transaction/);
    } finally {
      await other.close();
    }
  });
});

describe('a dry run', () => {
  it('returns what the work returns, and leaves neither rows nor effects', async () => {
    const seen: string[] = [];
    const told = event();
    const counted = await transactions.dryRun(async () => {
      await events.record(caller, told);
      transactions.afterCommit(() => seen.push('effect'));
      const found = 'select 1 from events where account_id = $1 and entity_id = $2';
      return (await transactions.rows(undefined, found, [caller.account_id, told.entity_id])).length;
    });
    expect([counted, await kept(told.entity_id), seen]).toEqual([1, [], []]);
  });

  it('fails as the work does', async () => {
    const failing = transactions.dryRun(async () => {
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
  });

  it('in which a statement failed without being heard fails, as the commit would', async () => {
    const failing = transactions.dryRun(() =>
      transactions.rows(undefined, 'select 1 / 0', []).catch(() => 'carried on'),
    );
    await expect(failing).rejects.toThrow(/current transaction is aborted/);
  });

  it('cannot be part of a transaction', async () => {
    const told = event();
    const failing = transactions.run(async () => {
      await events.record(caller, told);
      await transactions.dryRun(async () => undefined);
    });
    await expect(failing).rejects.toThrow(/somebody else opened/);
    expect(await kept(told.entity_id)).toEqual([]);
  });
});

describe('when no connection comes free in time, the answer is rate_limit.exceeded', () => {
  it.each([
    ['a statement of our own', '/sources'],
    ['a repository of TypeORM', `/webhooks/${randomUUID()}`],
  ])('to a read by %s', async (_, path) => {
    const client = program.client.as(await program.register());
    program.clock.freeze();
    // Who calls is remembered for a second, so that the read itself is what waits for a connection.
    await client.get('/auth/me');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const holding = Array.from({ length: 20 }, () => transactions.run(() => held));
    try {
      const { status, error, headers } = await client.get(path);
      expect([status, error.code, headers['retry-after']]).toEqual([429, 'rate_limit.exceeded', '1']);
    } finally {
      release();
      await Promise.all(holding);
      program.clock.reset();
    }
  });
});
