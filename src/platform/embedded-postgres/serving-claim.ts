import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { clientOptions, type Door } from './embedded-door';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** Any number, as long as all versions of the program use the same one. */
const serverLock = 7_405_283_001;
/** For the connection; whoever is refused asks again. */
const acquireTimeoutMs = 500;
/** Then the claim is given up. Each time the database is started again if it is gone: it may end again at once. */
const maxAttempts = 5;
/** Before the second, and as much longer before each one after it: what keeps a program from starting may pass. */
const retryDelayMs = 500;
/** In one of them; PostgreSQL may take longer to notice that the session before has ended. */
const reacquireTimeoutMs = 2_000;

/**
 * The claim to serve a data directory: a session advisory lock, which ends with the process that holds it, however that
 * ends.
 */
export class ServingClaim {
  private released = false;

  private constructor(
    private client: Client,
    private readonly door: Door,
    private readonly name: string,
    private readonly revive: (isWanted: () => boolean) => Promise<void>,
    private readonly onLost: (reason: unknown) => void,
  ) {
    this.watch();
  }

  /**
   * @param name what this process is, as shown to whoever is refused.
   * @param revive called when the session has ended: starts the database again, if it is gone and the claim still wanted.
   * @param onLost called with an error when the claim was lost and could not be regained: the database is gone, or
   *   somebody else's.
   * @returns null when another process holds it.
   */
  static async take(
    door: Door,
    name: string,
    revive: (isWanted: () => boolean) => Promise<void>,
    onLost: (reason: unknown) => void,
  ): Promise<ServingClaim | null> {
    const client = await connectAndLock(door, name, acquireTimeoutMs);
    return client === null ? null : new ServingClaim(client, door, name, revive, onLost);
  }

  /** The name of whoever holds the claim. */
  static async holder(door: Door): Promise<string> {
    const client = connection(door, 'tideline');
    await client.connect();
    const { rows } = await client.query<{ name: string }>(
      `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32) | l.objid::bigint = $1`,
      [serverLock],
    );
    await client.end();
    return rows[0]?.name ?? 'another process';
  }

  /**
   * Stops minding the loss: the holder ends the database, and the claim with it, or itself.
   *
   * @returns whether it was still held.
   */
  giveUp(): boolean {
    const held = !this.released;
    this.released = true;
    return held;
  }

  private watch(): void {
    this.client.once('end', () => {
      if (!this.released) void this.regain();
    });
  }

  private async regain(): Promise<void> {
    let reason: unknown;
    for (let attempt = 1; attempt <= maxAttempts && !this.released; attempt++) {
      try {
        await this.revive(() => !this.released);
        const client = await connectAndLock(this.door, this.name, reacquireTimeoutMs);
        if (client !== null) return await this.keep(client);
        reason = new EmbeddedPostgresError('Another process serves the embedded database now.');
      } catch (error) {
        reason = error;
      }
      await delay(attempt * retryDelayMs);
    }
    if (this.giveUp()) this.onLost(reason);
  }

  private async keep(client: Client): Promise<void> {
    if (this.released) return client.end();
    this.client = client;
    this.watch();
  }
}

function connection(door: Door, name: string): Client {
  const client = new Client({ ...clientOptions(door), application_name: name, keepAlive: true });
  // Every error that matters is followed by "end".
  client.on('error', () => undefined);
  return client;
}

/** @returns null when somebody else held the lock all the time; throws when the database could not be reached. */
async function connectAndLock(door: Door, name: string, timeoutMs: number): Promise<Client | null> {
  const end = performance.now() + timeoutMs;
  let client: Client | undefined;
  for (;;) {
    try {
      if (!client) {
        client = connection(door, name);
        await client.connect();
      }
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [serverLock]);
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
