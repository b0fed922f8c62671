import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { addCustomFieldConditions } from '../../platform/records/custom-field-conditions';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { RecordStore } from '../../platform/records/record-store';
import { contactRecord } from './contact.record';
import type { ContactView } from './contact.view';

const ownTexts = (pattern: string) => `search_text like ${pattern}`;
const companyName = (account: string, pattern: string) => `company_id in (
  select id from companies where account_id = ${account} and search_text like ${pattern} and name_search like ${pattern})`;

export interface ContactFilter {
  readonly custom_fields: CustomFieldFilter | undefined;
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly company_id?: string | undefined;
  readonly company_ids?: readonly string[] | undefined;
  readonly source_ids?: readonly string[] | undefined;
  readonly email?: string | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** The lists and look-ups of contacts. `RecordStore` has what all records share. */
@Injectable()
export class ContactsRepository {
  constructor(
    private readonly store: RecordStore,
    private readonly transactions: Transactions,
  ) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(
    accountId: AccountId,
    filter: ContactFilter,
    after: Position | null,
    limit: number,
  ): Promise<ContactView[]> {
    const where = Where.of(accountId)
      .andSelective(filter.tags, 'tags @> ?::text[]', filter.tags)
      .andSelective(filter.company_id, 'company_id = ?', filter.company_id)
      .andSelective(filter.email, 'email_form(email) = email_form(?)', filter.email)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after);
    const { custom_fields, created_after, ...others } = filter;
    const isOnlyFilter = Object.values(others).every((value) => value === undefined);
    addCustomFieldConditions(where, custom_fields, isOnlyFilter ? { created_after, after, limit: limit + 1 } : null);
    if (filter.search === undefined && !filter.company_ids && !filter.source_ids) {
      return this.store.list(contactRecord, where, limit);
    }
    const page = `order by created_at desc, id desc limit ${where.value(limit + 1)}`;
    const branches = this.branches(where, filter, page);
    return this.transactions.answers<ContactView>(
      undefined,
      `select ${contactRecord.statements.answerColumns} from contacts
       where account_id = ${where.account} and id in (${branches.join(' union all ')}) ${page}`,
      where.values,
    );
  }

  /**
   * Makes a query for one page of ids for each way to match: own texts, company name, each id. A single condition with
   * `or`, or with several ids, may walk the whole list of an account to find three contacts. Each query gets the plan
   * that suits it (docs/decisions/0010-search.md).
   */
  private branches(where: Where, { search, company_ids, source_ids }: ContactFilter, page: string): string[] {
    const each = [
      { column: 'company_id', ids: company_ids },
      { column: 'source_id', ids: source_ids },
    ].flatMap(({ column, ids }) => (ids ? [{ column, ids: `${where.value(ids)}::uuid[]` }] : []));
    const pattern = search === undefined ? '' : `search_pattern(${where.value(search)})`;
    const ways = search === undefined ? [[]] : [[ownTexts(pattern)], [companyName(where.account, pattern)]];
    const [first, ...others] = each;
    return ways.map((way) => {
      const conditions = [where.text, ...way, ...others.map(({ column, ids }) => `${column} = any(${ids})`)];
      if (!first) return `(select id from contacts where ${conditions.join(' and ')} ${page})`;
      conditions.push(`${first.column} = wanted.id`);
      return `(select found.id from unnest(${first.ids}) as wanted (id)
        cross join lateral (select id from contacts where ${conditions.join(' and ')} ${page}) as found)`;
    });
  }

  /** @param forms of e-mail addresses. @returns for each form the oldest contact with it, if there is one. */
  async findByEmailForms(accountId: AccountId, forms: readonly string[]): Promise<{ form: string; id: string }[]> {
    // Orders by a row value. Ordered by columns, PostgreSQL would walk an index in the order of the list.
    return this.transactions.rows(
      'contacts-by-email-forms',
      `select wanted.form, found.id from unnest($2::text[]) as wanted (form) cross join lateral (
         select id from contacts where account_id = $1 and email_form(email) = wanted.form
         order by (created_at, id) limit 1
       ) as found`,
      [accountId, forms],
    );
  }

  /** @returns those of the sources that contacts refer to. */
  async findUsedSources(accountId: AccountId, sourceIds: readonly string[]): Promise<string[]> {
    const rows = await this.transactions.rows<{ id: string }>(
      'contacts-used-sources',
      `select asked.id from unnest($2::uuid[]) as asked (id)
       where exists (select from contacts where contacts.account_id = $1 and contacts.source_id = asked.id)`,
      [accountId, sourceIds],
    );
    return rows.map(({ id }) => id);
  }
}
