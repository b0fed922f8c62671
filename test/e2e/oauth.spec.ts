import { randomUUID } from 'node:crypto';
import { decode, sign } from 'jsonwebtoken';
import {
  allowInsecureRequests,
  clientCredentialsGrant,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
} from 'openid-client';
import { useApi } from '../support/api';
import { testSecrets, type TestApp } from '../support/app';
import { mebibyte } from '../support/bad-json';
import type { Client, Headers } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { outcome } from '../support/outcome';
import { call, outcomeOf } from '../support/raw';
import { breakDatabase, statementsDuring } from '../support/statements';

interface OAuthApp {
  readonly id: string;
  readonly client_id: string;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
  readonly updated_at: string;
}

interface Shown {
  readonly app: OAuthApp;
  readonly client_secret: string;
}

interface Token {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
}

interface CrmRecord {
  readonly id: string;
  readonly account_id: string;
  readonly created_by: string | null;
}

type Parameters = Readonly<Record<string, string>>;

interface Reply {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  header(name: string): string | undefined;
}

const { program, ada, client, newAccount } = useApi({ accountFor: 'all tests' });
let shown: Shown;
let id: string;
let secret: string;

beforeEach(newOAuthApp);

async function newOAuthApp(): Promise<void> {
  shown = await create();
  id = shown.app.client_id;
  secret = shown.client_secret;
}

const grant = { grant_type: 'client_credentials' };
const formType = 'application/x-www-form-urlencoded';
const bad = [401, 'auth.invalid_token'];
const good = [200, undefined];

const create = async (as = client) => (await as.post<Shown>('/oauth-apps', { name: 'Importer' })).result;
const rotate = async () => (await client.post<Shown>(`/oauth-apps/${shown.app.id}/rotate-secret`)).result;
const revoke = () => client.delete<object>(`/oauth-apps/${shown.app.id}`);
const inBody = (): Parameters => ({ client_id: id, client_secret: secret });
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const basic = (user = id, password = secret): Headers => ({ Authorization: `Basic ${base64(`${user}:${password}`)}` });
/** As another secret of the same form. */
const altered = (text: string) => text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');

const withToken = (access_token: string, app = program) => app.client.as({ access_token });
const uses = (token: string, app = program) => outcome(withToken(token, app).get('/sources'));
const tokenOf = async ({ app, client_secret }: Shown, at = program): Promise<string> => {
  const body = { ...grant, client_id: app.client_id, client_secret };
  return (await at.client.post<Token>('/oauth/token', body)).result.access_token;
};

async function viaJson(parameters: object, headers: Headers = {}, at = program): Promise<Reply> {
  const answer = await at.client.post('/oauth/token', parameters, headers);
  const body = answer.body as Reply['body'];
  const code = (body.error as { code: string } | undefined)?.code;
  return { status: answer.status, code, body, header: (name) => answer.headers[name] };
}

/** Checks every failure against the form that RFC 6749 §5.2 gives it. */
async function sendForm(form: string | Buffer, headers: Headers = {}, at = program): Promise<Reply> {
  const request = { headers: { 'Content-Type': formType, ...headers }, body: form };
  const answer = await call(at.url, 'POST', '/api/v1/oauth/token', request);
  expect(answer.headers['content-type']).toMatch(/^application\/json; ?charset=utf-8$/i);
  const body = JSON.parse(answer.text) as Record<string, unknown>;
  const requestId = answer.headers['x-request-id'];
  expect(requestId).toEqual(expect.any(String));
  if (answer.status !== 200) {
    const { details = [], ...rest } = body;
    expect(rest).toEqual({
      ok: false,
      error: expect.stringMatching(/^[a-z_]+$/),
      error_description: expect.stringMatching(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/),
      code: expect.any(String),
      request_id: requestId,
    });
    expect(details).toEqual(expect.any(Array));
  }
  return {
    status: answer.status,
    code: body.code as string | undefined,
    body,
    header: (name) => answer.headers[name],
  };
}

const viaForm = (parameters: Parameters, headers?: Headers, at?: TestApp) =>
  sendForm(new URLSearchParams(parameters).toString(), headers, at);

function expectToken(reply: Reply): string {
  const token = { access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/), token_type: 'Bearer' };
  const result = { ...token, expires_in: 3600 };
  expect([reply.status, reply.body]).toEqual([200, { ok: true, ...result, result }]);
  const { access_token } = reply.body as unknown as Token;
  expect(reply.body.result).toMatchObject({ access_token });
  expect(reply.header('cache-control')).toMatch(/\bno-store\b/);
  expect(reply.header('www-authenticate')).toBeUndefined();
  return access_token;
}

const rfcErrors: Readonly<Record<string, string>> = {
  'oauth.invalid_request': 'invalid_request',
  'oauth.unsupported_grant_type': 'unsupported_grant_type',
  'oauth.missing_credentials': 'invalid_request',
  'oauth.invalid_client': 'invalid_client',
};

function expectRefused(reply: Reply, code: string): void {
  expect([reply.status, reply.code]).toEqual([code === 'oauth.invalid_client' ? 401 : 400, code]);
  if (typeof reply.body.error === 'string') expect(reply.body.error).toBe(rfcErrors[code]);
  expect(reply.header('cache-control')).toMatch(/\bno-store\b/);
}

const doors: [string, (parameters: Parameters, headers?: Headers, at?: TestApp) => Promise<Reply>][] = [
  ['JSON', viaJson],
  ['a form', viaForm],
];

describe.each(doors)('a token by %s', (_, ask) => {
  it('with the credentials in the body', async () => {
    expect(await uses(expectToken(await ask({ ...grant, ...inBody() })))).toEqual(good);
  });

  it('with the credentials in HTTP Basic', async () => {
    expect(await uses(expectToken(await ask(grant, basic())))).toEqual(good);
  });

  it.each(['basic', 'BASIC'])('with the scheme written %s', async (scheme) => {
    expectToken(await ask(grant, { Authorization: `${scheme} ${base64(`${id}:${secret}`)}` }));
  });

  it('with an id and a secret that are form-encoded in HTTP Basic', async () => {
    const encoded = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
    expectToken(await ask(grant, basic(encoded(id), encoded(secret))));
    expectToken(await ask(grant, basic(id.replaceAll('_', '%5F'), secret.replaceAll('_', '%5f'))));
    expectRefused(await ask(grant, basic(id, `${secret}+`)), 'oauth.invalid_client');
  });

  it('with the same client_id beside HTTP Basic', async () => {
    expectToken(await ask({ ...grant, client_id: id }, basic()));
  });

  it('every time another one', async () => {
    const tokens = [
      expectToken(await ask({ ...grant, ...inBody() })),
      expectToken(await ask({ ...grant, ...inBody() })),
    ];
    expect(tokens[0]).not.toBe(tokens[1]);
    for (const token of tokens) expect(await uses(token)).toEqual(good);
  });

  it.each<[string, () => [Parameters, Headers?]]>([
    ['nothing at all', () => [{}]],
    ['no grant_type', () => [inBody()]],
    ['an empty grant_type', () => [{ grant_type: '', ...inBody() }]],
    ['no grant_type beside Basic', () => [{}, basic()]],
    ['Basic and both credentials in the body', () => [{ ...grant, ...inBody() }, basic()]],
    ['Basic and a secret in the body', () => [{ ...grant, client_secret: secret }, basic()]],
    ['Basic and another client_id', () => [{ ...grant, client_id: altered(id) }, basic()]],
  ])('%s → oauth.invalid_request', async (_, request) => {
    const reply = await ask(...request());
    expectRefused(reply, 'oauth.invalid_request');
    expect(reply.header('www-authenticate')).toBeUndefined();
  });

  it.each(['password', 'authorization_code', 'refresh_token', 'implicit', 'CLIENT_CREDENTIALS', 'client_credentialsx'])(
    'grant_type %s → oauth.unsupported_grant_type, without credentials too',
    async (grant_type) => {
      expectRefused(await ask({ grant_type, ...inBody() }), 'oauth.unsupported_grant_type');
      expectRefused(await ask({ grant_type }), 'oauth.unsupported_grant_type');
    },
  );

  it.each<[string, () => [Parameters, Headers?]]>([
    ['none', () => [grant]],
    ['no client_secret', () => [{ ...grant, client_id: id }]],
    ['no client_id', () => [{ ...grant, client_secret: secret }]],
    ['an empty client_secret', () => [{ ...grant, client_id: id, client_secret: '' }]],
    ['an empty client_id', () => [{ ...grant, client_id: '', client_secret: secret }]],
    ['both empty', () => [{ ...grant, client_id: '', client_secret: '' }]],
    ['no secret in Basic', () => [grant, basic(id, '')]],
    ['no id in Basic', () => [grant, basic('', secret)]],
  ])('of the credentials %s → oauth.missing_credentials', async (_, request) => {
    const reply = await ask(...request());
    expectRefused(reply, 'oauth.missing_credentials');
    expect(reply.header('www-authenticate')).toBeUndefined();
  });

  describe.each<[string, (user?: string, password?: string) => [Parameters, Headers?]]>([
    ['in the body', (user = id, password = secret) => [{ ...grant, client_id: user, client_secret: password }]],
    ['in Basic', (user = id, password = secret) => [grant, basic(user, password)]],
  ])('credentials %s', (where, given) => {
    const expectInvalid = async (user?: string, password?: string) => {
      const reply = await ask(...given(user, password));
      expectRefused(reply, 'oauth.invalid_client');
      if (where === 'in Basic') expect(reply.header('www-authenticate')).toMatch(/^Basic\b/);
      else expect(reply.header('www-authenticate')).toBeUndefined();
      return reply;
    };

    it.each<[string, () => [user: string, password: string]]>([
      ['an unknown client_id', () => [`dw_ci_${'0'.repeat(12)}`, secret]],
      ['a client_id that is none', () => ['importer', secret]],
      ['the id of the app', () => [shown.app.id, secret]],
      ['a wrong secret', () => [id, altered(secret)]],
      ['a secret in upper case', () => [id, secret.toUpperCase()]],
      ['a secret with a blank behind it', () => [id, `${secret} `]],
      ['a shorter secret', () => [id, secret.slice(0, -1)]],
      ['its prefix only', () => [id, secret.slice(0, 10)]],
      ['id and secret exchanged', () => [secret, id]],
    ])('%s → oauth.invalid_client', async (_, credentials) => {
      await expectInvalid(...credentials());
      expectToken(await ask(...given()));
    });

    it('the secret of another app → oauth.invalid_client', async () => {
      const other = await create();
      await expectInvalid(id, other.client_secret);
      const hers = await create(program.client.as(await program.register()));
      await expectInvalid(hers.app.client_id, secret);
    });

    it('an unknown client_id is not told from a wrong secret', async () => {
      const told = [];
      for (const user of [id, `dw_ci_${'0'.repeat(12)}`]) {
        const { body } = await expectInvalid(user, altered(secret));
        const error = typeof body.error === 'object' ? { ...body.error, request_id: '' } : body.error;
        told.push({ ...body, error, request_id: '' });
      }
      expect(told[0]).toEqual(told[1]);
    });

    it('a revoked app → oauth.invalid_client', async () => {
      expectToken(await ask(...given()));
      await revoke();
      await expectInvalid();
    });

    it('the old secret after a rotation → oauth.invalid_client, and the new one is good', async () => {
      expectToken(await ask(...given()));
      const { client_secret } = await rotate();
      await expectInvalid();
      expectToken(await ask(...given(id, client_secret)));
    });
  });

  it('when the database fails → oauth.internal, with the details in the log only', async () => {
    const restore = breakDatabase(/\boauth_apps\b/i);
    try {
      const { status, code, body, header } = await ask({ ...grant, ...inBody() });
      expect([status, code]).toEqual([500, 'oauth.internal']);
      expect(JSON.stringify(body)).not.toMatch(/terminated|sql|select|insert|update|dw_cs_/i);
      const logged = program.log.find((line) => line.includes(header('x-request-id')!) && line.includes('"error"'));
      expect(logged).toMatch(/Connection terminated/);
    } finally {
      restore();
    }
    expectToken(await ask({ ...grant, ...inBody() }));
  });

  it('credentials in the address are none', async () => {
    const path = `/api/v1/oauth/token?client_id=${id}&client_secret=${secret}`;
    const asJson = ask === viaJson;
    const body = asJson ? JSON.stringify(grant) : 'grant_type=client_credentials';
    const headers = { 'Content-Type': asJson ? 'application/json' : formType };
    expect((await call(program.url, 'POST', path, { headers, body })).status).toBe(400);
  });
});

describe('JSON', () => {
  it('fails with the envelope, which has no field beside it', async () => {
    const { body } = await viaJson(grant);
    expect(Object.keys(body).sort()).toEqual(['error', 'ok']);
  });

  it.each<[string, () => object, string]>([
    ['a field that is unknown', () => ({ ...grant, ...inBody(), colour: 'red' }), 'colour'],
    ['a typo', () => ({ ...grant, clientid: id, client_secret: secret }), 'clientid'],
    ['a grant_type that is a number', () => ({ ...inBody(), grant_type: 5 }), 'grant_type'],
    ['a grant_type in a list', () => ({ ...inBody(), grant_type: ['client_credentials'] }), 'grant_type'],
    ['a grant_type that is null', () => ({ ...inBody(), grant_type: null }), 'grant_type'],
    ['a client_id that is a number', () => ({ ...grant, ...inBody(), client_id: 5 }), 'client_id'],
    ['a client_secret in a list', () => ({ ...grant, ...inBody(), client_secret: [secret] }), 'client_secret'],
    ['a client_secret that is an object', () => ({ ...grant, ...inBody(), client_secret: {} }), 'client_secret'],
  ])('%s → oauth.invalid_request', async (_, body, field) => {
    const { status, error } = await program.client.post('/oauth/token', body());
    expect([status, error.code]).toEqual([400, 'oauth.invalid_request']);
    expect(error.details?.map((detail) => detail.field)).toContain(field);
  });

  it.each(['client_id', 'client_secret'])('%s null → oauth.missing_credentials', async (field) => {
    expectRefused(await viaJson({ ...grant, ...inBody(), [field]: null }), 'oauth.missing_credentials');
  });

  it('an unknown parameter → oauth.invalid_request', async () => {
    const { error } = await program.client.post('/oauth/token?scope=all', { ...grant, ...inBody() });
    expect([error.code, error.details?.[0]?.field]).toEqual(['oauth.invalid_request', 'scope']);
  });

  it.each<[string, () => string | Buffer]>([
    ['malformed', () => '{"grant_type":'],
    ['a list', () => '[]'],
    ['null', () => 'null'],
    ['not UTF-8', () => Buffer.from('{"grant_type":"\xff"}', 'latin1')],
    ['a form', () => `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`],
    ['with __proto__', () => `{"grant_type":"client_credentials","__proto__":{}}`],
    ['over 1 MiB', () => JSON.stringify({ ...grant, ...inBody() }).padEnd(mebibyte + 1)],
  ])('a body that is %s → oauth.invalid_request', async (_, body) => {
    for (const headers of [{}, basic()]) {
      expect(await outcome(program.client.post('/oauth/token', body(), headers))).toEqual([
        400,
        'oauth.invalid_request',
      ]);
    }
  });

  it.each(['text/plain', 'multipart/form-data; boundary=x', `${formType}x`, `text/plain; a=${formType}`, undefined])(
    'the content type %s → oauth.invalid_request',
    async (type) => {
      const headers: Headers = type === undefined ? {} : { 'Content-Type': type };
      for (const body of [JSON.stringify({ ...grant, ...inBody() }), new URLSearchParams({ ...grant, ...inBody() })]) {
        const answer = await call(program.url, 'POST', '/api/v1/oauth/token', { headers, body: body.toString() });
        expect(outcomeOf(answer)).toBe('400 oauth.invalid_request');
      }
    },
  );

  it.each(['GET', 'PUT', 'DELETE'])('%s /oauth/token is no route', async (method) => {
    expect(await outcome(program.client.send(method, '/oauth/token'))).toEqual([404, 'api.not_found']);
  });
});

describe('a form', () => {
  const whole = () => new URLSearchParams({ ...grant, ...inBody() }).toString();

  it.each([
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset=utf-8',
    'Application/X-WWW-Form-URLEncoded',
  ])('of the type %s is one', async (type) => {
    expectToken(await sendForm(whole(), { 'Content-Type': type }));
  });

  it.each([
    'scope=contacts',
    'scope=',
    'audience=crm&resource=https%3A%2F%2Fexample.com',
    'caf%C3%A9=%F0%9F%8C%8A',
    '&',
  ])('ignores the unknown %s', async (more) => {
    expectToken(await sendForm(`${whole()}&${more}`));
    expectToken(await sendForm(`${more}&${whole()}`));
  });

  it('takes an empty parameter for absent', async () => {
    expectToken(await viaForm({ ...grant, client_id: '', client_secret: '' }, basic()));
    expectToken(await viaForm({ ...grant, client_id: id, client_secret: '' }, basic()));
  });

  it('takes any spelling of the same characters', async () => {
    const spelt = whole().replace('client_id=', 'client%5Fid=').replace('dw_ci_', '%64w%5Fci%5f');
    expectToken(await sendForm(spelt));
  });

  it.each<[string, () => string]>([
    ['grant_type', () => '&grant_type=client_credentials'],
    ['grant_type, another', () => '&grant_type=password'],
    ['client_id', () => `&client_id=${id}`],
    ['client_id in another spelling', () => `&client%5Fid=${id}`],
    ['client_secret', () => `&client_secret=${secret}`],
    ['client_secret, a wrong one', () => `&client_secret=${altered(secret)}`],
  ])('with a repeated %s → oauth.invalid_request', async (_, more) => {
    expectRefused(await sendForm(whole() + more()), 'oauth.invalid_request');
  });

  it('with a repeated grant_type beside Basic → oauth.invalid_request', async () => {
    const twice = 'grant_type=client_credentials&grant_type=client_credentials';
    expectRefused(await sendForm(twice, basic()), 'oauth.invalid_request');
  });

  it.each(['\xff', '\xc3', '\xed\xa0\x80', '\xc0\xaf'])(
    'with the Latin-1 bytes %j, which are not UTF-8 → oauth.invalid_request',
    async (bytes) => {
      expectRefused(await sendForm(Buffer.from(`${whole()}&scope=${bytes}`, 'latin1')), 'oauth.invalid_request');
      expectRefused(await sendForm(Buffer.from(`${bytes}&${whole()}`, 'latin1'), basic()), 'oauth.invalid_request');
    },
  );

  it('of 1 MiB is read, one byte more → oauth.invalid_request', async () => {
    const padded = (length: number) => `${whole()}&scope=`.padEnd(length, 'x');
    expectToken(await sendForm(padded(mebibyte)));
    expectRefused(await sendForm(padded(mebibyte + 1)), 'oauth.invalid_request');
  });

  it.each(['', '&', '=', 'grant_type', '{"grant_type":"client_credentials"}'])(
    'that is but %j → oauth.invalid_request',
    async (body) => expectRefused(await sendForm(body), 'oauth.invalid_request'),
  );

  it.each([
    ['a percent sign', '%'],
    ['a bad escape', '%zz'],
    ['an escape of no UTF-8', '%FF'],
    ['an escaped surrogate', '%ED%A0%80'],
    ['an escaped NUL', '%00'],
    ['an escaped emoji', '%F0%9F%8C%8A'],
    ['a letter that is not ASCII', '\u00e9'],
    ['10,000 characters', 'x'.repeat(10_000)],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('with %s for the client_id or the client_secret is refused', async (_, value) => {
    for (const body of [whole().replace(id, value), whole().replace(secret, value)]) {
      const { status } = await sendForm(body);
      expect([400, 401]).toContain(status);
    }
  });

  it.each(['__proto__', 'constructor', '__proto__[grant_type]', 'toString', 'hasOwnProperty', 'x[]', '%00', '%'])(
    'with a parameter %s does no harm',
    async (name) => {
      const replies = [await sendForm(`${whole()}&${name}=1`), await sendForm(`${name}=1`, basic())];
      expect([200, 400]).toContain(replies[0]!.status);
      expect(replies[1]!.status).toBe(400);
    },
  );

  it('of 10,000 parameters does no harm', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `&p${index}=1`).join('');
    expect([200, 400]).toContain((await sendForm(whole() + many)).status);
  });

  it.each<[string, string]>([
    ['/auth/login', 'auth.invalid_request'],
    ['/auth/register', 'auth.invalid_request'],
    ['/sources', 'sources.invalid_request'],
    ['/oauth-apps', 'oauth_apps.invalid_request'],
    ['/nothing', 'api.not_found'],
  ])('on %s → %s', async (path, code) => {
    const form = 'name=Fair&email=ada%40example.com&password=correct-horse-battery';
    expect((await client.post(path, form, { 'Content-Type': formType })).error.code).toBe(code);
  });
});

describe('an Authorization header that is no good Basic', () => {
  it.each<[string, () => string]>([
    ['nothing behind it', () => 'Basic'],
    ['a blank behind it', () => 'Basic '],
    ['no base64', () => 'Basic !!!'],
    ['no colon', () => `Basic ${base64(id)}`],
    ['a colon alone', () => `Basic ${base64(':')}`],
    ['a bad escape', () => `Basic ${base64(`%zz:${secret}`)}`],
    ['an escape of no UTF-8', () => `Basic ${base64(`%ff:${secret}`)}`],
    ['bytes of no UTF-8', () => `Basic ${base64(Buffer.from([0xff, 0x3a, 0xfe]))}`],
    ['NUL', () => `Basic ${base64(`\0:${secret}`)}`],
    ['an escaped NUL', () => `Basic ${base64(`%00:${secret}`)}`],
    ['two parts', () => `Basic ${base64(`${id}:${secret}`)} x`],
    ['10,000 characters', () => `Basic ${'x'.repeat(10_000)}`],
    ['another scheme', () => `Digest ${base64(`${id}:${secret}`)}`],
  ])('%s gives no token', async (_, authorization) => {
    for (const [, ask] of doors) {
      const { status } = await ask(grant, { Authorization: authorization() });
      expect([400, 401]).toContain(status);
    }
  });
});

describe('an app with its token', () => {
  let as: Client;
  beforeEach(async () => {
    await newAccount();
    await newOAuthApp();
    as = withToken(await tokenOf(shown));
  });

  it.each<[string, object, object]>([
    ['/sources', { name: 'Fair' }, { name: 'Trade fair' }],
    ['/companies', { name: 'Engines' }, { city: 'London' }],
    ['/contacts', { first_name: 'Grace' }, { last_name: 'Hopper' }],
  ])('writes and reads %s, and created_by is null', async (path, fields, change) => {
    const record = (await as.post<CrmRecord>(path, fields)).result;
    expect(record).toMatchObject({ ...fields, created_by: null, account_id: ada.user.account_id });
    const changed = (await as.patch<CrmRecord>(`${path}/${record.id}`, change)).result;
    expect(changed).toMatchObject({ ...fields, ...change, created_by: null });
    for (const reader of [as, client]) {
      expect((await reader.get<CrmRecord>(`${path}/${record.id}`)).result).toEqual(changed);
      expect((await reader.get<{ items: CrmRecord[] }>(path)).result.items).toEqual([changed]);
    }
    if (path !== '/sources') expect((await as.delete<object>(`${path}/${record.id}`)).result).toEqual({});
  });

  it('works with what its people made, and leaves created_by', async () => {
    const source = (await client.post<CrmRecord>('/sources', { name: 'Fair' })).result;
    const changed = (await as.patch<CrmRecord>(`/sources/${source.id}`, { name: 'Trade fair' })).result;
    expect(changed.created_by).toBe(ada.user.id);
    expect((await as.post<CrmRecord>(`/sources/${source.id}/archive`)).result.created_by).toBe(ada.user.id);
  });

  it('sees its own account only', async () => {
    const grace = program.client.as(await program.register());
    const hers = await create(grace);
    const other = withToken(await tokenOf(hers));
    const mine = (await as.post<CrmRecord>('/sources', { name: 'Mine' })).result;
    const theirs = (await other.post<CrmRecord>('/sources', { name: 'Theirs' })).result;
    expect(theirs.account_id).not.toBe(mine.account_id);
    expect((await as.get<{ items: CrmRecord[] }>('/sources')).result.items).toEqual([mine]);
    expect((await other.get<{ items: CrmRecord[] }>('/sources')).result.items).toEqual([theirs]);
    expect((await as.get(`/sources/${theirs.id}`)).error.code).toBe('sources.not_found');
    expect((await other.patch(`/sources/${mine.id}`, { name: 'Ours' })).error.code).toBe('sources.not_found');
  });

  const closed: [string, string, object?][] = [
    ['GET', '/users'],
    ['GET', '/users/{user}'],
    ['GET', '/users/abc'],
    ['POST', '/users/invite', { email: 'grace@example.com', name: 'Grace' }],
    ['POST', '/users/invite', {}],
    ['PATCH', '/users/{user}', { name: 'Grace' }],
    ['POST', '/users/{user}/deactivate'],
    ['POST', '/users/{user}/activate'],
    ['GET', '/oauth-apps'],
    ['GET', '/oauth-apps/{app}'],
    ['POST', '/oauth-apps', { name: 'Child' }],
    ['PATCH', '/oauth-apps/{app}', { name: 'Renamed' }],
    ['POST', '/oauth-apps/{app}/rotate-secret'],
    ['DELETE', '/oauth-apps/{app}'],
    ['GET', '/auth/me'],
    ['PATCH', '/auth/me', { name: 'Grace' }],
    ['PATCH', '/auth/me', { nmae: 'Grace' }],
    ['POST', '/auth/logout'],
    ['POST', '/auth/change-password', { current_password: 'correct-horse-battery', new_password: 'staple-orbit-9' }],
  ];

  it.each(closed.map(([method, path, body]) => ({ method, path, body })))(
    '$method $path $body → auth.forbidden',
    async ({ method, path, body }) => {
      const url = path.replace('{user}', ada.user.id).replace('{app}', shown.app.id);
      expect(await outcome(as.send(method, url, body))).toEqual([403, 'auth.forbidden']);
      const app = (await client.get<OAuthApp>(`/oauth-apps/${shown.app.id}`)).result;
      expect(app).toEqual({ ...shown.app, last_used_at: app.last_used_at });
      expect(await outcome(as.get('/sources'))).toEqual(good);
      expectToken(await viaForm(grant, basic()));
    },
  );

  it('gets auth.internal when the database fails in the guard', async () => {
    expect(await outcome(as.get('/sources'))).toEqual(good);
    program.clock.move(seconds(2));
    const restore = breakDatabase(/\boauth_apps\b/i);
    expect(await outcome(as.get('/sources')).finally(restore)).toEqual([500, 'auth.internal']);
    expect(await outcome(as.get('/sources'))).toEqual(good);
  });
});

describe('a token lives an hour', () => {
  it('by the clock of the program, and 2 s over it is still good', async () => {
    const token = await tokenOf(shown);
    const { iat, exp } = decode(token) as { iat: number; exp: number };
    expect(exp - iat).toBe(3600);
    program.clock.move(minutes(60) - seconds(5));
    expect(await uses(token)).toEqual(good);
    program.clock.move(seconds(7));
    expect(await uses(token)).toEqual(good);
    program.clock.move(seconds(5));
    expect(await uses(token)).toEqual(bad);
    expect(await uses(await tokenOf(shown))).toEqual(good);
  });

  it('after a rotation too, beside those of the new secret', async () => {
    const old = await tokenOf(shown);
    const rotated = await rotate();
    expect(await uses(old)).toEqual(good);
    expect(await uses(await tokenOf(rotated))).toEqual(good);
    program.clock.move(minutes(59));
    expect(await uses(old)).toEqual(good);
    expect(await uses(await tokenOf(rotated))).toEqual(good);
    program.clock.move(minutes(2));
    expect(await uses(old)).toEqual(bad);
  });

  it('unless its app is revoked: then it ends at once, and no other does', async () => {
    const tokens = [await tokenOf(shown), await tokenOf(shown)];
    const other = await tokenOf(await create());
    for (const token of [...tokens, other]) expect(await uses(token)).toEqual(good);
    await revoke();
    for (const token of tokens) {
      expect(await uses(token)).toEqual(bad);
      expect(await outcome(withToken(token).get('/users'))).toEqual(bad);
    }
    expect(await uses(other)).toEqual(good);
    expect(await outcome(client.get('/sources'))).toEqual(good);
  });
});

describe('another instance', () => {
  const { program: second } = useApi();

  it('takes the tokens of this one', async () => {
    expect(await uses(await tokenOf(shown), second)).toEqual(good);
    expect(await uses(await tokenOf(shown, second))).toEqual(good);
  });

  it('follows a revocation within a second', async () => {
    const tokens = [await tokenOf(shown), await tokenOf(shown, second)];
    for (const token of tokens) expect(await uses(token, second)).toEqual(good);
    await revoke();
    second.clock.move(seconds(1));
    for (const token of tokens) expect(await uses(token, second)).toEqual(bad);
    for (const [, ask] of doors) {
      expectRefused(await ask({ ...grant, ...inBody() }, {}, second), 'oauth.invalid_client');
    }
  });

  it('follows a rotation within a second', async () => {
    const token = await tokenOf(shown, second);
    const { client_secret } = await rotate();
    second.clock.move(seconds(1));
    for (const [, ask] of doors) {
      expectRefused(await ask({ ...grant, ...inBody() }, {}, second), 'oauth.invalid_client');
      expectToken(await ask({ ...grant, client_id: id, client_secret }, {}, second));
    }
    expect(await uses(token, second)).toEqual(good);
  });
});

describe('a token of one kind never passes as one of the other', () => {
  type Claims = Record<string, unknown>;
  const claimsOf = (token: string) => decode(token) as Claims;
  const forge = (token: string, claims: Claims = {}): string => {
    const { header } = decode(token, { complete: true })!;
    return sign(JSON.stringify({ ...claimsOf(token), ...claims }), testSecrets.JWT_SECRET, { header });
  };
  const expectBad = async (token: string) => {
    for (const path of ['/sources', '/auth/me', '/users', '/oauth-apps']) {
      expect(await outcome(withToken(token).get(path))).toEqual(bad);
    }
  };
  let token: string;
  beforeEach(async () => {
    token = await tokenOf(shown);
  });

  it('and a faithful copy is taken, so what follows is refused for its change alone', async () => {
    expect(decode(token, { complete: true })!.header).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
    expect([claimsOf(token).use, claimsOf(ada.access_token).use]).toEqual(['app', 'user']);
    expect(await uses(forge(token))).toEqual(good);
    expect(await uses(forge(ada.access_token))).toEqual(good);
  });

  it.each<[string, () => string]>([
    ['an app’s as a user’s', () => forge(token, { use: 'user' })],
    ['an app’s as a user’s, with a session', () => forge(token, { use: 'user', sid: claimsOf(ada.access_token).sid })],
    ['an app’s as a user’s, with a user', () => forge(token, { use: 'user', sub: ada.user.id })],
    ['an app’s with a user', () => forge(token, { sub: ada.user.id })],
    ['a user’s as an app’s', () => forge(ada.access_token, { use: 'app' })],
    ['a user’s as an app’s, without a session', () => forge(ada.access_token, { use: 'app', sid: undefined })],
    ['a user’s with an app', () => forge(ada.access_token, { sub: claimsOf(token).sub })],
  ])('%s', async (_, forged) => expectBad(forged()));

  it.each([[undefined], [null], [''], ['App'], ['app '], ['oauth'], [['app']], [true]])(
    'nor does an app’s for the use %j',
    async (use) => expectBad(forge(token, { use })),
  );

  it.each(['sub', 'account_id', 'use', 'aud', 'iss', 'exp', 'jti'])('nor an app’s without %s', async (claim) => {
    expect(claimsOf(token)).toHaveProperty(claim);
    await expectBad(forge(token, { [claim]: undefined }));
  });

  it('nor an app’s of another account, app or nobody', async () => {
    const grace = await program.register();
    const hers = claimsOf(await tokenOf(await create(program.client.as(grace))));
    await expectBad(forge(token, { account_id: grace.user.account_id }));
    await expectBad(forge(token, { sub: hers.sub }));
    await expectBad(forge(token, { sub: randomUUID() }));
  });
});

describe('last_used_at', () => {
  const seen = async () => (await client.get<OAuthApp>(`/oauth-apps/${shown.app.id}`)).result;
  const isRecent = ({ last_used_at }: OAuthApp) =>
    last_used_at !== null && Math.abs(Date.parse(last_used_at) - program.clock.now().getTime()) <= minutes(1);

  /** It may be written after the answer to the use. */
  async function expectRecent(): Promise<OAuthApp> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const app = await seen();
      if (isRecent(app)) return app;
    }
    throw new Error(`It is ${program.clock.now().toISOString()} and ${JSON.stringify(await seen())}`);
  }

  it('is null at first, is set after a use, and leaves updated_at', async () => {
    expect([shown.app.last_used_at, (await seen()).last_used_at]).toEqual([null, null]);
    const token = await tokenOf(shown);
    for (let use = 0; use < 3; use++) {
      program.clock.move(minutes(4));
      expect(isRecent(await seen())).toBe(false);
      expect(await uses(token)).toEqual(good);
      const app = await expectRecent();
      expect(app).toEqual({ ...shown.app, last_used_at: app.last_used_at });
    }
  });

  it('is not set by a wrong secret, nor by a use of another app', async () => {
    await viaForm({ ...grant, client_id: id, client_secret: altered(secret) });
    await uses(await tokenOf(await create()));
    expect((await seen()).last_used_at).toBeNull();
  });

  it('is not written at every request', async () => {
    const token = await tokenOf(shown);
    expect(await uses(token)).toEqual(good);
    await expectRecent();
    const statements = await statementsDuring(async () => {
      for (let request = 0; request < 20; request++) expect(await uses(token)).toEqual(good);
    });
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.map(({ text }) => text).filter((text) => /(?<!\bfor )(?<!\bkey )\bupdate\b/i.test(text))).toEqual(
      [],
    );
  });
});

describe('the OAuth client library openid-client, unchanged', () => {
  const configured = (method: typeof ClientSecretBasic, client_secret = secret) => {
    const server = { issuer: program.url, token_endpoint: `${program.url}/api/v1/oauth/token` };
    const configuration = new Configuration(server, id, {}, method(client_secret));
    allowInsecureRequests(configuration);
    return configuration;
  };

  describe.each([
    ['Basic', ClientSecretBasic],
    ['the body', ClientSecretPost],
  ])('with the credentials in %s', (where, method) => {
    it.each([[undefined], [{ scope: 'contacts sources' }], [{ scope: '' }]])(
      'and the parameters %j gets a token',
      async (parameters) => {
        const token = await clientCredentialsGrant(configured(method), parameters);
        expect(token).toMatchObject({ access_token: expect.any(String), token_type: 'bearer', expires_in: 3600 });
        expect(token.expiresIn()).toBeGreaterThan(3590);
        expect(await uses(token.access_token)).toEqual(good);
      },
    );

    it('and a wrong secret is told so', async () => {
      // The library prefers the challenge of a WWW-Authenticate header to the body, which it leaves unread.
      const expected =
        where === 'Basic'
          ? { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', cause: [expect.objectContaining({ scheme: 'basic' })] }
          : { code: 'OAUTH_RESPONSE_BODY_ERROR', error: 'invalid_client', error_description: expect.any(String) };
      await expect(clientCredentialsGrant(configured(method, altered(secret)))).rejects.toMatchObject({
        status: 401,
        ...expected,
      });
    });

    it('and a revoked app is told so', async () => {
      await clientCredentialsGrant(configured(method));
      await revoke();
      await expect(clientCredentialsGrant(configured(method))).rejects.toMatchObject({ status: 401 });
    });
  });

  it('is told of a parameter that it may not send twice', async () => {
    const twice = new URLSearchParams([
      ['client_id', id],
      ['client_id', id],
    ]);
    await expect(clientCredentialsGrant(configured(ClientSecretBasic), twice)).rejects.toMatchObject({
      status: 400,
      error: 'invalid_request',
    });
  });
});

describe('a form', () => {
  const post = async (body: string) => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${program.url}/api/v1/oauth/token`, { method: 'POST', headers, body });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };

  it.each([
    ['an escape that is no UTF-8', 'grant_type=client_credentials&client_id=%ff%fe&client_secret=a'],
    ['half a surrogate pair', 'grant_type=client_credentials&client_id=%ed%a0%80&client_secret=a'],
    ['a broken escape', 'grant_type=client_credentials&client_id=%zz&client_secret=a'],
    ['a repeated unknown parameter', 'grant_type=client_credentials&a=1&a=2'],
    ['more than a hundred parameters', Array.from({ length: 101 }, (_, index) => `p${index}=`).join('&')],
    // Quadratic work on these took minutes, in which nobody else was served.
    ['two hundred thousand parameters', Array.from({ length: 200_000 }, (_, index) => index.toString(36)).join('&')],
  ])('with %s → oauth.invalid_request', async (_, body) => {
    expect(await post(body)).toEqual([400, 'oauth.invalid_request']);
  });

  it.each(['', '&', '=', '&&a&&', '=&a==b'])('%j has no grant type → oauth.invalid_request', async (body) => {
    expect(await post(body)).toEqual([400, 'oauth.invalid_request']);
  });
});
