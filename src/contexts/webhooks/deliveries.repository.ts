import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { firstIdAt, newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import type { Delivery, DeliveryStatus } from './delivery';

const columns = `id, account_id, endpoint_id, event_id, event, status, attempt_count, attempts, next_attempt_at, created_at`;

export interface DeliveryFilter {
  readonly status?: DeliveryStatus | undefined;
  readonly event?: string | undefined;
}

export type NewDelivery = Pick<Delivery, 'account_id' | 'endpoint_id' | 'event_id' | 'event'> & {
  readonly url_version: number;
};

/** Which events of the feed are wanted. */
export interface WantedEvents {
  /** Only events behind this position. */
  readonly after: number;
  /** Only events that happened then or later. */
  readonly since: Date;
  /** And those at this position and behind it, whenever they happened. */
  readonly orFrom: number | null;
  readonly limit: number;
}

/** An event that has its position in the change feed. */
export interface PlacedEvent {
  readonly id: string;
  readonly account_id: AccountId;
  readonly type: string;
  readonly position: number;
  readonly created_at: Date;
}

const insertBatchSize = 5_000;

/**
 * The statements on `webhook_deliveries` that requests need. Those of the worker are in
 * `due-deliveries.repository.ts`; there are no others.
 */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(
    accountId: AccountId,
    endpointId: string,
    { status, event }: DeliveryFilter,
    after: Position | null,
    limit: number,
  ): Promise<Delivery[]> {
    const where = Where.of(accountId)
      .and('endpoint_id = ?', endpointId)
      .andSelective(status, 'status = ?', status)
      .andSelective(event, 'event = ?', event)
      .after(after);
    return this.transactions.rows<Delivery>(
      where.name('webhook-deliveries-list'),
      `select ${columns} from webhook_deliveries where ${where.text}
       order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, endpointId: string, id: string): Promise<Delivery | null> {
    const [delivery] = await this.transactions.rows<Delivery>(
      'webhook-deliveries-by-id',
      `select ${columns} from webhook_deliveries where account_id = $1 and endpoint_id = $2 and id = $3`,
      [accountId, endpointId, id],
    );
    return delivery ?? null;
  }

  /** Inserts deliveries that are pending and due now. @returns their ids, in order. */
  async insert(deliveries: readonly NewDelivery[], now: Date): Promise<string[]> {
    const ids = deliveries.map(() => newId());
    for (let from = 0; from < deliveries.length; from += insertBatchSize) {
      const some = deliveries.slice(from, from + insertBatchSize);
      const column = <Key extends keyof NewDelivery>(key: Key) => some.map((delivery) => delivery[key]);
      await this.transactions.rows(
        'webhook-deliveries-insert',
        `insert into webhook_deliveries (id, account_id, endpoint_id, event_id, event, url_version, status, attempt,
           attempt_count, attempts, next_attempt_at, due_at, created_at)
         select id, account_id, endpoint_id, event_id, event, url_version, 'pending', 0, 0, '[]', $7, $7, $7
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[])
           as made (id, account_id, endpoint_id, event_id, event, url_version)`,
        [
          ids.slice(from, from + insertBatchSize),
          ...(['account_id', 'endpoint_id', 'event_id', 'event', 'url_version'] as const).map(column),
          now,
        ],
      );
    }
    return ids;
  }

  /** Makes a delivery due now, for the present URL of its endpoint, unless its attempt is under way. */
  async retry(accountId: AccountId, endpointId: string, id: string, urlVersion: number, now: Date): Promise<void> {
    await this.transactions.rows(
      'webhook-deliveries-retry',
      `update webhook_deliveries set status = 'pending', next_attempt_at = $5, due_at = $5, url_version = $4
       where account_id = $1 and endpoint_id = $2 and id = $3 and lease_until is null`,
      [accountId, endpointId, id, urlVersion, now],
    );
  }

  /**
   * Takes the account's replay lock until the end of the transaction.
   *
   * @param isNew whether to give up if another request of the account has it, and not to wait for the end of its batch.
   * @returns false if it was given up.
   */
  async lockReplay(accountId: AccountId, isNew: boolean): Promise<boolean> {
    const key = `hashtextextended('replay ' || $1::text, 0)`;
    if (!isNew) {
      await this.transactions.rows('webhook-deliveries-wait-for-replay', `select pg_advisory_xact_lock(${key})`, [
        accountId,
      ]);
      return true;
    }
    const [lock] = await this.transactions.rows<{ locked: boolean }>(
      'webhook-deliveries-lock-replay',
      `select pg_try_advisory_xact_lock(${key}) as locked`,
      [accountId],
    );
    return lock!.locked;
  }

  /** Finds the events to deliver again, in the order of the change feed. */
  async findEvents(
    accountId: AccountId,
    types: readonly string[],
    { after, since, orFrom, limit }: WantedEvents,
  ): Promise<PlacedEvent[]> {
    return this.transactions.rows(
      'webhook-deliveries-events',
      `select id, account_id, type, position, created_at from events
       where account_id = $1 and position > $3 and (created_at >= $4 or position >= $5) and type = any($2::text[])
       order by position limit $6`,
      [accountId, types, after, since, orFrom, limit],
    );
  }

  /** @returns 0 if the account has no event with a position. */
  async findLatestPosition(accountId: AccountId): Promise<number> {
    const [latest] = await this.transactions.rows<{ position: number | null }>(
      'webhook-deliveries-latest-event',
      'select max(position) as position from events where account_id = $1',
      [accountId],
    );
    return latest!.position ?? 0;
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
