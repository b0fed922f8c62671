import { execFileSync, spawn, type StdioOptions } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { databasePid, doorOf, root, until } from '../support/server-process';

const isRoot = process.getuid?.() === 0;
/** An ordinary user whom every Unix has. */
const nobody = { uid: 65_534, gid: 65_534 };

interface Checkout {
  readonly path: string;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly environment: Record<string, string>;
}

/** A fresh clone below a directory that nobody else may enter, and an environment in which nothing is set. */
function clone(owner: Checkout['owner']): Checkout {
  const home = mkdtempSync(join(tmpdir(), 'tideline-clone-'));
  const path = join(home, 'tideline');
  execFileSync('git', ['clone', '--quiet', root, path]);
  if (owner) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, home]);
  chmodSync(home, 0o700);
  return { path, owner, environment: { PATH: process.env.PATH!, HOME: home, CI: 'true' } };
}

function command({ path, owner, environment }: Checkout, program: string, ...args: string[]): string {
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  return execFileSync(program, args, {
    cwd: path,
    ...owner,
    env: environment,
    stdio,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}

async function startAndCall(checkout: Checkout): Promise<void> {
  const { path, owner, environment } = checkout;
  const port = await freePort();
  const server = spawn('npm', ['start'], {
    cwd: path,
    ...owner,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  server.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  server.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise((resolve) => server.once('close', resolve));
  // It is built first.
  await until(() => output.includes('Tideline is ready') || server.exitCode !== null, 240_000);
  expect(output).toContain(`http://127.0.0.1:${port}/docs`);
  const client = new Client(`http://127.0.0.1:${port}`);
  const ada = await client.post<SignedIn>('/auth/register', {
    email: 'ada@example.com',
    password: 'correct-horse-battery',
    name: 'Ada',
  });
  expect(ada.result.user.role).toBe('owner');
  server.kill('SIGTERM');
  // The pipes close when the last process that holds them is gone.
  await ended;
  expect(output).toContain('"stopping"');
  expect(databasePid(join(path, '.data'))).toBeUndefined();
}

function remove(checkout: Checkout): void {
  const directory = doorOf(join(checkout.path, '.data'))?.directory;
  if (directory?.startsWith('/var/lib/tideline/')) rmSync(join(directory, '..'), { recursive: true, force: true });
  rmSync(join(checkout.path, '..'), { recursive: true, force: true });
}

// PostgreSQL wants special care as root only.
if (isRoot) {
  it('as root: npm ci && npm start', async () => {
    const checkout = clone(undefined);
    try {
      command(checkout, 'npm', 'ci');
      await startAndCall(checkout);
    } finally {
      remove(checkout);
    }
  });
}

it('as an ordinary user: npm ci && npm start, npm test', async () => {
  const checkout = clone(isRoot ? nobody : undefined);
  try {
    const installed = command(checkout, 'npm', 'ci');
    expect(installed).not.toMatch(/EBADENGINE|deprecated/);
    await startAndCall(checkout);
    // Throws unless it ends well. What each test says of the program is no other here: a few show that they can run.
    command(checkout, 'npm', 'test', '--', 'test/e2e/sources', 'test/contract/routes', 'src/kernel');
  } finally {
    remove(checkout);
  }
});
