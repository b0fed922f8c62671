import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { expectArrived, wholeFeed } from '../support/ledger';
import { measured } from '../support/measured';
import { authority, type Receiver, startReceiver } from '../support/receiver';
import { newDataDir, type Program, start, stop, until } from '../support/server-process';

/** `npm run test:stop` stops it more often than the checks do, and under more load. */
const stops = Number(process.env.STOPS ?? 2);
const requestsPerSecond = Number(process.env.STOP_REQUESTS_PER_SECOND ?? 40);
const rowsOfImport = 1_000 * stops;
const tick = 50;

let dataDir: string;
let dispose: () => Promise<void>;
let receiver: Receiver;
let server: (Program & { readonly url: string }) | undefined;
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
  receiver = await startReceiver();
});
afterEach(async () => {
  server?.process.kill('SIGKILL');
  await receiver.close();
  await dispose();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** Sends once. @returns status and body; rejects when no answer came. */
function send(port: number, agent: Agent, token: string, { method, path, body }: Sent): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) };
    const options = { port, host: '127.0.0.1', agent, method, path: `/api/v1${path}`, headers };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve([response.statusCode!, text]));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

it('SIGTERM under load, again and again: no request fails, no job is lost, and it ends in time', async () => {
  const port = await freePort();
  const environment = { NODE_EXTRA_CA_CERTS: authority, WEBHOOK_ALLOWED_HOSTS: 'localhost', RATE_LIMITS: 'off' };
  const restart = async () => (server = await start({ dataDir, port, environment }));
  await restart();
  const anybody = new Client(`http://127.0.0.1:${port}`);
  const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
  const session = (await anybody.post<SignedIn>('/auth/register', ada)).result;
  const client = anybody.as(session);
  const events = ['contact.created', 'contact.updated'];
  const { id: endpoint, secret } = (
    await client.post<{ id: string; secret: string }>('/webhooks', { url: receiver.url, events })
  ).result;
  const { id: contact } = (await client.post<{ id: string }>('/contacts', { first_name: 'Grace' })).result;

  const importing = await client.post<{ job: { id: string }; upload_url: string }>('/imports', {
    model_type: 'contacts',
    file_name: 'people.csv',
  });
  const { job, upload_url } = importing.result;
  const lines = Array.from({ length: rowsOfImport }, (_, row) => `First ${row},person-${row}@mail.example`);
  await fetch(upload_url, { method: 'PUT', body: ['First Name,E-mail', ...lines].join('\n') });
  const uploaded = await client.post<{ preview: { suggested_mapping: object } }>(`/imports/${job.id}/complete-upload`);
  const column_mapping = uploaded.result.preview.suggested_mapping;
  await client.post(`/imports/${job.id}/confirm`, { column_mapping, on_duplicate: 'create' });

  const answers = new Map<string, number>();
  const failures: string[] = [];
  let refused = 0;
  let created = 0;
  let patched = 0;
  // Half of the clients keep their connections, half make one for each request.
  const agents = [new Agent({ keepAlive: true, maxSockets: 20 }), new Agent({ keepAlive: false })];
  const perform = async (number: number): Promise<void> => {
    const choices: readonly Sent[] = [
      { method: 'GET', path: `/contacts/${contact}` },
      { method: 'POST', path: '/contacts', body: `{"first_name":"Ada ${number}"}` },
      { method: 'GET', path: '/contacts?limit=25' },
      { method: 'PATCH', path: `/contacts/${contact}`, body: `{"job_title":"${number}"}` },
    ];
    const sent = choices[number % choices.length]!;
    const agent = agents[Math.floor(number / choices.length) % agents.length]!;
    for (;;) {
      try {
        const [status, text] = await send(port, agent, session.access_token, sent);
        answers.set(String(status), (answers.get(String(status)) ?? 0) + 1);
        if (status !== 200) failures.push(`${sent.method} ${sent.path} → ${status} ${text.slice(0, 200)}`);
        else if (sent.method === 'POST') created++;
        else if (sent.method === 'PATCH') patched++;
        return;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code !== 'ECONNREFUSED') return void failures.push(`${sent.method} ${sent.path} → ${code} ${message}`);
        refused++;
        await delay(50 + Math.random() * 100);
      }
    }
  };
  const all: Promise<void>[] = [];
  const load = setInterval(() => {
    for (let count = 0; count < (requestsPerSecond * tick) / 1_000; count++) all.push(perform(all.length));
  }, tick);
  for (let time = 1; time <= stops; time++) {
    const enough = all.length + requestsPerSecond * 2;
    await until(() => all.length >= enough);
    server!.process.kill('SIGTERM');
    // Not 1, with which the program cuts itself off after nine seconds.
    expect(await server!.ended).toBe(0);
    await restart();
  }
  clearInterval(load);
  await Promise.all(all);
  for (const agent of agents) agent.destroy();
  expect(failures).toEqual([]);
  expect(refused).toBeGreaterThan(0);

  interface State {
    readonly status: string;
    readonly created_count: number;
  }
  let state: State | undefined;
  await until(async () => {
    state = (await client.get<State>(`/imports/${job.id}`)).result;
    return !['queued', 'processing'].includes(state.status);
  });
  expect(state).toMatchObject({ status: 'completed', created_count: rowsOfImport });
  const feed = await wholeFeed(client);
  // Nothing was answered that is not there, and nothing is there that was not answered.
  expect(feed.filter(({ event }) => event === 'contact.created')).toHaveLength(1 + created + rowsOfImport);
  expect(feed.filter(({ event }) => event === 'contact.updated')).toHaveLength(patched);
  const pending = `/webhooks/${endpoint}/deliveries?status=pending&limit=1`;
  await until(async () => (await client.get<{ items: [] }>(pending)).result.items.length === 0, 600_000);
  const duplicates = expectArrived(feed, receiver.requests, secret);
  await stop(server!);
  measured('stop', {
    stops,
    'requests a second': requestsPerSecond,
    requests: all.length,
    failed: 0,
    'refused connections retried': refused,
    'rows of the import': rowsOfImport,
    'events delivered': feed.length,
    'jobs lost': 0,
    duplicates,
  });
});
