import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { andCustomFields } from '../../platform/database/custom-field-conditions';
import { insertOne } from '../../platform/database/writing';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { type NamedProject, Project, type ProjectNames } from './project.entity';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const ownColumns = `id, account_id, created_by, name, description, stage, company_id, assigned_to, value, start_date,
  end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at`;
const columns = `${ownColumns},
  (select name from companies where account_id = projects.account_id and id = projects.company_id) as company_name,
  (select name from users where account_id = projects.account_id and id = projects.assigned_to) as assigned_name`;

export interface ProjectFilter {
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly company_id?: string | undefined;
  readonly assigned_to?: string | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
  readonly custom_fields: CustomFieldFilter | undefined;
}

export interface References extends ProjectNames {
  readonly user_deactivated_at: Date | null;
}

export const noReferences: References = { company_name: null, assigned_name: null, user_deactivated_at: null };

/** The only SQL on `projects`, but for the names that other lists show. */
@Injectable()
export class ProjectsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(
    accountId: AccountId,
    filter: ProjectFilter,
    after: Position | null,
    limit: number,
  ): Promise<NamedProject[]> {
    const where = Where.of(accountId)
      .filter(filter.search, 'search_text like search_pattern(?)', filter.search)
      .filter(filter.tags, 'tags @> ?::text[]', filter.tags)
      .filter(filter.stage, 'stage = ?', filter.stage)
      .filter(filter.company_id, 'company_id = ?', filter.company_id)
      .filter(filter.assigned_to, 'assigned_to = ?', filter.assigned_to)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .behind(after);
    const { custom_fields, created_after, ...others } = filter;
    const isAlone = Object.values(others).every((value) => value === undefined);
    andCustomFields(where, custom_fields, isAlone ? { created_after, after, limit: limit + 1 } : null);
    return this.transactions.rows<NamedProject>(
      where.name('projects-list'),
      `select ${columns} from projects where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<NamedProject | null> {
    const [project] = await this.transactions.rows<NamedProject>(
      'projects-by-id',
      `select ${columns} from projects where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return project ?? null;
  }

  /**
   * Locks the row until the end of the transaction. Without names: after a wait for the lock the row is the newest, but what
   * the same statement says of other tables is as old as the statement.
   */
  async findForUpdate(accountId: AccountId, id: string): Promise<Project | null> {
    const [project] = await this.transactions.rows<Project>(
      'projects-by-id-for-update',
      `select ${ownColumns} from projects where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return project ?? null;
  }

  /** What a project would refer to; a name that is null is that of nothing. */
  async findReferences(accountId: AccountId, companyId: string | null, userId: string | null): Promise<References> {
    const [references] = await this.transactions.rows<References>(
      'projects-references',
      `select
         (select name from companies where account_id = $1 and id = $2) as company_name,
         (select name from users where account_id = $1 and id = $3) as assigned_name,
         (select deactivated_at from users where account_id = $1 and id = $3) as user_deactivated_at`,
      [accountId, companyId, userId],
    );
    return references!;
  }

  async insert(project: Project): Promise<void> {
    await insertOne(this.transactions, Project, project);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Project>): Promise<void> {
    await this.transactions.manager.update(Project, { account_id: accountId, id }, changes);
  }

  async delete(accountId: AccountId, id: string): Promise<void> {
    await this.transactions.manager.delete(Project, { account_id: accountId, id });
  }
}
