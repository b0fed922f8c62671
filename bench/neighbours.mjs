// How long a bystander waits while other accounts take all they can: npm run bench -- neighbours [resource …]
// For each shared resource the bystander does the same work twice: alone, and beside hostile accounts. A process of its own sends
// their requests.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { resources } from './neighbour-resources.mjs';
import { build, delay, quantile, startServer } from './server.mjs';

const self = fileURLToPath(import.meta.url);
const port = 18_320;
/** Milliseconds between two actions of the bystander. */
const paceMs = 50;
/** Milliseconds that the hostile accounts have before the bystander is measured. */
const headStartMs = 3_000;

/** @returns the milliseconds of each action, and how many were refused. */
async function measure(act, count) {
  const taken = [];
  let refused = 0;
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    try {
      taken.push((await act(index)) ?? performance.now() - begin);
    } catch (error) {
      if (refused++ === 0) console.error(error.message);
    }
    await delay(Math.max(0, paceMs - (performance.now() - begin)));
  }
  return { taken, refused };
}

/** Runs the hostile part of a resource in a process of its own. @returns how to end it; it resolves with what it counted. */
async function startHostile(name, server, prepared) {
  const child = fork(self, { execArgv: [] });
  const told = new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The hostile process of ${name} ended with ${code}.`)));
  });
  child.send({ name, url: server.url, prepared });
  await told;
  return () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      let counted = {};
      child.once('message', (message) => (counted = message));
      child.once('exit', () => resolve(counted));
      child.send('stop');
    });
}

/** @param names of resources; none: all of them. */
export async function run(names) {
  const unknown = names.filter((name) => !(name in resources));
  if (unknown.length > 0)
    throw new Error(`No resource is called ${unknown.join(', ')}: ${Object.keys(resources).join(', ')}.`);
  build();
  const rows = [];
  for (const name of names.length > 0 ? names : Object.keys(resources)) {
    const resource = resources[name];
    const support = (await resource.support?.()) ?? { environment: {} };
    const server = await startServer(port, { RATE_LIMITS: 'on', TRUST_PROXY: 'true', ...support.environment });
    try {
      const bystander = await resource.bystander(server, support);
      const prepared = await resource.prepare?.(server, support);
      await measure(bystander, 10);
      const quiet = await measure(bystander, resource.count);
      if (quiet.refused > 0) throw new Error('The bystander is refused when it is alone.');
      const stop = await startHostile(name, server, prepared);
      await delay(headStartMs);
      const beside = await measure(bystander, resource.count);
      const counted = await stop();
      const p99 = { quiet: quantile(quiet.taken, 0.99), beside: quantile(beside.taken, 0.99) };
      const limitMs = resource.limitMs ?? 3 * p99.quiet + 20;
      rows.push({
        resource: name,
        bystander: resource.does,
        hostile: resource.hostileDoes,
        'quiet p50': round(quantile(quiet.taken, 0.5)),
        'quiet p99': round(p99.quiet),
        'beside p50': round(quantile(beside.taken, 0.5)),
        'beside p99': round(p99.beside),
        bound: round(limitMs),
        refused: beside.refused,
        held: beside.refused === 0 && p99.beside <= limitMs,
        counted,
      });
      console.log(JSON.stringify(rows.at(-1)));
    } finally {
      await server.stop();
      await support.stop?.();
    }
  }
  console.table(rows.map(({ bystander: _b, hostile: _h, counted: _c, ...row }) => row));
}

const round = (value) => Math.round(value * 10) / 10;

if (process.send && process.argv[1] === self) {
  process.once('message', async ({ name, url, prepared }) => {
    let isOver = false;
    const statuses = {};
    const count = (status) => (statuses[status] = (statuses[status] ?? 0) + 1);
    await resources[name].hostile({ url, prepared, isOver: () => isOver, count });
    process.send('started');
    process.once('message', () => {
      isOver = true;
      process.send(statuses, () => process.exit(0));
    });
  });
}
