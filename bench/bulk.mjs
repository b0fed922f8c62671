// Contacts that are created 1,000 at a time, beside single creates and an import of the same contacts; the memory that a request
// takes; how long lists wait beside them: npm run bench -- bulk [turns]
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contactOf, importFile, memoryOf, waits } from './import.mjs';
import { load } from './load.mjs';
import { build, delay, quantile, startServer } from './server.mjs';

const self = fileURLToPath(import.meta.url);
const path = '/contacts/bulk';
const itemsOfRequest = 1_000;
const requestsOfTurn = 10;
const seconds = 5;
/** Milliseconds that lists are asked for, quiet and beside bulks. */
const listsMs = 10_000;

/** @param contactOfItem gives the contact of an item. */
function bodyOf(contactOfItem) {
  const items = Array.from({ length: itemsOfRequest }, (_, item) => ({ action: 'create', data: contactOfItem(item) }));
  return { items };
}

/** @returns contacts a second, while lists are asked for as beside an import. */
async function bulksOf(server, prefix) {
  let isOver = false;
  const lists = waits(server, () => isOver);
  let taken = 0;
  for (let request = 0; request < requestsOfTurn; request++) {
    const body = bodyOf((item) => contactOf(request * itemsOfRequest + item, prefix));
    const begin = performance.now();
    const { created_count } = await server.call('POST', path, body);
    taken += performance.now() - begin;
    if (created_count !== itemsOfRequest) throw new Error(`${created_count} contacts were made.`);
  }
  isOver = true;
  await lists;
  return (requestsOfTurn * itemsOfRequest * 1_000) / taken;
}

async function singlesOf(server) {
  const requests = [{ method: 'POST', path: '/api/v1/contacts', body: contactOf(1, 'single') }];
  return (await load({ url: server.url, token: server.token, seconds, connections: 20, requests })).rate;
}

async function importOf(server, prefix) {
  const rows = requestsOfTurn * itemsOfRequest;
  return rows / (await importFile(server, rows, prefix, 0)).seconds;
}

/** A contact with all its fields, so that 1,000 of them have a little less than 8 MiB. */
function fullContact(row) {
  const text = (length, name) => `${name} ${row} `.padEnd(length, 'ä ').trimEnd();
  return {
    ...contactOf(row, 'full'),
    ...{ address: text(100, 'Street'), state: text(40, 'State'), zip_code: `${10_000 + row}` },
    tags: Array.from({ length: 50 }, (_, tag) => `tag-${tag}`),
    notes: text(4_200, 'Notes'),
  };
}

/** @returns the MiB that one request with full records takes more than the server at rest. */
async function memoryOfRequest(server) {
  const body = bodyOf(fullContact);
  await delay(5_000);
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
  const atRest = memoryOf(server.pid);
  await server.call('POST', path, body);
  return { bytes: Buffer.byteLength(JSON.stringify(body)), taken: memoryOf(server.pid) - atRest };
}

/** Two callers send bulks, from a process of their own, until the end. @returns how to end it, which tells how many. */
async function startCallers(server, token) {
  const child = fork(self, [JSON.stringify({ url: server.url, token })], { execArgv: [] });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('The callers ended.')));
  });
  return () =>
    new Promise((resolve) => {
      child.once('message', resolve);
      child.send('stop');
    });
}

async function call({ url, token }) {
  const body = JSON.stringify(bodyOf((item) => contactOf(item, 'caller')));
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  let [isOver, answered] = [false, 0];
  process.once('message', () => (isOver = true));
  const caller = async () => {
    while (!isOver) {
      const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body });
      await response.text();
      if (response.ok && answered++ === 0) process.send('begun');
    }
  };
  await Promise.all([caller(), caller()]);
  process.send(answered, () => process.disconnect());
}

/** @returns the 99th percentiles of a list: quiet, beside bulks of another account, and of one's own. */
async function listsOf(server) {
  const measure = async () => {
    const end = performance.now() + listsMs;
    return quantile(await waits(server, () => performance.now() > end), 0.99);
  };
  const other = await server.register('other@example.com');
  await measure();
  const quiet = await measure();
  const beside = async (token) => {
    const stop = await startCallers(server, token);
    const milliseconds = await measure();
    const requests = await stop();
    return { milliseconds, requests };
  };
  return { quiet, other: await beside(other.access_token), own: await beside(server.token) };
}

export async function run([turns = '5']) {
  build();
  const server = await startServer(18_314);
  try {
    const rates = { bulk: [], single: [], import: [] };
    // The first turn only warms up.
    for (let turn = 0; turn <= Number(turns); turn++) {
      await server.signInAgain();
      const turnOf = {
        bulk: await bulksOf(server, `bulk-${turn}`),
        single: await singlesOf(server),
        import: await importOf(server, `import-${turn}`),
      };
      if (turn > 0) for (const [name, rate] of Object.entries(turnOf)) rates[name].push(rate);
    }
    await server.signInAgain();
    const { bytes, taken } = await memoryOfRequest(server);
    const lists = await listsOf(server);
    tell(rates, { bytes, taken }, lists);
  } finally {
    await server.stop();
  }
}

function tell(rates, memory, { quiet, other, own }) {
  const median = (values) => quantile(values, 0.5);
  const ratioTo = (name) => median(rates.bulk.map((rate, turn) => rate / rates[name][turn]));
  const row = (what, value, beside, ratio, wanted, isMet) => ({ what, value, beside, ratio, wanted, isMet });
  const against = (name, least) => {
    const [value, beside] = [Math.round(median(rates.bulk)), Math.round(median(rates[name]))];
    return row(
      `bulk ÷ ${name}, contacts/s`,
      value,
      beside,
      ratioTo(name).toFixed(2),
      `≥ ${least}`,
      ratioTo(name) >= least,
    );
  };
  const list = (whose, { milliseconds }, most) => {
    const ratio = milliseconds / quiet;
    const what = `list beside two callers of ${whose}, p99 ms`;
    const wanted = most === undefined ? [] : [`≤ ${most}`, ratio <= most];
    return row(what, milliseconds.toFixed(1), quiet.toFixed(1), ratio.toFixed(2), ...wanted);
  };
  console.table([
    against('single', 3),
    against('import', 0.8),
    row('memory of a request, MiB', Math.round(memory.taken), undefined, undefined, '≤ 150', memory.taken <= 150),
    list('another account', other, 3),
    list('the same account', own),
  ]);
  const size = (memory.bytes / 2 ** 20).toFixed(1);
  console.log(
    `The request had ${size} MiB. Bulks of the callers: ${other.requests}, then ${own.requests}, in ${listsMs / 1_000} s.`,
  );
}

if (process.argv[1] === self) await call(JSON.parse(process.argv[2]));
