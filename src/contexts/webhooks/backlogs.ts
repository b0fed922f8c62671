import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors } from '../../kernel/too-busy';
import { Transactions } from '../../platform/database/transactions';
import { Backlog, BacklogLimits, type EndpointBacklog } from './backlog';

/**
 * Milliseconds for each delivery that was counted, until the deliveries of its endpoint are counted again. To count
 * 100,000 takes PostgreSQL some 50 ms; that happens twice a minute at most.
 */
const recountMsPerDelivery = 0.3;
/** Seconds after which a client that found no room may try again. */
const retryAfterSeconds = 60;

/** Reads and writes what waits for the endpoints of an account. */
@Injectable()
export class Backlogs {
  constructor(
    private readonly transactions: Transactions,
    private readonly limits: BacklogLimits,
    private readonly clock: Clock,
  ) {}

  /** Locks the endpoints of the account until the end of the transaction. Nobody else of the account takes room then. */
  async lock(accountId: AccountId): Promise<Backlog> {
    return (await this.lockMany([accountId])).get(accountId)!;
  }

  /** Locks in the order of ids, as other statements on several endpoints do, so that two of them cannot deadlock. */
  async lockMany(accountIds: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Backlog>> {
    const endpoints = await this.transactions.rows<EndpointBacklog>(
      'webhooks-backlog',
      `select id, account_id, events, url_version, is_active, after_position, waiting_at_most, count_again_at,
         missed_since, missed_position
       from webhooks where account_id = any($1::uuid[]) order by id for no key update`,
      [accountIds],
    );
    const backlogs = new Map(
      accountIds.map((accountId) => {
        const own = endpoints.filter(({ account_id }) => account_id === accountId);
        return [accountId, new Backlog(own, this.limits)] as const;
      }),
    );
    for (const backlog of backlogs.values()) {
      await this.count(
        backlog,
        backlog.endpoints.filter(({ waiting_at_most }) => waiting_at_most === null),
      );
    }
    return backlogs;
  }

  /** Takes room for one delivery. @throws DomainError `rate_limit.exceeded` if there is none. */
  async takeOne(accountId: AccountId, endpointId: string): Promise<void> {
    const backlog = await this.lock(accountId);
    const [hasRoom] = await this.take(backlog, [endpointId]);
    if (!hasRoom) {
      const message = `As many deliveries wait as an account may have: ${this.limits.account}.`;
      throw new DomainError(rateLimitErrors.exceeded, { message, retryAfter: retryAfterSeconds });
    }
    await this.save([backlog]);
  }

  /**
   * Takes room for as many of these deliveries as there is. If the upper bounds leave no room, counts what really
   * waits.
   *
   * @param wanted ids of active endpoints, one for each delivery.
   * @returns whether there was room for each.
   */
  async take(backlog: Backlog, wanted: readonly string[]): Promise<boolean[]> {
    let rooms = backlog.roomFor(wanted);
    if (rooms.includes(false) && (await this.count(backlog, this.outdated(backlog)))) rooms = backlog.roomFor(wanted);
    wanted.filter((_, index) => rooms[index]).forEach((id) => backlog.add(id));
    return rooms;
  }

  async save(backlogs: Iterable<Backlog>): Promise<void> {
    const changed = [...backlogs].flatMap((backlog) => backlog.changed);
    if (changed.length === 0) return;
    const column = <Key extends keyof EndpointBacklog>(key: Key) => changed.map((endpoint) => endpoint[key]);
    await this.transactions.rows(
      'webhooks-backlog-save',
      `update webhooks set waiting_at_most = made.waiting_at_most, count_again_at = made.count_again_at,
         missed_since = made.missed_since, missed_position = made.missed_position
       from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::bigint[])
         as made (account_id, id, waiting_at_most, count_again_at, missed_since, missed_position)
       where webhooks.account_id = made.account_id and webhooks.id = made.id`,
      (['account_id', 'id', 'waiting_at_most', 'count_again_at', 'missed_since', 'missed_position'] as const).map(
        column,
      ),
    );
  }

  private outdated({ endpoints }: Backlog): EndpointBacklog[] {
    const now = this.clock.now();
    return endpoints.filter(
      ({ waiting_at_most, count_again_at }) =>
        waiting_at_most !== 0 && (count_again_at === null || count_again_at <= now),
    );
  }

  /** @returns whether anything was counted. */
  private async count(backlog: Backlog, endpoints: readonly EndpointBacklog[]): Promise<boolean> {
    if (endpoints.length === 0) return false;
    // By the endpoint alone: through the index by account PostgreSQL would read what waits for all endpoints.
    const counted = await this.transactions.rows<{ id: string; count: number }>(
      'webhooks-backlog-count',
      `select endpoint.id, waiting.count from unnest($1::uuid[]) as endpoint (id) cross join lateral (
         select count(*) as count from (
           select 1 from webhook_deliveries where endpoint_id = endpoint.id and status = 'pending' limit $2
         ) as pending
       ) as waiting`,
      [endpoints.map(({ id }) => id), this.limits.account + 1],
    );
    const now = this.clock.now().getTime();
    for (const { id, count } of counted) {
      const again = new Date(now + Math.ceil(count * recountMsPerDelivery));
      backlog.change(id, { waiting_at_most: count, count_again_at: again });
    }
    return true;
  }
}
