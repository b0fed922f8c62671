import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** The content of `postgres.json` in the data directory: how server, worker, migrate and seed connect. */
export interface ConnectionInfo {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /**
   * That of both roles. Who reads the file has both anyway, and release 0.1.0, started by mistake, writes the file anew
   * with the superuser and this password.
   */
  readonly password: string;
  readonly database: string;
  readonly directory: string;
  /** The role that sets the cluster up. Absent from a file of release 0.1.0, whose programs connected as it. */
  readonly superuser?: string;
}

/** @returns how the superuser connects. */
export function asSuperuser(connection: ConnectionInfo): ConnectionInfo {
  return { ...connection, user: connection.superuser ?? connection.user };
}

export function connectionFile(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}

export async function readConnectionInfo(dataDir: string): Promise<ConnectionInfo | null> {
  try {
    return JSON.parse(await readFile(connectionFile(dataDir), 'utf8')) as ConnectionInfo;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function writeConnectionInfo(dataDir: string, connection: ConnectionInfo): Promise<void> {
  const aside = `${connectionFile(dataDir)}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  await chmod(aside, 0o600);
  await rename(aside, connectionFile(dataDir));
}

export function urlOf(connection: ConnectionInfo): string {
  return `postgresql://${connection.user}:${encodeURIComponent(connection.password)}@${connection.host}:${connection.port}/${connection.database}`;
}

export function clientOptions(connection: ConnectionInfo) {
  const { host, port, password } = connection;
  return { host, port, password, user: connection.user, database: connection.database, connectionTimeoutMillis: 2_000 };
}

export async function withClient(connection: ConnectionInfo, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(clientOptions(connection));
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Whether the database accepts this connection. */
export async function acceptsConnections(connection: ConnectionInfo): Promise<boolean> {
  try {
    await withClient(connection, async (client) => void (await client.query('select 1')));
    return true;
  } catch {
    return false;
  }
}
