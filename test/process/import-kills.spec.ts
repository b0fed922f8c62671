import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { urlOf } from '../../src/platform/embedded-postgres/connection-file';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { startRedis, type TestRedis } from '../support/redis';
import { doorOf, newDataDir, type Program, start, stop, until } from '../support/server-process';
import { withClient } from '../support/database';

const rows = 50_000;
const kills = Number(process.env.IMPORT_KILLS ?? 1);

interface Job {
  readonly id: string;
  readonly status: string;
  readonly processed_rows: number;
  readonly created_count: number;
}

let dataDir: string;
let dispose: () => Promise<void>;
let redis: TestRedis | undefined;
let server: (Program & { readonly url: string }) | undefined;
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
});
afterEach(async () => {
  server?.process.kill('SIGKILL');
  await redis?.stop();
  await dispose();
});

/** Every tenth row repeats an address of two thousand rows before, every thousandth has no first name, and companies come again and again. */
function table(): string {
  const lines = ['First Name,Last Name,E-mail,Company,Source,Job Title'];
  for (let row = 1; row <= rows; row++) {
    const person = row % 10 === 0 && row > 2_000 ? row - 1_999 : row;
    const name = row % 1_000 === 0 ? '' : `First ${row}`;
    lines.push(`${name},Last ${row},person-${person}@mail.example,Company ${row % 700},Source ${row % 7},Title ${row}`);
  }
  return lines.join('\n');
}

/** What an account has, without ids and times: the records, and the events in the order of the feed. */
async function contents(account: string): Promise<unknown> {
  return withClient(urlOf(doorOf(dataDir)!), async (database) => {
    const read = async (sql: string) => (await database.query(sql, [account])).rows as unknown[];
    const company = '(select name from companies where companies.id = contacts.company_id)';
    return {
      contacts: await read(
        `select first_name, last_name, email, job_title, ${company} as company,
           (select name from sources where sources.id = contacts.source_id) as source
         from contacts where account_id = $1 order by email, last_name`,
      ),
      companies: await read('select name from companies where account_id = $1 order by name'),
      sources: await read('select name from sources where account_id = $1 order by name'),
      events: await read(
        `select type, data ->> 'email' as email, data ->> 'name' as name, data ->> 'last_name' as last_name,
           (previous ->> 'last_name') as earlier
         from events where account_id = $1 order by seq`,
      ),
      errors: await read(
        'select row_number, message, cells::text from import_errors where account_id = $1 order by row_number, id',
      ),
      rows: await read(
        `select first_row, last_row, outcome, cardinality(record_ids) as records, messages::text
         from import_rows where account_id = $1 order by last_row`,
      ),
      chunks: await read('select number from import_chunks where account_id = $1'),
    };
  });
}

it.each([
  { engine: 'in-process', withRedis: false },
  { engine: 'Bull', withRedis: true },
])('an import that is killed again and again ($engine) ends like one that is not', async ({ withRedis }) => {
  redis = withRedis ? await startRedis() : undefined;
  const environment = { RATE_LIMITS: 'off', ...(redis ? { REDIS_URL: redis.url } : {}) };
  const port = await freePort();
  const restart = async () => (server = await start({ dataDir, port, environment }));
  await restart();
  const anybody = new Client(`http://127.0.0.1:${port}`);
  const register = async (email: string) => {
    const session = await anybody.post<SignedIn>('/auth/register', {
      email,
      password: 'correct-horse-battery',
      name: 'Ada',
    });
    return { client: anybody.as(session.result), account: session.result.user.account_id };
  };
  const file = table();
  const begin = async (client: Client): Promise<string> => {
    const made = await client.post<{ job: Job; upload_url: string }>('/imports', {
      model_type: 'contacts',
      file_name: 'people.csv',
    });
    const { job, upload_url } = made.result;
    expect((await fetch(upload_url, { method: 'PUT', body: file })).status).toBe(200);
    const shown = await client.post<{ preview: { suggested_mapping: object } }>(`/imports/${job.id}/complete-upload`);
    const column_mapping = shown.result.preview.suggested_mapping;
    await client.post<Job>(`/imports/${job.id}/confirm`, { column_mapping, on_duplicate: 'update' });
    return job.id;
  };
  const ended = async (client: Client, id: string): Promise<Job> => {
    let job: Job | undefined;
    await until(async () => {
      job = (await client.get<Job>(`/imports/${id}`)).result;
      return !['queued', 'processing'].includes(job.status);
    });
    return job!;
  };

  const calm = await register('calm@example.com');
  const undisturbed = await ended(calm.client, await begin(calm.client));
  expect(undisturbed).toMatchObject({ status: 'completed', processed_rows: rows });

  // The tokens outlive the server that gave them.
  const { client, account } = await register('killed@example.com');
  const id = await begin(client);
  let killedUnderWay = 0;
  for (let kill = 0; kill < kills; kill++) {
    const enough = Math.floor((rows / (kills + 1)) * (kill + 0.5));
    await until(async () => (await client.get<Job>(`/imports/${id}`)).result.processed_rows >= enough, 120_000);
    await delay(randomInt(300));
    const { status } = (await client.get<Job>(`/imports/${id}`)).result;
    if (status === 'processing') killedUnderWay++;
    server!.process.kill('SIGKILL');
    await server!.ended;
    await restart();
  }
  const killed = await ended(client, id);
  expect(killedUnderWay).toBe(kills);
  for (const [count, value] of Object.entries(killed)) {
    if (count.endsWith('_count') || count.endsWith('_rows')) {
      expect([count, value]).toEqual([count, undisturbed[count as keyof Job]]);
    }
  }
  expect(killed.status).toBe('completed');
  const [expected, actual] = [await contents(calm.account), await contents(account)];
  for (const part of Object.keys(expected as object)) {
    const [one, other] = [expected, actual].map((all) => (all as Record<string, unknown[]>)[part]!);
    expect([part, other!.length]).toEqual([part, one!.length]);
    // Not one comparison of a hundred thousand rows: a difference could not be shown.
    expect(other!.find((row, index) => JSON.stringify(row) !== JSON.stringify(one![index]))).toBeUndefined();
  }
  await stop(server!);
});
