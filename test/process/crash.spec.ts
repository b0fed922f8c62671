import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { expectArrived, isCutOff, type Item, Ledger, wholeFeed } from '../support/ledger';
import { measured } from '../support/measured';
import { authority, type Receiver, startReceiver } from '../support/receiver';
import { startRedis, type TestRedis } from '../support/redis';
import { newDataDir, type Program, start, stop, until } from '../support/server-process';

/** `npm run test:crash` kills more often than the checks do, writes more, and takes Redis away for longer. */
const kills = Number(process.env.CRASH_KILLS ?? 3);
const writes = Number(process.env.CRASH_WRITES ?? 360);
const restartsOfRedis = Number(process.env.CRASH_REDIS_RESTARTS ?? 1);
const secondsWithoutRedis = Number(process.env.CRASH_REDIS_SECONDS ?? 0);
const writers = 8;
const changesBetweenKills = Math.ceil(writes / kills);
/** How many deliveries to one endpoint may be under way. */
const concurrency = 4;

let dataDir: string;
let dispose: () => Promise<void>;
let receiver: Receiver;
let redis: TestRedis | undefined;
let server: (Program & { readonly url: string }) | undefined;
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
  receiver = await startReceiver();
});
afterEach(async () => {
  server?.process.kill('SIGKILL');
  await redis?.stop();
  await receiver.close();
  await dispose();
});

it.each([
  { engine: 'in-process', withRedis: false },
  { engine: 'Bull', withRedis: true },
])(
  'killed again and again ($engine): what was answered is in the feed once, in order, and arrives',
  async ({ engine, withRedis }) => {
    redis = withRedis ? await startRedis() : undefined;
    const environment = {
      NODE_EXTRA_CA_CERTS: authority,
      WEBHOOK_ALLOWED_HOSTS: 'localhost',
      RATE_LIMITS: 'off',
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    const port = await freePort();
    const outputs: (() => string)[] = [];
    const restart = async () => {
      server = await start({ dataDir, port, environment });
      outputs.push(server.output);
    };
    await restart();
    const anybody = new Client(`http://127.0.0.1:${port}`);
    const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
    const client = anybody.as((await anybody.post<SignedIn>('/auth/register', ada)).result);
    const events = ['contact.created', 'contact.updated', 'contact.deleted'];
    const { id: endpoint, secret } = (
      await client.post<{ id: string; secret: string }>('/webhooks', { url: receiver.url, events })
    ).result;
    // Some first attempts fail, so that retries are under way at each kill, too.
    const failed = new Set<string>();
    receiver.answer = (request, response) => {
      const id = request.headers['webhook-id'] as string;
      const fails = !failed.has(id) && randomInt(20) === 0;
      if (fails) failed.add(id);
      response.writeHead(fails ? 500 : 200).end();
    };

    const ledger = new Ledger(client);
    let writing = true;
    const isBack = () => until(() => server !== undefined);
    const write = () => ledger.write(() => writing, isBack);
    const read: Item[] = [];
    const follow = async () => {
      for (let after = '', isLast = false; !isLast;) {
        // What is written before the last reading is read by it.
        isLast = !writing;
        try {
          const path = `/events?limit=100&after=${after}`;
          const page = (await client.get<{ items: Item[]; next_cursor: string }>(path)).result;
          read.push(...page.items);
          after = page.next_cursor;
          if (page.items.length > 0) isLast = false;
        } catch (error) {
          if (!isCutOff(error)) throw error;
          isLast = false;
          await isBack();
        }
      }
    };
    const all = Promise.all([follow(), ...Array.from({ length: writers }, write)]);
    const changed = (count: number) => Promise.race([until(() => ledger.changes >= count), all]);
    for (let kill = 1; kill <= kills; kill++) {
      const enough = ledger.changes + changesBetweenKills;
      await changed(enough);
      const killed = server!;
      server = undefined;
      killed.process.kill('SIGKILL');
      if (redis && kill <= restartsOfRedis) await redis.stop();
      await killed.ended;
      await restart();
      if (redis && kill <= restartsOfRedis) {
        // It comes back empty, after some changes without it.
        await changed(enough + changesBetweenKills / 2);
        await delay(secondsWithoutRedis * 1_000);
        await redis.start();
      }
    }
    writing = false;
    await all;

    const whole = await wholeFeed(client);
    expect(read.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    ledger.expectIn(whole);
    const reasons = outputs.flatMap((output) =>
      output()
        .split('\n')
        .filter((line) => line.includes('a request failed')),
    );
    expect([[...ledger.refused], reasons]).toEqual([[], []]);

    const pending = `/webhooks/${endpoint}/deliveries?status=pending&limit=1`;
    await until(async () => (await client.get<{ items: [] }>(pending)).result.items.length === 0, 240_000);
    const duplicates = expectArrived(whole, receiver.requests, secret) - failed.size;
    expect(duplicates).toBeLessThanOrEqual(kills * concurrency);
    expect(failed.size).toBeGreaterThan(0);
    expect(ledger.changes).toBeGreaterThanOrEqual(writes);
    await stop(server!);
    measured(`kills-${engine}`, {
      kills,
      ...(withRedis && { 'times Redis was away': restartsOfRedis, 'seconds each': secondsWithoutRedis }),
      'acknowledged writes': ledger.changes,
      lost: 0,
      'events in the feed': whole.length,
      missing: 0,
      duplicates,
    });
  },
);
