import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { insertOne } from '../../platform/database/writing';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Activity, type ActivityNames, type Links, type NamedActivity } from './activity.entity';
import type { ActivityType } from './activity-metadata';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const ownColumns = `id, account_id, created_by, activity_type, contact_id, company_id, project_id, occurred_at, metadata,
  created_at, updated_at`;
const names = (account: string, author: string, links: Record<keyof Links, string>) => `
  (select name from users where account_id = ${account} and id = ${author}) as created_by_name,
  (select trim(first_name || ' ' || last_name) from contacts where account_id = ${account} and id = ${links.contact_id}) as contact_name,
  (select name from companies where account_id = ${account} and id = ${links.company_id}) as company_name,
  (select name from projects where account_id = ${account} and id = ${links.project_id}) as project_name`;
const columns = `${ownColumns}, ${names('activities.account_id', 'activities.created_by', {
  contact_id: 'activities.contact_id',
  company_id: 'activities.company_id',
  project_id: 'activities.project_id',
})}`;

export interface ActivityFilter extends Partial<Readonly<Record<keyof Links, string | undefined>>> {
  readonly types?: readonly ActivityType[] | undefined;
  readonly occurred_after?: Date | undefined;
  readonly occurred_before?: Date | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** The only SQL on `activities`. */
@Injectable()
export class ActivitiesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Latest first; one row more than the limit when there are more. */
  async list(
    accountId: AccountId,
    filter: ActivityFilter,
    order: 'created_at' | 'occurred_at',
    after: Position | null,
    limit: number,
  ): Promise<NamedActivity[]> {
    const where = Where.of(accountId)
      .filter(filter.contact_id, 'contact_id = ?', filter.contact_id)
      .filter(filter.company_id, 'company_id = ?', filter.company_id)
      .filter(filter.project_id, 'project_id = ?', filter.project_id)
      .filter(filter.occurred_after, 'occurred_at > ?', filter.occurred_after)
      .filter(filter.occurred_before, 'occurred_at < ?', filter.occurred_before)
      .filter(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .andIf(after, `(${order}, id) < (?, ?::uuid)`, after && new Date(after.at), after?.id);
    const page = `order by ${order} desc, id desc limit ${where.value(limit + 1)}`;
    // Each type is a walk of its own along its index: one condition on several would read all of the account to find three.
    const source = filter.types
      ? `activities where account_id = $1 and id in (
           select found.id from unnest(${where.value([...new Set(filter.types)])}::text[]) as wanted (type)
           cross join lateral (
             select id from activities where ${where.text} and activity_type = wanted.type ${page}
           ) as found)`
      : `activities where ${where.text}`;
    return this.transactions.rows<NamedActivity>(
      filter.types ? undefined : where.name(`activities-list-${order}`),
      `select ${columns} from ${source} ${page}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<NamedActivity | null> {
    const [activity] = await this.transactions.rows<NamedActivity>(
      'activities-by-id',
      `select ${columns} from activities where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return activity ?? null;
  }

  /**
   * Locks the row until the end of the transaction. Without names: after a wait for the lock the row is the newest, but what
   * the same statement says of other tables is as old as the statement.
   */
  async findForUpdate(accountId: AccountId, id: string): Promise<Activity | null> {
    const [activity] = await this.transactions.rows<Activity>(
      'activities-by-id-for-update',
      `select ${ownColumns} from activities where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return activity ?? null;
  }

  /** A name that is null is that of nothing. */
  async findNames(accountId: AccountId, author: string | null, links: Links): Promise<ActivityNames> {
    const [found] = await this.transactions.rows<ActivityNames>(
      'activities-names',
      `select ${names('$1', '$2', { contact_id: '$3', company_id: '$4', project_id: '$5' })}`,
      [accountId, author, links.contact_id, links.company_id, links.project_id],
    );
    return found!;
  }

  async insert(activity: Activity): Promise<void> {
    await insertOne(this.transactions, Activity, activity);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Activity>): Promise<void> {
    await this.transactions.manager.update(Activity, { account_id: accountId, id }, changes);
  }

  async delete(accountId: AccountId, id: string): Promise<void> {
    await this.transactions.manager.delete(Activity, { account_id: accountId, id });
  }

  /** What the deletion of a record in the same transaction left without any link. */
  async deleteLinkless(accountId: AccountId): Promise<void> {
    await this.transactions.rows(
      'activities-delete-linkless',
      `delete from activities
       where account_id = $1 and contact_id is null and company_id is null and project_id is null`,
      [accountId],
    );
  }
}
