import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { ChangedRecord, NewRecord, ReadInput, RecordChange, Restoration } from '../../kernel/bulk';
import type { Author } from '../../kernel/caller';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { companyRecord } from './company.record';
import type { CreateCompanyInput } from './companies.dto';
import { CompaniesRepository, type CompanyForms } from './companies.repository';

export type { CompanyForms };
export type CompanyRow = CreateCompanyInput;

@Injectable()
export class CompaniesBulkService {
  constructor(
    private readonly repository: CompaniesRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
  ) {}

  read(sent: object): ReadInput<CompanyRow> {
    return companyRecord.read(sent) as ReadInput<CompanyRow>;
  }

  async findByForms(
    accountId: AccountId,
    names: readonly string[],
    domains: readonly string[],
  ): Promise<CompanyForms[]> {
    return names.length + domains.length === 0 ? [] : this.repository.findByForms(accountId, names, domains);
  }

  async create(author: Author, records: readonly NewRecord<CompanyRow>[]): Promise<void> {
    await this.changes.createMany(companyRecord, author, records);
  }

  async change(author: Author, changes: readonly RecordChange<CompanyRow>[]): Promise<ChangedRecord[] | null> {
    return this.changes.updateMany(companyRecord, author, changes);
  }

  async lock(accountId: AccountId, ids: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.store.lock(companyRecord, accountId, ids);
    return new Map(rows.map(({ id, updated_at }) => [id, updated_at]));
  }

  async restore(author: Author, restorations: readonly Restoration[]): Promise<ChangedRecord[]> {
    return this.changes.restoreMany(companyRecord, author, restorations);
  }

  async delete(author: Author, ids: readonly string[]): Promise<void> {
    await this.changes.deleteMany(companyRecord, author, ids);
  }
}
