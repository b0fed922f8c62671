import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { andCustomFields } from '../../platform/database/custom-field-conditions';
import { insertMany, insertOne, updateMany } from '../../platform/database/writing';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Contact, type ContactNames, type NamedContact } from './contact.entity';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const ownColumns = `id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state,
  zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at`;
const columns = `${ownColumns},
  (select name from companies where account_id = contacts.account_id and id = contacts.company_id) as company_name,
  (select name from sources where account_id = contacts.account_id and id = contacts.source_id) as source_name`;

const ownTexts = (pattern: string) => `search_text like ${pattern}`;
const companyName = (pattern: string) => `company_id in (
  select id from companies where account_id = $1 and search_text like ${pattern} and name_search like ${pattern})`;

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

export interface References extends ContactNames {
  readonly source_archived_at: Date | null;
}

/** By their ids; what is missing is the id of nothing. */
export interface ManyReferences {
  readonly companies: ReadonlyMap<string, { readonly name: string }>;
  readonly sources: ReadonlyMap<string, { readonly name: string; readonly archived_at: Date | null }>;
}

export const noReferences: References = { company_name: null, source_name: null, source_archived_at: null };

/** The only SQL on `contacts`, but for the names that other lists show. */
@Injectable()
export class ContactsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(
    accountId: AccountId,
    filter: ContactFilter,
    after: Position | null,
    limit: number,
  ): Promise<NamedContact[]> {
    const where = Where.of(accountId)
      .filter(filter.tags, 'tags @> ?::text[]', filter.tags)
      .filter(filter.company_id, 'company_id = ?', filter.company_id)
      .filter(filter.email, 'email_form(email) = email_form(?)', filter.email)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .behind(after);
    const { custom_fields, created_after, ...others } = filter;
    const isAlone = Object.values(others).every((value) => value === undefined);
    andCustomFields(where, custom_fields, isAlone ? { created_after, after, limit: limit + 1 } : null);
    const page = `order by created_at desc, id desc limit ${where.value(limit + 1)}`;
    const branches = this.branches(where, filter, page);
    return this.transactions.rows<NamedContact>(
      branches ? undefined : where.name('contacts-list'),
      `select ${columns} from contacts
       where ${branches ? `account_id = $1 and id in (${branches.join(' union all ')})` : where.text} ${page}`,
      where.values,
    );
  }

  /**
   * One condition with `or`, or with several ids, may walk the whole list of an account to find three contacts, or none. So
   * each way to be found is a query of its own for one page of ids, with the plan that is best for it: by the own texts and by
   * the company's name; for each of the ids (docs/decisions/0010-search.md).
   *
   * @returns null when one way is enough.
   */
  private branches(where: Where, { search, company_ids, source_ids }: ContactFilter, page: string): string[] | null {
    const each = [
      { column: 'company_id', ids: company_ids },
      { column: 'source_id', ids: source_ids },
    ].flatMap(({ column, ids }) => (ids ? [{ column, ids: `${where.value(ids)}::uuid[]` }] : []));
    if (each.length === 0 && search === undefined) return null;
    const pattern = search === undefined ? '' : `search_pattern(${where.value(search)})`;
    const ways = search === undefined ? [[]] : [[ownTexts(pattern)], [companyName(pattern)]];
    const [first, ...others] = each;
    return ways.map((way) => {
      const conditions = [where.text, ...way, ...others.map(({ column, ids }) => `${column} = any(${ids})`)];
      if (!first) return `(select id from contacts where ${conditions.join(' and ')} ${page})`;
      conditions.push(`${first.column} = wanted.id`);
      return `(select found.id from unnest(${first.ids}) as wanted (id)
        cross join lateral (select id from contacts where ${conditions.join(' and ')} ${page}) as found)`;
    });
  }

  async find(accountId: AccountId, id: string): Promise<NamedContact | null> {
    const [contact] = await this.transactions.rows<NamedContact>(
      'contacts-by-id',
      `select ${columns} from contacts where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return contact ?? null;
  }

  async findSome(accountId: AccountId, ids: readonly string[]): Promise<NamedContact[]> {
    return this.transactions.rows<NamedContact>(
      'contacts-some',
      `select ${columns} from contacts where account_id = $1 and id = any($2::uuid[])`,
      [accountId, ids],
    );
  }

  /**
   * Locks the row until the end of the transaction. Without names: after a wait for the lock the row is the newest, but what
   * the same statement says of other tables is as old as the statement.
   */
  async findForUpdate(accountId: AccountId, id: string): Promise<Contact | null> {
    const [contact] = await this.transactions.rows<Contact>(
      'contacts-by-id-for-update',
      `select ${ownColumns} from contacts where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return contact ?? null;
  }

  /** What a contact would refer to; a name that is null is that of nothing. */
  async findReferences(accountId: AccountId, companyId: string | null, sourceId: string | null): Promise<References> {
    const [references] = await this.transactions.rows<References>(
      'contacts-references',
      `select
         (select name from companies where account_id = $1 and id = $2) as company_name,
         (select name from sources where account_id = $1 and id = $3) as source_name,
         (select archived_at from sources where account_id = $1 and id = $3) as source_archived_at`,
      [accountId, companyId, sourceId],
    );
    return references!;
  }

  /** Locks these rows, without names, in the order of their ids. */
  async findManyForUpdate(accountId: AccountId, ids: readonly string[]): Promise<Contact[]> {
    return this.transactions.rows<Contact>(
      'contacts-some-for-update',
      `select ${ownColumns} from contacts where account_id = $1 and id = any($2::uuid[]) order by id for update`,
      [accountId, ids],
    );
  }

  /** @param forms of e-mail addresses. @returns for each that is there the oldest contact with it. */
  async findByEmailForms(accountId: AccountId, forms: readonly string[]): Promise<{ form: string; id: string }[]> {
    // By a row, not by columns: an index in the order of the list would be walked in vain.
    return this.transactions.rows(
      'contacts-by-email-forms',
      `select wanted.form, found.id from unnest($2::text[]) as wanted (form) cross join lateral (
         select id from contacts where account_id = $1 and email_form(email) = wanted.form
         order by (created_at, id) limit 1
       ) as found`,
      [accountId, forms],
    );
  }

  async findManyReferences(
    accountId: AccountId,
    companyIds: readonly string[],
    sourceIds: readonly string[],
  ): Promise<ManyReferences> {
    const rows = await this.transactions.rows<{ id: string; name: string; archived_at: Date | null; of: string }>(
      'contacts-many-references',
      `select id, name, null as archived_at, 'company' as of from companies where account_id = $1 and id = any($2::uuid[])
       union all
       select id, name, archived_at, 'source' from sources where account_id = $1 and id = any($3::uuid[])`,
      [accountId, companyIds, sourceIds],
    );
    const byId = (of: string) => new Map(rows.filter((row) => row.of === of).map((row) => [row.id, row]));
    return { companies: byId('company'), sources: byId('source') };
  }

  /** @returns those of the sources that contacts have. */
  async findUsedSources(accountId: AccountId, sourceIds: readonly string[]): Promise<string[]> {
    const rows = await this.transactions.rows<{ id: string }>(
      'contacts-used-sources',
      `select asked.id from unnest($2::uuid[]) as asked (id)
       where exists (select from contacts where contacts.account_id = $1 and contacts.source_id = asked.id)`,
      [accountId, sourceIds],
    );
    return rows.map(({ id }) => id);
  }

  async insertMany(contacts: readonly Contact[]): Promise<void> {
    await insertMany(this.transactions, Contact, contacts);
  }

  async updateMany(accountId: AccountId, contacts: readonly Contact[]): Promise<void> {
    await updateMany(this.transactions, Contact, accountId, contacts);
  }

  async deleteMany(accountId: AccountId, ids: readonly string[]): Promise<void> {
    await this.transactions.rows(
      'contacts-delete-many',
      'delete from contacts where account_id = $1 and id = any($2::uuid[])',
      [accountId, ids],
    );
  }

  async insert(contact: Contact): Promise<void> {
    await insertOne(this.transactions, Contact, contact);
  }

  async update(accountId: AccountId, id: string, changes: Partial<Contact>): Promise<void> {
    await this.transactions.manager.update(Contact, { account_id: accountId, id }, changes);
  }

  async delete(accountId: AccountId, id: string): Promise<void> {
    await this.transactions.manager.delete(Contact, { account_id: accountId, id });
  }
}
