import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { noteReferringColumn } from '../../platform/records/reference-targets';

export interface Membership {
  readonly contact_id: string;
  readonly role: string;
  /** Creation time of the contact; the list is ordered by it. */
  readonly created_at: Date;
}

noteReferringColumn('project', { table: 'project_contacts', column: 'project_id' });
noteReferringColumn('contact', { table: 'project_contacts', column: 'contact_id' });

/** The statements on `project_contacts`. They also read `contacts.created_at`, by which the list is ordered. */
@Injectable()
export class ProjectContactsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Newest contact first. Returns one row more than the limit if there are more. */
  async list(accountId: AccountId, projectId: string, after: Position | null, limit: number): Promise<Membership[]> {
    const where = Where.of(accountId, 'm.account_id')
      .and('m.project_id = ?', projectId)
      .after(after, 'c.created_at', 'c.id');
    return this.transactions.rows<Membership>(
      where.name('project-contacts-list'),
      `select m.contact_id, m.role, c.created_at
       from project_contacts m join contacts c on c.account_id = m.account_id and c.id = m.contact_id
       where ${where.text} order by c.created_at desc, c.id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  /**
   * Adds the contact, or changes its role.
   *
   * @param role undefined: keeps the present role; a new membership gets none.
   * @returns the role.
   */
  async put(accountId: AccountId, projectId: string, contactId: string, role: string | undefined): Promise<string> {
    const [membership] = await this.transactions.rows<Pick<Membership, 'role'>>(
      'project-contacts-put',
      `insert into project_contacts (account_id, project_id, contact_id, role) values ($1, $2, $3, coalesce($4, ''))
       on conflict (account_id, project_id, contact_id) do update set role = coalesce($4, project_contacts.role)
       returning role`,
      [accountId, projectId, contactId, role ?? null],
    );
    return membership!.role;
  }

  /** @returns whether the contact was in the project. */
  async remove(accountId: AccountId, projectId: string, contactId: string): Promise<boolean> {
    const removed = await this.transactions.rows(
      'project-contacts-remove',
      'delete from project_contacts where account_id = $1 and project_id = $2 and contact_id = $3 returning 1',
      [accountId, projectId, contactId],
    );
    return removed.length > 0;
  }
}
