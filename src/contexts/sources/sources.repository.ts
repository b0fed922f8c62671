import { Injectable } from '@nestjs/common';
import type { Position } from '../../kernel/cursor';
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

/** The only SQL on `sources`. */
@Injectable()
export class SourcesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(accountId: string, filter: SourceFilter, after: Position | null, limit: number): Promise<Source[]> {
    const where = new Where()
      .and('account_id = ?', accountId)
      .andIf(!filter.include_archived, 'archived_at is null')
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .andIf(after, '(created_at, id) < (?, ?::uuid)', after && new Date(after.at), after?.id);
    return this.transactions.rows<Source>(
      where.name('sources-list'),
      `select ${columns} from sources where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: string, id: string): Promise<Source | null> {
    const [source] = await this.transactions.rows<Source>(
      'sources-by-id',
      `select ${columns} from sources where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return source ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: string, id: string): Promise<Source | null> {
    const [source] = await this.transactions.rows<Source>(
      'sources-by-id-for-update',
      `select ${columns} from sources where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return source ?? null;
  }

  async insert(source: Source): Promise<void> {
    await this.transactions.manager.insert(Source, source);
  }

  async update(accountId: string, id: string, changes: Partial<Source>): Promise<void> {
    await this.transactions.manager.update(Source, { account_id: accountId, id }, changes);
  }
}
