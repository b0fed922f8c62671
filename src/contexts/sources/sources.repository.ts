import { Injectable } from '@nestjs/common';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Source } from './source.entity';

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
    return this.transactions.rows<Source>(
      'sources-list',
      `select * from sources
       where account_id = $1
         and ($2 or archived_at is null)
         and ($3::timestamptz is null or created_at > $3)
         and ($4::timestamptz is null or updated_at > $4)
         and ($5::timestamptz is null or (created_at, id) < ($5, $6::uuid))
       order by created_at desc, id desc
       limit $7`,
      [
        accountId,
        filter.include_archived,
        filter.created_after ?? null,
        filter.updated_after ?? null,
        after ? new Date(after.at) : null,
        after?.id ?? null,
        limit + 1,
      ],
    );
  }

  async find(accountId: string, id: string): Promise<Source | null> {
    const [source] = await this.transactions.rows<Source>(
      'sources-by-id',
      'select * from sources where account_id = $1 and id = $2',
      [accountId, id],
    );
    return source ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: string, id: string): Promise<Source | null> {
    const [source] = await this.transactions.rows<Source>(
      'sources-by-id-for-update',
      'select * from sources where account_id = $1 and id = $2 for update',
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
