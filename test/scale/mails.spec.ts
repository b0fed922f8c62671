import { randomUUID } from 'node:crypto';
import { beforeFirst, WaitingMailsRepository } from '../../src/platform/mail/waiting-mails.repository';
import { startApp, type TestApp } from '../support/app';
import { minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { unchecked } from '../support/many-records';
import { type Statement, statementsDuring } from '../support/statements';

const many = 100_000;
const accounts = 10_000;
const [busy, quiet] = ['88888888-0000-4000-8000-000000000000', '99999999-0000-4000-8000-000000000000'];

let program: TestApp;
let mails: WaitingMailsRepository;
beforeAll(async () => {
  program = await startApp();
  program.clock.freeze();
  mails = program.app.get(WaitingMailsRepository, { strict: false });
});
afterAll(() => program.close());
afterEach(() => program.sql('truncate mails, accounts cascade'));

/** Accounts need not exist: no mail is read, only claimed. */
const fill = (count: number, account: string, { due = true, urgent = false } = {}) =>
  unchecked(async (direct) => {
    await direct.query(
      `insert into mails (id, account_id, is_urgent, is_due, content, created_at, expires_at, attempt, next_attempt_at)
       select gen_random_uuid(), ${account}, $3, $4, sha256(n::text::bytea), $1, $1::timestamptz + interval '7 days', 1,
         $1::timestamptz + case when $4 then -n * interval '1 ms' else n * interval '1 s' end
       from generate_series(1, $2::int) n`,
      [program.clock.now(), count, urgent, due],
    );
  });

const claim = (limit: number, maxOrdinary: number, after = beforeFirst, without: string[] = []) =>
  mails.claim(
    { limit, maxOrdinary, after, without },
    program.clock.now(),
    new Date(program.clock.now().getTime() + minutes(2)),
  );

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
}

/** @returns how many blocks of 8 KiB PostgreSQL looks at for the statements, which are not carried out. */
async function blocksOf(statements: readonly Statement[]): Promise<number> {
  return withClient(workerDatabaseUrl(), async (direct) => {
    await direct.query('begin');
    let blocks = 0;
    for (const { text, values = [] } of statements) {
      if (!/^\s*(select|with|update)/.test(text)) continue;
      const { rows } = await direct.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, buffers, format json) ${text}`,
        [...values],
      );
      const plan = rows[0]!['QUERY PLAN'][0].Plan;
      blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    }
    await direct.query('rollback');
    return blocks;
  });
}

/** For a claim of five mails 95 were counted on PostgreSQL 15. */
const few = 200;

it('a claim is as cheap with very many mails of an account, and of very many accounts', async () => {
  await fill(many, `'${busy}'`);
  await fill(1, `'${quiet}'`);
  await fill(accounts, 'gen_random_uuid()');
  await fill(accounts, 'gen_random_uuid()', { due: false });
  await fill(10, 'null', { urgent: true });
  await program.sql('vacuum analyze mails');

  const claims = await statementsDuring(async () => {
    const { mails: urgent } = await claim(2, 3);
    expect(urgent.map(({ is_urgent }) => is_urgent)).toEqual([true, true]);
    const { mails: first, lastTurn } = await claim(11, 3);
    const turns = first.filter(({ is_urgent }) => !is_urgent).map(({ account_id }) => account_id!);
    expect([first.length, new Set(turns).size, lastTurn]).toEqual([11, 3, turns.sort().at(-1)]);
    const { mails: next } = await claim(2, 2, busy.replace('0000-4', '0000-3'));
    expect(next.map(({ account_id }) => account_id)).toContain(busy);
    const { mails: other } = await claim(1, 1, quiet.replace('0000-4', '0000-3'));
    expect(other.map(({ account_id }) => account_id)).toEqual([quiet]);
  });
  expect(claims.filter(({ name }) => name === 'mails-claim')).toHaveLength(4);
  for (const statement of claims) expect(await blocksOf([statement])).toBeLessThan(few);
});

it('behind the last account comes the first, once round', async () => {
  const ids = Array.from({ length: 4 }, () => randomUUID()).sort();
  for (const id of ids) await fill(2, `'${id}'`);
  const after = ids[1];
  const { mails: claimed, lastTurn } = await claim(5, 5, after);
  expect(claimed.map(({ account_id }) => account_id).sort()).toEqual(ids);
  expect(lastTurn).toBe(after);
  const { mails: rest } = await claim(5, 5, lastTurn, [ids[0]!, ids[3]!]);
  expect(rest.map(({ account_id }) => account_id).sort()).toEqual(ids.slice(1, 3));
});

it('a claim that was planned while no mail waited does not read all of them afterwards', async () => {
  await program.sql('vacuum analyze mails');
  for (let count = 0; count < 10; count++) expect((await claim(5, 3)).mails).toEqual([]);
  await fill(many, `'${busy}'`);
  const before = await readsOfMails();
  for (let count = 0; count < 5; count++) expect((await claim(5, 3)).mails).toHaveLength(1);
  await program.close();
  program = await startApp();
  program.clock.freeze();
  mails = program.app.get(WaitingMailsRepository, { strict: false });
  expect(await readsOfMails()).toBe(before);
});

/** How often the table was read from one end to the other, as PostgreSQL counts it: a connection tells at its end. */
async function readsOfMails(): Promise<number> {
  const [row] = await program.sql<{ count: string }>(
    `select seq_scan as count from pg_stat_user_tables where relname = 'mails'`,
  );
  return Number(row!.count);
}

it('ten thousand retries that come due at once take their turns', async () => {
  // PostgreSQL looks them up where a row is changed twice in a transaction.
  await program.sql(`insert into accounts select id, 'Account', now(), now() from unnest($1::uuid[]) as id`, [
    [busy, quiet],
  ]);
  await fill(accounts, `'${busy}'`, { due: false });
  program.clock.move(seconds(accounts));
  await fill(1, `'${quiet}'`, { due: false });
  program.clock.move(seconds(1));
  const claimed: (string | null)[][] = [];
  for (let count = 0; count <= accounts / 1_000; count++) {
    claimed.push((await claim(5, 3)).mails.map(({ account_id }) => account_id).sort());
  }
  // Each claim lets a thousand come due, in the order of time.
  expect(claimed).toEqual([...Array(accounts / 1_000).fill([busy]), [busy, quiet]]);
});
