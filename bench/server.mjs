// A server of the benchmark's own, in a directory of its own, and how to talk to it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function until(condition, patience = 60_000) {
  for (const end = Date.now() + patience; !(await condition()); await delay(50)) {
    if (Date.now() > end) throw new Error('What was waited for did not happen.');
  }
}

/** @returns the value below which this share of the sorted values is. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** With REDIS_URL set, background work goes through Bull. */
export async function startServer(port, environment = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'tideline-bench-'));
  const url = `http://127.0.0.1:${port}`;
  const { status } = spawnSync(process.execPath, ['scripts/start.mjs', 'build'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed.');
  const server = spawn(process.execPath, ['scripts/start.mjs', 'main'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: directory,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      RATE_LIMITS: 'off',
      ...(process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {}),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let token;
  const call = async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { ok, result, error } = await response.json();
    if (!ok) throw new Error(`${method} ${path}: ${error.code} ${error.message}`);
    return result;
  };
  const ready = () =>
    fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  const stop = async () => {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(directory, { recursive: true, force: true });
  };
  const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
  try {
    await until(ready);
    token = (await call('POST', '/auth/register', ada)).access_token;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    call,
    stop,
    pid: server.pid,
    /** Tokens live 15 minutes. */
    signInAgain: async () => {
      token = undefined;
      const { email, password } = ada;
      token = (await call('POST', '/auth/login', { email, password })).access_token;
    },
    /** How the embedded database is reached. */
    databaseDoor: () => JSON.parse(readFileSync(join(directory, 'postgres.json'), 'utf8')),
  };
}
