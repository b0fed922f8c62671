import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Client as Database } from 'pg';
import type { SourceView } from '../../src/contexts/sources/source.view';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import {
  badBytes,
  badJson,
  fair,
  mebibyte,
  nested,
  notObjects,
  oddBodies,
  padded,
  prototypeKeys,
  wrongTypes,
} from '../support/bad-json';
import { workerDatabaseUrl } from '../support/database';
import { verdictOnText } from '../support/hostile-values';
import { call, outcomeOf, parseAnswer, speak } from '../support/raw';
import { markDirect } from '../support/statements';

const { program, ada, client } = useApi({ accountFor: 'all tests' });
let source: SourceView;
let authorization: string;
/** One connection for all the looks at what is stored. */
let database: Database;

beforeAll(async () => {
  database = new Database({ connectionString: workerDatabaseUrl() });
  markDirect(database);
  await database.connect();
  authorization = `Bearer ${ada.access_token}`;
  source = (await client.post<SourceView>('/sources', { name: 'Kept' })).result;
});
afterAll(() => database.end());

const stored = async () =>
  (
    await database.query<{ accounts: number; users: number }>(
      `select (select count(*) from accounts)::int accounts, (select count(*) from users)::int users,
              (select count(*) from sessions)::int sessions, (select count(*) from sources)::int sources,
              (select md5(string_agg(s::text, '|' order by id)) from sources s) contents`,
    )
  ).rows[0]!;

type Target = 'create' | 'update' | 'register' | 'login';
const targets: readonly Target[] = ['create', 'update', 'register', 'login'];
const requestOf = (target: Target): [method: string, path: string] =>
  target === 'create'
    ? ['POST', '/api/v1/sources']
    : target === 'update'
      ? ['PATCH', `/api/v1/sources/${source.id}`]
      : ['POST', `/api/v1/auth/${target}`];
const refusal = (target: Target) =>
  target === 'create' || target === 'update' ? '400 sources.invalid_request' : '400 auth.invalid_request';

/** The same text with what makes a whole request of it, so that whoever reads it does not refuse it for its fields. */
const completed = (target: Target, body: string): string =>
  target === 'register'
    ? body.replace('"name":', `"email":"${newEmail()}","password":"${password}","name":`)
    : target === 'login'
      ? body.replace('"name":', `"email":"${ada.user.email}","password":`)
      : body;

const json = { 'Content-Type': 'application/json' };
const send = async (target: Target, body?: string | Buffer, headers: Record<string, string> = json) =>
  outcomeOf(await call(program.url, ...requestOf(target), { headers: { authorization, ...headers }, body }));

async function expectRefused(body?: string | Buffer, headers?: Record<string, string>): Promise<void> {
  const before = await stored();
  const text = (target: Target) => (typeof body === 'string' ? completed(target, body) : body);
  const outcomes = await Promise.all(targets.map((target) => send(target, text(target), headers)));
  expect(outcomes).toEqual(targets.map(refusal));
  expect(await stored()).toEqual(before);
}

/** One or two of each class; test/fuzz has them all. */
const examples = <Item>(all: readonly Item[]): Item[] => [all[0]!, all[Math.floor(all.length / 2)]!];

describe('a body that cannot be read is refused by every route and stores nothing', () => {
  it.each(examples(badJson))('%s', (_, text) => expectRefused(text));
  it.each(examples(badBytes))('no UTF-8: %s', (_, bytes) => expectRefused(bytes));
  it.each(examples(notObjects))('no object: %s', (text) => expectRefused(text));
  it.each(examples(prototypeKeys))('%s', (text) => expectRefused(text));
  it.each(examples(oddBodies))('%s', (_, body) => expectRefused(body));
  it.each(examples(wrongTypes))('the content type %j', (type) => expectRefused(fair, { 'Content-Type': type }));
  it('no content type', () => expectRefused(fair, {}));

  it.each<[string, string, string]>([
    ['form fields', 'application/x-www-form-urlencoded', 'name=Fair'],
    [
      'multipart',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nFair\r\n--x--\r\n',
    ],
    ['text', 'text/plain', 'Fair'],
  ])('real %s', (_, type, body) => expectRefused(body, { 'Content-Type': type }));

  it('no body and no type', () => expectRefused(undefined, {}));

  it.each([
    ['gzip', gzipSync(fair)],
    ['deflate', deflateSync(fair)],
    ['br', brotliCompressSync(fair)],
    ['gzip', gzipSync(Buffer.alloc(50_000_000, ' '))],
  ])('Content-Encoding: %s', (encoding, body) => expectRefused(body, { ...json, 'Content-Encoding': encoding }));

  it.each<[string, (string | Buffer)[]]>([
    ['malformed', ['{"name":', '"Fair"']],
    ['empty', []],
    ['not UTF-8', [Buffer.from('{"name":"\xc3', 'latin1'), '"}']],
    ['over 1 MiB', Array.from({ length: 17 }, (_, index) => (index === 0 ? fair : ' '.repeat(65_536)))],
  ])('in chunks, %s', async (_, chunks) => {
    const before = await stored();
    for (const target of targets) {
      const headers = { authorization, ...json, 'Transfer-Encoding': 'chunked' };
      expect(outcomeOf(await call(program.url, ...requestOf(target), { headers, chunks }))).toBe(refusal(target));
    }
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['too small', fair.length - 1, false],
    ['0', 0, false],
    ['too large, and the client goes', fair.length + 1, true],
  ])('a Content-Length that is %s', async (_, length, halfClose) => {
    const before = await stored();
    for (const target of targets) {
      const [method, path] = requestOf(target);
      const head = `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nConnection: close\r\n`;
      const request = `${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${fair}`;
      const text = await speak(program.url, request, { halfClose });
      if (text !== '') expect(parseAnswer(text).status).toBe(400);
    }
    expect(await stored()).toEqual(before);
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
  });
});

describe('a body that can be read', () => {
  it.each<[string, string, Record<string, string>]>([
    ['application/json;charset=utf-8', fair, { 'Content-Type': 'application/json;charset=utf-8' }],
    ['application/json; charset=UTF-8', fair, { 'Content-Type': 'application/json; charset=UTF-8' }],
    ['APPLICATION/JSON', fair, { 'Content-Type': 'APPLICATION/JSON' }],
    ['Application/Json ; Charset="utf-8"', fair, { 'Content-Type': 'Application/Json ; Charset="utf-8"' }],
    ['white space around everything', ' \t\r\n{ \n"name" :\t"Fair"\r\n} \n', json],
    ['escapes in the key', '{"\\u006e\\u0061me":"Fa\\u0069r"}', json],
    ['exactly 1 MiB', padded(mebibyte), json],
  ])('%s', async (_, body, headers) => {
    const answer = await call(program.url, 'POST', '/api/v1/sources', { headers: { authorization, ...headers }, body });
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([200, { ok: true, result: { name: 'Fair' } }]);
  });

  it('in chunks that cut characters in two', async () => {
    const chunks = [...Buffer.from('{"name":"Café 🌊"}')].map((byte) => Buffer.from([byte]));
    const headers = { authorization, ...json, 'Transfer-Encoding': 'chunked' };
    const answer = await call(program.url, 'POST', '/api/v1/sources', { headers, chunks });
    expect(JSON.parse(answer.text)).toMatchObject({ ok: true, result: { name: 'Café 🌊' } });
  });

  it.each(['__proto__', 'constructor', '"__proto__":', '{"constructor":1}', '\\u005f_proto__'])(
    'the value %j is a name',
    async (name) => {
      expect((await client.post<SourceView>('/sources', { name })).result.name).toBe(name);
    },
  );
});

describe('the order of the checks', () => {
  const outcome = async (method: string, path: string, body: string, headers: Record<string, string>) =>
    outcomeOf(await call(program.url, method, `/api/v1${path}`, { headers, body }));

  it('an absent body can be read, so the token comes first', async () => {
    for (const headers of [json, {}] as Record<string, string>[]) {
      expect(await outcome('POST', '/sources', '', headers)).toBe('401 auth.required');
    }
  });

  const unreadable: [string, string, Record<string, string>][] = [
    ['malformed', '{"name":', json],
    ['not an object', '[]', json],
    ['33 levels deep', nested(33), json],
    ['with __proto__', '{"__proto__":{}}', json],
    ['with constructor, deep', '{"name":{"constructor":1}}', json],
    ['of another type', 'name=Fair', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['too large', padded(mebibyte + 1), json],
  ];
  it.each(unreadable)(
    'a body that is %s: after the route, before token, role, id and fields',
    async (_, body, headers) => {
      for (const [method, path] of [
        ['POST', '/nothing'],
        ['PUT', '/sources'],
        ['POST', `/sources/${source.id}`],
        ['PATCH', '/auth/login'],
      ] as const) {
        expect(await outcome(method, path, body, headers)).toBe('404 api.not_found');
      }
      expect(await outcome('POST', '/sources', body, headers)).toBe('400 sources.invalid_request');
      const forged = { ...headers, authorization: 'Bearer x' };
      expect(await outcome('POST', '/sources', body, forged)).toBe('400 sources.invalid_request');
      expect(await outcome('PATCH', '/sources/abc', body, headers)).toBe('400 sources.invalid_request');
      expect(await outcome('PATCH', '/auth/me', body, headers)).toBe('400 auth.invalid_request');
      expect(await outcome('POST', '/auth/change-password', body, headers)).toBe('400 auth.invalid_request');
    },
  );

  it.each([
    ['of unknown fields', '{"colour":"red"}'],
    ['of wrong fields', '{"name":5}'],
    ['32 levels deep', nested(32)],
    ['of exactly 1 MiB', padded(mebibyte)],
    ['that names a prototype in a value', '{"name":"__proto__"}'],
  ])('a readable body %s: after the token', async (_, body) => {
    expect(await outcome('POST', '/sources', body, json)).toBe('401 auth.required');
    expect(await outcome('PATCH', '/sources/abc', body, json)).toBe('401 auth.required');
    const forged = { ...json, authorization: 'Bearer x' };
    expect(await outcome('POST', '/sources', body, forged)).toBe('401 auth.invalid_token');
  });
});

describe('hostile values', () => {
  const texts = [
    '"\\u0000"',
    '"a\\ud800"',
    '" \\t\\u00a0"',
    '5',
    '{"toString":"Fair"}',
    '"\'; drop table sources; --"',
  ];

  it.each(texts)('%s as the name of a source', async (text) => {
    const value = JSON.parse(text) as unknown;
    const expected = verdictOnText(value);
    const before = await stored();
    const answers = await Promise.all([
      client.post<SourceView>('/sources', `{"name":${text}}`),
      client.patch<SourceView>(`/sources/${source.id}`, `{"name":${text}}`),
    ]);
    if (expected === 'stored') {
      expect(answers.map(({ result }) => result.name)).toEqual([value, value]);
    } else {
      const code = expected === 'missing' ? 'sources.name_required' : 'sources.invalid_request';
      expect(answers.map(({ error }) => error.code)).toEqual([code, code]);
      expect(await stored()).toEqual(before);
    }
  });

  it('in a registration, a query, a path, and as a name', async () => {
    const before = await stored();
    const body = { email: newEmail(), password, name: 'Ada' };
    for (const field of ['email', 'password', 'name', 'account_name']) {
      const { status, error } = await program.client.post('/auth/register', { ...body, [field]: 'a\0@example.com' });
      expect([field, status, error.code]).toEqual([field, 400, 'auth.invalid_request']);
    }
    expect(await stored()).toEqual(before);
    const name = encodeURIComponent("' or '1'='1\0");
    for (const path of [`/sources?limit=${name}`, `/sources?cursor=${name}`, `/sources?${name}=1`]) {
      expect((await client.get(path)).error.code).toBe('sources.invalid_request');
    }
    for (const id of [name, '%ED%A0%80', '%', '..%2F..']) {
      expect((await client.get(`/sources/${id}`)).error.code).toBe('sources.invalid_id');
    }
    expect((await client.post('/sources', '{"name":"Fair","\\u0000":1}')).error.code).toBe('sources.invalid_request');
  });
});
