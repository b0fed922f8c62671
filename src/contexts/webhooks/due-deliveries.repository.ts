import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import type { Job } from '../../platform/queue/queue-engine';
import type { Attempt, Delivery, DeliveryStatus } from './delivery';

export interface ClaimLimits {
  /** Maximum number of deliveries to claim. */
  readonly limit: number;
  /** Maximum under way to one endpoint, in all processes together. */
  readonly perEndpoint: number;
  /** Maximum under way of one account, in all processes together. */
  readonly perAccount: number;
}

/** A delivery whose attempt has begun, with what the attempt needs. Null stands for a row that is gone. */
export interface StartedAttempt extends Pick<
  Delivery,
  'id' | 'account_id' | 'endpoint_id' | 'event_id' | 'event' | 'attempt_count' | 'created_at'
> {
  readonly attempt: number;
  /** Also null if the endpoint is inactive, or if its URL has changed since the delivery was made. */
  readonly url: string | null;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
  readonly previous_secret_until: Date | null;
  readonly entity_id: string | null;
  readonly data: object | null;
  readonly previous: object | null;
  readonly happened_at: Date | null;
}

/** The result of an attempt that succeeded. */
export interface Success {
  readonly delivery: Pick<StartedAttempt, 'id' | 'account_id' | 'endpoint_id' | 'attempt'>;
  readonly attempt: Attempt;
}

/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const claimLock = 7_405_283_004;
const cancelBatchSize = 1_000;
/** A user may ask for any number of retries. A delivery keeps the latest fifty attempts. */
const keptAttempts = 'case when jsonb_array_length(attempts) >= 50 then attempts - 0 else attempts end';

/**
 * `is true` keeps PostgreSQL from the index of pending rows. With it, a look-up of a few ids would read all rows that
 * wait.
 */
const isPending = `(status = 'pending') is true`;

/**
 * Makes PostgreSQL look up these few rows through indexes. Its statistics lag behind a table that changes this fast. A
 * plain index scan also marks dead entries, and the plan is made only once.
 */
const preferIndexes = `set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
  set_config('plan_cache_mode', 'force_generic_plan', true), set_config('synchronous_commit', 'off', true)`;

/**
 * Every endpoint with pending deliveries, and the time at which its first is due: one index step for each endpoint,
 * however many wait.
 */
const endpointsWithEarliest = `endpoints as (
    (select endpoint_id, due_at from webhook_deliveries where status = 'pending' order by endpoint_id, due_at limit 1)
    union all
    select next.endpoint_id, next.due_at from endpoints cross join lateral (
      select endpoint_id, due_at from webhook_deliveries
      where status = 'pending' and endpoint_id > endpoints.endpoint_id order by endpoint_id, due_at limit 1
    ) as next
  )`;

const fairShare = `leased as materialized (
    select endpoint_id, account_id from webhook_deliveries where lease_until is not null and lease_until > $1
  ),
  ${endpointsWithEarliest},
  room as (
    select endpoint_id, (select count(*) from leased where leased.endpoint_id = endpoints.endpoint_id) as under_way
    from endpoints where due_at <= $1
  ),
  due as (
    select id, account_id, due_at, under_way + row_number() over (partition by endpoint_id order by due_at) as turn
    from room cross join lateral (
      select id, account_id, due_at from webhook_deliveries
      where status = 'pending' and endpoint_id = room.endpoint_id and due_at <= $1
      order by due_at limit greatest(0, $2 - under_way)
    ) as delivery
  ),
  fair as (
    select id, turn, due_at, row_number() over (partition by account_id order by turn, due_at)
      + (select count(*) from leased where leased.account_id = due.account_id) as turn_of_account
    from due
  )`;

const claimable = `array(
    select id from webhook_deliveries
    where id = any (array(select id from fair where turn_of_account <= $3 order by turn, due_at limit $4))
      and ${isPending} and due_at <= $1
    for update skip locked
  )`;

const startedColumns = 'id, account_id, endpoint_id, url_version, event_id, event, attempt, attempt_count, created_at';
const selectStarted = `select begun.*, webhooks.url, webhooks.secret, webhooks.previous_secret,
    webhooks.previous_secret_until, events.entity_id, events.data, events.previous, events.created_at as happened_at
  from begun
  left join webhooks on webhooks.account_id = begun.account_id and webhooks.id = begun.endpoint_id
    and webhooks.is_active and webhooks.url_version = begun.url_version
  left join events on events.account_id = begun.account_id and events.id = begun.event_id`;

/** The worker's statements on `webhook_deliveries`. They cover all accounts, and many deliveries at once. */
@Injectable()
export class DueDeliveriesRepository {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Leases due deliveries of all accounts. The limits per endpoint and per account leave room for others; endpoints
   * with the fewest deliveries under way come first. An endpoint with nothing due costs one index step, however many
   * deliveries wait for it.
   */
  async claim(limits: ClaimLimits, now: Date, leaseUntil: Date): Promise<Job[]> {
    return this.claimExclusively(
      'webhook-deliveries-claim',
      `with recursive ${fairShare}
       update webhook_deliveries set lease_until = $5, due_at = $5 where id = any (${claimable}) returning id, attempt`,
      limits,
      now,
      leaseUntil,
    );
  }

  /** Like `claim`, and begins the attempts too. */
  async claimAndStart(limits: ClaimLimits, now: Date, leaseUntil: Date): Promise<StartedAttempt[]> {
    return this.claimExclusively(
      'webhook-deliveries-claim-and-begin',
      `with recursive ${fairShare},
         begun as (
           update webhook_deliveries set lease_until = $5, due_at = $5, attempt = attempt + 1 where id = any (${claimable})
           returning ${startedColumns}
         )
       ${selectStarted}`,
      limits,
      now,
      leaseUntil,
    );
  }

  /**
   * Serialises claims: two at once would both find room for the same endpoint. The lock is a statement of its own, so
   * that the claim, sent right after it, sees what the previous holder committed.
   */
  private async claimExclusively<Row extends object>(
    name: string,
    text: string,
    { limit, perEndpoint, perAccount }: ClaimLimits,
    now: Date,
    leaseUntil: Date,
  ): Promise<Row[]> {
    const lock = this.transactions.rows(
      'webhook-deliveries-claim-lock',
      `select pg_advisory_xact_lock($1), ${preferIndexes}`,
      [claimLock],
    );
    const rows = this.transactions.rows<Row>(name, text, [now, perEndpoint, perAccount, limit, leaseUntil]);
    return (await this.transactions.pipelined(lock, rows))[1];
  }

  /** Counts the deliveries of all accounts that are due and not leased. @returns at most the limit. */
  async countDue(now: Date, limit: number): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'webhook-deliveries-count-due',
      `with recursive ${endpointsWithEarliest}
       select count(*) as count from (
         select 1 from endpoints cross join lateral (
           select 1 from webhook_deliveries
           where status = 'pending' and endpoint_id = endpoints.endpoint_id and due_at <= $1 limit $2
         ) as due limit $2
       ) as counted`,
      [now, limit],
    );
    return counted!.count;
  }

  /**
   * The time since which work of any account is overdue: an event without a position, or a due delivery that no worker
   * has begun. A delivery that waits for its next attempt is not overdue.
   *
   * @returns null if nothing is overdue.
   */
  async waitingSince(now: Date): Promise<Date | null> {
    const [found] = await this.transactions.rows<{ since: Date | null }>(
      'webhook-deliveries-waiting-since',
      `with recursive ${endpointsWithEarliest}
       select least(
         (select created_at from events where position is null order by seq limit 1),
         (select min(due_at) from endpoints where due_at <= $1)
       ) as since`,
      [now],
    );
    return found!.since;
  }

  /** Ends the leases of deliveries that were claimed and not begun. */
  async release(jobs: readonly Job[]): Promise<void> {
    await this.transactions.rows(
      'webhook-deliveries-release',
      `update webhook_deliveries set lease_until = null, due_at = next_attempt_at
       from unnest($1::uuid[], $2::bigint[]) as released (id, attempt)
       where webhook_deliveries.id = released.id and webhook_deliveries.attempt = released.attempt and ${isPending}`,
      [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt)],
    );
  }

  /**
   * Begins the attempts of those jobs that are still valid: nobody has begun them, and their lease is long enough. Here
   * and below, statements lock rows in the order of their ids, so that two of them cannot deadlock.
   *
   * @returns the attempts that have begun, in no order.
   */
  async start(jobs: readonly Job[], minLeaseEnd: Date): Promise<StartedAttempt[]> {
    return this.transactions.rows<StartedAttempt>(
      'webhook-deliveries-begin',
      `with good as (
         select webhook_deliveries.id from webhook_deliveries
         join unnest($1::uuid[], $2::bigint[]) as job (id, attempt)
           on job.id = webhook_deliveries.id and job.attempt = webhook_deliveries.attempt
         where webhook_deliveries.id = any($1) and ${isPending} and lease_until >= $3
         order by webhook_deliveries.id for update of webhook_deliveries
       ),
       begun as (
         update webhook_deliveries set attempt = attempt + 1
         where id = any(array(select id from good))
         returning ${startedColumns}
       )
       ${selectStarted}`,
      [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt), minLeaseEnd],
    );
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
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[])
           as made (account_id, endpoint_id, id, attempt, added)
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
         select webhooks.account_id, webhooks.id from webhooks
         join (select distinct account_id, endpoint_id from made) as reached
           on reached.account_id = webhooks.account_id and reached.endpoint_id = webhooks.id
         where webhooks.id = any($2) and (failed_attempts > 0 or healthy_at < $7)
         order by webhooks.id for update of webhooks
       )
       update webhooks set healthy_at = $6, failing_since = null, failed_attempts = 0, given_up_told_at = null
       from healthy where webhooks.account_id = healthy.account_id and webhooks.id = healthy.id`,
      [
        successes.map(({ delivery }) => delivery.account_id),
        successes.map(({ delivery }) => delivery.endpoint_id),
        successes.map(({ delivery }) => delivery.id),
        successes.map(({ delivery }) => delivery.attempt),
        successes.map(({ attempt }) => JSON.stringify([attempt])),
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
