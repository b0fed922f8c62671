import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { andCustomFields } from '../../platform/database/custom-field-conditions';
import { insertMany, insertOne, updateMany } from '../../platform/database/writing';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Company } from './company.entity';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const columns = `id, account_id, created_by, name, domain, industry, website, linkedin_url, phone, address, city, state,
  zip_code, country, notes, employee_count, annual_revenue, tags, custom_fields, created_at, updated_at`;

export interface CompanyFilter {
  readonly custom_fields: CustomFieldFilter | undefined;
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
}

/** What a company is recognised by, in the form in which it is compared. */
export interface CompanyForms {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

/** The only SQL on `companies`, but for the names that other lists show. */
@Injectable()
export class CompaniesRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(accountId: AccountId, filter: CompanyFilter, after: Position | null, limit: number): Promise<Company[]> {
    const where = Where.of(accountId)
      .filter(filter.search, 'search_text like search_pattern(?)', filter.search)
      .filter(filter.tags, 'tags @> ?::text[]', filter.tags)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .behind(after);
    const { custom_fields, created_after, ...others } = filter;
    const isAlone = Object.values(others).every((value) => value === undefined);
    andCustomFields(where, custom_fields, isAlone ? { created_after, after, limit: limit + 1 } : null);
    return this.transactions.rows<Company>(
      where.name('companies-list'),
      `select ${columns} from companies where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find(accountId: AccountId, id: string): Promise<Company | null> {
    const [company] = await this.transactions.rows<Company>(
      'companies-by-id',
      `select ${columns} from companies where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return company ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: AccountId, id: string): Promise<Company | null> {
    const [company] = await this.transactions.rows<Company>(
      'companies-by-id-for-update',
      `select ${columns} from companies where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return company ?? null;
  }

  /** Locks these rows in the order of their ids. */
  async findManyForUpdate(accountId: AccountId, ids: readonly string[]): Promise<Company[]> {
    return this.transactions.rows<Company>(
      'companies-some-for-update',
      `select ${columns} from companies where account_id = $1 and id = any($2::uuid[]) order by id for update`,
      [accountId, ids],
    );
  }

  /**
   * @param names forms of names, and domains of domains.
   * @returns for each, where there is one, the oldest company with this domain, with this name, and with this name and no domain; the
   * oldest first.
   */
  async findByForms(
    accountId: AccountId,
    names: readonly string[],
    domains: readonly string[],
  ): Promise<CompanyForms[]> {
    // By a row, not by columns: an index in the order of the list would be walked in vain.
    const oldest = (condition: string) =>
      `cross join lateral (
         select id, created_at, name_form(name) as name, name_form(domain) as domain from companies
         where account_id = $1 and ${condition} order by (created_at, id) limit 1
       ) as found`;
    return this.transactions.rows<CompanyForms>(
      'companies-by-forms',
      `select found.* from unnest($3::text[]) as wanted (form) ${oldest(`domain <> '' and name_form(domain) = wanted.form`)}
       union
       select found.* from unnest($2::text[]) as wanted (form) ${oldest('name_form(name) = wanted.form')}
       union
       select found.* from unnest($2::text[]) as wanted (form) ${oldest(`name_form(name) = wanted.form and domain = ''`)}
       order by created_at, id`,
      [accountId, names, domains],
    );
  }

  async insertMany(companies: readonly Company[]): Promise<void> {
    await insertMany(this.transactions, Company, companies);
  }

  async updateMany(accountId: AccountId, companies: readonly Company[]): Promise<void> {
    await updateMany(this.transactions, Company, accountId, companies);
  }

  async deleteMany(accountId: AccountId, ids: readonly string[]): Promise<void> {
    await this.transactions.rows(
      'companies-delete-many',
      'delete from companies where account_id = $1 and id = any($2::uuid[])',
      [accountId, ids],
    );
  }

  async insert(company: Company): Promise<void> {
    await insertOne(this.transactions, Company, company);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Company>): Promise<void> {
    await this.transactions.manager.update(Company, { account_id: accountId, id }, changes);
  }

  /** Links to it become null: the foreign keys see to that. */
  async delete(accountId: AccountId, id: string): Promise<void> {
    await this.transactions.manager.delete(Company, { account_id: accountId, id });
  }
}
