import type { AccountId } from '../../kernel/account-id';
import type { Role } from '../../kernel/caller';

/** A user in the form that other contexts get. */
export interface UserRecord {
  readonly id: string;
  readonly account_id: AccountId;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string | null;
  readonly email_verified_at: Date | null;
  /** Null: the user registered. */
  readonly invited_at: Date | null;
  readonly deactivated_at: Date | null;
  readonly created_at: Date;
}
