import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionInfo } from '../../src/platform/embedded-postgres/connection-file';
import { isRunning } from '../../src/platform/embedded-postgres/process-state';

export const root = join(__dirname, '../..');

export interface Program {
  readonly process: ChildProcess;
  /** Everything printed so far, on either channel. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface ProgramOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly environment?: Record<string, string>;
  readonly nodeOptions?: readonly string[];
  readonly directory?: string;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Runs the built program in a process of its own, with an environment in which nothing else is set. */
export function run(program: 'main' | 'worker' | 'migrate', options: ProgramOptions): Program {
  const { dataDir, port, environment = {}, nodeOptions = [], directory = root, owner } = options;
  const child = spawn(process.execPath, [...nodeOptions, 'scripts/start.mjs', program], {
    cwd: directory,
    ...owner,
    env: { PATH: process.env.PATH!, DATA_DIR: dataDir, ...(port ? { PORT: String(port) } : {}), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return follow(child);
}

/** Keeps what a process prints, and how it ends. */
export function follow(child: ChildProcessByStdio<null, Readable, Readable>): Program {
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code!));
  });
  return { process: child, output: () => output, ended };
}

/** Waits until the program has printed the text; throws with its output when it ends before. */
export async function printed(program: Program, text: string): Promise<void> {
  let over = false;
  void program.ended.then(() => (over = true));
  await until(() => {
    if (program.output().includes(text)) return true;
    if (over) throw new Error(`The program ended before it printed "${text}":\n${program.output()}`);
    return false;
  });
}

export async function start(
  options: ProgramOptions & { readonly port: number },
): Promise<Program & { readonly url: string }> {
  const program = run('main', options);
  await printed(program, 'Tideline is ready');
  return { ...program, url: `http://127.0.0.1:${options.port}` };
}

/** Stops it and throws unless it ends cleanly. */
export async function stop(program: Program): Promise<void> {
  program.process.kill('SIGTERM');
  const end = await program.ended;
  if (end !== 0) throw new Error(`The program ended with ${end}:\n${program.output()}`);
}

export async function until(condition: () => boolean | Promise<boolean>, milliseconds = 300_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('What was waited for did not happen.');
    await delay(25);
  }
}

/** A data directory that is removed, database and all, by `dispose`. */
export async function newDataDir(): Promise<{ path: string; dispose: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tideline-process-'));
  return {
    path,
    dispose: async () => {
      killDatabase(path, 'SIGQUIT');
      const directory = doorOf(path)?.directory;
      if (directory) await rm(join(directory, '..'), { recursive: true, force: true });
      await rm(path, { recursive: true, force: true });
    },
  };
}

export function doorOf(dataDir: string): ConnectionInfo | undefined {
  const file = join(dataDir, 'postgres.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ConnectionInfo) : undefined;
}

/** @returns the process id of a data directory's database, if it is running. */
export function databasePid(dataDir: string): number | undefined {
  const file = join(doorOf(dataDir)?.directory ?? '', 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
  return isRunning(pid, 'postgres') ? pid : undefined;
}

export function killDatabase(dataDir: string, signal: NodeJS.Signals): void {
  const pid = databasePid(dataDir);
  if (pid !== undefined) process.kill(pid, signal);
}
