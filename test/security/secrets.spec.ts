import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { LOGGER } from '../../src/platform/logging/logger';
import { newEmail, startApp, testSecrets, type TestApp } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { type CreatedImport, csv, Importing, pathOf } from '../support/imports';
import { call, type RawCall, speak } from '../support/raw';
import { answering, type Receiver, resetting, startReceiver, trustTestCertificates } from '../support/receiver';
import { breakDatabase } from '../support/statements';
import { measured } from '../support/measured';
import { Canaries, formsOf, type Heard } from './canaries';

/**
 * A run through everything that handles secrets, well and badly. Afterwards none of them is in a line of the log, in an answer
 * other than the one that is there to show it, in the change feed, in what a webhook sent, or in a column of the database.
 */
const secrets = new Canaries();
/** What is data in the database and for its owners, but nothing for the log. */
const personal = new Canaries();
const answers: Heard[] = [];
const dumps: Heard[] = [];
const feeds: Heard[] = [];
let log: Heard[];
let sent: Heard[];
let waitingMails = 0;

let program: TestApp;
/** Beside it, one that does the background work and cannot send mails. */
let worker: TestApp;
let receiver: Receiver;

const random = () => randomBytes(9).toString('hex');
/** A password, or what somebody took for one, that is sent in a body, a header or an address. */
const secret = (name: string) => secrets.add(name, `canary-${random()}`);
/** Of one that the program made, the end: its beginning may be shown. */
const made = (name: string, value: string, shownBy: Heard) => secrets.add(name, value.slice(-20), shownBy);

async function told<T>(where: string, asking: Promise<Answer<T>>): Promise<{ answer: Answer<T>; heard: Heard }> {
  const answer = await asking;
  const heard = { where, text: JSON.stringify([answer.headers, answer.body]) };
  answers.push(heard);
  return { answer, heard };
}

async function refused(where: string, asking: Promise<Answer<unknown>>): Promise<void> {
  const { answer } = await told(where, asking);
  expect([where, answer.status >= 400]).toEqual([where, true]);
}

async function raw(method: string, path: string, content: RawCall = {}): Promise<void> {
  const { status, headers, text } = await call(program.url, method, path, content);
  answers.push({ where: `${method} ${path.slice(0, 30)} → ${status}`, text: JSON.stringify(headers) + text });
}

/** Every row of every table. */
async function rowsOfAll(when: string): Promise<Heard[]> {
  const tables = await program.sql<{ name: string }>('select relname as name from pg_stat_user_tables order by 1');
  const rows: Heard[] = [];
  for (const { name } of tables) {
    const found = await program.sql<{ text: string }>(`select t::text as text from "${name}" t`);
    rows.push(...found.map(({ text }) => ({ where: `table ${name} ${when}`, text: withBytes(text) })));
  }
  return rows;
}

/** A row, and behind it the bytes in it, which are written in hexadecimal: they may hold an encoding of their own. */
function withBytes(row: string): string {
  const bytes = [...row.matchAll(/\\x((?:[0-9a-f]{2})+)/g)].map(([, digits]) =>
    Buffer.from(digits!, 'hex').toString('latin1'),
  );
  return [row, ...bytes].join('\n');
}

function keepSession(name: string, session: SignedIn, heard: Heard): SignedIn {
  made(`access token of ${name}`, session.access_token, heard);
  made(`refresh token of ${name}`, session.refresh_token, heard);
  return session;
}

const json = { 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
let owner: SignedIn;
let as: Client;
const email = newEmail();

beforeAll(async () => {
  for (const [name, value] of Object.entries(testSecrets)) secrets.add(name, value);
  trustTestCertificates();
  receiver = await startReceiver();
  program = await startApp({ LOG_LEVEL: 'trace' });
  await signingIn();
  await recovering();
  await programs();
  await malformed();
  await broken();
  const smtp = `smtp://mailer:${secret('password of the mail server')}@127.0.0.1:1`;
  worker = await startApp({ LOG_LEVEL: 'trace', WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost', SMTP_URL: smtp });
  await background();
  dumps.push(...(await rowsOfAll('at the end')));
  await raw('GET', '/metrics');
  log = [program, worker].flatMap(({ log: lines }) =>
    lines.map((text) => ({ where: `log: ${text.slice(0, 300)}`, text })),
  );
  sent = receiver.requests.map(({ path, headers, raw: body }) => ({
    where: path,
    text: JSON.stringify(headers) + body,
  }));
});
afterAll(async () => {
  await program.close();
  await worker.close();
  await receiver.close();
});

async function signingIn(): Promise<void> {
  const { client } = program;
  const first = secret('first password');
  const person = { email, password: first, name: 'Ada Lovelace' };
  const registered = await told('registering', client.post<SignedIn>('/auth/register', person));
  keepSession('registering', registered.answer.result, registered.heard);
  const called = { ...person, email: newEmail(), password: secret('password of an operation call') };
  const byCall = await told('auth-register', client.call<SignedIn>('auth-register', called));
  keepSession('auth-register', byCall.answer.result, byCall.heard);
  for (const [what, more] of [
    ['a bad address', { email: 'nobody' }],
    ['a taken address', {}],
    ['an unknown field', { email: newEmail(), passwort: secret('value of an unknown field') }],
    ['an address that is a password', { email: secret('password as address') }],
    ['no text', { email: newEmail(), name: { password: secret('nested password') } }],
  ] as const) {
    const body = { ...person, password: secret(`password with ${what}`), ...more };
    await refused(`registering with ${what}`, client.post('/auth/register', body));
    await refused(`auth-register with ${what}`, client.call('auth-register', body));
  }
  for (const password of ['too long ', 'a list ', 'an object '].map((what) => secret(`password, ${what}`))) {
    const unfit = [password.repeat(10), [password], { password }];
    for (const each of unfit)
      await refused('an unfit password', client.post('/auth/register', { ...person, password: each }));
  }
  const signedIn = await told('signing in', client.post<SignedIn>('/auth/login', { email, password: first }));
  const session = keepSession('signing in', signedIn.answer.result, signedIn.heard);
  await refused('a wrong password', client.post('/auth/login', { email, password: secret('wrong password') }));
  await refused(
    'a password for an address',
    client.post('/auth/login', { email: `${secret('address')}@example.com`, password: secret('password of nobody') }),
  );
  await refused(
    'exchanged',
    client.post('/auth/login', { email: secret('password in place of the address'), password: email }),
  );
  await refused('auth-login', client.call('auth-login', { email, password: secret('wrong password of a call') }));

  const { refresh_token } = session;
  const renewed = await told('refreshing', client.post<SignedIn>('/auth/refresh', { refresh_token }));
  keepSession('refreshing', renewed.answer.result, renewed.heard);
  await refused('a bad refresh token', client.post('/auth/refresh', { refresh_token: secret('bad refresh token') }));
  await refused('an access token', client.post('/auth/refresh', { refresh_token: session.access_token }));

  const second = secret('second password');
  as = client.as(renewed.answer.result);
  await refused(
    'a wrong present password',
    as.post('/auth/change-password', { current_password: secret('wrong present password'), new_password: second }),
  );
  await refused(
    'an unfit password',
    as.post('/auth/change-password', { current_password: first, new_password: email }),
  );
  const change = { current_password: first, new_password: second };
  const changed = await told('changing', as.post<SignedIn>('/auth/change-password', change));
  keepSession('changing', changed.answer.result, changed.heard);
  await refused('the password before', client.post('/auth/login', { email, password: first }));
  await refused('a token in the address', client.get(`/auth/me?access_token=${session.access_token}`));
  await refused(
    'a token in a cookie',
    client.with({ Cookie: `session=${secret('cookie')}; t=${session.access_token}` }).get('/auth/me'),
  );
  owner = renewed.answer.result;
}

/** Reads the mails only after the database was looked at while they waited. */
async function recovering(): Promise<void> {
  const { client } = program;
  const invitee = newEmail();
  await told('asking for a link', client.post('/auth/forgot-password', { email }));
  await told(
    'asking for somebody',
    client.post('/auth/forgot-password', { email: `${secret('unknown address')}@example.com` }),
  );
  const body = { email: invitee, name: 'Grace Hopper' };
  const invited = await told('inviting', as.post<{ invite_token: string }>('/users/invite', body));
  const invitation = made('invitation', invited.answer.result.invite_token, invited.heard);
  dumps.push(...(await rowsOfAll('while mails wait')));
  waitingMails = (await program.sql('select 1 from mails')).length;

  const [verify, reset] = (await program.mailsTo(email)).map(({ link }) => link) as [URL, URL];
  const invite = (await program.mailsTo(invitee)).at(-1)!.link;
  const token = secrets.add('token to reset', reset.searchParams.get('token')!);
  const verification = secrets.add('token to verify', verify.searchParams.get('token')!);
  expect(invite.href).toContain(invitation);
  for (const { pathname, search } of [verify, reset, invite]) await raw('GET', pathname + search);
  await told('verifying', client.post('/auth/verify-email', { token: verification }));
  await refused('verifying again', client.post('/auth/verify-email', { token: verification }));
  const third = secret('third password');
  await refused('a bad link', client.post('/auth/reset-password', { token: secret('bad link'), new_password: third }));
  await refused('a good link, a bad password', client.post('/auth/reset-password', { token, new_password: email }));
  await told('resetting', client.post('/auth/reset-password', { token, new_password: third }));
  await refused(
    'a link again',
    client.post('/auth/reset-password', { token, new_password: secret('fourth password') }),
  );
  await refused(
    'a bad invitation',
    client.post('/auth/accept-invite', { token: secret('bad invitation'), password: third }),
  );
  const accepted = { token: invited.answer.result.invite_token, password: secret('password of the invited') };
  const joined = await told('accepting', client.post<SignedIn>('/auth/accept-invite', accepted));
  keepSession('accepting', joined.answer.result, joined.heard);
  const again = await told('signing in again', client.post<SignedIn>('/auth/login', { email, password: third }));
  owner = keepSession('signing in again', again.answer.result, again.heard);
  as = client.as(owner);
}

interface ShownApp {
  readonly app: { readonly id: string; readonly client_id: string };
  readonly client_secret: string;
}

async function programs(): Promise<void> {
  const { client } = program;
  const shown = await told('making an app', as.post<ShownApp>('/oauth-apps', { name: 'Robot' }));
  const { app, client_secret } = shown.answer.result;
  made('client secret', client_secret, shown.heard);
  const grant = { grant_type: 'client_credentials', client_id: app.client_id };
  const granted = await told(
    'a grant',
    client.post<{ access_token: string }>('/oauth/token', { ...grant, client_secret }),
  );
  made('token of an app', granted.answer.result.access_token, granted.heard);
  const basic = (password: string) => ({
    Authorization: `Basic ${Buffer.from(`${app.client_id}:${password}`).toString('base64')}`,
  });
  for (const [door, wrong] of [
    ['a grant', { ...grant, client_secret: secret('wrong client secret') }],
    [
      'a grant of nobody',
      { ...grant, client_id: secret('client id'), client_secret: secret('client secret of nobody') },
    ],
    ['a grant of something else', { ...grant, grant_type: secret('grant type'), client_secret }],
  ] as const) {
    await refused(door, client.post('/oauth/token', wrong));
    await refused(`${door} by call`, client.call('oauth-token', wrong));
    await raw('POST', '/api/v1/oauth/token', { headers: form, body: new URLSearchParams(wrong).toString() });
  }
  await raw('POST', '/api/v1/oauth/token', {
    headers: { ...form, ...basic(secret('wrong Basic secret')) },
    body: 'grant_type=client_credentials',
  });
  await raw('POST', `/api/v1/oauth/token?client_secret=${client_secret}`, {
    headers: form,
    body: 'grant_type=client_credentials',
  });
  const form200 = { headers: { ...form, ...basic(client_secret) }, body: 'grant_type=client_credentials' };
  const { status, text } = await call(program.url, 'POST', '/api/v1/oauth/token', form200);
  expect(status).toBe(200);
  made('token by form', (JSON.parse(text) as { access_token: string }).access_token, { where: 'the form', text });
  const turned = await told('turning', as.post<ShownApp>(`/oauth-apps/${app.id}/rotate-secret`));
  made('client secret, turned', turned.answer.result.client_secret, turned.heard);

  const url = `${receiver.url}?key=${personal.add('key in the address of a webhook', `canary-${random()}`)}`;
  type Endpoint = { readonly id: string; readonly secret: string };
  const hook = await told('making a webhook', as.post<Endpoint>('/webhooks', { url, events: ['contact.created'] }));
  const rotated = await told('rotating', as.post<Endpoint>(`/webhooks/${hook.answer.result.id}/rotate-secret`));
  for (const { answer, heard } of [hook, rotated]) {
    made('webhook secret', answer.result.secret, heard);
    const key = Buffer.from(answer.result.secret.slice('whsec_'.length), 'base64');
    secrets.add('bytes of a webhook secret', key.toString('hex'));
  }
  const withPassword = `https://hook:${secret('password in the address of a webhook')}@example.com/`;
  await refused('a password in an address', as.post('/webhooks', { url: withPassword, events: ['contact.created'] }));

  const importing = new Importing(program, as);
  const begun = await told(
    'beginning an import',
    as.post<CreatedImport>('/imports', { model_type: 'contacts', file_name: 'a.csv' }),
  );
  const address = new URL(begun.answer.result.upload_url);
  made('signature of an upload', address.searchParams.get('signature')!, begun.heard);
  address.searchParams.set('signature', secret('wrong signature'));
  const file = csv([
    ['Name', 'Password'],
    ['Ada', personal.add('password in a file', `canary-${random()}`)],
  ]);
  await refused('a wrong signature', importing.put({ ...begun.answer.result, upload_url: address.href }, file));
  await raw('PUT', pathOf(begun.answer.result), {
    body: Buffer.from(`\0\xff"${personal.add('password in a file that is none', `canary-${random()}`)}`, 'latin1'),
  });
  await importing.complete(begun.answer.result.job);
}

/** What cannot be read, what goes elsewhere, and what comes by the wrong way. */
async function malformed(): Promise<void> {
  const paths = [
    '/api/v1/auth/login',
    '/api/auth-login',
    '/api/v1/auth/register',
    '/api/v1/oauth/token',
    '/api/v1/contacts',
    '/api/v1/nowhere',
  ];
  for (const path of paths) {
    const bodies: [string, object][] = [
      [`{"email":"a","password":"${secret('password in broken JSON')}"`, json],
      [`{"password":${secret('password without quotes')}}`, json],
      [`["${secret('password in a list')}"]`, json],
      [`"${secret('a text for a body')}"`, json],
      [`{"__proto__":{"password":"${secret('password in a prototype')}"}}`, json],
      [`{"a":${'['.repeat(40)}"${secret('password deep inside')}"${']'.repeat(40)}}`, json],
      [`password=${secret('password in a form')}`, form],
      [secret('password as plain text'), { 'Content-Type': 'text/plain' }],
      [`{"password":"${secret('password of no type')}"}`, {}],
      [`{"password":"${secret('password in Latin-1')}\xff"}`, json],
      [`{"${secret('password for a type')}":1`, { 'Content-Type': `text/${secret('type')}` }],
    ];
    for (const [body, headers] of bodies)
      await raw('POST', path, { headers: { ...headers }, body: Buffer.from(body, 'latin1') });
  }
  const authorizations = [
    `Bearer ${secret('bad token')}`,
    `Basic ${Buffer.from(`ada:${secret('password in Basic')}`).toString('base64')}`,
    `Digest response="${secret('digest')}"`,
    secret('token without a scheme'),
    `Bearer eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sub: secret('claim') })).toString('base64url')}.`,
    `Bearer ${owner.access_token}${secret('text behind a token')}`,
  ];
  for (const Authorization of authorizations) {
    for (const path of ['/api/v1/contacts', '/api/contacts-list', '/api/v1/auth/me', '/metrics', '/nowhere']) {
      await raw(path.includes('-list') ? 'POST' : 'GET', path, {
        headers: { Authorization, Cookie: `id=${secret('cookie')}` },
      });
    }
  }
  const bearer = { headers: { Authorization: `Bearer ${owner.access_token}` } };
  for (const name of [
    'access_token',
    'token',
    'password',
    'client_secret',
    'signature',
    'limit',
    'cursor',
    'company_id',
    'search',
  ]) {
    for (const path of ['/api/v1/contacts', '/api/v1/auth/me', '/reset-password', '/docs', '/nowhere']) {
      await raw('GET', `${path}?${name}=${secret(`${name} in a query`)}`, bearer);
    }
  }
  for (const path of [
    '/',
    '/reset-password/',
    '/api/v1/auth/login/',
    '/api/v1/contacts/',
    '/api/v1/oauth-apps/',
    '/api/',
    '/docs/',
    '/api/v1/webhooks/',
    '/api/v1/%zz',
    '/health/',
  ]) {
    for (const method of ['GET', 'POST', 'DELETE'])
      await raw(method, path + secret(`a secret in the path, behind ${path}`), bearer);
  }
  await raw('GET', `/${'x'.repeat(200)}${secret('a secret in a long path')}`);
  await raw('GET', `/api/v1/contacts;token=${secret('a secret behind a semicolon')}`, bearer);
  await raw('GET', `/api/v1/contacts/%2e%2e/${secret('a secret in an encoded path')}`, bearer);
  await raw(`OPTIONS`, '/api/v1/contacts', { headers: { Origin: `https://${secret('origin')}.example` } });
  for (const head of [`Bad Header: ${secret('a bad header')}`, `X: ${'x'.repeat(70_000)}${secret('a long header')}`]) {
    const text = await speak(program.url, `GET /api/v1/contacts HTTP/1.1\r\nHost: a\r\n${head}\r\n\r\n`);
    answers.push({ where: 'broken HTTP', text });
  }
}

/** The database fails, and says in its errors what it was given. */
async function broken(): Promise<void> {
  const { client } = program;
  const password = secret('password that a broken database had');
  const told500 = async (where: string, asking: Promise<Answer<unknown>>) => {
    const { answer } = await told(where, asking);
    expect([where, answer.status]).toEqual([where, 500]);
  };
  const quoting = (value: string) => [
    Object.assign(new Error(`invalid input syntax for type uuid: "${value}"`), { code: '22P02', where: value }),
    Object.assign(new Error('duplicate key value violates unique constraint "broken"'), {
      ...{
        code: '23514',
        detail: `Failing row contains (${value}).`,
        hint: value,
        internalQuery: value,
        parameters: [value],
      },
    }),
  ];
  const steps: readonly (readonly [RegExp, () => Promise<Answer<unknown>>])[] = [
    [/users/, () => client.post('/auth/register', { email: newEmail(), password, name: 'Ada' })],
    [/insert into "?accounts/i, () => client.call('auth-register', { email: newEmail(), password, name: 'Ada' })],
    [/users/, () => client.post('/auth/login', { email, password })],
    [/refresh_tokens/, () => client.post('/auth/refresh', { refresh_token: password })],
    [/one_time_tokens/, () => client.post('/auth/reset-password', { token: password, new_password: `${password}!` })],
    [
      /oauth_apps/,
      () => client.post('/oauth/token', { grant_type: 'client_credentials', client_id: 'a', client_secret: password }),
    ],
    [/sessions/, () => client.with({ Authorization: `Bearer ${owner.access_token}` }).get('/auth/me')],
    [/insert into "?oauth_apps/i, () => as.post('/oauth-apps', { name: 'Robot' })],
    [
      /insert into "?webhooks/i,
      () => as.post('/webhooks', { url: 'https://example.com/', events: ['contact.created'] }),
    ],
    [
      /insert into "?one_time_tokens|insert into mails/i,
      () => as.post('/users/invite', { email: newEmail(), name: 'Grace' }),
    ],
  ];
  for (const [statement, step] of steps) {
    for (const error of [undefined, ...quoting(password), ...quoting(owner.access_token)]) {
      // What is believed of the caller is believed for a second.
      program.clock.move(1_000);
      const mend = breakDatabase(statement, error);
      await told500(`a broken database (${statement.source})`, step());
      mend();
    }
  }
}

async function background(): Promise<void> {
  const client = worker.client.as(owner);
  worker.clock.move(program.clock.now().getTime() - Date.now());
  const importing = new Importing(worker, client);
  receiver.answer = (request, response, nth) =>
    [answering(500), resetting, answering(200)][nth % 3]!(request, response, nth);
  await Promise.all(
    ['Grace', 'Alan', 'Ada', 'Edsger', 'Barbara'].map((first_name) => client.post('/contacts', { first_name })),
  );
  await worker.deliver();
  const rows = [
    ['First name', 'E-mail'],
    ['', personal.add('password in a row that is refused', `canary-${random()}`)],
  ];
  const job = await importing.run('contacts', rows);
  expect((await importing.errors(job)).length).toBeGreaterThan(0);
  const body = { email: newEmail(), name: 'Charles' };
  const invited = await told('inviting', client.post<{ invite_token: string }>('/users/invite', body));
  made('invitation that cannot be sent', invited.answer.result.invite_token, invited.heard);
  while (!worker.log.some((line) => line.includes('a mail could not be sent'))) await new Promise(setImmediate);
  const { answer } = await told('the change feed', client.get<{ items: unknown[] }>('/events?limit=100'));
  feeds.push(...answer.result.items.map((item) => ({ where: 'the change feed', text: JSON.stringify(item) })));
  const endpoints = await told('webhooks', client.get<{ items: { id: string }[] }>('/webhooks'));
  for (const { id } of endpoints.answer.result.items)
    await told('deliveries', client.get(`/webhooks/${id}/deliveries?limit=100`));
  for (const path of ['/users', '/oauth-apps', '/imports', '/auth/me']) await told(path, client.get(path));
}

it('the log has none of them', () => {
  expect(log.length).toBeGreaterThan(300);
  expect(log.filter(({ text }) => text.includes('a request failed')).length).toBeGreaterThan(30);
  expect([...secrets.foundIn(log), ...personal.foundIn(log)]).toEqual([]);
});

it('no answer has one but that which shows it', () => {
  expect(answers.length).toBeGreaterThan(250);
  expect(secrets.foundIn(answers)).toEqual([]);
});

it('no column of a table has one, nor had one while mails waited', () => {
  expect(waitingMails).toBeGreaterThanOrEqual(2);
  expect(new Set(dumps.map(({ where }) => where)).size).toBeGreaterThan(20);
  expect(secrets.foundIn(dumps)).toEqual([]);
});

it('the change feed and what webhooks send have none', () => {
  expect(feeds.length).toBeGreaterThan(4);
  expect(sent.length).toBeGreaterThan(4);
  expect([...secrets.foundIn([...feeds, ...sent]), ...personal.foundIn(feeds)]).toEqual([]);
  measured('canaries', {
    canaries: secrets.names.length,
    'lines of the log': log.length,
    answers: answers.length,
    'places of the database': dumps.length,
    found: 0,
  });
});

describe('the search finds what is planted', () => {
  const planted = new Canaries();
  const value = planted.add('planted', `planted-${random()}`);
  const bytes = Buffer.from(value);

  it.each([
    ['as it is', value],
    ['in other letters', value.toUpperCase()],
    ['in JSON', JSON.stringify({ a: [value] })],
    ['in an address', encodeURIComponent(value)],
    ['in hexadecimal', bytes.toString('hex')],
    ['in Base64', bytes.toString('base64')],
    ['in Base64, one byte on', Buffer.from(`:${value}:`).toString('base64')],
    ['in Base64, two bytes on', Buffer.from(`a:${value}b`).toString('base64url')],
  ])('%s', (where, text) => {
    expect(planted.foundIn([{ where, text: `before ${text} behind` }])).toEqual([`planted in ${where}`]);
    expect(formsOf(value).length).toBeGreaterThan(4);
  });

  it('in a line of the log, in a text, in bytes and in JSON of the database', async () => {
    program.app.get<Logger>(LOGGER).info({ body: { password: value } }, 'planted');
    const line = { where: 'log', text: program.log.at(-1)! };
    expect(planted.foundIn([line])).toEqual(['planted in log']);
    await program.sql(
      `create table planted as select * from (values ($1::text, null::bytea, null::jsonb), (null, $2, null),
         (null, $3, null), (null, null, jsonb_build_object('a', $1::text))) as rows (a, b, c)`,
      [value, bytes, Buffer.from(bytes.toString('base64'))],
    );
    const found = planted.foundIn(await rowsOfAll('now'));
    await program.sql('drop table planted');
    expect(found).toEqual(Array.from({ length: 4 }, () => 'planted in table planted now'));
  });
});
