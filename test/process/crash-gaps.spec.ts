import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { expectArrived, Ledger, wholeFeed } from '../support/ledger';
import { measured } from '../support/measured';
import { authority, type Receiver, startReceiver } from '../support/receiver';
import { startRedis, type TestRedis } from '../support/redis';
import { newDataDir, type Program, start, stop, until } from '../support/server-process';

/** In each gap; `npm run test:crash` kills more often. */
const kills = Number(process.env.CRASH_GAP_KILLS ?? 1);
const writers = 4;
/** How many deliveries to one endpoint may be under way. */
const concurrency = 4;

/** Between the steps from a change to the result of its delivery, and where the program is killed. */
const gaps = (withRedis: boolean) => [
  { gap: 'after the commit, before the event has its place', at: 'committed' },
  { gap: 'after the place, before deliveries are made', at: 'placed' },
  { gap: 'while deliveries are made', at: 'webhook-deliveries-insert' },
  { gap: 'after deliveries are made, before one is claimed', at: 'made' },
  withRedis
    ? { gap: 'after the job is in the queue, before it is begun', at: 'webhook-deliveries-begin' }
    : { gap: 'before it is claimed and begun in one', at: 'webhook-deliveries-claim-and-begin' },
  { gap: 'while the receiver has the request and has not answered', at: 'the receiver' },
  { gap: 'after the answer, before the result is stored', at: 'webhook-deliveries-succeed' },
];

interface Round {
  readonly at: string;
  readonly client: Client;
  readonly ledger: Ledger;
  readonly endpoint: string;
  readonly secret: string;
  readonly receiver: Receiver;
}

let dataDir: string;
let dispose: () => Promise<void>;
let redis: TestRedis | undefined;
const receivers: Receiver[] = [];
let server: (Program & { readonly url: string }) | undefined;
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
});
afterEach(async () => {
  server?.process.kill('SIGKILL');
  await redis?.stop();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  await dispose();
});

it.each([
  { engine: 'in-process', withRedis: false },
  { engine: 'Bull', withRedis: true },
])('killed in each gap on the way to a webhook ($engine): every event arrives', async ({ engine, withRedis }) => {
  redis = withRedis ? await startRedis() : undefined;
  const environment = {
    NODE_EXTRA_CA_CERTS: authority,
    WEBHOOK_ALLOWED_HOSTS: 'localhost',
    RATE_LIMITS: 'off',
    ...(redis ? { REDIS_URL: redis.url } : {}),
  };
  const port = await freePort();
  const restart = async (killAt: Record<string, string> = {}) => {
    const nodeOptions = 'KILL_AT' in killAt ? ['--require', join(__dirname, '../support/kill-at.cjs')] : [];
    server = await start({ dataDir, port, environment: { ...environment, ...killAt }, nodeOptions });
    return server;
  };
  await restart();
  const anybody = new Client(`http://127.0.0.1:${port}`);
  // What was under way is had by nobody until its lease ends, so each round has an account and an endpoint of its own.
  const prepare = async (at: Round['at'], number: number): Promise<Round> => {
    const person = { email: `ada-${number}@example.com`, password: 'correct-horse-battery', name: 'Ada' };
    const client = anybody.as((await anybody.post<SignedIn>('/auth/register', person)).result);
    const receiver = await startReceiver();
    receivers.push(receiver);
    const events = ['contact.created', 'contact.updated'];
    const made = await client.post<{ id: string; secret: string }>('/webhooks', { url: receiver.url, events });
    return { at, client, ledger: new Ledger(client), endpoint: made.result.id, secret: made.result.secret, receiver };
  };
  const rounds: Round[] = [];
  for (let kill = 0; kill < kills; kill++)
    for (const { at } of gaps(withRedis)) rounds.push(await prepare(at, rounds.length));
  await stop(server!);

  for (const { at, ledger, receiver } of rounds) {
    const nth = randomInt(1, 9);
    const running = await restart(at === 'the receiver' ? {} : { KILL_AT: at, KILL_AFTER: String(nth) });
    if (at === 'the receiver')
      receiver.answer = (_request, response, request) => {
        if (request < nth) response.end();
        else running.process.kill('SIGKILL');
      };
    let isUp = true;
    const write = () =>
      ledger.write(
        () => isUp,
        async () => void (await running.ended),
      );
    const all = Array.from({ length: writers }, write);
    expect(await running.ended).toBe('SIGKILL');
    isUp = false;
    await Promise.all(all);
    receiver.answer = (_request, response) => void response.end();
  }

  await restart();
  let duplicates = 0;
  let changes = 0;
  for (const { client, ledger, endpoint, secret, receiver } of rounds) {
    const feed = await wholeFeed(client);
    ledger.expectIn(feed);
    const pending = `/webhooks/${endpoint}/deliveries?status=pending&limit=1`;
    await until(async () => (await client.get<{ items: [] }>(pending)).result.items.length === 0, 240_000);
    const again = expectArrived(feed, receiver.requests, secret);
    // Its own kill, and those of later rounds, if what was left to a lease was begun again meanwhile.
    expect(again).toBeLessThanOrEqual(rounds.length * concurrency);
    duplicates += again;
    changes += ledger.changes;
  }
  expect(duplicates).toBeLessThanOrEqual(rounds.length * concurrency);
  expect(changes).toBeGreaterThan(rounds.length);
  await stop(server!);
  measured(`gaps-${engine}`, {
    gaps: gaps(withRedis).length,
    'kills in each': kills,
    'acknowledged writes': changes,
    lost: 0,
    'events missing at receivers': 0,
    duplicates,
  });
});
