import { Injectable } from '@nestjs/common';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf, previousOf } from '../../kernel/difference';
import { DomainError, type ErrorDefinition } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, pageOf } from '../../kernel/page';
import { RecordEvent } from '../../kernel/record-event';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { readCursor } from '../../platform/http/read-cursor';
import { type Contact, type ContactNames, type NamedContact, unsetContact } from './contact.entity';
import { type ContactView, contactView } from './contact.view';
import type { CreateContactInput, ListContactsInput, UpdateContactInput } from './contacts.dto';
import { contactsErrors, noSuchCompany, noSuchSource } from './contacts.errors';
import { ContactsRepository } from './contacts.repository';

@Injectable()
export class ContactsService {
  constructor(
    private readonly repository: ContactsRepository,
    private readonly transactions: Transactions,
    private readonly events: RecordEvent,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list({ account_id }: Caller, input: ListContactsInput): Promise<Page<ContactView>> {
    const list = { codec: this.cursors, name: 'contacts', accountId: account_id };
    const { limit = defaultPageLimit, cursor, ...filter } = input;
    const after = readCursor(list, cursor);
    const rows = await this.repository.list(account_id, filter, after, limit);
    return pageOf(rows, limit, list, ({ created_at, id }) => ({ at: created_at.getTime(), id }), contactView);
  }

  async get({ account_id }: Caller, id: string): Promise<ContactView> {
    return contactView(found(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, input: CreateContactInput): Promise<ContactView> {
    const now = this.clock.now();
    const contact: Contact = {
      id: newId(),
      account_id: caller.account_id,
      created_by: authorOf(caller),
      ...unsetContact,
      ...input,
      created_at: now,
      updated_at: now,
    };
    return this.transactions.run(async () => {
      const names = await this.nameReferences(caller.account_id, contact);
      await this.repository.insert(contact);
      const view = contactView({ company_name: null, source_name: null, ...contact, ...names });
      await this.events.record(caller, { type: 'contact.created', entity_id: contact.id, data: view });
      return view;
    });
  }

  /** Nothing different, nothing written: `updated_at` and events tell of real changes only. */
  async update(caller: Caller, id: string, input: UpdateContactInput): Promise<ContactView> {
    return this.transactions.run(async () => {
      const contact = found(await this.repository.findForUpdate(caller.account_id, id));
      const before = contactView(contact);
      const difference = differenceOf<Contact>(contact, input);
      if (Object.keys(difference).length === 0) return before;
      const names = await this.nameReferences(caller.account_id, difference);
      const changes = { ...difference, updated_at: this.clock.now() };
      await this.repository.update(caller.account_id, id, changes);
      const after = contactView({ ...contact, ...changes, ...names });
      const previous = previousOf(before, after);
      await this.events.record(caller, { type: 'contact.updated', entity_id: id, data: after, previous });
      return after;
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const contact = found(await this.repository.findForUpdate(caller.account_id, id));
      await this.repository.delete(caller.account_id, id);
      await this.events.record(caller, { type: 'contact.deleted', entity_id: id, data: contactView(contact) });
    });
  }

  /**
   * @param set the references that are newly set; those left out stay as they are.
   * @returns the names that come with them.
   * @throws DomainError which tells of every reference to nothing; of one deleted in the meantime the database tells.
   */
  private async nameReferences(
    accountId: string,
    { company_id, source_id }: Partial<Pick<Contact, 'company_id' | 'source_id'>>,
  ): Promise<Partial<ContactNames>> {
    if (!company_id && !source_id) {
      return {
        ...(company_id === null ? { company_name: null } : {}),
        ...(source_id === null ? { source_name: null } : {}),
      };
    }
    const { company_name, source_name, source_archived_at } = await this.repository.findReferences(
      accountId,
      company_id ?? null,
      source_id ?? null,
    );
    const refused: { definition: ErrorDefinition; field: string; message: string }[] = [];
    if (company_id && company_name === null) {
      refused.push({ definition: contactsErrors.invalid_company_id, field: 'company_id', message: noSuchCompany });
    }
    if (source_id && (source_name === null || source_archived_at !== null)) {
      const message = source_name === null ? noSuchSource : 'source_id is the id of an archived source';
      refused.push({ definition: contactsErrors.invalid_source_id, field: 'source_id', message });
    }
    if (refused[0]) {
      const details = refused.map(({ field, message }) => ({ field, message }));
      throw new DomainError(refused[0].definition, { message: refused[0].message, details });
    }
    return {
      ...(company_id === undefined ? {} : { company_name }),
      ...(source_id === undefined ? {} : { source_name }),
    };
  }
}

function found(contact: NamedContact | null): NamedContact {
  if (!contact) throw new DomainError(contactsErrors.not_found);
  return contact;
}
