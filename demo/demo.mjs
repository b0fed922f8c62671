// A tour of the API on a server of its own, which stays until Ctrl-C: npm run demo [-- --once]
// PORT is the first port to try, DEMO_DATA_DIR where its data is.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { generate } from 'selfsigned';
import { Webhook } from 'standardwebhooks';
import { endWithNpm } from '../scripts/end-with-npm.mjs';
import { createTideline, importFile, password, root, TidelineError } from './client.mjs';

endWithNpm();
/** Not the user's `.data`; kept, so that a database which outlived its server is found again. */
const dataDir = resolve(process.env.DEMO_DATA_DIR || join(root, '.data-demo'));
const logFile = join(dataDir, 'server.log');
const certificateFile = join(dataDir, 'receiver.pem');
const print = (line = '') => process.stdout.write(`${line}\n`);
const shown = (file) => relative(process.cwd(), file);
/** Ids differ at both ends: the time is at the beginning, chance at the end. */
const short = (text) => text.replaceAll(/\b([0-9a-f]{4})[0-9a-f]{4}-[0-9a-f-]{23}([0-9a-f]{4})\b/g, '$1…$2');

let steps = 0;
let lastCall = '';

function step(title) {
  print(`\n${styleText('bold', `${String(++steps).padStart(2)}. ${title}`)}`);
}

/** One line for each call that was made; asking again and again how far something is, is one. */
function showCall({ method, url }, { status }) {
  const { pathname, search } = new URL(url);
  const query = pathname.endsWith('/upload') ? '' : decodeURIComponent(search).replaceAll('+', ' ');
  const line = `    ${method.padEnd(6)} ${short(pathname + query)}`;
  if (method === 'GET' && line === lastCall) return;
  lastCall = line;
  print(`${styleText('cyan', line)} ${styleText(status < 400 ? 'green' : 'red', String(status))}`);
}

function answer(text) {
  for (const line of text.split('\n')) print(`      ${short(line)}`);
}

const fetchAndShow = async (request) => {
  const response = await fetch(request);
  showCall(request, response);
  return response;
};

/** The port, or the next one that nobody listens on. */
async function freePort(port) {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server.address().port;
  } catch (error) {
    if (error.code !== 'EADDRINUSE') throw error;
    return freePort(port + 1);
  } finally {
    server.close();
  }
}

/** An HTTPS server, since webhooks go nowhere else. Emits `webhook`, with what it verified. */
async function startReceiver() {
  const names = { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] };
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true }, names],
  });
  writeFileSync(certificateFile, cert);
  const receiver = Object.assign(new EventEmitter(), { url: '', secret: '', received: [] });
  const server = createHttpsServer({ key, cert }, async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    try {
      const event = new Webhook(receiver.secret).verify(body, request.headers);
      receiver.received.push({ event, body, headers: request.headers });
      receiver.emit('webhook', event);
      response.writeHead(204).end();
    } catch {
      response.writeHead(401).end();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  receiver.url = `https://localhost:${server.address().port}/webhooks`;
  receiver.stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return receiver;
}

async function arrivalOf(type, receiver) {
  const signal = AbortSignal.timeout(20_000);
  for (;;) {
    const found = receiver.received.find(({ event }) => event.event === type);
    if (found) return found;
    await once(receiver, 'webhook', { signal }).catch(() => {
      throw new Error(`No webhook ${type} with a good signature arrived within 20 seconds.`);
    });
  }
}

/** The server as `npm start` runs it, but with nothing of the user's configuration, and trusting the receiver. */
function startServer(port) {
  const { PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot } = process.env;
  const server = spawn(process.execPath, [join(root, 'scripts/start.mjs'), 'main'], {
    // Where no .env file of the user is.
    cwd: dataDir,
    env: {
      ...{ PATH, HOME, TMPDIR, TEMP, TMP, SystemRoot },
      PORT: String(port),
      DATA_DIR: dataDir,
      WEBHOOK_ALLOWED_HOSTS: 'localhost',
      NODE_EXTRA_CA_CERTS: certificateFile,
      // It then ends with this process, however that ends.
      npm_lifecycle_event: 'demo',
    },
    stdio: ['ignore', openSync(logFile, 'a'), 'inherit'],
  });
  const ended = once(server, 'exit');
  return {
    url: `http://127.0.0.1:${port}`,
    ended,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

async function ready(url) {
  for (;;) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (response?.ok) return response;
    await delay(100);
  }
}

async function importTable(tideline, model_type, file_name) {
  const file = readFileSync(join(root, 'demo', file_name));
  const { job, preview } = await importFile(tideline, { model_type, file_name, file });
  const mapped = Object.keys(preview.suggested_mapping).length;
  answer(`${mapped} of ${preview.headers.length} columns of demo/${file_name} were recognised by their headers`);
  const counts = `${job.created_count} created, ${job.skipped_count} skipped as a duplicate, ${job.failed_count} refused`;
  answer(styleText('green', `${job.total_rows} rows: ${counts}; ${job.warning_count} with something to tell`));
  return job;
}

async function tour(server, receiver) {
  step('A server with a database of its own, and a receiver for webhooks');
  const response = await ready(server.url);
  showCall({ method: 'GET', url: `${server.url}/health/ready` }, response);
  answer(`${server.url}, PostgreSQL and log in ${shown(dataDir)}\nreceiver on ${receiver.url}`);

  step('Register: an account and its owner, who is signed in');
  const tideline = createTideline({ baseUrl: server.url, fetch: fetchAndShow });
  const email = `ada.${Date.now().toString(36)}@demo.example`;
  const { user } = await tideline.register({ email, password, name: 'Ada Lovelace', account_name: 'Demo' });
  answer(`account ${user.account_id}, ${user.role} ${user.email}`);

  step('Custom fields: what this account wants to know besides');
  const fields = '/api/v1/custom-fields';
  const level = await tideline.post(fields, {
    body: {
      ...{ entity_type: 'contact', field_type: 'enum', label: 'Customer level' },
      options: ['gold', 'silver', 'bronze'],
    },
  });
  const chance = await tideline.post(fields, {
    body: { entity_type: 'project', field_type: 'number', label: 'Chance in percent' },
  });
  answer(`contacts: ${level.label} (${level.options.join(', ')})\nprojects: ${chance.label} (${chance.field_type})`);

  step('Import companies from a spreadsheet');
  await importTable(tideline, 'companies', 'companies.csv');

  step('Import contacts: companies are found by their names, custom fields by their labels');
  const { id } = await importTable(tideline, 'contacts', 'contacts.csv');
  const told = tideline.list('/api/v1/imports/{id}/rows', { path: { id }, query: { warnings: true } });
  for await (const { row, messages } of told)
    for (const message of messages) answer(styleText('yellow', `row ${row}: ${message.replace(' (', '\n  (')}`));

  step('Find them: by parts of names, without accents; by a custom field');
  const found = await tideline.get('/api/v1/contacts', { query: { search: 'ZURICH', limit: 3 } });
  for (const { first_name, last_name, job_title, company_name } of found.items)
    answer(`${first_name} ${last_name}, ${job_title}, ${company_name}`);
  const gold = await tideline.get('/api/v1/contacts', { query: { custom_fields: { [level.id]: 'gold' }, limit: 100 } });
  answer(`${gold.items.length} contacts are gold`);

  step('A shop brings its records, by its own numbers: one, then many at once');
  const shop = { external_id: 'C-100', name: 'Hopper Instruments' };
  const outcomes = [];
  for (const data of [shop, { ...shop, industry: 'Computers' }, shop])
    outcomes.push((await tideline.upsert('/api/v1/companies', 'external_id', data)).outcome);
  answer(`the same company three times: ${outcomes.join(', ')}`);
  const customers = ['Grace', 'Alan', '', 'Barbara'].map((first_name, index) => ({
    ...{ action: 'upsert', match_by: 'external_id' },
    data: { external_id: `P-${index}`, first_name, company_external_id: 'C-100' },
  }));
  const { results, created_count } = await tideline.bulk('/api/v1/contacts', customers);
  answer(`${styleText('green', `${created_count} contacts created`)}, who all work there`);
  for (const { index, error } of results.filter(({ ok }) => !ok))
    answer(`item ${index}: ${styleText('red', error.code)}: ${error.message}`);

  step('A webhook endpoint: the receiver wants to hear of every change');
  const events = ['contact', 'company', 'project', 'activity'].flatMap((record) =>
    ['created', 'updated', 'deleted'].map((change) => `${record}.${change}`),
  );
  const endpoint = await tideline.post('/api/v1/webhooks', { body: { url: receiver.url, events } });
  receiver.secret = endpoint.secret;
  answer(`endpoint ${endpoint.id}, ${events.length} types of events, secret ${endpoint.secret_prefix}…`);

  step('A project, somebody in it, and a call');
  const [person] = found.items;
  const project = await tideline.post('/api/v1/projects', {
    body: {
      ...{ name: 'Espresso machines for three branches', stage: 'active', value: 4_800_000 },
      ...{ company_id: person.company_id, custom_fields: { [chance.id]: 70 } },
    },
  });
  await tideline.put('/api/v1/projects/{id}/contacts/{contact_id}', {
    path: { id: project.id, contact_id: person.id },
    body: { role: 'Decides' },
  });
  const activity = await tideline.post('/api/v1/activities', {
    body: {
      ...{ activity_type: 'call', contact_id: person.id, project_id: project.id },
      metadata: { direction: 'outbound', outcome: 'connected', duration_seconds: 540 },
    },
  });
  answer(`project ${project.id} for ${project.company_name}, ${project.stage}, worth ${project.value / 100}`);
  answer(`${activity.activity_type} ${activity.id} with ${activity.contact_name}`);

  step('Two people edit one contact: what the other one has changed is not overwritten');
  const [path, mine] = ['/api/v1/contacts/{id}', person];
  await tideline.update(path, person, { job_title: 'Managing director' });
  const both = await tideline.update(path, mine, { notes: 'Prefers mornings' });
  answer(styleText('green', `version ${both.version} has both changes: ${both.job_title}, ${both.notes}`));
  const conflict = await tideline.update(path, mine, { job_title: 'Retired' }).catch((error) => error);
  if (conflict.code !== 'contacts.edit_conflict') throw new Error('The other change was overwritten.');
  answer(`${styleText('red', conflict.code)}: ${conflict.message}, now "${conflict.details[0].current}"`);
  step('A create that is sent twice, because no answer came, takes effect once; a dry run leaves nothing');
  const order = { body: { first_name: 'Grace', last_name: 'Hopper' }, idempotencyKey: 'order-1042' };
  const once = await tideline.post('/api/v1/contacts', order);
  const again = await tideline.post('/api/v1/contacts', order);
  if (once.id !== again.id) throw new Error('A key made two contacts.');
  answer(styleText('green', `both answers tell of contact ${once.id}`));
  const change = { path: { id: once.id }, body: { job_title: 'Rear admiral' }, dryRun: true };
  const tried = await tideline.patch('/api/v1/contacts/{id}', change);
  const kept = await tideline.get('/api/v1/contacts/{id}', { path: { id: once.id } });
  if (kept.job_title !== '') throw new Error('A dry run changed a contact.');
  answer(styleText('green', `tried out: "${tried.job_title}"; kept: "${kept.job_title}"`));
  await tideline.delete('/api/v1/contacts/{id}', { path: { id: once.id } });

  step('The webhook arrives, and its signature is verified with the library standardwebhooks');
  const { event, body, headers } = await arrivalOf('project.created', receiver);
  await arrivalOf('activity.created', receiver);
  answer(`webhook-id: ${headers['webhook-id']}\nwebhook-signature: ${headers['webhook-signature']}`);
  answer(styleText('green', `verified: ${event.event}, "${event.data.name}"`));
  if (isGenuine(receiver.secret, `${body} `, headers)) throw new Error('A webhook that was changed is verified.');
  answer(styleText('green', 'refused: the same with one more space'));

  step('An OAuth app: a program signs in for itself, and reads');
  const { app, client_secret } = await tideline.post('/api/v1/oauth-apps', { body: { name: 'Nightly export' } });
  const credentials = { client_id: app.client_id, client_secret };
  const program = createTideline({ baseUrl: server.url, credentials, fetch: fetchAndShow });
  const companies = await program.get('/api/v1/companies', { query: { limit: 3 } });
  answer(styleText('green', `the app reads: ${companies.items.map(({ name }) => name).join(', ')}`));

  step('An error: a code to branch on, and a message that helps');
  const typo = { frist_name: 'Grace' };
  const mistake = await tideline.post('/api/v1/contacts', { body: typo }).catch((error) => error);
  if (!(mistake instanceof TidelineError)) throw new Error('A typo was not refused.');
  answer(`sent: ${JSON.stringify(typo)}\n${styleText('red', mistake.code)}: ${mistake.message}`);
  return { email, token: tideline.session.access_token, ...credentials };
}

function isGenuine(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function showCredentials(server, { email, token, client_id, client_secret }) {
  const rows = {
    'Swagger UI': styleText('bold', `${server.url}/docs`),
    'E-mail': email,
    Password: password,
    'OAuth app': `client_id ${client_id}`,
    '': `client_secret ${client_secret}`,
    'Access token': 'for 15 minutes; POST /api/v1/auth/login gives another one',
  };
  print(
    `\n${styleText('bold', 'It is all still running: press "Authorize" in Swagger UI and paste the access token.')}\n`,
  );
  for (const [name, value] of Object.entries(rows)) print(`  ${name.padEnd(13)} ${value}`);
  print(`\n${token}\n\nWebhooks show up here as they arrive. Stop with Ctrl-C.`);
}

function explained(error) {
  if (!(error instanceof TidelineError)) return error.message;
  return [`${error.code} (${error.status}): ${error.message}`, ...error.details.map(({ message }) => message)].join(
    '\n',
  );
}

function isToStay() {
  try {
    return !parseArgs({ options: { once: { type: 'boolean' } } }).values.once;
  } catch (error) {
    process.stderr.write(
      `${error.message}\n\nnpm run demo              stays until Ctrl-C\nnpm run demo -- --once    ends after the tour\n`,
    );
    process.exit(2);
  }
}

const stays = isToStay();
const stopRequest = new Promise((resolve) => process.on('SIGINT', resolve).on('SIGTERM', resolve)).then(() => 'stop');
mkdirSync(dataDir, { recursive: true });
let server, receiver;
try {
  receiver = await startReceiver();
  server = startServer(await freePort(Number(process.env.PORT || 3000)));
  const gone = server.ended.then(([code]) => {
    throw new Error(`The server ended with ${code}.`);
  });
  print(styleText('bold', 'Tideline in fourteen steps, each with the calls that it makes'));
  const shownAll = await Promise.race([tour(server, receiver), stopRequest, gone]);
  if (shownAll !== 'stop' && stays) {
    showCredentials(server, shownAll);
    receiver.on('webhook', ({ event, data }) =>
      print(`${styleText('green', 'webhook verified')} ${event} ${data?.id}`),
    );
    await Promise.race([stopRequest, gone]);
  }
} catch (error) {
  process.stderr.write(
    `\n${styleText('red', 'The demo failed.')} ${explained(error)}\nThe server's log: ${shown(logFile)}\n`,
  );
  process.exitCode = 1;
} finally {
  await server?.stop();
  receiver?.stop();
}
print('\nStopped.');
process.exit();
