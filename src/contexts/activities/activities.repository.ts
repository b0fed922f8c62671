import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { activityRecord } from './activity.record';
import type { ActivityView } from './activity.view';
import type { ActivityType } from './activity-metadata';

export interface ActivityFilter {
  readonly contact_id?: string | undefined;
  readonly company_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly types?: readonly ActivityType[] | undefined;
  readonly occurred_after?: Date | undefined;
  readonly occurred_before?: Date | undefined;
  readonly external_id?: string | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** The lists and look-ups of activities. `RecordStore` has what all records share. */
@Injectable()
export class ActivitiesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Latest first. Returns one row more than the limit if there are more. */
  async list(
    accountId: AccountId,
    filter: ActivityFilter,
    order: 'created_at' | 'occurred_at',
    after: Position | null,
    limit: number,
  ): Promise<ActivityView[]> {
    const where = Where.of(accountId)
      .andIf(filter.external_id, 'external_id = ?', filter.external_id)
      .andSelective(filter.contact_id, 'contact_id = ?', filter.contact_id)
      .andSelective(filter.company_id, 'company_id = ?', filter.company_id)
      .andSelective(filter.project_id, 'project_id = ?', filter.project_id)
      .andSelective(filter.occurred_after, 'occurred_at > ?', filter.occurred_after)
      .andSelective(filter.occurred_before, 'occurred_at < ?', filter.occurred_before)
      .andSelective(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after, order);
    const page = `order by ${order} desc, id desc limit ${where.value(limit + 1)}`;
    // A query for each type walks its own part of the index. One condition on several types would read the whole
    // account to find three.
    const source = filter.types
      ? `activities where account_id = ${where.account} and id in (
           select found.id from unnest(${where.value([...new Set(filter.types)])}::text[]) as wanted (type)
           cross join lateral (
             select id from activities where ${where.text} and activity_type = wanted.type ${page}
           ) as found)`
      : `activities where ${where.text}`;
    return this.transactions.answers<ActivityView>(
      filter.types ? undefined : where.name(`activities-list-${order}`),
      `select ${activityRecord.statements.answerColumns} from ${source} ${page}`,
      where.values,
    );
  }

  /** Deletes activities that a deletion in the same transaction left without a link. */
  async deleteLinkless(accountId: AccountId): Promise<void> {
    await this.transactions.rows(
      'activities-delete-linkless',
      `delete from activities
       where account_id = $1 and contact_id is null and company_id is null and project_id is null`,
      [accountId],
    );
  }
}
