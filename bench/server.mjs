// A server of the benchmark's own, in a directory of its own, and how to talk to it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** Known to the bare server too, which verifies the same tokens with it. */
export const jwtSecret = 'the secret of the benchmark, which protects nothing';

export const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function until(condition, timeoutMs = 60_000, pauseMs = 50) {
  for (const end = Date.now() + timeoutMs; !(await condition()); await delay(pauseMs)) {
    if (Date.now() > end) throw new Error('What was waited for did not happen.');
  }
}

/** @returns the value below which this share of the sorted values is. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function build() {
  const { status } = spawnSync(process.execPath, ['scripts/start.mjs', 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed.');
}

/** Starts a process of the program; the build must be there. @returns it, and how to end it. */
export async function startProcess(port, environment) {
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE_FLAGS?.split(' ') ?? []), 'dist/main.js'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      RATE_LIMITS: 'off',
      JWT_SECRET: jwtSecret,
      ENCRYPTION_KEY: `${jwtSecret}, either`,
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  try {
    await until(isReady, 60_000, 10);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid, stop };
}

/** With REDIS_URL set, background work goes through Bull. */
export async function startServer(port, environment = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'tideline-bench-'));
  const url = `http://127.0.0.1:${port}`;
  const start = () =>
    startProcess(port, {
      DATA_DIR: directory,
      ...(process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {}),
      ...environment,
    });
  let running = await start();
  let token;
  const call = async (method, path, body, as = token) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(as ? { authorization: `Bearer ${as}` } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { ok, result, error } = await response.json();
    if (!ok) throw new Error(`${method} ${path}: ${error.code} ${error.message}`);
    return result;
  };
  const stop = async () => {
    await running.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  const register = (email) =>
    call('POST', '/auth/register', { email, password: 'correct-horse-battery', name: 'Ada' }, null);
  let user;
  try {
    const session = await register('ada@example.com');
    token = session.access_token;
    user = session.user;
  } catch (error) {
    await stop();
    throw error;
  }
  /** How the embedded database is reached. */
  const databaseDoor = () => JSON.parse(readFileSync(join(directory, 'postgres.json'), 'utf8'));
  return {
    url,
    call,
    register,
    stop,
    user,
    directory,
    databaseDoor,
    get pid() {
      return running.pid;
    },
    get token() {
      return token;
    },
    get databaseUrl() {
      const { host, port, user, password, database } = databaseDoor();
      return `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
    },
    /** @returns a connection of the superuser to its database, without the limits of those that answer requests. */
    connect: async () => {
      const { host, port, superuser: user, password, database } = databaseDoor();
      const client = new pg.Client({ host, port, user, password, database });
      // When something fails the server is stopped first, and what failed is what is to be told.
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    /** @returns the milliseconds until it answered that it is ready. */
    restart: async () => {
      await running.stop();
      const begin = performance.now();
      running = await start();
      return performance.now() - begin;
    },
    /** Tokens live 15 minutes. */
    signInAgain: async () => {
      const signIn = { email: 'ada@example.com', password: 'correct-horse-battery' };
      token = (await call('POST', '/auth/login', signIn, null)).access_token;
    },
  };
}
