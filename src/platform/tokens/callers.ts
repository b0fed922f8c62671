import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../kernel/caller';
import { callerErrors } from '../../kernel/caller-errors';
import { DomainError } from '../../kernel/domain-error';
import type { Claims, Identification } from '../../kernel/identification';
import { AccessTokens } from './access-tokens';

/** @throws DomainError if the bearer of the token may not enter any more. */
type Finder<Some extends Claims> = (claims: Some) => Caller | Promise<Caller>;

/** Finds out who sends a request. The contexts that keep sessions and apps say whether the bearer of a token may enter. */
@Injectable()
export class Callers {
  private readonly finders = new Map<Claims['use'], Finder<Claims>>();

  constructor(private readonly tokens: AccessTokens) {}

  /** Must be called in a constructor. */
  register<Use extends Claims['use']>(use: Use, finder: Finder<Extract<Claims, { readonly use: Use }>>): void {
    this.finders.set(use, finder as Finder<Claims>);
  }

  /** Refuses nobody: a rate limit comes before a refusal. A promise only if something must be verified or read. */
  identify(request: FastifyRequest): Identification | Promise<Identification> {
    const { authorization } = request.headers;
    if (authorization === undefined) return { refusal: new DomainError(callerErrors.required) };
    const claims = this.tokens.claimsOf(request, authorization);
    return claims instanceof Promise ? claims.then((read) => this.find(read)) : this.find(claims);
  }

  private find(claims: Claims | null): Identification | Promise<Identification> {
    if (!claims) return { refusal: new DomainError(callerErrors.invalid_token) };
    try {
      const caller = this.finders.get(claims.use)!(claims);
      return caller instanceof Promise ? caller.then((found) => ({ caller: found }), refused) : { caller };
    } catch (error) {
      return refused(error);
    }
  }
}

/** Unexpected errors get the namespace `auth`, whatever the route. */
function refused(error: unknown): Identification {
  return { refusal: error instanceof DomainError ? error : new DomainError(callerErrors.internal, { cause: error }) };
}
