import { createHash, createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { decode, type JwtHeader, sign } from 'jsonwebtoken';
import { Authenticator } from 'passport';
import { Strategy, type StrategyOptionsWithRequest, type WithSecretOrKeyProvider } from 'passport-jwt';
import { Clock } from '../../kernel/clock';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { isUuid } from '../http/uuid';

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

/** What an access token says about its bearer. `use` keeps tokens of users and of apps apart (RFC 8725, 3.12). */
export interface UserClaims {
  readonly use: 'user';
  readonly account_id: string;
  readonly user_id: string;
  readonly session_id: string;
}

export interface AppClaims {
  readonly use: 'app';
  readonly account_id: string;
  readonly app_id: string;
}

export type Claims = UserClaims | AppClaims;

export type Identification =
  { readonly state: 'absent' } | { readonly state: 'invalid' } | { readonly state: 'valid'; readonly claims: Claims };

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
  async identify(request: FastifyRequest): Promise<Identification> {
    if (request.headers.authorization === undefined) return { state: 'absent' };
    return new Promise((resolve, reject) => {
      const finish = (error?: Error | null, claims?: Claims | false | null) => {
        if (error) reject(error);
        else resolve(claims ? { state: 'valid', claims } : { state: 'invalid' });
      };
      const middleware = this.authenticator.authenticate('access-token', { session: false }, finish) as Middleware;
      middleware(request, undefined, finish);
    });
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
      done(null, this.claimsOf(payload) ?? false),
    );
  }

  /** @returns undefined unless the payload is one that `sign` makes, and not yet expired. */
  private claimsOf(payload: unknown): Claims | undefined {
    const { use, account_id, sid, sub, jti, exp } = payload as Record<string, unknown>;
    if (!isUuid(account_id) || !isUuid(sub) || !isUuid(jti)) return undefined;
    if (typeof exp !== 'number' || exp + leeway <= this.clock.now().getTime() / 1000) return undefined;
    if (use === 'user' && isUuid(sid)) return { use, account_id, user_id: sub, session_id: sid };
    if (use === 'app') return { use, account_id, app_id: sub };
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
