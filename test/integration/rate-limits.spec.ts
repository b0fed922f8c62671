import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { freePort, newEmail, password, startApp, type TestApp } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { call, parseAnswer, type RawAnswer, speak } from '../support/raw';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/server-process';
import { breakDatabase } from '../support/statements';

interface Shown {
  readonly app: { readonly id: string; readonly client_id: string };
  readonly client_secret: string;
}

type Bearer = Pick<SignedIn, 'access_token'>;
type Call = () => Promise<Answer<unknown>>;

const small = {
  RATE_LIMITS: 'on',
  RATE_LIMIT_PUBLIC: '1/3',
  RATE_LIMIT_USER: '2/4',
  RATE_LIMIT_APP: '3/6',
  RATE_LIMIT_LOGIN: '1/2',
};

/** All on one database, their clocks stopped at the same moment. */
const apps: TestApp[] = [];
/** Without limits, to make what the tests need. */
let open: TestApp;
let program: TestApp;
/** Behind one proxy. */
let proxied: TestApp;

async function start(environment: Record<string, string>): Promise<TestApp> {
  const app = await startApp(environment);
  app.clock.freeze();
  app.clock.move((apps[0] ?? app).clock.now().getTime() - app.clock.now().getTime());
  apps.push(app);
  return app;
}
async function close(app: TestApp): Promise<void> {
  apps.splice(apps.indexOf(app), 1);
  await app.close();
}
const tick = (milliseconds: number) => apps.forEach(({ clock }) => clock.move(milliseconds));

beforeAll(async () => {
  open = await start({});
  program = await start(small);
  proxied = await start({ ...small, TRUST_PROXY: '1' });
});
afterAll(async () => {
  for (const app of [...apps]) await close(app);
});
/** Fills every bucket. */
beforeEach(() => tick(seconds(10)));

const limited = '429 rate_limit.exceeded';
const times = (count: number, outcome = '200') => Array<string>(count).fill(outcome);

const outcomeOf = ({ status, body }: Answer<unknown>): string =>
  status === 200 ? '200' : `${status} ${(body as { error: { code: string } }).error.code}`;
const outcome = async (once: Call) => outcomeOf(await once());
async function outcomes(count: number, each: Call): Promise<string[]> {
  const seen: string[] = [];
  for (let turn = 0; turn < count; turn++) seen.push(await outcome(each));
  return seen;
}
/** Takes all that the caller has. */
async function exhaust(each: Call): Promise<void> {
  for (let turn = 0; turn < 20; turn++) if ((await outcome(each)) === limited) return;
  throw new Error('There is no limit.');
}

const tellsOf = ({ headers }: { headers: Readonly<Record<string, string | undefined>> }) => ({
  limit: headers['ratelimit-limit'],
  remaining: headers['ratelimit-remaining'],
  reset: headers['ratelimit-reset'],
});
const tells = (limit: number, remaining: number, reset: number) => ({
  limit: String(limit),
  remaining: String(remaining),
  reset: String(reset),
});

const invited = async (owner: Bearer, role = 'member') => {
  const invitation = { email: newEmail(), name: 'Grace Hopper', role };
  const answer = await open.client.as(owner).post<{ invite_token: string }>('/users/invite', invitation);
  const acceptance = { token: answer.result.invite_token, password };
  return (await open.client.post<SignedIn>('/auth/accept-invite', acceptance)).result;
};
const again = async ({ user: { email } }: SignedIn) =>
  (await open.client.post<SignedIn>('/auth/login', { email, password })).result;
const newOAuthApp = async (owner: Bearer) =>
  (await open.client.as(owner).post<Shown>('/oauth-apps', { name: 'Importer' })).result;
const tokenOf = async ({ app, client_secret }: Shown) => {
  const body = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
  return (await open.client.post<Bearer>('/oauth/token', body)).result;
};
const newAppToken = async () => tokenOf(await newOAuthApp(await open.register()));

/** Any route that answers 200, by whoever calls. */
const reading =
  (caller: Bearer, app = program): Call =>
  () =>
    app.client.as(caller).get('/sources');
const anonymous =
  (client: Client = program.client): Call =>
  () =>
    client.get('/errors');
const signingIn =
  (client: Client = program.client): Call =>
  () =>
    client.post('/auth/forgot-password', { email: newEmail() });

const from = (address: string, app = proxied) => app.client.with({ 'X-Forwarded-For': address });
let lastAddress = 0;
const newAddress = () => `198.51.100.${++lastAddress}`;

/** Gives somebody whose bucket is full, with a way to call each app. */
type NewCaller = () => Promise<(app: TestApp) => Call>;
const kinds: [name: string, burst: number, sustained: number, newCaller: NewCaller][] = [
  ['an address without a token', 3, 1, async () => (app) => anonymous(app.client)],
  [
    'a user',
    4,
    2,
    async () => {
      const user = await open.register();
      return (app) => reading(user, app);
    },
  ],
  [
    'an OAuth app',
    6,
    3,
    async () => {
      const token = await newAppToken();
      return (app) => reading(token, app);
    },
  ],
  ['an address that signs in', 2, 1, async () => (app) => signingIn(app.client)],
];

describe.each(kinds)('%s', (_, burst, sustained, newCaller) => {
  it('may send the burst, is told what remains of it, then gets rate_limit.exceeded', async () => {
    const send = (await newCaller())(program);
    for (let sent = 1; sent <= burst; sent++) {
      const answer = await send();
      expect(outcomeOf(answer)).toBe('200');
      expect(tellsOf(answer)).toEqual(tells(burst, burst - sent, Math.ceil(sent / sustained)));
      expect(answer.headers).not.toHaveProperty('retry-after');
    }
    for (let turn = 0; turn < 3; turn++) {
      const answer = await send();
      expect(outcomeOf(answer)).toBe(limited);
      expect(tellsOf(answer)).toEqual(tells(burst, 0, Math.ceil(burst / sustained)));
      expect(answer.headers['retry-after']).toBe('1');
    }
  });

  it('may go on at the sustained rate, and what was refused costs nothing', async () => {
    const send = (await newCaller())(program);
    await exhaust(send);
    for (let second = 0; second < 3; second++) {
      expect(await outcomes(10, send)).toEqual(times(10, limited));
      tick(seconds(1));
      expect(await outcomes(sustained + 1, send)).toEqual([...times(sustained), limited]);
    }
  });

  it('never has more than the burst', async () => {
    const send = (await newCaller())(program);
    expect(await outcome(send)).toBe('200');
    tick(minutes(5));
    expect(await outcomes(burst + 1, send)).toEqual([...times(burst), limited]);
  });

  it('is served again after Retry-After', async () => {
    const send = (await newCaller())(program);
    await exhaust(send);
    const { headers } = await send();
    tick(seconds(Number(headers['retry-after'])));
    expect(await outcome(send)).toBe('200');
  });

  it('of many requests at once gets the burst', async () => {
    const send = (await newCaller())(program);
    const seen = await Promise.all(Array.from({ length: burst + 8 }, () => outcome(send)));
    expect(seen.sort()).toEqual([...times(burst), ...times(8, limited)]);
  });
});

describe('a bucket', () => {
  it('fills continuously', async () => {
    const send = reading(await open.register());
    await exhaust(send);
    tick(250);
    expect(await outcome(send)).toBe(limited);
    tick(250);
    expect(await outcomes(2, send)).toEqual(['200', limited]);
    tick(750);
    expect(await outcomes(2, send)).toEqual(['200', limited]);
    tick(250);
    expect(await outcomes(2, send)).toEqual(['200', limited]);
  });

  it('tells whole requests, rounded down, and whole seconds, rounded up', async () => {
    const send = reading(await open.register());
    expect((await outcomes(3, send)).length).toBe(3);
    tick(250);
    expect(tellsOf(await send())).toEqual(tells(4, 0, 2));
    tick(750);
    expect(tellsOf(await send())).toEqual(tells(4, 1, 2));
    tick(seconds(1));
    expect(tellsOf(await send())).toEqual(tells(4, 2, 1));
  });
});

describe('RateLimit headers', () => {
  interface Case {
    readonly name: string;
    readonly request: (app: TestApp, user: Bearer) => Call;
    readonly expected: string;
    readonly limit: string | undefined;
  }
  const rows: [string, (app: TestApp, user: Bearer) => Call, string, string?][] = [
    ['a public success', (app) => anonymous(app.client), '200', '3'],
    ['a success', (app, user) => reading(user, app), '200', '4'],
    ['bad fields', (app) => () => app.client.post('/auth/refresh', {}), '400 auth.invalid_request', '3'],
    ['bad fields to register', (app) => () => app.client.post('/auth/register', {}), '400 auth.invalid_request', '2'],
    [
      'bad fields of a user',
      (app, user) => () => app.client.as(user).post('/sources', {}),
      '400 sources.name_required',
      '4',
    ],
    ['a malformed body', (app) => () => app.client.post('/auth/refresh', '{'), '400 auth.invalid_request', '3'],
    [
      'a malformed body to sign in',
      (app) => () => app.client.post('/auth/login', '{'),
      '400 auth.invalid_request',
      '2',
    ],
    [
      'a malformed body of a user',
      (app, user) => () => app.client.as(user).post('/sources', '{'),
      '400 sources.invalid_request',
      '4',
    ],
    [
      'a body of another type',
      (app, user) => () => app.client.as(user).post('/sources', 'a', { 'Content-Type': 'text/plain' }),
      '400 sources.invalid_request',
      '4',
    ],
    ['a missing body', (app, user) => () => app.client.as(user).post('/sources'), '400 sources.invalid_request', '4'],
    ['no token', (app) => () => app.client.get('/sources'), '401 auth.required', '3'],
    ['a bad token', (app) => reading({ access_token: 'garbage' }, app), '401 auth.invalid_token', '3'],
    [
      'a wrong password',
      (app) => () => app.client.post('/auth/login', { email: newEmail(), password }),
      '401 auth.invalid_credentials',
      '2',
    ],
    [
      'a missing record',
      (app, user) => () => app.client.as(user).get(`/sources/${randomUUID()}`),
      '404 sources.not_found',
      '4',
    ],
    ['a bad id', (app, user) => () => app.client.as(user).get('/sources/abc'), '400 sources.invalid_id', '4'],
    ['no such route', (app) => () => app.client.get('/nothing'), '404 api.not_found'],
    ['no such route for a user', (app, user) => () => app.client.as(user).get('/nothing'), '404 api.not_found'],
    ['no such method', (app, user) => () => app.client.as(user).delete('/sources'), '404 api.not_found'],
    ['OPTIONS that is no preflight', (app) => () => app.client.send('OPTIONS', '/sources'), '404 api.not_found'],
    ['the bare prefix', (app) => () => app.client.get(''), '404 api.not_found'],
    ['no such route, a malformed body', (app) => () => app.client.post('/nothing', '{'), '404 api.not_found'],
  ];

  const calls: Case[] = rows.map(([name, request, expected, limit]) => ({ name, request, expected, limit }));

  it.each(calls)('are on the answer to $name', async ({ request, expected, limit }) => {
    const answer = await request(program, await open.register())();
    expect(outcomeOf(answer)).toBe(expected);
    const { remaining, reset, ...rest } = tellsOf(answer);
    expect(rest.limit).toMatch(limit ? new RegExp(`^${limit}$`) : /^[2-6]$/);
    expect([remaining, reset]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
    expect(Number(remaining)).toBeLessThanOrEqual(Number(rest.limit));
  });

  it('are on the answer to an app that may not', async () => {
    const answer = await program.client.as(await newAppToken()).get('/users');
    expect([outcomeOf(answer), tellsOf(answer)]).toEqual(['403 auth.forbidden', tells(6, 5, 1)]);
  });

  it('are on an answer after a fault', async () => {
    const send = reading(await open.register());
    const restore = breakDatabase(/from "?sources/i);
    const answer = await send().finally(restore);
    expect([outcomeOf(answer), tellsOf(answer)]).toEqual(['500 sources.internal', tells(4, 3, 1)]);
  });

  it.each(calls)('are not on the answer to $name when limits are off', async ({ request, expected }) => {
    const answer = await request(open, await open.register())();
    expect(outcomeOf(answer)).toBe(expected);
    expect(tellsOf(answer)).toEqual({});
    expect(answer.headers).not.toHaveProperty('retry-after');
  });
});

it('with RATE_LIMITS=off there is no limit', async () => {
  const user = await open.register();
  for (const send of [anonymous(open.client), reading(user, open), signingIn(open.client)]) {
    expect(await outcomes(50, send)).toEqual(times(50));
  }
});

describe('a user’s requests count together', () => {
  it('from all sessions and with every token', async () => {
    const user = await open.register();
    const refreshed = await open.client.post<SignedIn>('/auth/refresh', { refresh_token: user.refresh_token });
    const sessions = [user, await again(user), refreshed.result, await again(user)];
    for (const session of sessions) expect(await outcome(reading(session))).toBe('200');
    for (const session of sessions) expect(await outcome(reading(session))).toBe(limited);
  });

  it('on all routes', async () => {
    const as = program.client.as(await open.register());
    expect(await outcome(() => as.get('/sources'))).toBe('200');
    expect(await outcome(() => as.get('/auth/me'))).toBe('200');
    expect(await outcome(() => as.post('/companies', { name: 'Engines' }))).toBe('200');
    expect(await outcome(() => as.get('/contacts?limit=0'))).toBe('400 contacts.invalid_request');
    expect(await outcome(() => as.get('/auth/me'))).toBe(limited);
  });

  it('from all addresses', async () => {
    const user = await open.register();
    const each: Call = () => from(newAddress()).as(user).get('/sources');
    expect(await outcomes(5, each)).toEqual([...times(4), limited]);
  });

  it('and not with those of another user of the account', async () => {
    const ada = await open.register();
    const grace = await invited(ada);
    await exhaust(reading(ada));
    expect(await outcomes(5, reading(grace))).toEqual([...times(4), limited]);
  });
});

describe('an operation that answers all records', () => {
  it('costs a user one more for each 100 records beyond the first 100, also more than is left', async () => {
    const ada = await open.register();
    const { account_id, id } = ada.user;
    await open.sql(
      `insert into sources (id, account_id, created_by, name, created_at, updated_at)
       select gen_random_uuid(), $1, $2, 'Source ' || number, now(), now() from generate_series(1, 601) as number`,
      [account_id, id],
    );
    const client = program.client.as(ada);
    const remaining = async (answer: Promise<Answer<unknown>>) => (await answer).headers['ratelimit-remaining'];
    expect(await remaining(client.get('/sources?limit=100'))).toBe('3');
    const all = await client.call<{ items: object[] }>('sources-list');
    expect([all.result.items.length, all.headers['ratelimit-remaining']]).toEqual([601, '0']);
    // Six more than the one are owed, of which two were there: 4 - 1 - 1 - 6 = -4, at two a second.
    const refused = await client.get('/sources');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3']);
    tick(2_499);
    expect((await client.get('/sources')).status).toBe(429);
    tick(1);
    expect((await client.get('/sources')).status).toBe(200);
  });

  it('of up to 100 records costs one', async () => {
    const client = program.client.as(await open.register());
    const { result, headers } = await client.call<{ items: object[] }>('sources-list');
    expect([result.items, headers['ratelimit-remaining']]).toEqual([[], '3']);
  });
});

describe('an app’s requests count together', () => {
  it('with every token', async () => {
    const app = await newOAuthApp(await open.register());
    const tokens = [await tokenOf(app), await tokenOf(app)];
    for (const token of tokens) expect(await outcomes(3, reading(token))).toEqual(times(3));
    for (const token of tokens) expect(await outcome(reading(token))).toBe(limited);
  });

  it('and not with those of its people or of another app of the account', async () => {
    const ada = await open.register();
    const [first, second] = [await tokenOf(await newOAuthApp(ada)), await tokenOf(await newOAuthApp(ada))];
    await exhaust(reading(first));
    expect(await outcomes(7, reading(second))).toEqual([...times(6), limited]);
    expect(await outcomes(5, reading(ada))).toEqual([...times(4), limited]);
  });
});

describe('an address’s requests without a good token count together', () => {
  it('whatever they come with, so a flood of 401 is limited', async () => {
    const expired = await open.register();
    tick(minutes(16));
    const forged = (await open.register()).access_token.slice(0, -3);
    const refused = [expired.access_token, forged, 'garbage'];
    for (const access_token of refused) {
      expect(await outcome(reading({ access_token }))).toBe('401 auth.invalid_token');
    }
    for (const access_token of refused) expect(await outcome(reading({ access_token }))).toBe(limited);
    expect(await outcome(anonymous())).toBe(limited);
    expect(await outcome(() => program.client.get('/sources'))).toBe(limited);
    const basic = program.client.with({ Authorization: 'Basic YTpi' });
    expect(await outcome(() => basic.get('/sources'))).toBe(limited);
  });

  it('and not with those that have one', async () => {
    const [user, app] = [await open.register(), await newAppToken()];
    await exhaust(reading(user));
    await exhaust(reading(app));
    expect(await outcomes(4, anonymous())).toEqual([...times(3), limited]);
  });

  it('and do not limit those that have one', async () => {
    await exhaust(anonymous());
    expect(await outcomes(5, reading(await open.register()))).toEqual([...times(4), limited]);
    expect(await outcomes(7, reading(await newAppToken()))).toEqual([...times(6), limited]);
  });

  it.each<[string, object]>([
    ['/auth/refresh', { refresh_token: 'garbage' }],
    ['/auth/reset-password', { token: 'garbage', new_password: 'staple-orbit-window-9' }],
    ['/auth/accept-invite', { token: 'garbage', password }],
    ['/oauth/token', { grant_type: 'client_credentials', client_id: 'dw_ci_000000000000', client_secret: 'garbage' }],
  ])('POST %s is one of them', async (path, body) => {
    const each: Call = () => program.client.post(path, body);
    const first = await each();
    expect(first.status).toBeGreaterThanOrEqual(400);
    expect(tellsOf(first)).toEqual(tells(3, 2, 1));
    expect(await outcome(each)).not.toBe(limited);
    expect(await outcome(anonymous())).toBe('200');
    expect(await outcome(each)).toBe(limited);
  });
});

describe('login, forgot-password and register', () => {
  const login =
    (client = program.client): Call =>
    () =>
      client.post('/auth/login', { email: newEmail(), password });
  const wrong = '401 auth.invalid_credentials';

  it('share what an address has', async () => {
    expect(await outcome(login())).toBe(wrong);
    expect(await outcome(signingIn())).toBe('200');
    expect(await outcome(login())).toBe(limited);
    expect(await outcome(signingIn())).toBe(limited);
  });

  it.each<[string, string, object]>([
    ['POST', '/api/v1/auth/register', {}],
    ['POST', '/api/auth-register', {}],
    ['POST', '/api/auth-login', {}],
    ['POST', '/api/users-forgot-password', {}],
  ])('%s %s is one of them, by either door', async (method, path, body) => {
    const once = async () => outcomeOf(await program.client.sendTo(method, path, body));
    expect(await once()).toBe('400 auth.invalid_request');
    expect(await outcome(signingIn())).toBe('200');
    expect(await once()).toBe(limited);
  });

  it('a new account counts', async () => {
    const register: Call = () =>
      program.client.post('/auth/register', { email: newEmail(), password, name: 'Ada Lovelace' });
    expect(await outcomes(3, register)).toEqual([...times(2), limited]);
    expect(await outcome(login())).toBe(limited);
  });

  it('a right password counts too, and is refused when nothing is left', async () => {
    const { email } = (await open.register()).user;
    const right: Call = () => program.client.post('/auth/login', { email, password });
    expect(await outcomes(3, right)).toEqual([...times(2), limited]);
  });

  it('with a token count by address all the same', async () => {
    const user = await open.register();
    const as = program.client.as(user);
    expect(await outcome(login(as))).toBe(wrong);
    expect(await outcome(signingIn(program.client.as(await newAppToken())))).toBe('200');
    for (const send of [login(as), signingIn(as), login(), signingIn()]) expect(await outcome(send)).toBe(limited);
    expect(tellsOf(await reading(user)())).toEqual(tells(4, 3, 1));
  });

  it('leave what the address has otherwise, and the other way round', async () => {
    await exhaust(signingIn());
    expect(tellsOf(await anonymous()())).toEqual(tells(3, 2, 1));
    tick(seconds(10));
    await exhaust(anonymous());
    expect(tellsOf(await signingIn()())).toEqual(tells(2, 1, 1));
  });
});

describe('when nothing is left', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

  describe('to a user', () => {
    let as: Client;
    let member: Client;
    beforeEach(async () => {
      const ada = await open.register();
      const grace = await invited(ada);
      await exhaust(reading(ada));
      await exhaust(reading(grace));
      [as, member] = [program.client.as(ada), program.client.as(grace)];
    });

    it.each<[string, Call, string]>([
      ['an unknown route', () => as.get('/nothing'), '404 api.not_found'],
      ['an unknown method', () => as.delete('/sources'), '404 api.not_found'],
      ['an unknown route with a malformed body', () => as.post('/nothing', '{'), '404 api.not_found'],
    ])('%s answers first', async (_, send, expected) => {
      const answer = await send();
      expect(outcomeOf(answer)).toBe(expected);
      expect(tellsOf(answer)).toEqual({
        limit: expect.stringMatching(/^\d+$/),
        remaining: expect.stringMatching(/^\d+$/),
        reset: expect.stringMatching(/^\d+$/),
      });
    });

    it.each<[string, Call]>([
      ['a malformed body', () => as.post('/sources', '{')],
      ['a body that is no object', () => as.post('/sources', '[]')],
      ['a form', () => as.post('/sources', 'name=Fair', form)],
      ['a body with __proto__', () => as.post('/sources', '{"__proto__":1}')],
      ['the role', () => member.get('/oauth-apps')],
      ['a bad id', () => as.get('/sources/abc')],
      ['an unknown key', () => as.post('/sources', { naem: 'Fair' })],
      ['an unknown parameter', () => as.get('/sources?limt=5')],
      ['a bad field', () => as.post('/sources', { name: 5 })],
      ['a missing record', () => as.get(`/sources/${randomUUID()}`)],
    ])('429 answers before %s', async (_, send) => expect(await outcome(send)).toBe(limited));
  });

  describe('to an address', () => {
    beforeEach(async () => {
      await exhaust(anonymous());
      await exhaust(signingIn());
    });

    it('an unknown route answers first', async () => {
      expect(await outcome(() => program.client.get('/nothing'))).toBe('404 api.not_found');
      expect(await outcome(() => program.client.post('/nothing', '{'))).toBe('404 api.not_found');
    });

    it.each<[string, Call]>([
      ['a malformed body', () => program.client.post('/auth/refresh', '{')],
      ['a malformed body to sign in', () => program.client.post('/auth/login', '{')],
      ['a malformed body without a token', () => program.client.post('/sources', '{')],
      ['a malformed body for a token', () => program.client.post('/oauth/token', '{')],
      ['no token', () => program.client.get('/sources')],
      ['a bad token', () => reading({ access_token: 'garbage' })()],
      ['another scheme', () => program.client.with({ Authorization: 'Basic YTpi' }).get('/sources')],
      ['a bad field', () => program.client.post('/auth/refresh', {})],
      ['a bad field to sign in', () => program.client.post('/auth/login', {})],
      ['an unknown parameter', () => program.client.get('/errors?limt=5')],
    ])('429 answers before %s', async (_, send) => expect(await outcome(send)).toBe(limited));

    it('a form for a token is told so in the form of OAuth', async () => {
      const ask = async (body: string | Buffer) => {
        const answer = await call(program.url, 'POST', '/api/v1/oauth/token', { headers: form, body });
        return { ...answer, body: JSON.parse(answer.text) as Record<string, unknown> };
      };
      const refused = await ask('grant_type=client_credentials');
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
      expect(tellsOf(refused)).toEqual(tells(3, 0, 3));
      expect(refused.body).toMatchObject({
        ok: false,
        error: expect.any(String),
        error_description: expect.any(String),
        code: 'rate_limit.exceeded',
        request_id: refused.headers['x-request-id'],
      });
      const unreadable = await ask(Buffer.from([0xff]));
      expect([unreadable.status, unreadable.body.code]).toEqual([429, 'rate_limit.exceeded']);
    });
  });

  it.each<[string, number, string, () => Promise<Bearer>]>([
    [
      'a deactivated user',
      4,
      '403 auth.deactivated',
      async () => {
        const session = await open.register();
        await open.sql('update users set deactivated_at = $2 where id = $1', [session.user.id, open.clock.now()]);
        return session;
      },
    ],
    [
      'an ended session',
      4,
      '401 auth.invalid_token',
      async () => {
        const session = await open.register();
        await open.client.as(session).post('/auth/logout');
        return session;
      },
    ],
    [
      'a revoked app',
      6,
      '401 auth.invalid_token',
      async () => {
        const owner = await open.register();
        const oauthApp = await newOAuthApp(owner);
        const token = await tokenOf(oauthApp);
        await open.client.as(owner).delete(`/oauth-apps/${oauthApp.app.id}`);
        return token;
      },
    ],
  ])('%s gets 429 like everybody', async (_, burst, refusal, caller) => {
    const each = reading(await caller());
    tick(seconds(10));
    await exhaust(anonymous());
    // Whether such a token counts for its bearer or for the address is not said: at most the bearer's is left.
    const seen = await outcomes(burst + 1, each);
    expect(seen.slice(0, seen.indexOf(limited))).toEqual(times(seen.indexOf(limited), refusal));
    expect(seen.at(-1)).toBe(limited);
  });
});

describe('a body', () => {
  const mebibyte = 1024 * 1024;
  const head = (path: string, length: number | 'chunked', token?: string) =>
    [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      'Content-Type: application/json',
      length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`,
      ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
      '\r\n',
    ].join('\r\n');

  /** Writes this much of a request and nothing more. `answer` resolves when the server ends the connection. */
  function begin(text: string): { readonly socket: Socket; readonly answer: Promise<RawAnswer> } {
    const { hostname, port } = new URL(program.url);
    const socket = connect(Number(port), hostname);
    let received = '';
    socket.setEncoding('utf8').on('data', (part: string) => (received += part));
    socket.write(text);
    return { socket, answer: once(socket, 'end').then(() => parseAnswer(received)) };
  }

  const forged = async () => `${(await open.register()).access_token.slice(0, -3)}abc`;
  const cases: [string, string, (caller: Bearer) => Promise<string | undefined>, (caller: Bearer) => Call][] = [
    ['an address without a token', '/api/v1/sources', async () => undefined, () => anonymous()],
    ['an address with a forged token', '/api/contacts-create', forged, () => anonymous()],
    ['an address that signs in', '/api/v1/auth/login', async () => undefined, () => signingIn()],
    ['an address that registers', '/api/auth-register', async () => undefined, () => signingIn()],
    ['a user', '/api/v1/contacts', async ({ access_token }) => access_token, (user) => reading(user)],
  ];

  it.each(cases)('of %s beyond the budget is not waited for', async (_, path, tokenOf, using) => {
    const user = await open.register();
    await exhaust(using(user));
    const token = await tokenOf(user);
    for (const length of [mebibyte, 'chunked'] as const) {
      const answer = await begin(head(path, length, token)).answer;
      expect([answer.status, answer.headers.connection]).toEqual([429, 'close']);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'rate_limit.exceeded' } });
      expect(tellsOf(answer).remaining).toBe('0');
    }
  });

  it('beyond the budget is not waited for, however many are begun at once', async () => {
    const user = await open.register();
    const begun = Array.from({ length: 10 }, () => begin(head('/api/v1/contacts', mebibyte, user.access_token)));
    const answers: RawAnswer[] = [];
    for (const { answer } of begun) void answer.then((each) => answers.push(each));
    await until(() => answers.length === 6);
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(429));
    // The burst of four is waited for.
    expect(await outcome(reading(user))).toBe(limited);
    expect(answers).toHaveLength(6);
    for (const { socket } of begun) socket.destroy();
  });

  it('that is small leaves the connection as it is', async () => {
    await exhaust(anonymous());
    const body = '{"name":"Fair"}';
    const refused = `${head('/api/v1/sources', body.length)}${body}`;
    const said = await speak(
      program.url,
      `${refused}${refused}GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 429', 'HTTP/1.1 429', 'HTTP/1.1 404']);
  });

  it('is counted once, be it good, bad or of the wrong kind', async () => {
    const bodies: [string, Record<string, string>, string][] = [
      ['{"name":"Fair"}', {}, '200'],
      ['{', {}, '400 sources.invalid_request'],
      [`{"name":"${'x'.repeat(mebibyte)}"}`, {}, '400 sources.invalid_request'],
      ['{}', {}, '400 sources.name_required'],
    ];
    const as = program.client.as(await open.register());
    for (const [index, [body, headers, expected]] of bodies.entries()) {
      const answer = await as.post('/sources', body, headers);
      expect([outcomeOf(answer), tellsOf(answer).remaining]).toEqual([expected, String(3 - index)]);
    }
  });

  it('that is larger than a route takes, or of no route, is not waited for either', async () => {
    for (const [path, status] of [
      ['/api/v1/auth/refresh', 400],
      ['/api/v1/nothing', 404],
    ] as const) {
      const answer = await begin(head(path, 2 * mebibyte)).answer;
      expect([answer.status, answer.headers.connection]).toEqual([status, 'close']);
    }
  });

  it.each([mebibyte / 8, mebibyte, 4 * mebibyte])(
    'of %i bytes is refused so that a client that sends all of it first reads why',
    async (length) => {
      await exhaust(anonymous());
      for (let turn = 0; turn < 5; turn++) {
        const headers = { 'Content-Type': 'application/json' };
        const answer = await call(program.url, 'POST', '/api/v1/sources', { headers, body: Buffer.alloc(length, ' ') });
        expect(answer.status).toBe(429);
      }
    },
  );
});

describe('probes and pages', () => {
  const paths = ['/health/live', '/health/ready', '/docs', '/openapi.json', '/openapi-operations.json'];

  it.each(paths)('%s is never limited and costs nothing', async (path) => {
    const get = async () => {
      const answer = await fetch(`${program.url}${path}`);
      await answer.arrayBuffer();
      return answer.status;
    };
    for (let turn = 0; turn < 10; turn++) expect(await get()).toBe(200);
    expect(tellsOf(await anonymous()())).toEqual(tells(3, 2, 1));
    await exhaust(anonymous());
    for (let turn = 0; turn < 10; turn++) expect(await get()).toBe(200);
  });
});

it('a page of another origin can read a 429, and its preflights are not counted', async () => {
  const origin = 'https://app.example.com';
  const app = await start({ ...small, CORS_ORIGINS: origin });
  const page = app.client.with({ Origin: origin });
  for (let turn = 0; turn < 5; turn++) {
    const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
    const preflight = await call(app.url, 'OPTIONS', '/api/v1/sources', { headers });
    expect([preflight.status, tellsOf(preflight)]).toEqual([204, {}]);
  }
  expect(await outcomes(3, anonymous(page))).toEqual(times(3));
  const refused = await page.post('/sources', {});
  expect([outcomeOf(refused), refused.headers['access-control-allow-origin']]).toEqual([limited, origin]);
  await close(app);
});

describe('X-Forwarded-For', () => {
  const requests: [string, (client: Client) => Call, number][] = [
    ['without a token', anonymous, 3],
    ['to sign in', signingIn, 2],
  ];

  describe.each(requests)('%s', (_, sending, burst) => {
    it('is ignored unless TRUST_PROXY says otherwise', async () => {
      const each: Call = () => sending(from(newAddress(), program))();
      expect(await outcomes(burst + 1, each)).toEqual([...times(burst), limited]);
    });

    it('decides with TRUST_PROXY=1', async () => {
      const [first, second] = [newAddress(), newAddress()];
      expect(await outcomes(burst + 1, sending(from(first)))).toEqual([...times(burst), limited]);
      expect(await outcomes(burst + 1, sending(from(second)))).toEqual([...times(burst), limited]);
      expect(await outcome(sending(proxied.client))).toBe('200');
    });

    it('counts only as far as the one proxy wrote it', async () => {
      const address = newAddress();
      const each: Call = () => sending(from(`${newAddress()}, ${address}`))();
      expect(await outcomes(burst + 1, each)).toEqual([...times(burst), limited]);
      expect(await outcome(sending(from(address)))).toBe(limited);
    });
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8:1:2::1', '2001:0DB8:0001:0002:0:0:0:9'],
    ['2001:db8::1', '2001:db8:0:0:1::'],
    ['fd00::1', 'fd00::ffff:1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['0:0:0:0:0:FFFF:1.2.3.4', '::ffff:1.2.3.4'],
  ])('%s and %s count as one', async (one, other) => {
    await exhaust(anonymous(from(one)));
    expect(await outcome(anonymous(from(other)))).toBe(limited);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8:1:2::1', '2001:db8:2:2::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.5'],
    ['1.2.3.4', '1.2.3.5'],
    ['1.2.3.4', '2001:db8:102:304::'],
  ])('%s and %s do not', async (one, other) => {
    await exhaust(anonymous(from(one)));
    expect(await outcomes(4, anonymous(from(other)))).toEqual([...times(3), limited]);
  });

  it.each(['', ' ', ',', 'unknown', '_hidden', '1.2.3.4:5678', '[2001:db8::1]:443', '999.1.1.1'])(
    '%j does no harm',
    async (address) => {
      const answer = await anonymous(from(address))();
      expect(outcomeOf(answer)).toBe('200');
      expect(tellsOf(answer).limit).toBe('3');
    },
  );
});

describeWithRedis('with Redis', () => {
  let redis: TestRedis;
  let first: TestApp;
  let second: TestApp;
  const environment = (url: string) => ({ ...small, REDIS_URL: url });

  beforeAll(async () => {
    redis = await startRedis();
    first = await start(environment(redis.url));
    second = await start(environment(redis.url));
  });
  afterAll(async () => {
    await close(first);
    await close(second);
    await redis.stop();
  });

  /** Lines at warn or above about it. */
  const warnings = ({ log }: TestApp) =>
    log.filter(
      (line) => /"level":"?(warn|error|fatal|40|50|60)\b/.test(line) && /redis|ECONNREFUSED|ECONNRESET/i.test(line),
    );
  const isAlone = ({ log }: TestApp) =>
    log
      .filter((line) => line.includes('rate limits'))
      .at(-1)
      ?.includes('each process counts rate limits for itself') ?? false;
  /** It takes a program a moment to find that Redis is back. */
  const untilShared = (app: TestApp) =>
    until(async () => {
      await anonymous(app.client)();
      return !isAlone(app);
    });

  it.each(kinds)('%s has one budget on all instances', async (_, burst, sustained, newCaller) => {
    const caller = await newCaller();
    const [here, there] = [caller(first), caller(second)];
    const sends = Array.from({ length: burst + 2 }, (_, index) => (index % 2 === 0 ? here : there));
    for (const [sent, send] of sends.entries()) {
      const answer = await send();
      expect(outcomeOf(answer)).toBe(sent < burst ? '200' : limited);
      const gone = Math.min(sent + 1, burst);
      expect(tellsOf(answer)).toEqual(tells(burst, burst - gone, Math.ceil(gone / sustained)));
    }
    tick(seconds(1));
    expect(await outcomes(sustained, here)).toEqual(times(sustained));
    expect([await outcome(here), await outcome(there)]).toEqual([limited, limited]);
  });

  it('many requests at once to all instances get the burst', async () => {
    const user = await open.register();
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, i) => outcome(reading(user, i % 2 ? first : second))),
    );
    expect(seen.sort()).toEqual([...times(4), ...times(16, limited)]);
  });

  it('a body beyond the budget is not waited for', async () => {
    const user = await open.register();
    await exhaust(reading(user, first));
    const headers = { authorization: `Bearer ${user.access_token}`, 'Content-Type': 'application/json' };
    const text = await speak(
      second.url,
      [
        'POST /api/v1/contacts HTTP/1.1',
        'Host: x',
        'Content-Length: 1000000',
        ...Object.entries(headers).map((each) => each.join(': ')),
        '\r\n',
      ].join('\r\n'),
    );
    expect(parseAnswer(text)).toMatchObject({ status: 429, headers: { connection: 'close' } });
  });

  it('while it is away each instance counts for itself, which is logged once; then they count together again', async () => {
    for (let outage = 1; outage <= 2; outage++) {
      const user = await open.register();
      await exhaust(reading(user, first));
      await redis.stop();
      for (const app of [first, second]) {
        expect(await outcomes(12, reading(user, app))).toEqual([...times(4), ...times(8, limited)]);
        expect(await outcomes(12, anonymous(app.client))).toEqual([...times(3), ...times(9, limited)]);
        expect((await call(app.url, 'GET', '/health/ready')).status).toBe(200);
        expect(warnings(app)).toHaveLength(outage);
      }
      await redis.start();
      for (const app of [first, second]) await untilShared(app);
      const other = await open.register();
      await exhaust(reading(other, first));
      expect(await outcomes(3, reading(other, second))).toEqual(times(3, limited));
      for (const app of [first, second]) expect(warnings(app)).toHaveLength(outage);
      tick(minutes(1));
    }
  });

  it('that comes and goes is logged once a minute', async () => {
    const wavering = await startRedis();
    const app = await start(environment(wavering.url));
    const send = async () => outcome(reading(await open.register(), app));
    try {
      expect(await send()).toBe('200');
      for (let outage = 1; outage <= 3; outage++) {
        await wavering.stop();
        for (let turn = 0; turn < 3; turn++) expect(await send()).toBe('200');
        expect(warnings(app)).toHaveLength(1);
        await wavering.start();
        await untilShared(app);
      }
      tick(minutes(1));
      await wavering.stop();
      await until(async () => (await send()) === '200' && warnings(app).length === 2);
    } finally {
      await close(app);
      await wavering.stop();
    }
  });

  it('that is not there the program starts, limits and ends', async () => {
    const app = await start(environment(`redis://127.0.0.1:${await freePort()}`));
    expect(await outcomes(12, reading(await open.register(), app))).toEqual([...times(4), ...times(8, limited)]);
    expect(await outcomes(12, signingIn(app.client))).toEqual([...times(2), ...times(10, limited)]);
    expect(warnings(app)).toHaveLength(1);
    await close(app);
  });

  it('that comes later is used from then on', async () => {
    const late = await startRedis();
    await late.stop();
    const [app, other] = [await start(environment(late.url)), await start(environment(late.url))];
    for (const each of [app, other]) expect(await outcome(anonymous(each.client))).toBe('200');
    await late.start();
    try {
      for (const each of [app, other]) await untilShared(each);
      const user = await open.register();
      await exhaust(reading(user, app));
      expect(await outcomes(3, reading(user, other))).toEqual(times(3, limited));
    } finally {
      await close(app);
      await close(other);
      await late.stop();
    }
  });
});

it('on a public route the address counts, whatever token is sent: nobody looks whether it is still good', async () => {
  const owner = await open.register();
  const shown = await newOAuthApp(owner);
  const token = await tokenOf(shown);
  await open.client.as(owner).delete(`/oauth-apps/${shown.app.id}`);
  const send = () => program.client.as(token).get('/errors');
  expect(tellsOf(await send())).toEqual(tells(3, 2, 1));
  expect(await outcomes(4, send)).toEqual([...times(2), limited, limited]);
});

it.each(['/%61pi/v1/errors', '/api/%761/errors', '/api/v1/e%72rors', '/%61%70%69/%76%31/%65%72%72%6f%72%73'])(
  'a path with letters in code is the same path: %s',
  async (path) => {
    await exhaust(anonymous());
    const response = await fetch(`${program.url}${path}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([429, 'no-store']);
    expect(response.headers.get('ratelimit-limit')).toBe('3');
  },
);
