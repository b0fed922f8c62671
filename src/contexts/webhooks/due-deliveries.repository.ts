import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import { accountsInTurn, beforeAllAccounts, type WaitingRows } from '../../platform/fairness/due-in-turn';
import type { Attempt, DeliveryStatus, StartedAttempt } from './delivery';

/** The result of an attempt that succeeded. */
export interface Success {
  readonly delivery: Pick<StartedAttempt, 'id' | 'account_id' | 'endpoint_id' | 'attempt'>;
  readonly attempt: Attempt;
  readonly isQuick: boolean;
}

/** Maximum number of accounts that a metric looks at. */
const maxCountedAccounts = 10_000;
const cancelBatchSize = 1_000;
/** A user may ask for any number of retries. A delivery keeps the latest fifty attempts. */
const keptAttempts = 'case when jsonb_array_length(attempts) >= 50 then attempts - 0 else attempts end';

/**
 * `is true` keeps PostgreSQL from the index of pending rows. With it, a look-up of a few ids would read all rows that
 * wait.
 */
export const isPending = `(status = 'pending') is true`;

/** What waits, by account. */
export const waitingDeliveries: WaitingRows = {
  table: 'webhook_deliveries',
  condition: `status = 'pending'`,
  order: 'due_at',
};

/** The worker's statements on `webhook_deliveries` besides claims: results of attempts, and what waits in all accounts. */
@Injectable()
export class DueDeliveriesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Counts the deliveries of all accounts that are due and not leased. @returns at most the limit. */
  async countDue(now: Date, limit: number): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'webhook-deliveries-count-due',
      `with recursive ${accountsInTurn(waitingDeliveries, '$3::uuid', '$4::bigint')}
       select count(*) as count from (
         select 1 from in_turn cross join lateral (
           select 1 from webhook_deliveries
           where status = 'pending' and account_id = in_turn.account_id and due_at <= $1 limit $2
         ) as due limit $2
       ) as counted`,
      [now, limit, beforeAllAccounts, maxCountedAccounts],
    );
    return counted!.count;
  }

  /**
   * The time since which work of any account is overdue: an event without a position, one with a position and without
   * deliveries, or a due delivery that no worker has begun. A delivery that waits for its next attempt is not overdue.
   *
   * @returns null if nothing is overdue.
   */
  async waitingSince(now: Date): Promise<Date | null> {
    const [found] = await this.transactions.rows<{ since: Date | null }>(
      'webhook-deliveries-waiting-since',
      `with recursive ${accountsInTurn(waitingDeliveries, '$2::uuid', '$3::bigint')}
       select min(since) as since from (
         (select created_at as since from events where position is null order by seq limit 1)
         union all (select created_at from webhook_fan_outs order by created_at limit 1)
         union all (select due_at from in_turn where due_at <= $1)
       ) as waiting`,
      [now, beforeAllAccounts, maxCountedAccounts],
    );
    return found!.since;
  }

  /** @returns false if another worker has begun the delivery meanwhile, or it is gone. */
  async finish(
    { account_id, id, attempt }: Pick<StartedAttempt, 'account_id' | 'id' | 'attempt'>,
    status: DeliveryStatus,
    made: Attempt | null,
    next: Date | null,
  ): Promise<boolean> {
    const finished = await this.transactions.rows(
      'webhook-deliveries-finish',
      `update webhook_deliveries set status = $4, next_attempt_at = $5, due_at = $5, lease_until = null,
         attempts = ${keptAttempts} || $6::jsonb, attempt_count = attempt_count + $7
       where account_id = $1 and id = $2 and attempt = $3 and ${isPending}
       returning 1 as finished`,
      [account_id, id, attempt, status, next, JSON.stringify(made === null ? [] : [made]), made === null ? 0 : 1],
    );
    return finished.length > 0;
  }

  /**
   * Records successes, the result of nearly all attempts, in one statement. Updates the health of an endpoint only if
   * it is out of date.
   */
  async succeed(successes: readonly Success[], now: Date, unlessHealthySince: Date): Promise<void> {
    await this.transactions.rows(
      'webhook-deliveries-succeed',
      `with made as (
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[], $6::boolean[])
           as made (account_id, endpoint_id, id, attempt, added, is_quick)
       ),
       good as (
         select made.account_id, made.id, made.added from webhook_deliveries
         join made on made.account_id = webhook_deliveries.account_id and made.id = webhook_deliveries.id
           and made.attempt = webhook_deliveries.attempt
         where webhook_deliveries.id = any($3) and ${isPending}
         order by webhook_deliveries.id for update of webhook_deliveries
       ),
       finished as (
         update webhook_deliveries set status = 'succeeded', next_attempt_at = null, due_at = null, lease_until = null,
           attempts = ${keptAttempts} || good.added, attempt_count = attempt_count + 1
         from good where webhook_deliveries.account_id = good.account_id and webhook_deliveries.id = good.id
       ),
       healthy as (
         select webhooks.account_id, webhooks.id, reached.is_quick from webhooks
         join (
           select account_id, endpoint_id, bool_and(is_quick) as is_quick from made group by account_id, endpoint_id
         ) as reached on reached.account_id = webhooks.account_id and reached.endpoint_id = webhooks.id
         where webhooks.id = any($2) and (
           failed_attempts > 0 or timeouts is not null or healthy_at < $8 or webhooks.is_quick is distinct from reached.is_quick
         )
         order by webhooks.id for update of webhooks
       )
       update webhooks set healthy_at = $7, failing_since = null, failed_attempts = 0, given_up_told_at = null,
         timeouts = null, is_quick = healthy.is_quick
       from healthy where webhooks.account_id = healthy.account_id and webhooks.id = healthy.id`,
      [
        successes.map(({ delivery }) => delivery.account_id),
        successes.map(({ delivery }) => delivery.endpoint_id),
        successes.map(({ delivery }) => delivery.id),
        successes.map(({ delivery }) => delivery.attempt),
        successes.map(({ attempt }) => JSON.stringify([attempt])),
        successes.map(({ isQuick }) => isQuick),
        now,
        unlessHealthySince,
      ],
    );
  }

  /** Cancels some of the due deliveries of an endpoint that is deleted, inactive, or has another URL. */
  async cancelDue({ account_id, endpoint_id }: StartedAttempt, now: Date): Promise<void> {
    await this.transactions.rows(
      'webhook-deliveries-cancel-due',
      `update webhook_deliveries set status = 'cancelled', next_attempt_at = null, due_at = null, lease_until = null
       where account_id = $1 and id = any (array(
         select id from webhook_deliveries as waiting
         where account_id = $1 and endpoint_id = $2 and status = 'pending' and due_at <= $3 and not exists (
           select 1 from webhooks where webhooks.account_id = $1 and webhooks.id = $2 and webhooks.is_active
             and webhooks.url_version = waiting.url_version
         )
         limit $4 for update skip locked
       ))`,
      [account_id, endpoint_id, now, cancelBatchSize],
    );
  }
}
