// How long the largest and oddest bodies keep everybody waiting, and how much memory they take: npm run bench -- bodies [words],
// and npm run bench -- bodies large for those of 8 MiB, which only routes with @LargeBody take.
// Every shape of test/support/large-bodies.cjs at every list, object and body of every operation of the two documents, one at a
// time, on a server that does nothing else. Beside each stands a body of one long text of the same size, which nobody can read
// faster, so that the ratio says something on any machine.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import bodies from '../test/support/large-bodies.cjs';
import { memoryOf } from './import.mjs';
import { startLargeBodyServer, trialsOfLargeBodies } from './large-bodies.mjs';
import { build, quantile, root, startServer } from './server.mjs';

const [port, watchPort] = [18_330, 18_331];
/** What docs/decisions/0036-bounded-work.md allows. */
const most = { milliseconds: 100, memory: 20 };
const counts = [1_000, 10_000, 14_000, 100_000];

function operations() {
  return ['openapi.json', 'openapi-operations.json'].flatMap((file) => {
    const { paths, components } = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const resolved = ({ $ref, ...rest }) => ($ref ? resolved(components.schemas[$ref.split('/').at(-1)]) : rest);
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema;
        if (!schema) return [];
        const shapes = [resolved(schema)].flatMap((each) => (each.oneOf ?? [each]).map(resolved));
        const properties = Object.assign({}, ...shapes.map((each) => each.properties));
        const url = path.replaceAll(/\{\w+\}/g, () => randomUUID());
        return [{ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), url, properties }];
      }),
    );
  });
}

const isMany = ({ type, properties, additionalProperties }) =>
  [type].flat().some((each) => each === 'array' || each === 'object') || Boolean(properties ?? additionalProperties);

/** Bodies with a large value at one place. Ids are right, so that whoever reads the place is reached. */
function* trialsOf({ name, method, url, properties }) {
  const ids = Object.entries(properties).filter(([, { format }]) => format === 'uuid');
  const beside = ids.map(([id]) => `"${id}":"${randomUUID()}"`).join(',');
  const trial = (place, shape, text) => ({ name: `${name} ${place}: ${shape}`, method, url, body: Buffer.from(text) });
  const withField = (field, text) => `{${beside}${beside && ','}${JSON.stringify(field)}:${text}}`;
  for (const [shape, make] of Object.entries(bodies.shapes)) {
    for (const count of counts) {
      const text = make(count);
      if (text.startsWith('{')) yield trial('body', `${count} ${shape}`, text);
      else yield trial('unknown', `${count} ${shape}`, withField('unknown', text));
      for (const [field, schema] of Object.entries(properties)) {
        if (isMany(schema)) yield trial(field, `${count} ${shape}`, withField(field, text));
      }
    }
  }
  for (const [shape, text] of Object.entries(bodies.lumps)) {
    for (const field of Object.keys(properties)) yield trial(field, shape, withField(field, text));
  }
}

function send(to, path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: to, path, method, headers, agent: false }, (incoming) => {
      const parts = [];
      incoming.on('data', (part) => parts.push(part)).on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode, bytes: Buffer.concat(parts) }));
    });
    outgoing.on('error', reject).end(body);
  });
}

/** Has a server tell how long its event loop stands still. */
const watch = { NODE_OPTIONS: `--require ${join(root, 'bench/loop-watch.cjs')}`, LOOP_WATCH_PORT: String(watchPort) };

/** @param words only trials with one of these words in their names; or `large`. */
export async function run(words) {
  build();
  if (words[0] === 'large') await runLarge();
  else await runUsual(words);
}

async function runLarge() {
  const server = await startLargeBodyServer(port, watch);
  try {
    const measure = measurerOf(server);
    const plain = await measure({ name: 'one text', method: 'POST', url: '/api/v1/large', body: plainBody });
    const results = [];
    for (const trial of trialsOfLargeBodies()) results.push(await leastOf(measure, trial));
    tell(results, plain.processor, results.length);
  } finally {
    await server.stop();
  }
}

const plainBody = Buffer.from(`{"unknown":"${'x'.repeat(1_000_000)}"}`);

function measurerOf(server) {
  const watched = async () => JSON.parse((await send(watchPort, '/')).bytes);
  return async ({ name, method, url, body }) => {
    await watched();
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
    const rest = memoryOf(server.pid, 'VmRSS');
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: `Bearer ${server.token}`,
    };
    const { status, bytes } = await send(port, url, { method, headers, body });
    const memory = ((memoryOf(server.pid) - rest) * 1024 * 1024) / body.length;
    const { blocked, processor } = await watched();
    return { name, bytes: body.length, status, answer: bytes.length, blocked, processor, memory };
  };
}

/** What other processes do to the machine does not repeat itself. */
async function leastOf(measure, trial) {
  let result = await measure(trial);
  for (let again = 0; again < 2 && result.blocked > most.milliseconds / 2; again++) {
    const repeated = await measure(trial);
    if (repeated.blocked < result.blocked) result = repeated;
  }
  return result;
}

async function runUsual(words) {
  const server = await startServer(port, watch);
  try {
    const measure = measurerOf(server);
    const plain = { name: 'one text', method: 'POST', url: '/api/v1/contacts', body: plainBody };
    const baseline = [];
    const results = [];
    let signedIn = performance.now();
    for (const operation of operations()) {
      for (const trial of trialsOf(operation)) {
        if (words.length > 0 && !words.some((word) => trial.name.includes(word))) continue;
        if (performance.now() - signedIn > 600_000) {
          await server.signInAgain();
          signedIn = performance.now();
        }
        if (results.length % 50 === 0) baseline.push(await measure(plain));
        results.push(await leastOf(measure, trial));
      }
    }
    tell(
      results,
      quantile(
        baseline.map(({ processor }) => processor),
        0.5,
      ),
    );
  } finally {
    await server.stop();
  }
}

function tell(results, plain, rows = 12) {
  const large = results.filter(({ bytes }) => bytes > 500_000);
  const worst = (of, key) => [...of].sort((a, b) => b[key] - a[key]).slice(0, rows);
  const shown = ({ name, bytes, status, answer, blocked, processor, memory }) => ({
    body: name.slice(0, 90),
    KB: Math.round(bytes / 1_000),
    status,
    'answer KB': Math.round(answer / 1_000),
    'blocked ms': Math.round(blocked),
    'processor ms': Math.round(processor),
    'times one text': (processor / plain).toFixed(1),
    'memory × body': memory.toFixed(1),
  });
  console.table(worst(results, 'blocked').map(shown));
  console.table(worst(large, 'memory').map(shown));
  const slow = results.filter(({ blocked }) => blocked > most.milliseconds).length;
  const big = large.filter(({ memory }) => memory > most.memory).length;
  const statuses = [...new Set(results.map(({ status }) => status))].sort().join(', ');
  console.log(
    `${results.length} bodies, statuses ${statuses}; one text of 1 MB: ${plain.toFixed(1)} ms of processor time.`,
  );
  console.log(
    `Blocked longer than ${most.milliseconds} ms: ${slow}. Of more than 500 KB, more memory than ${most.memory} × the body: ${big}.`,
  );
}
