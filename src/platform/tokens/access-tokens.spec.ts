import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { AccountId } from '../../kernel/account-id';
import { SystemClock } from '../../kernel/clock';
import type { Claims } from '../../kernel/identification';
import { AccessTokenStrategy } from './access-token.strategy';
import { AccessTokens } from './access-tokens';
import { SigningKeys } from './signing-keys';

const claims: Claims = { use: 'app', account_id: randomUUID() as AccountId, app_id: randomUUID() };

function makeTokens() {
  const clock = new SystemClock();
  const keys = new SigningKeys({ jwtSecrets: ['the secret of the program, long enough'] });
  const strategy = new AccessTokenStrategy(keys, clock);
  const verify = jest.spyOn(strategy, 'verify');
  const tokens = new AccessTokens(keys, strategy, clock);
  const identify = async (authorization: string) =>
    await tokens.identify({ headers: { authorization } } as FastifyRequest);
  return { identify, verify, token: tokens.sign(claims) };
}

it('a token is verified once', async () => {
  const { identify, verify, token } = makeTokens();
  for (let call = 0; call < 3; call++) expect(await identify(`Bearer ${token}`)).toEqual({ state: 'valid', claims });
  expect(verify).toHaveBeenCalledTimes(1);
});

it('a token behind thousands of spaces is good, and is not remembered', async () => {
  const { identify, verify, token } = makeTokens();
  const header = `Bearer${' '.repeat(10_000)}${token}`;
  for (let call = 0; call < 3; call++) expect(await identify(header)).toEqual({ state: 'valid', claims });
  expect(verify).toHaveBeenCalledTimes(3);
});
