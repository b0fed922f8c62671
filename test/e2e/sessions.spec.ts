import { createHash, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { decode, sign } from 'jsonwebtoken';
import type { SessionView } from '../../src/contexts/auth/auth.view';
import { AuthRetentionJob } from '../../src/contexts/auth/auth-retention-job';
import { password, startApp, testSecrets, type TestApp } from '../support/app';
import { days, minutes, seconds } from '../support/clock';
import { behindLock } from '../support/database';
import { all, outcome } from '../support/outcome';

let program: TestApp;
/** Another instance on the same database. */
let elsewhere: TestApp;
let ada: SessionView;

beforeAll(async () => {
  program = await startApp();
  elsewhere = await startApp();
});
afterAll(() => Promise.all([program.close(), elsewhere.close()]));
beforeEach(async () => {
  for (const { clock } of [program, elsewhere]) clock.reset();
  ada = (await program.register()) as SessionView;
});

const other = 'staple-orbit-window-9';
const good = [200, undefined];
const badToken = [401, 'auth.invalid_token'];
const wrong = [401, 'auth.invalid_credentials'];

type Token = Pick<SessionView, 'access_token'>;
const tryRefresh = ({ refresh_token }: Pick<SessionView, 'refresh_token'>, app = program) =>
  app.client.post<SessionView>('/auth/refresh', { refresh_token });
const refresh = async (session: SessionView) => (await tryRefresh(session)).result;
const me = (session: Token, app = program) => app.client.as(session).get('/auth/me');
const tryLogin = (secret = password) =>
  program.client.post<SessionView>('/auth/login', { email: ada.user.email, password: secret });
const login = async (secret = password) => (await tryLogin(secret)).result;
const change = (session: Token, new_password = other, current_password = password) =>
  program.client.as(session).post<SessionView>('/auth/change-password', { current_password, new_password });
const logout = (session: Token) => program.client.as(session).post('/auth/logout');

const uses = (session: SessionView) => [me(session), tryRefresh(session)];
const alive = (...sessions: SessionView[]) => all(good, ...sessions.flatMap(uses));
const ended = (...sessions: SessionView[]) => all(badToken, ...sessions.flatMap(uses));
const sessionIdOf = ({ access_token }: Token) => (decode(access_token) as { sid: string }).sid;
const lockOf = (session: Token) => ['select 1 from sessions where id = $1 for update', sessionIdOf(session)] as const;
const lockOfUser = () => ['select 1 from users where id = $1 for update', ada.user.id] as const;

async function resetToken(): Promise<string> {
  await program.client.post('/auth/forgot-password', { email: ada.user.email });
  return (await program.mailsTo(ada.user.email)).at(-1)!.link.searchParams.get('token')!;
}
const reset = (token: string, new_password = other) =>
  program.client.post('/auth/reset-password', { token, new_password });

describe('pairs that were given out for one refresh token', () => {
  it('once one is used again, the refresh tokens of the others are retired', async () => {
    const [first, second, third] = [await refresh(ada), await refresh(ada), await refresh(ada)];
    const next = await refresh(second);
    await all(badToken, tryRefresh(first), tryRefresh(third));
    // Of a tab that is left behind, the access token lives on for its 15 minutes.
    await all(good, ...[ada, first, second, third, next].map((session) => me(session)));
    await alive(next);
  });

  it('a retired one harms nothing for 60 s, and then ends the session, and only it', async () => {
    program.clock.freeze();
    const another = await login();
    const [first, second] = [await refresh(ada), await refresh(ada)];
    program.clock.move(minutes(14));
    const next = await refresh(first);
    program.clock.move(seconds(60));
    await all(badToken, tryRefresh(second));
    await alive(next);
    program.clock.move(1);
    await all(badToken, tryRefresh(second));
    await ended(first, second, next);
    await alive(another);
  });

  it('the one that was used may be repeated within 10 s, and each repetition is a pair of its own', async () => {
    const [first, second] = [await refresh(ada), await refresh(ada)];
    const children = [await refresh(first), await refresh(first)] as const;
    await all(badToken, tryRefresh(second));
    await alive(children[1]);
    await all(badToken, tryRefresh(children[0]));
  });

  it('one that is given out after another was used is retired from the beginning', async () => {
    const first = await refresh(ada);
    const next = await refresh(first);
    const late = await refresh(ada);
    await all(good, me(late));
    await all(badToken, tryRefresh(late));
    await alive(next);
  });

  it('used at the same moment, one is exchanged and the other is refused', async () => {
    const [first, second] = [await refresh(ada), await refresh(ada)];
    const answers = await behindLock(
      lockOf(ada),
      () => tryRefresh(first),
      () => tryRefresh(second),
    );
    expect(await Promise.all(answers.map((answer) => outcome(Promise.resolve(answer))))).toEqual([good, badToken]);
    await alive(answers[0]!.result);
  });

  it('two uses of one token at the same moment give a pair each', async () => {
    const answers = await behindLock(
      lockOf(ada),
      () => tryRefresh(ada),
      () => tryRefresh(ada, elsewhere),
    );
    const [first, second] = answers.map(({ result }) => result) as [SessionView, SessionView];
    await all(good, me(first), me(second));
    await alive(second);
    await all(badToken, tryRefresh(first));
  });

  it('a use that waits for the end of its session gets nothing', async () => {
    const [, refreshed] = await behindLock(
      lockOf(ada),
      () => outcome(logout(ada)),
      () => outcome(tryRefresh(ada)),
    );
    expect(refreshed).toEqual(badToken);
    await ended(ada);
  });

  it('stay siblings when the token for which they were given out has expired', async () => {
    program.clock.move(days(13));
    const [first, second] = [await refresh(ada), await refresh(ada)];
    program.clock.move(days(13));
    await program.app.get(AuthRetentionJob, { strict: false }).run();
    const next = await refresh(first);
    await all(badToken, tryRefresh(second));
    await alive(next);
  });
});

describe('change-password', () => {
  it('gives a new pair; the pair that called stays good, every other token of the user ends at once', async () => {
    const another = await login();
    const own = await refresh(ada);
    const sibling = await refresh(ada);
    const before = await refresh(own);
    await all(good, ...[ada, own, sibling, before, another].map((session) => me(session)));
    const { result } = await change(own);
    expect(result).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 900,
      user: ada.user,
    });
    await ended(ada, sibling, before, another);
    await alive(own, result);
    expect(sessionIdOf(result)).toBe(sessionIdOf(ada));
  });

  it('by the operation too', async () => {
    const sibling = await refresh(ada);
    const body = { current_password: password, new_password: other };
    const { result } = await program.client.as(ada).call<SessionView>('users-change-password', body);
    await ended(sibling);
    await alive(ada, result);
  });

  it('another instance follows within a second, and takes the new pair at once', async () => {
    const sibling = await refresh(ada);
    await all(good, me(ada, elsewhere), me(sibling, elsewhere));
    const { result } = await change(ada);
    await all(good, me(result, elsewhere));
    elsewhere.clock.move(seconds(1));
    await all(badToken, me(sibling, elsewhere), tryRefresh(sibling, elsewhere));
    await all(good, me(ada, elsewhere), me(result, elsewhere));
    // What it remembers is of the first change.
    elsewhere.clock.freeze();
    await all(good, me(result, elsewhere));
    const { result: next } = await change(result, password, other);
    await all(good, me(next, elsewhere));
  });

  it('both pairs go on, and the next change ends what the one that calls is not', async () => {
    const { result: second } = await change(ada);
    const [old, renewed] = [await refresh(ada), await refresh(second)];
    await all(good, me(old), me(renewed));
    const { result: third } = await change(renewed, password, other);
    await ended(ada, old, second);
    await alive(renewed, third);
    await all(good, tryLogin());
  });

  it('a wrong password ends nothing', async () => {
    const sibling = await refresh(ada);
    await all(wrong, change(ada, other, 'not-the-password'));
    await all(good, me(ada), me(sibling));
    await alive(sibling);
  });

  it('a token that it ended ends nothing, however late it is used', async () => {
    const sibling = await refresh(ada);
    const own = await refresh(ada);
    const { result } = await change(own);
    program.clock.move(minutes(2));
    await all(badToken, tryRefresh(ada), tryRefresh(sibling));
    await alive(own, result);
  });

  it('the pair that called counts as stolen as before when its refresh token is used again too late', async () => {
    const [own] = [await refresh(ada)];
    const { result } = await change(own);
    await refresh(own);
    program.clock.move(seconds(11));
    await all(badToken, tryRefresh(own));
    await ended(own, result);
  });
});

describe('a change of the password beside', () => {
  const both = async (lock: readonly [string, ...unknown[]], ...steps: Parameters<typeof behindLock>[1][]) =>
    (await behindLock(lock, ...steps)) as Awaited<ReturnType<typeof change>>[];
  const outcomes = (answers: Awaited<ReturnType<typeof change>>[]) =>
    Promise.all(answers.map((answer) => outcome(Promise.resolve(answer))));

  it('the refresh of a sibling: what it gave ends, or it gets nothing', async () => {
    const [own, sibling] = [await refresh(ada), await refresh(ada)];
    const late = await both(
      lockOf(ada),
      () => tryRefresh(sibling),
      () => change(own),
    );
    expect(await outcomes(late)).toEqual([good, good]);
    await ended(sibling, late[0]!.result);
    await alive(late[1]!.result);

    const child = await refresh(late[1]!.result);
    const twin = await refresh(late[1]!.result);
    const early = await both(
      lockOf(ada),
      () => change(child, password, other),
      () => tryRefresh(twin),
    );
    expect(await outcomes(early)).toEqual([good, badToken]);
    await alive(child, early[0]!.result);
  });

  it('the refresh of the pair that calls: what it gave before ends, what it gives behind is good', async () => {
    const before = await both(
      lockOf(ada),
      () => tryRefresh(ada),
      () => change(ada),
    );
    expect(await outcomes(before)).toEqual([good, good]);
    await ended(before[0]!.result);
    const own = before[1]!.result;
    const behind = await both(
      lockOf(ada),
      () => change(own, password, other),
      () => tryRefresh(own),
    );
    expect(await outcomes(behind)).toEqual([good, good]);
    await alive(behind[0]!.result, behind[1]!.result);
  });

  it('another one by a sibling: the second has lost its pair', async () => {
    const [own, sibling] = [await refresh(ada), await refresh(ada)];
    const answers = await Promise.all([change(own, password), change(sibling, password)]);
    expect((await outcomes(answers)).sort()).toEqual([good, badToken]);
    const winner = answers.find(({ status }) => status === 200)!;
    await alive(winner.result);
    await ended(winner === answers[0] ? sibling : own);
  });

  it('a reset: whoever comes second decides, and a reset leaves nothing', async () => {
    const token = await resetToken();
    const first = await both(
      lockOfUser(),
      () => reset(token, 'the-password-of-the-reset'),
      () => change(ada),
    );
    expect(await outcomes(first)).toEqual([good, wrong]);
    await ended(ada);
    await all(wrong, tryLogin(), tryLogin(other));

    const again = await login('the-password-of-the-reset');
    const nextToken = await resetToken();
    const second = await both(
      lockOfUser(),
      () => change(again, other, 'the-password-of-the-reset'),
      () => reset(nextToken, password),
    );
    // The change deletes the link that was mailed before.
    expect(await outcomes(second)).toEqual([good, [400, 'auth.invalid_request']]);
    await alive(again, second[0]!.result);
    await all(good, tryLogin(other));
  });

  it('a reset to the same password: its session has ended', async () => {
    const token = await resetToken();
    const answers = await both(
      lockOfUser(),
      () => reset(token, password),
      () => change(ada),
    );
    expect(await outcomes(answers)).toEqual([good, badToken]);
    await all(wrong, tryLogin(other));
    await all(good, tryLogin());
  });

  it('a logout: nothing is changed', async () => {
    const early = await both(
      lockOfUser(),
      () => change(ada),
      () => logout(ada),
    );
    expect(await outcomes(early)).toEqual([badToken, good]);
    const again = await login();
    const late = await both(
      lockOf(again),
      () => logout(again),
      () => change(again),
    );
    expect(await outcomes(late)).toEqual([good, badToken]);
    await all(wrong, tryLogin(other));
    await all(good, tryLogin());
  });
});

describe('tokens that release 0.1.0 issued', () => {
  /** What it issues for a session, in the columns and claims that it knows. */
  async function issued(session: SessionView): Promise<SessionView> {
    const { sub, account_id, sid, iss, aud } = decode(session.access_token) as Record<string, string>;
    const now = program.clock.now();
    const iat = Math.floor(now.getTime() / 1_000);
    const refresh_token = randomBytes(32).toString('base64url');
    await program.sql(
      `insert into refresh_tokens (token_hash, account_id, session_id, created_at, expires_at, used_at)
       values ($1, $2, $3, $4, $5, null)`,
      [createHash('sha256').update(refresh_token).digest(), account_id, sid, now, new Date(now.getTime() + days(14))],
    );
    const payload = { use: 'user', account_id, sid, sub, iss, aud, jti: randomUUID(), iat, exp: iat + 900 };
    const { header } = decode(session.access_token, { complete: true })!;
    const access_token = sign(payload, createSecretKey(testSecrets.JWT_SECRET, 'utf8'), { header });
    return { ...session, access_token, refresh_token };
  }

  it('are good, and are exchanged for a pair', async () => {
    const old = await issued(ada);
    await all(good, me(old));
    const next = await refresh(old);
    await alive(next);
  });

  it('count as one pair when the password is changed with one of them', async () => {
    const old = [await issued(ada), await issued(ada)] as const;
    const { result } = await change(old[0]);
    await ended(ada);
    await alive(...old, result);
  });

  it('end when another pair changes the password; what that release issues behind the change is good', async () => {
    const old = await issued(ada);
    program.clock.move(seconds(2));
    const { result } = await change(ada);
    await ended(old);
    program.clock.move(seconds(2));
    await alive(await issued(result), result, ada);
  });
});

describe('whose budget a request takes from', () => {
  let limited: TestApp;
  beforeAll(async () => {
    const budgets = { RATE_LIMIT_PUBLIC: '1/1000', RATE_LIMIT_USER: '1/9', RATE_LIMIT_APP: '1/8' };
    limited = await startApp({ RATE_LIMITS: 'on', ...budgets });
  });
  afterAll(() => limited.close());
  beforeEach(() => {
    limited.clock.reset();
    limited.clock.freeze();
  });

  const budgetOf = ({ headers }: { headers: Readonly<Record<string, string>> }) => Number(headers['ratelimit-limit']);
  /** Requests that pass the guards, and such as never reach them. */
  const requests = async (session: Token) => {
    const client = limited.client.as(session);
    return [
      await client.get('/sources'),
      await client.post('/contacts', { first_name: '' }),
      await client.get('/no-such-route'),
      await client.post('/contacts', '{"first_name":'),
    ];
  };
  const address = [1_000, 1_000, 1_000, 1_000];

  it('a good one from its user’s', async () => {
    expect((await requests(ada)).map(budgetOf)).toEqual([9, 9, 9, 9]);
    expect((await limited.client.as(ada).get('/sources')).headers['ratelimit-remaining']).toBe('4');
  });

  it.each<[string, (own: SessionView) => Promise<unknown>]>([
    ['an ended session', (own) => limited.client.as(own).post('/auth/logout')],
    ['a pair that a change of the password has ended', async (own) => change(await refresh(own))],
    ['a deactivated user', () => program.sql('update users set deactivated_at = now() where id = $1', [ada.user.id])],
  ])('that of %s from the address’s, and nothing from the user’s', async (_, end) => {
    const grace = await program.register();
    await all(good, me(ada, limited), me(grace, limited));
    await end(ada);
    limited.clock.move(seconds(10));
    expect((await requests(ada)).map(budgetOf)).toEqual(address);
    await program.sql('update users set deactivated_at = null where id = $1', [ada.user.id]);
    const { headers } = await limited.client.as(await login(other).catch(() => login())).get('/sources');
    expect(headers).toMatchObject({ 'ratelimit-limit': '9', 'ratelimit-remaining': '8' });
  });

  it('that of a revoked app from the address’s', async () => {
    const { app, client_secret } = (
      await program.client
        .as(ada)
        .post<{ app: { id: string; client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Robot' })
    ).result;
    const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    const { result } = await program.client.post<Token>('/oauth/token', grant);
    expect((await requests(result)).map(budgetOf)).toEqual([8, 8, 8, 8]);
    await program.client.as(ada).delete(`/oauth-apps/${app.id}`);
    limited.clock.move(seconds(1));
    expect((await requests(result)).map(budgetOf)).toEqual(address);
  });
});
