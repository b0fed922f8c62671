import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import type { BulkView, UpsertView } from '../../platform/records/bulk/bulk.view';
import { Bulks } from '../../platform/records/bulk/bulks';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { contactRecord } from './contact.record';
import type { ContactView } from './contact.view';
import type {
  BulkContactsInput,
  CreateContactInput,
  ListContactsInput,
  UpdateContactInput,
  UpsertContactInput,
} from './contacts.dto';
import { contactsErrors } from './contacts.errors';
import { ContactsRepository } from './contacts.repository';

@Injectable()
export class ContactsService {
  constructor(
    private readonly repository: ContactsRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
    private readonly bulks: Bulks,
    private readonly customFields: CustomFieldsService,
    private readonly cursors: CursorCodec,
  ) {}

  async list({ account_id }: Caller, input: ListContactsInput): Promise<Page<ContactView>> {
    const list = new PagedList(this.cursors, 'contacts', account_id);
    const { limit = defaultPageLimit, cursor, custom_fields, ...filter } = input;
    const after = list.after(cursor);
    const { invalid_custom_fields } = contactsErrors;
    const values = await this.customFields.buildFilter(account_id, 'contact', custom_fields, invalid_custom_fields);
    const rows = await this.repository.list(account_id, { ...filter, custom_fields: values }, after, limit);
    return list.page(rows, limit);
  }

  async get({ account_id }: Caller, id: string): Promise<ContactView> {
    return this.store.get(contactRecord, account_id, id);
  }

  /** In any order; missing contacts are left out. */
  async getMany(accountId: AccountId, ids: readonly string[]): Promise<ContactView[]> {
    return this.store.findMany(contactRecord, accountId, ids);
  }

  async create(caller: Caller, input: CreateContactInput): Promise<ContactView> {
    return this.changes.create(contactRecord, caller, input);
  }

  async update(caller: Caller, id: string, input: UpdateContactInput, ifVersion?: number): Promise<ContactView> {
    return this.changes.update(contactRecord, caller, id, input, ifVersion);
  }

  async delete(caller: Caller, id: string, ifVersion?: number): Promise<void> {
    await this.changes.delete(contactRecord, caller, id, ifVersion);
  }

  async upsert(caller: Caller, input: UpsertContactInput): Promise<UpsertView<ContactView>> {
    return this.bulks.upsert(contactRecord, caller, input);
  }

  async bulk(caller: Caller, input: BulkContactsInput): Promise<BulkView> {
    return this.bulks.bulk(contactRecord, caller, input);
  }
}
