import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { databasePid, follow, newDataDir, printed, root, until } from '../support/server-process';

const file = 'src/platform/health/health.controller.ts';
/** A copy of the sources, which the test changes. */
const directory = mkdtempSync(join(tmpdir(), 'tideline-dev-'));

beforeAll(() => {
  execFileSync('git', ['clone', '--quiet', root, directory]);
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function edit(from: string, to: string): void {
  const path = join(directory, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replaceAll(from, to));
}

it('npm run dev serves each change, on one database, and ends with Ctrl-C', async () => {
  const port = await freePort();
  const inspectorPort = await freePort();
  const dataDir = await newDataDir();
  const child = spawn('npm', ['run', 'dev', '--', `--inspect=${inspectorPort}`], {
    cwd: directory,
    env: { PATH: process.env.PATH!, HOME: directory, DATA_DIR: dataDir.path, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as that of a terminal.
    detached: true,
  });
  const program = follow(child);
  const answer = async (): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined);
    return (await response?.text()) ?? '';
  };
  try {
    await printed(program, 'Tideline is ready');
    expect(program.output()).toContain(`ws://127.0.0.1:${inspectorPort}/`);
    const database = databasePid(dataDir.path);
    expect(database).toBeDefined();

    edit(`return { status: 'live' }`, `return { status: 'alive' }`);
    await until(async () => (await answer()).includes('"alive"'));
    expect(databasePid(dataDir.path)).toBe(database);

    // What cannot be translated changes nothing.
    edit(`return { status: 'alive' };`, `return { status: 'alive' ;`);
    await printed(program, 'Syntax Error');
    expect(await answer()).toContain('"alive"');

    // A type error holds up nothing, and a stack names the source.
    edit(`return { status: 'alive' ;`, 'const one: string = 1; throw new Error(one);');
    await until(async () => (await answer()).includes('internal"'));
    await printed(program, `${file}:`);
    await printed(program, `Type 'number' is not assignable`);

    process.kill(-child.pid!, 'SIGINT');
    // The pipes close when the last process that holds them is gone.
    await program.ended;
    expect(databasePid(dataDir.path)).toBeUndefined();
  } finally {
    // npm ends by the signal itself, or with a code that tells of it.
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
    await dataDir.dispose();
  }
});
