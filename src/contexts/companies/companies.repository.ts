import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { addCustomFieldConditions } from '../../platform/records/custom-field-conditions';
import { addTagConditions } from '../../platform/records/tag-conditions';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { RecordStore } from '../../platform/records/record-store';
import { companyRecord } from './company.record';
import type { CompanyView } from './company.view';

export interface CompanyFilter {
  readonly custom_fields: CustomFieldFilter | undefined;
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly external_id?: string | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** A company that rows of imports may mean, with the forms of its name and domain. */
export interface CompanyForms {
  readonly id: string;
  readonly name: string;
  readonly name_form: string;
  /** `""` if the domain has not the form of a host name. */
  readonly host_form: string;
}

/** The lists and look-ups of companies. `RecordStore` has what all records share. */
@Injectable()
export class CompaniesRepository {
  constructor(
    private readonly store: RecordStore,
    private readonly transactions: Transactions,
  ) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(
    accountId: AccountId,
    filter: CompanyFilter,
    after: Position | null,
    limit: number,
  ): Promise<CompanyView[]> {
    const where = Where.of(accountId)
      .andIf(filter.external_id, 'external_id = ?', filter.external_id)
      .andSelective(filter.search, 'search_text like search_pattern(?)', filter.search)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after);
    addTagConditions(where, filter.tags);
    const { custom_fields, created_after, ...others } = filter;
    const isOnlyFilter = Object.values(others).every((value) => value === undefined);
    addCustomFieldConditions(where, custom_fields, isOnlyFilter ? { created_after, after, limit: limit + 1 } : null);
    return this.store.list(companyRecord, where, limit);
  }

  /**
   * @param names forms of names. @param hosts forms of domains.
   * @returns the oldest company with each domain, with each name, and with each name and no domain; the oldest first.
   */
  async findByForms(accountId: AccountId, names: readonly string[], hosts: readonly string[]): Promise<CompanyForms[]> {
    // Orders by a row value. Ordered by columns, PostgreSQL would walk an index in the order of the list.
    const oldest = (condition: string) =>
      `cross join lateral (
         select id, created_at, name, match_name(name) as name_form, coalesce(match_host(domain), '') as host_form from companies
         where account_id = $1 and ${condition} order by (created_at, id) limit 1
       ) as found`;
    return this.transactions.rows<CompanyForms>(
      'companies-by-forms',
      `select found.* from unnest($3::text[]) as wanted (form) ${oldest(`domain <> '' and match_host(domain) = wanted.form`)}
       union
       select found.* from unnest($2::text[]) as wanted (form) ${oldest('match_name(name) = wanted.form')}
       union
       select found.* from unnest($2::text[]) as wanted (form) ${oldest(`match_name(name) = wanted.form and match_host(domain) is null`)}
       order by created_at, id`,
      [accountId, names, hosts],
    );
  }
}
