// How long events take to healthy endpoints while another one hangs: npm run bench:fairness
// Nine endpoints answer at once, one never does and has a thousand events waiting. The same changes are made without the hanging
// one first, and both are told, so that the ratio says something on any machine.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const certificates = join(root, 'test/support/certificates');
const backlog = 1_000;
const changes = 400;
/** Between changes, in milliseconds. */
const pace = 50;
const [port, receiverPort] = [18_310, 18_311];
const url = `http://127.0.0.1:${port}`;
const directory = mkdtempSync(join(tmpdir(), 'tideline-bench-'));

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

spawnSync(process.execPath, ['scripts/start.mjs', 'build'], { cwd: root, stdio: 'inherit' });
const server = spawn(process.execPath, ['scripts/start.mjs', 'main'], {
  cwd: root,
  env: {
    PATH: process.env.PATH,
    DATA_DIR: directory,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    RATE_LIMITS: 'off',
    WEBHOOK_ALLOWED_HOSTS: 'localhost',
    NODE_EXTRA_CA_CERTS: join(certificates, 'ca.pem'),
    ...(process.env.REDIS_URL ? { REDIS_URL: process.env.REDIS_URL } : {}),
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});

let token;
async function call(method, path, body) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const { ok, result, error } = await response.json();
  if (!ok) throw new Error(`${method} ${path}: ${error.code} ${error.message}`);
  return result;
}

const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function until(condition, patience = 60_000) {
  for (const end = Date.now() + patience; !(await condition()); await delay(50)) {
    if (Date.now() > end) throw new Error('What was waited for did not happen.');
  }
}

/** Changes a contact at a steady pace. @returns the milliseconds from each change to each healthy endpoint, in order. */
async function measure(contact, name) {
  arrived.clear();
  for (let count = 0; count < changes; count++) {
    const begin = Date.now();
    await call('PATCH', `/contacts/${contact}`, { job_title: `${name} ${count}` });
    await delay(Math.max(0, pace - (Date.now() - begin)));
  }
  await until(() => arrived.size >= changes * 9);
  const sorted = [...arrived.values()].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { name, deliveries: sorted.length, p50: at(0.5), p99: at(0.99), worst: sorted.at(-1) };
}

try {
  await until(() =>
    fetch(`${url}/health/ready`).then(
      (response) => response.ok,
      () => false,
    ),
  );
  const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
  token = (await call('POST', '/auth/register', ada)).access_token;
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
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  receiver.closeAllConnections();
  receiver.close();
  rmSync(directory, { recursive: true, force: true });
}
