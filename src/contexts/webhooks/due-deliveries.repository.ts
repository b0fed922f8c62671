import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import type { Job } from '../../platform/queue/queue-engine';
import type { Attempt, Delivery, DeliveryStatus } from './delivery';

export interface ClaimLimits {
  /** How many are claimed at most. */
  readonly limit: number;
  /** How many may be under way to one endpoint, in all processes together. */
  readonly perEndpoint: number;
  /** Likewise of one account. */
  readonly perAccount: number;
}

/** A delivery whose attempt has begun, with what it takes; null is what there is no more. */
export interface StartedAttempt extends Pick<
  Delivery,
  'id' | 'account_id' | 'endpoint_id' | 'event_id' | 'event' | 'attempt_count' | 'created_at'
> {
  readonly attempt: number;
  /** Null as well when the endpoint is inactive, or has another URL than the one that the delivery is for. */
  readonly url: string | null;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
  readonly previous_secret_until: Date | null;
  readonly entity_id: string | null;
  readonly data: object | null;
  readonly previous: object | null;
  readonly happened_at: Date | null;
}

/** What came of an attempt that succeeded. */
export interface Success {
  readonly delivery: Pick<StartedAttempt, 'id' | 'account_id' | 'endpoint_id' | 'attempt'>;
  readonly attempt: Attempt;
}

/** Any number, as long as all versions of the program use the same one. */
const claimLock = 7_405_283_004;
const cancelBatchSize = 1_000;
/** Somebody may ask for one more, again and again: of fifty the first makes room. */
const keptAttempts = 'case when jsonb_array_length(attempts) >= 50 then attempts - 0 else attempts end';

/** `is true` keeps the index of what is pending out: of a few rows by their ids, all that wait would be read. */
const isPending = `(status = 'pending') is true`;

/**
 * Few rows are looked for, whatever PostgreSQL believes of a table that has changed since it last looked: by indexes, whose dead
 * entries a plain scan clears away, and by a plan that is made once.
 */
const preferIndexes = `set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
  set_config('plan_cache_mode', 'force_generic_plan', true), set_config('synchronous_commit', 'off', true)`;

/** Every endpoint for which something waits, with what is due first: a step each, however much that is. */
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

/** The SQL of the work on `webhook_deliveries`: over all accounts, and over many deliveries in a statement. */
@Injectable()
export class DueDeliveriesRepository {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Leases what is due, over all accounts: of each endpoint and each account only so much that others have their turn, those
   * first that have the least under way. Endpoints without anything due cost one step each, however much waits for them.
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

  /** Likewise, and begins their attempts. */
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
   * One claims at a time, or two would both find room for the same endpoint. The lock is a statement of its own: the next one,
   * which goes right behind it, sees what the holder before committed.
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

  /** @returns how many are due and had by nobody, of any account; no more than the limit. */
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
   * Of any account: since when what should have happened has not, be it that an event gets its place or that a delivery which
   * is due is begun. Waiting for the next try is as it should be.
   *
   * @returns null when nothing waits.
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

  /** Makes due again what was claimed and not begun. */
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
   * Begins attempts: of each job that is still good, because nobody began it before and its lease is long enough. Here and below
   * rows are locked in the order of their ids, lest two of these statements wait for each other.
   *
   * @returns what was begun, in any order.
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

  /** @returns false when somebody else has begun it meanwhile, or it is gone. */
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

  /** What succeeded, in one statement, since that is what nearly all do: notes it at the endpoints, where there is need to. */
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

  /** Of what is due for an endpoint, cancels a part of that for which there is no active endpoint with its URL. */
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
