import { Injectable } from '@nestjs/common';
import type { Position } from '../../kernel/cursor';
import { firstIdAt, newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import type { Job } from '../../platform/queue/queue-engine';
import type { Attempt, Delivery, DeliveryStatus } from './delivery';

const columns = `id, account_id, endpoint_id, event_id, event, status, attempt_count, attempts, next_attempt_at, created_at`;

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly event?: string | undefined;
}

export type NewDelivery = Pick<Delivery, 'account_id' | 'endpoint_id' | 'event_id' | 'event'> & {
  readonly url_version: number;
};

export interface ClaimLimits {
  /** How many are claimed at most. */
  readonly limit: number;
  /** How many may be under way to one endpoint, in all processes together. */
  readonly perEndpoint: number;
  /** Likewise of one account. */
  readonly perAccount: number;
}

/** A delivery whose attempt has begun, with what it takes; null is what there is no more. */
export interface Begun extends Pick<
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

/** Any number, as long as all versions of the program use the same one. */
const claimLock = 7_405_283_004;
const insertAtOnce = 5_000;
const cancelledAtOnce = 1_000;
/** Somebody may ask for one more, again and again: of fifty the first makes room. */
const latestAttempts = 'case when jsonb_array_length(attempts) >= 50 then attempts - 0 else attempts end';

/** Every endpoint for which something waits, with what is due first: a step each, however much that is. */
const endpointsWithFirst = `endpoints as (
    (select endpoint_id, due_at from webhook_deliveries where status = 'pending' order by endpoint_id, due_at limit 1)
    union all
    select next.endpoint_id, next.due_at from endpoints cross join lateral (
      select endpoint_id, due_at from webhook_deliveries
      where status = 'pending' and endpoint_id > endpoints.endpoint_id order by endpoint_id, due_at limit 1
    ) as next
  )`;

/** The only SQL on `webhook_deliveries`. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(
    accountId: string,
    endpointId: string,
    { status, event }: DeliveryFilter,
    after: Position | null,
    limit: number,
  ): Promise<Delivery[]> {
    const where = new Where()
      .and('account_id = ?', accountId)
      .and('endpoint_id = ?', endpointId)
      .filter(status, 'status = ?', status)
      .filter(event, 'event = ?', event)
      .andIf(after, '(created_at, id) < (?, ?::uuid)', after && new Date(after.at), after?.id);
    return this.transactions.rows<Delivery>(
      where.name('webhook-deliveries-list'),
      `select ${columns} from webhook_deliveries where ${where.text}
       order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: string, endpointId: string, id: string): Promise<Delivery | null> {
    const [delivery] = await this.transactions.rows<Delivery>(
      'webhook-deliveries-by-id',
      `select ${columns} from webhook_deliveries where account_id = $1 and endpoint_id = $2 and id = $3`,
      [accountId, endpointId, id],
    );
    return delivery ?? null;
  }

  /** Pending, and due now. @returns their ids, in order. */
  async insert(deliveries: readonly NewDelivery[], now: Date): Promise<string[]> {
    const ids = deliveries.map(() => newId());
    for (let from = 0; from < deliveries.length; from += insertAtOnce) {
      const some = deliveries.slice(from, from + insertAtOnce);
      const column = <Key extends keyof NewDelivery>(key: Key) => some.map((delivery) => delivery[key]);
      await this.transactions.rows(
        'webhook-deliveries-insert',
        `insert into webhook_deliveries (id, account_id, endpoint_id, event_id, event, url_version, status, attempt,
           attempt_count, attempts, next_attempt_at, due_at, created_at)
         select id, account_id, endpoint_id, event_id, event, url_version, 'pending', 0, 0, '[]', $7, $7, $7
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[])
           as made (id, account_id, endpoint_id, event_id, event, url_version)`,
        [
          ids.slice(from, from + insertAtOnce),
          ...(['account_id', 'endpoint_id', 'event_id', 'event', 'url_version'] as const).map(column),
          now,
        ],
      );
    }
    return ids;
  }

  /** Makes one due at once, for the endpoint's present URL; not one whose attempt is under way. */
  async retry(accountId: string, endpointId: string, id: string, urlVersion: number, now: Date): Promise<void> {
    await this.transactions.rows(
      'webhook-deliveries-retry',
      `update webhook_deliveries set status = 'pending', next_attempt_at = $5, due_at = $5, url_version = $4
       where account_id = $1 and endpoint_id = $2 and id = $3 and lease_until is null`,
      [accountId, endpointId, id, urlVersion, now],
    );
  }

  /** Until the end of the transaction. @returns false when somebody else of the account has it. */
  async lockReplay(accountId: string): Promise<boolean> {
    const [lock] = await this.transactions.rows<{ locked: boolean }>(
      'webhook-deliveries-lock-replay',
      `select pg_try_advisory_xact_lock(hashtextextended('replay ' || $1::text, 0)) as locked`,
      [accountId],
    );
    return lock!.locked;
  }

  /** Events to deliver again, in the order of their places. */
  async findEvents(
    accountId: string,
    types: readonly string[],
    since: Date,
    after: number,
    limit: number,
  ): Promise<{ id: string; type: string; position: number }[]> {
    return this.transactions.rows(
      'webhook-deliveries-events',
      `select id, type, position from events
       where account_id = $1 and position > $4 and created_at >= $3 and type = any($2::text[]) order by position limit $5`,
      [accountId, types, since, after, limit],
    );
  }

  /**
   * Leases what is due, over all accounts: of each endpoint and each account only so much that others have their turn, those
   * first that have the least under way. Endpoints without anything due cost one step each, however much waits for them.
   */
  async claim({ limit, perEndpoint, perAccount }: ClaimLimits, now: Date, leaseUntil: Date): Promise<Job[]> {
    // One claims at a time, or two would both find room for the same endpoint. In a statement of its own: the next one sees
    // what the holder before committed.
    await this.transactions.rows('webhook-deliveries-claim-lock', 'select pg_advisory_xact_lock($1)', [claimLock]);
    return this.transactions.rows<Job>(
      'webhook-deliveries-claim',
      `with recursive
         leased as materialized (
           select endpoint_id, account_id from webhook_deliveries where lease_until is not null and lease_until > $1
         ),
         ${endpointsWithFirst},
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
         )
       update webhook_deliveries set lease_until = $5, due_at = $5
       where id = any (array(
         select id from webhook_deliveries
         where id = any (array(select id from fair where turn_of_account <= $3 order by turn, due_at limit $4))
           and status = 'pending' and due_at <= $1
         for update skip locked
       ))
       returning id, attempt`,
      [now, perEndpoint, perAccount, limit, leaseUntil],
    );
  }

  /** @returns how many are due and had by nobody, of any account; no more than the limit. */
  async countDue(now: Date, limit: number): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'webhook-deliveries-count-due',
      `with recursive ${endpointsWithFirst}
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
      `with recursive ${endpointsWithFirst}
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
       where webhook_deliveries.id = released.id and webhook_deliveries.attempt = released.attempt and status = 'pending'`,
      [jobs.map(({ id }) => id), jobs.map(({ attempt }) => attempt)],
    );
  }

  /**
   * Begins an attempt, if the job is still good: nobody began it before, and its lease is long enough.
   *
   * @returns null when it is not.
   */
  async begin({ id, attempt }: Job, longEnough: Date): Promise<Begun | null> {
    const [begun] = await this.transactions.rows<Begun>(
      'webhook-deliveries-begin',
      `with begun as (
         update webhook_deliveries set attempt = attempt + 1
         where id = $1 and attempt = $2 and status = 'pending' and lease_until >= $3
         returning id, account_id, endpoint_id, url_version, event_id, event, attempt, attempt_count, created_at
       )
       select begun.*, webhooks.url, webhooks.secret, webhooks.previous_secret, webhooks.previous_secret_until,
         events.entity_id, events.data, events.previous, events.created_at as happened_at
       from begun
       left join webhooks on webhooks.account_id = begun.account_id and webhooks.id = begun.endpoint_id
         and webhooks.is_active and webhooks.url_version = begun.url_version
       left join events on events.account_id = begun.account_id and events.id = begun.event_id`,
      [id, attempt, longEnough],
    );
    return begun ?? null;
  }

  /** @returns false when somebody else has begun it meanwhile, or it is gone. */
  async finish(
    { account_id, id, attempt }: Pick<Begun, 'account_id' | 'id' | 'attempt'>,
    status: DeliveryStatus,
    made: Attempt | null,
    next: Date | null,
  ): Promise<boolean> {
    const finished = await this.transactions.rows(
      'webhook-deliveries-finish',
      `update webhook_deliveries set status = $4, next_attempt_at = $5, due_at = $5, lease_until = null,
         attempts = ${latestAttempts} || $6::jsonb, attempt_count = attempt_count + $7
       where account_id = $1 and id = $2 and attempt = $3 and status = 'pending'
       returning 1 as finished`,
      [account_id, id, attempt, status, next, JSON.stringify(made === null ? [] : [made]), made === null ? 0 : 1],
    );
    return finished.length > 0;
  }

  /** What succeeded, in one statement, since that is what nearly all do: notes it at the endpoint, if there is need to. */
  async succeed(
    { account_id, id, attempt, endpoint_id }: Begun,
    made: Attempt,
    now: Date,
    unlessHealthySince: Date,
  ): Promise<void> {
    await this.transactions.rows(
      'webhook-deliveries-succeed',
      `with finished as (
         update webhook_deliveries set status = 'succeeded', next_attempt_at = null, due_at = null, lease_until = null,
           attempts = ${latestAttempts} || $5::jsonb, attempt_count = attempt_count + 1
         where account_id = $1 and id = $2 and attempt = $3 and status = 'pending'
       )
       update webhooks set healthy_at = $6, failing_since = null, failed_attempts = 0, given_up_told_at = null
       where account_id = $1 and id = $4 and (failed_attempts > 0 or healthy_at < $7)`,
      [account_id, id, attempt, endpoint_id, JSON.stringify([made]), now, unlessHealthySince],
    );
  }

  /** Of what is due for an endpoint, cancels a part of that for which there is no active endpoint with its URL. */
  async cancelDue({ account_id, endpoint_id }: Begun, now: Date): Promise<void> {
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
      [account_id, endpoint_id, now, cancelledAtOnce],
    );
  }

  async removeOld(before: Date, batch: number): Promise<number> {
    const removed = await this.transactions.rows(
      'webhook-deliveries-remove-old',
      `delete from webhook_deliveries where id = any (array(
         select id from webhook_deliveries where id < $1 and created_at < $2 order by id limit $3
       ))
       returning 1 as removed`,
      [firstIdAt(before), before, batch],
    );
    return removed.length;
  }
}
