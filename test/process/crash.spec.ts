import { randomInt } from 'node:crypto';
import { Webhook as Verifier } from 'standardwebhooks';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { authority, type Receiver, startReceiver } from '../support/receiver';
import { startRedis, type TestRedis } from '../support/redis';
import { newDataDir, type Program, start, stop, until } from '../support/server-process';

/** `npm run test:crash` kills more often than the checks do. */
const kills = Number(process.env.CRASH_KILLS ?? 3);
const restartsOfRedis = Number(process.env.CRASH_REDIS_RESTARTS ?? 1);
const writers = 8;
const changesBetweenKills = 120;

interface Item {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly id: string; readonly job_title: string };
}
interface Feed {
  readonly items: Item[];
  readonly next_cursor: string;
}

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
  async ({ withRedis }) => {
    redis = withRedis ? await startRedis() : undefined;
    const environment = {
      NODE_EXTRA_CA_CERTS: authority,
      WEBHOOK_ALLOWED_HOSTS: 'localhost',
      RATE_LIMITS: 'off',
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    const port = await freePort();
    const restart = async () => (server = await start({ dataDir, port, environment }));
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

    /** What each writer was told to have done, by contact: "created", then its numbers, in order. */
    const acknowledged = new Map<string, string[]>();
    let changes = 0;
    let writing = true;
    const write = async () => {
      let contact: string | undefined;
      for (let count = 0; writing; count++) {
        try {
          const job_title = String(count);
          if (contact === undefined || count % 10 === 0) {
            const created = await client.post<{ id: string }>('/contacts', { first_name: 'Grace', job_title });
            contact = created.result.id;
            acknowledged.set(contact, [job_title]);
          } else {
            expect((await client.patch(`/contacts/${contact}`, { job_title })).status).toBe(200);
            acknowledged.get(contact)!.push(job_title);
          }
          changes++;
        } catch (error) {
          if (!isCutOff(error)) throw error;
          // Whether the last change was made nobody knows: the next ones are those of another contact.
          contact = undefined;
          await until(() => server !== undefined);
        }
      }
    };
    const read: Item[] = [];
    const follow = async () => {
      for (let after = '', isLast = false; !isLast;) {
        // What is written before the last reading is read by it.
        isLast = !writing;
        try {
          const page = (await client.get<Feed>(`/events?limit=100&after=${after}`)).result;
          read.push(...page.items);
          after = page.next_cursor;
          if (page.items.length > 0) isLast = false;
        } catch (error) {
          if (!isCutOff(error)) throw error;
          isLast = false;
          await until(() => server !== undefined);
        }
      }
    };
    const all = Promise.all([follow(), ...Array.from({ length: writers }, write)]);
    for (let kill = 1; kill <= kills; kill++) {
      const enough = changes + changesBetweenKills;
      await Promise.race([until(() => changes >= enough), all]);
      const killed = server!;
      server = undefined;
      killed.process.kill('SIGKILL');
      if (redis && kill <= restartsOfRedis) await redis.stop();
      await killed.ended;
      await restart();
      if (redis && kill <= restartsOfRedis) {
        // It comes back empty, after some changes without it.
        await Promise.race([until(() => changes >= enough + changesBetweenKills / 2), all]);
        await redis.start();
      }
    }
    writing = false;
    await all;

    const whole: Item[] = [];
    for (let after = '', isMore = true; isMore;) {
      const page = (await client.get<Feed>(`/events?limit=100&after=${after}`)).result;
      whole.push(...page.items);
      after = page.next_cursor;
      isMore = page.items.length > 0;
    }
    expect(read.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
    const told = new Map<string, string[]>();
    for (const { event, data } of read) {
      const before = told.get(data.id);
      expect(event).toBe(before ? 'contact.updated' : 'contact.created');
      told.set(data.id, [...(before ?? []), data.job_title]);
    }
    for (const [contact, titles] of acknowledged) {
      // Behind what was answered there may be one change whose answer was cut off.
      expect(told.get(contact)?.slice(0, titles.length)).toEqual(titles);
      expect(told.get(contact)!.length - titles.length).toBeLessThanOrEqual(1);
    }

    const pending = `/webhooks/${endpoint}/deliveries?status=pending&limit=1`;
    await until(async () => (await client.get<{ items: [] }>(pending)).result.items.length === 0, 240_000);
    const bodies = new Map<string, Set<string>>();
    for (const { raw, headers } of receiver.requests) {
      const { id } = new Verifier(secret).verify(raw, headers as Record<string, string>) as Item;
      expect(headers['webhook-id']).toBe(id);
      bodies.set(id, (bodies.get(id) ?? new Set()).add(raw));
    }
    expect([...bodies.keys()].sort()).toEqual(whole.map(({ id }) => id).sort());
    expect([...bodies.values()].filter(({ size }) => size !== 1)).toEqual([]);
    expect(failed.size).toBeGreaterThan(0);
    expect(changes).toBeGreaterThan(kills * changesBetweenKills);
    await stop(server!);
  },
);

/** The server was killed: no answer came, or none that can be read. */
function isCutOff(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes((error as { code: string }).code);
}
