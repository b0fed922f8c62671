import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../database/transactions';

export interface NewMail {
  readonly id: string;
  readonly account_id: AccountId | null;
  readonly is_urgent: boolean;
  /** Encrypted. */
  readonly content: Buffer;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly next_attempt_at: Date;
}

/** A mail that this process alone may send until the lease ends. `attempt` counts the claims. */
export interface ClaimedMail extends Pick<NewMail, 'id' | 'account_id' | 'is_urgent' | 'content' | 'expires_at'> {
  readonly attempt: number;
}

/** The id of an account. Mails of no account share a turn. */
export type Turn = string;

/** The Nil UUID (RFC 9562, 5.9). */
export const beforeFirst: Turn = '00000000-0000-0000-0000-000000000000';
/** The Max UUID (RFC 9562, 5.10). It stands in `mails_turn_idx` too. */
const noAccount: Turn = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

export interface ClaimLimits {
  /** Maximum number of mails to claim. */
  readonly limit: number;
  /** Maximum number of them that are not urgent. */
  readonly maxOrdinary: number;
  /** The last turn. The next one is that of the account behind it. */
  readonly after: Turn;
  /** Accounts that have no turn now. */
  readonly without: readonly Turn[];
}

export interface Claimed {
  /** In no order. */
  readonly mails: readonly ClaimedMail[];
  readonly lastTurn: Turn;
}

export function turnOf({ account_id }: Pick<ClaimedMail, 'account_id'>): Turn {
  return account_id ?? noAccount;
}

/** Maximum number of mails that get from waiting for a time to waiting for a turn at each claim. */
const maxRetries = 1_000;

/** The expression of `mails_turn_idx`. */
const turn = `coalesce(account_id, '${noAccount}')`;
/** The condition of `mails_turn_idx`. */
const waitsForTurn = 'is_due and not is_urgent';
/** Instances of the previous release leave `next_attempt_at` as it was when they take a mail. */
const isFree = 'next_attempt_at <= $1 and (lease_until is null or lease_until <= $1)';

/**
 * The accounts that have mails to send, from the one behind `$4` on, and from the first one to `$4` again: two index
 * steps for each, however many mails it has, and only as many as are asked for.
 */
const turns = `turns as (
    select $4::uuid as turn, false as is_second_part, true as is_start
    union all
    select next.turn, next.is_second_part, false from turns cross join lateral (
      (select ${turn} as turn, false as is_second_part from mails
       where ${waitsForTurn} and ${turn} > turns.turn and not turns.is_second_part order by ${turn} limit 1)
      union all
      (select ${turn}, true from mails
       where ${waitsForTurn} and ${turn} > case when turns.is_second_part then turns.turn else '${beforeFirst}' end and ${turn} <= $4
       order by ${turn} limit 1)
      order by is_second_part limit 1
    ) as next
  )`;

/** The statements on `mails`. Those that send them cover all accounts. */
@Injectable()
export class WaitingMailsRepository {
  constructor(private readonly transactions: Transactions) {}

  async insert(mail: NewMail): Promise<void> {
    const { id, account_id, is_urgent, content, created_at, expires_at, next_attempt_at } = mail;
    await this.transactions.rows(
      'mails-post',
      `insert into mails (id, account_id, is_urgent, is_due, content, created_at, expires_at, attempt, next_attempt_at)
       values ($1, $2, $3, $8, $4, $5, $6, 0, $7)`,
      [id, account_id, is_urgent, content, created_at, expires_at, next_attempt_at, next_attempt_at <= created_at],
    );
  }

  /** Leases mails: urgent ones first, in the order of time, then one of each account in turn. */
  async claim(limits: ClaimLimits, now: Date, leaseUntil: Date): Promise<Claimed> {
    const mails = await this.claimMails(limits, now, leaseUntil);
    const turns = mails.filter(({ is_urgent }) => !is_urgent).map(turnOf);
    // Behind the last account it is the turn of the first one again.
    const begunAnew = turns.filter((each) => each <= limits.after);
    const lastTurn = (begunAnew.length > 0 ? begunAnew : turns).sort().at(-1) ?? limits.after;
    return { mails, lastTurn };
  }

  private async claimMails(
    { limit, maxOrdinary, after, without }: ClaimLimits,
    now: Date,
    leaseUntil: Date,
  ): Promise<ClaimedMail[]> {
    return this.transactions.run(async () => {
      // PostgreSQL's statistics lag behind a table that changes this fast, and a prepared statement keeps its plan: one
      // that was made while no mail waited would read all mails at each step.
      const settings = this.transactions.rows(
        'mails-prefer-indexes',
        `select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
           set_config('plan_cache_mode', 'force_generic_plan', true)`,
        [],
      );
      const retries = this.transactions.rows(
        'mails-retry',
        `update mails set is_due = true where id = any (array(
           select id from mails where not is_due and not is_urgent and ${isFree}
           order by next_attempt_at limit $2 for update skip locked
         ))`,
        [now, maxRetries],
      );
      // PostgreSQL computes an array once. With `id in (…)` it may join the selection, and run it (and lock more) for
      // each mail.
      const claimed = this.transactions.rows<ClaimedMail>(
        'mails-claim',
        `with recursive urgent as materialized (
           select id from mails where is_urgent and ${isFree} order by next_attempt_at limit $2 for update skip locked
         ),
         ${turns},
         ordinary as (
           select mail.id from turns cross join lateral (
             select id from mails where ${waitsForTurn} and ${turn} = turns.turn and ${isFree}
             order by next_attempt_at limit 1 for update skip locked
           ) as mail
           where not turns.is_start and turns.turn <> all ($5)
           limit least($3, $2 - (select count(*) from urgent))
         )
         update mails set attempt = attempt + 1, is_due = false, lease_until = $6, next_attempt_at = $6
         where id = any (array(select id from urgent union all select id from ordinary))
         returning id, account_id, is_urgent, content, expires_at, attempt`,
        [now, limit, maxOrdinary, after, without, leaseUntil],
      );
      return (await this.transactions.pipelined(settings, retries, claimed))[2];
    });
  }

  /** @returns false if the lease has ended and another process has the mail. */
  async replaceContent({ id, attempt }: ClaimedMail, content: Buffer): Promise<boolean> {
    const kept = await this.transactions.rows(
      'mails-write',
      'update mails set content = $3 where id = $1 and attempt = $2 returning id',
      [id, attempt, content],
    );
    return kept.length > 0;
  }

  /** Ends the lease, unless another process has the mail. */
  async postpone({ id, attempt }: ClaimedMail, nextAttemptAt: Date): Promise<void> {
    await this.transactions.rows(
      'mails-postpone',
      'update mails set next_attempt_at = $3, lease_until = null where id = $1 and attempt = $2',
      [id, attempt, nextAttemptAt],
    );
  }

  /** Removes the mail, unless the lease has ended and another process has it. */
  async remove({ id, attempt }: ClaimedMail): Promise<void> {
    await this.transactions.rows('mails-remove', 'delete from mails where id = $1 and attempt = $2', [id, attempt]);
  }
}
