import type { AccountId } from './account-id';

export const roles = ['owner', 'admin', 'member'] as const;
export type Role = (typeof roles)[number];

export interface UserCaller {
  readonly kind: 'user';
  readonly account_id: AccountId;
  readonly user_id: string;
  readonly session_id: string;
  readonly role: Role;
}

/** A server-to-server client: acts for its account, not for a person, so what it creates has no `created_by`. */
export interface AppCaller {
  readonly kind: 'app';
  readonly account_id: AccountId;
  readonly app_id: string;
}

export type Caller = UserCaller | AppCaller;

/** Whoever changes records: a caller, or later, in the background, the one who asked for it. */
export type Author = Pick<UserCaller, 'kind' | 'account_id' | 'user_id'> | AppCaller;

/** The value of `created_by` on a record that they create. */
export function authorOf(author: Author): string | null {
  return author.kind === 'user' ? author.user_id : null;
}
