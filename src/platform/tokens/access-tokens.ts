import { createHash, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { decode, type JwtHeader, sign } from 'jsonwebtoken';
import { Authenticator } from 'passport';
import { Strategy, type StrategyOptionsWithRequest, type WithSecretOrKeyProvider } from 'passport-jwt';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import type { Claims, Identification } from '../../kernel/identification';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { isUuid } from '../../kernel/uuid';

/** Seconds for which an access token of a user is good. */
export const userTokenLifetime = 900;
/** Seconds for which an access token of an app is good. */
export const appTokenLifetime = 3_600;

const issuer = 'tideline';
const audience = 'tideline-api';
/** RFC 9068: tells an access token from any other JWT signed with the same key. */
const tokenType = 'at+jwt';
/** Seconds by which the clocks of two instances may differ. */
const leeway = 5;

interface Verified {
  readonly claims: Claims;
  /** Seconds since the Unix epoch. */
  readonly exp: number;
}

/** So many tokens are not verified again while they are good. */
const remembered = 10_000;

interface Key {
  readonly id: string;
  readonly key: KeyObject;
}

/** Signs and verifies the JWTs of the API: HS256 only, two keys while the secret is being rotated (RFC 8725). */
@Injectable()
export class AccessTokens {
  private readonly keys: readonly Key[];
  // An authenticator of our own: the one that passport shares would mix up two programs in one process.
  private readonly authenticator = new Authenticator();
  /** What was found out about a token stays true until it expires: the keys are those that the program began with. */
  private readonly verified = new Map<string, Verified>();

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly clock: Clock,
  ) {
    this.keys = config.jwtSecrets.map((secret) => ({
      id: createHash('sha256').update(secret).digest('hex').slice(0, 8),
      key: createSecretKey(secret, 'utf8'),
    }));
    this.authenticator.use('access-token', this.strategy());
  }

  sign(claims: Claims): string {
    const { id, key } = this.keys[0]!;
    const isUser = claims.use === 'user';
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    const payload = {
      use: claims.use,
      account_id: claims.account_id,
      ...(isUser ? { sid: claims.session_id } : {}),
      iat: issuedAt,
      exp: issuedAt + (isUser ? userTokenLifetime : appTokenLifetime),
    };
    return sign(payload, key, {
      header: { alg: 'HS256', typ: tokenType, kid: id },
      issuer,
      audience,
      subject: isUser ? claims.user_id : claims.app_id,
      jwtid: randomUUID(),
    });
  }

  /** Identifies the bearer of a request's token; never refuses, that is the guards' business. */
  identify(request: FastifyRequest): Identification | Promise<Identification> {
    const { authorization } = request.headers;
    if (authorization === undefined) return { state: 'absent' };
    const known = this.verified.get(authorization);
    if (known && this.isGood(known)) return { state: 'valid', claims: known.claims };
    this.verified.delete(authorization);
    return new Promise((resolve, reject) => {
      const finish = (error?: Error | null, verified?: Verified | false | null) => {
        if (error) return reject(error);
        if (!verified) return resolve({ state: 'invalid' });
        this.remember(authorization, verified);
        return resolve({ state: 'valid', claims: verified.claims });
      };
      const middleware = this.authenticator.authenticate('access-token', { session: false }, finish) as Middleware;
      middleware(request, undefined, finish);
    });
  }

  private remember(authorization: string, verified: Verified): void {
    if (this.verified.size >= remembered) this.verified.delete(this.verified.keys().next().value!);
    this.verified.set(authorization, verified);
  }

  private isGood({ exp }: Pick<Verified, 'exp'>): boolean {
    return exp + leeway > this.clock.now().getTime() / 1000;
  }

  private strategy(): Strategy {
    const options: StrategyOptionsWithRequest & WithSecretOrKeyProvider = {
      jwtFromRequest: bearerToken,
      secretOrKeyProvider: (_request, token: string, done) => {
        const key = this.keyOf(token);
        // passport-jwt's types know only texts; a text would be tried as a public key first, at 0.8 ms a request.
        if (key) done(null, key as unknown as Buffer);
        else done('the token is not one of ours');
      },
      algorithms: ['HS256'],
      issuer,
      audience,
      // Expiry is judged below: passport-jwt knows the machine's clock only.
      ignoreExpiration: true,
      passReqToCallback: true,
    };
    return new Strategy(options, (_request: unknown, payload: unknown, done) =>
      done(null, this.verifiedOf(payload) ?? false),
    );
  }

  /** @returns undefined unless the payload is one that `sign` makes, and not yet expired. */
  private verifiedOf(payload: unknown): Verified | undefined {
    const { use, account_id, sid, sub, jti, exp } = payload as Record<string, unknown>;
    if (!isUuid(account_id) || !isUuid(sub) || !isUuid(jti)) return undefined;
    if (typeof exp !== 'number' || !this.isGood({ exp })) return undefined;
    if (use === 'user' && isUuid(sid))
      return { claims: { use, account_id: account_id as AccountId, user_id: sub, session_id: sid }, exp };
    if (use === 'app') return { claims: { use, account_id: account_id as AccountId, app_id: sub }, exp };
    return undefined;
  }

  /** @returns undefined unless the header names our type of token and one of our keys. */
  private keyOf(token: string): KeyObject | undefined {
    const header = headerOf(token);
    if (header?.typ !== tokenType) return undefined;
    return this.keys.find(({ id }) => id === header.kid)?.key;
  }
}

function headerOf(token: string): JwtHeader | undefined {
  try {
    return decode(token, { complete: true })?.header;
  } catch {
    // It throws on some malformed tokens and returns null for others.
    return undefined;
  }
}

/** RFC 6750, section 2.1, to the letter: passport-jwt's own look-up lets more text follow. */
function bearerToken(request: Pick<FastifyRequest, 'headers'>): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

type Middleware = (request: FastifyRequest, response: undefined, next: (error?: Error | null) => void) => void;
