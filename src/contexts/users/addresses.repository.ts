import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';
import { emailKey, type User } from './user.entity';
import { userColumns } from './users.repository';

/** A user who was invited and has not accepted, with the name of the account. */
export type InvitedUser = Pick<User, 'id' | 'account_id' | 'email'> & { readonly account_name: string };

type RowKey = Pick<User, 'id' | 'account_id'>;

/** The statements about an address, over all accounts: whoever has proved it may be in any of them. */
@Injectable()
export class AddressesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Locks an address, known or not, until the end of the transaction. */
  async lock(address: bigint): Promise<void> {
    await this.transactions.rows('addresses-lock', 'select pg_advisory_xact_lock($1)', [String(address)]);
  }

  /** The user with this address and a password: there is one at most. */
  async findHolder(email: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-email',
      `select ${userColumns} from users where email_key = $1 and password_hash is not null`,
      [emailKey(email)],
    );
    return user ?? null;
  }

  /** Newest first. */
  async findInvited(email: string, limit: number): Promise<InvitedUser[]> {
    return this.transactions.rows<InvitedUser>(
      'addresses-invited',
      `select u.id, u.account_id, u.email, a.name as account_name from users u join accounts a on a.id = u.account_id
       where u.email_key = $1 and u.password_hash is null and u.deactivated_at is null
       order by u.invited_at desc, u.id desc limit $2`,
      [emailKey(email), limit],
    );
  }

  /** Whether somebody has proved the address, or a user of the account has it. */
  async isTaken(accountId: AccountId, email: string): Promise<boolean> {
    const taking = await this.transactions.rows(
      'addresses-is-taken',
      `select 1 as taken from users where email_key = $2 and (email_verified_at is not null or account_id = $1) limit 1`,
      [accountId, emailKey(email)],
    );
    return taking.length > 0;
  }

  /** Locks the invitations of this address that nobody accepted, but for one user's. */
  async lockInvitations(email: string, exceptId: string): Promise<RowKey[]> {
    return this.transactions.rows<RowKey>(
      'addresses-lock-invitations',
      `select id, account_id from users where email_key = $1 and password_hash is null and id <> $2 order by id for update`,
      [emailKey(email), exceptId],
    );
  }

  /**
   * Removes locked invitations. What a project refers to stays, without an address. Only a project can refer to a user
   * who never signed in, and only if it was assigned by the previous release.
   */
  async removeInvitations(invitations: readonly RowKey[], now: Date): Promise<void> {
    const ids = invitations.map(({ id }) => id);
    await this.transactions.rows(
      'addresses-remove-links',
      `delete from one_time_tokens using unnest($1::uuid[], $2::uuid[]) as lapsed (account_id, user_id)
       where one_time_tokens.account_id = lapsed.account_id and one_time_tokens.user_id = lapsed.user_id`,
      [invitations.map(({ account_id }) => account_id), ids],
    );
    await this.transactions.rows(
      'addresses-remove-invitations',
      `delete from users where id = any($1::uuid[]) and not exists (
         select 1 from projects where projects.account_id = users.account_id and projects.assigned_to = users.id
       )`,
      [ids],
    );
    await this.transactions.rows(
      'addresses-empty-invitations',
      `update users set email = '', email_key = id::text, mailbox_key = null, updated_at = $2 where id = any($1::uuid[])`,
      [ids, now],
    );
  }
}
