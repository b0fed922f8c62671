import { createHmac, randomUUID } from 'node:crypto';
import { type Algorithm, decode, type JwtHeader, sign } from 'jsonwebtoken';
import type { SessionView } from '../../src/contexts/auth/auth.view';
import { useApi } from '../support/api';
import { startApp, testSecrets, type TestApp } from '../support/app';
import type { SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';

const key = testSecrets.JWT_SECRET;
const newKey = 'a newer test secret of the API, long enough too';
const bad = [401, 'auth.invalid_token'];

const { program, ada } = useApi({ accountFor: 'each test' });
let grace: SignedIn;
beforeEach(async () => {
  grace = await program.register();
});

type Claims = Record<string, unknown>;
interface Change {
  readonly claims?: Claims;
  readonly header?: Claims;
  readonly algorithm?: Algorithm;
  readonly key?: string;
}

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const headerOf = (token: string) => decode(token, { complete: true })!.header;
const claimsOf = (token: string) => decode(token) as Claims;
const now = () => Math.floor(program.clock.now().getTime() / 1_000);

/** Ada's token, changed and signed anew; `undefined` takes a claim or header away. */
function forge(change: Change = {}, token = ada.access_token): string {
  const algorithm = change.algorithm ?? 'HS256';
  const header = { ...headerOf(token), alg: algorithm, ...change.header } as JwtHeader;
  const payload = JSON.stringify({ ...claimsOf(token), ...change.claims });
  return sign(payload, algorithm === 'none' ? '' : (change.key ?? key), { algorithm, header });
}

/** Signs anything at all, also what no library would. */
function signRaw(header: unknown, payload: unknown): string {
  const input = `${base64(header)}.${base64(payload)}`;
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

async function outcomes(authorization: string, app = program): Promise<unknown[]> {
  const client = app.client.with({ Authorization: authorization });
  const answers = [await client.get('/sources'), await client.get('/auth/me')];
  return answers.map(({ status, body }) => [status, (body as { error?: { code: string } }).error?.code]);
}

const expectRefused = async (token: string, app = program) =>
  expect(await outcomes(`Bearer ${token}`, app)).toEqual([bad, bad]);
const expectTaken = async (token: string, app = program) =>
  expect(await outcomes(`Bearer ${token}`, app)).toEqual([
    [200, undefined],
    [200, undefined],
  ]);

it('a faithful copy is taken, so what follows is refused for its change alone', async () => {
  expect(headerOf(ada.access_token)).toMatchObject({ alg: 'HS256', typ: 'at+jwt' });
  await expectTaken(ada.access_token);
  await expectTaken(forge());
  await expectTaken(signRaw(headerOf(ada.access_token), claimsOf(ada.access_token)));
});

it('no header at all → auth.required', async () => {
  for (const path of ['/sources', '/auth/me']) {
    const { status, error } = await program.client.get(path);
    expect([status, error.code]).toEqual([401, 'auth.required']);
  }
});

describe('a signed token is refused', () => {
  it.each<[string, () => Change]>([
    ['of alg none', () => ({ algorithm: 'none' })],
    ['of HS384', () => ({ algorithm: 'HS384' })],
    ['of HS512', () => ({ algorithm: 'HS512' })],
    ['with another key', () => ({ key: newKey })],
    ['with the key and a blank', () => ({ key: `${key} ` })],
    ['of typ JWT', () => ({ header: { typ: 'JWT' } })],
    ['without typ', () => ({ header: { typ: undefined } })],
    ['with an unknown kid', () => ({ header: { kid: '00000000' } })],
    ['with kid __proto__', () => ({ header: { kid: '__proto__' } })],
    ['with a kid that is no text', () => ({ header: { kid: null } })],
    ['without kid', () => ({ header: { kid: undefined } })],
    ['of another aud', () => ({ claims: { aud: 'somebody-else' } })],
    ['of another iss', () => ({ claims: { iss: 'somebody-else' } })],
    ['for another use', () => ({ claims: { use: 'app' } })],
    ['for no known use', () => ({ claims: { use: 'upload' } })],
    ['that expired 7 s ago', () => ({ claims: { exp: now() - 7 } })],
    ['that expired a year ago', () => ({ claims: { exp: now() - 31_536_000 } })],
    ['whose exp is a text', () => ({ claims: { exp: String(now() + 900) } })],
    ['whose exp is null', () => ({ claims: { exp: null } })],
    ['that is not good yet', () => ({ claims: { nbf: now() + 600 } })],
    ['of another user', () => ({ claims: { sub: grace.user.id } })],
    ['of nobody', () => ({ claims: { sub: randomUUID() } })],
    ['of another user’s session', () => ({ claims: { sid: claimsOf(grace.access_token).sid } })],
    ['of no session', () => ({ claims: { sid: randomUUID() } })],
    ['of another account', () => ({ claims: { account_id: grace.user.account_id } })],
    ['of no account', () => ({ claims: { account_id: randomUUID() } })],
    [
      'of user and account of somebody else',
      () => ({ claims: { sub: grace.user.id, account_id: grace.user.account_id } }),
    ],
    [
      'of user and session of somebody else',
      () => ({ claims: { sub: grace.user.id, sid: claimsOf(grace.access_token).sid } }),
    ],
  ])('%s', async (_, change) => {
    const token = forge(change());
    await expectRefused(token);
    // Nor does it help that the session is remembered, as it is for a second.
    await expectTaken(ada.access_token);
    await expectRefused(token);
  });

  it.each(['sub', 'account_id', 'sid', 'use', 'aud', 'iss', 'exp', 'jti'])('without %s', async (claim) => {
    expect(claimsOf(ada.access_token)).toHaveProperty(claim);
    await expectRefused(forge({ claims: { [claim]: undefined } }));
  });

  it.each(['sub', 'account_id', 'sid', 'use'])('whose %s is no such thing', async (claim) => {
    const own = claimsOf(ada.access_token)[claim];
    for (const value of ['', 'abc', '\0', '\ud800', 5, null, true, {}, [own], [own, own], `${String(own)}\0`]) {
      await expectRefused(forge({ claims: { [claim]: value } }));
    }
  });

  it.each(['gen', 'iat'])('whose %s is no integer', async (claim) => {
    for (const value of ['', '0', 1.5, 2 ** 53, null, true, {}, [0]]) {
      await expectRefused(forge({ claims: { [claim]: value } }));
    }
  });

  it.each(['null', '[]', '"text"', '5', '{', '', '{"sub":'])('whose payload is %j', async (payload) => {
    await expectRefused(signRaw(headerOf(ada.access_token), payload));
  });

  it.each(['null', '[]', '"text"', '5', '{', '', '{}', '{"alg":"None"}', '{"alg":null}', '{"alg":{}}'])(
    'whose header is %j',
    async (header) => {
      await expectRefused(signRaw(header, claimsOf(ada.access_token)));
    },
  );

  it('of another user’s session within the account', async () => {
    const [user, session] = [randomUUID(), randomUUID()];
    await program.sql(
      `insert into users (id, account_id, email, email_key, name, role, created_at, updated_at)
       select $1, account_id, $3, $3, 'Charles', 'member', created_at, updated_at from users where id = $2`,
      [user, ada.user.id, `${user}@example.com`],
    );
    await program.sql(
      `insert into sessions (id, account_id, user_id, created_at, expires_at)
       select $1, account_id, $2, created_at, expires_at from sessions where user_id = $3`,
      [session, user, ada.user.id],
    );
    await expectTaken(forge({ claims: { sub: user, sid: session } }));
    await expectRefused(forge({ claims: { sid: session } }));
    await expectRefused(forge({ claims: { sub: user } }));
  });
});

describe('expiry', () => {
  it('is 15 minutes after the sign-in, and a token 2 s over it is still good', async () => {
    const { iat, exp } = claimsOf(ada.access_token) as { iat: number; exp: number };
    expect(exp - iat).toBe(900);
    expect(Math.abs(iat - now())).toBeLessThanOrEqual(2);
    await expectTaken(forge({ claims: { exp: now() - 2 } }));
  });

  it('goes by the clock of the program', async () => {
    program.clock.move(minutes(60));
    const grown = await program.register();
    expect(Math.abs(Number(claimsOf(grown.access_token).iat) - now())).toBeLessThanOrEqual(2);
    program.clock.move(minutes(15) + seconds(2));
    await expectTaken(grown.access_token);
    program.clock.move(seconds(5));
    await expectRefused(grown.access_token);
  });
});

describe('a token that was tampered with is refused', () => {
  const parts = () => ada.access_token.split('.') as [string, string, string];

  it.each<[string, () => string]>([
    [
      'other claims under the same signature',
      () => `${parts()[0]}.${forge({ claims: { sub: grace.user.id } }).split('.')[1]}.${parts()[2]}`,
    ],
    ['no signature', () => `${parts()[0]}.${parts()[1]}.`],
    ['no signature and no dot', () => `${parts()[0]}.${parts()[1]}`],
    [
      'a changed signature',
      () => `${parts()[0]}.${parts()[1]}.${parts()[2].startsWith('A') ? 'B' : 'A'}${parts()[2].slice(1)}`,
    ],
    ['a shorter signature', () => ada.access_token.slice(0, -1)],
    ['a fourth part', () => `${ada.access_token}.${parts()[2]}`],
    [
      'alg none over the old signature',
      () => `${base64({ ...headerOf(ada.access_token), alg: 'none' })}.${parts()[1]}.${parts()[2]}`,
    ],
    ['text behind it', () => `${ada.access_token} x`],
    ['a comma and another one', () => `${ada.access_token},${ada.access_token}`],
  ])('%s', async (_, token) => expectRefused(token()));
});

describe('an Authorization header is refused', () => {
  it.each<[string, () => string]>([
    ['garbage', () => 'Bearer garbage'],
    ['three dots', () => 'Bearer ...'],
    ['two dots', () => 'Bearer ..'],
    ['nothing behind Bearer', () => 'Bearer'],
    ['a blank behind Bearer', () => 'Bearer '],
    ['empty', () => ''],
    ['blank', () => '   '],
    ['Basic', () => `Basic ${base64(`${ada.user.email}:correct-horse-battery`)}`],
    ['Basic with the token', () => `Basic ${ada.access_token}`],
    ['the token alone', () => ada.access_token],
    ['Bearer twice', () => `Bearer Bearer ${ada.access_token}`],
    ['no blank after Bearer', () => `Bearer${ada.access_token}`],
    ['the refresh token', () => `Bearer ${ada.refresh_token}`],
    ['10,000 characters', () => `Bearer ${'x'.repeat(10_000)}`],
    ['10,000 dots', () => `Bearer ${'.'.repeat(10_000)}`],
    ['10,000 signed characters', () => `Bearer ${forge({ key: newKey, claims: { pad: 'x'.repeat(7_000) } })}`],
    ['bytes that are not ASCII', () => 'Bearer \u00e9\u00ff'],
  ])('%s', async (_, authorization) => expect(await outcomes(authorization())).toEqual([bad, bad]));

  it.each(['bearer', 'BEARER', 'bEaReR'])('but the scheme may be written %s', async (scheme) => {
    expect(await outcomes(`${scheme} ${ada.access_token}`)).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
  });
});

it('neither query nor body nor cookie carries a token', async () => {
  const { error } = await program.client.get(`/auth/me?access_token=${ada.access_token}`);
  expect(error.code).toBe('auth.required');
  const cookie = await program.client.with({ Cookie: `access_token=${ada.access_token}` }).get('/auth/me');
  expect(cookie.error.code).toBe('auth.required');
  expect((await program.client.post('/auth/logout', { access_token: ada.access_token })).error.code).toBe(
    'auth.required',
  );
});

describe('a change of the secret', () => {
  const apps: TestApp[] = [];
  const start = async (environment: Record<string, string>) => {
    const app = await startApp({ RATE_LIMITS: 'off', ...environment });
    apps.push(app);
    return app;
  };
  afterAll(() => Promise.all(apps.map((app) => app.close())));

  it('keeps old tokens good as long as the old secret is given, and signs with the new one', async () => {
    const rotated = await start({ JWT_SECRET: newKey, JWT_SECRET_PREVIOUS: key });
    await expectTaken(ada.access_token, rotated);
    const { refresh_token } = ada;
    const next = (await rotated.client.post<SessionView>('/auth/refresh', { refresh_token })).result;
    const own = next.access_token;
    await expectTaken(own, rotated);
    expect(() => forge({}, own)).not.toThrow();
    expect(headerOf(own).kid).not.toBe(headerOf(ada.access_token).kid);
    expect(forge({ key: newKey }, own)).toBe(own);
    await expectRefused(own);
    await expectRefused(forge({}, own), rotated);
    await expectRefused(forge({ key: newKey }), rotated);
    await expectRefused(forge({ key: newKey, header: { kid: undefined } }, own), rotated);
  });

  it('ends old tokens once the old secret is gone, and the sessions live on', async () => {
    const changed = await start({ JWT_SECRET: newKey });
    await expectRefused(ada.access_token, changed);
    const { refresh_token } = ada;
    const { result } = await changed.client.post<SessionView>('/auth/refresh', { refresh_token });
    await expectTaken(result.access_token, changed);
  });
});
