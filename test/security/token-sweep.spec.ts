import { createHmac, randomUUID } from 'node:crypto';
import { decode, type JwtHeader } from 'jsonwebtoken';
import pLimit from 'p-limit';
import { useApi } from '../support/api';
import { newEmail, password, testSecrets } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { seconds } from '../support/clock';
import { outcome } from '../support/outcome';
import { call } from '../support/raw';
import { type Receiver, startReceiver, trustTestCertificates } from '../support/receiver';
import { measured } from '../support/measured';
import { type Account, type CallerName, fillAccount } from './account';
import { callersOf, type Case, cases, ownIds, type Request, send } from './requests';
import { digestsOf } from '../support/snapshot';

/**
 * Nobody passes a guard who should not: every guarded operation of `openapi.json`, through both doors, with a request that
 * would be answered, and every credential that is no good, or the role of which does not suffice.
 */
const concurrently = pLimit(8);
const guarded = cases.filter(({ isPublic }) => !isPublic);

const { program } = useApi({ environment: { WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost' }, keepClock: true });
let receiver: Receiver;
let account: Account;
let stranger: SignedIn;
let before: object;
const headers: Record<string, string | undefined> = {};

beforeAll(async () => {
  trustTestCertificates();
  receiver = await startReceiver();
  program.clock.freeze();
  account = await fillAccount(program, receiver.url, 'account');
  stranger = await program.register();
  await spoilCredentials();
  await program.deliver();
  before = await digestsOf(program);
});
afterAll(() => receiver.close());

type Parts = Record<string, unknown>;
const now = () => Math.floor(program.clock.now().getTime() / 1_000);
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The owner's good token, but for what is changed; signed as the program would. */
function forged(change: { claims?: Parts; header?: Parts; key?: string } = {}, token = account.tokens.owner): string {
  const { header, payload } = decode(token, { complete: true }) as unknown as { header: JwtHeader; payload: Parts };
  const input = `${base64({ ...header, ...change.header })}.${base64({ ...payload, ...change.claims })}`;
  if (change.header?.alg === 'none') return `${input}.`;
  return `${input}.${createHmac('sha256', change.key ?? testSecrets.JWT_SECRET)
    .update(input)
    .digest('base64url')}`;
}

/** Credentials that are no good, each for one reason alone. */
const reasons = {
  'no token': 'auth.required',
  garbage: 'auth.invalid_token',
  'Basic with a good password': 'auth.invalid_token',
  'alg none': 'auth.invalid_token',
  'another key': 'auth.invalid_token',
  'another typ': 'auth.invalid_token',
  'another aud': 'auth.invalid_token',
  'another iss': 'auth.invalid_token',
  expired: 'auth.invalid_token',
  'another account': 'auth.invalid_token',
  'no such session': 'auth.invalid_token',
  'the use of an app for a user': 'auth.invalid_token',
  'the use of a user for an app': 'auth.invalid_token',
  'a refresh token': 'auth.invalid_token',
  'the secret of an app': 'auth.invalid_token',
  'a session that was logged out': 'auth.invalid_token',
  'a session that another password ended': 'auth.invalid_token',
  'a pair that another password ended': 'auth.invalid_token',
  'a revoked app': 'auth.invalid_token',
  'a suspended app': 'auth.invalid_token',
  'a deactivated user': 'auth.deactivated',
} as const;
type Reason = keyof typeof reasons;

async function spoilCredentials(): Promise<void> {
  const { owner } = account.callers;
  const signIn = async (email: string) =>
    (await program.client.post<SignedIn>('/auth/login', { email, password })).result;
  const join = async () => {
    const invitation = { email: newEmail(), name: 'Charles', role: 'admin' };
    const { invite_token: token } = (await owner.post<{ invite_token: string }>('/users/invite', invitation)).result;
    return (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
  };
  const loggedOut = await signIn(account.email);
  await program.client.as(loggedOut).post('/auth/logout');
  const [deactivated, changing, forked] = [await join(), await join(), await join()];
  await owner.post(`/users/${deactivated.user.id}/deactivate`);
  const changed = { current_password: password, new_password: `${password}-new` };
  await program.client.as(await signIn(changing.user.email)).post('/auth/change-password', changed);
  const { refresh_token } = forked;
  const fork = (await program.client.post<SignedIn>('/auth/refresh', { refresh_token })).result;
  expect((await program.client.as(fork).get('/sources')).status).toBe(200);
  expect((await program.client.as(forked).post('/auth/change-password', changed)).status).toBe(200);
  type Shown = { readonly app: { readonly id: string; readonly client_id: string }; readonly client_secret: string };
  const newApp = async (name: string) => {
    const { app, client_secret } = (await owner.post<Shown>('/oauth-apps', { name })).result;
    const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    const { access_token } = (await program.client.post<{ access_token: string }>('/oauth/token', grant)).result;
    expect((await program.client.as({ access_token }).get('/sources')).status).toBe(200);
    return { id: app.id, access_token };
  };
  const [revoked, suspended] = [await newApp('Revoked'), await newApp('Suspended')];
  await owner.delete(`/oauth-apps/${revoked.id}`);
  await program.sql('update oauth_apps set suspended_at = now() where id = $1', [suspended.id]);
  // What the program remembers of a caller is forgotten by then.
  program.clock.move(seconds(2));

  const tokens: Record<Exclude<Reason, 'no token' | 'Basic with a good password'>, string> = {
    garbage: 'garbage',
    'alg none': forged({ header: { alg: 'none' } }),
    'another key': forged({ key: 'a secret that is not that of the API, though long' }),
    'another typ': forged({ header: { typ: 'JWT' } }),
    'another aud': forged({ claims: { aud: 'somebody-else' } }),
    'another iss': forged({ claims: { iss: 'somebody-else' } }),
    expired: forged({ claims: { exp: now() - 60 } }),
    'another account': forged({ claims: { account_id: stranger.user.account_id } }),
    'no such session': forged({ claims: { sid: randomUUID() } }),
    'the use of an app for a user': forged({ claims: { use: 'app' } }),
    'the use of a user for an app': forged({ claims: { use: 'user', sid: randomUUID() } }, account.tokens.app),
    'a refresh token': account.owner.refresh_token,
    'the secret of an app': account.clientSecrets[0],
    'a session that was logged out': loggedOut.access_token,
    'a session that another password ended': changing.access_token,
    'a pair that another password ended': fork.access_token,
    'a revoked app': revoked.access_token,
    'a suspended app': suspended.access_token,
    'a deactivated user': deactivated.access_token,
  };
  for (const [reason, token] of Object.entries(tokens)) headers[reason] = `Bearer ${token}`;
  headers['Basic with a good password'] = `Basic ${Buffer.from(`${account.email}:${password}`).toString('base64')}`;
}

function bearing(reason: Reason): Client {
  const Authorization = headers[reason];
  return Authorization === undefined ? program.client : program.client.with({ Authorization });
}

it('a faithful copy is taken, so what is refused is refused for its change alone', async () => {
  for (const token of [forged(), forged({}, account.tokens.app)]) {
    expect((await program.client.as({ access_token: token }).get('/sources')).status).toBe(200);
  }
  expect(Object.keys(headers).length).toBe(Object.keys(reasons).length - 1);
});

describe('who cannot say who they are is refused', () => {
  it.each(guarded)('$name', async (each) => {
    const request = each.request(ownIds(each, account), account);
    const answers = (Object.keys(reasons) as Reason[]).map((reason) =>
      concurrently(async () => [reason, ...(await outcome(send(bearing(reason), request)))]),
    );
    const expected = Object.entries(reasons).map(([reason, code]) => [
      reason,
      code === 'auth.deactivated' ? 403 : 401,
      code,
    ]);
    expect(await Promise.all(answers)).toEqual(expected);
  });
});

/** Who may do what, written from docs/contract.md, section 2; the first rule that fits. */
const everybody: readonly CallerName[] = ['owner', 'admin', 'member', 'app'];
const users: readonly CallerName[] = ['owner', 'admin', 'member'];
const staff: readonly CallerName[] = ['owner', 'admin'];
const rules: readonly (readonly [RegExp, readonly CallerName[]])[] = [
  [/\/auth[/-]|users-change-password|^GET \/api\/v1\/users|users-(list|get)$/, users],
  [/confirm-before/, ['owner']],
  [/users|oauth-apps/, staff],
  [/^GET .*custom-fields|custom-fields-(list|get)$/, everybody],
  [/custom-fields/, staff],
  [/webhooks/, [...staff, 'app']],
  [/^/, everybody],
];
const allowedTo = (each: Case) => rules.find(([rule]) => rule.test(each.name))![1];

describe('who may not is refused, who may is not', () => {
  it.each(guarded)('$name', async (each) => {
    expect(callersOf(each)).toEqual(allowedTo(each));
    const request = each.request(ownIds(each, account), account);
    // Unknown fields are noticed right behind the guards: whoever hears of them was let through.
    const wrong =
      each.door === 0 && ['GET', 'DELETE'].includes(each.method) ? withParameter(request) : withField(request);
    const answers = everybody.map((name) =>
      concurrently(async () => {
        const isAllowed = allowedTo(each).includes(name);
        const [status, code] = await outcome(send(account.callers[name], isAllowed ? wrong : request));
        return [name, status, status === 400 ? String(code).split('.')[1] : code];
      }),
    );
    const letThrough = [400, 'invalid_request'];
    const expected = everybody.map((name) => [
      name,
      ...(allowedTo(each).includes(name) ? letThrough : [403, 'auth.forbidden']),
    ]);
    expect(await Promise.all(answers)).toEqual(expected);
  });
});

function withParameter({ url, ...request }: Request): Request {
  return { ...request, url: `${url}${url.includes('?') ? '&' : '?'}unknown_field=1` };
}

function withField({ body, ...request }: Request): Request {
  return { ...request, body: { ...(body as object), unknown_field: 1 } };
}

it('what is for everybody asks for no token, and a bad one changes nothing', async () => {
  const open = cases.filter(({ isPublic, path }) => isPublic && !path.endsWith('/upload'));
  for (const each of open) {
    const { method, url } = each.request({}, account);
    const request = method === 'GET' ? { method, url } : { method, url, body: {} };
    const asked: Reason[] = ['no token', 'garbage', 'expired', 'a deactivated user'];
    const answers = await Promise.all(asked.map((reason) => outcome(send(bearing(reason), request))));
    expect([each.name, answers]).toEqual([each.name, asked.map(() => answers[0])]);
    expect(String(answers[0]![1])).not.toMatch(/^auth\.(required|invalid_token)/);
  }
});

it('HEAD, which every GET answers, asks for a token as GET does', async () => {
  for (const each of guarded.filter(({ method }) => method === 'GET')) {
    const { url } = each.request(ownIds(each, account), account);
    const Authorization = headers.expired!;
    const answers = await Promise.all(
      [{}, { headers: { Authorization } }].map((sent) => call(program.url, 'HEAD', url, sent)),
    );
    expect([url, ...answers.map(({ status, text }) => [status, text])]).toEqual([url, [401, ''], [401, '']]);
  }
});

it('none of these requests changed anything', async () => {
  await program.deliver();
  expect(await digestsOf(program)).toEqual(before);
  measured('sweep', { operations: guarded.length, credentials: Object.keys(reasons).length, 'let in': 0 });
});
