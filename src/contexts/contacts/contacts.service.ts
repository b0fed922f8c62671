import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf, previousOf } from '../../kernel/difference';
import { DomainError, refuseAll } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, pageOf } from '../../kernel/page';
import { RecordEvent } from '../../kernel/record-event';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Announcements } from '../../platform/outbox/announcements';
import { readCursor } from '../../kernel/read-cursor';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { type Contact, unsetContact } from './contact.entity';
import { ContactView, contactView } from './contact.view';
import type { CreateContactInput, ListContactsInput, UpdateContactInput } from './contacts.dto';
import { contactsErrors } from './contacts.errors';
import { referencesToNothing } from './contact-references';
import { ContactsRepository, noReferences, type References } from './contacts.repository';

export { ContactView };

const { invalid_custom_fields } = contactsErrors;

@Injectable()
export class ContactsService {
  constructor(
    private readonly repository: ContactsRepository,
    private readonly transactions: Transactions,
    private readonly customFields: CustomFieldsService,
    private readonly announcements: Announcements,
    private readonly events: RecordEvent,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list({ account_id }: Caller, input: ListContactsInput): Promise<Page<ContactView>> {
    const list = { codec: this.cursors, name: 'contacts', accountId: account_id };
    const { limit = defaultPageLimit, cursor, custom_fields, ...filter } = input;
    const after = readCursor(list, cursor);
    const values = await this.customFields.filterFor(account_id, 'contact', custom_fields, invalid_custom_fields);
    const rows = await this.repository.list(account_id, { ...filter, custom_fields: values }, after, limit);
    return pageOf(rows, limit, list, ({ created_at, id }) => ({ at: created_at.getTime(), id }), contactView);
  }

  async get({ account_id }: Caller, id: string): Promise<ContactView> {
    return contactView(found(await this.repository.find(account_id, id)));
  }

  /** Those of these that there are, in any order. */
  async getSome(accountId: AccountId, ids: readonly string[]): Promise<ContactView[]> {
    return (await this.repository.findSome(accountId, ids)).map(contactView);
  }

  async create(caller: Caller, input: CreateContactInput): Promise<ContactView> {
    const { account_id } = caller;
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const made: Contact = {
        id: newId(),
        account_id,
        created_by: authorOf(caller),
        ...unsetContact,
        ...input,
        custom_fields: {},
        created_at: now,
        updated_at: now,
      };
      const [custom_fields, references] = await this.transactions.together(
        this.customFields.valuesOfNew(account_id, 'contact', input.custom_fields, invalid_custom_fields),
        this.referencesOf(made),
      );
      const contact = { ...made, custom_fields };
      refuseAll(referencesToNothing(contact, references));
      const view = contactView({ ...contact, ...references });
      // In this order, and without waiting in between.
      await this.transactions.together(
        this.repository.insert(contact),
        this.events.record(caller, { type: 'contact.created', entity_id: contact.id, data: view }),
      );
      return view;
    });
  }

  /** Nothing different, nothing written: `updated_at` and events tell of real changes only. */
  async update(caller: Caller, id: string, input: UpdateContactInput): Promise<ContactView> {
    const { account_id } = caller;
    const { custom_fields: sent, ...fields } = input;
    return this.transactions.run(async () => {
      const valuesFrom = await this.customFields.changeOfValues(account_id, 'contact', sent, invalid_custom_fields);
      const contact = found(await this.repository.findForUpdate(account_id, id));
      const references = await this.referencesOf(contact);
      const before = contactView({ ...contact, ...references });
      const custom_fields = valuesFrom(contact.custom_fields);
      const difference = differenceOf<Contact>(contact, { ...fields, custom_fields });
      if (Object.keys(difference).length === 0) return before;
      const changes = { ...difference, updated_at: this.clock.now() };
      const changed = { ...contact, ...changes };
      const refersAnew = 'company_id' in difference || 'source_id' in difference;
      const newReferences = refersAnew ? await this.referencesOf(changed) : references;
      refuseAll(referencesToNothing(difference, newReferences));
      const after = contactView({ ...changed, ...newReferences });
      const previous = previousOf(before, after);
      await this.transactions.together(
        this.repository.update(account_id, id, changes),
        this.events.record(caller, { type: 'contact.updated', entity_id: id, data: after, previous }),
      );
      return after;
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const contact = found(await this.repository.findForUpdate(caller.account_id, id));
      const data = contactView({ ...contact, ...(await this.referencesOf(contact)) });
      await this.repository.delete(caller.account_id, id);
      await this.announcements.announce('record.deleted', { account_id: caller.account_id });
      await this.events.record(caller, { type: 'contact.deleted', entity_id: id, data });
    });
  }

  private async referencesOf({ account_id, company_id, source_id }: Contact): Promise<References> {
    if (company_id === null && source_id === null) return noReferences;
    return this.repository.findReferences(account_id, company_id, source_id);
  }
}

function found<Found extends Contact>(contact: Found | null): Found {
  if (!contact) throw new DomainError(contactsErrors.not_found);
  return contact;
}
