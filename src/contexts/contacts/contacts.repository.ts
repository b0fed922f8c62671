import { Injectable } from '@nestjs/common';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Contact, type ContactNames, type NamedContact } from './contact.entity';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const columns = `id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state, zip_code,
  country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at,
  (select name from companies where account_id = contacts.account_id and id = contacts.company_id) as company_name,
  (select name from sources where account_id = contacts.account_id and id = contacts.source_id) as source_name`;

const newestFirst = 'order by created_at desc, id desc';

export interface ContactFilter {
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

/** The only SQL on `contacts`, but for the names that other lists show. */
@Injectable()
export class ContactsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest first; one row more than the limit when there are more. */
  async list(accountId: string, filter: ContactFilter, after: Position | null, limit: number): Promise<NamedContact[]> {
    const where = new Where()
      .and('account_id = ?', accountId)
      .filter(filter.tags, 'tags @> ?::text[]', filter.tags)
      .filter(filter.company_id, 'company_id = ?', filter.company_id)
      .filter(filter.company_ids, 'company_id = any(?::uuid[])', filter.company_ids)
      .filter(filter.source_ids, 'source_id = any(?::uuid[])', filter.source_ids)
      .filter(filter.email, 'lower(email) = lower(?)', filter.email)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .filter(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .andIf(after, '(created_at, id) < (?, ?::uuid)', after && new Date(after.at), after?.id);
    const most = where.value(limit + 1);
    if (filter.search !== undefined) return this.search(where, filter.search, most);
    return this.transactions.rows<NamedContact>(
      where.name('contacts-list'),
      `select ${columns} from contacts where ${where.text} ${newestFirst} limit ${most}`,
      where.values,
    );
  }

  /**
   * By the contact's own texts and by the company's name, each with the plan that is best for it: one condition with `or`
   * would read the whole list of an account to find that nobody is called so (docs/decisions/0010-search.md).
   */
  private async search(where: Where, term: string, most: string): Promise<NamedContact[]> {
    const pattern = `search_pattern(${where.value(term)})`;
    return this.transactions.rows<NamedContact>(
      undefined,
      `select ${columns} from contacts where account_id = $1 and id in (
         (select id from contacts where ${where.text} and search_text like ${pattern} ${newestFirst} limit ${most})
         union all
         (select id from contacts where ${where.text} and company_id in (
            select id from companies
            where account_id = $1 and search_text like ${pattern} and name_search like ${pattern}
          ) ${newestFirst} limit ${most})
       ) ${newestFirst} limit ${most}`,
      where.values,
    );
  }

  async find(accountId: string, id: string): Promise<NamedContact | null> {
    const [contact] = await this.transactions.rows<NamedContact>(
      'contacts-by-id',
      `select ${columns} from contacts where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return contact ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: string, id: string): Promise<NamedContact | null> {
    const [contact] = await this.transactions.rows<NamedContact>(
      'contacts-by-id-for-update',
      `select ${columns} from contacts where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return contact ?? null;
  }

  /** What a contact would refer to; a name that is null is that of nothing. */
  async findReferences(accountId: string, companyId: string | null, sourceId: string | null): Promise<References> {
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

  async insert(contact: Contact): Promise<void> {
    await this.transactions.manager.insert(Contact, contact);
  }

  async update(accountId: string, id: string, changes: Partial<Contact>): Promise<void> {
    await this.transactions.manager.update(Contact, { account_id: accountId, id }, changes);
  }

  async delete(accountId: string, id: string): Promise<void> {
    await this.transactions.manager.delete(Contact, { account_id: accountId, id });
  }
}
