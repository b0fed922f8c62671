// The table of npm run bench: the product beside a bare server on the same database, in turns, so that a noisy machine disturbs both.
import { fork, execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import cliProgress from 'cli-progress';
import { copyOf, importFile, memoryOf } from './import.mjs';
import { load } from './load.mjs';
import { certificates, startReceiver } from './receiver.mjs';
import { fill, rowsOf } from './records.mjs';
import { build, delay, jwtSecret, quantile, root, startProcess, startServer } from './server.mjs';

const ports = { product: 18_320, bare: 18_321, small: 18_322, receiver: 18_323, second: 18_324 };
const pairs = 5;
const seconds = 2;
/** Of the smaller database to which the big one is compared. */
const fewRows = 10_000;
const deliveries = 3_000;
const importedRows = 10_000;
/** As many as a process sends at the same time. */
const senders = 32;

const median = (values) => quantile(values, 0.5);

/** Runs the two in turns. @returns the medians of each, and of their ratios. */
async function inTurns(ours, bare) {
  const [a, b, ratios] = [[], [], []];
  for (let count = 0; count < pairs; count++) {
    a.push(await ours(count));
    b.push(await bare(count));
    ratios.push(a.at(-1) / b.at(-1));
  }
  return { ours: median(a), bare: median(b), ratio: median(ratios) };
}

/** A bar on a terminal, else a line. */
function progressOf(name, total) {
  if (!process.stdout.isTTY) {
    process.stdout.write(`${name}: ${total.toLocaleString('en')} rows …\n`);
    return { add: () => undefined, stop: () => undefined };
  }
  const format = `${name} {bar} {percentage}% {value} of {total} rows, {eta} s left`;
  const bar = new cliProgress.SingleBar({ format, barsize: 24, linewrap: true, stream: process.stdout });
  bar.start(total, 0);
  return { add: (rows) => bar.increment(rows), stop: () => bar.stop() };
}

async function filled(server, rows) {
  const client = await server.connect();
  const bar = progressOf(`Loading ${rows.toLocaleString('en')} contacts`, rowsOf(rows));
  const known = await fill(client, server.user, rows, bar.add);
  bar.stop();
  await client.end();
  return known;
}

async function startBare(databaseUrl) {
  const job = JSON.stringify({ databaseUrl, port: ports.bare, secret: jwtSecret });
  const execArgv = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
  const child = fork(join(root, 'bench/baseline-server.mjs'), [job], { execArgv });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('The bare server did not start.')));
  });
  return { url: `http://127.0.0.1:${ports.bare}`, stop: () => child.kill() };
}

/** Milliseconds of processor time that a process has had. */
function processorTime(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Of the server processes of PostgreSQL that are there now. */
function databaseTime({ directory }) {
  const [postmaster] = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', postmaster], { encoding: 'utf8' }).trim().split(/\s+/);
  return children.reduce((sum, pid) => {
    try {
      return sum + processorTime(pid);
    } catch {
      return sum;
    }
  }, 0);
}

const list = '/api/v1/contacts';

/** Requests of the scenarios that both servers answer. */
function requestsOf({ ids, terms, companies, tags }) {
  const filtered = companies.map((company, index) => `${list}?tags=${tags[index % tags.length]}&company_id=${company}`);
  const frequent = ['hopper', 'maria', 'kepler', 'mail.example', 'anna'];
  const short = ['an', 'ho', 'ma', 'ke', 'pl', 'da', 'er', 'lo', 'no', 'iv'];
  const contact = {
    ...{ first_name: 'Grace', last_name: 'Hopper', email: 'grace@mail.example', phone: '+49 30 901820' },
    ...{ job_title: 'Head of research', city: 'Berlin', country: 'Germany', notes: 'Met at the trade fair.' },
    ...{ company_id: companies[0], tags: ['vip', 'berlin'] },
  };
  return {
    'get one contact': { aim: 0.7, requests: ids.map((id) => `${list}/${id}`) },
    'list of 25': { aim: 0.7, requests: [list] },
    'list by tag and company': { aim: 0.7, requests: filtered },
    'search, selective': { aim: 0.6, requests: terms.map((term) => `${list}?search=${term}`) },
    'search, frequent': { aim: 0.6, requests: frequent.map((term) => `${list}?search=${term}`) },
    'search, two letters': { requests: short.map((term) => `${list}?search=${term}`) },
    'create a contact': { aim: 0.6, requests: [{ method: 'POST', path: list, body: contact }] },
  };
}

/** Or the two would not have done the same work. */
async function expectSameAnswers(server, bare, scenarios) {
  for (const [name, { requests }] of Object.entries(scenarios)) {
    const [request] = requests;
    const { path, method = 'GET', body } = typeof request === 'string' ? { path: request } : request;
    const answers = await Promise.all(
      [server.url, bare.url].map(async (url) => {
        const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
        const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
        const { result } = await response.json();
        if (body) return { ...result, id: '', created_at: '', updated_at: '' };
        return 'next_cursor' in result ? { ...result, next_cursor: result.next_cursor !== null } : result;
      }),
    );
    if (!isDeepStrictEqual(...answers)) {
      throw new Error(`${name}: the answers differ: ${JSON.stringify(answers).slice(0, 2_000)}`);
    }
  }
}

class Bench {
  scenarios = [];
  costs = [];

  constructor({ rows, only }) {
    this.rows = rows;
    this.only = only;
  }

  wants(...names) {
    return !this.only || names.some((name) => this.only.some((word) => name.includes(word)));
  }

  add(scenario) {
    const { name, ours, bare, ratio, aim, higher_is_better, unit } = scenario;
    this.scenarios.push(scenario);
    const number = (value) =>
      value === null ? '' : value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: true });
    const isGood = aim === null || (higher_is_better ? ratio >= aim : ratio <= aim);
    const target = aim === null ? '' : `aim ${higher_is_better ? '≥' : '≤'} ${aim}`;
    process.stdout.write(
      `${name.padEnd(46)} ${number(ours).padStart(9)} ${number(bare).padStart(9)} ${unit.padEnd(13)} ${number(ratio).padStart(6)}  ` +
        `${target.padEnd(11)} ${aim === null ? '' : isGood ? '✔' : '✖'}\n`,
    );
  }
}

const loadOf = (server, url, requests, more = {}) => load({ url, token: server.token, seconds, requests, ...more });

async function requestScenarios(bench, server, bare, known) {
  const scenarios = requestsOf(known);
  const wanted = Object.entries(scenarios).filter(([name]) => bench.wants(name));
  if (wanted.length === 0) return;
  await expectSameAnswers(server, bare, scenarios);
  const latencies = {};
  for (const [name, { aim, requests }] of wanted) {
    await server.signInAgain();
    for (const url of [server.url, bare.url]) await loadOf(server, url, requests, { seconds: 1 });
    const cost = { requests: 0, product: 0, database: 0 };
    const p99 = [];
    const result = await inTurns(
      async () => {
        const before = [processorTime(server.pid), databaseTime(server.databaseDoor())];
        const { rate, total, p99: slow } = await loadOf(server, server.url, requests);
        cost.requests += total;
        cost.product += processorTime(server.pid) - before[0];
        cost.database += databaseTime(server.databaseDoor()) - before[1];
        p99.push(slow);
        return rate;
      },
      async () => (await loadOf(server, bare.url, requests)).rate,
    );
    latencies[name] = median(p99);
    bench.costs.push({ name, product_ms: cost.product / cost.requests, database_ms: cost.database / cost.requests });
    bench.add({ name, ...result, aim: aim ?? null, higher_is_better: true, unit: 'requests/s' });
  }
  const [short, usual] = [latencies['search, two letters'], latencies['list of 25']];
  if (short && usual) {
    const name = 'search, two letters ÷ list, 99th percentile';
    bench.add({ name, ours: short, bare: usual, ratio: short / usual, aim: 10, higher_is_better: false, unit: 'ms' });
  }
}

async function deepPage(bench, server) {
  const name = 'page 1,000 ÷ page 1';
  if (!bench.wants(name)) return;
  await server.signInAgain();
  let cursor;
  // Up to page 999 of 25, or to the last but one when there are not so many.
  const skipped = Math.min(999 * 25, bench.rows - 50);
  for (let row = 0; row < skipped;) {
    const limit = Math.min(100, skipped - row);
    const page = await server.call('GET', `/contacts?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
    cursor = page.next_cursor;
    row += limit;
  }
  const time = async (path) => 20_000 / (await loadOf(server, server.url, [path])).rate;
  const deep = `${list}?cursor=${cursor}`;
  const result = await inTurns(
    () => time(deep),
    () => time(list),
  );
  bench.add({ name, ...result, aim: 1.2, higher_is_better: false, unit: 'ms' });
}

async function growth(bench, server, known, small, fewKnown) {
  const names = ['get one contact', 'list of 25', 'search, selective'];
  const [many, few] = [requestsOf(known), requestsOf(fewKnown)];
  for (const scenario of names) {
    const name = `${scenario}, ${bench.rows.toLocaleString('en')} rows ÷ ${fewRows.toLocaleString('en')}`;
    if (!bench.wants(name)) continue;
    await server.signInAgain();
    await small.signInAgain();
    const time = async (of, { requests }) => 20_000 / (await loadOf(of, of.url, requests)).rate;
    await time(small, few[scenario]);
    const result = await inTurns(
      () => time(server, many[scenario]),
      () => time(small, few[scenario]),
    );
    bench.add({ name, ...result, aim: 1.5, higher_is_better: false, unit: 'ms' });
  }
}

/** A backlog of deliveries is put into the table, as many as the load of before made events; the receiver counts. */
async function webhooks(bench, server) {
  const name = 'webhook deliveries';
  if (!bench.wants(name)) return;
  await server.signInAgain();
  const receiver = await startReceiver(ports.receiver);
  const url = `https://localhost:${ports.receiver}/`;
  const client = await server.connect();
  try {
    const sessions = [{ account_id: server.user.account_id, token: server.token }];
    const other = await server.register(`other-${Date.now()}@example.com`);
    sessions.push({ account_id: other.user.account_id, token: other.access_token });
    for (const { token } of sessions) {
      for (let count = 0; count < 3; count++) {
        await server.call('POST', '/webhooks', { url: `${url}${count}`, events: ['contact.deleted'] }, token);
      }
    }
    const event = await client.query(`insert into events (id, account_id, type, entity_id, data, created_at)
      select uuidv7(), a.id, 'contact.created', uuidv7(), (select to_json(c) from (
        select id, account_id, first_name, last_name, email, phone, job_title, address, city, state, zip_code, country, notes,
          company_id, source_id, tags, custom_fields, created_at, updated_at from contacts limit 1) c), now()
      from accounts a cross join generate_series(1, 1000)`);
    if (event.rowCount < 2_000) throw new Error('There are too few events.');
    const ours = async () => {
      const taken = receiver.take(deliveries);
      await client.query(
        `insert into webhook_deliveries (id, account_id, endpoint_id, event_id, event, url_version, status, attempt,
           attempt_count, attempts, next_attempt_at, due_at, created_at)
         select uuidv7(), w.account_id, w.id, e.id, e.type, w.url_version, 'pending', 0, 0, '[]', now(), now(), now()
         from webhooks w cross join lateral (
           select id, type from events where account_id = w.account_id order by seq desc limit $1) e`,
        [deliveries / 6],
      );
      return deliveries / (await taken);
    };
    const bare = async () => {
      const taken = receiver.take(deliveries);
      const script = join(root, 'bench/post-loop.mjs');
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(certificates, 'ca.pem') };
      const loop = fork(script, [url, String(deliveries), String(senders)], { env });
      const rate = deliveries / (await taken);
      if (loop.exitCode === null) await new Promise((resolve) => loop.once('exit', resolve));
      return rate;
    };
    await ours();
    await bare();
    bench.add({ name, ...(await inTurns(ours, bare)), aim: 0.4, higher_is_better: true, unit: 'deliveries/s' });
  } finally {
    await client.end();
    receiver.stop();
  }
}

async function imports(bench, server) {
  const names = ['import ÷ COPY', 'memory during an import', 'list during an import'];
  if (!bench.wants(...names)) return;
  await server.signInAgain();
  const client = await server.connect();
  try {
    await importFile(server, 2_000, 'warm-up', 0);
    const taken = [];
    const result = await inTurns(
      async (turn) => {
        taken.push(await importFile(server, importedRows, `turn-${turn}`, 0));
        return importedRows / taken.at(-1).seconds;
      },
      async (turn) => importedRows / (await copyOf(client, `turn-${turn}`)),
    );
    bench.add({ name: names[0], ...result, aim: 0.3, higher_is_better: true, unit: 'rows/s' });
    const few = median(taken.map(({ peak }) => peak));
    const { before, during, peak } = await importFile(server, bench.rows, 'many', 20_000);
    const memory = { ours: peak, bare: few, ratio: peak / few, aim: null, higher_is_better: false, unit: 'MiB' };
    const rows = `${bench.rows.toLocaleString('en')} rows ÷ ${importedRows.toLocaleString('en')}`;
    bench.add({ name: `${names[1]}, ${rows}`, ...memory });
    const [ours, idle] = [quantile(during, 0.99), quantile(before, 0.99)];
    const waits = { ours, bare: idle, ratio: ours / idle, aim: 3, higher_is_better: false, unit: 'ms' };
    bench.add({ name: `${names[2]} ÷ without, 99th percentile`, ...waits });
  } finally {
    await client.end();
  }
}

async function starts(bench, server) {
  const names = ['start with existing data', 'memory, idle'];
  if (!bench.wants(...names)) return;
  const [times, memory] = [[], []];
  for (let count = 0; count < pairs; count++) {
    times.push((await server.restart()) / 1_000);
    await delay(1_000);
    memory.push(memoryOf(server.pid, 'VmRSS'));
  }
  const alone = { bare: null, higher_is_better: false };
  bench.add({ ...alone, name: names[0], ours: median(times), ratio: median(times), aim: 3, unit: 's' });
  bench.add({ ...alone, name: names[1], ours: median(memory), ratio: median(memory), aim: 200, unit: 'MiB' });
}

async function twoProcesses(bench, server, known) {
  const name = 'two processes ÷ one';
  if (!bench.wants(name)) return;
  await server.signInAgain();
  const environment = { DATABASE_URL: server.databaseUrl, DATA_DIR: join(server.directory, 'second'), WORKERS: 'off' };
  const second = await startProcess(ports.second, environment);
  try {
    const { requests } = requestsOf(known)['get one contact'];
    const urls = [server.url, `http://127.0.0.1:${ports.second}`];
    const both = async () => {
      const halves = urls.map((url) => loadOf(server, url, requests, { connections: 10 }));
      return (await Promise.all(halves)).reduce((sum, { rate }) => sum + rate, 0);
    };
    await both();
    const result = await inTurns(both, async () => (await loadOf(server, server.url, requests)).rate);
    bench.add({ name: `get one contact, ${name}`, ...result, aim: null, higher_is_better: true, unit: 'requests/s' });
  } finally {
    await second.stop();
  }
}

/** Bytes of a row and of its entries in each index, of tables that have many rows. */
async function sizesOf(server) {
  const client = await server.connect();
  try {
    await client.query('vacuum analyze');
    const { rows } = await client.query(
      `select t.relname as table, i.relname as index, t.reltuples::float8 as rows,
         (case when i.oid is null then pg_table_size(t.oid) else pg_relation_size(i.oid) end)::float8 as bytes
       from pg_class t join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
       cross join lateral (
         select null::oid as oid, null::name as relname
         union all select c.oid, c.relname from pg_index x join pg_class c on c.oid = x.indexrelid where x.indrelid = t.oid
       ) as i
       where t.relkind = 'r' and t.reltuples >= 5000 order by t.relname, i.relname nulls first`,
    );
    return rows.map(({ table, index, rows: count, bytes }) => ({
      table,
      index,
      bytes_a_row: Math.round(bytes / count),
    }));
  } finally {
    await client.end();
  }
}

export async function run({ rows, json, only }) {
  const begin = performance.now();
  const bench = new Bench({ rows, only });
  build();
  const environment = {
    WEBHOOK_ALLOWED_HOSTS: 'localhost',
    NODE_EXTRA_CA_CERTS: join(certificates, 'ca.pem'),
  };
  const server = await startServer(ports.product, environment);
  let [bare, small] = [];
  try {
    const known = await filled(server, rows);
    bare = await startBare(server.databaseUrl);
    process.stdout.write(`\n${''.padEnd(46)} ${'ours'.padStart(9)} ${'bare'.padStart(9)} ${''.padEnd(13)}  ratio\n`);
    await requestScenarios(bench, server, bare, known);
    await deepPage(bench, server);
    if (bench.wants('rows ÷')) {
      small = await startServer(ports.small);
      const fewKnown = await filled(small, fewRows);
      await growth(bench, server, known, small, fewKnown);
      await small.stop();
      small = undefined;
    }
    await twoProcesses(bench, server, known);
    await webhooks(bench, server);
    await imports(bench, server);
    await starts(bench, server);
    const minutes = (performance.now() - begin) / 60_000;
    process.stdout.write(`\n${minutes.toFixed(1)} minutes\n`);
    if (json) {
      const postgres = await server.connect();
      const { rows: versions } = await postgres.query('show server_version');
      await postgres.end();
      const result = {
        scenarios: bench.scenarios,
        rows,
        costs: bench.costs,
        sizes: await sizesOf(server),
        machine: `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
        versions: { node: process.versions.node, postgres: versions[0].server_version },
        commit: spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim(),
        date: new Date().toISOString().slice(0, 10),
        minutes: Math.round(minutes * 10) / 10,
      };
      writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
    }
  } finally {
    bare?.stop();
    await small?.stop();
    await server.stop();
  }
}
