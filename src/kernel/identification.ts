import type { AccountId } from './account-id';
import type { TokenPair } from './caller';

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
  /** In seconds since the Unix epoch. */
  readonly issued_at: number;
}

export type Claims = UserClaims | AppClaims;

/** What a token is signed for. A pair is known before its tokens are; the time comes from the clock. */
export type Bearer = (UserClaims & { readonly pair: { readonly id: string } }) | Omit<AppClaims, 'issued_at'>;
