import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { type Author, authorOf } from '../../kernel/caller';
import {
  type ChangedRecord,
  differencesOf,
  type NewRecord,
  type ReadInput,
  type RecordChange,
  type Restoration,
} from '../../kernel/bulk';
import { Clock } from '../../kernel/clock';
import { mergeValues } from '../../kernel/custom-field-values';
import { previousOf } from '../../kernel/difference';
import type { ErrorDetail } from '../../kernel/domain-error';
import { RecordEvent, type RecordedEvent } from '../../kernel/record-event';
import { Announcements } from '../../platform/outbox/announcements';
import { readRow } from '../../platform/fields/read-row';
import { type Contact, unsetContact } from './contact.entity';
import { referencesToNothing } from './contact-references';
import { contactView } from './contact.view';
import { CreateContactInput, UpdateContactInput } from './contacts.dto';
import { ContactsRepository, type ManyReferences } from './contacts.repository';

export type ContactRow = CreateContactInput;

/**
 * Very many contacts at once, by the rules that one has, with the events that one has. All of it runs in the caller's
 * transaction.
 */
@Injectable()
export class ContactsBulkService {
  constructor(
    private readonly repository: ContactsRepository,
    private readonly announcements: Announcements,
    private readonly events: RecordEvent,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInputError */
  read(sent: object): ReadInput<ContactRow> {
    return readRow(CreateContactInput, UpdateContactInput, sent);
  }

  /** @returns for each of these forms of e-mail addresses that is there the oldest contact with it. */
  async findByEmailForms(accountId: AccountId, forms: readonly string[]): Promise<{ form: string; id: string }[]> {
    return forms.length === 0 ? [] : this.repository.findByEmailForms(accountId, forms);
  }

  /** @returns what is wrong with references that are newly set. */
  async judgeReferences(
    accountId: AccountId,
    inputs: readonly Partial<ContactRow>[],
  ): Promise<(input: Partial<ContactRow>) => readonly ErrorDetail[]> {
    const references = await this.referencesOf(accountId, inputs);
    return (input) => referencesToNothing(input, named(input, references));
  }

  async create(author: Author, records: readonly NewRecord<ContactRow>[]): Promise<void> {
    const now = this.clock.now();
    const contacts = records.map(({ id, input, custom_fields }): Contact => ({
      id,
      account_id: author.account_id,
      created_by: authorOf(author),
      ...unsetContact,
      ...input,
      custom_fields,
      created_at: now,
      updated_at: now,
    }));
    await this.repository.insertMany(contacts);
    const views = await this.viewsOf(author.account_id, contacts);
    await this.events.recordMany(
      author,
      views.map((data): RecordedEvent => ({ type: 'contact.created', entity_id: data.id, data })),
    );
  }

  /** @returns those that are different now; null when one of them is gone, and nothing was done. */
  async change(author: Author, changes: readonly RecordChange<ContactRow>[]): Promise<ChangedRecord[] | null> {
    const found = await this.findForUpdate(author.account_id, changes);
    if (found.size < changes.length) return null;
    return this.write(
      author,
      changes.map(({ id, input, custom_fields }) => {
        const before = found.get(id)!;
        return [before, { ...input, custom_fields: mergeValues(before.custom_fields, custom_fields) }];
      }),
    );
  }

  /** Locks them. @returns `updated_at` of those that there are. */
  async lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>> {
    const contacts = await this.repository.findManyForUpdate(accountId, ids);
    return new Map(contacts.map(({ id, updated_at }) => [id, updated_at]));
  }

  /** What is gone to which one of them referred stays away. @param restorations of records that were locked. */
  async restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]> {
    const found = await this.findForUpdate(author.account_id, restorations);
    const befores = restorations.map(({ before }) => before as Partial<Contact>);
    const { companies, sources } = await this.referencesOf(author.account_id, befores);
    return this.write(
      author,
      restorations.map(({ id }, index) => {
        const before = befores[index]!;
        return [
          found.get(id)!,
          {
            ...before,
            ...(before.company_id && !companies.has(before.company_id) ? { company_id: null } : {}),
            ...(before.source_id && !sources.has(before.source_id) ? { source_id: null } : {}),
          },
        ];
      }),
    );
  }

  async delete(author: Author, ids: readonly string[]): Promise<void> {
    const { account_id } = author;
    const contacts = await this.repository.findManyForUpdate(account_id, ids);
    if (contacts.length === 0) return;
    const views = await this.viewsOf(account_id, contacts);
    await this.repository.deleteMany(account_id, ids);
    await this.announcements.announce('record.deleted', { account_id });
    await this.events.recordMany(
      author,
      views.map((data): RecordedEvent => ({ type: 'contact.deleted', entity_id: data.id, data })),
    );
  }

  /** @returns those of these sources that contacts have. */
  async findUsedSources(accountId: AccountId, sourceIds: readonly string[]): Promise<string[]> {
    return this.repository.findUsedSources(accountId, sourceIds);
  }

  private async findForUpdate(accountId: AccountId, some: readonly { readonly id: string }[]) {
    const ids = some.map(({ id }) => id);
    return new Map((await this.repository.findManyForUpdate(accountId, ids)).map((contact) => [contact.id, contact]));
  }

  private async write(
    author: Author,
    changes: readonly (readonly [Contact, Partial<Contact>])[],
  ): Promise<ChangedRecord[]> {
    const { account_id } = author;
    const different = differencesOf<Contact>(changes, this.clock.now());
    if (different.length === 0) return [];
    const [befores, afters] = [different.map(({ before }) => before), different.map(({ after }) => after)];
    await this.repository.updateMany(account_id, afters);
    const earlier = await this.viewsOf(account_id, befores);
    const views = await this.viewsOf(account_id, afters);
    await this.events.recordMany(
      author,
      views.map((data, index): RecordedEvent => {
        const previous = previousOf(earlier[index]!, data);
        return { type: 'contact.updated', entity_id: data.id, data, previous };
      }),
    );
    return different.map(({ changed }) => changed);
  }

  private async viewsOf(accountId: AccountId, contacts: readonly Contact[]) {
    const references = await this.referencesOf(accountId, contacts);
    return contacts.map((contact) => contactView({ ...contact, ...named(contact, references) }));
  }

  private async referencesOf(
    accountId: AccountId,
    some: readonly Partial<Pick<Contact, 'company_id' | 'source_id'>>[],
  ): Promise<ManyReferences> {
    const idsOf = (field: 'company_id' | 'source_id') => [
      ...new Set(some.flatMap((each) => (each[field] ? [each[field]] : []))),
    ];
    const [companyIds, sourceIds] = [idsOf('company_id'), idsOf('source_id')];
    if (companyIds.length + sourceIds.length === 0) return { companies: new Map(), sources: new Map() };
    return this.repository.findManyReferences(accountId, companyIds, sourceIds);
  }
}

function named(
  { company_id, source_id }: Partial<Pick<Contact, 'company_id' | 'source_id'>>,
  { companies, sources }: ManyReferences,
) {
  const source = sources.get(source_id ?? '');
  return {
    company_name: companies.get(company_id ?? '')?.name ?? null,
    source_name: source?.name ?? null,
    source_archived_at: source?.archived_at ?? null,
  };
}
