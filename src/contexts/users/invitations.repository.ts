import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';

/** Times of invitations that use up a budget; null while it has room. */
export interface UsedBudgets {
  readonly hourly: Date | null;
  readonly open: Date | null;
}

/** What went to a mailbox within a time. */
export interface MailboxUse {
  /** When the account sent the invitation that uses up its budget; null while it has room. */
  readonly own: Date | null;
  /** How many invitations all accounts sent, up to a limit. */
  readonly total: number;
}

/** How many invitations an account has sent. A user's row is the record of the invitation. */
@Injectable()
export class InvitationsRepository {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Gives the time of the n-th newest invitation: of all since `hourly.since`, and of those since `open.since` that are
   * neither accepted nor deactivated. An invited user's `invited_at` is their `created_at`, which has an index.
   */
  async findUsedBudgets(
    accountId: AccountId,
    hourly: { readonly since: Date; readonly max: number },
    open: { readonly since: Date; readonly max: number },
  ): Promise<UsedBudgets> {
    const [used] = await this.transactions.rows<{ hourly: Date | null; open: Date | null }>(
      'invitations-used-budgets',
      `select (
         select invited_at from users where account_id = $1 and created_at > $2 and invited_at is not null
         order by created_at desc offset $3::int - 1 limit 1
       ) as hourly, (
         select invited_at from users where account_id = $1 and created_at > $4 and invited_at is not null
           and password_hash is null and deactivated_at is null and email <> ''
         order by created_at desc offset $5::int - 1 limit 1
       ) as open`,
      [accountId, hourly.since, hourly.max, open.since, open.max],
    );
    return used!;
  }

  /** Over all accounts, because they share the mailbox. */
  async findMailboxUse(
    accountId: AccountId,
    mailboxKey: string,
    since: Date,
    { max, counted }: { readonly max: number; readonly counted: number },
  ): Promise<MailboxUse> {
    const [use] = await this.transactions.rows<{ own: Date | null; total: number }>(
      'invitations-mailbox-use',
      `select (
         select invited_at from users where mailbox_key = $2 and invited_at > $3 and account_id = $1
         order by invited_at desc offset $4::int - 1 limit 1
       ) as own, (
         select count(*) from (select 1 from users where mailbox_key = $2 and invited_at > $3 limit $5) as sent
       ) as total`,
      [accountId, mailboxKey, since, max, counted],
    );
    return use!;
  }
}
