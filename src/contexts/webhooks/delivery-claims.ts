import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import { accountsInTurn, beforeAllAccounts } from '../../platform/fairness/due-in-turn';
import type { Job } from '../../platform/queue/queue-engine';
import type { StartedAttempt } from './delivery';
import { isPending, waitingDeliveries } from './due-deliveries.repository';

export interface ClaimLimits {
  /** Maximum number of deliveries to claim. */
  readonly limit: number;
  /** Maximum under way to one endpoint, in all processes together; one if its last attempt had no answer in time. */
  readonly perEndpoint: number;
  /** Maximum under way of one account, in all processes together. */
  readonly perAccount: number;
  /**
   * Only deliveries to endpoints whose last attempt was quick, and one to an endpoint that is new if nothing of its
   * account is under way.
   */
  readonly quickOnly: boolean;
}

/** The result of a search: the account at which it ended because there were too many, and a delivery or none. */
type Claimed<Row> = { readonly searched_to: string | null } & (Row | { readonly id: null });

/** Key of the advisory lock. Any number will do, if all releases use the same one. */
const claimLock = 7_405_283_004;
/** Maximum number of accounts in one search, which takes some 3 ms then. A claim makes as many searches as it needs. */
const maxAccounts = 1_000;

/**
 * Makes PostgreSQL look up these few rows through indexes. Its statistics lag behind a table that changes this fast. A
 * plain index scan also marks dead entries, and the plan is made only once.
 */
const preferIndexes = `set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
  set_config('plan_cache_mode', 'force_generic_plan', true), set_config('synchronous_commit', 'off', true)`;

/**
 * Deliveries in turn. Each account has as many turns as it has deliveries under way and due; the first turns come first,
 * and of equal turns those of accounts behind the one that was served last. The same goes for the endpoints of an
 * account, where chance decides between equal turns; PostgreSQL looks at no more of them than the account has turns. What waits for a deleted endpoint, which a worker cancels, is found by its account.
 *
 * $1 now, $2 perEndpoint, $3 perAccount, $4 limit, $5 the end of the lease, $6 quickOnly, $7 the account served last,
 * $8 the account behind which the search begins, $9 the maximum number of accounts.
 */
const inTurn = `leased as materialized (
    select endpoint_id, account_id from webhook_deliveries where lease_until is not null and lease_until > $1
  ),
  busy_accounts as materialized (select account_id, count(*) as under_way from leased group by account_id),
  busy_endpoints as materialized (select endpoint_id, count(*) as under_way from leased group by endpoint_id),
  ${accountsInTurn(waitingDeliveries, '$8::uuid', '$9::bigint')},
  turns as (
    select in_turn.account_id, coalesce(busy.under_way, 0) as under_way, in_turn.account_id <= $7::uuid as is_later
    from in_turn left join busy_accounts as busy on busy.account_id = in_turn.account_id
    where in_turn.due_at <= $1 and coalesce(busy.under_way, 0) < $3::bigint
    order by under_way, is_later, in_turn.account_id
    limit $4 + (select count(*) from busy_accounts)
  ),
  due as (
    select delivery.id, account_id, is_later, is_new, under_way, turn
    from turns cross join lateral (
      select found.id, is_new, turn from (
        select webhooks.id, webhooks.is_quick is null as is_new, nth, coalesce(busy.under_way, 0) + nth as turn
        from webhooks left join busy_endpoints as busy on busy.endpoint_id = webhooks.id
        cross join generate_series(1, $2::bigint) as nth
        where webhooks.account_id = turns.account_id
          and coalesce(busy.under_way, 0) + nth <= $2::bigint
          and (webhooks.timeouts is null or coalesce(busy.under_way, 0) + nth <= 1)
          and (not $6::boolean or webhooks.is_quick or (webhooks.is_quick is null and turns.under_way = 0))
        order by turn, random()
      ) as endpoint cross join lateral (
        select id from webhook_deliveries
        where status = 'pending' and endpoint_id = endpoint.id and due_at <= $1
        order by due_at offset endpoint.nth - 1 limit 1
      ) as found
      limit least($4, $3::bigint - turns.under_way)
    ) as delivery
    union all
    select delivery.id, account_id, is_later, false, under_way, 1
    from turns cross join lateral (
      select id, endpoint_id from webhook_deliveries
      where status = 'pending' and account_id = turns.account_id and due_at <= $1 order by due_at limit 1
    ) as delivery
    where not $6::boolean and not exists (
      select from webhooks where webhooks.account_id = turns.account_id and webhooks.id = delivery.endpoint_id
    )
  ),
  fair as (
    select id, account_id, is_later, is_new,
      under_way + row_number() over (partition by account_id order by turn) as turn_of_account
    from due
  )`;

const claimable = `array(
    select id from webhook_deliveries
    where id = any (array(
        select id from fair
        where turn_of_account <= case when is_new and $6::boolean then 1 else $3::bigint end
        order by turn_of_account, is_later, account_id limit $4
      ))
      and ${isPending} and due_at <= $1
    for update skip locked
  )`;

const search = '(select (select account_id from in_turn where place = $9::bigint) as searched_to) as search';

const startedColumns = 'id, account_id, endpoint_id, url_version, event_id, event, attempt, attempt_count, created_at';
const selectStarted = `select begun.*, webhooks.url, webhooks.secret, webhooks.previous_secret,
    webhooks.previous_secret_until, webhooks.timeouts, webhooks.missed_since,
    events.entity_id, events.data, events.previous, events.created_at as happened_at
  from begun
  left join webhooks on webhooks.account_id = begun.account_id and webhooks.id = begun.endpoint_id
    and webhooks.is_active and webhooks.url_version = begun.url_version
  left join events on events.account_id = begun.account_id and events.id = begun.event_id`;

/** Leases due deliveries and begins their attempts: the worker's statements, which cover all accounts. */
@Injectable()
export class DeliveryClaims {
  /** The account behind which the next search begins. */
  private searchedTo = beforeAllAccounts;
  private servedLast = beforeAllAccounts;

  constructor(private readonly transactions: Transactions) {}

  /**
   * Leases due deliveries, in turn by account and by endpoint. An account or endpoint with nothing due costs one index
   * step, however many deliveries wait.
   */
  async claim(limits: ClaimLimits, now: Date, leaseUntil: Date): Promise<Job[]> {
    return this.claimInTurn<Job & { readonly account_id: string }>(
      'webhook-deliveries-claim',
      `with recursive ${inTurn},
         claimed as (
           update webhook_deliveries set lease_until = $5, due_at = $5 where id = any (${claimable})
           returning id, account_id, attempt
         )
       select search.searched_to, claimed.* from ${search} left join claimed on true`,
      limits,
      now,
      leaseUntil,
    );
  }

  /** Like `claim`, and begins the attempts too. */
  async claimAndStart(limits: ClaimLimits, now: Date, leaseUntil: Date): Promise<StartedAttempt[]> {
    return this.claimInTurn<StartedAttempt>(
      'webhook-deliveries-claim-and-begin',
      `with recursive ${inTurn},
         begun as (
           update webhook_deliveries set lease_until = $5, due_at = $5, attempt = attempt + 1 where id = any (${claimable})
           returning ${startedColumns}
         ),
         started as (${selectStarted})
       select search.searched_to, started.* from ${search} left join started on true`,
      limits,
      now,
      leaseUntil,
    );
  }

  /**
   * Serialises claims: two at once would both find room for the same endpoint. The lock is a statement of its own, so
   * that the claim, sent right after it, sees what the previous holder committed.
   */
  private async claimInTurn<Row extends { readonly id: string; readonly account_id: string }>(
    name: string,
    text: string,
    limits: ClaimLimits,
    now: Date,
    leaseUntil: Date,
  ): Promise<Row[]> {
    const lock = this.transactions.rows(
      'webhook-deliveries-claim-lock',
      `select pg_advisory_xact_lock($1), ${preferIndexes}`,
      [claimLock],
    );
    const { limit, perEndpoint, perAccount, quickOnly } = limits;
    const claimed: Row[] = [];
    const begin = this.searchedTo;
    let isFromStart = begin === beforeAllAccounts;
    let isOver = false;
    while (!isOver && claimed.length < limit) {
      const left = limit - claimed.length;
      const place = [this.servedLast, this.searchedTo, maxAccounts];
      const values = [now, perEndpoint, perAccount, left, leaseUntil, quickOnly, ...place];
      const rows = this.transactions.rows<Claimed<Row>>(name, text, values);
      const [, found] = await this.transactions.pipelined(lock, rows);
      for (const row of found) if (row.id !== null) claimed.push(row);
      const { searched_to } = found[0]!;
      // Once around: to the last account, and from the first one to where it began.
      isOver = isFromStart && (searched_to === null || (begin !== beforeAllAccounts && searched_to >= begin));
      isFromStart ||= searched_to === null;
      this.searchedTo = searched_to ?? beforeAllAccounts;
    }
    this.servedLast = lastOf(claimed, this.servedLast);
    return claimed;
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
}

/** The last account in the order in which accounts have their turns: those behind `before`, then the others. */
function lastOf(claimed: readonly { readonly account_id: string }[], before: string): string {
  const ids = claimed.map(({ account_id }) => account_id).sort();
  return ids.findLast((id) => id <= before) ?? ids.at(-1) ?? before;
}
