import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { breakDatabase } from '../support/statements';

interface OAuthApp {
  readonly id: string;
  readonly account_id: string;
  readonly created_by: string | null;
  readonly name: string;
  readonly client_id: string;
  readonly client_secret_prefix: string;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Shown {
  readonly app: OAuthApp;
  readonly client_secret: string;
}

interface Page {
  readonly items: OAuthApp[];
  readonly next_cursor: string | null;
}

type Call = (id: string, as: Client) => Promise<Answer<unknown>>;

const { program, ada, client } = useApi({ accountFor: 'each test' });

const secretForm = /^dw_cs_[0-9A-Za-z]{43}$/;
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const prefixOf = (secret: string) => secret.slice(0, 'dw_cs_'.length + 4);

const create = async (name = 'Importer', as = client) => (await as.post<Shown>('/oauth-apps', { name })).result;
const get = async (id: string, as = client) => (await as.get<OAuthApp>(`/oauth-apps/${id}`)).result;
const list = async (query = '', as = client) => (await as.get<Page>(`/oauth-apps${query}`)).result;
const rotate = async (id: string, as = client) => (await as.post<Shown>(`/oauth-apps/${id}/rotate-secret`)).result;
const revoke = async (id: string, as = client) => (await as.delete<object>(`/oauth-apps/${id}`)).result;
const names = (page: Page) => page.items.map(({ name }) => name);

const askToken = ({ app }: Shown, client_secret: string) =>
  program.client.post<{ access_token: string }>('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: app.client_id,
    client_secret,
  });
const isGood = async (shown: Shown, secret: string) => (await askToken(shown, secret)).status === 200;

const invited = async (role: string) => {
  const invitation = { email: newEmail(), name: 'Grace Hopper', role };
  const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
};

const ofOne: [string, Call][] = [
  ['GET', (id, as) => as.get(`/oauth-apps/${id}`)],
  ['PATCH', (id, as) => as.patch(`/oauth-apps/${id}`, { name: 'Renamed' })],
  ['rotate-secret', (id, as) => as.post(`/oauth-apps/${id}/rotate-secret`)],
  ['DELETE', (id, as) => as.delete(`/oauth-apps/${id}`)],
];

describe('who may', () => {
  it.each(['owner', 'admin'])('an %s may do everything', async (role) => {
    const session = role === 'owner' ? ada : await invited(role);
    const as = program.client.as(session);
    const { app } = await create('Importer', as);
    expect(app.created_by).toBe(session.user.id);
    expect(await get(app.id, as)).toEqual(app);
    expect(names(await list('', as))).toEqual(['Importer']);
    expect((await as.patch<OAuthApp>(`/oauth-apps/${app.id}`, { name: 'Exporter' })).result.name).toBe('Exporter');
    expect((await rotate(app.id, as)).app.id).toBe(app.id);
    expect(await revoke(app.id, as)).toEqual({});
  });

  describe.each(['member', 'app'])('of the account, but a mere %s', (kind) => {
    const everyCall: [string, Call][] = [
      ['GET list', (_, as) => as.get('/oauth-apps')],
      ['GET list with an unknown parameter', (_, as) => as.get('/oauth-apps?limt=5')],
      ['POST', (_, as) => as.post('/oauth-apps', { name: 'Mine' })],
      ['POST without a name', (_, as) => as.post('/oauth-apps', {})],
      ...ofOne,
      ...ofOne.map(([name, call]): [string, Call] => [`${name} of a bad id`, (_, as) => call('abc', as)]),
    ];

    it.each(everyCall)('%s → auth.forbidden, and nothing changes', async (_, call) => {
      const shown = await create();
      const caller = kind === 'app' ? (await askToken(shown, shown.client_secret)).result : await invited(kind);
      const { status, error } = await call(shown.app.id, program.client.as(caller));
      expect([status, error.code]).toEqual([403, 'auth.forbidden']);
      const { items } = await list();
      expect(items).toEqual([{ ...shown.app, last_used_at: items[0]?.last_used_at }]);
      expect(await isGood(shown, shown.client_secret)).toBe(true);
    });
  });

  it('nobody without a token', async () => {
    expect((await program.client.get('/oauth-apps')).error.code).toBe('auth.required');
    expect((await program.client.post('/oauth-apps', { name: 'Mine' })).error.code).toBe('auth.required');
  });
});

describe('create', () => {
  it('answers with the app and its secret, and GET gives the app alone', async () => {
    const before = program.clock.now().toISOString();
    const { app, client_secret, ...rest } = await create('  Importer ');
    expect(rest).toEqual({});
    expect(client_secret).toMatch(secretForm);
    expect(app).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      name: 'Importer',
      client_id: expect.stringMatching(/^dw_ci_[0-9A-Za-z]{12}$/),
      client_secret_prefix: prefixOf(client_secret),
      revoked_at: null,
      last_used_at: null,
      created_at: expect.stringMatching(timeForm),
      updated_at: app.created_at,
    });
    expect(app.created_at >= before).toBe(true);
    expect(await get(app.id)).toEqual(app);
    expect((await list()).items).toEqual([app]);
  });

  it('every app has an id and a secret of its own, of the same name too', async () => {
    const shown = [await create(), await create(), await create()];
    expect(new Set(shown.map(({ app }) => app.client_id)).size).toBe(3);
    expect(new Set(shown.map(({ client_secret }) => client_secret)).size).toBe(3);
  });

  it.each([
    ['absent', {}],
    ['null', { name: null }],
    ['empty', { name: '' }],
    ['blank', { name: ' \t\u00a0 ' }],
  ])('a name that is %s → oauth_apps.name_required', async (_, body) => {
    const { status, error } = await client.post('/oauth-apps', body);
    expect([status, error.code]).toEqual([400, 'oauth_apps.name_required']);
    expect(error.details?.map(({ field }) => field)).toEqual(['name']);
    expect((await list()).items).toEqual([]);
  });

  it.each([
    ['a number', 5],
    ['an object', {}],
    ['an array', ['Importer']],
    ['a boolean', true],
    ['201 characters', 'x'.repeat(201)],
    ['with NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
  ])('a name that is %s → oauth_apps.invalid_request', async (_, name) => {
    const { status, error } = await client.post('/oauth-apps', { name });
    expect([status, error.code]).toEqual([400, 'oauth_apps.invalid_request']);
    expect(error.details?.map(({ field }) => field)).toEqual(['name']);
    expect((await list()).items).toEqual([]);
  });

  it('counts code points, so 200 emoji are a name', async () => {
    expect((await create('🌊'.repeat(200))).app.name).toBe('🌊'.repeat(200));
  });

  it.each(['naem', 'client_id', 'client_secret', 'account_id', 'revoked_at', 'scopes'])(
    'the unknown field %s is refused by name',
    async (field) => {
      const { error } = await client.post('/oauth-apps', { name: 'Importer', [field]: 'x' });
      expect(error.code).toBe('oauth_apps.invalid_request');
      expect(error.details?.map((detail) => detail.field)).toEqual([field]);
      expect((await list()).items).toEqual([]);
    },
  );

  it.each(['{"name":', '[]', 'name=Importer'])('the body %j cannot be read', async (body) => {
    expect((await client.post('/oauth-apps', body)).error.code).toBe('oauth_apps.invalid_request');
  });
});

describe('rename', () => {
  it('changes the name and moves updated_at only', async () => {
    const { app, client_secret } = await create();
    program.clock.move(minutes(1));
    const { result } = await client.patch<OAuthApp>(`/oauth-apps/${app.id}`, { name: ' Exporter ' });
    expect(result).toEqual({ ...app, name: 'Exporter', updated_at: expect.any(String) });
    expect(Date.parse(result.updated_at) - Date.parse(app.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(await get(app.id)).toEqual(result);
    expect(await isGood({ app, client_secret }, client_secret)).toBe(true);
  });

  it.each([[{}], [{ name: 'Importer' }], [{ name: ' Importer\t' }]])('PATCH %j changes nothing', async (body) => {
    const { app } = await create();
    program.clock.move(minutes(1));
    expect((await client.patch<OAuthApp>(`/oauth-apps/${app.id}`, body)).result).toEqual(app);
    expect(await get(app.id)).toEqual(app);
  });

  it.each([[null], [''], ['  ']])('PATCH with the name %j → oauth_apps.name_required', async (name) => {
    const { app } = await create();
    const { status, error } = await client.patch(`/oauth-apps/${app.id}`, { name });
    expect([status, error.code]).toEqual([400, 'oauth_apps.name_required']);
    expect(await get(app.id)).toEqual(app);
  });

  it.each([[{ name: 5 }], [{ name: 'x'.repeat(201) }], [{ name: 'Exporter', revoked_at: null }]])(
    'PATCH %j → oauth_apps.invalid_request',
    async (body) => {
      const { app } = await create();
      const { status, error } = await client.patch(`/oauth-apps/${app.id}`, body);
      expect([status, error.code]).toEqual([400, 'oauth_apps.invalid_request']);
      expect(await get(app.id)).toEqual(app);
    },
  );
});

describe('rotate-secret', () => {
  it.each([[undefined], [{}]])('with the body %j shows a new secret, and only it is good', async (body) => {
    const first = await create();
    program.clock.move(minutes(1));
    const second = (await client.post<Shown>(`/oauth-apps/${first.app.id}/rotate-secret`, body)).result;
    expect(second).toEqual({
      app: { ...first.app, client_secret_prefix: prefixOf(second.client_secret), updated_at: expect.any(String) },
      client_secret: expect.stringMatching(secretForm),
    });
    expect(second.client_secret).not.toBe(first.client_secret);
    expect(second.app.updated_at > first.app.updated_at).toBe(true);
    expect(await get(first.app.id)).toEqual(second.app);
    expect((await askToken(first, first.client_secret)).error.code).toBe('oauth.invalid_client');
    expect(await isGood(first, second.client_secret)).toBe(true);
  });

  it('of several at once exactly one secret is good, the one whose prefix is shown', async () => {
    const shown = await create();
    const rotated = await Promise.all([1, 2, 3, 4].map(() => rotate(shown.app.id)));
    const secrets = [shown.client_secret, ...rotated.map(({ client_secret }) => client_secret)];
    const good: string[] = [];
    for (const secret of secrets) if (await isGood(shown, secret)) good.push(secret);
    expect(good).toHaveLength(1);
    expect((await get(shown.app.id)).client_secret_prefix).toBe(prefixOf(good[0]!));
  });

  it('takes no fields and no parameters', async () => {
    const shown = await create();
    const path = `/oauth-apps/${shown.app.id}/rotate-secret`;
    expect((await client.post(path, { client_secret: 'x' })).error.code).toBe('oauth_apps.invalid_request');
    expect((await client.post(`${path}?grace=1`)).error.code).toBe('oauth_apps.invalid_request');
    expect(await get(shown.app.id)).toEqual(shown.app);
    expect(await isGood(shown, shown.client_secret)).toBe(true);
  });
});

describe('a revoked app', () => {
  const revoked = async () => {
    const shown = await create();
    program.clock.move(minutes(1));
    const before = program.clock.now().toISOString();
    expect(await revoke(shown.app.id)).toEqual({});
    const app = await get(shown.app.id);
    expect(app).toEqual({ ...shown.app, revoked_at: expect.stringMatching(timeForm), updated_at: expect.any(String) });
    expect(app.revoked_at! >= before).toBe(true);
    return { shown, app };
  };

  it('stays readable, alone and in the list', async () => {
    const { app } = await revoked();
    const { app: other } = await create('Exporter');
    expect(await get(app.id)).toEqual(app);
    expect((await list()).items).toEqual([other, app]);
  });

  it('is revoked again without a change', async () => {
    const { app } = await revoked();
    program.clock.move(minutes(1));
    expect(await revoke(app.id)).toEqual({});
    expect(await get(app.id)).toEqual(app);
  });

  it('can be neither renamed nor given a new secret → oauth_apps.invalid_request', async () => {
    const { app } = await revoked();
    for (const answer of [
      await client.patch(`/oauth-apps/${app.id}`, { name: 'Exporter' }),
      await client.post(`/oauth-apps/${app.id}/rotate-secret`),
    ]) {
      expect([answer.status, answer.error.code]).toEqual([400, 'oauth_apps.invalid_request']);
    }
    expect(await get(app.id)).toEqual(app);
  });

  it('is no client any more, and the others of the account still are', async () => {
    const other = await create('Exporter');
    const { shown } = await revoked();
    expect((await askToken(shown, shown.client_secret)).error.code).toBe('oauth.invalid_client');
    expect(await isGood(other, other.client_secret)).toBe(true);
  });
});

describe.each(ofOne)('%s', (_, call) => {
  it.each(['abc', '123', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36)])(
    'the id %j → oauth_apps.invalid_id',
    async (id) => {
      const { status, error } = await call(encodeURIComponent(id), client);
      expect([status, error.code]).toEqual([400, 'oauth_apps.invalid_id']);
    },
  );

  it('the client_id is no id', async () => {
    expect((await call((await create()).app.client_id, client)).error.code).toBe('oauth_apps.invalid_id');
  });

  it('an id of another account answers exactly like one of nothing', async () => {
    const grace = program.client.as(await program.register());
    const hers = await create('Hers', grace);
    const other = await call(hers.app.id, client);
    const random = await call(randomUUID(), client);
    expect([other.status, other.error.code]).toEqual([404, 'oauth_apps.not_found']);
    expect({ ...other.error, request_id: '' }).toEqual({ ...random.error, request_id: '' });
    expect(await get(hers.app.id, grace)).toEqual(hers.app);
    expect(await isGood(hers, hers.client_secret)).toBe(true);
  });
});

it('a bad id answers before bad fields, and these before a missing app', async () => {
  expect((await client.patch('/oauth-apps/abc', { nmae: 1 })).error.code).toBe('oauth_apps.invalid_id');
  expect((await client.patch(`/oauth-apps/${randomUUID()}`, { nmae: 1 })).error.code).toBe(
    'oauth_apps.invalid_request',
  );
  expect((await client.patch(`/oauth-apps/${randomUUID()}`, { name: '' })).error.code).toBe('oauth_apps.name_required');
});

describe('list', () => {
  it('newest first, the account’s own only', async () => {
    await create('Hers', program.client.as(await program.register()));
    for (const name of ['First', 'Second', 'Third']) {
      await create(name);
      program.clock.move(seconds(1));
    }
    expect(names(await list())).toEqual(['Third', 'Second', 'First']);
  });

  it('gives 25 unless told otherwise and a cursor as long as there is more', async () => {
    for (let index = 0; index < 26; index++) await create(`App ${index}`);
    const page = await list();
    expect(page.items).toHaveLength(25);
    const rest = await list(`?cursor=${page.next_cursor}`);
    expect([rest.items.length, rest.next_cursor]).toEqual([1, null]);
    expect((await list('?limit=26')).next_cursor).toBeNull();
    expect((await list('?limit=100&cursor=')).items).toHaveLength(26);
  });

  it('walks apps of one millisecond, each exactly once, while others come and are revoked', async () => {
    program.clock.freeze();
    for (let index = 0; index < 8; index++) await create(`Stays ${index}`);
    const whole = names(await list());
    program.clock.move(seconds(1));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list(`?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...names(page));
      cursor = page.next_cursor;
      await create('Comes');
      await revoke(page.items[0]!.id);
    } while (cursor);
    expect(seen).toEqual(whole);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=1.5',
    'limit=10&limit=20',
    'cursor=abc',
    'cursor=%00',
    'limt=5',
    'offset=5',
    'search=x',
    'include_revoked=true',
  ])('?%s → oauth_apps.invalid_request', async (query) => {
    const { status, error } = await client.get(`/oauth-apps?${query}`);
    expect([status, error.code]).toEqual([400, 'oauth_apps.invalid_request']);
    expect(error.details).toHaveLength(1);
  });

  it('refuses a cursor that was altered, is of another account or of another list', async () => {
    for (let index = 0; index < 2; index++) {
      await create(`App ${index}`);
      await client.post('/sources', { name: `Source ${index}` });
    }
    const cursor = (await list('?limit=1')).next_cursor!;
    expect((await list(`?limit=1&cursor=${cursor}`)).items).toHaveLength(1);
    const altered = (cursor.startsWith('A') ? 'B' : 'A') + cursor.slice(1);
    const ofSources = (await client.get<Page>('/sources?limit=1')).result.next_cursor!;
    const grace = program.client.as(await program.register());
    for (const answer of [
      await client.get(`/oauth-apps?cursor=${altered}`),
      await client.get(`/oauth-apps?cursor=${ofSources}`),
      await grace.get(`/oauth-apps?cursor=${cursor}`),
    ]) {
      expect(answer.error.code).toBe('oauth_apps.invalid_request');
    }
  });
});

describe('when the database fails → oauth_apps.internal, and nothing is half-done', () => {
  const writing = /update "?oauth_apps/i;
  const failing: [string, RegExp, Call][] = [
    ['GET list', /from "?oauth_apps/i, (_, as) => as.get('/oauth-apps')],
    ['POST', /insert into "?oauth_apps/i, (_, as) => as.post('/oauth-apps', { name: 'Lost' })],
    ...ofOne.map(([name, call]): [string, RegExp, Call] => [
      name,
      name === 'GET' ? /from "?oauth_apps/i : writing,
      call,
    ]),
  ];

  it.each(failing)('%s', async (_, statement, call) => {
    const shown = await create();
    const restore = breakDatabase(statement);
    try {
      const { status, error } = await call(shown.app.id, client);
      expect([status, error.code]).toEqual([500, 'oauth_apps.internal']);
      expect(error.message).not.toMatch(/terminated|sql|select|insert|update/i);
      const logged = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
      expect(logged).toMatch(/Connection terminated/);
    } finally {
      restore();
    }
    expect((await list()).items).toEqual([shown.app]);
    expect(await isGood(shown, shown.client_secret)).toBe(true);
  });
});

it('secrets and tokens are in no later answer, not in the log and nowhere in clear in the database', async () => {
  const first = await create();
  const { id, client_id } = first.app;
  const token = (await askToken(first, first.client_secret)).result.access_token;
  await program.client.as({ access_token: token }).get('/sources');
  const second = await rotate(id);
  const another = await create('Exporter');
  const secrets = [first, second, another].map(({ client_secret }) => client_secret);
  const [gone, good] = [first.client_secret, second.client_secret];

  const grant = 'grant_type=client_credentials';
  const asBasic = `Basic ${Buffer.from(`${client_id}:${good}`).toString('base64')}`;
  const post = (path: string, type: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${program.url}/api/v1${path}`, { method: 'POST', headers: { 'Content-Type': type, ...headers }, body });
  const [form, json] = ['application/x-www-form-urlencoded', 'application/json'];
  const answers = [
    await post('/oauth/token', form, `${grant}&client_id=${client_id}&client_secret=${gone}`),
    await post('/oauth/token', form, `grant_type=${good}&client_id=${client_id}`),
    await post('/oauth/token', form, `${grant}&client_id=${good}&client_secret=${client_id}`),
    await post('/oauth/token', form, `${grant}&client_secret=${good}&client_secret=${gone}`),
    await post('/oauth/token', form, `${grant}&client_id=${client_id}&client_secret=${good}`, {
      Authorization: asBasic,
    }),
    await post(`/oauth/token?client_secret=${good}`, json, `{"grant_type":"client_credentials"}`),
    await post('/oauth/token', json, `{"client_secret":"${good}"`),
    await post('/oauth/token', json, `{"grant_type":"${good}","client_id":["${good}"]}`),
    await post('/oauth/token', 'text/plain', good),
    await post('/sources', json, '{"name":"Fair"}', { Authorization: asBasic }),
    await post('/sources', json, '{"name":"Fair"}', { Authorization: `Bearer ${good}` }),
  ];
  expect(answers.map(({ status }) => status).filter((status) => status !== 400 && status !== 401)).toEqual([]);
  const broken: [RegExp, () => Promise<Answer<unknown>>][] = [
    [/\boauth_apps\b/i, () => askToken(second, good)],
    [/insert into "?oauth_apps/i, () => client.post('/oauth-apps', { name: 'Lost' })],
    [/update "?oauth_apps/i, () => client.post(`/oauth-apps/${id}/rotate-secret`)],
  ];
  for (const [statement, call] of broken) {
    const restore = breakDatabase(statement, Object.assign(new Error('broken'), { code: '22021' }));
    const { status } = await call().finally(restore);
    expect(status).toBe(500);
  }
  const said: string[] = await Promise.all(answers.map((answer) => answer.text()));
  const later = [
    await client.get(`/oauth-apps/${id}`),
    await client.get('/oauth-apps'),
    await client.patch(`/oauth-apps/${id}`, { name: 'Renamed' }),
    await client.delete(`/oauth-apps/${id}`),
    await client.get('/oauth-apps'),
    await askToken(second, good),
  ];
  said.push(JSON.stringify(later.map(({ body }) => body)));
  expect(secrets.filter((secret) => said.join('\n').includes(secret))).toEqual([]);

  const hidden = [
    ...secrets.flatMap((secret) => [secret, secret.slice('dw_cs_'.length)]),
    ...secrets.flatMap((secret) => ['hex', 'base64', 'base64url'].map((as) => encoded(secret, as))),
    asBasic.slice('Basic '.length),
    ...token.split('.').slice(1),
  ];
  const log = program.log.join('\n');
  expect(log).toContain('/api/v1/oauth/token');
  expect(log).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  expect(hidden.filter((text) => log.includes(text))).toEqual([]);

  const tables = await program.sql<{ name: string }>('select relname as name from pg_stat_user_tables');
  let stored = '';
  for (const { name } of tables) stored += JSON.stringify(await program.sql(`select t::text from "${name}" t`));
  expect(stored).toContain(client_id);
  expect(hidden.filter((text) => stored.includes(text))).toEqual([]);
});

function encoded(text: string, encoding: string): string {
  return Buffer.from(text).toString(encoding as BufferEncoding);
}

it('an id in capitals means the same app: revoked by it, its tokens are refused at once', async () => {
  const owner = program.client.as(await program.register());
  const { app, client_secret } = (
    await owner.post<{ app: { id: string; client_id: string }; client_secret: string }>('/oauth-apps', {
      name: 'Export',
    })
  ).result;
  const asked = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
  const token = (await program.client.post<{ access_token: string }>('/oauth/token', asked)).result;
  expect((await program.client.as(token).get('/sources')).status).toBe(200);
  expect((await owner.delete(`/oauth-apps/${app.id.toUpperCase()}`)).status).toBe(200);
  expect((await program.client.as(token).get('/sources')).error.code).toBe('auth.invalid_token');
});
