import type { AccountId } from './account-id';
import type { Caller, TokenPair } from './caller';
import type { DomainError } from './domain-error';

/** What an access token says about its bearer. `use` keeps tokens of users and of apps apart (RFC 8725, 3.12). */
export interface UserClaims {
  readonly use: 'user';
  readonly account_id: AccountId;
  readonly user_id: string;
  readonly session_id: string;
  readonly pair: TokenPair;
}

export interface AppClaims {
  readonly use: 'app';
  readonly account_id: AccountId;
  readonly app_id: string;
}

export type Claims = UserClaims | AppClaims;

/** Who sends a request, or why nobody is known to send it. */
export type Identification =
  { readonly caller: Caller; readonly refusal?: never } | { readonly caller?: never; readonly refusal: DomainError };
