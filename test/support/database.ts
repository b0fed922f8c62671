import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { markDirect } from './statements';

export const templateDatabase = 'tideline_test_template';

export function databaseOfWorker(worker: number | string): string {
  return `tideline_test_${worker}`;
}

/** The address of a database on the run's server. */
export function adminUrl(database: string): string {
  const url = new URL(process.env.TEST_DATABASE_URL!);
  url.pathname = `/${database}`;
  return url.href;
}

/** The address of this worker's database. */
export function workerDatabaseUrl(): string {
  return adminUrl(databaseOfWorker(process.env.JEST_WORKER_ID!));
}

/** SQL on the server itself, to create and drop databases. */
export async function onServer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return withClient(process.env.TEST_DATABASE_URL!, work);
}

/** SQL of the test's own, which the watch over the program's statements does not see. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  markDirect(client);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs the work on a new database and drops the database afterwards. */
export async function onEmptyDatabase<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const database = `tideline_test_${randomUUID().replaceAll('-', '')}`;
  await onServer((client) => client.query(`create database ${database}`));
  try {
    return await withClient(adminUrl(database), work);
  } finally {
    await onServer((client) => client.query(`drop database ${database} with (force)`));
  }
}

/**
 * Begins the steps one after the other, each when those before wait for a lock, while a rival holds these rows; then the rival
 * lets go, and they go on in the order in which they came.
 */
export async function behindLock<T>(
  [lock, ...values]: readonly [string, ...unknown[]],
  ...steps: (() => Promise<T>)[]
): Promise<T[]> {
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  return withClient(workerDatabaseUrl(), async (rival) => {
    await rival.query('begin');
    await rival.query(lock, values);
    const begun: Promise<T>[] = [];
    for (const step of steps) {
      let isOver = false;
      const result = step().finally(() => (isOver = true));
      begun.push(result);
      while (!isOver && (await rival.query(waiting)).rowCount! < begun.length);
    }
    await rival.query('commit');
    return Promise.all(begun);
  });
}
