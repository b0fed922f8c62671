import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/app';
import { allOf, bulk, type BulkResult, type Item } from '../support/bulk';
import { type Answer, Client, type SignedIn } from '../support/client';
import { isCutOff, wholeFeed } from '../support/ledger';
import { newDataDir, type Program, start, stop } from '../support/server-process';

/** Kills at a moment of no choice; `npm run test:crash` kills more often. */
const kills = Number(process.env.CRASH_BULK_KILLS ?? 4);
const count = 1_000;

let dataDir: string;
let dispose: () => Promise<void>;
let server: Program | undefined;
beforeAll(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
});
afterAll(async () => {
  server?.process.kill('SIGKILL');
  await dispose();
});

/** Half of them are made as they are, half are found or made. */
const items = Array.from({ length: count }, (_, index): Item => {
  const data = { first_name: 'Grace', last_name: String(index), email: `${index}@navy.example` };
  return index < count / 2 ? { action: 'create', data } : { action: 'upsert', match_by: 'email', data };
});

it('a bulk with a key takes effect once, whenever the program is killed', async () => {
  const port = await freePort();
  const restart = async (killAt: Record<string, string> = {}) => {
    const nodeOptions = 'KILL_AT' in killAt ? ['--require', join(__dirname, '../support/kill-at.cjs')] : [];
    server = await start({ dataDir, port, environment: { RATE_LIMITS: 'off', ...killAt }, nodeOptions });
    return server;
  };
  await restart();
  const anybody = new Client(`http://127.0.0.1:${port}`);
  /** How long an undisturbed one takes, in milliseconds. */
  let usual = 0;

  /** @returns what the second answer says of the first. */
  const round = async (killAt: string | null): Promise<string | undefined> => {
    const person = { email: `${randomUUID()}@example.com`, password: 'correct-horse-battery', name: 'Ada' };
    const client = anybody.as((await anybody.post<SignedIn>('/auth/register', person)).result);
    const key = { 'Idempotency-Key': randomUUID() };
    const send = (): Promise<Answer<BulkResult> | null> =>
      bulk(client, 'contacts', items, {}, key).catch((error: unknown) => {
        if (!isCutOff(error)) throw error;
        return null;
      });
    if (killAt !== null) {
      await stop(server!);
      await restart({ KILL_AT: killAt });
    }
    const running = server!;
    const first = send();
    if (killAt === null) {
      await Promise.race([delay(randomInt(Math.ceil(usual) + 1)), first]);
      running.process.kill('SIGKILL');
    }
    expect(await running.ended).toBe('SIGKILL');
    const early = await first;
    await restart();
    let again = await send();
    // One that the dead program has left in the database may still be under way.
    while (again?.status === 429) again = await send();
    const { results, created_count } = again!.result;
    const rows = (await allOf(client, 'contacts')).reverse();
    expect([created_count, rows.length]).toEqual([count, count]);
    expect(rows.map(({ last_name }) => Number(last_name))).toEqual(items.map((_, index) => index));
    expect(results.map(({ record }) => record)).toEqual(rows.map(({ id }) => ({ id, version: 1 })));
    expect((await wholeFeed(client)).map(({ data }) => data.id)).toEqual(rows.map(({ id }) => id));
    if (early) expect(again!.body).toEqual(early.body);
    const once = await send();
    expect([once!.headers['idempotency-replayed'], once!.body]).toEqual(['ids', again!.body]);
    return again!.headers['idempotency-replayed'];
  };

  const before = performance.now();
  const undisturbed = anybody.as(
    (
      await anybody.post<SignedIn>('/auth/register', {
        ...{ email: 'grace@example.com', password: 'correct-horse-battery', name: 'Grace' },
      })
    ).result,
  );
  expect((await bulk(undisturbed, 'contacts', items, {}, { 'Idempotency-Key': 'one' })).result.created_count).toBe(
    count,
  );
  usual = performance.now() - before;

  // All is done and nothing is committed; all is committed and nobody was told.
  expect(await round('idempotency-insert')).toBeUndefined();
  expect(await round('committed')).toBe('ids');
  for (let kill = 0; kill < kills; kill++) await round(null);
  await stop(server!);
});
