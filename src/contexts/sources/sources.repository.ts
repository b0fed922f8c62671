import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { insertMany, updateMany } from '../../platform/database/writing';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Source } from './source.entity';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const columns = 'id, account_id, created_by, name, archived_at, created_at, updated_at';

export interface SourceFilter {
  readonly include_archived: boolean;
  readonly created_after: Date | undefined;
  readonly updated_after: Date | undefined;
}

/** What a source is recognised by, in the form in which it is compared. */
export interface SourceForm {
  readonly id: string;
  readonly name: string;
  readonly is_archived: boolean;
}

/** The only SQL on `sources`. */
@Injectable()
export class SourcesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(accountId: AccountId, filter: SourceFilter, after: Position | null, limit: number): Promise<Source[]> {
    const where = Where.of(accountId)
      .andIf(!filter.include_archived, 'archived_at is null')
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .behind(after);
    return this.transactions.rows<Source>(
      where.name('sources-list'),
      `select ${columns} from sources where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<Source | null> {
    const [source] = await this.transactions.rows<Source>(
      'sources-by-id',
      `select ${columns} from sources where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return source ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: AccountId, id: string): Promise<Source | null> {
    const [source] = await this.transactions.rows<Source>(
      'sources-by-id-for-update',
      `select ${columns} from sources where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return source ?? null;
  }

  /** Locks these rows in the order of their ids. */
  async findManyForUpdate(accountId: AccountId, ids: readonly string[]): Promise<Source[]> {
    return this.transactions.rows<Source>(
      'sources-some-for-update',
      `select ${columns} from sources where account_id = $1 and id = any($2::uuid[]) order by id for update`,
      [accountId, ids],
    );
  }

  /** @returns for each form of a name, where there is one, a source with it: one that is not archived first, then the oldest. */
  async findByForms(accountId: AccountId, forms: readonly string[]): Promise<SourceForm[]> {
    // By a row, not by columns: an index in the order of the list would be walked in vain.
    return this.transactions.rows<SourceForm>(
      'sources-by-forms',
      `select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
         select id, name_form(name) as name, archived_at is not null as is_archived from sources
         where account_id = $1 and name_form(name) = wanted.form
         order by (archived_at is not null, created_at, id) limit 1
       ) as found`,
      [accountId, forms],
    );
  }

  async insertMany(sources: readonly Source[]): Promise<void> {
    await insertMany(this.transactions, Source, sources);
  }

  async updateMany(accountId: AccountId, sources: readonly Source[]): Promise<void> {
    await updateMany(this.transactions, Source, accountId, sources);
  }

  async deleteMany(accountId: AccountId, ids: readonly string[]): Promise<void> {
    await this.transactions.rows(
      'sources-delete-many',
      'delete from sources where account_id = $1 and id = any($2::uuid[])',
      [accountId, ids],
    );
  }

  async insert(source: Source): Promise<void> {
    await this.transactions.manager.insert(Source, source);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Source>): Promise<void> {
    await this.transactions.manager.update(Source, { account_id: accountId, id }, changes);
  }
}
