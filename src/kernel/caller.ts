import type { AccountId } from './account-id';

export const roles = ['owner', 'admin', 'member'] as const;
export type Role = (typeof roles)[number];

/** An access token of a user and the refresh token that was issued with it. */
export interface TokenPair {
  /** Null: issued by release 0.1.0, whose refresh tokens name no pair. */
  readonly id: string | null;
  /** How many changes of the password the session had seen. */
  readonly generation: number;
  readonly issued_at: Date;
}

export interface UserCaller {
  readonly kind: 'user';
  readonly account_id: AccountId;
  readonly user_id: string;
  readonly session_id: string;
  /** The pair to which the access token of the request belongs. */
  readonly pair: TokenPair;
  readonly role: Role;
  /** Whether the user has proved the e-mail address. */
  readonly is_verified: boolean;
}

/** A server-to-server client. It acts for its account, not for a user, so `created_by` is null on what it creates. */
export interface AppCaller {
  readonly kind: 'app';
  readonly account_id: AccountId;
  readonly app_id: string;
  /** Whether a user of the account has proved an e-mail address. */
  readonly is_verified: boolean;
}

export type Caller = UserCaller | AppCaller;

/** The author of a change: the caller, or in the background the caller who asked for it. */
export type Author =
  Pick<UserCaller, 'kind' | 'account_id' | 'user_id'> | Pick<AppCaller, 'kind' | 'account_id' | 'app_id'>;

/** The value of `created_by` on records that the author creates. */
export function authorOf(author: Author): string | null {
  return author.kind === 'user' ? author.user_id : null;
}
