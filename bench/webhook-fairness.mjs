// How long events take to the endpoint of one account while receivers of many others do not answer: npm run bench -- fairness
// The same changes are made before the others come, and both are told, so that the ratio says something on any machine.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { certificates } from './receiver.mjs';
import { build, delay, quantile, startServer, until } from './server.mjs';

const [port, receiverPort] = [18_310, 18_311];
const changes = 400;
/** Between changes, in milliseconds. */
const pace = 50;
/** How many contacts each of the others makes at the start; each is an event for each of its endpoints. */
const backlog = 5;
/** Milliseconds between more of them, from one account after the other. */
const othersPace = 100;

/** A receiver that tells how long each event took to each path, and answers none to a path that begins with /hanging. */
function startClock() {
  const arrived = new Map();
  const options = {
    key: readFileSync(join(certificates, 'server-key.pem')),
    cert: readFileSync(join(certificates, 'server.pem')),
  };
  let hanging = 0;
  const server = createServer(options, (request, response) => {
    const at = Date.now();
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url.startsWith('/hanging')) return void hanging++;
      const { timestamp } = JSON.parse(Buffer.concat(chunks).toString());
      arrived.set(`${request.headers['webhook-id']} ${request.url}`, at - Date.parse(timestamp));
      response.end('ok');
    });
  }).listen(receiverPort, '127.0.0.1');
  return { server, arrived, hanging: () => hanging };
}

/**
 * @param accounts how many others there are, and `endpoints` how many receivers each of them has that do not answer.
 * @returns the waits of one account's events in milliseconds, alone and beside the others: p50, p99, worst; and the first
 * event of an endpoint that is made while the others fill the slots.
 */
export async function measureNeighbours({ accounts = 50, endpoints = 40 } = {}) {
  const { server, arrived, hanging } = startClock();
  const { call, register, stop } = await startServer(port, {
    WEBHOOK_ALLOWED_HOSTS: 'localhost',
    NODE_EXTRA_CA_CERTS: join(certificates, 'ca.pem'),
    LOG_LEVEL: 'warn',
  });
  const endpoint = (path, token) =>
    call(
      'POST',
      '/webhooks',
      { url: `https://localhost:${receiverPort}${path}`, events: ['contact.created', 'contact.updated'] },
      token,
    );

  /** Changes a contact at a steady pace. */
  const measure = async (contact, name) => {
    arrived.clear();
    for (let count = 0; count < changes; count++) {
      const begin = Date.now();
      await call('PATCH', `/contacts/${contact}`, { job_title: `${name} ${count}` });
      await delay(Math.max(0, pace - (Date.now() - begin)));
    }
    await until(() => arrived.size >= changes);
    const waits = [...arrived.values()];
    const [p50, p99, worst] = [quantile(waits, 0.5), quantile(waits, 0.99), Math.max(...waits)];
    return { name, deliveries: waits.length, p50, p99, worst };
  };

  let isOver = false;
  let flood = Promise.resolve();
  try {
    await endpoint('/good');
    const contact = (await call('POST', '/contacts', { first_name: 'Grace' })).id;
    await measure(contact, 'warm-up');
    const quiet = await measure(contact, 'alone');

    const others = [];
    for (let count = 0; count < accounts; count++) {
      const { access_token } = await register(`other-${count}@example.com`);
      for (let path = 0; path < endpoints; path++) await endpoint(`/hanging/${count}/${path}`, access_token);
      others.push(access_token);
    }
    const happen = (token) => call('POST', '/contacts', { first_name: 'Eve' }, token);
    for (let count = 0; count < backlog; count++) await Promise.all(others.map(happen));
    const keepOn = async () => {
      for (let turn = 0; !isOver; turn++) {
        await happen(others[turn % others.length]);
        await delay(othersPace);
      }
    };
    flood = keepOn();
    await until(() => hanging() > 0);
    const beside = await measure(contact, `beside ${accounts} accounts × ${endpoints} receivers that do not answer`);

    const fresh = await register('fresh@example.com');
    await endpoint('/fresh', fresh.access_token);
    arrived.clear();
    await happen(fresh.access_token);
    const firstOf = () => [...arrived].find(([key]) => key.endsWith('/fresh'))?.[1];
    await until(() => firstOf() !== undefined);
    return { quiet, beside, first_of_a_new_endpoint: firstOf(), unanswered: hanging() };
  } finally {
    isOver = true;
    await flood.catch(() => undefined);
    await stop();
    server.closeAllConnections();
    server.close();
  }
}

export async function run() {
  build();
  const { quiet, beside, first_of_a_new_endpoint, unanswered } = await measureNeighbours();
  console.table([quiet, beside]);
  console.log(
    `99th percentile: ${beside.p99} ms, ${(beside.p99 / quiet.p99).toFixed(2)} times that of the account alone`,
  );
  console.log(
    `first event of a new endpoint: ${first_of_a_new_endpoint} ms; attempts that were not answered: ${unanswered}`,
  );
}
