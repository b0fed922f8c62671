import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { sign } from 'jsonwebtoken';
import { Clock } from '../../kernel/clock';
import type { Bearer, Identification } from '../../kernel/identification';
import { AccessTokenStrategy, audience, issuer, tokenType, type VerifiedToken } from './access-token.strategy';
import { SigningKeys } from './signing-keys';

/** Seconds for which an access token of a user is good. */
export const userTokenLifetimeSeconds = 900;
/** Seconds for which an access token of an app is good. */
export const appTokenLifetimeSeconds = 3_600;

/** Maximum number of verified tokens in memory. */
const maxVerifiedTokens = 10_000;

/** Signs the JWTs of the API, and keeps verified ones in memory. */
@Injectable()
export class AccessTokens {
  /** A verified token stays valid until it expires, because the keys cannot change while the program runs. */
  private readonly verified = new Map<string, VerifiedToken>();

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
      ...(isUser ? { sid: claims.session_id } : {}),
      iat: issuedAt,
      exp: issuedAt + (isUser ? userTokenLifetimeSeconds : appTokenLifetimeSeconds),
    };
    return sign(payload, key, {
      header: { alg: 'HS256', typ: tokenType, kid: id },
      issuer,
      audience,
      subject: isUser ? claims.user_id : claims.app_id,
      jwtid: randomUUID(),
    });
  }

  /** Identifies the bearer of a request's token. It refuses nobody; that is for the guards. */
  identify(request: FastifyRequest): Identification | Promise<Identification> {
    const { authorization } = request.headers;
    if (authorization === undefined) return { state: 'absent' };
    const known = this.verified.get(authorization);
    if (known && !this.strategy.isExpired(known)) return { state: 'valid', claims: known.claims };
    this.verified.delete(authorization);
    return this.verify(request, authorization);
  }

  private async verify(request: FastifyRequest, authorization: string): Promise<Identification> {
    const token = await this.strategy.verify(request);
    if (!token) return { state: 'invalid' };
    if (this.verified.size >= maxVerifiedTokens) this.verified.delete(this.verified.keys().next().value!);
    this.verified.set(authorization, token);
    return { state: 'valid', claims: token.claims };
  }
}
