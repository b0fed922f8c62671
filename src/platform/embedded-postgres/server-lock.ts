import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { clientOptions, type ConnectionInfo } from './connection-file';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const lockKey = 7_405_283_001;
/** Milliseconds for the connection. A process that is refused asks again. */
const acquireTimeoutMs = 500;
/** Then the lock counts as lost. Each time the database is started again if it is gone: it may end again at once. */
const maxAttempts = 5;
/**
 * Milliseconds before the second try. Each later try waits this much longer, because what keeps a program from starting
 * may pass.
 */
const retryDelayMs = 500;
/** Milliseconds for one try. PostgreSQL may need them to notice that the previous session has ended. */
const reacquireTimeoutMs = 2_000;

/**
 * The lock on serving a data directory: a session advisory lock, which ends with the process that holds it, however that
 * ends.
 */
export class ServerLock {
  private isReleased = false;

  private constructor(
    private client: Client,
    private readonly connection: ConnectionInfo,
    private readonly name: string,
    private readonly restart: (isWanted: () => boolean) => Promise<void>,
    private readonly onLost: (reason: unknown) => void,
  ) {
    this.watch();
  }

  /**
   * @param name what this process is, as shown to whoever is refused.
   * @param restart called when the session has ended: starts the database again, if it is gone and the lock is still wanted.
   * @param onLost called with an error when the lock was lost and could not be regained: the database is gone, or
   *   somebody else's.
   * @returns null when another process holds it.
   */
  static async acquire(
    connection: ConnectionInfo,
    name: string,
    restart: (isWanted: () => boolean) => Promise<void>,
    onLost: (reason: unknown) => void,
  ): Promise<ServerLock | null> {
    const client = await connectAndLock(connection, name, acquireTimeoutMs);
    return client === null ? null : new ServerLock(client, connection, name, restart, onLost);
  }

  /** The name of the process that holds the lock. */
  static async holder(connection: ConnectionInfo): Promise<string> {
    const client = createClient(connection, 'tideline');
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32) | l.objid::bigint = $1`,
      [lockKey],
    );
    await client.end();
    return rows[0]?.name ?? 'another process';
  }

  /**
   * From now on the loss of the session is no failure: the holder ends the database, and the lock with it, or itself.
   *
   * @returns whether it was still held.
   */
  release(): boolean {
    const held = !this.isReleased;
    this.isReleased = true;
    return held;
  }

  private watch(): void {
    this.client.once('end', () => {
      if (!this.isReleased) void this.reacquire();
    });
  }

  private async reacquire(): Promise<void> {
    let reason: unknown;
    for (let attempt = 1; attempt <= maxAttempts && !this.isReleased; attempt++) {
      try {
        await this.restart(() => !this.isReleased);
        const client = await connectAndLock(this.connection, this.name, reacquireTimeoutMs);
        if (client !== null) return await this.keep(client);
        reason = new EmbeddedPostgresError('Another process serves the embedded database now.');
      } catch (error) {
        reason = error;
      }
      await delay(attempt * retryDelayMs);
    }
    if (this.release()) this.onLost(reason);
  }

  private async keep(client: Client): Promise<void> {
    if (this.isReleased) return client.end();
    this.client = client;
    this.watch();
  }
}

function createClient(connection: ConnectionInfo, name: string): Client {
  const client = new Client({ ...clientOptions(connection), application_name: name, keepAlive: true });
  // Every error that matters is followed by "end".
  client.on('error', () => undefined);
  return client;
}

/** @returns null if another process held the lock all the time. Throws if the database could not be reached. */
async function connectAndLock(connection: ConnectionInfo, name: string, timeoutMs: number): Promise<Client | null> {
  const end = performance.now() + timeoutMs;
  let client: Client | undefined;
  for (;;) {
    try {
      if (!client) {
        client = createClient(connection, name);
        await client.connect();
      }
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [lockKey]);
      if (rows[0]?.held) return client;
    } catch (error) {
      client = undefined;
      if (performance.now() > end) throw error;
    }
    if (performance.now() > end) {
      await client?.end();
      return null;
    }
    await delay(100);
  }
}
