import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { Transactions } from '../../platform/database/transactions';
import { ContactsService } from '../contacts/contacts.service';
import type { ProjectContactView } from './project-contact.view';
import { ProjectContactsRepository } from './project-contacts.repository';
import type { ListProjectContactsInput } from './projects.dto';
import { contactNotFoundMessage, projectsErrors } from './projects.errors';
import { ProjectsService } from './projects.service';

/**
 * Manages the contacts of a project. They are not part of the project's record: a change makes no event and leaves
 * `updated_at`.
 */
@Injectable()
export class ProjectContactsService {
  constructor(
    private readonly repository: ProjectContactsRepository,
    private readonly projects: ProjectsService,
    private readonly contacts: ContactsService,
    private readonly transactions: Transactions,
    private readonly cursors: CursorCodec,
  ) {}

  async list(caller: Caller, projectId: string, input: ListProjectContactsInput): Promise<Page<ProjectContactView>> {
    const { account_id } = caller;
    const { limit = defaultPageLimit, cursor } = input;
    const list = new PagedList(this.cursors, `project-contacts ${projectId}`, account_id);
    const after = list.after(cursor);
    await this.projects.get(caller, projectId);
    const rows = await this.repository.list(account_id, projectId, after, limit);
    const contacts = await this.contacts.getMany(
      account_id,
      rows.map(({ contact_id }) => contact_id),
    );
    const byId = new Map(contacts.map((contact) => [contact.id, contact]));
    const page = list.pageBy(
      rows,
      limit,
      ({ created_at, contact_id }) => ({ at: created_at.getTime(), id: contact_id }),
      ({ contact_id, role }) => ({ contact: byId.get(contact_id), role }),
    );
    // Leaves out a contact that was deleted between the two reads.
    return { ...page, items: page.items.flatMap(({ contact, role }) => (contact ? [{ ...contact, role }] : [])) };
  }

  /** Adds the contact, or changes its role. Without `role` the present one stays. */
  async put({ account_id }: Caller, projectId: string, contactId: string, role?: string): Promise<ProjectContactView> {
    return this.transactions.run(async () => {
      const kept = await this.repository.put(account_id, projectId, contactId, role);
      const [contact] = await this.contacts.getMany(account_id, [contactId]);
      return { ...contact!, role: kept };
    });
  }

  async remove(caller: Caller, projectId: string, contactId: string): Promise<void> {
    await this.projects.get(caller, projectId);
    if (await this.repository.remove(caller.account_id, projectId, contactId)) return;
    throw new DomainError(projectsErrors.not_found, { message: contactNotFoundMessage });
  }
}
