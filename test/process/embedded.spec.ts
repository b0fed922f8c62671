import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as SqlClient } from 'pg';
import { asSuperuser, type ConnectionInfo } from '../../src/platform/embedded-postgres/connection-file';
import { isRunning } from '../../src/platform/embedded-postgres/process-state';
import { Client, type SignedIn } from '../support/client';
import { freePort } from '../support/app';
import {
  databasePid,
  doorOf,
  killDatabase,
  newDataDir,
  printed,
  type Program,
  run,
  start,
  stop,
  until,
} from '../support/server-process';

let dataDir: string;
let dispose: () => Promise<void>;
let port: number;
const running: Program[] = [];

beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
  port = await freePort();
});
afterEach(async () => {
  for (const program of running.splice(0)) program.process.kill('SIGKILL');
  await dispose();
});

async function serve(options: Partial<Parameters<typeof start>[0]> = {}) {
  const program = await start({ dataDir, port, ...options });
  running.push(program);
  return { ...program, client: new Client(program.url) };
}

const register = async (client: Client, email: string) =>
  (await client.post<SignedIn>('/auth/register', { email, password: 'correct-horse-battery', name: 'Ada' })).result;
const sourcesOf = async (client: Client, session: SignedIn) =>
  (await client.as(session).get<{ items: { name: string }[] }>('/sources?limit=100')).result.items.map(
    ({ name }) => name,
  );

const sql = (text: string, values: unknown[] = []) => sqlThrough(doorOf(dataDir)!, text, values);
const asRoot = (text: string) => sqlThrough(asSuperuser(doorOf(dataDir)!), text);

async function sqlThrough(door: ConnectionInfo, text: string, values: unknown[] = []) {
  const client = new SqlClient(door);
  await client.connect();
  try {
    // One after the other when there are several, and the last one's rows.
    const results = [await client.query(text, values)].flat();
    return results.at(-1)!.rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('with nothing set', () => {
  it('serves on a database of its own: loopback only, with a password, in files that only we may read', async () => {
    const server = await serve();
    await register(server.client, 'ada@example.com');
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    const door = doorOf(dataDir)!;
    expect(door.password.length).toBeGreaterThanOrEqual(32);
    expect(
      await asRoot(
        `select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories', 'fsync') order by name`,
      ),
    ).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    const guess = new SqlClient({ ...door, password: 'wrong' });
    await expect(guess.connect()).rejects.toMatchObject({ code: '28P01' });
    await stop(server);
    expect(databasePid(dataDir)).toBeUndefined();
  });

  it('keeps records and sessions over a restart', async () => {
    const first = await serve();
    const ada = await register(first.client, 'ada@example.com');
    await first.client.as(ada).post('/sources', { name: 'Fair' });
    await stop(first);
    const second = await serve();
    expect(await sourcesOf(second.client, ada)).toEqual(['Fair']);
    await stop(second);
  });
});

describe('the role of the programs', () => {
  const owners = () =>
    sql(
      `select distinct pg_get_userbyid(owner) as owner from (
         select datdba from pg_database where datname = current_database()
         union all select relowner from pg_class where relnamespace = 'public'::regnamespace
         union all select proowner from pg_proc where pronamespace = 'public'::regnamespace and oid not in
           (select objid from pg_depend where classid = 'pg_proc'::regclass and deptype = 'e')
       ) as owners (owner)`,
    );
  const allOfRole = [{ owner: 'tideline_app' }];

  /** What release 0.1.0 leaves: one role, the superuser, which owns everything, and a file that names only it. */
  async function becomeOld(): Promise<void> {
    await asRoot('reassign owned by tideline_app to tideline; drop owned by tideline_app; drop role tideline_app');
    const { superuser: user, ...door } = doorOf(dataDir)!;
    await writeFile(join(dataDir, 'postgres.json'), JSON.stringify({ ...door, user }));
  }

  it('is no superuser: it owns its database, and reaches nothing outside', async () => {
    const server = await serve();
    const worker = run('worker', { dataDir });
    running.push(worker);
    await printed(worker, 'worker is ready');
    await register(server.client, 'ada@example.com');
    const sessions = await sql(
      `select distinct usename, rolsuper from pg_stat_activity join pg_roles on pg_roles.oid = usesysid
       where application_name like 'tideline%'`,
    );
    expect(sessions).toEqual([{ usename: 'tideline_app', rolsuper: false }]);
    expect(await owners()).toEqual(allOfRole);
    for (const reach of [
      `copy (select 1) to program 'true'`,
      `copy users to '/tmp/users'`,
      `select pg_read_file('postmaster.pid')`,
      'create role another superuser',
      'create database another',
      `alter system set log_statement = 'all'`,
      'set session_replication_role = replica',
      'set role tideline',
    ]) {
      await expect(sql(reach)).rejects.toMatchObject({ code: '42501' });
    }
    await stop(worker);
    await stop(server);
  });

  it.each([
    ['stopped', (server: Program) => stop(server)],
    ['killed, and its database runs', (server: Program) => void server.process.kill('SIGKILL')],
  ])('owns what release 0.1.0 left behind, which was %s', async (_, end) => {
    const old = await serve();
    const ada = await register(old.client, 'ada@example.com');
    await old.client.as(ada).post('/sources', { name: 'Fair' });
    await asRoot(
      `create schema "Own Things"; create type "Own Things".mood as enum ('good'); create sequence "Own Things".numbers;
       create table "Own Things".notes (id bigint generated always as identity, number serial, mood "Own Things".mood);
       create view "Own Things".recent as select id from "Own Things".notes; create domain "Own Things".short as text;
       create function "Own Things"."of"(text, int) returns int language sql as 'select 1'`,
    );
    await becomeOld();
    await expect(owners()).resolves.toEqual([{ owner: 'tideline' }]);
    await end(old);
    await old.ended;

    const server = await serve();
    expect(doorOf(dataDir)).toMatchObject({ user: 'tideline_app', superuser: 'tideline' });
    expect(await owners()).toEqual(allOfRole);
    const left = await asRoot(
      `select relname as name from pg_class where relowner = 'tideline'::regrole and relnamespace = '"Own Things"'::regnamespace
       union all select proname from pg_proc where proowner = 'tideline'::regrole and pronamespace = '"Own Things"'::regnamespace
       union all select typname from pg_type where typowner = 'tideline'::regrole and typnamespace = '"Own Things"'::regnamespace
       union all select nspname from pg_namespace where nspowner = 'tideline'::regrole and nspname = 'Own Things'`,
    );
    expect(left).toEqual([]);
    expect(await sourcesOf(server.client, ada)).toEqual(['Fair']);
    await server.client.as(ada).post('/contacts', { first_name: 'Zoë' });
    const found = await server.client.as(ada).get<{ items: object[] }>('/contacts?search=zoe');
    expect(found.result.items).toHaveLength(1);
    await stop(server);
  });

  it('gets what is missing after a crash in between, and what was made as the superuser', async () => {
    const first = await serve();
    const ada = await register(first.client, 'ada@example.com');
    const door = doorOf(dataDir)!;
    // The file of before, although everything else was done.
    const { superuser: user, ...rest } = door;
    await writeFile(join(dataDir, 'postgres.json'), JSON.stringify({ ...rest, user }));
    await stop(first);
    const second = await serve();
    expect(doorOf(dataDir)).toEqual({ ...door, port: doorOf(dataDir)!.port });
    // A role without its password, and a table that is not its own.
    await asRoot(`alter table sources owner to tideline; alter role tideline_app superuser password 'another'`);
    await stop(second);
    const third = await serve();
    expect(await owners()).toEqual(allOfRole);
    expect(await sql('select rolsuper from pg_roles where rolname = current_user')).toEqual([{ rolsuper: false }]);
    expect(await sourcesOf(third.client, ada)).toEqual([]);
    await stop(third);
  });

  it('a second server, which is refused, changes nothing of release 0.1.0’s', async () => {
    const old = await serve();
    await becomeOld();
    const before = doorOf(dataDir);
    const second = run('main', { dataDir, port: await freePort() });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(new RegExp(`already in use by "tideline server \\(pid ${old.process.pid}\\)"`));
    expect(doorOf(dataDir)).toEqual(before);
    expect(await owners()).toEqual([{ owner: 'tideline' }]);
    old.process.kill('SIGKILL');
  });
});

describe('after kill -9', () => {
  it.each([
    ['of the server', () => undefined],
    ['of server and database', () => killDatabase(dataDir, 'SIGKILL')],
  ])('%s, while requests come in: everything that was answered is there', async (_, alsoKill) => {
    let server = await serve();
    const ada = await register(server.client, 'ada@example.com');
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      let sending = true;
      const senders = Array.from({ length: 4 }, async (_unused, sender) => {
        for (let count = 0; sending && count < 1_000; count++) {
          const name = `Source ${round}-${sender}-${count}`;
          try {
            await server.client.as(ada).post('/sources', { name });
            acknowledged.push(name);
          } catch {
            return;
          }
        }
      });
      await until(() => acknowledged.length > (round + 1) * 40);
      server.process.kill('SIGKILL');
      alsoKill();
      await server.ended;
      sending = false;
      await Promise.all(senders);
      server = await serve();
    }
    const kept = new Set((await sql('select name from sources')).map(({ name }) => name));
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(120);
    await stop(server);
  });

  it('the orphaned database is adopted, not started anew, and stopped in the end', async () => {
    const first = await serve();
    const pid = databasePid(dataDir)!;
    first.process.kill('SIGKILL');
    await first.ended;
    expect(isRunning(pid)).toBe(true);
    const second = await serve();
    expect(databasePid(dataDir)).toBe(pid);
    await stop(second);
    expect(isRunning(pid)).toBe(false);
  });

  it('between the cluster and the database in it, the next start makes the database', async () => {
    const first = await serve();
    first.process.kill('SIGKILL');
    await first.ended;
    const postgres = new SqlClient({ ...asSuperuser(doorOf(dataDir)!), database: 'postgres' });
    await postgres.connect();
    await postgres.query('drop database tideline with (force)');
    await postgres.end();
    const second = await serve();
    await register(second.client, 'ada@example.com');
    await stop(second);
  });

  it('the lock of a starting process that is gone does not hold anybody up, whoever has its number now', async () => {
    for (const left of ['', `${process.pid} 1`, '999999999 1']) {
      await writeFile(join(dataDir, 'starting.lock'), left);
      const server = await serve();
      await stop(server);
      expect(existsSync(join(dataDir, 'starting.lock'))).toBe(false);
    }
  });

  it('in the middle of the first start, the next one begins afresh', async () => {
    const first = run('main', { dataDir, port });
    await until(() => existsSync(join(dataDir, 'postgres.json')));
    first.process.kill('SIGKILL');
    await first.ended;
    const second = await serve();
    await register(second.client, 'ada@example.com');
    await stop(second);
  });
});

describe('SIGTERM', () => {
  it('during the first start: nothing is left running, and the next start works', async () => {
    const first = run('main', { dataDir, port });
    await until(() => existsSync(join(dataDir, 'postgres.json')));
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.output()).not.toContain('is ready');
    expect(databasePid(dataDir)).toBeUndefined();
    expect(existsSync(join(dataDir, 'starting.lock'))).toBe(false);
    const second = await serve();
    await stop(second);
  });

  it('and a new start at the same moment: the new one serves, on a database that stays', async () => {
    const first = await serve();
    const ada = await register(first.client, 'ada@example.com');
    first.process.kill('SIGTERM');
    const second = await start({ dataDir, port: await freePort() });
    running.push(second);
    expect(await first.ended).toBe(0);
    expect(await sourcesOf(new Client(second.url), ada)).toEqual([]);
    await stop(second);
  });
});

describe('when the database is hurt', () => {
  it('one of its processes is killed: requests work again, and nobody else gets in', async () => {
    const server = await serve();
    const ada = await register(server.client, 'ada@example.com');
    const [backend] = await sql(`select pid from pg_stat_activity where application_name = 'tideline' limit 1`);
    process.kill(Number(backend!.pid), 'SIGKILL');
    await until(
      async () =>
        (
          await server.client
            .as(ada)
            .get('/sources')
            .catch(() => ({ status: 0 }))
        ).status === 200,
    );
    const claims = `select 1 from pg_stat_activity where application_name like 'tideline server%'`;
    await until(async () => (await sql(claims).catch(() => [])).length === 1);
    const other = run('main', { dataDir, port: await freePort() });
    expect(await other.ended).toBe(1);
    expect(other.output()).toContain('already in use');
    await stop(server);
  });

  it.each(['SIGKILL', 'SIGQUIT'] as const)(
    'it ends altogether (%s): it is started again, and the server goes on',
    async (signal) => {
      const server = await serve();
      const ada = await register(server.client, 'ada@example.com');
      for (let time = 1; time <= 2; time++) {
        const pid = databasePid(dataDir);
        killDatabase(dataDir, signal);
        await until(() => server.output().split('it was started again').length === time + 1);
        expect(databasePid(dataDir)).not.toBe(pid);
        expect(await sourcesOf(server.client, ada)).toEqual([]);
      }
      await stop(server);
      expect(databasePid(dataDir)).toBeUndefined();
    },
  );

  it('it ends again as soon as it is there again, or before: the server goes on', async () => {
    const server = await serve();
    const ada = await register(server.client, 'ada@example.com');
    for (let time = 1; time <= 4; time++) {
      const pid = databasePid(dataDir);
      killDatabase(dataDir, 'SIGKILL');
      await until(() => ![undefined, pid].includes(databasePid(dataDir)));
    }
    const answered = async () => {
      const { status } = await server.client.as(ada).get('/sources');
      return status === 200;
    };
    await until(() => answered().catch(() => false));
    await stop(server);
  });

  it('it ends, and cannot be started again: the server says so and ends with a failure, for its supervisor', async () => {
    const server = await serve();
    const { directory } = doorOf(dataDir)!;
    await rename(directory, `${directory}.away`);
    const pid = Number((await readFile(join(`${directory}.away`, 'postmaster.pid'), 'utf8')).split('\n', 1)[0]);
    process.kill(pid, 'SIGKILL');
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('the embedded database is gone');
    await rename(`${directory}.away`, directory);
    const again = await serve();
    await stop(again);
  });
});

describe('what cannot work is told', () => {
  it('a start that would lose sight of the data', async () => {
    const server = await serve();
    await stop(server);
    const elsewhere = join(dataDir, 'elsewhere');
    const door = doorOf(dataDir)!;
    await rename(door.directory, elsewhere);
    await writeFile(join(dataDir, 'postgres.json'), JSON.stringify({ ...door, directory: elsewhere }));
    const refused = run('main', { dataDir, port });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(elsewhere);
    expect(refused.output()).toContain(door.directory);
    await rename(elsewhere, door.directory);
    await writeFile(join(dataDir, 'postgres.json'), JSON.stringify(door));
  });

  it('secrets that cannot be read', async () => {
    await writeFile(join(dataDir, 'secrets.json'), '{"jwt_secret": "cut o');
    const server = run('main', { dataDir, port });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('holds no usable secrets');
    expect(server.output()).not.toMatch(/^\s+at /m);
  });

  it('a second server on the same data directory is refused and harms nothing', async () => {
    const first = await serve();
    const second = run('main', { dataDir, port: await freePort() });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(new RegExp(`already in use by "tideline server \\(pid ${first.process.pid}\\)"`));
    expect(second.output()).toContain('DATA_DIR');
    await register(first.client, 'ada@example.com');
    await stop(first);
  });

  it('of two servers that start together on an empty directory one serves, the other is refused', async () => {
    const both = [run('main', { dataDir, port }), run('main', { dataDir, port: await freePort() })];
    running.push(...both);
    await until(() => both.every((program) => /is ready|already in use/.test(program.output())));
    expect(both.filter((program) => program.output().includes('is ready'))).toHaveLength(1);
    expect(both.filter((program) => program.output().includes('already in use'))).toHaveLength(1);
    await stop(both.find((program) => program.output().includes('is ready'))!);
  });

  it('a port that is taken: which, and what to do; the database does not stay behind', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    const server = run('main', { dataDir, port });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(server.output()).toContain(`PORT=${port + 1} npm start`);
    expect(server.output()).not.toMatch(/^\s+at /m);
    expect(databasePid(dataDir)).toBeUndefined();
    other.close();
  });

  it('has no interest in port 5432', async () => {
    const other = createServer();
    await new Promise<void>((resolve) =>
      other.once('error', () => resolve()).listen(5432, '127.0.0.1', () => resolve()),
    );
    const server = await serve();
    await register(server.client, 'ada@example.com');
    await stop(server);
    other.close();
  });

  it('a platform without a binary: what to set instead', async () => {
    const preload = join(dataDir, 'other-platform.cjs');
    await writeFile(preload, `require('node:os').arch = () => 'riscv64';`);
    const server = run('main', { dataDir, port, nodeOptions: ['--require', preload] });
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(/no embedded PostgreSQL for this machine \(linux-riscv64\)/);
    expect(server.output()).toContain('DATABASE_URL');
  });

  it('wrong settings, all of them at once', async () => {
    const server = run('main', { dataDir, port, environment: { REGISTRATION: 'perhaps', LOG_LEVEL: 'loud' } });
    expect(await server.ended).toBe(1);
    expect(server.output()).toMatch(/REGISTRATION must be one of[^]*LOG_LEVEL must be one of/);
  });

  it('a database that cannot be reached', async () => {
    const environment = {
      DATABASE_URL: `postgresql://u:hidden@127.0.0.1:${port}/x`,
      JWT_SECRET: 'x'.repeat(32),
      ENCRYPTION_KEY: 'x'.repeat(32),
    };
    const server = run('main', { dataDir, port, environment });
    expect(await server.ended).toBe(1);
    expect(server.output()).toContain('DATABASE_URL cannot be used');
    expect(server.output()).not.toContain('hidden');
  });
});

describe('the shared door', () => {
  it('a worker uses the running server’s database, says that it lives, and stops by itself', async () => {
    const server = await serve();
    const worker = run('worker', { dataDir });
    running.push(worker);
    await printed(worker, 'worker is ready');
    expect(existsSync(join(dataDir, 'worker-alive'))).toBe(true);
    await stop(worker);
    await register(server.client, 'ada@example.com');
    await stop(server);
  });

  it('a worker on a DATABASE_URL needs nothing else', async () => {
    const server = await serve();
    const { host, port: databasePort, user, password, database } = doorOf(dataDir)!;
    const url = `postgresql://${user}:${password}@${host}:${databasePort}/${database}`;
    const environment = { DATABASE_URL: url, JWT_SECRET: 'x'.repeat(32), ENCRYPTION_KEY: 'x'.repeat(32) };
    const worker = run('worker', { dataDir: join(dataDir, 'not', 'there'), environment });
    running.push(worker);
    await printed(worker, 'worker is ready');
    await stop(worker);
    await stop(server);
  });

  it('a worker without a server is told to start one', async () => {
    const worker = run('worker', { dataDir });
    expect(await worker.ended).toBe(1);
    expect(worker.output()).toContain('Start the server first');
  });

  it('migrate goes before a server that does not migrate, and beside one that runs', async () => {
    const environment = { MIGRATE_ON_START: 'false' };
    const early = run('main', { dataDir, port, environment });
    expect(await early.ended).toBe(1);
    expect(early.output()).toContain('npm run migrate');
    const migrate = run('migrate', { dataDir });
    expect(await migrate.ended).toBe(0);
    expect(migrate.output()).toContain('Applied accounts_and_users');
    expect(databasePid(dataDir)).toBeUndefined();
    const server = await serve({ environment });
    const again = run('migrate', { dataDir });
    expect(await again.ended).toBe(0);
    expect(again.output()).toContain('up to date');
    await register(server.client, 'ada@example.com');
    await stop(server);
  });
});

// PostgreSQL wants special care as root only.
if (process.getuid?.() === 0) {
  describe('as root', () => {
    it('works in a directory that only root may enter', async () => {
      const closed = await mkdtemp(join(tmpdir(), 'tideline-closed-'));
      await chmod(closed, 0o700);
      const inside = join(closed, 'data');
      await mkdir(inside);
      const server = await serve({ dataDir: inside });
      await register(server.client, 'ada@example.com');
      const { directory } = doorOf(inside)!;
      expect(directory).toMatch(/^\/var\/lib\/tideline\/tideline-closed-\w+-[0-9a-f]{12}\/postgres$/);
      await stop(server);
      await rm(join(directory, '..'), { recursive: true });
      await rm(closed, { recursive: true });
    });
  });
}
