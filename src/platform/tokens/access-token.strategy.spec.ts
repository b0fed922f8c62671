import { randomUUID } from 'node:crypto';
import passport from 'passport';
import type { AccountId } from '../../kernel/account-id';
import { SystemClock } from '../../kernel/clock';
import type { Bearer } from '../../kernel/identification';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens } from './access-tokens';
import { SigningKeys } from './signing-keys';

const claims: Bearer = { use: 'app', account_id: randomUUID() as AccountId, app_id: randomUUID() };

/** What a program makes of its secrets. */
function programWith(...jwtSecrets: [string, ...string[]]) {
  const clock = new SystemClock();
  const keys = new SigningKeys({ jwtSecrets });
  const strategy = new AccessTokenStrategy(keys, clock);
  const tokens = new AccessTokens(keys, strategy, clock);
  return { strategy, request: { headers: { authorization: `Bearer ${tokens.sign(claims)}` } } };
}

describe('two programs in one process', () => {
  const first = programWith('the secret of the first program, long enough');
  const second = programWith('the secret of the second program, long enough');

  it.each([
    ['first', first, second],
    ['second', second, first],
  ])('verify with their own keys: the %s one', async (_, own, other) => {
    expect(await own.strategy.verify(own.request)).toMatchObject({ claims });
    expect(await own.strategy.verify(other.request)).toBeUndefined();
  });

  it('have an authenticator each, and leave the one that passport shares alone', () => {
    const own = first.strategy.getPassportInstance();
    expect(first.strategy.getPassportInstance()).toBe(own);
    expect(second.strategy.getPassportInstance()).not.toBe(own);
    const next = jest.fn();
    (passport.authenticate('access-token') as (...args: unknown[]) => void)({}, {}, next);
    expect(next).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'Unknown authentication strategy "access-token"' }),
    );
  });
});

it('two keys are good while the secret is being rotated, and the first one signs', async () => {
  const before = programWith('the secret of before, which is long enough');
  const after = programWith('the new secret, which is long enough too', 'the secret of before, which is long enough');
  expect(await after.strategy.verify(before.request)).toMatchObject({ claims });
  expect(await after.strategy.verify(after.request)).toMatchObject({ claims });
  expect(await before.strategy.verify(after.request)).toBeUndefined();
});
