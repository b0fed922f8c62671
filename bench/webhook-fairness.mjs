// How long events take to healthy endpoints while another one hangs: npm run bench -- fairness
// Nine endpoints answer at once, one never does and has a thousand events waiting. The same changes are made without the hanging
// one first, and both are told, so that the ratio says something on any machine.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { certificates } from './receiver.mjs';
import { build, delay, quantile, startServer, until } from './server.mjs';

const backlog = 1_000;
const changes = 400;
/** Between changes, in milliseconds. */
const pace = 50;
const [port, receiverPort] = [18_310, 18_311];

/** Event id and endpoint → when it arrived. */
const arrived = new Map();
const receiver = createServer(
  { key: readFileSync(join(certificates, 'server-key.pem')), cert: readFileSync(join(certificates, 'server.pem')) },
  (request, response) => {
    const at = Date.now();
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/hanging') return;
      const { timestamp } = JSON.parse(Buffer.concat(chunks).toString());
      arrived.set(`${request.headers['webhook-id']} ${request.url}`, at - Date.parse(timestamp));
      response.end('ok');
    });
  },
).listen(receiverPort, '127.0.0.1');

build();
const { call, stop } = await startServer(port, {
  WEBHOOK_ALLOWED_HOSTS: 'localhost',
  NODE_EXTRA_CA_CERTS: join(certificates, 'ca.pem'),
});

/** Changes a contact at a steady pace. @returns the milliseconds from each change to each healthy endpoint, in order. */
async function measure(contact, name) {
  arrived.clear();
  for (let count = 0; count < changes; count++) {
    const begin = Date.now();
    await call('PATCH', `/contacts/${contact}`, { job_title: `${name} ${count}` });
    await delay(Math.max(0, pace - (Date.now() - begin)));
  }
  await until(() => arrived.size >= changes * 9);
  const waits = [...arrived.values()];
  const [p50, p99, worst] = [quantile(waits, 0.5), quantile(waits, 0.99), Math.max(...waits)];
  return { name, deliveries: waits.length, p50, p99, worst };
}

try {
  const endpoint = (path, events) =>
    call('POST', '/webhooks', { url: `https://localhost:${receiverPort}${path}`, events });
  for (let count = 1; count <= 9; count++) await endpoint(`/healthy-${count}`, ['contact.updated']);
  const contact = (await call('POST', '/contacts', { first_name: 'Grace' })).id;
  await measure(contact, 'warm-up');
  const alone = await measure(contact, 'nine healthy endpoints');
  await endpoint('/hanging', ['contact.created', 'contact.updated']);
  for (let count = 0; count < backlog; count++) await call('POST', '/contacts', { first_name: `Grace ${count}` });
  const beside = await measure(contact, 'beside a hanging one with 1,000 events');
  console.table([alone, beside]);
  console.log(
    `99th percentile: ${beside.p99} ms, ${(beside.p99 / alone.p99).toFixed(2)} times that of the healthy ones alone`,
  );
} finally {
  await stop();
  receiver.closeAllConnections();
  receiver.close();
}
