import { randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/app';
import { type Answer, Client, type SignedIn } from '../support/client';
import { isCutOff, type Item, wholeFeed } from '../support/ledger';
import { measured } from '../support/measured';
import { doorOf, newDataDir, type Program, start, stop, until } from '../support/server-process';

/** `npm run test:crash` kills more often than the checks do, and writes more. */
const kills = Number(process.env.CRASH_KEY_KILLS ?? 4);
const writes = Number(process.env.CRASH_KEY_WRITES ?? 320);
const writers = 8;
/** Of a contact: made, changed three times, and every second one deleted. */
const writesOfTwo = 9;
const contactsOfWriter = 2 * Math.ceil(writes / writers / writesOfTwo);
const timeoutMs = 60 * 60_000;

interface Contact {
  readonly id: string;
  readonly first_name: string;
  readonly job_title: string;
}

let dataDir: string;
let dispose: () => Promise<void>;
const servers: (Program | undefined)[] = [];
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
});
afterEach(async () => {
  for (const server of servers.splice(0)) server?.process.kill('SIGKILL');
  await dispose();
});

/** Sends a write with a key until it is answered. */
class PersistentWriter {
  done = 0;
  replayed = 0;
  /** The number of writes after which it waits: one server must not do all of them while another one starts again. */
  limit = Infinity;
  private begun = 0;

  /** @param clients the same caller at each server. */
  constructor(private readonly clients: readonly Client[]) {}

  async write<T>(method: string, path: string, body?: object): Promise<T> {
    const key = { 'Idempotency-Key': randomUUID() };
    while (this.begun >= this.limit) await delay(5);
    this.begun++;
    for (;;) {
      const client = this.clients[randomInt(this.clients.length)]!;
      const answer = await client.send<T>(method, path, body, key).catch((error: unknown): null => {
        if (!isCutOff(error)) throw error;
        return null;
      });
      if (answer?.status === 200) return this.accepted(answer);
      if (answer && answer.status !== 429) throw new Error(`${method} ${path} → ${JSON.stringify(answer.body)}`);
      await delay(randomInt(50));
    }
  }

  /** Makes, changes and deletes contacts, whose names tell which they are. */
  async writeAll(writer: number): Promise<void> {
    for (let number = 0; number < contactsOfWriter; number++) {
      const first_name = `${writer}-${number}`;
      const { id } = await this.write<Contact>('POST', '/contacts', { first_name });
      for (const job_title of ['a', 'b', 'c']) await this.write('PATCH', `/contacts/${id}`, { job_title });
      if (number % 2 === 1) await this.write('DELETE', `/contacts/${id}`);
    }
  }

  private accepted<T>({ result, headers }: Answer<T>): T {
    this.done++;
    if (headers['idempotency-replayed'] === 'true') this.replayed++;
    return result;
  }
}

/** What an account has, and what was told of it, without ids and times. */
async function historyOf(client: Client): Promise<{ rows: string[]; events: Record<string, string[]> }> {
  const rows: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path = `/contacts?limit=100&cursor=${cursor}`;
    const page: { items: Contact[]; next_cursor: string | null } = (await client.get<typeof page>(path)).result;
    rows.push(...page.items.map(({ first_name, job_title }) => `${first_name} ${job_title}`));
    cursor = page.next_cursor;
  }
  const events: Record<string, string[]> = {};
  for (const { event, data } of await wholeFeed(client)) {
    const { first_name, job_title } = data as Item['data'] & Contact;
    (events[first_name] ??= []).push(`${event} ${job_title}`);
  }
  return { rows: rows.sort(), events };
}

it.each([
  { name: 'one server', count: 1 },
  { name: 'two servers on one database', count: 2 },
])(
  'killed again and again ($name): each write with a key took effect once',
  async ({ count }) => {
    const ports: number[] = [];
    for (let index = 0; index < count; index++) ports.push(await freePort());
    const restart = async (index: number) => {
      const environment = { RATE_LIMITS: 'off', ...(index > 0 && databaseOf(dataDir)) };
      servers[index] = await start({ dataDir, port: ports[index]!, environment });
    };
    for (const index of ports.keys()) await restart(index);

    const anybody = new Client(`http://127.0.0.1:${ports[0]}`);
    /** A program's token lives for an hour. */
    const newCaller = async (email: string) => {
      const owner = { email, password: 'correct-horse-battery', name: 'Ada' };
      const ada = anybody.as((await anybody.post<SignedIn>('/auth/register', owner)).result);
      const made = await ada.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', {
        name: 'Sync',
      });
      const { app, client_secret } = made.result;
      const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
      const token = (await anybody.post<{ access_token: string }>('/oauth/token', grant)).result;
      return ports.map((port) => new Client(`http://127.0.0.1:${port}`).as(token));
    };

    const clients = await newCaller('ada@example.com');
    const writer = new PersistentWriter(clients);
    const total = writers * contactsOfWriter * (writesOfTwo / 2);
    writer.limit = 0;
    const all = Promise.all(Array.from({ length: writers }, (_, number) => writer.writeAll(number)));
    for (let kill = 0; kill < kills; kill++) {
      writer.limit = Math.floor((total * (kill + 1)) / kills);
      // While some are under way, at any point of theirs.
      const enough = (total * (kill + Math.random() * 0.8)) / kills;
      await Promise.race([until(() => writer.done >= enough, timeoutMs), all]);
      await delay(randomInt(20));
      const index = randomInt(count);
      const server = servers[index]!;
      server.process.kill('SIGKILL');
      await server.ended;
      await restart(index);
    }
    await all;
    expect(writer.done).toBe(total);

    const clean = await newCaller('grace@example.com');
    const undisturbed = new PersistentWriter(clean);
    await Promise.all(Array.from({ length: writers }, (_, number) => undisturbed.writeAll(number)));
    expect(undisturbed.replayed).toBe(0);
    const expected = await historyOf(clean[0]!);
    expect(expected.rows).toHaveLength((writers * contactsOfWriter) / 2);
    expect(await historyOf(clients[0]!)).toEqual(expected);
    for (const server of servers.splice(0)) await stop(server!);
    measured(`keys-${count}`, {
      kills,
      'writes with a key': total,
      'answered again': writer.replayed,
      'done twice': 0,
    });
  },
  timeoutMs,
);

/** The database and the secrets of the server that brings them along. */
function databaseOf(directory: string): Record<string, string> {
  const { host, port, user, password, database } = doorOf(directory)!;
  const { jwt_secret, encryption_key } = JSON.parse(readFileSync(join(directory, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  return {
    DATABASE_URL: `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`,
    JWT_SECRET: jwt_secret!,
    ENCRYPTION_KEY: encryption_key!,
  };
}
