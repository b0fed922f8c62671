// The processor time of a write beside that of another tree, such as a checkout of an earlier commit: both servers at the same time,
// in turns, so that a noisy machine disturbs both. It reads /proc, so it needs Linux.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load } from './load.mjs';
import { build, quantile, root } from './server.mjs';

const ports = [18_330, 18_331];
const seconds = 2;
/** Microseconds in a tick of /proc/<pid>/stat: USER_HZ is 100 on all that Node.js runs on. */
const tick = 10_000;

/** Microseconds of processor time that the process has used. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tick;
}

const writes = {
  create: () => [{ method: 'POST', path: '/api/v1/contacts', body: { first_name: 'Grace', last_name: 'Hopper' } }],
  // Each request changes something.
  PATCH: (id) =>
    ['Rear admiral', 'Admiral'].map((job_title) => ({
      ...{ method: 'PATCH', path: `/api/v1/contacts/${id}`, body: { job_title } },
    })),
};

async function startSide(directory, port) {
  const { startServer } = await import(pathToFileURL(join(directory, 'bench/server.mjs')));
  const server = await startServer(port, { WORKERS: 'off' });
  const { id } = await server.call('POST', '/contacts', { first_name: 'Grace' });
  return { server, id };
}

/** @returns microseconds for each request. */
async function costOf({ server, id }, write) {
  await server.signInAgain();
  const before = processorTime(server.pid);
  const job = { url: server.url, token: server.token, seconds, connections: 1, requests: writes[write](id) };
  const { total } = await load(job);
  return (processorTime(server.pid) - before) / total;
}

export async function run([other, turns = '30']) {
  if (!other) throw new Error('Say in which directory the other tree is, built and with its packages.');
  build();
  const sides = [await startSide(resolve(other), ports[0]), await startSide(root, ports[1])];
  try {
    for (const write of Object.keys(writes)) {
      const costs = [[], []];
      // The first turn only warms up.
      for (let turn = 0; turn <= Number(turns); turn++) {
        for (const side of turn % 2 ? [0, 1] : [1, 0]) {
          const cost = await costOf(sides[side], write);
          if (turn > 0) costs[side].push(cost);
        }
      }
      const ratios = costs[1].map((cost, turn) => cost / costs[0][turn]);
      const [before, now] = costs.map((each) => Math.round(quantile(each, 0.5)));
      const ratio = quantile(ratios, 0.5).toFixed(3);
      process.stdout.write(`${write}: ${before} µs of processor time, then ${now}; median of the ratios ${ratio}\n`);
    }
  } finally {
    for (const { server } of sides) await server.stop();
  }
}
