import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as SqlClient } from 'pg';
import { Webhook as Verifier } from 'standardwebhooks';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { startInstalledPostgres } from '../support/installed-postgres';
import { authority, type Receiver, startReceiver } from '../support/receiver';
import { describeWithPostgres, postgresBin } from '../support/servers';
import { newDataDir, type Program, root, run, start, stop, until } from '../support/server-process';

const documentation = readFileSync(join(root, 'docs/deploying.md'), 'utf8');

/** The commands below a mark such as `<!-- run: backup -->`. */
function documented(name: string): string {
  return new RegExp(`<!-- run: ${name} -->\n\n\`\`\`sh\n([^]*?)\`\`\``).exec(documentation)![1]!;
}

const old = {
  JWT_SECRET: 'an old secret that is long enough for it',
  ENCRYPTION_KEY: 'an old key that is long enough for it',
};
const fresh = {
  JWT_SECRET: 'a new secret that is long enough for it',
  ENCRYPTION_KEY: 'a new key that is long enough for it',
};
const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };

type Running = Program & { readonly url: string };
interface Named {
  readonly items: { readonly first_name: string }[];
}

let directory: string;
const running: Program[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tideline-deploying-'));
});
afterEach(() => {
  for (const program of running.splice(0)) program.process.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** In the directory of this test, with PostgreSQL's programs on the PATH. */
function execute(commands: string, environment: Record<string, string> = {}): string {
  return execFileSync('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: `${postgresBin}:${process.env.PATH}`, HOME: directory, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function serve(environment: Record<string, string>, dataDir = directory): Promise<Running> {
  const server = await start({ dataDir, port: await freePort(), environment: { RATE_LIMITS: 'off', ...environment } });
  running.push(server);
  return server;
}

async function register(server: Running): Promise<SignedIn> {
  return (await new Client(server.url).post<SignedIn>('/auth/register', ada)).result;
}

async function signIn(server: Running): Promise<Client> {
  const { email, password } = ada;
  return new Client(server.url).as(
    (await new Client(server.url).post<SignedIn>('/auth/login', { email, password })).result,
  );
}

const namesOf = async (client: Client) =>
  (await client.get<Named>('/contacts')).result.items.map((item) => item.first_name);

it('the secrets that openssl makes are good enough, and one of them fits into a URL', () => {
  const [jwtSecret, encryptionKey, password, ...others] = execute(documented('secrets')).trim().split('\n');
  expect(Buffer.byteLength(jwtSecret!)).toBeGreaterThanOrEqual(32);
  expect(Buffer.byteLength(encryptionKey!)).toBeGreaterThanOrEqual(32);
  expect(password).toMatch(/^[0-9a-f]{48}$/);
  expect(others).toEqual([]);
});

describeWithPostgres('on a PostgreSQL of its own', () => {
  let postgres: { url: string; stop: () => void };
  /** A new, empty database for each test. */
  let databaseUrl: string;
  let count = 0;
  beforeAll(async () => {
    postgres = await startInstalledPostgres(postgresBin, {});
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    const name = `deployed_${++count}`;
    await sql(postgres.url, `create database ${name}`);
    databaseUrl = withDatabase(name);
  });

  function withDatabase(name: string): string {
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async function sql(url: string, text: string): Promise<unknown[]> {
    const client = new SqlClient({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(text)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  it('the embedded database is reached with psql', async () => {
    const { path, dispose } = await newDataDir();
    const server = await serve({}, path);
    await register(server);
    const commands = documented('embedded').replace('.data/postgres.json', join(path, 'postgres.json'));
    expect(execute(commands).trim()).toBe('1');
    await stop(server);
    await dispose();
  });

  it('a dump, taken while the program serves, is restored into another database; both go on', async () => {
    const before = await serve({ ...old, DATABASE_URL: databaseUrl });
    const client = new Client(before.url).as(await register(before));
    await client.post('/contacts', { first_name: 'Grace', email: 'grace@example.com' });
    execute(documented('backup'), { DATABASE_URL: databaseUrl });
    await client.post('/contacts', { first_name: 'Later' });

    const RESTORED_URL = withDatabase('tideline_restored');
    execute(documented('restore'), { DATABASE_URL: databaseUrl, RESTORED_URL });
    const after = await serve({ ...old, DATABASE_URL: RESTORED_URL, MIGRATE_ON_START: 'false' });
    const restored = await signIn(after);
    expect(await namesOf(restored)).toEqual(['Grace']);
    // Generated columns, and the functions and extensions behind them, are there.
    const found = await restored.get<Named>('/contacts?search=GRÄCE');
    expect(found.result.items).toHaveLength(1);
    await restored.post('/contacts', { first_name: 'New' });
    expect(await namesOf(restored)).toEqual(['New', 'Grace']);
    expect(await namesOf(client)).toEqual(['Later', 'Grace']);
    await stop(after);
    await stop(before);
  });

  it('with compose: the same in place', async () => {
    await sql(postgres.url, 'create database tideline');
    const url = withDatabase('tideline');
    const before = await serve({ ...old, DATABASE_URL: url });
    const client = new Client(before.url).as(await register(before));
    await client.post('/contacts', { first_name: 'Grace' });
    const [dump, ...restore] = documented('compose').trim().split('\n');
    const { hostname: PGHOST, port: PGPORT } = new URL(url);
    const inContainer = (lines: readonly string[]) =>
      execute(lines.map((line) => line.replace('docker compose exec -T postgres ', '')).join('\n'), { PGHOST, PGPORT });
    inContainer([dump!]);
    await client.post('/contacts', { first_name: 'Later' });
    await stop(before);
    const services = restore.filter((line) => !line.startsWith('docker compose exec'));
    expect(services).toEqual(['docker compose stop api worker', 'docker compose start api worker']);
    inContainer(restore.filter((line) => !services.includes(line)));
    const after = await serve({ ...old, DATABASE_URL: url });
    expect(await namesOf(await signIn(after))).toEqual(['Grace']);
    await stop(after);
  });

  it('two instances: migrated first, then one after the other is replaced while the other answers', async () => {
    const environment = { ...old, DATABASE_URL: databaseUrl, MIGRATE_ON_START: 'false' };
    const migrate = run('migrate', { dataDir: directory, environment });
    expect(await migrate.ended).toBe(0);
    const first = await serve(environment);
    const second = await serve(environment);
    const session = await register(first);
    const whoever = (server: Running) => new Client(server.url).as(session).get('/auth/me');
    await stop(first);
    expect((await whoever(second)).status).toBe(200);
    const third = await serve(environment);
    await stop(second);
    expect((await whoever(third)).status).toBe(200);
    await stop(third);
  });

  it('two instances change JWT_SECRET in two rounds: at no time does one refuse what the other signed', async () => {
    const base = { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: old.ENCRYPTION_KEY };
    const states: readonly Record<string, string>[] = [
      { JWT_SECRET: old.JWT_SECRET },
      { JWT_SECRET: old.JWT_SECRET, JWT_SECRET_PREVIOUS: fresh.JWT_SECRET },
      { JWT_SECRET: fresh.JWT_SECRET, JWT_SECRET_PREVIOUS: old.JWT_SECRET },
    ];
    const instances = [await serve({ ...base, ...states[0]! }), await serve({ ...base, ...states[0]! })];
    const sessions = [await register(instances[0]!)];
    const everybodyTakesAll = async () => {
      for (const server of instances) {
        const { email, password } = ada;
        sessions.push((await new Client(server.url).post<SignedIn>('/auth/login', { email, password })).result);
      }
      for (const server of instances)
        for (const session of sessions)
          expect((await new Client(server.url).as(session).get('/auth/me')).status).toBe(200);
    };
    for (const state of states.slice(1)) {
      for (const index of instances.keys()) {
        await stop(instances[index]!);
        instances[index] = await serve({ ...base, ...state });
        await everybodyTakesAll();
      }
    }
    for (const server of instances) await stop(server);
  });

  it('JWT_SECRET: what the old one signed is good with JWT_SECRET_PREVIOUS, and not without; sessions last', async () => {
    const base = { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: old.ENCRYPTION_KEY };
    const before = await serve({ ...base, JWT_SECRET: old.JWT_SECRET });
    const session = await register(before);
    for (const first_name of ['One', 'Two']) await new Client(before.url).as(session).post('/contacts', { first_name });
    interface Page {
      readonly next_cursor: string;
    }
    const cursors = [
      { path: '/contacts', parameter: 'cursor', refused: 'contacts.invalid_request' },
      { path: '/events', parameter: 'after', refused: 'events.invalid_request' },
    ];
    const pages: string[] = [];
    for (const { path, parameter } of cursors) {
      const page = await new Client(before.url).as(session).get<Page>(`${path}?limit=1`);
      pages.push(`${path}?limit=1&${parameter}=${page.result.next_cursor}`);
    }
    await stop(before);

    const during = await serve({ ...base, JWT_SECRET: fresh.JWT_SECRET, JWT_SECRET_PREVIOUS: old.JWT_SECRET });
    const client = new Client(during.url).as(session);
    expect((await client.get('/auth/me')).status).toBe(200);
    for (const page of pages) expect((await client.get(page)).status).toBe(200);
    const { email, password } = ada;
    const renewed = (await new Client(during.url).post<SignedIn>('/auth/login', { email, password })).result;
    await stop(during);

    const after = await serve({ ...base, JWT_SECRET: fresh.JWT_SECRET });
    expect((await new Client(after.url).as(renewed).get('/auth/me')).status).toBe(200);
    expect((await new Client(after.url).as(session).get('/auth/me')).error.code).toBe('auth.invalid_token');
    for (const [index, { refused }] of cursors.entries())
      expect((await new Client(after.url).as(renewed).get(pages[index]!)).error.code).toBe(refused);
    const { refresh_token } = session;
    const refreshed = (await new Client(after.url).post<SignedIn>('/auth/refresh', { refresh_token })).result;
    expect((await new Client(after.url).as(refreshed).get('/auth/me')).status).toBe(200);
    await stop(after);
  });

  describe('ENCRYPTION_KEY', () => {
    let receiver: Receiver;
    beforeEach(async () => {
      receiver = await startReceiver();
    });
    afterEach(() => receiver.close());

    it('what the old one encrypted can be read with ENCRYPTION_KEY_PREVIOUS, and not without', async () => {
      const base = {
        DATABASE_URL: databaseUrl,
        JWT_SECRET: old.JWT_SECRET,
        NODE_EXTRA_CA_CERTS: authority,
        WEBHOOK_ALLOWED_HOSTS: 'localhost',
      };
      const foreign = (key: string) =>
        Number(execute(documented('foreign'), { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: key }));
      const before = await serve({ ...base, ENCRYPTION_KEY: old.ENCRYPTION_KEY });
      const session = await register(before);
      const endpoint = { url: receiver.url, events: ['contact.created'] };
      const made = await new Client(before.url).as(session).post<{ id: string; secret: string }>('/webhooks', endpoint);
      await stop(before);
      expect([foreign(old.ENCRYPTION_KEY), foreign(fresh.ENCRYPTION_KEY)]).toEqual([0, 1]);

      const without = await serve({ ...base, ENCRYPTION_KEY: fresh.ENCRYPTION_KEY });
      await new Client(without.url).as(session).post('/contacts', { first_name: 'Grace' });
      await until(() => without.output().includes('the secret of a webhook endpoint cannot be read'));
      expect(receiver.requests).toEqual([]);
      await stop(without);

      const keys = { ENCRYPTION_KEY: fresh.ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS: old.ENCRYPTION_KEY };
      const during = await serve({ ...base, ...keys });
      // Nothing was lost: what waits for the key is sent now, since somebody asks for it.
      const deliveries = `/webhooks/${made.result.id}/deliveries`;
      const client = new Client(during.url).as(session);
      const [waiting] = (await client.get<{ items: { id: string; status: string }[] }>(deliveries)).result.items;
      expect(waiting!.status).toBe('pending');
      await client.post(`${deliveries}/${waiting!.id}/retry`);
      await until(() => receiver.requests.length > 0);
      const { raw, headers } = receiver.requests[0]!;
      const verified = new Verifier(made.result.secret).verify(raw, headers as Record<string, string>);
      expect(verified).toMatchObject({ event: 'contact.created', data: { first_name: 'Grace' } });
      await stop(during);
    });
  });
});
