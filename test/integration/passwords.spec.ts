import { useApi } from '../support/api';
import { newEmail, password, startApp } from '../support/app';
import type { Body, SignedIn } from '../support/client';
import { days, minutes, seconds } from '../support/clock';
import { behindLock } from '../support/database';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { breakDatabase, statementsDuring } from '../support/statements';

interface Invitation {
  readonly user: SignedIn['user'];
  readonly invite_token: string;
}

const { program, ada, client } = useApi({ accountFor: 'each test' });
/** A second instance on the same database. The mails are left to the first one, which the tests ask for them. */
const { program: elsewhere } = useApi();

const other = 'staple-orbit-window-9';
const third = 'walnut-harbour-lamp-3';
const good = [200, undefined];
const wrong = [401, 'auth.invalid_credentials'];
const badToken = [401, 'auth.invalid_token'];
const locked = [403, 'auth.account_locked'];
const deactivated = [403, 'auth.deactivated'];

const invalid = refusedWith('auth.invalid_request');
/** Everything a client can tell one answer from another by, but the id of the request. */
const told = async (answer: Answering) => {
  const { status, body } = await answer;
  const { error, ...rest } = body as { error?: object };
  return { status, ...rest, error: error && { ...error, request_id: '' } };
};

const post = (path: string, body?: Body, app = program) => app.client.post<SignedIn>(path, body);
const tryLogin = (secret = password, email = ada.user.email, app = program) =>
  post('/auth/login', { email, password: secret }, app);
const login = async (secret?: string, email?: string) => (await tryLogin(secret, email)).result;
const tryRefresh = ({ refresh_token }: SignedIn) => post('/auth/refresh', { refresh_token });
const me = (session: SignedIn, app = program) => app.client.as(session).get('/auth/me');
const changePassword = (new_password: unknown, current_password: unknown = password, session = ada) =>
  program.client.as(session).post<object>('/auth/change-password', { current_password, new_password });
const uses = (session: SignedIn) => [me(session), program.client.as(session).get('/sources'), tryRefresh(session)];
const alive = (...sessions: SignedIn[]) => all(good, ...sessions.flatMap(uses));
const ended = (...sessions: SignedIn[]) => all(badToken, ...sessions.flatMap(uses));

const invite = async (input: object = {}) =>
  (await client.post<Invitation>('/users/invite', { email: newEmail(), name: 'Bob', ...input })).result;
const tryAccept = (token: unknown, secret: unknown = password, more: object = {}) =>
  post('/auth/accept-invite', { token, password: secret, ...more });
const join = async () => (await tryAccept((await invite()).invite_token)).result;
const deactivate = (user: string) => all(good, client.post(`/users/${user}/deactivate`));
const activate = (user: string) => all(good, client.post(`/users/${user}/activate`));

const forgot = (email: unknown = ada.user.email, app = program) =>
  app.client.post<object>('/auth/forgot-password', { email });
/** The mails of forgot-password to this address, oldest first. */
const resetMails = async (email = ada.user.email) =>
  (await program.mailsTo(email)).filter(({ link }) => link.pathname === '/reset-password');
const tokenOf = ({ link }: { link: URL }) => link.searchParams.get('token')!;
/** Asks for a link and gives its token. */
const resetToken = async (email = ada.user.email) => {
  await all(good, forgot(email));
  return tokenOf((await resetMails(email)).at(-1)!);
};
const tryReset = (token: unknown, new_password: unknown = other) =>
  program.client.post<object>('/auth/reset-password', { token, new_password });

/** So many wrong passwords at once, none of which finds the address locked. */
const fail = (count: number, email = ada.user.email) =>
  all(wrong, ...Array.from({ length: count }, (_, index) => tryLogin(`not-the-password-${index}`, email)));

const row = async (id = ada.user.id) => (await program.sql('select * from users where id = $1', [id]))[0]!;

/** Nothing of these is a good token of any link; `token` is one that was. */
const strangersTo = (token: string) => [
  ...['abc', 'x'.repeat(43), 'é'.repeat(43), '0'.repeat(5_000), '../../etc/passwd', "' or ''='"],
  ...[` ${token}`, `${token} `, `${token}x`, token.slice(0, -1), token.slice(1), [...token].reverse().join('')],
];
const noTokens = [undefined, null, '', 5, true, {}, ['abc'], 'a\0', 'a\ud800'];
const unfit = ['short', 'password123', 'x4-kq9w'.repeat(19), 'correct-horse\0battery', 12345678, null, ''];

describe('accept-invite', () => {
  it('sets the password and gives a session, with the name of the invitation', async () => {
    const { user, invite_token } = await invite({ role: 'admin', name: 'Bob Noyce' });
    const session = (await tryAccept(invite_token, other)).result;
    expect(session).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^[\w-]{43,}$/),
      token_type: 'Bearer',
      expires_in: 900,
      user: { id: user.id, account_id: ada.user.account_id, email: user.email, name: 'Bob Noyce', role: 'admin' },
    });
    await alive(session, ada);
    await all(good, tryLogin(other, user.email), tryLogin(other, ` ${user.email.toUpperCase()}`));
    await all(wrong, tryLogin(password, user.email));
  });

  it('the token of the mail is as good as that of the answer', async () => {
    const { user } = await invite();
    const [mail] = await program.mailsTo(user.email);
    await all(good, tryAccept(tokenOf(mail!)));
  });

  it('takes another name', async () => {
    const { user, invite_token } = await invite();
    const session = (await tryAccept(invite_token, password, { name: '  Robert Noyce ' })).result;
    expect(session.user).toMatchObject({ id: user.id, name: 'Robert Noyce' });
    expect((await me(session)).result).toMatchObject(session.user);
  });

  it('knows what changed since the invitation', async () => {
    const { user, invite_token } = await invite({ role: 'admin' });
    await all(good, client.patch(`/users/${user.id}`, { name: 'Robert', role: 'member' }));
    expect((await tryAccept(invite_token)).result.user).toMatchObject({ name: 'Robert', role: 'member' });
  });

  it('counts as a sign-in', async () => {
    const { user, invite_token } = await invite();
    expect((await row(user.id)).last_login_at).toBeNull();
    await all(good, tryAccept(invite_token));
    expect((await row(user.id)).last_login_at).toBeInstanceOf(Date);
  });

  it('works once', async () => {
    const { user, invite_token } = await invite();
    const session = (await tryAccept(invite_token)).result;
    const before = await row(user.id);
    await invalid(tryAccept(invite_token), 'token');
    await invalid(tryAccept(invite_token, other, { name: 'Mine now' }), 'token');
    expect(await row(user.id)).toEqual(before);
    await alive(session);
  });

  it('two at once: exactly one wins', async () => {
    const { user, invite_token } = await invite();
    const secrets = [password, other];
    const answers = await Promise.all(
      secrets.map((secret, index) => tryAccept(invite_token, secret, { name: `Bob ${index}` })),
    );
    const winner = answers.findIndex(({ status }) => status === 200);
    await invalid(Promise.resolve(answers[1 - winner]!), 'token');
    await all(good, tryLogin(secrets[winner], user.email));
    await all(wrong, tryLogin(secrets[1 - winner], user.email));
    expect((await row(user.id)).name).toBe(`Bob ${winner}`);
  });

  it('lives 7 days', async () => {
    const [early, late] = [await invite(), await invite()];
    program.clock.move(days(7) - minutes(1));
    await all(good, tryAccept(early.invite_token));
    program.clock.move(minutes(1));
    await invalid(tryAccept(late.invite_token), 'token');
    await all(wrong, tryLogin(password, late.user.email));
  });

  it('a token of anything else → auth.invalid_request, field token', async () => {
    const { user, invite_token } = await invite();
    const before = await row(user.id);
    for (const token of [...strangersTo(invite_token), await resetToken(), ada.refresh_token, ada.access_token]) {
      await invalid(tryAccept(token), 'token');
    }
    for (const token of noTokens) await invalid(tryAccept(token), 'token');
    expect(await row(user.id)).toEqual(before);
    await all(good, tryAccept(invite_token));
  });

  it('an unfit password is refused and does not use the link up', async () => {
    const { user, invite_token } = await invite();
    for (const secret of [...unfit, user.email, user.email.toUpperCase()]) {
      await invalid(tryAccept(invite_token, secret), 'password');
    }
    expect((await row(user.id)).password_hash).toBeNull();
    await all(good, tryAccept(invite_token));
  });

  it('an unfit name is refused and does not use the link up, and a blank one never becomes the name', async () => {
    const { user, invite_token } = await invite();
    for (const name of [5, {}, ['Bob'], 'x'.repeat(201), 'a\0b', 'a\ud800']) {
      await invalid(tryAccept(invite_token, password, { name }), 'name');
    }
    for (const name of [null, '', ' \t']) await tryAccept(invite_token, password, { name });
    expect((await row(user.id)).name).toBe('Bob');
  });

  it('takes nothing else', async () => {
    const { user, invite_token } = await invite();
    await invalid(post('/auth/accept-invite', {}), 'token', 'password');
    await invalid(tryAccept(invite_token, password, { role: 'owner' }), 'role');
    await invalid(tryAccept(invite_token, password, { email: newEmail() }), 'email');
    await invalid(post(`/auth/accept-invite?token=${invite_token}`, { token: invite_token, password }), 'token');
    expect((await row(user.id)).password_hash).toBeNull();
  });

  it('of a deactivated user → auth.deactivated, and no password is set', async () => {
    const { user, invite_token } = await invite();
    await deactivate(user.id);
    await all(deactivated, tryAccept(invite_token));
    expect((await row(user.id)).password_hash).toBeNull();
    await activate(user.id);
    await all(wrong, tryLogin(password, user.email));
  });
});

describe('forgot-password', () => {
  it('answers {} for everybody alike', async () => {
    const [gone, invited] = [(await join()).user, (await invite()).user];
    await deactivate(gone.id);
    const { email } = ada.user;
    for (const asked of [email, email.toUpperCase(), ` ${email} `, newEmail(), gone.email, invited.email]) {
      expect(await told(forgot(asked))).toEqual({ status: 200, ok: true, result: {} });
    }
  });

  it('mails a link to the address of the user, however it was spelled', async () => {
    const { email } = ada.user;
    await all(good, forgot(email), forgot(email.toUpperCase()), forgot(`\t${email} `));
    const mails = await resetMails(email);
    expect(mails).toHaveLength(3);
    for (const { from, subject, link } of mails) {
      expect([from, subject]).toEqual([expect.stringContaining('@'), expect.stringMatching(/\S/)]);
      expect(link.origin).toBe(new URL(program.config.publicUrl).origin);
      expect(link.pathname).toBe('/reset-password');
      expect([...link.searchParams]).toEqual([['token', expect.stringMatching(/^\S{20,}$/)]]);
    }
    expect(new Set(mails.map(tokenOf)).size).toBe(3);
  });

  it('mails nothing to the unknown and the deactivated', async () => {
    const { user } = await join();
    await deactivate(user.id);
    const unknown = newEmail();
    await all(good, forgot(user.email), forgot(unknown));
    expect([await resetMails(user.email), await program.mailsTo(unknown)]).toEqual([[], []]);
    await activate(user.id);
    await all(good, forgot(user.email));
    expect(await resetMails(user.email)).toHaveLength(1);
  });

  it('tells nothing about an address: known, invited, deactivated, locked, unknown, and when no more is mailed', async () => {
    const [invited, { user: gone }, { user: locked }] = [await invite(), await join(), await join()];
    await deactivate(gone.id);
    await fail(10, locked.email);
    const emails = [ada.user.email, invited.user.email, gone.email, locked.email, newEmail()];
    const answers = [];
    for (let count = 0; count < 7; count++)
      answers.push(...(await Promise.all(emails.map((email) => told(forgot(email))))));
    expect(answers).toHaveLength(35);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ status: 200, ok: true, result: {} })]),
    );
  });

  it('by it who was invited may set a password, and the invitation is over then', async () => {
    const { user, invite_token } = await invite();
    await all(good, tryReset(await resetToken(user.email)));
    expect((await login(other, user.email)).user).toMatchObject({ id: user.id, name: 'Bob', role: 'member' });
    await invalid(tryAccept(invite_token, third), 'token');
    await all(wrong, tryLogin(third, user.email));
  });

  it('mails at most five in an hour to one user', async () => {
    const { email } = ada.user;
    const grace = (await program.register()).user;
    for (let round = 0; round < 4; round++) await all(good, forgot(email), forgot(email.toUpperCase()));
    expect(await resetMails()).toHaveLength(5);
    await all(good, forgot(grace.email));
    expect(await resetMails(grace.email)).toHaveLength(1);
    program.clock.move(minutes(59));
    await all(good, forgot());
    expect(await resetMails()).toHaveLength(5);
    program.clock.move(minutes(1));
    await all(good, forgot());
    expect(await resetMails()).toHaveLength(6);
    await all(good, tryReset(tokenOf((await resetMails()).at(-1)!)));
  });

  it('at most five also when all are asked for at once, on both instances', async () => {
    await all(
      good,
      ...Array.from({ length: 12 }, (_, index) => forgot(ada.user.email, index % 2 ? program : elsewhere)),
    );
    expect(await resetMails()).toHaveLength(5);
  });

  it('refuses what is no address and what it does not know', async () => {
    await invalid(post('/auth/forgot-password', {}), 'email');
    for (const email of [null, '', ' ', 5, ['a@b.com'], 'ada', 'ada@', 'a b@c.com', 'a\0@b.com']) {
      await invalid(forgot(email), 'email');
    }
    await invalid(
      post('/auth/forgot-password', { email: ada.user.email, redirect: 'https://evil.example' }),
      'redirect',
    );
    await invalid(post('/auth/forgot-password?email=x', { email: ada.user.email }), 'email');
    expect(await resetMails()).toEqual([]);
  });

  it('changes nothing by itself', async () => {
    const before = await row();
    await resetToken();
    expect(await row()).toEqual(before);
    await alive(ada);
    await all(good, tryLogin());
  });
});

describe('reset-password', () => {
  it('sets the password and ends all sessions, access tokens included', async () => {
    const grace = await program.register();
    const second = await login();
    await alive(ada, second);
    expect((await tryReset(await resetToken())).result).toEqual({});
    await ended(ada, second);
    await alive(grace);
    await all(wrong, tryLogin());
    const session = await login(other);
    expect(session.user).toEqual(ada.user);
    await alive(session);
  });

  it('leaves nothing to a sign-in or a refresh at the same moment', async () => {
    const token = await resetToken();
    const asked = [1, 2].flatMap(() => [tryRefresh(ada), tryLogin()]);
    const [, ...answers] = await Promise.all([tryReset(token), ...asked]);
    const sessions = answers.filter(({ status }) => status === 200).map(({ result }) => result);
    await ended(ada, ...sessions);
  });

  it('another instance follows within a second', async () => {
    const token = await resetToken();
    await all(good, me(ada, elsewhere));
    await all(good, tryReset(token));
    elsewhere.clock.move(seconds(1));
    await all(badToken, me(ada, elsewhere));
    await all(wrong, tryLogin(password, ada.user.email, elsewhere));
    await all(good, tryLogin(other, ada.user.email, elsewhere));
  });

  it('works once', async () => {
    const token = await resetToken();
    await all(good, tryReset(token));
    const [before, session] = [await row(), await login(other)];
    await invalid(tryReset(token, third), 'token');
    await invalid(tryReset(token), 'token');
    expect((await row()).password_hash).toEqual(before.password_hash);
    await alive(session);
  });

  it('two at once: exactly one wins', async () => {
    const token = await resetToken();
    const secrets = [other, third];
    const answers = await Promise.all(secrets.map((secret) => tryReset(token, secret)));
    const winner = answers.findIndex(({ status }) => status === 200);
    await invalid(Promise.resolve(answers[1 - winner]!), 'token');
    await all(good, tryLogin(secrets[winner]));
    await all(wrong, tryLogin(secrets[1 - winner]), tryLogin());
  });

  it('lives an hour', async () => {
    const first = await resetToken();
    program.clock.move(minutes(2));
    const second = await resetToken();
    program.clock.move(minutes(58));
    await invalid(tryReset(first), 'token');
    program.clock.move(minutes(1));
    await all(good, tryLogin());
    await all(good, tryReset(second));
    await all(good, tryLogin(other));
  });

  it('a token of anything else → auth.invalid_request, field token', async () => {
    const [token, { invite_token }] = [await resetToken(), await invite()];
    const before = await row();
    for (const stranger of [...strangersTo(token), invite_token, ada.refresh_token, ada.access_token]) {
      await invalid(tryReset(stranger), 'token');
    }
    for (const stranger of noTokens) await invalid(tryReset(stranger), 'token');
    expect(await row()).toEqual(before);
    await alive(ada);
    await all(good, tryReset(token), tryAccept(invite_token));
  });

  it('every link of the user is good until one of them was used', async () => {
    const [first, ...rest] = [await resetToken(), await resetToken(), await resetToken()];
    const hers = await resetToken((await program.register()).user.email);
    await all(good, tryReset(first));
    for (const token of rest) await invalid(tryReset(token, third), 'token');
    await all(good, tryReset(hers));
  });

  it('change-password ends every link of the user', async () => {
    const [first, second] = [await resetToken(), await resetToken()];
    const hers = await resetToken((await program.register()).user.email);
    await all(wrong, changePassword(other, 'not-the-password'));
    await all(good, changePassword(other));
    await invalid(tryReset(first, third), 'token');
    await invalid(tryReset(second, third), 'token');
    await all(good, tryReset(hers), tryLogin(other));
  });

  it('an unfit password is refused and does not use the link up', async () => {
    const token = await resetToken();
    const before = await row();
    for (const secret of [...unfit, ada.user.email, ada.user.email.toUpperCase()]) {
      await invalid(tryReset(token, secret), 'new_password');
    }
    expect(await row()).toEqual(before);
    await alive(ada);
    await all(good, tryReset(token));
  });

  it('takes nothing else', async () => {
    const token = await resetToken();
    await invalid(post('/auth/reset-password', {}), 'token', 'new_password');
    await invalid(post('/auth/reset-password', { token, password: other }), 'password', 'new_password');
    await invalid(post('/auth/reset-password', { token, new_password: other, email: ada.user.email }), 'email');
    await invalid(post(`/auth/reset-password?token=${token}`, { token, new_password: other }), 'token');
    await all(good, tryLogin());
    await all(good, tryReset(token));
  });

  it('of a deactivated user → auth.deactivated, and the password stays', async () => {
    const { user } = await join();
    const token = await resetToken(user.email);
    await deactivate(user.id);
    const before = await row(user.id);
    await all(deactivated, tryReset(token));
    expect(await row(user.id)).toEqual(before);
    await activate(user.id);
    await all(good, tryLogin(password, user.email));
  });

  it('of a user who is deactivated while the password is being hashed → auth.deactivated, and the password stays', async () => {
    const { user } = await join();
    const token = await resetToken(user.email);
    const { password_hash } = await row(user.id);
    const outcomes = await behindLock(
      ['select 1 from users where id = $1 for update', user.id],
      () => outcome(client.post(`/users/${user.id}/deactivate`)),
      () => outcome(tryReset(token)),
    );
    expect(outcomes).toEqual([good, deactivated]);
    expect((await row(user.id)).password_hash).toBe(password_hash);
  });
});

describe('a lock', () => {
  const addressOf = { known: () => ada.user.email, unknown: () => newEmail() };
  const kinds = [['known'], ['unknown']] as const;

  it.each(kinds)('comes after ten wrong passwords in a row, for an address that is %s', async (kind) => {
    const email = addressOf[kind]();
    for (let count = 0; count < 10; count++) await all(wrong, tryLogin('not-the-password', email));
    await all(locked, tryLogin('not-the-password', email), tryLogin(password, email));
  });

  it('does not tell a known address from an unknown one', async () => {
    const emails = [ada.user.email, newEmail()];
    const [known, unknown] = await Promise.all(
      emails.map(async (email) => {
        const answers = [];
        for (let count = 0; count < 12; count++) answers.push(await told(tryLogin('not-the-password', email)));
        return answers;
      }),
    );
    expect(known).toEqual(unknown);
    expect(await told(tryLogin())).toEqual(known![11]);
  });

  it('of an address leaves others alone, and what its user has already', async () => {
    const bob = await join();
    await fail(10);
    await all(locked, tryLogin());
    await all(good, tryLogin(password, bob.user.email), tryLogin(password, (await program.register()).user.email));
    await alive(ada, bob);
  });

  it.each(kinds)('opens after 15 minutes, for an address that is %s', async (kind) => {
    const email = addressOf[kind]();
    await fail(10, email);
    program.clock.move(minutes(14));
    await all(locked, tryLogin(password, email));
    program.clock.move(minutes(1));
    await all(kind === 'known' ? good : wrong, tryLogin(password, email));
  });

  it('lasts twice as long every time, up to a day', async () => {
    const email = newEmail();
    for (const length of [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]) {
      await fail(10, email);
      program.clock.move(minutes(length - 1));
      expect([length, await outcome(tryLogin(password, email))]).toEqual([length, locked]);
      program.clock.move(minutes(1));
    }
    await all(wrong, tryLogin(password, email));
  });

  it('is neither longer for attempts under it nor counts them', async () => {
    await fail(10);
    program.clock.move(minutes(10));
    await all(locked, ...Array.from({ length: 12 }, () => tryLogin('not-the-password')));
    program.clock.move(minutes(5));
    await fail(9);
    await all(good, tryLogin());
  });

  it('success clears the count', async () => {
    await fail(9);
    await all(good, tryLogin());
    await fail(9);
    await all(good, tryLogin());
  });

  it('success clears the repetition', async () => {
    await fail(10);
    program.clock.move(minutes(15));
    await all(good, tryLogin());
    await fail(10);
    await all(locked, tryLogin());
    program.clock.move(minutes(15));
    await all(good, tryLogin());
  });

  it('reset opens it and clears the count', async () => {
    await fail(10);
    await all(locked, tryLogin());
    await all(good, tryReset(await resetToken()));
    await fail(9);
    await all(good, tryLogin(other));
  });

  it('reset clears the repetition', async () => {
    await fail(10);
    await all(good, tryReset(await resetToken()));
    await fail(10);
    await all(locked, tryLogin(other));
    program.clock.move(minutes(15));
    await all(good, tryLogin(other));
  });

  it('is not opened by a reset that fails', async () => {
    const token = await resetToken();
    await fail(10);
    await invalid(tryReset(token, 'short'), 'new_password');
    await invalid(tryReset('x'.repeat(43)), 'token');
    await all(locked, tryLogin());
  });

  it('does not come from failures spread over more than 15 minutes', async () => {
    const email = newEmail();
    await fail(9, email);
    program.clock.move(minutes(15));
    await fail(9, email);
    program.clock.move(minutes(15));
    await fail(1, email);
  });

  it('counts the 15 minutes before every failure, not those since the first', async () => {
    const email = newEmail();
    await fail(5, email);
    program.clock.move(minutes(10));
    await fail(4, email);
    program.clock.move(minutes(6));
    await fail(5, email);
    await fail(1, email);
    await all(locked, tryLogin(password, email));
  });

  it('counts wrong current passwords at change-password too', async () => {
    await fail(5);
    await all(wrong, ...Array.from({ length: 5 }, () => changePassword(other, 'not-the-password')));
    await all(locked, changePassword(other), changePassword(other, 'not-the-password'), tryLogin());
    program.clock.move(minutes(14) + seconds(30));
    await all(locked, changePassword(other, password, (await tryRefresh(ada)).result));
    program.clock.move(seconds(30));
    await all(good, tryLogin());
    await all(wrong, tryLogin(other));
  });

  it('answers the right password too that was being checked when it came', async () => {
    await fail(9);
    const outcomes = await behindLock(
      ['select 1 from sign_in_failures for update'],
      () => outcome(tryLogin('not-the-password')),
      () => outcome(tryLogin()),
      () => outcome(changePassword(other)),
    );
    expect(outcomes).toEqual([wrong, locked, locked]);
    program.clock.move(minutes(15));
    await all(good, tryLogin());
  });

  it('costs no hash: it is looked at before the password', async () => {
    await fail(10);
    const statements = await statementsDuring(async () => {
      await all(locked, tryLogin());
      await all(locked, changePassword(other));
    });
    expect(statements.filter(({ text }) => /sign_in_failures/.test(text))).toHaveLength(2);
    expect(statements.filter(({ text }) => /^(insert|update|delete|start|begin|commit)/i.test(text))).toEqual([]);
  });

  it('does not count what was no attempt', async () => {
    await fail(9);
    await invalid(post('/auth/login', { email: ada.user.email }), 'password');
    await invalid(tryLogin('', ada.user.email), 'password');
    await invalid(changePassword('short', password), 'new_password');
    await all(good, forgot());
    await invalid(tryReset('x'.repeat(43)), 'token');
    await all(good, tryLogin());
  });

  it('is one for every spelling of the address', async () => {
    const { email } = ada.user;
    const spellings = [
      email,
      email.toUpperCase(),
      ` ${email}\t`,
      email.replace('example', 'Example'),
      `U${email.slice(1)}`,
    ];
    for (const spelling of spellings) await fail(2, spelling);
    await all(locked, ...spellings.map((spelling) => tryLogin(password, spelling)));
  });

  it('holds on every instance at once', async () => {
    await fail(5);
    const there = Array.from({ length: 5 }, () => tryLogin('not-the-password', ada.user.email, elsewhere));
    await all(wrong, ...there);
    await all(locked, tryLogin(), tryLogin(password, ada.user.email, elsewhere));
    await all(good, tryReset(await resetToken()));
    elsewhere.clock.move(seconds(1));
    await all(good, tryLogin(other, ada.user.email, elsewhere));
  });

  it('survives a restart', async () => {
    const unknown = newEmail();
    await fail(10);
    await fail(9, unknown);
    const restarted = await startApp({ WORKERS: 'off' });
    try {
      await all(locked, tryLogin(password, ada.user.email, restarted));
      await all(wrong, tryLogin(password, unknown, restarted));
      await all(locked, tryLogin(password, unknown, restarted));
    } finally {
      await restarted.close();
    }
  });

  it.each([
    ['known', 'one instance'],
    ['unknown', 'one instance'],
    ['known', 'two instances'],
  ] as const)('30 wrong passwords at once are ten failures: an address that is %s, %s', async (kind, where) => {
    const email = addressOf[kind]();
    const attempts = Array.from({ length: 30 }, (_, index) =>
      tryLogin(`not-the-password-${index}`, email, where === 'two instances' && index % 2 ? elsewhere : program),
    );
    const outcomes = await Promise.all(attempts.map(outcome));
    expect(outcomes.sort()).toEqual([...Array<unknown>(10).fill(wrong), ...Array<unknown>(20).fill(locked)]);
    await all(locked, tryLogin(password, email));
  });

  it('20 right passwords at once all succeed', async () => {
    await all(good, ...Array.from({ length: 20 }, () => tryLogin()));
    await fail(9);
    await all(good, tryLogin());
  });
});

describe('whether an address is known cannot be told', () => {
  const addresses: Record<string, () => Promise<string>> = {
    known: async () => (await program.register()).user.email,
    unknown: async () => newEmail(),
    invited: async () => (await invite()).user.email,
    deactivated: async () => {
      const { user } = await join();
      await deactivate(user.id);
      return user.email;
    },
  };

  it.each<[string, (email: string) => Answering]>([
    ['a wrong password', (email) => tryLogin('not-the-password', email)],
    ['forgot-password', (email) => forgot(email)],
  ])('by the answer to %s, nor by the statements it causes', async (_, call) => {
    const seen = [];
    for (const [kind, address] of Object.entries(addresses)) {
      const runs = [];
      for (let run = 0; run < 3; run++) {
        const email = await address();
        // The mails so far are out, so that their delivery is not taken for a part of the call.
        await program.mailsTo(email);
        let answer;
        const statements = await statementsDuring(async () => (answer = await told(call(email))));
        runs.push({ answer, texts: statements.map(({ text }) => text) });
      }
      // What the program does in the background may come between: the shortest list is that of the call alone.
      const [quiet] = runs.sort((a, b) => a.texts.length - b.texts.length);
      seen.push({ kind, ...quiet });
    }
    expect(seen[0]!.texts).not.toEqual([]);
    for (const one of seen) expect(one).toEqual({ ...seen[0], kind: one.kind });
  });
});

describe('when the database fails → auth.internal', () => {
  async function fails(statement: RegExp, call: () => Answering): Promise<void> {
    const restore = breakDatabase(statement);
    try {
      await all([500, 'auth.internal'], call());
    } finally {
      restore();
    }
  }

  it.each([
    ['the user', /update "?users\b/i],
    ['the session', /insert into "?sessions\b/i],
    ['the end of the transaction', /^\s*commit/i],
  ])('accept-invite at %s does not use the link up', async (_, statement) => {
    const { user, invite_token } = await invite();
    const before = await row(user.id);
    await fails(statement, () => tryAccept(invite_token, other));
    expect(await row(user.id)).toEqual(before);
    await all(wrong, tryLogin(other, user.email));
    await all(good, tryAccept(invite_token));
  });

  it.each([
    ['the user', /update "?users\b/i],
    ['the sessions', /(update|delete from) "?sessions\b/i],
    ['the end of the transaction', /^\s*commit/i],
  ])('reset-password at %s does not use the link up', async (_, statement) => {
    const token = await resetToken();
    await fails(statement, () => tryReset(token));
    await alive(ada);
    await all(good, tryLogin());
    await all(good, tryReset(token));
    await ended(ada);
  });

  it('a sign-in that cannot be counted is none', async () => {
    const { email } = ada.user;
    const restore = breakDatabase(/^\s*(insert|update|delete|with)\b/i);
    await all([500, 'auth.internal'], tryLogin('not-the-password', email)).finally(restore);
    await fail(9);
    await all(good, tryLogin());
  });
});

it('secrets are nowhere in the log and not in clear in the database', async () => {
  const passwords = ['zebra-lantern-Åre-41', 'walnut-harbour-52-ﬁn', 'not-the-password-63', 'q-74-zz'] as const;
  const [first, second, guess, short] = passwords;
  const dump = async () => {
    const tables = await program.sql<{ name: string }>(`select relname as name from pg_stat_user_tables`);
    let stored = '';
    for (const { name } of tables) stored += JSON.stringify(await program.sql(`select t::text from "${name}" t`));
    return stored;
  };
  const { user, invite_token } = await invite();
  const { email } = user;
  let stored = await dump();
  await program.mailsTo(email);

  await invalid(tryAccept(invite_token, short), 'password');
  await invalid(tryAccept([invite_token], first), 'token');
  await invalid(tryAccept(invite_token, first, { [second]: invite_token }), second);
  await invalid(post('/auth/accept-invite', `{"token":"${invite_token}","password":"${first}"`), 'body');
  await invalid(post(`/auth/accept-invite?token=${invite_token}`, { token: invite_token, password: first }), 'token');
  const broken = async (statement: RegExp, call: () => Answering) => {
    const restore = breakDatabase(statement, Object.assign(new Error('broken'), { code: '22021' }));
    await all([500, 'auth.internal'], call()).finally(restore);
  };
  await broken(/update "?users\b/i, () => tryAccept(invite_token, first));
  const accepted = (await tryAccept(invite_token, first)).result;
  await invalid(tryAccept(invite_token, second), 'token');

  await all(good, forgot(email), forgot(email));
  stored += await dump();
  const resetTokens = (await resetMails(email)).map(tokenOf);
  const [token] = resetTokens;
  await invalid(tryReset(token, short), 'new_password');
  await invalid(tryReset({ [token!]: second }, second), 'token');
  await invalid(post('/auth/reset-password', `{"token":"${token}","new_password":"${second}"`), 'body');
  await broken(/update "?users\b/i, () => tryReset(token, second));
  await all(good, tryReset(token, second));
  await invalid(tryReset(resetTokens[1], first), 'token');
  await fail(9, email);
  await all(wrong, tryLogin(guess, email));
  await all(locked, tryLogin(second, email));
  stored += await dump();

  const links = [invite_token, ...resetTokens];
  const tokens = [...links, accepted.refresh_token, ...accepted.access_token.split('.').slice(1)];
  const secrets = [password, ...passwords, ...passwords.map((secret) => secret.normalize('NFKC')), ...tokens];
  const hex = [...secrets.map((s) => Buffer.from(s)), ...links.map((t) => Buffer.from(t, 'base64url'))].map((bytes) =>
    bytes.toString('hex'),
  );

  const log = program.log.join('\n');
  expect(log).toContain('/api/v1/auth/reset-password');
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  expect(stored).toContain(email);
  expect([...secrets, ...hex].filter((secret) => stored.includes(secret))).toEqual([]);
});
