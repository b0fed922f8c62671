import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { decode, type JwtHeader } from 'jsonwebtoken';
import { Authenticator } from 'passport';
import { Strategy } from 'passport-jwt';
import type { AccountId } from '../../kernel/account-id';
import type { TokenPair } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import type { Claims } from '../../kernel/identification';
import { isUuid } from '../../kernel/uuid';
import { SigningKeys } from './signing-keys';

export const issuer = 'tideline';
export const audience = 'tideline-api';
/** RFC 9068: distinguishes an access token from any other JWT with the same key. */
export const tokenType = 'at+jwt';
/** Seconds by which the clocks of two instances may differ. */
const leewaySeconds = 5;

const strategyName = 'access-token';

/** The content of a valid token. */
export interface VerifiedToken {
  readonly claims: Claims;
  /** Expiry in seconds since the Unix epoch. */
  readonly exp: number;
}

type BearerRequest = Pick<FastifyRequest, 'headers'>;

/** Verifies access tokens: HS256 only, the key by its id, and the expected type, issuer and audience (RFC 8725). */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, strategyName) {
  // Without an initializer, because the base class asks for the authenticator before the fields of this class get their
  // values.
  declare private authenticator?: InstanceType<typeof Authenticator>;

  constructor(
    keys: SigningKeys,
    private readonly clock: Clock,
  ) {
    super({
      jwtFromRequest: bearerToken,
      secretOrKeyProvider: (_request: unknown, token: string, done) => {
        const key = keyOf(token, keys);
        // passport-jwt's types allow only texts. A text would be tried as a public key first, which takes 0.8 ms a
        // request.
        if (key) done(null, key as unknown as Buffer);
        else done('the token is not one of ours');
      },
      algorithms: ['HS256'],
      issuer,
      audience,
      // `validate` checks the expiry, because passport-jwt knows only the machine's clock.
      ignoreExpiration: true,
    });
  }

  /**
   * An authenticator for each program. In the one that passport shares, the second program would replace the keys of
   * the first.
   */
  getPassportInstance(): InstanceType<typeof Authenticator> {
    return (this.authenticator ??= new Authenticator());
  }

  /** @returns undefined if the request has no valid token. */
  verify(request: BearerRequest): Promise<VerifiedToken | undefined> {
    return new Promise((resolve, reject) => {
      const finish = (error?: Error | null, token?: VerifiedToken | false | null) => {
        if (error) reject(error);
        else resolve(token || undefined);
      };
      const middleware = this.getPassportInstance().authenticate(
        strategyName,
        { session: false },
        finish,
      ) as Middleware;
      middleware(request, undefined, finish);
    });
  }

  isExpired({ exp }: Pick<VerifiedToken, 'exp'>): boolean {
    return exp + leewaySeconds <= this.clock.now().getTime() / 1000;
  }

  /** @returns false unless `AccessTokens.sign` made the payload and it has not expired. */
  validate(payload: unknown): VerifiedToken | false {
    const { use, account_id, sid, sub, iat, exp } = payload as Record<string, unknown>;
    const pair = pairOf(payload as Record<string, unknown>);
    if (!isUuid(account_id) || !isUuid(sub) || !pair) return false;
    if (typeof exp !== 'number' || this.isExpired({ exp })) return false;
    if (use === 'user' && isUuid(sid))
      return { claims: { use, account_id: account_id as AccountId, user_id: sub, session_id: sid, pair }, exp };
    if (use === 'app' && typeof iat === 'number')
      return { claims: { use, account_id: account_id as AccountId, app_id: sub, issued_at: iat }, exp };
    return false;
  }
}

/** Tokens of release 0.1.0 have no `gen`, and their refresh tokens do not know `jti`. */
function pairOf({ jti, gen, iat }: Record<string, unknown>): TokenPair | null {
  if (!isUuid(jti) || !Number.isSafeInteger(iat)) return null;
  const issued_at = new Date(Number(iat) * 1_000);
  if (gen === undefined) return { id: null, generation: 0, issued_at };
  return Number.isSafeInteger(gen) ? { id: jti, generation: Number(gen), issued_at } : null;
}

/** @returns undefined unless the header names the expected type and a known key. */
function keyOf(token: string, keys: SigningKeys): KeyObject | undefined {
  const header = headerOf(token);
  return header?.typ === tokenType ? keys.find(header.kid) : undefined;
}

function headerOf(token: string): JwtHeader | undefined {
  try {
    return decode(token, { complete: true })?.header;
  } catch {
    // jsonwebtoken throws on some malformed tokens and returns null for others.
    return undefined;
  }
}

/** RFC 6750, section 2.1, exactly. passport-jwt's extractor accepts text after the token. */
function bearerToken(request: BearerRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

type Middleware = (request: BearerRequest, response: undefined, next: (error?: Error | null) => void) => void;
