import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { sign } from 'jsonwebtoken';
import { Clock } from '../../kernel/clock';
import type { Bearer, Claims } from '../../kernel/identification';
import { AccessTokenStrategy, audience, issuer, tokenType } from './access-token.strategy';
import { SigningKeys } from './signing-keys';
import { VerifiedTokens } from './verified-tokens';

/** Seconds for which an access token of a user is good. */
export const userTokenLifetimeSeconds = 900;
/** Seconds for which an access token of an app is good. */
export const appTokenLifetimeSeconds = 3_600;

/** Signs the JWTs of the API, and keeps verified ones in memory. */
@Injectable()
export class AccessTokens {
  /** A verified token stays valid until it expires, because the keys cannot change while the program runs. */
  private readonly verified = new VerifiedTokens();

  constructor(
    private readonly keys: SigningKeys,
    private readonly strategy: AccessTokenStrategy,
    private readonly clock: Clock,
  ) {}

  sign(claims: Bearer): string {
    const { id, key } = this.keys.current;
    const isUser = claims.use === 'user';
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    const payload = {
      use: claims.use,
      account_id: claims.account_id,
      ...(isUser ? { sid: claims.session_id, gen: claims.pair.generation } : {}),
      iat: issuedAt,
      exp: issuedAt + (isUser ? userTokenLifetimeSeconds : appTokenLifetimeSeconds),
    };
    return sign(payload, key, {
      header: { alg: 'HS256', typ: tokenType, kid: id },
      issuer,
      audience,
      subject: isUser ? claims.user_id : claims.app_id,
      jwtid: isUser ? claims.pair.id : randomUUID(),
    });
  }

  /** @returns null if the header carries no valid token; a promise only if it must be verified. */
  claimsOf(request: FastifyRequest, authorization: string): Claims | null | Promise<Claims | null> {
    const known = this.verified.get(authorization);
    return known && !this.strategy.isExpired(known) ? known.claims : this.verify(request, authorization);
  }

  private async verify(request: FastifyRequest, authorization: string): Promise<Claims | null> {
    const token = await this.strategy.verify(request);
    if (!token) return null;
    this.verified.set(authorization, token);
    return token.claims;
  }
}
