import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { RecordStore } from '../../platform/records/record-store';
import { sourceRecord } from './source.record';
import type { SourceView } from './source.view';

export interface SourceFilter {
  readonly include_archived?: boolean | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** A source that rows of imports may mean, with the form of its name. */
export interface SourceForm {
  readonly id: string;
  readonly form: string;
  readonly name: string;
  readonly is_archived: boolean;
}

/** The lists and look-ups of sources. `RecordStore` has what all records share. */
@Injectable()
export class SourcesRepository {
  constructor(
    private readonly store: RecordStore,
    private readonly transactions: Transactions,
  ) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(accountId: AccountId, filter: SourceFilter, after: Position | null, limit: number): Promise<SourceView[]> {
    const where = Where.of(accountId)
      .andIf(!filter.include_archived, 'archived_at is null')
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after);
    return this.store.list(sourceRecord, where, limit);
  }

  /** @returns for each form of a name a source with it, if there is one: preferably not archived, then the oldest. */
  async findByForms(accountId: AccountId, forms: readonly string[]): Promise<SourceForm[]> {
    // Orders by a row value. Ordered by columns, PostgreSQL would walk an index in the order of the list.
    return this.transactions.rows<SourceForm>(
      'sources-by-forms',
      `select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
         select id, wanted.form, name, archived_at is not null as is_archived from sources
         where account_id = $1 and match_name(name) = wanted.form
         order by (archived_at is not null, created_at, id) limit 1
       ) as found`,
      [accountId, forms],
    );
  }
}
