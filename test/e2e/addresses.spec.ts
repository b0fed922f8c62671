import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';
import { behindLock } from '../support/database';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { mailsWithLink, resetTokens, tokensIn, verificationToken, verifyEmail } from '../support/proof';
import { breakDatabase } from '../support/statements';

/** An address belongs to who proves it, over all accounts (docs/contract.md, section 3.1). */
interface Invitation {
  readonly user: { readonly id: string; readonly email: string };
  readonly invite_token: string;
}

interface UserView {
  readonly id: string;
  readonly email: string;
  readonly email_verified_at: string | null;
  readonly deactivated_at: string | null;
}

let program: TestApp;
/** A second instance on the same database. */
let elsewhere: TestApp;
/** Two owners of accounts, whose own addresses are of no interest. */
let ada: Client;
let grace: Client;
let email: string;

beforeAll(async () => {
  program = await startApp();
  elsewhere = await startApp();
});
afterAll(() => Promise.all([program.close(), elsewhere.close()]));
beforeEach(async () => {
  program.clock.reset();
  elsewhere.clock.reset();
  [ada, grace] = (await Promise.all([program.register(), program.register()])).map((each) =>
    program.client.as(each),
  ) as [Client, Client];
  email = newEmail();
});

const other = 'staple-orbit-window-9';
const good = [200, undefined];
const taken = [400, 'auth.email_taken'];
const badLink = [400, 'auth.invalid_request'];
const wrong = [401, 'auth.invalid_credentials'];
const deactivated = [403, 'auth.deactivated'];
const notFound = [404, 'users.not_found'];
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const invalid = refusedWith('auth.invalid_request');

const tryInvite = (as: Client, to = email) => as.post<Invitation>('/users/invite', { email: to, name: 'Bob' });
const invite = async (as: Client, to?: string) => (await tryInvite(as, to)).result;
const tryAccept = (token: string, secret = password, app = program) =>
  app.client.post<SignedIn>('/auth/accept-invite', { token, password: secret });
const tryRegister = (secret = password, app = program) =>
  app.client.post<SignedIn>('/auth/register', { email, password: secret, name: 'Bob' });
const tryVerify = (token: unknown, app = program) => app.client.post<object>('/auth/verify-email', { token });
const tryReset = (token: unknown, secret = other, app = program) =>
  app.client.post<object>('/auth/reset-password', { token, new_password: secret });
const tryLogin = (secret = password, app = program) =>
  app.client.post<SignedIn>('/auth/login', { email, password: secret });
const me = (session: SignedIn) => program.client.as(session).get<{ account: { id: string } }>('/auth/me');
const get = async (as: Client, id: string) => (await as.get<UserView>(`/users/${id}`)).result;
const addresses = async (as: Client) =>
  (await as.get<{ items: UserView[] }>('/users?limit=100')).result.items.map((user) => user.email);

/** Whoever could sign in with the address, in the whole database. */
const holders = async () =>
  program.sql<{ id: string; proved: boolean }>(
    `select id, email_verified_at is not null as proved from users
     where email_key = $1 and password_hash is not null and deactivated_at is null`,
    [email],
  );
/** How often the address stands in the database, as an invitation or otherwise. */
const mentions = async () =>
  (await program.sql<{ n: number }>('select count(*)::int n from users where email_key = $1', [email]))[0]!.n;

describe('an invitation reserves nothing', () => {
  it('any number of accounts may invite one address, and it may register', async () => {
    const [first, second] = [await invite(ada), await invite(grace)];
    expect(second.user.email).toBe(first.user.email);
    const { user } = (await tryRegister()).result;
    expect(await mentions()).toBe(3);
    expect((await addresses(ada)).includes(email) && (await addresses(grace)).includes(email)).toBe(true);
    await all(good, tryLogin());
    expect((await tryLogin()).result.user.id).toBe(user.id);
  });

  it('an address with which somebody registered may be invited, until it is proved', async () => {
    await tryRegister();
    await all(good, tryInvite(ada));
    await verifyEmail(program, email);
    await all(taken, tryInvite(grace), tryInvite(grace, email.toUpperCase()), tryInvite(ada));
  });

  it('an account invites an address once, and not that of its own owner', async () => {
    await invite(ada);
    const [again, own] = [await tryInvite(ada), await tryInvite(ada, (await addresses(ada)).at(-1))];
    for (const answer of [again, own]) {
      expect(await outcome(Promise.resolve(answer))).toEqual(taken);
      expect(answer.error.details).toEqual([{ field: 'email', message: expect.any(String) }]);
    }
    expect(await mentions()).toBe(1);
  });

  it('an invited address without a password cannot sign in, and others with it can', async () => {
    await invite(ada);
    await all(wrong, tryLogin());
    await tryRegister(other);
    await all(good, tryLogin(other));
    await all(wrong, tryLogin());
  });
});

describe('accepting an invitation', () => {
  it('lets the others lapse: their links are dead, and they are gone from the lists', async () => {
    const [first, second] = [await invite(ada), await invite(grace)];
    const session = (await tryAccept(first.invite_token)).result;
    expect(session.user.id).toBe(first.user.id);
    await invalid(tryAccept(second.invite_token), 'token');
    expect(await addresses(grace)).not.toContain(email);
    await all(notFound, grace.get(`/users/${second.user.id}`), grace.post(`/users/${second.user.id}/deactivate`));
    expect(await mentions()).toBe(1);
    expect(await program.sql('select 1 from users where id = $1', [second.user.id])).toEqual([]);
    await all(taken, tryInvite(grace), tryRegister());
    await all(good, tryLogin());
    expect(await get(ada, first.user.id)).toMatchObject({ email_verified_at: time, deactivated_at: null });
  });

  it('wins over a registration that was never proved, whose user is deactivated and loses the address', async () => {
    const stranger = (await tryRegister(other)).result;
    const { invite_token } = await invite(ada);
    const link = await verificationToken(program, email);
    const [reset] = await resetTokens(program, email);
    const session = (await tryAccept(invite_token)).result;
    await all(good, me(session), tryLogin());
    await all(wrong, tryLogin(other));
    await all(
      deactivated,
      me(stranger),
      program.client.post('/auth/refresh', { refresh_token: stranger.refresh_token }),
    );
    await all(badLink, tryVerify(link), tryReset(reset));
    const mail = (await program.mailsTo(email)).at(-1)!;
    expect([mail.subject, mail.text]).toEqual([
      expect.stringContaining('registration'),
      expect.stringContaining("Bob's account"),
    ]);
    const [row] = await program.sql('select email, email_key, deactivated_at from users where id = $1', [
      stranger.user.id,
    ]);
    expect(row).toEqual({ email: '', email_key: stranger.user.id, deactivated_at: expect.any(Date) });
  });

  it('leaves the others in the account of who lost the address, who cannot be activated again', async () => {
    const stranger = (await tryRegister(other)).result;
    const second = program.client.as(stranger);
    const { invite_token } = await invite(second, newEmail());
    const owner = program.client.as((await tryAccept(invite_token)).result);
    await program.sql(`update users set role = 'owner' where account_id = $1`, [stranger.user.account_id]);
    program.clock.move(minutes(1));
    await tryAccept((await invite(ada)).invite_token);
    expect(await get(owner, stranger.user.id)).toMatchObject({ email: '', deactivated_at: time });
    await all([400, 'users.invalid_request'], owner.post(`/users/${stranger.user.id}/activate`));
    await all(good, owner.patch(`/users/${stranger.user.id}`, { name: 'Somebody' }));
    const last = owner.patch(`/users/${(await owner.get<{ id: string }>('/auth/me')).result.id}`, { role: 'member' });
    await all([400, 'users.last_owner'], last);
  });

  it('a lapsed invitation to which a project refers stays there by its name, and nowhere else', async () => {
    const { user } = await invite(ada);
    const made = await ada.post<{ id: string }>('/projects', { name: 'Launch' });
    // As an instance of the previous release does.
    await program.sql('update projects set assigned_to = $2 where id = $1', [made.result.id, user.id]);
    await tryAccept((await invite(grace)).invite_token);
    const { result } = await ada.get(`/projects/${made.result.id}`);
    expect(result).toMatchObject({ assigned_to: user.id, assigned_name: 'Bob' });
    expect(await addresses(ada)).not.toContain(email);
    expect((await addresses(ada)).includes('')).toBe(false);
    await all(notFound, ada.get(`/users/${user.id}`), ada.patch(`/users/${user.id}`, { name: 'Bobby' }));
    const [row] = await program.sql('select email, email_key, mailbox_key from users where id = $1', [user.id]);
    expect(row).toEqual({ email: '', email_key: user.id, mailbox_key: null });
    await all([400, 'projects.invalid_assigned_to'], ada.post('/projects', { name: 'x', assigned_to: user.id }));
    expect((await ada.patch(`/projects/${made.result.id}`, { notes: 'x' })).status).toBe(200);
  });

  it('only who has accepted can be assigned', async () => {
    const { user, invite_token } = await invite(ada);
    const assign = () => ada.post('/projects', { name: 'Launch', assigned_to: user.id });
    const refused = await assign();
    expect([refused.status, refused.error.code, refused.error.details]).toEqual([
      400,
      'projects.invalid_assigned_to',
      [{ field: 'assigned_to', message: expect.stringContaining('not accepted') }],
    ]);
    await tryAccept(invite_token);
    await all(good, assign());
  });

  it('that a proved address is in the way of, as an instance of the previous release may leave it, is refused', async () => {
    const { user, invite_token } = await invite(ada);
    await program.sql(`update users set email_key = 'elsewhere' where id = $1`, [user.id]);
    await tryRegister();
    await verifyEmail(program, email);
    await program.sql('update users set email_key = $2 where id = $1', [user.id, email]);
    await invalid(tryAccept(invite_token), 'token');
    expect(await holders()).toHaveLength(1);
  });
});

describe('verify-email', () => {
  it('proves the address with the link of the mail, once', async () => {
    const session = (await tryRegister()).result;
    const [mail, ...rest] = await program.mailsTo(email);
    expect(rest).toEqual([]);
    expect(mail!.link.pathname).toBe('/verify-email');
    expect(mail!.subject).not.toContain('Bob');
    const as = program.client.as(session);
    expect((await get(as, session.user.id)).email_verified_at).toBeNull();
    const [token] = tokensIn(mail!);
    expect((await tryVerify(token)).result).toEqual({});
    expect((await get(as, session.user.id)).email_verified_at).toEqual(time);
    await invalid(tryVerify(token), 'token');
    await all(good, me(session));
  });

  it('lets invitations lapse', async () => {
    const [first, second] = [await invite(ada), await invite(grace)];
    await tryRegister();
    await verifyEmail(program, email);
    await all(badLink, tryAccept(first.invite_token), tryAccept(second.invite_token));
    expect(await mentions()).toBe(1);
  });

  it('the link lives 7 days, also after the password was changed', async () => {
    const session = (await tryRegister()).result;
    const token = await verificationToken(program, email);
    const passwords = { current_password: password, new_password: other };
    await all(good, program.client.as(session).post('/auth/change-password', passwords));
    program.clock.move(days(7) - minutes(1));
    await all(good, tryVerify(token));
    email = newEmail();
    await tryRegister();
    const late = await verificationToken(program, email);
    program.clock.move(days(7));
    await invalid(tryVerify(late), 'token');
  });

  it('of a deactivated user → auth.deactivated', async () => {
    const session = (await tryRegister()).result;
    const token = await verificationToken(program, email);
    await program.sql('update users set deactivated_at = now() where id = $1', [session.user.id]);
    await all(deactivated, tryVerify(token));
  });

  it('takes no other link, and nothing else', async () => {
    await tryRegister();
    const [reset] = await resetTokens(program, email);
    const { invite_token } = await invite(ada, newEmail());
    for (const token of [reset, invite_token, 'abc', undefined, null, '', 5, [reset]])
      await invalid(tryVerify(token), 'token');
    const token = await verificationToken(program, email);
    await all(badLink, tryReset(token), tryAccept(token));
    await invalid(program.client.post('/auth/verify-email', { token, email }), 'email');
    await all(good, tryVerify(token));
  });

  it.each([
    ['the user', /update "?users\b/i],
    ['the end of the transaction', /^\s*commit/i],
  ])('when the database fails at %s → auth.internal, and the link is not used up', async (_, statement) => {
    await tryRegister();
    const token = await verificationToken(program, email);
    const restore = breakDatabase(statement);
    await all([500, 'auth.internal'], tryVerify(token)).finally(restore);
    await all(good, tryVerify(token));
  });
});

describe('a reset', () => {
  it('proves the address', async () => {
    const session = (await tryRegister()).result;
    const { invite_token } = await invite(ada);
    await all(good, tryReset((await resetTokens(program, email))[0]));
    await invalid(tryAccept(invite_token), 'token');
    const signedIn = (await tryLogin(other)).result;
    expect((await get(program.client.as(signedIn), session.user.id)).email_verified_at).toEqual(time);
  });

  it('of an invited address offers each invitation, and the one that is used wins', async () => {
    const [first, second] = [await invite(ada), await invite(grace)];
    const tokens = await resetTokens(program, email);
    expect(tokens).toHaveLength(2);
    // Newest first.
    await all(good, tryReset(tokens[1]));
    await all(badLink, tryReset(tokens[0]), tryAccept(first.invite_token), tryAccept(second.invite_token));
    expect((await tryLogin(other)).result.user.id).toBe(first.user.id);
  });

  it('of an unproved registration offers the invitations too; of a proved one it does not', async () => {
    const { user } = (await tryRegister()).result;
    const invited = await invite(ada);
    const tokens = await resetTokens(program, email);
    expect(tokens).toHaveLength(2);
    await all(good, tryReset(tokens[1]));
    expect((await tryLogin(other)).result.user.id).toBe(invited.user.id);
    expect(await holders()).toEqual([{ id: invited.user.id, proved: true }]);
    expect(user.id).not.toBe(invited.user.id);
    expect(await resetTokens(program, email)).toHaveLength(1);
  });

  it('offers nothing to who is deactivated', async () => {
    const { user } = await invite(ada);
    await all(good, ada.post(`/users/${user.id}/deactivate`));
    expect(await resetTokens(program, email)).toEqual([]);
  });
});

describe('mails', () => {
  it('have no text of users in the subject, and no link in a name', async () => {
    const evil = 'http://evil.example/a';
    const owner = await program.register({ name: `Eve ${evil}`, account_name: 'www.evil.example' });
    const as = program.client.as(owner);
    await as.post('/users/invite', { email, name: `Bob @evil.example ${evil}` });
    await resetTokens(program, email);
    const mails = await program.mailsTo(email);
    expect(mails).toHaveLength(2);
    for (const { subject, text } of mails) {
      expect(subject).not.toMatch(/eve|bob|evil/i);
      expect(text).not.toMatch(/evil\.example|@evil|www\.evil/);
      expect(text).toMatch(/evil\. example/);
      const links = [...text.matchAll(/\w+:\/\/[^\s/]+/g)].map(([link]) => link);
      expect(new Set(links)).toEqual(new Set([new URL(program.config.publicUrl).origin]));
    }
  });

  it('register posts one, whoever was invited', async () => {
    await invite(ada);
    await tryRegister();
    expect(await mailsWithLink(program, email, 'verify-email')).toHaveLength(1);
    expect(await mailsWithLink(program, email, 'accept-invite')).toHaveLength(1);
    await all(taken, tryRegister());
    expect(await program.mailsTo(email)).toHaveLength(2);
  });
});

describe('at the same moment', () => {
  /** Every answer is one of these, and afterwards one user at most holds the address, whom the winners are. */
  async function race(contestants: readonly (() => Answering)[], losers: readonly unknown[][]): Promise<string[]> {
    const outcomes = await Promise.all(contestants.map((begin) => outcome(begin())));
    const lost = outcomes.filter(([status]) => status !== 200);
    for (const loser of lost) expect(losers).toContainEqual(loser);
    const held = await holders();
    expect(held.length).toBeLessThanOrEqual(1);
    expect(lost.length).toBeLessThan(outcomes.length);
    return outcomes.map(([status]) => (status === 200 ? 'won' : 'lost'));
  }
  const rounds = Array.from({ length: 6 }, (_, index) => [index]);
  const apps = () => [program, elsewhere];

  it.each(rounds)('registrations of an invited address make one user (%i)', async () => {
    const { invite_token } = await invite(ada);
    const told = await race(
      [...apps(), ...apps()].map((app, index) => () => tryRegister(`${password}-${index}`, app)),
      [taken],
    );
    expect(told.sort()).toEqual(['lost', 'lost', 'lost', 'won']);
    expect(await mentions()).toBe(2);
    await all(good, tryAccept(invite_token));
  });

  it.each(rounds)('of two acceptances of two invitations one wins (%i)', async () => {
    const [first, second] = [await invite(ada), await invite(grace)];
    const tokens = [first.invite_token, second.invite_token];
    const told = await race(
      tokens.map((token, index) => () => tryAccept(token, `${password}-${index}`, apps()[index])),
      [badLink],
    );
    expect(told.sort()).toEqual(['lost', 'won']);
    expect([await mentions(), await holders()]).toEqual([1, [{ id: expect.any(String), proved: true }]]);
  });

  it.each(rounds)('an acceptance beside a registration wins, whoever is first (%i)', async (round) => {
    const { user, invite_token } = await invite(ada);
    const steps = [() => tryAccept(invite_token), () => tryRegister(other, elsewhere)];
    await race(round % 2 ? steps : steps.reverse(), [taken]);
    expect(await holders()).toEqual([{ id: user.id, proved: true }]);
    await all(good, tryLogin());
    await all(wrong, tryLogin(other));
  });

  it.each(rounds)('of a verification and an acceptance one wins (%i)', async () => {
    const { invite_token } = await invite(ada);
    const { user } = (await tryRegister(other)).result;
    const token = await verificationToken(program, email);
    const told = await race([() => tryVerify(token), () => tryAccept(invite_token, password, elsewhere)], [badLink]);
    expect([...told].sort()).toEqual(['lost', 'won']);
    const [held] = await holders();
    expect([held!.proved, held!.id === user.id]).toEqual([true, told[0] === 'won']);
  });

  it.each(rounds)('a reset beside a change of the password leaves one of the two passwords (%i)', async () => {
    const session = (await tryRegister()).result;
    const [token] = await resetTokens(program, email);
    const third = 'walnut-harbour-lamp-3';
    const change = { current_password: password, new_password: third };
    const answers = [
      outcome(tryReset(token, other, elsewhere)),
      outcome(program.client.as(session).post('/auth/change-password', change)),
    ];
    const [reset, changed] = await Promise.all(answers);
    // The change ends the link, or the reset the session, or the password that was checked is no longer the one.
    expect([good, badLink]).toContainEqual(reset);
    expect([good, wrong, [401, 'auth.invalid_token']]).toContainEqual(changed);
    const expected = reset![0] === 200 ? other : third;
    await all(good, tryLogin(expected));
    for (const secret of [password, other, third]) if (secret !== expected) await all(wrong, tryLogin(secret));
  });

  it.each(rounds)(
    'a link that is asked for again beside an acceptance is good or dead, and nobody is made twice (%i)',
    async () => {
      const { user, invite_token } = await invite(ada);
      await all(
        good,
        program.client.post('/auth/forgot-password', { email }),
        program.client.post('/auth/forgot-password', { email }),
      );
      await Promise.all([all(good, tryAccept(invite_token, password, elsewhere)), program.mailsTo(email)]);
      const tokens = (await mailsWithLink(program, email, 'reset-password')).flatMap(tokensIn);
      expect(await holders()).toEqual([{ id: user.id, proved: true }]);
      for (const token of tokens) expect([good, badLink]).toContainEqual(await outcome(tryReset(token, password)));
      expect([await mentions(), (await holders()).length]).toEqual([1, 1]);
      await all(good, tryLogin());
    },
  );

  it.each(rounds)('invitations from one account are one, beside those of another and a proof (%i)', async () => {
    await tryRegister();
    const token = await verificationToken(program, email);
    const asked = [tryInvite(ada), tryInvite(grace), tryInvite(ada), tryVerify(token, elsewhere), tryInvite(grace)];
    const outcomes = await Promise.all(asked.map(outcome));
    expect(outcomes[3]).toEqual(good);
    for (const each of outcomes) expect([good, taken]).toContainEqual(each);
    expect(await mentions()).toBe(1);
    await all(taken, tryInvite(ada), tryInvite(grace));
  });

  it('who waits for an address behind a proof is told at once that it is taken', async () => {
    const { invite_token } = await invite(ada);
    const lock = [
      'select pg_advisory_xact_lock_shared(0), 1 from users where email_key = $1 for update',
      email,
    ] as const;
    const outcomes = await behindLock(
      lock,
      () => outcome(tryAccept(invite_token)),
      () => outcome(tryRegister(other)),
      () => outcome(tryInvite(grace)),
    );
    expect(outcomes).toEqual([good, taken, taken]);
  });
});
