import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { resetTokens, verifyEmail } from '../support/proof';
import { answering, type Receiver, startReceiver, trustTestCertificates } from '../support/receiver';
import { breakDatabase } from '../support/statements';

interface Account {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly suspended: {
    readonly apps: readonly { readonly id: string; readonly name: string }[];
    readonly webhooks: readonly { readonly id: string; readonly url: string }[];
    readonly users: readonly { readonly id: string; readonly name: string; readonly email: string }[];
  };
}

interface ShownApp {
  readonly app: { readonly id: string; readonly client_id: string; readonly name: string };
  readonly client_secret: string;
}

interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly is_active: boolean;
  readonly disabled_reason: string | null;
}

let program: TestApp;
/** A second instance on the same database. */
let elsewhere: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  trustTestCertificates();
  receiver = await startReceiver();
  const environment = { WEBHOOK_ALLOWED_HOSTS: 'localhost' };
  elsewhere = await startApp(environment);
  program = await startApp({ WORKERS: 'on', ...environment });
});
afterAll(async () => {
  await Promise.all([program.close(), elsewhere.close()]);
  await receiver.close();
});
beforeEach(() => {
  program.clock.reset();
  elsewhere.clock.reset();
  receiver.answer = answering(200);
  receiver.requests.length = 0;
});

const other = 'staple-orbit-window-9';
const good = [200, undefined];
const badToken = [401, 'auth.invalid_token'];
const badClient = [401, 'oauth.invalid_client'];
const deactivated = [403, 'auth.deactivated'];
const forbidden = [403, 'auth.forbidden'];
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const invalid = refusedWith('account.invalid_request');
const nothing = { apps: [], webhooks: [], users: [] };

const account = async (as: Client) => (await as.get<Account>('/account')).result;
const confirm = (as: Client) => as.post<Account>('/account/confirm-before');
const login = async ({ user }: SignedIn, secret = password) =>
  (await program.client.post<SignedIn>('/auth/login', { email: user.email, password: secret })).result;
const grant = ({ app, client_secret }: ShownApp, on = program) =>
  on.client.post<{ access_token: string }>('/oauth/token', {
    grant_type: 'client_credentials',
    client_id: app.client_id,
    client_secret,
  });

async function join(as: Client, role = 'member', name = 'Grace'): Promise<SignedIn> {
  const { invite_token: token } = (
    await as.post<{ invite_token: string }>('/users/invite', { email: newEmail(), name, role })
  ).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
}

/** An account in which somebody has made an app, an endpoint, another owner and an invitation. */
async function furnished() {
  const owner = await program.register({ name: 'Eve', account_name: 'Analytical Engines' });
  const as = program.client.as(owner);
  const app = (await as.post<ShownApp>('/oauth-apps', { name: 'http://evil.example' })).result;
  const token = (await grant(app)).result;
  const endpoint = (await as.post<Endpoint>('/webhooks', { url: `${receiver.url}/evil`, events: ['contact.created'] }))
    .result;
  const second = await join(as, 'owner');
  const invitation = { email: newEmail(), name: 'Charles' };
  const invited = (await as.post<{ user: { id: string }; invite_token: string }>('/users/invite', invitation)).result;
  return { owner, as, app, token, endpoint, second, invited, invitation };
}

/** The owner of the address sets a password, by the link of a mail. */
async function reset({ user }: SignedIn, secret = other): Promise<Client> {
  const [token] = await resetTokens(program, user.email);
  await all(good, program.client.post('/auth/reset-password', { token, new_password: secret }));
  return program.client.as(
    (await program.client.post<SignedIn>('/auth/login', { email: user.email, password: secret })).result,
  );
}

describe('GET /account', () => {
  it('gives every caller the account', async () => {
    const owner = await program.register({ account_name: 'Analytical Engines' });
    const as = program.client.as(owner);
    const shown = await account(as);
    expect(shown).toEqual({
      id: owner.user.account_id,
      name: 'Analytical Engines',
      created_at: time,
      suspended: nothing,
    });
    const app = (await as.post<ShownApp>('/oauth-apps', { name: 'Export' })).result;
    for (const caller of [await join(as), await join(as, 'admin'), (await grant(app)).result]) {
      expect(await account(program.client.as(caller))).toEqual(shown);
    }
  });

  it('takes nothing, and nobody without a token', async () => {
    const as = program.client.as(await program.register());
    await invalid(as.get('/account?fields=id'), 'fields');
    await invalid(as.post('/account/confirm-before', { all: true }), 'all');
    await all([401, 'auth.required'], program.client.get('/account'), confirm(program.client));
    await all([404, 'api.not_found'], as.post('/account'), as.get('/account/confirm-before'));
  });

  it('when the database fails → account.internal', async () => {
    const as = program.client.as(await program.register());
    for (const call of [() => as.get('/account'), () => confirm(as)] satisfies (() => Answering)[]) {
      const restore = breakDatabase(/\baccounts\b/i);
      await all([500, 'account.internal'], call()).finally(restore);
    }
  });
});

describe('the first proof by a reset, more than an hour after registering', () => {
  it('stops apps, endpoints, other users and sessions at once', async () => {
    const { owner, app, token, endpoint, second, invited } = await furnished();
    const robot = program.client.as(token);
    await all(good, robot.get('/contacts'), elsewhere.client.as(token).get('/contacts'));
    program.clock.move(minutes(61));
    const [session, fresh] = [await login(owner), (await grant(app)).result];
    const secondSession = await login(second);
    await all(good, program.client.as(fresh).get('/contacts'), program.client.as(session).get('/auth/me'));
    const as = await reset(owner);

    await all(badToken, program.client.as(session).get('/auth/me'), program.client.as(fresh).get('/contacts'));
    await all(badClient, grant(app), grant(app, elsewhere));
    await all(deactivated, program.client.as(secondSession).get('/auth/me'));
    await all(deactivated, program.client.post('/auth/login', { email: second.user.email, password }));
    const accept = { token: invited.invite_token, password };
    await all(deactivated, program.client.post('/auth/accept-invite', accept));
    elsewhere.clock.move(minutes(61) + seconds(1));
    await all(badToken, elsewhere.client.as(fresh).get('/contacts'));
    const shown = (await as.get<Endpoint>(`/webhooks/${endpoint.id}`)).result;
    expect(shown).toMatchObject({ is_active: false, disabled_reason: expect.stringContaining('confirm-before') });
    await as.post('/contacts', { first_name: 'Grace' });
    await program.deliver();
    expect(receiver.requests).toEqual([]);
    await all(good, as.get('/users'), as.get('/account'));
  });

  it('lists what has stopped, at GET /account and in a mail', async () => {
    const { owner, app, endpoint, second, invited, invitation } = await furnished();
    program.clock.move(minutes(61));
    const as = await reset(owner);
    expect((await account(as)).suspended).toEqual({
      apps: [{ id: app.app.id, name: app.app.name }],
      webhooks: [{ id: endpoint.id, url: endpoint.url }],
      users: [
        { id: second.user.id, name: 'Grace', email: second.user.email },
        { id: invited.user.id, name: 'Charles', email: invitation.email },
      ],
    });
    const mails = await program.mailsTo(owner.user.email);
    const { subject, text } = mails.at(-1)!;
    expect(subject).toMatch(/suspended/);
    for (const named of ['evil. example', 'localhost', 'Grace', 'Charles', '/account/confirm-before']) {
      expect(text).toContain(named);
    }
    expect(text).not.toMatch(/\w:\/\/|\w@\w|evil\.example/);
    expect(await program.mailsTo(second.user.email)).toHaveLength(1);
  });

  it('to a member and an app shows what they may read', async () => {
    const { owner, endpoint } = await furnished();
    program.clock.move(minutes(61));
    const as = await reset(owner);
    const [member, app] = [await join(as), (await as.post<ShownApp>('/oauth-apps', { name: 'New' })).result];
    const own = (await account(as)).suspended;
    expect((await account(program.client.as(member))).suspended).toEqual({ ...nothing, users: own.users });
    const webhooks = [{ id: endpoint.id, url: endpoint.url }];
    expect((await account(program.client.as((await grant(app)).result))).suspended).toEqual({ ...nothing, webhooks });
    await all(forbidden, confirm(program.client.as(member)), confirm(program.client.as((await grant(app)).result)));
  });

  it('leaves what is made after it, and what had stopped before', async () => {
    const { owner, as: before, app } = await furnished();
    const [gone, off] = [await join(before), await join(before)];
    await before.post(`/users/${gone.user.id}/deactivate`);
    const revoked = (await before.post<ShownApp>('/oauth-apps', { name: 'Revoked' })).result;
    await before.delete(`/oauth-apps/${revoked.app.id}`);
    const idle = { url: `${receiver.url}/idle`, events: ['contact.created'], is_active: false };
    const { id } = (await before.post<Endpoint>('/webhooks', idle)).result;
    program.clock.move(minutes(61));
    const as = await reset(owner);
    const [made, joined] = [(await as.post<ShownApp>('/oauth-apps', { name: 'New' })).result, await join(as)];
    await all(good, grant(made), program.client.as(joined).get('/auth/me'));
    const { suspended } = await account(as);
    expect(suspended.users.map((user) => user.id)).toContain(off.user.id);
    expect(suspended.users.map((user) => user.id)).not.toContain(gone.user.id);
    expect(suspended.apps.map((each) => each.id)).toEqual([app.app.id]);
    expect(suspended.webhooks.map((each) => each.id)).not.toContain(id);
    await all(good, confirm(as));
    await all(badClient, grant(revoked));
    await all(deactivated, program.client.post('/auth/login', { email: gone.user.email, password }));
    expect((await as.get<Endpoint>(`/webhooks/${id}`)).result.is_active).toBe(false);
  });

  it.each<[string, number, (owner: SignedIn) => Promise<unknown>]>([
    ['within the hour', 59, () => Promise.resolve()],
    ['after the address was verified', 61, ({ user }) => verifyEmail(program, user.email)],
    [
      'of an account of before this release',
      61,
      ({ user }) => program.sql('update users set email_verified_at = created_at where id = $1', [user.id]),
    ],
    [
      'of one who registered and is no owner any more',
      61,
      ({ user }) => program.sql(`update users set role = 'admin' where id = $1`, [user.id]),
    ],
  ])('is no reason to stop anything %s', async (_, minutesLater, prepare) => {
    const { owner, app, endpoint, second } = await furnished();
    await prepare(owner);
    program.clock.move(minutes(minutesLater));
    const as = await reset(owner);
    await all(good, grant(app), program.client.post('/auth/login', { email: second.user.email, password }));
    expect((await as.get<Endpoint>(`/webhooks/${endpoint.id}`)).result.is_active).toBe(true);
    expect((await account(as)).suspended).toEqual(nothing);
    expect((await program.mailsTo(owner.user.email)).filter(({ subject }) => /suspended/.test(subject))).toEqual([]);
  });

  it('is the first one only', async () => {
    const { owner, app } = await furnished();
    program.clock.move(minutes(61));
    await all(good, confirm(await reset(owner)));
    await reset(owner, password);
    await all(good, grant(app));
  });

  it('is not that of an invited user', async () => {
    const { as, app } = await furnished();
    const invitation = { email: newEmail(), name: 'Bob', role: 'owner' };
    await all(good, as.post('/users/invite', invitation));
    program.clock.move(minutes(61));
    const [token] = await resetTokens(program, invitation.email);
    await all(good, program.client.post('/auth/reset-password', { token, new_password: other }));
    await all(good, grant(app));
  });

  it('with nothing in the account mails nothing', async () => {
    const owner = await program.register();
    program.clock.move(minutes(61));
    await reset(owner);
    expect((await program.mailsTo(owner.user.email)).map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Confirm'),
      expect.stringContaining('new password'),
    ]);
  });

  it.each([
    ['the users', /^update users/i],
    ['the apps', /^update oauth_apps/i],
    ['the webhooks', /^update webhooks/i],
    ['the mail', /insert into mails/i],
  ])('when the database fails at %s stops nothing, and the link stays good', async (_, statement) => {
    const { owner, app, second } = await furnished();
    program.clock.move(minutes(61));
    const [token] = await resetTokens(program, owner.user.email);
    const body = { token, new_password: other };
    const restore = breakDatabase(statement);
    await all([500, 'auth.internal'], program.client.post('/auth/reset-password', body)).finally(restore);
    await all(good, grant(app), program.client.post('/auth/login', { email: second.user.email, password }));
    await all(good, program.client.post('/auth/reset-password', body));
    await all(badClient, grant(app));
  });

  it('beside a change to a user of the account neither fails', async () => {
    for (let round = 0; round < 5; round++) {
      const { owner, second, invited } = await furnished();
      program.clock.move(minutes(61));
      const as = program.client.as(await login(second));
      const [token] = await resetTokens(program, owner.user.email);
      const answers = await Promise.all([
        outcome(program.client.post('/auth/reset-password', { token, new_password: other })),
        outcome(as.patch(`/users/${owner.user.id}`, { name: 'Mine now' })),
        outcome(as.post(`/users/${invited.user.id}/deactivate`)),
      ]);
      expect(answers[0]).toEqual(good);
      for (const each of answers.slice(1)) expect([good, deactivated]).toContainEqual(each);
      await all(deactivated, as.get('/auth/me'));
      program.clock.reset();
    }
  });
});

describe('what was suspended comes back', () => {
  it('all at once by POST /account/confirm-before', async () => {
    const { owner, app, endpoint, second, invited } = await furnished();
    program.clock.move(minutes(61));
    const token = (await grant(app)).result;
    const as = await reset(owner);
    await all(badToken, program.client.as(token).get('/contacts'));
    const { result } = await confirm(as);
    expect(result).toEqual({ ...(await account(as)), suspended: nothing });
    await all(good, grant(app), program.client.as(token).get('/contacts'));
    await all(good, program.client.post('/auth/login', { email: second.user.email, password }));
    const accept = { token: invited.invite_token, password };
    await all(good, program.client.post('/auth/accept-invite', accept));
    const shown = (await as.get<Endpoint>(`/webhooks/${endpoint.id}`)).result;
    expect(shown).toMatchObject({ is_active: true, disabled_reason: null });
    await all(good, as.post('/contacts', { first_name: 'Grace' }));
    await program.deliver();
    expect(receiver.requests).toHaveLength(1);
    expect(await confirm(as).then(({ result: again }) => again)).toEqual(result);
  });

  it('one by one: a user by activating, an endpoint by switching it on', async () => {
    const { owner, endpoint, second, invited } = await furnished();
    program.clock.move(minutes(61));
    const as = await reset(owner);
    await all(good, as.post(`/users/${second.user.id}/activate`));
    await all(good, program.client.post('/auth/login', { email: second.user.email, password }));
    const on = (await as.patch<Endpoint>(`/webhooks/${endpoint.id}`, { is_active: true })).result;
    expect(on).toMatchObject({ is_active: true, disabled_reason: null });
    const left = (await account(as)).suspended;
    expect([left.webhooks, left.users.map(({ id }) => id)]).toEqual([[], [invited.user.id]]);
    // What is switched off now is so by decision.
    await as.patch(`/webhooks/${endpoint.id}`, { is_active: false });
    await as.post(`/users/${second.user.id}/deactivate`);
    await all(good, confirm(as));
    expect((await as.get<Endpoint>(`/webhooks/${endpoint.id}`)).result.is_active).toBe(false);
    await all(deactivated, program.client.post('/auth/login', { email: second.user.email, password }));
  });

  it('an app by a new secret, without the tokens that it had', async () => {
    const { owner, app } = await furnished();
    program.clock.move(minutes(61));
    const old = (await grant(app)).result;
    program.clock.move(seconds(2));
    const as = await reset(owner);
    program.clock.move(seconds(2));
    const renamed = await as.patch(`/oauth-apps/${app.app.id}`, { name: 'Export' });
    expect(await outcome(Promise.resolve(renamed))).toEqual(good);
    await all(badToken, program.client.as(old).get('/contacts'));
    const rotated = (await as.post<ShownApp>(`/oauth-apps/${app.app.id}/rotate-secret`)).result;
    expect((await account(as)).suspended.apps).toEqual([]);
    await all(badClient, grant(app));
    const token = (await grant(rotated)).result;
    await all(good, program.client.as(token).get('/contacts'));
    await all(badToken, program.client.as(old).get('/contacts'));
    elsewhere.clock.move(minutes(61) + seconds(10));
    await all(good, elsewhere.client.as(token).get('/contacts'));
    await all(badToken, elsewhere.client.as(old).get('/contacts'));
    // Later rotations leave the tokens that are out, as ever.
    await as.post(`/oauth-apps/${app.app.id}/rotate-secret`);
    await all(good, program.client.as(token).get('/contacts'));
  });

  it('never: what is revoked, deleted or deactivated instead waits no longer', async () => {
    const { owner, app, endpoint, second, invited } = await furnished();
    program.clock.move(minutes(61));
    const as = await reset(owner);
    await all(good, as.delete(`/oauth-apps/${app.app.id}`), as.delete(`/webhooks/${endpoint.id}`));
    for (const id of [second.user.id, invited.user.id]) await all(good, as.post(`/users/${id}/deactivate`));
    expect((await account(as)).suspended).toEqual(nothing);
    await all(good, confirm(as));
    await all(badClient, grant(app));
    await all(deactivated, program.client.post('/auth/login', { email: second.user.email, password }));
  });

  it('an invitation that lapsed meanwhile does not', async () => {
    const { owner, invited, invitation } = await furnished();
    program.clock.move(minutes(61));
    const as = await reset(owner);
    await program.register({ email: invitation.email });
    await verifyEmail(program, invitation.email);
    expect((await account(as)).suspended.users.map(({ id }) => id)).not.toContain(invited.user.id);
    await all(good, confirm(as));
    const accept = { token: invited.invite_token, password };
    await all([400, 'auth.invalid_request'], program.client.post('/auth/accept-invite', accept));
  });
});
