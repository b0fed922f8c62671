import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { ChangedRecord, NewRecord, ReadInput, RecordChange, Restoration } from '../../kernel/bulk';
import type { Author } from '../../kernel/caller';
import type { ErrorDetail } from '../../kernel/domain-error';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { contactRecord } from './contact.record';
import type { CreateContactInput } from './contacts.dto';
import { ContactsRepository } from './contacts.repository';

export type ContactRow = CreateContactInput;

@Injectable()
export class ContactsBulkService {
  constructor(
    private readonly repository: ContactsRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
  ) {}

  read(sent: object): ReadInput<ContactRow> {
    return contactRecord.read(sent) as ReadInput<ContactRow>;
  }

  async findByEmailForms(accountId: AccountId, forms: readonly string[]): Promise<{ form: string; id: string }[]> {
    return forms.length === 0 ? [] : this.repository.findByEmailForms(accountId, forms);
  }

  async judgeReferences(
    accountId: AccountId,
    inputs: readonly Partial<ContactRow>[],
  ): Promise<(input: Partial<ContactRow>) => readonly ErrorDetail[]> {
    const found = await this.store.findReferences(contactRecord, accountId, inputs as never);
    return (input) => contactRecord.invalidReferences(input as never, found);
  }

  async create(author: Author, records: readonly NewRecord<ContactRow>[]): Promise<void> {
    await this.changes.createMany(contactRecord, author, records);
  }

  async change(author: Author, changes: readonly RecordChange<ContactRow>[]): Promise<ChangedRecord[] | null> {
    return this.changes.updateMany(contactRecord, author, changes);
  }

  async lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.store.lock(contactRecord, accountId, ids);
    return new Map(rows.map(({ id, updated_at }) => [id, updated_at]));
  }

  async restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]> {
    return this.changes.restoreMany(contactRecord, author, restorations);
  }

  async delete(author: Author, ids: readonly string[]): Promise<void> {
    await this.changes.deleteMany(contactRecord, author, ids);
  }

  async findUsedSources(accountId: AccountId, sourceIds: readonly string[]): Promise<string[]> {
    return this.repository.findUsedSources(accountId, sourceIds);
  }
}
