import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';
import { accountsInTurn } from '../../platform/fairness/due-in-turn';
import type { PositionRange } from '../../platform/outbox/domain-events';
import type { PlacedEvent } from './deliveries.repository';

/** The statements on `webhook_fan_outs`, besides one that reads how old the oldest is (`due-deliveries.repository.ts`). */
@Injectable()
export class FanOutsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Leaves out accounts that have no active endpoint. */
  async insert(ranges: readonly PositionRange[], now: Date): Promise<number> {
    const column = <Key extends keyof PositionRange>(key: Key) => ranges.map((range) => range[key]);
    const inserted = await this.transactions.rows(
      'webhook-fan-outs-insert',
      `insert into webhook_fan_outs (account_id, first_position, last_position, created_at)
       select account_id, first_position, last_position, $4
       from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as placed (account_id, first_position, last_position)
       where exists (select from webhooks where webhooks.account_id = placed.account_id and webhooks.is_active)
       returning 1 as inserted`,
      [column('account_id'), column('first_position'), column('last_position'), now],
    );
    return inserted.length;
  }

  /** Finds the first range of each account, across accounts. */
  async findInTurn(after: string, limit: number): Promise<Pick<PositionRange, 'account_id' | 'first_position'>[]> {
    const all = { table: 'webhook_fan_outs', condition: 'true', order: 'first_position' };
    return this.transactions.rows(
      'webhook-fan-outs-in-turn',
      `with recursive ${accountsInTurn(all, '$1', '$2')} select account_id, first_position from in_turn order by place`,
      [after, limit],
    );
  }

  /** @returns null if the range is gone, or another process has it. */
  async lock(accountId: AccountId, firstPosition: number): Promise<PositionRange | null> {
    const [range] = await this.transactions.rows<PositionRange>(
      'webhook-fan-outs-lock',
      `select account_id, first_position, last_position from webhook_fan_outs
       where account_id = $1 and first_position = $2 for update skip locked`,
      [accountId, firstPosition],
    );
    return range ?? null;
  }

  /** Finds events of a range, in their order. */
  async findEvents(
    { account_id, first_position, last_position }: PositionRange,
    types: readonly string[],
    limit: number,
  ): Promise<PlacedEvent[]> {
    return this.transactions.rows(
      'webhook-fan-outs-events',
      `select id, type, position, created_at from events
       where account_id = $1 and position between $2 and $3 and type = any($4::text[]) order by position limit $5`,
      [account_id, first_position, last_position, types, limit],
    );
  }

  /** @param next the first position of what is left. */
  async advance({ account_id, first_position }: PositionRange, next: number): Promise<void> {
    await this.transactions.rows(
      'webhook-fan-outs-advance',
      'update webhook_fan_outs set first_position = $3 where account_id = $1 and first_position = $2',
      [account_id, first_position, next],
    );
  }

  async remove({ account_id, first_position }: PositionRange): Promise<void> {
    await this.transactions.rows(
      'webhook-fan-outs-remove',
      'delete from webhook_fan_outs where account_id = $1 and first_position = $2',
      [account_id, first_position],
    );
  }
}
