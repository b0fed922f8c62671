import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { callerErrors } from '../../kernel/caller-errors';
import { DomainError } from '../../kernel/domain-error';
import type { Claims } from '../../kernel/identification';
import type { GuardedRequest } from '../http/request';
import { AccessTokens } from './access-tokens';

/** @throws DomainError if the bearer of the token may not enter any more. */
type Finder<Some extends Claims> = (claims: Some) => Caller | Promise<Caller>;

/**
 * Finds out who sends a request, and writes it into the request. The contexts that keep sessions and apps say whether the
 * bearer of a token may enter. Nothing here refuses a request: a rate limit comes before a refusal. Every method returns a
 * promise only if something must be verified or read, because usually all is remembered.
 */
@Injectable()
export class Callers {
  private readonly finders = new Map<Claims['use'], Finder<Claims>>();

  constructor(private readonly tokens: AccessTokens) {}

  /** Must be called in a constructor. */
  register<Use extends Claims['use']>(use: Use, finder: Finder<Extract<Claims, { readonly use: Use }>>): void {
    this.finders.set(use, finder as Finder<Claims>);
  }

  /** Reads the token: `claims` of the request, or its `refusal`. */
  readToken(request: GuardedRequest): true | Promise<true> {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      request.refusal = new DomainError(callerErrors.required);
      return true;
    }
    const keep = (claims: Claims | null): true => {
      if (claims) request.claims = claims;
      else request.refusal = new DomainError(callerErrors.invalid_token);
      return true;
    };
    const claims = this.tokens.claimsOf(request, authorization);
    return claims instanceof Promise ? claims.then(keep) : keep(claims);
  }

  /**
   * Finds the bearer of a token of this use: `caller` of the request, or its `refusal`. The guards ask again behind the body,
   * because a session may end while a slow client sends it.
   */
  find(request: GuardedRequest, use: Claims['use']): true | Promise<true> {
    const { claims } = request;
    if (claims?.use !== use) return true;
    const keep = (caller: Caller): true => {
      request.caller = caller;
      delete request.refusal;
      return true;
    };
    const refuse = (error: unknown): true => {
      delete request.caller;
      request.refusal = refusalOf(error);
      return true;
    };
    try {
      const caller = this.finders.get(use)!(claims);
      return caller instanceof Promise ? caller.then(keep, refuse) : keep(caller);
    } catch (error) {
      return refuse(error);
    }
  }

  /** Does what the guards do, before them, for the rate limit. */
  identify(request: GuardedRequest): true | Promise<true> {
    const read = this.readToken(request);
    return read instanceof Promise ? read.then(() => this.findBearer(request)) : this.findBearer(request);
  }

  private findBearer(request: GuardedRequest): true | Promise<true> {
    return request.claims ? this.find(request, request.claims.use) : true;
  }
}

/** Unexpected errors get the namespace `auth`, whatever the route. */
function refusalOf(error: unknown): DomainError {
  return error instanceof DomainError ? error : new DomainError(callerErrors.internal, { cause: error });
}
