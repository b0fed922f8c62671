import { verify } from '@node-rs/argon2';
import { DomainError } from '../../kernel/domain-error';
import { Passwords, weaknessOf } from './passwords';

jest.mock('@node-rs/argon2', () => {
  const real = jest.requireActual<{ verify: typeof verify }>('@node-rs/argon2');
  return { ...real, verify: jest.fn(real.verify) };
});

const email = 'ada.lovelace@example.com';

describe('weaknessOf', () => {
  it.each([
    'correct-horse-battery',
    'ünïcödé-wörds',
    '🌊🌊🌊🌊🌊🌊🌊🌊',
    ' leading and trailing ',
    'x'.repeat(100) + 'yz',
    'a'.repeat(127) + 'b',
  ])('%j may be used', (password) => {
    expect(weaknessOf(password, email)).toBeNull();
  });

  it.each(['short-1', '🌊🌊🌊🌊🌊🌊🌊', 'x'.repeat(129)])('%j has the wrong length', (password) => {
    expect(weaknessOf(password, email)).toMatch(/8 to 128/);
  });

  it.each(['password', 'PASSWORD', '12345678', 'football1', 'qwertyuiop', 'ｐａｓｓｗｏｒｄ'])(
    '%j is among the commonest',
    (password) => {
      expect(weaknessOf(password, email)).toMatch(/common/);
    },
  );

  it.each([email, email.toUpperCase()])('%j is the address', (password) => {
    expect(weaknessOf(password, email)).toMatch(/address/);
  });

  it.each(['tideline', 'Tideline1', 'TIDELINE2026!'])('%j is the product', (password) => {
    expect(weaknessOf(password, email)).toMatch(/product/);
  });
});

describe('Passwords', () => {
  const passwords = new Passwords();
  const signIn = { use: 'sign_in', owner: '192.0.2.1' } as const;
  beforeAll(() => passwords.onModuleInit());

  it('hashes with argon2id, 19 MiB, 2 passes, 1 lane, and knows its own', async () => {
    const hash = await passwords.hash('correct-horse-battery', signIn);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.matches('correct-horse-battery', hash, signIn)).toBe(true);
    expect(await passwords.matches('correct-horse-batterz', hash, signIn)).toBe(false);
    expect(passwords.isOutdated(hash)).toBe(false);
    expect(passwords.isOutdated(hash.replace('m=19456', 'm=4096'))).toBe(true);
  });

  it('takes a password typed as other code points for the same', async () => {
    const hash = await passwords.hash('pa\u0308ssword-u\u0308ber', signIn);
    expect(await passwords.matches('p\u00e4ssword-\u00fcber', hash, signIn)).toBe(true);
  });

  it('never matches without a hash, and does the same work to find out', async () => {
    const hash = await passwords.hash('correct-horse-battery', signIn);
    const costs = () =>
      jest.mocked(verify).mock.calls.map(([kept]) => String(kept).slice(0, hash.lastIndexOf('$', 40)));
    jest.mocked(verify).mockClear();
    expect(await passwords.matches('a password that nobody has', null, signIn)).toBe(false);
    expect(await passwords.matches('a password that nobody has', hash, signIn)).toBe(false);
    expect(costs()).toHaveLength(2);
    expect(costs()[0]).toBe(costs()[1]);
  });

  it('refuses when more than fifty wait, and goes on afterwards', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, () => passwords.hash('correct-horse-battery', signIn)),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(50);
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(DomainError);
      expect((reason as DomainError).definition.code).toBe('rate_limit.exceeded');
    }
    await expect(passwords.hash('correct-horse-battery', signIn)).resolves.toMatch(/^\$argon2id/);
  });

  it('registrations from any number of addresses leave a place to a sign-in, which overtakes them', async () => {
    const ended: string[] = [];
    const registrations = Array.from({ length: 40 }, (_, index) =>
      passwords
        .hash('correct-horse-battery', { use: 'registration', owner: `192.0.2.${index}` })
        .then(() => ended.push('registration')),
    );
    const signedIn = passwords.hash('correct-horse-battery', signIn).then(() => ended.push('sign-in'));
    await Promise.all([...registrations, signedIn]);
    // One registration runs beside it, and one may have ended before.
    expect(ended.indexOf('sign-in')).toBeLessThanOrEqual(2);
  });

  it('when too many registrations wait, they are refused, and neither sign-ins nor changes are', async () => {
    const registrations = Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        passwords.hash('correct-horse-battery', { use: 'registration', owner: `192.0.2.${index}` }),
      ),
    );
    const others = Promise.all([
      passwords.hash('correct-horse-battery', signIn),
      passwords.hash('correct-horse-battery', { use: 'change', owner: 'a user' }),
    ]);
    await expect(others).resolves.toHaveLength(2);
    const statuses = (await registrations).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'rejected')).toHaveLength(60 - 51);
  });
});
