import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkVersion, initialise, isServing, pgControl, start } from './embedded-cluster';
import { answers, type Door, doorFile, readDoor, urlOf, withClient, writeDoor } from './embedded-door';
import { findPlace, type Place } from './embedded-place';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { ServingClaim } from './serving-claim';
import { withStartLock } from './start-lock';

export interface EmbeddedPostgres {
  readonly url: string;
  /** The directory of the cluster. It need not be below the data directory (see `embedded-place.ts`). */
  readonly directory: string;
  /** Shuts the database down, unless this process has lost the claim to it. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** What this process is, for the message to a process that is refused: "server", "migrate". */
  readonly role: string;
  /** Extra settings of the server; tests switch `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called after the database ended under the running process and was started again. */
  readonly onRevived?: () => void;
  /** Called with an error if the database cannot be started again, or another process has it. */
  readonly onLost?: (reason: unknown) => void;
}

const user = 'tideline';
const database = 'tideline';
const runningWithin = 60_000;
/**
 * Milliseconds to wait for a server to go. One that is stopping still answers its connections; one that was killed is
 * gone in moments.
 */
const leftWithin = 5_000;

/**
 * Opens the database of a data directory for one serving process. Creates it at the first call, starts it, or adopts
 * the one that a killed server left running.
 *
 * @throws EmbeddedPostgresError if another process serves this data directory, or PostgreSQL cannot run here.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true });
  for (const end = performance.now() + leftWithin; ;) {
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
  // The lock makes starting (with claiming) and stopping exclude each other. So nobody adopts a database that is about
  // to stop.
  return withStartLock(lockFile, async () => {
    const place = await findPlace(dataDir);
    const kept = await readDoor(dataDir);
    await checkPlace(place, kept, dataDir);
    const door = (await adopt(place, kept)) ?? (await create(place, kept, options));
    await ensureDatabase(door);
    const claim = await ServingClaim.take(
      door,
      `tideline ${options.role} (pid ${process.pid})`,
      (isWanted) => withStartLock(lockFile, () => revive(place, door, options, isWanted)),
      options.onLost ?? (() => undefined),
    );
    if (claim === null) return ServingClaim.holder(door);
    return {
      url: urlOf(door),
      directory: place.data,
      stop: () =>
        withStartLock(lockFile, async () => {
          if (claim.giveUp()) await pgControl(place, ['stop', '-m', 'fast', '-w', '-t', '30']);
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
  const door = await readDoor(dataDir);
  return door !== null && (await answers(door)) ? urlOf(door) : null;
}

/** Refuses a place that would look like a first start and hide existing data. */
async function checkPlace(place: Place, kept: Door | null, dataDir: string): Promise<void> {
  const holdsData = (directory: string): boolean => existsSync(join(directory, 'PG_VERSION'));
  if (kept !== null && kept.directory !== place.data && holdsData(kept.directory)) {
    throw new EmbeddedPostgresError(
      `${doorFile(dataDir)} says that the database is in ${kept.directory}, but started like this it belongs into ` +
        `${place.data}: the data directory, or the rights of a directory above it, have changed. Undo that, or stop ` +
        `everything, move the one to the other, and mend "directory" in the file.`,
    );
  }
  if (!holdsData(place.data)) return;
  if (kept === null) {
    throw new EmbeddedPostgresError(
      `${place.data} holds a database, but ${doorFile(dataDir)} with its password is missing. ` +
        `Put that file back, or move the directory away to start with an empty database.`,
    );
  }
  await checkVersion(place);
}

/** @returns null if no server runs on the cluster, or if it ended during the wait. */
async function adopt(place: Place, kept: Door | null): Promise<Door | null> {
  const end = performance.now() + runningWithin;
  while (kept !== null && (await isServing(place))) {
    // Not the program's own database: an interrupted first start may not have made it.
    if (await answers({ ...kept, database: 'postgres' })) return kept;
    if (performance.now() > end) {
      throw new EmbeddedPostgresError(`The embedded PostgreSQL in ${place.data} is running but does not answer.`);
    }
    await delay(100);
  }
  return null;
}

async function create(place: Place, kept: Door | null, options: EmbeddedPostgresOptions): Promise<Door> {
  const door: Door = {
    host: '127.0.0.1',
    // The previous port if it is free, so that a worker or a bookmark finds the database again.
    port: kept !== null && (await isFree(kept.port)) ? kept.port : await freePort(),
    user,
    password: kept?.password ?? randomBytes(24).toString('base64url'),
    database,
    directory: place.data,
  };
  // The password is on disk before the database exists, so a crash in between loses neither.
  await writeDoor(options.dataDir, door);
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(place, door);
  await start(place, door, options.settings ?? {});
  return door;
}

async function revive(
  place: Place,
  door: Door,
  options: EmbeddedPostgresOptions,
  isWanted: () => boolean,
): Promise<void> {
  if (!isWanted() || (await adopt(place, door)) !== null) return;
  await start(place, door, options.settings ?? {});
  options.onRevived?.();
}

/** Runs at every start: a crash may have come between creating the cluster and creating the database. */
async function ensureDatabase(door: Door): Promise<void> {
  await withClient({ ...door, database: 'postgres' }, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [door.database]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(door.database)}`);
  });
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
