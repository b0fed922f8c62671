import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';

/** The content of `postgres.json` in the data directory: how worker, migrate and seed connect. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly directory: string;
}

export function doorFile(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}

export async function readDoor(dataDir: string): Promise<Door | null> {
  try {
    return JSON.parse(await readFile(doorFile(dataDir), 'utf8')) as Door;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function writeDoor(dataDir: string, door: Door): Promise<void> {
  const aside = `${doorFile(dataDir)}.${process.pid}`;
  await writeFile(aside, `${JSON.stringify(door, null, 2)}\n`, { mode: 0o600 });
  await chmod(aside, 0o600);
  await rename(aside, doorFile(dataDir));
}

export function urlOf(door: Door): string {
  return `postgresql://${door.user}:${encodeURIComponent(door.password)}@${door.host}:${door.port}/${door.database}`;
}

export function clientOptions(door: Door) {
  const { host, port, password } = door;
  return { host, port, password, user: door.user, database: door.database, connectionTimeoutMillis: 2_000 };
}

export async function withClient(door: Door, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(clientOptions(door));
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Whether the database accepts this connection. */
export async function answers(door: Door): Promise<boolean> {
  try {
    await withClient(door, async (client) => void (await client.query('select 1')));
    return true;
  } catch {
    return false;
  }
}
