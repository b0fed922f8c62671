import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';
import { accountsInTurn } from '../../platform/fairness/due-in-turn';
import type { PositionRange } from '../../platform/outbox/domain-events';
import type { PlacedEvent } from './deliveries.repository';

export type FirstRange = Pick<PositionRange, 'account_id' | 'first_position'>;

/** The statements on `webhook_fan_outs`, besides one that reads how old the oldest is (`due-deliveries.repository.ts`). */
@Injectable()
export class FanOutsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Leaves out accounts that have no active endpoint. */
  async insert(ranges: readonly PositionRange[], now: Date): Promise<number> {
    const inserted = await this.transactions.rows(
      'webhook-fan-outs-insert',
      `insert into webhook_fan_outs (account_id, first_position, last_position, created_at)
       select account_id, first_position, last_position, $4
       from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as placed (account_id, first_position, last_position)
       where exists (select from webhooks where webhooks.account_id = placed.account_id and webhooks.is_active)
       returning 1 as inserted`,
      [...columnsOf(ranges), now],
    );
    return inserted.length;
  }

  /** Finds the first range of each account, across accounts. */
  async findInTurn(after: string, limit: number): Promise<FirstRange[]> {
    const all = { table: 'webhook_fan_outs', condition: 'true', order: 'first_position' };
    return this.transactions.rows(
      'webhook-fan-outs-in-turn',
      `with recursive ${accountsInTurn(all, '$1', '$2')} select account_id, first_position from in_turn order by place`,
      [after, limit],
    );
  }

  /** Locks the first range of each account. @returns the accounts of which no other process has it. */
  async lock(first: readonly FirstRange[]): Promise<AccountId[]> {
    const locked = await this.transactions.rows<{ account_id: AccountId }>(
      'webhook-fan-outs-lock',
      `select webhook_fan_outs.account_id from webhook_fan_outs
       join unnest($1::uuid[], $2::bigint[]) as wanted (account_id, first_position)
         on wanted.account_id = webhook_fan_outs.account_id and wanted.first_position = webhook_fan_outs.first_position
       for update of webhook_fan_outs skip locked`,
      [first.map(({ account_id }) => account_id), first.map(({ first_position }) => first_position)],
    );
    return locked.map(({ account_id }) => account_id);
  }

  /** Finds the first ranges of each of these accounts, in their order. */
  async findFirst(accountIds: readonly AccountId[], perAccount: number): Promise<PositionRange[]> {
    return this.transactions.rows<PositionRange>(
      'webhook-fan-outs-first',
      `select own.* from unnest($1::uuid[]) as wanted (account_id) cross join lateral (
         select account_id, first_position, last_position from webhook_fan_outs
         where webhook_fan_outs.account_id = wanted.account_id order by first_position limit $2
       ) as own`,
      [accountIds, perAccount],
    );
  }

  /** Finds the events of ranges, in the order of positions. */
  async findEvents(ranges: readonly PositionRange[]): Promise<PlacedEvent[]> {
    return this.transactions.rows(
      'webhook-fan-outs-events',
      // The limit keeps PostgreSQL from reading all events and joining them: it cannot know how narrow the ranges are.
      `select event.*
       from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as wanted (account_id, first_position, last_position)
       cross join lateral (
         select id, account_id, type, position, created_at from events
         where account_id = wanted.account_id and position between first_position and last_position
         order by position limit last_position - first_position + 1
       ) as event
       order by event.position`,
      columnsOf(ranges),
    );
  }

  /** Removes ranges whose deliveries are made, from their first positions to these last ones; what is behind stays. */
  async finish(ranges: readonly PositionRange[]): Promise<void> {
    await this.transactions.rows(
      'webhook-fan-outs-finish',
      `with finished as (
         select * from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as finished (account_id, first_position, last_position)
       ),
       removed as (
         delete from webhook_fan_outs using finished where webhook_fan_outs.account_id = finished.account_id
           and webhook_fan_outs.first_position = finished.first_position
           and webhook_fan_outs.last_position = finished.last_position
       )
       update webhook_fan_outs set first_position = finished.last_position + 1 from finished
       where webhook_fan_outs.account_id = finished.account_id
         and webhook_fan_outs.first_position = finished.first_position
         and webhook_fan_outs.last_position > finished.last_position`,
      columnsOf(ranges),
    );
  }
}

function columnsOf(ranges: readonly PositionRange[]): (readonly (string | number)[])[] {
  return (['account_id', 'first_position', 'last_position'] as const).map((key) => ranges.map((range) => range[key]));
}
