import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkVersion, initialize, isServing, pgControl, start } from './cluster';
import {
  acceptsConnections,
  asSuperuser,
  type ConnectionInfo,
  connectionFile,
  readConnectionInfo,
  urlOf,
  writeConnectionInfo,
} from './connection-file';
import { locateInstallation, type Installation } from './installation';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { ensureDatabase, ensureOwnership, ensureRole, ownRole, withOwnRole } from './own-role';
import { ServerLock } from './server-lock';
import { withStartLock } from './start-lock';

export interface EmbeddedPostgres {
  readonly url: string;
  /** Where the cluster's files are; not always below the data directory (see `installation.ts`). */
  readonly directory: string;
  /** Shuts the database down, unless the lock on it was lost. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** What this process is, for the message to a process that is refused: "server", "migrate". */
  readonly role: string;
  /** Extra settings of the server; tests switch `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called after the database ended under the running process and was started again. */
  readonly onRestarted?: () => void;
  /** Called with an error if the database cannot be started again, or another process has it. */
  readonly onLost?: (reason: unknown) => void;
}

/** The name is that of release 0.1.0: PostgreSQL can neither drop nor demote the role that initialised a cluster. */
const superuser = 'tideline';
const database = 'tideline';
const runningTimeoutMs = 60_000;
/**
 * Milliseconds to wait for a server to go. One that is stopping still answers its connections; one that was killed is
 * gone in moments.
 */
const releaseTimeoutMs = 5_000;

/**
 * Opens the database of a data directory for one serving process. Creates it at the first call, starts it, or adopts
 * the one that a killed server left running.
 *
 * @throws EmbeddedPostgresError if another process serves this data directory, or PostgreSQL cannot run here.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true });
  for (const end = performance.now() + releaseTimeoutMs; ;) {
    const opened = await openUnlessHeld(options);
    if (typeof opened !== 'string') return opened;
    if (performance.now() > end) throw inUse(dataDir, opened);
    // Waits without the lock, which the stopping process needs too.
    await delay(200);
  }
}

/** @returns the process that serves the data directory, if there is one. */
async function openUnlessHeld(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres | string> {
  const { dataDir } = options;
  const lockFile = join(dataDir, 'starting.lock');
  // Starting with locking, and stopping, exclude each other: nobody adopts a database that is about to be stopped.
  return withStartLock(lockFile, async () => {
    const installation = await locateInstallation(dataDir);
    const previous = await readConnectionInfo(dataDir);
    await checkInstallation(installation, previous, dataDir);
    const found = (await adopt(installation, previous)) ?? (await create(installation, previous, options));
    const connection = withOwnRole(found);
    await ensureRole(connection);
    await ensureDatabase(connection);
    const lock = await ServerLock.acquire(
      connection,
      `tideline ${options.role} (pid ${process.pid})`,
      (isWanted) => withStartLock(lockFile, () => restart(installation, connection, options, isWanted)),
      options.onLost ?? (() => undefined),
    );
    if (lock === null) return ServerLock.holder(asSuperuser(connection));
    await ensureOwnership(connection);
    // Behind all that it tells: a crash before leaves the file of before, and the next start repeats what is missing.
    if (connection !== found) await writeConnectionInfo(dataDir, connection);
    return {
      url: urlOf(connection),
      directory: installation.data,
      stop: () =>
        withStartLock(lockFile, async () => {
          if (lock.release()) await pgControl(installation, ['stop', '-m', 'fast', '-w', '-t', '30']);
        }),
    };
  });
}

function inUse(dataDir: string, holder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `${dataDir} is already in use by "${holder}". One data directory serves one server: stop that one, or give this one a ` +
      `DATA_DIR of its own. Several servers on one database need DATABASE_URL.`,
  );
}

/** @returns the URL of the data directory's database if it is running, else null. */
export async function findRunningEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const connection = await readConnectionInfo(dataDir);
  return connection !== null && (await acceptsConnections(connection)) ? urlOf(connection) : null;
}

/** Refuses a place that would look like a first start and hide existing data. */
async function checkInstallation(
  installation: Installation,
  previous: ConnectionInfo | null,
  dataDir: string,
): Promise<void> {
  const holdsData = (directory: string): boolean => existsSync(join(directory, 'PG_VERSION'));
  if (previous !== null && previous.directory !== installation.data && holdsData(previous.directory)) {
    throw new EmbeddedPostgresError(
      `${connectionFile(dataDir)} says that the database is in ${previous.directory}, but started like this it belongs into ` +
        `${installation.data}: the data directory, or the rights of a directory above it, have changed. Undo that, or stop ` +
        `everything, move the one to the other, and mend "directory" in the file.`,
    );
  }
  if (!holdsData(installation.data)) return;
  if (previous === null) {
    throw new EmbeddedPostgresError(
      `${installation.data} holds a database, but ${connectionFile(dataDir)} with its password is missing. ` +
        `Put that file back, or move the directory away to start with an empty database.`,
    );
  }
  await checkVersion(installation);
}

/** @returns null if no server runs on the cluster, or if it ended during the wait. */
async function adopt(installation: Installation, previous: ConnectionInfo | null): Promise<ConnectionInfo | null> {
  const end = performance.now() + runningTimeoutMs;
  while (previous !== null && (await isServing(installation))) {
    // Not the program's own database: an interrupted first start may not have made it.
    if (await acceptsConnections({ ...asSuperuser(previous), database: 'postgres' })) return previous;
    if (performance.now() > end) {
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL in ${installation.data} is running but does not answer.`,
      );
    }
    await delay(100);
  }
  return null;
}

async function create(
  installation: Installation,
  previous: ConnectionInfo | null,
  options: EmbeddedPostgresOptions,
): Promise<ConnectionInfo> {
  const connection: ConnectionInfo = {
    host: '127.0.0.1',
    // The previous port if it is free, so that a worker or a bookmark finds the database again.
    port: previous !== null && (await isFree(previous.port)) ? previous.port : await freePort(),
    user: previous?.user ?? ownRole,
    password: previous?.password ?? randomBytes(24).toString('base64url'),
    database,
    directory: installation.data,
    superuser: previous === null ? superuser : previous.superuser,
  };
  // The password is on disk before the database exists, so a crash in between loses neither.
  await writeConnectionInfo(options.dataDir, connection);
  if (!existsSync(join(installation.data, 'PG_VERSION'))) await initialize(installation, asSuperuser(connection));
  await start(installation, connection, options.settings ?? {});
  return connection;
}

async function restart(
  installation: Installation,
  connection: ConnectionInfo,
  options: EmbeddedPostgresOptions,
  isWanted: () => boolean,
): Promise<void> {
  if (!isWanted() || (await adopt(installation, connection)) !== null) return;
  await start(installation, connection, options.settings ?? {});
  options.onRestarted?.();
}

/** A free loopback port below the range that Linux uses for outgoing connections. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
  throw new EmbeddedPostgresError('No free port between 20000 and 32000 was found for the embedded PostgreSQL.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
