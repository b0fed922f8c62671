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
import { RecordEvent, type RecordedEvent } from '../../kernel/record-event';
import { Announcements } from '../../platform/outbox/announcements';
import { readRow } from '../../platform/fields/read-row';
import { CreateCompanyInput, UpdateCompanyInput } from './companies.dto';
import { CompaniesRepository, type CompanyForms } from './companies.repository';
import { type Company, unsetCompany } from './company.entity';
import { companyView } from './company.view';

export type CompanyRow = CreateCompanyInput;
export type { CompanyForms };

/**
 * Very many companies at once, by the rules that one has, with the events that one has. All of it runs in the caller's
 * transaction.
 */
@Injectable()
export class CompaniesBulkService {
  constructor(
    private readonly repository: CompaniesRepository,
    private readonly announcements: Announcements,
    private readonly events: RecordEvent,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidInputError */
  read(sent: object): ReadInput<CompanyRow> {
    return readRow(CreateCompanyInput, UpdateCompanyInput, sent);
  }

  /** @returns for each form, where there is one, the oldest with this domain, with this name, with this name and no domain. */
  async findByForms(
    accountId: AccountId,
    names: readonly string[],
    domains: readonly string[],
  ): Promise<CompanyForms[]> {
    return names.length + domains.length === 0 ? [] : this.repository.findByForms(accountId, names, domains);
  }

  async create(author: Author, records: readonly NewRecord<CompanyRow>[]): Promise<void> {
    if (records.length === 0) return;
    const now = this.clock.now();
    const companies = records.map(({ id, input, custom_fields }): Company => ({
      id,
      account_id: author.account_id,
      created_by: authorOf(author),
      ...unsetCompany,
      ...input,
      custom_fields,
      created_at: now,
      updated_at: now,
    }));
    await this.repository.insertMany(companies);
    await this.events.recordMany(
      author,
      companies.map((company): RecordedEvent => ({
        type: 'company.created',
        entity_id: company.id,
        data: companyView(company),
      })),
    );
  }

  /** @returns those that are different now; null when one of them is gone, and nothing was done. */
  async change(author: Author, changes: readonly RecordChange<CompanyRow>[]): Promise<ChangedRecord[] | null> {
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
    const companies = await this.repository.findManyForUpdate(accountId, ids);
    return new Map(companies.map(({ id, updated_at }) => [id, updated_at]));
  }

  /** @param restorations of records that were locked. */
  async restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]> {
    const found = await this.findForUpdate(author.account_id, restorations);
    return this.write(
      author,
      restorations.map(({ id, before }) => [found.get(id)!, before as Partial<Company>]),
    );
  }

  async delete(author: Author, ids: readonly string[]): Promise<void> {
    const { account_id } = author;
    const companies = await this.repository.findManyForUpdate(account_id, ids);
    if (companies.length === 0) return;
    await this.repository.deleteMany(account_id, ids);
    await this.announcements.announce('record.deleted', { account_id });
    await this.events.recordMany(
      author,
      companies.map((company): RecordedEvent => ({
        type: 'company.deleted',
        entity_id: company.id,
        data: companyView(company),
      })),
    );
  }

  private async findForUpdate(accountId: AccountId, some: readonly { readonly id: string }[]) {
    const ids = some.map(({ id }) => id);
    return new Map((await this.repository.findManyForUpdate(accountId, ids)).map((company) => [company.id, company]));
  }

  private async write(
    author: Author,
    changes: readonly (readonly [Company, Partial<Company>])[],
  ): Promise<ChangedRecord[]> {
    const different = differencesOf<Company>(changes, this.clock.now());
    if (different.length === 0) return [];
    await this.repository.updateMany(
      author.account_id,
      different.map(({ after }) => after),
    );
    await this.events.recordMany(
      author,
      different.map(({ before, after }): RecordedEvent => {
        const data = companyView(after);
        return { type: 'company.updated', entity_id: after.id, data, previous: previousOf(companyView(before), data) };
      }),
    );
    return different.map(({ changed }) => changed);
  }
}
