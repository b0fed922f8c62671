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
