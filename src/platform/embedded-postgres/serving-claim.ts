import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { clientOptions, type Door } from './embedded-door';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const serverLock = 7_405_283_001;
/** Milliseconds for the connection. A process that is refused asks again. */
const patience = 500;
/**
 * Number of tries to regain the claim. Each one starts the database if it is gone, because it may end again at once.
 */
const attempts = 5;
/**
 * Milliseconds before the second try. Each later try waits this much longer, because what keeps a program from starting
 * may pass.
 */
const pause = 500;
/** Milliseconds for one try. PostgreSQL may need them to notice that the previous session has ended. */
const regainWithin = 2_000;

/** The claim to serve a data directory: an advisory lock of a session. It ends with the process, however that ends. */
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
   * @param name what this process is, for the message to a process that is refused.
   * @param revive called when the session has ended. Starts the database again if it is gone and the claim is still
   * wanted.
   * @param onLost called with an error if the claim could not be regained: the database is gone, or another process has
   * it.
   * @returns null if another process holds the claim.
   */
  static async take(
    door: Door,
    name: string,
    revive: (isWanted: () => boolean) => Promise<void>,
    onLost: (reason: unknown) => void,
  ): Promise<ServingClaim | null> {
    const client = await connectAndLock(door, name, patience);
    return client === null ? null : new ServingClaim(client, door, name, revive, onLost);
  }

  /** The name of the process that holds the claim. */
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
   * Stops reacting to a loss of the claim. The holder is about to end the database, or itself.
   *
   * @returns whether it still held the claim.
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
    for (let attempt = 1; attempt <= attempts && !this.released; attempt++) {
      try {
        await this.revive(() => !this.released);
        const client = await connectAndLock(this.door, this.name, regainWithin);
        if (client !== null) return await this.keep(client);
        reason = new EmbeddedPostgresError('Another process serves the embedded database now.');
      } catch (error) {
        reason = error;
      }
      await delay(attempt * pause);
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

/** @returns null if another process held the lock all the time. Throws if the database could not be reached. */
async function connectAndLock(door: Door, name: string, milliseconds: number): Promise<Client | null> {
  const end = performance.now() + milliseconds;
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
