import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { useApi } from '../support/api';
import { startApp } from '../support/app';
import { minutes } from '../support/clock';
import { Importing } from '../support/imports';
import { answering, startReceiver, trustTestCertificates } from '../support/receiver';
import { breakDatabase } from '../support/statements';

const { program, ada, newAccount } = useApi({
  environment: { RATE_LIMITS: 'on', RATE_LIMIT_PUBLIC: '1/3' },
  accountFor: 'all tests',
  keepClock: true,
});

const ask = (path: string, app = program, init: RequestInit = {}) => fetch(`${app.url}${path}`, init);

/** Values by name and labels, as `name{a="b"}`. */
async function scrape(app = program): Promise<Map<string, number>> {
  const response = await ask('/metrics', app);
  expect(response.status).toBe(200);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

const requests = (method: string, route: string, status: string) =>
  `tideline_http_requests_total{method="${method}",route="${route}",status="${status}"}`;
const oldest = 'tideline_oldest_undelivered_event_seconds';
const depth = (queue: string) => `tideline_queue_depth{queue="${queue}"}`;
const sent = (outcome: string) => `tideline_webhook_deliveries_total{outcome="${outcome}"}`;
const rows = (outcome: string) => `tideline_import_rows_total{outcome="${outcome}"}`;

/** A request that was counted may be counted a moment after its answer. */
async function eventually(name: string, value: number, app = program): Promise<void> {
  for (let found = await scrape(app); found.get(name) !== value; found = await scrape(app)) {
    if ((found.get(name) ?? 0) > value) throw new Error(`${name} is ${found.get(name)}, more than ${value}.`);
  }
}

describe('the page', () => {
  it('is text for Prometheus, without a token, an envelope or a limit', async () => {
    for (let turn = 0; turn < 5; turn++) {
      const response = await ask('/metrics');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(response.headers.get('ratelimit-limit')).toBeNull();
      expect(await response.text()).toMatch(/^# HELP tideline_/);
    }
  });

  it('is no part of the API and not in its document', async () => {
    expect((await ask('/api/v1/metrics')).status).toBe(404);
    expect(await (await ask('/openapi.json')).text()).not.toContain('/metrics');
  });

  it('tells of the process and of the connections to the database', async () => {
    const found = await scrape();
    expect(found.get('tideline_process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(found.get('tideline_database_connections')).toBeGreaterThan(0);
    expect(found.get('tideline_database_connections_waiting')).toBe(0);
    expect(found.get('tideline_database_connections_idle')).toBeLessThanOrEqual(
      found.get('tideline_database_connections')!,
    );
  });

  it('is described in docs/deploying.md, each metric of ours', async () => {
    const documentation = readFileSync(join(__dirname, '../../docs/deploying.md'), 'utf8');
    const [, section] = /^## Metrics\n([^]*?)^## /m.exec(documentation)!;
    const described = [...section!.matchAll(/^\| `(tideline_\w+)`/gm)].map(([, name]) => name!);
    const told = (await (await ask('/metrics')).text()).matchAll(/^# TYPE (\w+)/gm);
    const names = [...told].map(([, name]) => name!);
    const ours = names.filter((name) => !/^tideline_(process|nodejs)_/.test(name));
    expect(described.filter((name) => !names.includes(name))).toEqual([]);
    expect(ours.filter((name) => !described.includes(name))).toEqual([]);
    expect(ours.length).toBeGreaterThan(7);
  });

  it('has every outcome from the beginning', async () => {
    const found = await scrape();
    expect(
      [sent('succeeded'), sent('timeout'), rows('created'), rows('failed')].map((name) => found.get(name)),
    ).toEqual([0, 0, 0, 0]);
  });
});

describe('requests', () => {
  const headers = () => ({ Authorization: `Bearer ${ada.access_token}` });

  it('are counted and timed by the pattern of their route', async () => {
    for (let turn = 0; turn < 2; turn++) await ask(`/api/v1/sources/${randomUUID()}`, program, { headers: headers() });
    await eventually(requests('GET', '/api/v1/sources/:id', '404'), 2);
    const timed = 'tideline_http_request_duration_seconds_count{method="GET",route="/api/v1/sources/:id"}';
    expect((await scrape()).get(timed)).toBe(2);
  });

  it('of routes that there are not have one label', async () => {
    const before = (await scrape()).get(requests('GET', 'none', '404')) ?? 0;
    for (const path of ['/nothing', '/api/v1/nothing', '/metrics/nothing']) await ask(path);
    await eventually(requests('GET', 'none', '404'), before + 3);
  });

  it('whose client hung up are told apart', async () => {
    const { hostname, port } = new URL(program.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    socket.write('Content-Length: 100\r\nExpect: 100-continue\r\n\r\n');
    // It says that the request has begun.
    await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
    await eventually(requests('POST', '/api/v1/auth/login', 'hung_up'), 1);
  });

  it('are counted by each program for itself', async () => {
    const other = await startApp();
    try {
      expect((await scrape(other)).has(requests('GET', '/api/v1/sources/:id', '404'))).toBe(false);
    } finally {
      await other.close();
    }
  });
});

describe('what waits', () => {
  // The database is that of other files as well, and of the program below.
  const forgetAll = async () => {
    await program.sql('delete from webhook_deliveries');
    await program.sql('delete from events where position is null');
    await program.sql(`update imports set status = 'cancelled' where status in ('queued', 'processing')`);
  };
  beforeEach(forgetAll);
  afterAll(forgetAll);

  const delivery = (endpoint: string, status: string, due: Date | null, lease: Date | null = null) =>
    program.sql(
      `insert into webhook_deliveries (id, account_id, endpoint_id, event_id, event, url_version, status, attempt, attempt_count,
         attempts, next_attempt_at, due_at, lease_until, created_at)
       values ($1, $2, $3, $1, 'contact.created', 1, $4, 0, 0, '[]', $5, $5, $6, $7)`,
      [randomUUID(), ada.user.account_id, endpoint, status, due, lease, new Date(0)],
    );
  const ago = (milliseconds: number) => new Date(program.clock.now().getTime() - milliseconds);

  it('is nothing', async () => {
    const found = await scrape();
    expect([depth('webhook-deliveries'), depth('imports'), oldest].map((name) => found.get(name))).toEqual([0, 0, 0]);
  });

  it('counts deliveries that are due, not those under way, done or waiting for their next try', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await delivery(first, 'pending', ago(minutes(3)));
    await delivery(first, 'pending', ago(minutes(9)));
    await delivery(second, 'pending', ago(minutes(5)));
    await delivery(second, 'pending', ago(-minutes(1)), ago(-minutes(1)));
    await delivery(randomUUID(), 'pending', ago(-minutes(60)));
    await delivery(randomUUID(), 'succeeded', null);
    const found = await scrape();
    expect(found.get(depth('webhook-deliveries'))).toBe(3);
    expect(Math.floor(found.get(oldest)! / 60)).toBe(9);
  });

  it('is an event that has no place yet', async () => {
    await program.client.as(ada).post('/contacts', { first_name: 'Grace' });
    program.clock.move(minutes(4));
    expect(Math.floor((await scrape()).get(oldest)! / 60)).toBe(4);
  });

  it('counts imports that nobody works on', async () => {
    await newAccount();
    const importing = new Importing(program, program.client.as(ada));
    const { job, preview } = await importing.uploaded('contacts', 'First Name\nAda\n');
    await importing.confirm(job, { column_mapping: preview.suggested_mapping }).then(({ result }) => result);
    expect((await scrape()).get(depth('imports'))).toBe(1);
  });
});

describe('while the database does not answer', () => {
  const warnings = (metric: string) =>
    program.log.filter((line) => line.includes('could not be read') && line.includes(metric)).length;

  it('what cannot be read is left out, with one warning; the rest is told', async () => {
    const restore = breakDatabase(/position is null order by seq/);
    try {
      for (let turn = 0; turn < 3; turn++) {
        const found = await scrape();
        expect(found.has(oldest)).toBe(false);
        expect(found.get(depth('webhook-deliveries'))).toBe(0);
      }
    } finally {
      restore();
    }
    expect(warnings(oldest)).toBe(1);
    expect((await scrape()).has(oldest)).toBe(true);
  });

  it('the rest is told when nothing at all can be asked', async () => {
    const restore = breakDatabase(/./);
    try {
      const found = await scrape();
      expect([...found.keys()].filter((name) => /^tideline_(queue|oldest)/.test(name))).toEqual([]);
      expect(found.has('tideline_database_connections')).toBe(true);
      expect(found.has('tideline_process_resident_memory_bytes')).toBe(true);
    } finally {
      restore();
    }
  });
});

describe('background work', () => {
  beforeAll(trustTestCertificates);
  const { program: working } = useApi({ environment: { WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost' } });

  it('counts attempts to deliver by what came of them', async () => {
    const receiver = await startReceiver();
    try {
      const client = working.client.as(await working.register());
      await client.post('/webhooks', { url: receiver.url, events: ['contact.created'] });
      for (const answer of [receiver.answer, answering(500), answering(503)]) {
        receiver.answer = answer;
        await client.post('/contacts', { first_name: 'Grace' });
        await working.deliver();
      }
      const found = await scrape(working);
      expect([sent('succeeded'), sent('status'), sent('timeout')].map((name) => found.get(name))).toEqual([1, 2, 0]);
    } finally {
      await receiver.close();
    }
  });

  it('counts rows of files by what became of them, and none of a dry run', async () => {
    const importing = new Importing(working, working.client.as(await working.register()));
    const file = [
      ['First Name', 'Email'],
      ['Ada', 'ada@example.com'],
      ['Grace', 'grace@example.com'],
      // A row is refused for an address that is too long, because it identifies the row.
      ['Eve', 'x'.repeat(1_000)],
    ];
    await importing.run('contacts', file, { dry_run: true });
    expect((await scrape(working)).get(rows('created'))).toBe(0);
    const { created_count, failed_count } = await importing.run('contacts', file);
    expect([created_count, failed_count]).toEqual([2, 1]);
    await importing.run('contacts', file, { on_duplicate: 'skip' });
    const found = await scrape(working);
    const outcomes = ['created', 'updated', 'skipped', 'failed'];
    expect(outcomes.map((outcome) => found.get(rows(outcome)))).toEqual([2, 0, 2, 2]);
  });
});
