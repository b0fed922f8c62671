import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceView } from '../../src/contexts/sources/source.view';
import { useApi } from '../support/api';
import { password } from '../support/app';
import { badEscapes, noRoutes, oddBytes, refusedBytes } from '../support/bad-http';
import { call, outcomeOf, parseAnswer, type RawAnswer, speak } from '../support/raw';
import { withClient, workerDatabaseUrl } from '../support/database';
import { breakDatabase } from '../support/statements';

const { program, ada, client } = useApi({ accountFor: 'all tests' });
let authorization: string;
beforeAll(() => {
  authorization = `Bearer ${ada.access_token}`;
});

type Headers = Readonly<Record<string, string | string[]>>;
const ask = (method: string, path: string, headers: Headers = {}, body?: string) =>
  call(program.url, method, path, { headers, body });
const outcome = async (method: string, path: string, headers?: Headers, body?: string) =>
  outcomeOf(await ask(method, path, headers, body));
/** GET with a token. */
const got = (path: string) => outcome('GET', path, { authorization });
const words = (text: string): string[] => text.split(' ');
const json = { 'Content-Type': 'application/json' };

async function expectAlive(): Promise<void> {
  expect((await ask('GET', '/health/live')).status).toBe(200);
}

describe('what is no route', () => {
  it.each(noRoutes)('%s %s → api.not_found', async (method, path) => {
    expect(await outcome(method, path, { authorization })).toBe('404 api.not_found');
    expect(await outcome(method, path)).toBe('404 api.not_found');
  });

  it.each(words('../package.json %2e%2e/%2e%2e/package.json ..%2f..%2fpackage.json ..%5cpackage.json ....// %00 .env'))(
    '/docs/%s gives no file',
    async (path) => {
      expect(await got(`/docs/${path}`)).toMatch(/^(400 api\.invalid_request|404 api\.not_found)$/);
    },
  );

  it.each(['/nothing', '/api/v1/nothing', `/${'x'.repeat(10_000)}`])('HEAD %s → 404 without a body', async (path) => {
    const { status, text, headers } = await ask('HEAD', path);
    expect([status, text, headers['x-request-id']]).toEqual([404, '', expect.any(String)]);
  });

  it.each([`"${'x'.repeat(50)}`, "<script>alert('x')</script>", 'a\\b'])(
    '%s in the path is not made part of a page',
    async (part) => {
      const { status, headers } = await ask('GET', `/${encodeURIComponent(part)}`);
      expect([status, headers['content-type']]).toEqual([404, expect.stringMatching(/^application\/json/)]);
    },
  );
});

describe('addresses that cannot be decoded', () => {
  it.each(badEscapes)('%s as the whole path → 400 or 404 of api', async (part) => {
    for (const path of [`/${part}`, `/api/v1/${part}`, `/${part}/sources`]) {
      expect(await got(path)).toMatch(/^(400 api\.invalid_request|404 api\.not_found)$/);
    }
    await expectAlive();
  });

  it('as an id → sources.invalid_id', async () => {
    const outcomes = badEscapes.map(async (part) => [part, await got(`/api/v1/sources/${part}`)]);
    expect(await Promise.all(outcomes)).toEqual(badEscapes.map((part) => [part, '400 sources.invalid_id']));
  });

  it.each(badEscapes)('%s in the query → sources.invalid_request', async (part) => {
    expect(await got(`/api/v1/sources?limit=${part}`)).toBe('400 sources.invalid_request');
    expect(await got(`/api/v1/sources?${part}=1`)).toBe('400 sources.invalid_request');
  });
});

describe('parameters that cannot be decoded', () => {
  const parameters = ['search', 'tags', 'email', 'cursor', 'custom_fields[0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70]', 'x'];
  it.each(parameters)('%s is refused by name, whatever is broken', async (name) => {
    for (const part of badEscapes) {
      const { error } = await client.get(`/contacts?limit=5&${name}=a${part}`);
      expect([part, error.code, error.details?.[0]?.field]).toEqual([part, 'contacts.invalid_request', name]);
    }
  });

  it('a name is told as far as it can be read', async () => {
    const fields = async (query: string) =>
      (await client.get(`/contacts?${query}`)).error.details?.map(({ field }) => field);
    expect(await fields('a%ff=1&%63=%ff&search=%E2%82%AC')).toEqual(['a%ff', 'c']);
    expect(await fields(`${'x'.repeat(5_000)}=%ff`)).toEqual(['x'.repeat(100)]);
    expect(await fields('%ff&'.repeat(500))).toHaveLength(20);
  });

  it('the path is judged before, and routes and operations without parameters refuse them too', async () => {
    expect((await client.get('/contacts/abc?x=%ff')).error.code).toBe('contacts.invalid_id');
    expect((await client.post('/contacts?x=%ff', { first_name: 'Grace' })).error.code).toBe('contacts.invalid_request');
    expect((await client.sendTo('POST', '/api/contacts-list?x=%ff', {})).error.code).toBe('contacts.invalid_request');
  });

  it('what can be decoded is read', async () => {
    await client.post('/contacts', { first_name: '100% Größe + 🌊' });
    for (const query of ['100%25', 'Gr%C3%B6%C3%9Fe', 'gr%c3%b6sse', '%2B', '%F0%9F%8C%8A', '100%25+Gr%C3%B6%C3%9Fe'])
      expect([query, (await client.get<{ items: [] }>(`/contacts?search=${query}`)).result.items.length]).toEqual([
        query,
        1,
      ]);
  });
});

describe('odd addresses', () => {
  it.each(words('?&& ? ?& ?= ?limit ?limit= ?limit=&limit= ?&limit=5&'))('the query %s does no harm', async (query) => {
    expect(await got(`/api/v1/sources${query}`)).toMatch(/^(200|400 sources\.invalid_request)$/);
  });

  it.each(words('limit[]=5 limit[0]=5 limit[a]=5 limit%5B%5D=5 limit.a=5 Limit=5 %20limit=5 limit%00=5'))(
    '?%s is an unknown parameter',
    async (query) => expect(await got(`/api/v1/sources?${query}`)).toBe('400 sources.invalid_request'),
  );

  it.each([101, 1_000, 10_000])('an id of %i characters → sources.invalid_id, after the token', async (length) => {
    const path = `/api/v1/sources/${'x'.repeat(length)}`;
    expect(await got(path)).toBe('400 sources.invalid_id');
    expect(await outcome('GET', path)).toBe('401 auth.required');
  });

  it.each(words('.. . %2e%2e %2F ..%2f..%2fauth%2fme a%2Fb * :id {id}'))('%s is an id and no way', async (part) =>
    expect(await got(`/api/v1/sources/${part}`)).toBe('400 sources.invalid_id'),
  );

  it.each<[string, string, string, string]>([
    ['a record', 'GET /api/v1/sources/abc', '', '400 sources.invalid_id'],
    ['a bad body', 'POST /api/v1/sources', '{', '400 sources.invalid_request'],
    ['no route', 'GET /api/v1/nothing', '', '404 api.not_found'],
  ])('an address with scheme and host is the same address: %s', async (_, request, body, expected) => {
    const [method, path] = words(request);
    const lines = [
      `${method} http://example.com${path} HTTP/1.1`,
      'Host: example.com',
      `Authorization: ${authorization}`,
    ];
    if (body) lines.push('Content-Type: application/json', `Content-Length: ${body.length}`);
    const text = await speak(program.url, [...lines, 'Connection: close', '', body].join('\r\n'));
    expect(outcomeOf(parseAnswer(text))).toBe(expected);
  });
});

describe('the request id', () => {
  const places: [string, string, string, Headers, string?][] = [
    ['a success', 'GET', '/api/v1/sources', {}],
    ['a refusal', 'POST', '/api/v1/sources', json, '{}'],
    ['an unreadable body', 'POST', '/api/v1/sources', json, '{'],
    ['an unknown route', 'GET', '/nothing', {}],
    ['an unknown route of the API', 'PUT', '/api/v1/sources', {}],
    ['a bad address', 'GET', '/%', {}],
    ['a bad address of the API', 'GET', '/api/v1/sources/%zz', {}],
    ['a long id', 'GET', `/api/v1/sources/${'x'.repeat(1_000)}`, {}],
    ['the liveness probe', 'GET', '/health/live', {}],
    ['the readiness probe', 'GET', '/health/ready', {}],
    ['the page', 'GET', '/docs', {}],
    ['the document', 'GET', '/openapi.json', {}],
  ];
  const answered = async ([, method, path, headers, body]: (typeof places)[number], id?: string | string[]) =>
    ask(method, path, { authorization, ...headers, ...(id !== undefined && { 'X-Request-Id': id }) }, body);

  it.each(places)('is taken over by %s', async (...place) => {
    for (const id of ['7', 'order-42/try:1', '~'.repeat(128), `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`]) {
      const answer = await answered(place, id);
      expect(answer.headers['x-request-id']).toBe(id);
      if (answer.status !== 200) outcomeOf(answer);
    }
  });

  it.each(places)('is made for %s', async (...place) => {
    const made = await Promise.all([undefined, '', 'x'.repeat(129)].map((id) => answered(place, id)));
    const ids = made.map(({ headers }) => headers['x-request-id']);
    for (const id of ids) expect(id).toMatch(/^[\x21-\x7e]{8,100}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['a space inside', 'a b'],
    ['a tab inside', 'a\tb'],
    ['Latin-1', 'caf\xe9'],
    ['UTF-8', Buffer.from('café').toString('latin1')],
    ['a no-break space', 'a\xa0'],
    ['only white space', '  '],
    ['129 characters', 'x'.repeat(129)],
    ['10,000 characters', 'x'.repeat(10_000)],
  ])('is made when the one sent has %s', async (_, id) => {
    for (const path of ['/health/live', '/api/v1/nothing', '/%']) {
      const { headers } = parseAnswer(
        await speak(program.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`),
      );
      expect(headers['x-request-id']).toMatch(/^[\x21-\x7e]{8,100}$/);
      expect(headers['x-request-id']).not.toBe(id);
    }
  });

  it('is made when two are sent', async () => {
    const { headers } = await ask('GET', '/health/live', { 'X-Request-Id': ['one', 'two'] });
    expect(headers['x-request-id']).toMatch(/^[\x21-\x7e]{8,100}$/);
    expect(headers['x-request-id']).not.toMatch(/one|two/);
  });

  it('is there when the program fails', async () => {
    const restore = breakDatabase(/from sources/);
    const answer = await ask('GET', '/api/v1/sources', { authorization, 'X-Request-Id': 'failing' });
    restore();
    expect(outcomeOf(answer)).toBe('500 sources.internal');
    expect(answer.headers['x-request-id']).toBe('failing');
  });
});

describe('faults of the connection', () => {
  it.each(refusedBytes)('%s: the envelope, and the program lives on', async (_, bytes) => {
    expect(outcomeOf(parseAnswer(await speak(program.url, bytes)))).toMatch(/^4\d\d api\.invalid_request$/);
    await expectAlive();
  });

  it.each(oddBytes)('%s: no failure of the server, and the program lives on', async (_, bytes, halfClose) => {
    const text = await speak(program.url, bytes, { halfClose });
    expect(text).not.toMatch(/HTTP\/1\.1 5\d\d/);
    await expectAlive();
  });

  it('twenty connections that are cut in the middle of a request do no harm', async () => {
    const head = `POST /api/v1/sources HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`;
    const cut = `${head}Content-Type: application/json\r\nContent-Length: 15\r\n\r\n{"name":"Fa`;
    await Promise.all(Array.from({ length: 20 }, () => speak(program.url, cut, { halfClose: true })));
    expect((await client.get<{ items: SourceView[] }>('/sources')).result.items).toEqual([]);
    await expectAlive();
  });
});

describe('headers', () => {
  it.each(
    words('/api/v1/sources /api/v1/auth/me /api/v1/nothing /nothing /% /health/live /health/ready /openapi.json'),
  )('GET %s: JSON, nothing about the software, nothing for other origins', async (path) => {
    for (const headers of [{ authorization }, {}, { authorization, Origin: 'https://app.example.com' }]) {
      const answer = await ask('GET', path, headers as Headers);
      expect(answer.headers['content-type']).toMatch(/^application\/json; ?charset=utf-8$/i);
      const named = Object.keys(answer.headers);
      expect(named.filter((name) => /^(x-powered-by|server|access-control-.*)$/.test(name))).toEqual([]);
      expect(named).toContain('x-request-id');
    }
  });
});

describe('probes', () => {
  const probe = async (path: string) => {
    const { status, text } = await ask('GET', path);
    return [status, (JSON.parse(text) as { ok: boolean }).ok];
  };

  it('live and ready, without a token', async () => {
    expect(await probe('/health/live')).toEqual([200, true]);
    expect(await probe('/health/ready')).toEqual([200, true]);
  });

  it('without its database the program lives but is not ready', async () => {
    const restore = breakDatabase(/select 1/i);
    expect(await probe('/health/ready')).toEqual([503, false]);
    expect(await probe('/health/live')).toEqual([200, true]);
    expect((await ask('GET', '/health/ready')).text).not.toMatch(/terminated|select|postgres(ql)?:/i);
    restore();
    expect(await probe('/health/ready')).toEqual([200, true]);
  });
});

describe('pages', () => {
  it('/docs shows itself without any other host', async () => {
    const page = await ask('GET', '/docs');
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    const references = [
      ...page.text.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi),
    ].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(1);
    for (const reference of references.filter((each) => !each.startsWith('data:'))) {
      const url = new URL(reference, `${program.url}/docs`);
      expect([reference, url.origin]).toEqual([reference, program.url]);
      expect([reference, (await ask('GET', url.pathname)).status]).toEqual([reference, 200]);
    }
  });

  it.each(['/openapi.json', '/openapi-operations.json'])('%s is the document that is checked in', async (path) => {
    const { status, text } = await ask('GET', path);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(join(__dirname, '../..', path), 'utf8')));
  });
});

describe('CORS', () => {
  const origin = 'https://app.example.com';
  const { program: open } = useApi({ environment: { CORS_ORIGINS: origin } });
  const preflight = (from: string, method = 'POST', path = '/api/v1/sources') =>
    call(open.url, 'OPTIONS', path, {
      headers: {
        Origin: from,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    });

  it('is off unless configured', async () => {
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
    const answer = await ask('OPTIONS', '/api/v1/sources', headers);
    expect(outcomeOf(answer)).toBe('404 api.not_found');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each(['GET', 'POST', 'PATCH', 'DELETE'])('answers a preflight for %s', async (method) => {
    const { status, headers, text } = await preflight(origin, method);
    expect([status, headers['access-control-allow-origin'], text]).toEqual([204, origin, '']);
    expect(headers['access-control-allow-methods']).toContain(method);
    expect(headers['access-control-allow-headers']?.toLowerCase()).toMatch(/authorization/);
    expect(headers['access-control-allow-headers']?.toLowerCase()).toMatch(/content-type/);
  });

  it('a preflight has its request id', async () => {
    expect((await preflight(origin)).headers['x-request-id']).toEqual(expect.any(String));
  });

  it('a preflight is logged like every request', async () => {
    await preflight(origin);
    const lines = open.log
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ method }) => method === 'OPTIONS');
    expect(lines).toContainEqual(
      expect.objectContaining({ path: '/api/v1/sources', status: 204, request_id: expect.any(String) }),
    );
  });

  it.each<[string, Headers]>([
    ['no origin', {}],
    ['no method', { Origin: origin }],
  ])('OPTIONS with %s is no preflight → api.not_found', async (_, headers) => {
    expect(outcomeOf(await call(open.url, 'OPTIONS', '/api/v1/sources', { headers }))).toBe('404 api.not_found');
  });

  it.each(
    words(
      'https://evil.example.com http://app.example.com https://app.example.com.evil.com https://app.example.com:444 null *',
    ),
  )('allows nothing to %s', async (other) => {
    expect((await preflight(other)).headers['access-control-allow-origin']).toBeUndefined();
    const { headers } = await call(open.url, 'GET', '/api/v1/sources', { headers: { Origin: other, authorization } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each<[string, string, Headers, string | undefined]>([
    ['GET', '/api/v1/sources', {}, undefined],
    ['GET', '/api/v1/nothing', {}, undefined],
    ['GET', '/api/v1/sources/%zz', {}, undefined],
    ['POST', '/api/v1/auth/login', json, '{'],
  ])('%s %s lets the page read the answer and its request id', async (method, path, more, body) => {
    for (const token of [{}, { authorization }] as Headers[]) {
      const { headers } = await call(open.url, method, path, { headers: { Origin: origin, ...token, ...more }, body });
      expect(headers['access-control-allow-origin']).toBe(origin);
      expect(headers['access-control-expose-headers']?.toLowerCase()).toContain('x-request-id');
    }
  });
});

describe('the log', () => {
  /** The lines of one request, when the one that tells its status has been written. */
  async function linesOf(id: string): Promise<Record<string, unknown>[]> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const lines = program.log
        .filter((line) => line.includes(id))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      if (lines.some(({ status }) => status !== undefined)) return lines;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`No line tells the status of ${id}.`);
  }

  const secret = 'hunter2-and-more';
  const credentials = `{"email":"${secret}@example.com","password":"${secret}"}`;
  const registration = credentials.replace('}', `,"name":"${secret}"}`);
  it.each<[string, string, string, number, Headers, string | undefined]>([
    ['a success', 'GET', '/api/v1/sources', 200, {}, undefined],
    ['a refusal', 'POST', '/api/v1/sources', 400, json, `{"colour":"${secret}"}`],
    ['a record', 'POST', '/api/v1/sources', 200, json, `{"name":"${secret}"}`],
    ['a bad body', 'POST', '/api/v1/auth/login', 400, json, `{"password": ${secret}`],
    ['a body of another type', 'POST', '/api/v1/auth/login', 400, { 'Content-Type': 'text/plain' }, secret],
    ['a wrong password', 'POST', '/api/v1/auth/login', 401, json, credentials],
    ['a registration', 'POST', '/api/v1/auth/register', 200, json, registration],
    ['a bad token', 'GET', '/api/v1/auth/me', 401, { authorization: `Bearer ${secret}` }, undefined],
    ['another scheme', 'GET', '/api/v1/auth/me', 401, { authorization: `Basic ${secret}` }, undefined],
    ['a bad refresh token', 'POST', '/api/v1/auth/refresh', 401, json, `{"refresh_token":"${secret}"}`],
    ['an unknown route', 'GET', '/nothing', 404, {}, undefined],
    ['a bad address', 'GET', '/%', 404, {}, undefined],
    ['a secret in a path of nothing', 'GET', `/reset-password/${secret}`, 404, {}, undefined],
    ['a secret for an id', 'DELETE', `/api/v1/oauth-apps/${secret}`, 400, {}, undefined],
    ['a probe', 'GET', '/health/live', 200, {}, undefined],
    ['a page', 'GET', '/openapi.json', 200, {}, undefined],
  ])('has one line for %s', async (_, method, path, status, headers, body) => {
    const id = `log-${Math.random()}`;
    const query = (status === 400 && method === 'POST') || path === '/nothing' ? `?token=${secret}` : '';
    const from = program.log.length;
    const answer: RawAnswer = await ask(method, path + query, { authorization, ...headers, 'X-Request-Id': id }, body);
    expect(answer.status).toBe(status);
    const told = (await linesOf(id)).filter((line) => line.status !== undefined);
    const logged = path.replace(new RegExp(`nothing|%|${secret}`), '*');
    expect(told).toEqual([expect.objectContaining({ request_id: id, method, path: logged, status })]);
    const written = program.log.slice(from).join('');
    expect(written).not.toContain(secret);
    expect(written).not.toContain(ada.access_token.slice(-20));
  });

  it.each<[string, RegExp, string, string]>([
    ['a source', /insert into sources/i, '/api/v1/sources', `{"name":"${secret}"}`],
    ['a user', /insert into "?users/i, '/api/v1/auth/register', registration.replace('@', '-2@')],
  ])('tells nothing of the values when %s cannot be stored', async (_, statement, path, body) => {
    const from = program.log.length;
    const restore = breakDatabase(statement);
    const answer = await ask('POST', path, { authorization, ...json, 'X-Request-Id': `lost-${path}` }, body);
    restore();
    expect(answer.status).toBe(500);
    await linesOf(`lost-${path}`);
    const written = program.log.slice(from).join('');
    expect(written).toContain('Connection terminated unexpectedly');
    expect(written).not.toContain(secret);
    expect(written).not.toContain('$argon2');
  });

  it('holds nothing of all the secrets of this file, and every line is JSON', () => {
    for (const line of program.log) expect(JSON.parse(line)).toEqual(expect.any(Object));
    const all = program.log.join('');
    for (const value of [secret, password, ada.access_token, ada.refresh_token, authorization])
      expect(all).not.toContain(value);
  });
});

describe('a client that does not wait', () => {
  const logged = async (id: string) => {
    let line: string | undefined;
    do {
      await new Promise(setImmediate);
      line = program.log.find((text) => text.includes(id) && text.includes('"request"'));
    } while (!line);
    return JSON.parse(line) as object;
  };
  const open = async (id: string, path: string, length: number, ...more: string[]) => {
    const { hostname, port } = new URL(program.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const head = [`POST ${path} HTTP/1.1`, 'Host: x', `X-Request-Id: ${id}`, 'Content-Type: application/json', ...more];
    socket.write(`${head.join('\r\n')}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`);
    // The server has read the head when it says "continue".
    await new Promise((resolve) => socket.once('data', resolve));
    return socket;
  };
  const expectLogged = async (id: string) => {
    const line = await logged(id);
    expect(line).toEqual(expect.objectContaining({ request_id: id, method: 'POST', hung_up: true }));
    expect(line).not.toHaveProperty('status');
    expect(program.log.filter((text) => text.includes(id) && text.includes('"level":"error"'))).toEqual([]);
  };

  it('until its body is sent: its request is in the log, without a status and without an error', async () => {
    const id = `hung-up-${Math.random()}`;
    const socket = await open(id, '/api/v1/auth/login', 100);
    socket.write('{"email":');
    socket.resetAndDestroy();
    await expectLogged(id);
  });

  it('for the answer: likewise, and what it asked for is done', async () => {
    const id = `hung-up-${Math.random()}`;
    const body = JSON.stringify({ name: id });
    await withClient(workerDatabaseUrl(), async (other) => {
      await other.query('begin');
      await other.query('lock table sources in exclusive mode');
      const socket = await open(id, '/api/v1/sources', body.length, `Authorization: Bearer ${ada.access_token}`);
      socket.write(body);
      while ((await other.query('select 1 from pg_locks where not granted')).rowCount === 0);
      socket.resetAndDestroy();
      await expectLogged(id);
      await other.query('rollback');
    });
    const made = () => program.sql('select 1 from sources where name = $1', [id]);
    while ((await made()).length === 0);
  });
});
