import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { storedForms } from '../../kernel/composed';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { addCustomFieldConditions } from '../../platform/records/custom-field-conditions';
import { addTagConditions } from '../../platform/records/tag-conditions';
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
  readonly external_id?: string | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** A contact that rows of imports may mean. */
export interface ContactForms {
  readonly id: string;
  /** What was asked for: the form of an address, a phone number or the name of a company. */
  readonly form: string;
  /** First and last name in two lines. */
  readonly title: string;
  /** The form of the full name. */
  readonly name_form: string;
}

/** As the index has it. */
const fullName = "match_name(first_name || ' ' || last_name)";
const titleAndForm = `first_name || E'\\n' || last_name as title, ${fullName} as name_form`;

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
      .andIf(filter.external_id, 'external_id = ?', filter.external_id)
      .andSelective(filter.company_id, 'company_id = ?', filter.company_id)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after);
    addEmailCondition(where, filter.email);
    addTagConditions(where, filter.tags);
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

  /**
   * @param addresses forms of e-mail addresses. @param shared forms of addresses and of names.
   * @returns for each address the oldest contact with it, and for each of the others the oldest with both.
   */
  async findByAddresses(
    accountId: AccountId,
    addresses: readonly string[],
    shared: readonly (readonly [address: string, name: string])[],
  ): Promise<ContactForms[]> {
    // Stored texts may have either form. An equality for each lets PostgreSQL take the index of addresses, also right after many
    // contacts were written into an empty table.
    const has = 'email_form(email) = wanted.spelled';
    const spelled = `cross join lateral (
      values (given.form), (email_form(normalize(given.form, nfd)))
    ) as each (spelled)`;
    // Orders by a row value. Ordered by columns, PostgreSQL would walk an index in the order of the list.
    const oldest = (condition: string) =>
      `cross join lateral (
         select id, created_at, ${titleAndForm} from contacts
         where account_id = $1 and ${condition} order by (created_at, id) limit 1
       ) as found`;
    return this.transactions.rows<ContactForms>(
      'contacts-by-addresses',
      `select wanted.form, found.* from (
           select * from unnest($3::text[], $4::text[]) as given (form, name) ${spelled}
         ) as wanted ${oldest(`${fullName} = wanted.name and ${has}`)}
       union
       select wanted.form, found.* from (select * from unnest($2::text[]) as given (form) ${spelled}) as wanted ${oldest(has)}
       order by created_at, id`,
      [accountId, addresses, shared.map(([address]) => address), shared.map(([, name]) => name)],
    );
  }

  /** @param phones forms of phone numbers. @returns for each of them the oldest contact with it. */
  async findByPhones(accountId: AccountId, phones: readonly string[]): Promise<ContactForms[]> {
    return this.transactions.rows<ContactForms>(
      'contacts-by-phones',
      `select wanted.form, found.* from unnest($2::text[]) as wanted (form) cross join lateral (
         select id, ${titleAndForm} from contacts where account_id = $1 and phone <> '' and match_phone(phone) = wanted.form
         order by (created_at, id) limit 1
       ) as found`,
      [accountId, phones],
    );
  }

  /** @param keys forms of full names and of names of companies. @returns for each of them the oldest contact with both. */
  async findByNamesAndCompanies(
    accountId: AccountId,
    keys: readonly (readonly [name: string, company: string])[],
  ): Promise<ContactForms[]> {
    // The company is a condition of the index: very many contacts may have one name.
    const oldest = (company: string) =>
      `(select id, ${titleAndForm} from contacts
        where account_id = $1 and ${fullName} = wanted.name and ${company} order by (created_at, id) limit 1)`;
    const named = 'array(select id from companies where account_id = $1 and match_name(name) = wanted.form)';
    return this.transactions.rows<ContactForms>(
      'contacts-by-names-and-companies',
      `select wanted.form, found.* from unnest($2::text[], $3::text[]) as wanted (name, form) cross join lateral (
         ${oldest(`company_id is null and wanted.form = ''`)} union all ${oldest(`company_id = any (${named})`)}
       ) as found`,
      [accountId, keys.map(([name]) => name), keys.map(([, company]) => company)],
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

/** Stored addresses may be older than the rule to compose letters. */
function addEmailCondition(where: Where, email: string | undefined): void {
  const [one, other] = email === undefined ? [] : storedForms(email);
  if (other === undefined) where.andSelective(one, 'email_form(email) = email_form(?)', one);
  else where.andSelective(one, 'email_form(email) in (email_form(?), email_form(?))', one, other);
}
