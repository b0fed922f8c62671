import { setTimeout as delay } from 'node:timers/promises';
import { freePort, testSecrets } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { startInstalledPostgres } from '../support/installed-postgres';
import { expectArrived, Ledger, wholeFeed } from '../support/ledger';
import { measured } from '../support/measured';
import { authority, type Receiver, startReceiver } from '../support/receiver';
import { describeWithPostgres, postgresBin } from '../support/servers';
import { killDatabase, newDataDir, type Program, start, stop, until } from '../support/server-process';

/** `npm run test:crash` stops it more often than the checks do. */
const stops = Number(process.env.CRASH_POSTGRES_STOPS ?? 2);
const writers = 8;
const changesBetweenStops = 100;

let dataDir: string;
let dispose: () => Promise<void>;
let receiver: Receiver;
let server: (Program & { readonly url: string }) | undefined;
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
  receiver = await startReceiver();
});
afterEach(async () => {
  server?.process.kill('SIGKILL');
  await receiver.close();
  await dispose();
});

/** Writes while the database is stopped without warning again and again, and comes back. */
async function survive(name: string, databaseUrl: string | undefined, stopDatabase: () => Promise<void>) {
  const environment = {
    NODE_EXTRA_CA_CERTS: authority,
    WEBHOOK_ALLOWED_HOSTS: 'localhost',
    RATE_LIMITS: 'off',
    ...(databaseUrl === undefined ? {} : { ...testSecrets, DATABASE_URL: databaseUrl }),
  };
  server = await start({ dataDir, port: await freePort(), environment });
  const anybody = new Client(server.url);
  const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
  const client = anybody.as((await anybody.post<SignedIn>('/auth/register', ada)).result);
  const events = ['contact.created', 'contact.updated'];
  const { id: endpoint, secret } = (
    await client.post<{ id: string; secret: string }>('/webhooks', { url: receiver.url, events })
  ).result;

  const ledger = new Ledger(client);
  let writing = true;
  const write = () =>
    ledger.write(
      () => writing,
      () => delay(100),
    );
  const all = Promise.all(Array.from({ length: writers }, write));
  for (let time = 1; time <= stops; time++) {
    const enough = ledger.changes + changesBetweenStops;
    await Promise.race([until(() => ledger.changes >= enough), all]);
    await stopDatabase();
  }
  const enough = ledger.changes + changesBetweenStops;
  await Promise.race([until(() => ledger.changes >= enough), all]);
  writing = false;
  await all;

  // Alive all the time, and every request was answered.
  expect(server.process.exitCode).toBeNull();
  for (const failure of ledger.refused.keys())
    expect(failure).toMatch(/^(500 (auth|contacts)\.internal|429 rate_limit\.exceeded)$/);
  expect(ledger.refused.size).toBeGreaterThan(0);
  const feed = await wholeFeed(client);
  ledger.expectIn(feed);
  const pending = `/webhooks/${endpoint}/deliveries?status=pending&limit=1`;
  await until(async () => (await client.get<{ items: [] }>(pending)).result.items.length === 0, 240_000);
  const duplicates = expectArrived(feed, receiver.requests, secret);
  await stop(server);
  measured(name, {
    'immediate stops': stops,
    'acknowledged writes': ledger.changes,
    lost: 0,
    'events missing': 0,
    'requests refused': [...ledger.refused.values()].reduce((sum, count) => sum + count, 0),
    duplicates,
    'ends of the program': 0,
  });
}

it('the embedded database stops at once, again and again: the program starts it again, and nothing is lost', () =>
  survive('postgres-embedded', undefined, async () => {
    const revivals = server!.output().split('it was started again').length;
    killDatabase(dataDir, 'SIGQUIT');
    await until(() => server!.output().split('it was started again').length > revivals);
  }));

describeWithPostgres('a database of its own', () => {
  it('stops at once, again and again: the program waits for it, and nothing is lost', async () => {
    const database = await startInstalledPostgres(postgresBin, {});
    try {
      await survive('postgres-own', database.url, async () => {
        database.crash();
        await delay(1_000);
        database.restart();
      });
    } finally {
      database.stop();
    }
  });
});
