import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { behindLock } from '../support/database';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { verifyEmail } from '../support/proof';
import { breakDatabase } from '../support/statements';

interface UserView {
  readonly id: string;
  readonly account_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly invited_at: string | null;
  readonly email_verified_at: string | null;
  readonly deactivated_at: string | null;
  readonly last_login_at: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

interface Invitation {
  readonly user: UserView;
  readonly invite_token: string;
}

const { program, ada, client } = useApi({ accountFor: 'each test' });
/** A second instance on the same database. The mails are left to the first one, which the tests ask for them. */
const { program: elsewhere } = useApi();

const good = [200, undefined];
const wrong = [401, 'auth.invalid_credentials'];
const badToken = [401, 'auth.invalid_token'];
const deactivated = [403, 'auth.deactivated'];
const forbidden = [403, 'auth.forbidden'];
const taken = [400, 'auth.email_taken'];
const notFound = [404, 'users.not_found'];
const lastOwner = [400, 'users.last_owner'];

const id = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const invalid = refusedWith('users.invalid_request');

const tryInvite = (input: object = {}, as = client) =>
  as.post<Invitation>('/users/invite', { email: newEmail(), name: 'Bob', ...input });
const invite = async (input?: object, as?: Client) => (await tryInvite(input, as)).result;
const join = async (role = 'member', name = 'Bob') => {
  const token = (await invite({ role, name })).invite_token;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
};

const tryGet = (user: string, as = client) => as.get<UserView>(`/users/${user}`);
const get = async (user: string, as?: Client) => (await tryGet(user, as)).result;
const tryPatch = (user: string, body: object, as = client) => as.patch<UserView>(`/users/${user}`, body);
const patch = async (user: string, body: object, as?: Client) => (await tryPatch(user, body, as)).result;
const tryDeactivate = (user: string, as = client) => as.post<UserView>(`/users/${user}/deactivate`);
const deactivate = async (user: string, as?: Client) => (await tryDeactivate(user, as)).result;
const tryActivate = (user: string, as = client) => as.post<UserView>(`/users/${user}/activate`);
const activate = async (user: string, as?: Client) => (await tryActivate(user, as)).result;

const list = async (query = '', as = client) => (await as.get<Page<UserView>>(`/users${query}`)).result;
const names = ({ items }: Page<UserView>) => items.map(({ name }) => name);
const search = async (term: string, more = '') => names(await list(`?search=${encodeURIComponent(term)}${more}`));

const tryLogin = ({ user }: SignedIn, app = program, secret = password) =>
  app.client.post<SignedIn>('/auth/login', { email: user.email, password: secret });
const tryRefresh = ({ refresh_token }: SignedIn, app = program) =>
  app.client.post<SignedIn>('/auth/refresh', { refresh_token });
const me = (session: SignedIn, app = program) => app.client.as(session).get<{ role: string }>('/auth/me');
const uses = (session: SignedIn, app = program) => [
  me(session, app),
  app.client.as(session).get('/sources'),
  tryRefresh(session, app),
];

/** All users of the account, as stored. */
const stored = () => program.sql('select * from users where account_id = $1 order by id', [ada.user.account_id]);
const changesNothing = async (work: () => Promise<unknown>) => {
  const before = await stored();
  await work();
  expect(await stored()).toEqual(before);
};
const countUsers = async () => (await program.sql<{ n: number }>('select count(*)::int n from users'))[0]!.n;

describe('invite', () => {
  it('makes a user of the account, and GET gives the same', async () => {
    const before = program.clock.now().toISOString();
    const email = newEmail();
    const { user, invite_token, ...rest } = await invite({ email: ` ${email} `, name: '  Bob Noyce ' });
    expect(user).toEqual({
      id,
      account_id: ada.user.account_id,
      email,
      name: 'Bob Noyce',
      role: 'member',
      invited_at: time,
      email_verified_at: null,
      deactivated_at: null,
      last_login_at: null,
      created_at: time,
      updated_at: user.created_at,
    });
    expect(user.invited_at! >= before && user.created_at >= before).toBe(true);
    expect(invite_token).toMatch(/^\S{20,}$/);
    expect(rest).toEqual({});
    expect(await get(user.id)).toEqual(user);
    expect((await list()).items[0]).toEqual(user);
  });

  it('mails the link', async () => {
    const { user, invite_token } = await invite();
    const mails = await program.mailsTo(user.email);
    expect(mails).toHaveLength(1);
    const [{ from, subject, link }] = mails as [(typeof mails)[0]];
    expect([from, subject]).toEqual([expect.stringContaining('@'), expect.stringMatching(/\S/)]);
    expect(link.origin).toBe(new URL(program.config.publicUrl).origin);
    expect(link.pathname).toBe('/accept-invite');
    expect([...link.searchParams]).toEqual([['token', invite_token]]);
  });

  it.each([['owner'], ['admin'], ['member']])('takes the role %s', async (role) => {
    const { user } = await invite({ role });
    expect(user.role).toBe(role);
    expect((await get(user.id)).role).toBe(role);
  });

  it('gives nobody a way in before it is accepted', async () => {
    const { user, invite_token } = await invite();
    for (const secret of [password, invite_token, user.email, user.id]) {
      await all(wrong, program.client.post('/auth/login', { email: user.email, password: secret }));
    }
    await all(badToken, program.client.as({ access_token: invite_token }).get('/users'));
    await all(badToken, program.client.post('/auth/refresh', { refresh_token: invite_token }));
  });

  it('a taken address, in any case and of any account → auth.email_taken, with no second row and no mail', async () => {
    const [invited, hers] = [await invite(), await program.register()];
    await verifyEmail(program, hers.user.email);
    const before = await countUsers();
    for (const email of [ada.user.email, invited.user.email, hers.user.email]) {
      const spellings = [email, email.toUpperCase(), ` ${email} `, email.replace('example', 'Example')];
      await all(taken, ...spellings.map((spelling) => tryInvite({ email: spelling, role: 'admin' })));
    }
    expect(await countUsers()).toBe(before);
    expect(await program.mailsTo(invited.user.email)).toHaveLength(1);
    expect(await program.mailsTo(hers.user.email)).toHaveLength(1);
    expect(await get(invited.user.id)).toEqual(invited.user);
  });

  it('several at once with one address, from two accounts, make one user and one mail for each account', async () => {
    const grace = program.client.as(await program.register());
    const before = await countUsers();
    const email = newEmail();
    const spellings = [email, email.replace('example', 'EXAMPLE')];
    const both = [client, grace].map((as) =>
      [...spellings, ...spellings].map((each) => tryInvite({ email: each }, as)),
    );
    for (const asked of both) {
      expect((await Promise.all(asked.map(outcome))).sort()).toEqual([good, taken, taken, taken]);
    }
    expect(await countUsers()).toBe(before + 2);
    expect(await program.mailsTo(email)).toHaveLength(2);
  });

  // prettier-ignore
  it.each([
    ['email', [undefined, null, '', ' ', 5, ['a@b.com'], 'bob', 'bob@', '@example.com', 'a b@c.com', 'a@@b.com', 'a\0@b.com']],
    ['email', ['Bob <bob@example.com>', 'bob@example.com, b@example.com', `${'a'.repeat(600)}@example.com`]],
    ['name', [undefined, null, '', ' \t\u00a0', 5, {}, ['Bob'], 'x'.repeat(201), 'a\0b', 'a\ud800']],
    ['role', [null, '', ' ', 5, true, {}, ['admin'], 'Owner', 'superuser', 'app', 'constructor']],
  ])('an unfit %s → users.invalid_request, and there is no user', (field, values) =>
    changesNothing(async () => {
      for (const value of values) await invalid(tryInvite({ [field]: value }), field);
    }),
  );

  it.each<[string, object, string[]]>([
    ['', {}, ['email', 'name']],
    ['', { role: null, name: '', email: 'bob' }, ['email', 'name', 'role']],
    ['', { emial: 'bob@example.com', name: ' ' }, ['emial', 'email', 'name']],
    ['', { email: newEmail(), name: 'Bob', account_id: randomUUID() }, ['account_id']],
    ['', { email: newEmail(), name: 'Bob', password }, ['password']],
    ['', { email: newEmail(), name: 'Bob', invited_at: null }, ['invited_at']],
    ['?role=admin', { email: newEmail(), name: 'Bob' }, ['role']],
  ])('POST invite%s %j → users.invalid_request', (query, body, fields) =>
    changesNothing(() => invalid(client.post(`/users/invite${query}`, body), ...fields)),
  );

  it('a typo is told what was meant', async () => {
    const { error } = await tryInvite({ rol: 'admin' });
    expect(error.details).toEqual([{ field: 'rol', message: expect.stringContaining('"role"') }]);
  });
});

describe('get and change', () => {
  it('shows the owner who registered', async () => {
    const owner = await get(ada.user.id);
    expect(owner).toEqual({
      ...ada.user,
      invited_at: null,
      email_verified_at: null,
      deactivated_at: null,
      last_login_at: owner.last_login_at,
      created_at: time,
      updated_at: time,
    });
  });

  it('shows when somebody signed in last', async () => {
    const bob = await join();
    for (let round = 0; round < 2; round++) {
      program.clock.move(minutes(1));
      const before = program.clock.now().toISOString();
      await all(good, tryLogin(bob));
      const { last_login_at } = await get(bob.user.id);
      expect(last_login_at).toEqual(time);
      expect(last_login_at! >= before).toBe(true);
    }
  });

  it('PATCH changes name and role and moves updated_at only', async () => {
    const { user } = await invite();
    program.clock.move(minutes(1));
    const named = await patch(user.id, { name: '  Bob Noyce ' });
    expect(named).toEqual({ ...user, name: 'Bob Noyce', updated_at: time });
    expect(Date.parse(named.updated_at) - Date.parse(user.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    program.clock.move(minutes(1));
    const promoted = await patch(user.id, { role: 'admin' });
    expect(promoted).toEqual({ ...named, role: 'admin', updated_at: time });
    expect(promoted.updated_at > named.updated_at).toBe(true);
    expect(await get(user.id)).toEqual(promoted);
    const both = await patch(user.id, { role: 'member', name: '🌊'.repeat(200) });
    expect(both).toEqual({ ...user, name: '🌊'.repeat(200), updated_at: time });
  });

  it.each([[{}], [{ name: 'Bob' }], [{ name: ' Bob\t' }], [{ role: 'admin' }], [{ name: 'Bob', role: 'admin' }]])(
    'PATCH %j changes nothing, not even updated_at',
    async (body) => {
      const { user } = await invite({ role: 'admin' });
      program.clock.move(minutes(1));
      await changesNothing(async () => expect(await patch(user.id, body)).toEqual(user));
    },
  );

  it('PATCH refuses an unfit name, an unfit role and what it does not know', async () => {
    const { user } = await invite();
    await changesNothing(async () => {
      for (const name of [null, '', ' \t\u00a0', 5, {}, ['Bob'], 'x'.repeat(201), 'a\0b', 'a\ud800']) {
        await invalid(tryPatch(user.id, { name }), 'name');
      }
      for (const role of [null, '', 5, false, ['admin'], {}, 'Admin', 'superuser', 'constructor']) {
        await invalid(tryPatch(user.id, { role, name: 'Lost' }), 'role');
      }
      for (const field of ['nmae', 'email', 'password', 'id', 'account_id', 'deactivated_at', 'updated_at']) {
        await invalid(tryPatch(user.id, { name: 'Lost', [field]: user.id }), field);
      }
      await invalid(tryPatch(user.id, { role: null, name: '' }), 'name', 'role');
      await invalid(tryPatch(user.id, { name: null, nmae: 'Bob' }), 'nmae', 'name');
      await invalid(client.patch(`/users/${user.id}?name=Bob`, {}), 'name');
      await invalid(client.get(`/users/${user.id}?fields=id`), 'fields');
    });
  });

  it('nobody is made or deleted by the usual methods', async () => {
    const { user } = await invite();
    await changesNothing(() =>
      all(
        [404, 'api.not_found'],
        client.post('/users', { email: newEmail(), name: 'Bob' }),
        client.delete(`/users/${user.id}`),
        client.put(`/users/${user.id}`, { name: 'Bob' }),
      ),
    );
  });

  it('takes ids in upper case', async () => {
    expect((await get(ada.user.id.toUpperCase())).id).toBe(ada.user.id);
  });
});

describe.each<[string, (user: string, as?: Client) => Answering]>([
  ['GET', tryGet],
  ['PATCH', (user, as) => tryPatch(user, { name: 'Mine now', role: 'admin' }, as)],
  ['deactivate', tryDeactivate],
  ['activate', tryActivate],
])('%s', (_, call) => {
  it('a malformed id → users.invalid_id', async () => {
    const ids = ['abc', 'me', '123', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '\0', 'g'.repeat(36)];
    await all([400, 'users.invalid_id'], ...ids.map((bad) => call(encodeURIComponent(bad))));
  });

  it('the id of another account answers exactly like one of nothing', async () => {
    const grace = await program.register();
    const hers = await get(grace.user.id, program.client.as(grace));
    const [other, random] = [await call(grace.user.id), await call(randomUUID())];
    await all(notFound, Promise.resolve(other), Promise.resolve(random));
    expect({ ...other.error, request_id: '' }).toEqual({ ...random.error, request_id: '' });
    expect(await get(grace.user.id, program.client.as(grace))).toEqual(hers);
  });
});

describe('what answers first', () => {
  it('the id before the fields, unknown keys before a missing user, a missing token before all', async () => {
    await all([400, 'users.invalid_id'], tryPatch('abc', { nmae: 1 }), client.post('/users/abc/deactivate', { x: 1 }));
    await invalid(tryPatch(randomUUID(), { nmae: 1 }), 'nmae');
    await invalid(tryPatch(randomUUID(), { role: 'superuser' }), 'role');
    const nobody = program.client;
    const asked = [
      nobody.get('/users'),
      tryGet('abc', nobody),
      tryInvite({ x: 1 }, nobody),
      tryPatch('abc', {}, nobody),
    ];
    await all([401, 'auth.required'], ...asked, tryDeactivate('abc', nobody), tryActivate('abc', nobody));
  });

  it.each(['deactivate', 'activate'])('%s takes no fields and no parameters', async (action) => {
    const { user } = await invite();
    await changesNothing(async () => {
      await invalid(client.post(`/users/${user.id}/${action}`, { active: true }), 'active');
      await invalid(client.post(`/users/${user.id}/${action}?force=1`), 'force');
    });
    await all(good, client.post(`/users/${user.id}/${action}`, {}));
  });
});

describe('roles', () => {
  it('a member may read and nothing else, not even about himself', async () => {
    const bob = await join();
    const as = program.client.as(bob);
    const owner = await get(ada.user.id);
    expect(await get(ada.user.id, as)).toEqual(owner);
    expect((await list('', as)).items.map((user) => user.id)).toEqual([bob.user.id, ada.user.id]);
    await all(notFound, tryGet(randomUUID(), as));
    const email = newEmail();
    await changesNothing(async () => {
      for (const user of [ada.user.id, bob.user.id, randomUUID(), 'abc']) {
        const changes = [tryPatch(user, { name: 'Mine now' }, as), tryPatch(user, { nmae: 1 }, as)];
        await all(forbidden, ...changes, tryPatch(user, {}, as), tryDeactivate(user, as), tryActivate(user, as));
      }
      await all(forbidden, tryInvite({ email }, as), tryInvite({ role: 'superuser', x: 1 }, as));
    });
    expect(await program.mailsTo(email)).toEqual([]);
  });

  it('an admin may do everything with admins and members', async () => {
    const as = program.client.as(await join('admin'));
    for (const role of ['admin', 'member']) {
      const { user } = await invite({ role }, as);
      expect(user.role).toBe(role);
      const other = role === 'admin' ? 'member' : 'admin';
      expect(await patch(user.id, { name: 'Robert', role: other }, as)).toMatchObject({ name: 'Robert', role: other });
      expect((await deactivate(user.id, as)).deactivated_at).toEqual(time);
      expect((await activate(user.id, as)).deactivated_at).toBeNull();
    }
  });

  it('an admin may neither change owners nor make them → auth.forbidden', async () => {
    const admin = await join('admin');
    const as = program.client.as(admin);
    const bob = (await invite()).user.id;
    const [invited, gone] = [(await invite({ role: 'owner' })).user.id, (await invite({ role: 'owner' })).user.id];
    await deactivate(gone);
    const email = newEmail();
    await changesNothing(async () => {
      for (const owner of [ada.user.id, invited, gone]) {
        const changes = [{ name: 'Mine now' }, { role: 'member' }, { name: 'Mine now', role: 'admin' }];
        await all(forbidden, ...changes.map((body) => tryPatch(owner, body, as)));
      }
      await all(forbidden, tryDeactivate(ada.user.id, as), tryDeactivate(invited, as), tryActivate(gone, as));
      await all(forbidden, ...[bob, admin.user.id].map((user) => tryPatch(user, { role: 'owner' }, as)));
      await all(forbidden, tryPatch(bob, { name: 'Robert', role: 'owner' }, as));
      await all(forbidden, tryInvite({ email, role: 'owner' }, as));
    });
    expect(await program.mailsTo(email)).toEqual([]);
    expect(await get(ada.user.id, as)).toMatchObject(ada.user);
  });

  it('to an admin an owner of another account is nobody', async () => {
    const as = program.client.as(await join('admin'));
    const { user } = await program.register();
    await all(notFound, tryGet(user.id, as), tryPatch(user.id, { name: 'Mine now' }, as));
    await all(notFound, tryDeactivate(user.id, as), tryActivate(user.id, as));
  });

  it('an owner may do all of that with another owner', async () => {
    const second = await join('owner');
    const as = program.client.as(second);
    expect((await patch(ada.user.id, { name: 'Ada King', role: 'admin' }, as)).role).toBe('admin');
    expect((await patch(ada.user.id, { role: 'owner' }, as)).role).toBe('owner');
    await deactivate(second.user.id);
    await activate(second.user.id);
    await all(good, tryLogin(second), me(ada));
  });

  it('a change acts at once on the tokens that are out', async () => {
    const bob = await join();
    const as = program.client.as(bob);
    await all(forbidden, tryInvite({}, as));
    await patch(bob.user.id, { role: 'admin' });
    expect((await me(bob)).result.role).toBe('admin');
    await all(good, tryInvite({}, as));
    await patch(bob.user.id, { role: 'owner' });
    await all(good, tryInvite({ role: 'owner' }, as));
    await patch(bob.user.id, { role: 'member' });
    await all(forbidden, tryInvite({}, as));
    expect((await tryRefresh(bob)).result.user.role).toBe('member');
    await all(good, ...uses(bob));
  });
});

describe('the last active owner', () => {
  it('can be neither demoted nor deactivated, whoever else there is', async () => {
    await join('admin');
    await invite({ role: 'owner' });
    await deactivate((await join('owner')).user.id);
    await changesNothing(async () => {
      await all(lastOwner, ...['admin', 'member'].map((role) => tryPatch(ada.user.id, { role, name: 'Lost' })));
      await all(lastOwner, tryDeactivate(ada.user.id));
    });
    await all(good, me(ada));
  });

  it('may be changed otherwise', async () => {
    expect(await patch(ada.user.id, { name: 'Ada King', role: 'owner' })).toMatchObject({ name: 'Ada King' });
    await all(good, tryActivate(ada.user.id));
  });

  it('is not who was invited and has not accepted', async () => {
    const [first, second] = [await invite({ role: 'owner' }), await invite({ role: 'owner' })];
    await deactivate(first.user.id);
    await patch(second.user.id, { role: 'member' });
    await all(lastOwner, tryPatch(ada.user.id, { role: 'admin' }));
  });

  it('is another one as soon as the invitation was accepted', async () => {
    const second = await join('owner');
    expect((await patch(ada.user.id, { role: 'member' })).role).toBe('member');
    const as = program.client.as(second);
    await all(lastOwner, tryPatch(second.user.id, { role: 'admin' }, as), tryDeactivate(second.user.id, as));
    await patch(ada.user.id, { role: 'owner' }, as);
    expect((await deactivate(second.user.id, as)).deactivated_at).toEqual(time);
    await all(deactivated, me(second));
  });

  it('is another one as soon as she was activated again', async () => {
    const second = await join('owner');
    await deactivate(second.user.id);
    await all(lastOwner, tryDeactivate(ada.user.id));
    await activate(second.user.id);
    await all(good, tryDeactivate(ada.user.id));
  });

  it.each<[string, (user: string, as: Client) => Answering, (user: string, as: Client) => Answering]>([
    [
      'demote',
      (user, as) => tryPatch(user, { role: 'admin' }, as),
      (user, as) => tryPatch(user, { role: 'member' }, as),
    ],
    ['deactivate', tryDeactivate, tryDeactivate],
    ['demote and deactivate', (user, as) => tryPatch(user, { role: 'member' }, as), tryDeactivate],
  ])('two that %s each other at the same moment: one succeeds', async (_, first, second) => {
    const grace = await join('owner');
    const outcomes = await behindLock(
      ['select 1 from accounts where id = $1 for update', ada.user.account_id],
      () => outcome(first(grace.user.id, client)),
      () => outcome(second(ada.user.id, program.client.as(grace))),
    );
    const [won, lost] = outcomes.sort();
    expect(won).toEqual(good);
    expect(['users.last_owner', 'auth.forbidden', 'auth.deactivated']).toContain(lost![1]);
    const left = (await stored()).filter(({ role, deactivated_at }) => role === 'owner' && !deactivated_at);
    expect(left).toHaveLength(1);
  });

  it.each<[string, string, (user: string, as: Client) => Answering]>([
    ['makes nobody an owner any more', 'auth.deactivated', (user, as) => tryPatch(user, { role: 'owner' }, as)],
    ['invites nobody any more', 'auth.deactivated', (_, as) => tryInvite({}, as)],
  ])('who is deactivated while waiting %s', async (_, code, act) => {
    const grace = await join('owner');
    const bob = await join();
    const before = await countUsers();
    const outcomes = await behindLock(
      ['select 1 from accounts where id = $1 for update', ada.user.account_id],
      () => outcome(tryDeactivate(grace.user.id)),
      () => outcome(act(bob.user.id, program.client.as(grace))),
    );
    expect(outcomes).toEqual([good, [403, code]]);
    expect([(await get(bob.user.id)).role, await countUsers()]).toEqual(['member', before]);
  });
});

describe('an id in capitals', () => {
  it('means the same user, at once', async () => {
    const { user, ...session } = await join();
    const as = program.client.as(session);
    expect(await outcome(as.get('/auth/me'))).toEqual(good);
    expect((await deactivate(user.id.toUpperCase())).id).toBe(user.id);
    expect(await outcome(as.get('/auth/me'))).toEqual([403, 'auth.deactivated']);
  });
});

describe('a link that was mailed before', () => {
  it('is good for nothing after a deactivation and an activation', async () => {
    const { user, invite_token } = await invite();
    await deactivate(user.id);
    await activate(user.id);
    const answer = await program.client.post('/auth/accept-invite', { token: invite_token, password });
    expect([answer.status, answer.error.code, answer.error.details?.[0]?.field]).toEqual([
      400,
      'auth.invalid_request',
      'token',
    ]);
  });
});

describe('deactivate and activate', () => {
  it('changes deactivated_at and updated_at only, and doing it twice changes nothing', async () => {
    const { user } = await join();
    const before = await get(user.id);
    program.clock.move(minutes(1));
    const off = await deactivate(user.id);
    expect(off).toEqual({ ...before, deactivated_at: time, updated_at: time });
    expect(Date.parse(off.deactivated_at!) - Date.parse(before.created_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(off.updated_at > before.updated_at).toBe(true);
    expect(await get(user.id)).toEqual(off);
    program.clock.move(minutes(1));
    await changesNothing(async () => expect(await deactivate(user.id)).toEqual(off));
    const on = await activate(user.id);
    expect(on).toEqual({ ...before, updated_at: time });
    expect(on.updated_at > off.updated_at).toBe(true);
    program.clock.move(minutes(1));
    await changesNothing(async () => expect(await activate(user.id)).toEqual(on));
  });

  it('acts at once on every good credential, and activating revives no session', async () => {
    const bob = await join();
    const [other, again] = [await join(), (await tryLogin(bob)).result];
    await all(good, me(bob), me(again), ...uses(other));
    await deactivate(bob.user.id);
    await all(deactivated, ...uses(bob), ...uses(again), tryLogin(bob));
    await all(wrong, tryLogin(bob, program, 'not-the-password'));
    await activate(bob.user.id);
    await all(badToken, ...uses(bob), ...uses(again));
    const fresh = (await tryLogin(bob)).result;
    await all(good, ...uses(fresh), ...uses(other));
  });

  it('leaves nothing to a sign-in or a refresh at the same moment', async () => {
    const bob = await join();
    const asked = [1, 2].flatMap(() => [tryRefresh(bob), tryLogin(bob)]);
    const [, ...answers] = await Promise.all([deactivate(bob.user.id), ...asked]);
    const sessions = answers.filter(({ status }) => status === 200).map(({ result }) => result);
    await all(deactivated, ...sessions.flatMap((session) => uses(session)));
    await activate(bob.user.id);
    await all(badToken, ...uses(bob), ...sessions.flatMap((session) => uses(session)));
  });

  it('is for the invited too', async () => {
    const { user } = await invite();
    expect((await deactivate(user.id)).deactivated_at).toEqual(time);
    expect(await activate(user.id)).toEqual({ ...user, updated_at: time });
  });

  it('leaves the address taken', async () => {
    const { user } = await invite();
    await deactivate(user.id);
    await all(taken, tryInvite({ email: user.email }));
  });
});

describe('another instance', () => {
  it('follows a deactivation within a second', async () => {
    const bob = await join();
    await all(good, ...uses(bob, elsewhere));
    await deactivate(bob.user.id);
    elsewhere.clock.move(seconds(1));
    await all(deactivated, ...uses(bob, elsewhere), tryLogin(bob, elsewhere));
    await activate(bob.user.id);
    elsewhere.clock.move(seconds(1));
    await all(badToken, ...uses(bob, elsewhere));
    await all(good, tryLogin(bob, elsewhere));
  });

  it('follows a change of roles within a second', async () => {
    const bob = await join();
    const as = elsewhere.client.as(bob);
    await all(forbidden, tryDeactivate(randomUUID(), as));
    await patch(bob.user.id, { role: 'admin' });
    elsewhere.clock.move(seconds(1));
    await all(notFound, tryDeactivate(randomUUID(), as));
    expect((await me(bob, elsewhere)).result.role).toBe('admin');
    await patch(bob.user.id, { role: 'member' });
    elsewhere.clock.move(seconds(1));
    await all(forbidden, tryDeactivate(randomUUID(), as));
  });
});

describe('list', () => {
  it('newest first, the invited and the deactivated too, with a cursor as long as there is more', async () => {
    for (const name of ['Bob', 'Cleo']) {
      program.clock.move(seconds(1));
      await invite({ name });
    }
    await deactivate((await list()).items[0]!.id);
    expect(names(await list())).toEqual(['Cleo', 'Bob', 'Ada Lovelace']);
    const page = await list('?limit=2');
    expect(names(page)).toEqual(['Cleo', 'Bob']);
    const rest = await list(`?limit=2&cursor=${page.next_cursor}`);
    expect([names(rest), rest.next_cursor]).toEqual([['Ada Lovelace'], null]);
    expect((await list('?limit=3')).next_cursor).toBeNull();
    expect(await get((await list()).items[1]!.id)).toEqual((await list()).items[1]);
  });

  it('gives 25 unless told otherwise', async () => {
    await Promise.all(Array.from({ length: 25 }, (_, index) => invite({ name: `Bob ${index}` })));
    const page = await list();
    expect(page.items).toHaveLength(25);
    expect(names(await list(`?cursor=${page.next_cursor}`))).toEqual(['Ada Lovelace']);
    expect((await list('?limit=26')).next_cursor).toBeNull();
    expect((await list('?limit=100')).items).toHaveLength(26);
  });

  it('walks users of one millisecond, each exactly once, while others come and are changed', async () => {
    program.clock.freeze();
    const stays = Array.from({ length: 30 }, (_, index) => `Stays ${index}`);
    const invited = await Promise.all(stays.map((name) => invite({ name })));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<UserView> = await list(`?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...names(page).filter((name) => name.startsWith('Stays')));
      cursor = page.next_cursor;
      await invite({ name: 'Comes' });
      await deactivate(invited.pop()!.user.id);
    } while (cursor);
    expect(seen.sort()).toEqual(stays.sort());
  });

  it('shows nothing of other accounts', async () => {
    const grace = program.client.as(await program.register({ name: 'Grace' }));
    await invite({ name: 'Gregory' }, grace);
    for (const query of ['', '?search=gr', '?search=gre', '?search=example', '?created_after=2000-01-01T00:00:00Z']) {
      expect(names(await list(query)).filter((name) => name !== 'Ada Lovelace')).toEqual([]);
    }
    expect(names(await list('?search=gre', grace))).toEqual(['Gregory']);
  });

  it('search finds parts of name and e-mail', async () => {
    await invite({ name: 'José García', email: `pepe.${randomUUID()}@cien.example` });
    await invite({ name: 'Other Person' });
    for (const term of ['José', 'jose', 'GARC', 'garcía', 'sé gar', 'PEPE.', 'cien.ex', 'jo', ' josé ']) {
      expect([term, await search(term)]).toEqual([term, ['José García']]);
    }
    for (const term of ['zzz', '%%%', '___', '\\\\\\', 'jos_', "jos'", 'member', ada.user.id]) {
      expect([term, await search(term)]).toEqual([term, []]);
    }
    expect(await search('')).toHaveLength(3);
    expect(await search('lovel')).toEqual(['Ada Lovelace']);
  });

  it('search pages, and finds what was renamed at once', async () => {
    for (const name of ['Northwind 1', 'Southwind', 'Northwind 2']) {
      program.clock.move(seconds(1));
      await invite({ name });
    }
    const page = await list('?search=northw&limit=1');
    expect(names(page)).toEqual(['Northwind 2']);
    const rest = await list(`?search=northw&limit=1&cursor=${page.next_cursor}`);
    expect([names(rest), rest.next_cursor]).toEqual([['Northwind 1'], null]);
    await patch(rest.items[0]!.id, { name: 'Eastwind' });
    expect(await search('northw')).toEqual(['Northwind 2']);
    expect(await search('eastw')).toEqual(['Eastwind']);
  });

  it('created_after and updated_after exclude the moment itself and take any offset', async () => {
    program.clock.move(minutes(1));
    const { user: bob } = await invite();
    program.clock.move(minutes(1));
    const { user: cleo } = await invite({ name: 'Cleo' });
    program.clock.move(minutes(1));
    const changed = await patch(bob.id, { name: 'Robert' });
    expect(names(await list(`?created_after=${bob.created_at}`))).toEqual(['Cleo']);
    expect(names(await list(`?created_after=${cleo.created_at}`))).toEqual([]);
    expect(names(await list(`?updated_after=${cleo.updated_at}`))).toEqual(['Robert']);
    expect(names(await list(`?updated_after=${changed.updated_at}`))).toEqual([]);
    const inParis = `${new Date(Date.parse(bob.created_at) + minutes(120)).toISOString().slice(0, -1)}+02:00`;
    expect(names(await list(`?created_after=${encodeURIComponent(inParis)}`))).toEqual(['Cleo']);
    expect(names(await list(`?search=rob&created_after=${bob.created_at}`))).toEqual([]);
  });

  it('refuses what it does not understand, by name', async () => {
    for (const query of [
      ...['limit=0', 'limit=-1', 'limit=101', 'limit=abc', 'limit=1.5', 'limit=10&limit=20'],
      ...['cursor=abc', 'cursor=%00', 'cursor=a&cursor=b', `cursor=${'x'.repeat(600)}`],
      ...['created_after=now', 'created_after=2025-02-30T00:00:00Z', 'created_after=2025-01-01'],
      ...['updated_after=infinity', 'updated_after=1735689600', 'updated_after=2025-01-01T00:00:00'],
      ...['search=a&search=b', 'search=a%00', `search=${'x'.repeat(501)}`],
      ...['limt=5', 'offset=5', 'role=owner', 'email=x', 'include_deactivated=true', '__proto__=1', 'constructor=1'],
    ]) {
      await invalid(client.get(`/users?${query}`), query.split('=', 1)[0]!);
    }
    expect((await list('?limit=&cursor=&search=&created_after=&updated_after=')).items).toHaveLength(1);
  });

  it('refuses a cursor that was altered, or is of another list or account', async () => {
    await invite();
    for (const name of ['One', 'Two']) await client.post('/sources', { name });
    const cursor = (await list('?limit=1')).next_cursor!;
    const foreign = (await client.get<Page<unknown>>('/sources?limit=1')).result.next_cursor!;
    const grace = program.client.as(await program.register());
    const altered = cursor.slice(0, 9) + (cursor[9] === 'A' ? 'B' : 'A') + cursor.slice(10);
    await invalid(client.get(`/users?cursor=${foreign}`), 'cursor');
    await invalid(client.get(`/users?cursor=${altered}`), 'cursor');
    await invalid(client.get(`/users?cursor=${cursor.slice(0, -1)}`), 'cursor');
    await invalid(grace.get(`/users?cursor=${cursor}`), 'cursor');
    expect(names(await list(`?cursor=${cursor}`))).toEqual(['Ada Lovelace']);
  });
});

describe('when the database fails → users.internal', () => {
  async function fails(statement: RegExp, call: () => Answering): Promise<void> {
    const restore = breakDatabase(statement);
    try {
      const { status, error } = await call();
      expect([status, error.code]).toEqual([500, 'users.internal']);
      expect(error.message).not.toMatch(/terminated|sql|select|insert|update/i);
      const logged = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
      expect(logged).toMatch(/Connection terminated/);
    } finally {
      restore();
    }
  }

  it.each([
    ['the user', /insert into "?users\b/i],
    ['what follows the user', /insert into "?(?!users\b)\w+/i],
    ['the end of the transaction', /^\s*commit/i],
  ])('invite at %s leaves no user and no mail', async (_, statement) => {
    const email = newEmail();
    await changesNothing(() => fails(statement, () => tryInvite({ email })));
    expect(await program.mailsTo(email)).toEqual([]);
    await all(good, tryInvite({ email }));
    expect(await program.mailsTo(email)).toHaveLength(1);
  });

  it.each([
    ['the user', /update "?users\b/i],
    ['the sessions', /(update|delete from) "?sessions\b/i],
    ['the end of the transaction', /^\s*commit/i],
  ])('deactivate at %s changes nothing', async (_, statement) => {
    const bob = await join();
    await changesNothing(() => fails(statement, () => tryDeactivate(bob.user.id)));
    await all(good, ...uses(bob));
    await all(good, tryDeactivate(bob.user.id));
    await all(deactivated, ...uses(bob));
  });

  it.each<[string, (user: string) => Answering]>([
    ['PATCH', (user) => tryPatch(user, { name: 'Lost', role: 'admin' })],
    ['activate', (user) => tryActivate(user)],
  ])('%s changes nothing', async (_, call) => {
    const bob = await join();
    await deactivate(bob.user.id);
    await changesNothing(() => fails(/update "?users\b/i, () => call(bob.user.id)));
    await all(deactivated, me(bob), tryLogin(bob));
    await all(good, call(bob.user.id));
  });
});
