import { hash } from '@node-rs/argon2';
import type { Client as SqlClient } from 'pg';
import type { MeView, SessionView } from '../../src/contexts/auth/auth.view';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Body, Headers } from '../support/client';
import { days, minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

const { program, client, use } = useApi();
let ada: SessionView;
beforeEach(async () => {
  ada = await register();
  use(ada);
});

const other = 'staple-orbit-window-9';
const good = [200, undefined];
const taken = [400, 'auth.email_taken'];
const wrong = [401, 'auth.invalid_credentials'];
const badToken = [401, 'auth.invalid_token'];

const post = (path: string, body?: Body, headers?: Headers) => program.client.post<SessionView>(path, body, headers);
const tryRegister = (input: object) => post('/auth/register', { email: newEmail(), password, name: 'Ada', ...input });
const register = async (input: object = {}) => (await tryRegister(input)).result;
const tryLogin = (secret = password, email = ada.user.email) => post('/auth/login', { email, password: secret });
const login = async (secret?: string, email?: string) => (await tryLogin(secret, email)).result;
const tryRefresh = ({ refresh_token }: { refresh_token: unknown }, app = program) =>
  app.client.post<SessionView>('/auth/refresh', { refresh_token });
const refresh = async (session: SessionView) => (await tryRefresh(session)).result;
const me = (session: SessionView, app = program) => app.client.as(session).get<MeView>('/auth/me');
const changePassword = (new_password: unknown, current_password: unknown = password, session = ada) =>
  program.client.as(session).post<object>('/auth/change-password', { current_password, new_password });

const row = async () => (await program.sql('select * from users where id = $1', [ada.user.id]))[0]!;
const countAll = 'select (select count(*)::int from users) users, (select count(*)::int from accounts) accounts';
const counts = async () => (await program.sql<{ users: number; accounts: number }>(countAll))[0]!;

const invalid = refusedWith('auth.invalid_request');
const uses = (session: SessionView) => [me(session), program.client.as(session).get('/sources'), tryRefresh(session)];
const alive = (...sessions: SessionView[]) => all(good, ...sessions.flatMap(uses));
const ended = (...sessions: SessionView[]) => all(badToken, ...sessions.flatMap(uses));

const waitingForLock = async (other: SqlClient) => {
  while ((await other.query('select 1 from pg_locks where not granted')).rowCount === 0);
};

const sessionOf = (user: object) => ({
  access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  refresh_token: expect.stringMatching(/^[\w-]{43,}$/),
  token_type: 'Bearer',
  expires_in: 900,
  user,
});

describe('register', () => {
  it('makes an account with its owner and signs in', async () => {
    const email = newEmail();
    const created = await register({ email, name: '  Ada King ', account_name: ' Engines ' });
    const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(created).toEqual(sessionOf({ id, account_id: id, email, name: 'Ada King', role: 'owner' }));
    const account = { id: created.user.account_id, name: 'Engines' };
    expect((await me(created)).result).toEqual({ ...created.user, account });
  });

  it('a known address in other case → auth.email_taken, and there is no second row', async () => {
    const before = await counts();
    const { email } = ada.user;
    await all(taken, ...[email, email.toUpperCase(), ` ${email} `].map((spelling) => tryRegister({ email: spelling })));
    expect(await counts()).toEqual(before);
  });

  it('five at once with one address make one account', async () => {
    const before = await counts();
    const email = newEmail();
    const spellings = [email, email.toUpperCase(), `U${email.slice(1)}`, email, email.replace('example', 'EXAMPLE')];
    const seen = await Promise.all(spellings.map((spelling) => outcome(tryRegister({ email: spelling }))));
    expect(seen.sort()).toEqual([good, taken, taken, taken, taken]);
    expect(await counts()).toEqual({ users: before.users + 1, accounts: before.accounts + 1 });
  });

  // prettier-ignore
  it.each([
    ['email', [undefined, null, '', 5, ['a@b.com'], 'ada', 'ada@', '@example.com', 'a b@c.com', 'a@@b.com', 'a\0@b.com']],
    ['email', ['Ada <ada@example.com>', 'ada@example.com, b@example.com', `${'a'.repeat(600)}@example.com`]],
    ['name', [undefined, null, '', ' \t', 5, {}, 'x'.repeat(201), 'a\0b', 'a\ud800']],
    ['account_name', [5, [], 'x'.repeat(201), 'a\0b', 'a\ud800']],
  ])('an unfit %s → auth.invalid_request', async (field, values) => {
    const before = await counts();
    for (const value of values) await invalid(tryRegister({ [field]: value }), field);
    expect(await counts()).toEqual(before);
  });

  it('names the account after its owner, no longer than a name may be', async () => {
    expect((await me(await register({ name: 'Ada' }))).result.account.name).toBe("Ada's account");
    const name = 'x'.repeat(200);
    expect((await me(await register({ name }))).result.account.name).toBe(name);
  });

  it('tells an unfit password beside the other fields', () =>
    invalid(tryRegister({ password: 'short', name: '' }), 'password', 'name'));
});

describe('password', () => {
  // prettier-ignore
  it.each<[string, unknown]>([
    ['absent', undefined], ['null', null], ['empty', ''], ['a number', 1234567890], ['a list', ['correct-horse']],
    ['7 characters', 'x4-kq9w'], ['7 emoji', '🌊🦀🐙🦑🐡🐬🐳'], ['129 characters', 'x4-kq9w'.repeat(19).slice(0, 129)],
    ['129 emoji', '🌊🦀🐙'.repeat(43)], ['a novel', 'x4-kq9w '.repeat(5_000)], ['with NUL', 'correct-horse\0battery'],
    ['with a lone surrogate', 'correct-horse\ud800battery'], ['the name of the product', 'tideline'],
    ...['password123', 'football1', 'Password123', '12345678', 'iloveyou', 'ｐａｓｓｗｏｒｄ１２３'].map((common): [string, string] => [common, common]),
  ])('%s is refused', async (_, unfit) => {
    const before = [await counts(), await row()];
    await invalid(tryRegister({ password: unfit }), 'password');
    await invalid(changePassword(unfit), 'new_password');
    expect([await counts(), await row()]).toEqual(before);
  });

  it('the e-mail address is refused in any case', async () => {
    const email = newEmail();
    for (const same of [email, email.toUpperCase()]) await invalid(tryRegister({ email, password: same }), 'password');
    await invalid(changePassword(ada.user.email.toUpperCase()), 'new_password');
  });

  it.each([
    ['8 characters', 'x4-kq9wz'],
    ['8 emoji', '🌊🦀🐙🦑🐡🐬🐳🐟'],
    ['128 emoji', '🌊🦀🐙🦑'.repeat(32)],
  ])('%s are good', async (_, secret) => {
    const { user } = await register({ password: secret });
    await all(good, tryLogin(secret, user.email), changePassword(secret));
    await all(good, tryLogin(secret));
  });

  it('is not trimmed and keeps its case', async () => {
    const secret = ' x4-Kq9w ';
    const { email } = (await register({ password: secret })).user;
    await all(good, tryLogin(secret, email));
    const others = [secret.trim(), secret.trimEnd(), secret.toLowerCase(), `${secret} `];
    await all(wrong, ...others.map((guess) => tryLogin(guess, email)));
  });

  it('is the same in every Unicode form', async () => {
    const secret = 'Ångström-ﬁne-①';
    const { email } = (await register({ password: secret })).user;
    await all(good, ...['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => tryLogin(secret.normalize(form), email)));
  });
});

describe('login', () => {
  it('gives a session of its own', async () => {
    const again = await login(password, ` ${ada.user.email.toUpperCase()} `);
    expect(again).toEqual(sessionOf(ada.user));
    expect(again.access_token).not.toBe(ada.access_token);
    expect(again.refresh_token).not.toBe(ada.refresh_token);
    await alive(ada, again);
  });

  it('does not tell an unknown address from a wrong password', async () => {
    const told = [];
    for (const email of [ada.user.email, newEmail()]) {
      const { status, error } = await tryLogin('not-the-password', email);
      told.push({ ...error, status, request_id: '' });
    }
    expect(told[0]).toMatchObject({ status: 401, code: 'auth.invalid_credentials' });
    expect(told[1]).toEqual(told[0]);
  });

  it('ten wrong passwords lock the account for the right one too, for a while', async () => {
    for (let attempt = 1; attempt <= 10; attempt++) await all(wrong, tryLogin(other));
    await all([403, 'auth.account_locked'], tryLogin());
    program.clock.move(minutes(15));
    await all(good, tryLogin());
  });
});

describe('what is wrong with a request', () => {
  const unknown = { email: newEmail(), password, name: 'Ada' };
  it.each<[string, object, string[]]>([
    ['register', {}, ['email', 'password', 'name']],
    ['register', { name: ' ', emial: newEmail(), role: 'owner', password }, ['emial', 'role', 'email', 'name']],
    ['register?invite=1', unknown, ['invite']],
    ['login', {}, ['email', 'password']],
    ['login', { email: null, password: null }, ['email', 'password']],
    ['login', { email: 'ada', password: {} }, ['email', 'password']],
    ['login', unknown, ['name']],
    ['refresh', { refresh_token: newEmail(), user_id: 5 }, ['user_id']],
    ['logout', { everywhere: true }, ['everywhere']],
    ['logout?everywhere=true', {}, ['everywhere']],
    ['change-password', {}, ['current_password', 'new_password']],
    ['change-password', { old_password: password, new_password: other }, ['old_password', 'current_password']],
    ['change-password', { current_password: 5, new_password: other }, ['current_password']],
  ])('POST %s %j → auth.invalid_request', async (path, body, fields) => {
    await invalid(client.post(`/auth/${path}`, body), ...fields);
    await alive(ada);
  });

  it('a typo is told what was meant', async () => {
    const { error } = await client.patch('/auth/me', { nmae: 'Ada' });
    expect(error.details).toEqual([{ field: 'nmae', message: expect.stringContaining('"name"') }]);
    await invalid(client.get('/auth/me?fields=id'), 'fields');
  });

  it('a body that cannot be read answers before the token, everything else after', async () => {
    for (const path of ['/auth/login', '/auth/refresh', '/auth/change-password']) {
      for (const body of ['{"email":', '[]', '{"__proto__":{}}']) await invalid(post(path, body), 'body');
    }
    const required = [401, 'auth.required'];
    await all(required, program.client.get('/auth/me'), program.client.get('/auth/me?x=1'), post('/auth/logout'));
    for (const body of [{}, { nmae: 1 }]) {
      await all(required, program.client.patch('/auth/me', body), post('/auth/change-password', body));
    }
  });
});

describe('a deactivated user', () => {
  const deactivate = async () => {
    await program.sql('update users set deactivated_at = $2 where id = $1', [ada.user.id, program.clock.now()]);
    program.clock.move(seconds(1));
  };

  it('gets auth.deactivated for every good credential', async () => {
    await all(good, client.get('/sources'));
    await deactivate();
    const withToken = [client.get('/sources'), me(ada), client.post('/auth/logout'), changePassword(other)];
    await all([403, 'auth.deactivated'], ...withToken, tryRefresh(ada), tryLogin());
  });

  it('is not told from others by a wrong password', async () => {
    await deactivate();
    const known = await tryLogin('not-the-password');
    const unknown = await tryLogin('not-the-password', newEmail());
    expect(known.error.code).toBe('auth.invalid_credentials');
    expect({ ...known.error, request_id: '' }).toEqual({ ...unknown.error, request_id: '' });
  });
});

describe('refresh', () => {
  it('gives a new pair of the same session', async () => {
    const next = await refresh(ada);
    expect(next).toEqual(sessionOf(ada.user));
    expect(next.access_token).not.toBe(ada.access_token);
    expect(next.refresh_token).not.toBe(ada.refresh_token);
    await all(good, me(ada), me(next));
    await program.client.as(next).post('/auth/logout');
    await ended(ada, next);
  });

  it('gives every use within 10 s its own pair, five at once too', async () => {
    const pairs = await Promise.all([1, 2, 3, 4, 5].map(() => refresh(ada)));
    program.clock.move(seconds(9));
    pairs.push(await refresh(ada));
    expect(new Set(pairs.map(({ access_token }) => access_token)).size).toBe(6);
    expect(new Set([ada, ...pairs].map(({ refresh_token }) => refresh_token)).size).toBe(7);
    await all(good, ...pairs.map((pair) => me(pair)));
    await alive(pairs[3]!);
  });

  it('a use more than 10 s after the first ends the session, and only it', async () => {
    const second = await login();
    const next = await refresh(ada);
    program.clock.move(seconds(6));
    const pairs = [ada, next, await refresh(ada), await refresh(next)];
    program.clock.move(seconds(5));
    await all(badToken, tryRefresh(ada));
    await ended(...pairs);
    await alive(second);
  });

  it.each([
    ['13 idle days', days(13), good],
    ['nearly 14 idle days', days(14) - minutes(1), good],
    ['14 idle days', days(14), badToken],
    ['a year', days(365), badToken],
  ])('after %s', async (_, idle, expected) => {
    program.clock.move(idle);
    await all(expected, tryRefresh(ada));
  });

  it('dies at 90 days although used every 10', async () => {
    let newest = ada;
    for (const wait of [...Array<number>(8).fill(days(10)), days(10) - minutes(5)]) {
      program.clock.move(wait);
      newest = await refresh(newest);
    }
    await all(good, me(newest));
    program.clock.move(minutes(5));
    await ended(newest);
  });

  it('takes nothing but a refresh token', async () => {
    const strangers = ['abc', 'x'.repeat(43), 'é'.repeat(43), ` ${ada.refresh_token}`];
    await all(badToken, ...strangers.map((refresh_token) => tryRefresh({ refresh_token })));
    for (const token of [undefined, null, '', 5, [ada.refresh_token], 'a\0']) {
      await invalid(tryRefresh({ refresh_token: token }), 'refresh_token');
    }
    await alive(ada);
  });
});

describe('logout', () => {
  it.each([[undefined], [{}]])('with the body %j ends this session at once, and only it', async (body) => {
    const second = await login();
    const used = await refresh(ada);
    expect((await client.post<object>('/auth/logout', body)).result).toEqual({});
    await ended(ada, used);
    await all(badToken, client.post('/auth/logout'));
    await alive(second);
  });

  it('leaves nothing to a refresh at the same moment', async () => {
    const [, ...refreshed] = await Promise.all([client.post('/auth/logout'), ...[1, 2, 3].map(() => tryRefresh(ada))]);
    await ended(ada, ...refreshed.filter(({ status }) => status === 200).map(({ result }) => result));
  });
});

describe('change-password', () => {
  it('ends all other sessions of the user at once and keeps this one', async () => {
    const grace = await register();
    const first = await login();
    const others = [first, await refresh(first), await login()];
    expect((await changePassword(other)).result).toEqual(sessionOf(ada.user));
    await ended(...others);
    await alive(ada, grace);
    await all(wrong, tryLogin());
    await all(good, tryLogin(other));
  });

  it('leaves nothing to a refresh at the same moment', async () => {
    const second = await login();
    const [, ...refreshed] = await Promise.all([changePassword(other), ...[1, 2, 3].map(() => tryRefresh(second))]);
    await ended(second, ...refreshed.filter(({ status }) => status === 200).map(({ result }) => result));
    await alive(ada);
  });

  it('with a wrong current password → auth.invalid_credentials, and nothing changes', async () => {
    const second = await login();
    const before = await row();
    await all(wrong, changePassword(other, 'not-the-password'), changePassword(other, `${password} `));
    expect(await row()).toEqual(before);
    await alive(ada, second);
    await all(good, tryLogin());
  });

  it('a sign-in that checked the password of before gets no session', async () => {
    const { user } = await register({ password: other });
    const [another] = await program.sql('select password_hash from users where id = $1', [user.id]);
    // The sign-in waits for the row, with the password checked; the change comes before it.
    const late = await withClient(workerDatabaseUrl(), async (rival) => {
      await rival.query('begin');
      await rival.query('update users set password_hash = $2 where id = $1', [ada.user.id, another!.password_hash]);
      const signingIn = outcome(tryLogin());
      await waitingForLock(rival);
      await rival.query('commit');
      return signingIn;
    });
    expect(late).toEqual(wrong);
    expect((await row()).password_hash).toBe(another!.password_hash);
  });

  it('a hash of an earlier cost is renewed at sign-in, also at two at once', async () => {
    const weak = await hash(password, { memoryCost: 4_096, timeCost: 1 });
    await program.sql('update users set password_hash = $2 where id = $1', [ada.user.id, weak]);
    await all(good, ...Array.from({ length: 4 }, () => tryLogin()));
    expect((await row()).password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await all(good, tryLogin());
  });

  it('a sign-in during a deactivation gets no session', async () => {
    const late = await withClient(workerDatabaseUrl(), async (other) => {
      await other.query('begin');
      await other.query('update users set deactivated_at = now() where id = $1', [ada.user.id]);
      const signingIn = outcome(tryLogin());
      await waitingForLock(other);
      await other.query('commit');
      return signingIn;
    });
    expect(late).toEqual([403, 'auth.deactivated']);
  });
});

describe('me', () => {
  it('PATCH changes the name and moves updated_at', async () => {
    const before = [(await row()).updated_at, (await me(ada)).result.account];
    program.clock.move(minutes(1));
    const { result } = await client.patch<MeView>('/auth/me', { name: '  Ada King ' });
    expect(result).toEqual({ ...ada.user, name: 'Ada King', account: before[1] });
    expect((await me(ada)).result).toEqual(result);
    expect((await login()).user.name).toBe('Ada King');
    expect(Number((await row()).updated_at) - Number(before[0])).toBeGreaterThanOrEqual(minutes(1));
  });

  it.each([[{}], [{ name: 'Ada' }], [{ name: ' Ada\t' }]])('PATCH %j changes nothing', async (body) => {
    const before = await row();
    program.clock.move(minutes(1));
    expect((await client.patch<MeView>('/auth/me', body)).result).toMatchObject(ada.user);
    expect(await row()).toEqual(before);
  });

  it('PATCH refuses an unfit name and what it does not know', async () => {
    const before = await row();
    for (const name of [null, '', ' \t\u00a0', 5, {}, ['Ada'], 'x'.repeat(201), 'a\0b', 'a\ud800']) {
      await invalid(client.patch('/auth/me', { name }), 'name');
    }
    for (const field of ['nmae', 'role', 'email', 'password', 'account']) {
      await invalid(client.patch('/auth/me', { name: 'Ada King', [field]: 'member' }), field);
    }
    expect(await row()).toEqual(before);
  });

  it('shows another role within a second', async () => {
    expect((await me(ada)).result.role).toBe('owner');
    await program.sql(`update users set role = 'member' where id = $1`, [ada.user.id]);
    program.clock.move(seconds(1));
    expect((await me(ada)).result.role).toBe('member');
    expect((await refresh(ada)).user.role).toBe('member');
  });
});

describe('another instance with REGISTRATION=closed', () => {
  const { program: closed } = useApi({ environment: { REGISTRATION: 'closed' } });

  it('refuses to register and lets sign in', async () => {
    const before = await counts();
    const body = { email: newEmail(), password, name: 'Ada' };
    await all([403, 'auth.forbidden'], closed.client.post('/auth/register', body));
    expect(await counts()).toEqual(before);
    await all(good, closed.client.post('/auth/login', { email: ada.user.email, password }));
  });

  it('follows a logout within a second', async () => {
    await all(good, me(ada, closed));
    await client.post('/auth/logout');
    closed.clock.move(seconds(1));
    await all(badToken, me(ada, closed), tryRefresh(ada, closed));
  });

  it('counts the uses of a refresh token together with this one', async () => {
    const pairs = (await Promise.all([tryRefresh(ada), tryRefresh(ada, closed)])).map(({ result }) => result);
    await all(good, ...pairs.map((pair) => me(pair)));
    closed.clock.move(seconds(11));
    await all(badToken, tryRefresh(ada, closed));
    program.clock.move(seconds(1));
    await ended(...pairs);
  });
});

describe('when the database fails → auth.internal', () => {
  async function fails(statement: RegExp, call: () => Answering): Promise<void> {
    const restore = breakDatabase(statement);
    try {
      const { status, error } = await call();
      expect([status, error.code]).toEqual([500, 'auth.internal']);
      expect(error.message).not.toMatch(/terminated|sql|select|insert|update/i);
      const logged = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
      expect(logged).toMatch(/Connection terminated/);
    } finally {
      restore();
    }
  }

  it.each<[string, RegExp, () => Answering]>([
    ['the guard of another route', /\b(users|sessions)\b/i, () => client.get('/sources')],
    ['login', /\busers\b/i, () => tryLogin()],
    ['refresh', /\brefresh_tokens\b/i, () => tryRefresh(ada)],
    ['logout', /update "?sessions/i, () => client.post('/auth/logout')],
    ['PATCH me', /update "?users/i, () => client.patch('/auth/me', { name: 'Lost' })],
  ])('%s, and nothing changed', async (_, statement, call) => {
    program.clock.move(seconds(2));
    await fails(statement, call);
    expect((await me(ada)).result.name).toBe('Ada');
    await alive(ada);
  });

  it.each(['users', 'sessions', 'refresh_tokens'])('register at %s leaves nothing', async (table) => {
    const email = newEmail();
    const before = await counts();
    await fails(new RegExp(`insert into "?${table}`, 'i'), () => tryRegister({ email }));
    expect(await counts()).toEqual(before);
    await all(good, tryRegister({ email }));
  });

  it.each(['users', 'sessions'])('change-password at %s changes nothing', async (table) => {
    const second = await login();
    await fails(new RegExp(`update "?${table}`, 'i'), () => changePassword(other));
    await alive(ada, second);
    await all(good, tryLogin());
    await all(wrong, tryLogin(other));
  });
});

it('secrets are nowhere in the log and only hashed in the database', async () => {
  const passwords = ['zebra-lantern-Åre-41', 'walnut-harbour-52-ﬁn', 'not-the-password-63', 'q-74-zz'] as const;
  const [first, second, guess, short] = passwords;
  const seen = [await register({ password: first })];
  const { email } = seen[0]!.user;
  seen.push(await login(first, email), await refresh(seen[0]!));
  const { access_token, refresh_token } = seen[1]!;

  await all(wrong, tryLogin(guess, email), changePassword(second, guess, seen[0]));
  await all(taken, tryRegister({ email, password: first }));
  await invalid(tryRegister({ password: short }), 'password');
  await invalid(tryRegister({ [first]: 1 }), first);
  await invalid(changePassword(short, first, seen[0]), 'new_password');
  await invalid(post('/auth/login', `{"email":"${email}","password":"${first}"`), 'body');
  await invalid(tryRefresh({ refresh_token: [refresh_token] }), 'refresh_token');
  await invalid(post(`/auth/refresh?refresh_token=${refresh_token}`, { refresh_token }), 'refresh_token');
  await all([401, 'auth.required'], program.client.get(`/auth/me?access_token=${access_token}`));
  await all(badToken, program.client.with({ Authorization: `Token ${access_token}` }).get('/auth/me'));
  const broken: [RegExp, () => Answering][] = [
    [/insert into "?users/i, () => tryRegister({ password: first })],
    [/\brefresh_tokens\b/i, () => tryRefresh(seen[2]!)],
    [/update "?users/i, () => changePassword(second, first, seen[0])],
  ];
  for (const [statement, call] of broken) {
    const restore = breakDatabase(statement, Object.assign(new Error('broken'), { code: '22021' }));
    await all([500, 'auth.internal'], call()).finally(restore);
  }
  await all(good, changePassword(second, first, seen[0]));
  seen.push(await login(second, email));
  await all(good, program.client.as(seen[0]!).post('/auth/logout'));

  const tokens = seen.flatMap((session) => [session.refresh_token, ...session.access_token.split('.').slice(1)]);
  const secrets = [password, ...passwords, ...passwords.map((secret) => secret.normalize('NFKC')), ...tokens];
  const hex = [...secrets.map((s) => Buffer.from(s)), ...tokens.map((t) => Buffer.from(t, 'base64url'))].map((b) =>
    b.toString('hex'),
  );

  const log = program.log.join('\n');
  expect(log).toContain('/api/v1/auth/login');
  expect(log).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);

  const tables = await program.sql<{ name: string }>(`select relname as name from pg_stat_user_tables`);
  let stored = '';
  for (const { name } of tables) stored += JSON.stringify(await program.sql(`select t::text from "${name}" t`));
  expect(stored).toContain(email);
  expect([...secrets, ...hex].filter((secret) => stored.includes(secret))).toEqual([]);
});

it.each([
  '"a b"@example.com',
  '"a\\r\\nb"@example.com',
  '"<x>"@example.com',
  'v@exam\u00adple.com',
  'a\u202eb@example.com',
  'a@b@example.com',
])('an address that no mail would reach as it stands is none: %j', async (email) => {
  const answer = await program.client.post('/auth/register', { email, password, name: 'Ada' });
  expect([answer.status, answer.error.code, answer.error.details?.[0]?.field]).toEqual([
    400,
    'auth.invalid_request',
    'email',
  ]);
});

it('one who changes the password again and again keeps nobody else from signing in', async () => {
  const [ada, grace] = [await program.register(), await program.register()];
  const change = () =>
    program.client
      .as(ada)
      .post('/auth/change-password', { current_password: password, new_password: password })
      .then(({ status }) => status);
  const login = () =>
    program.client.post('/auth/login', { email: grace.user.email, password }).then(({ status }) => status);
  const [changes, logins] = await Promise.all([
    Promise.all(Array.from({ length: 30 }, change)),
    Promise.all(Array.from({ length: 6 }, login)),
  ]);
  expect(logins).toEqual(Array(6).fill(200));
  expect(changes.filter((status) => status === 200).length).toBeGreaterThan(0);
  expect(changes.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  expect(await change()).toBe(200);
});

it('a password of a million characters is refused like any that is too long', async () => {
  const long = '\ufdfa'.repeat(340_000);
  const answer = await program.client.post('/auth/reset-password', { token: 'a', new_password: long });
  expect([answer.status, answer.error.details?.map(({ field }) => field)]).toEqual([400, ['new_password']]);
});
