import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import type { BulkView, UpsertView } from '../../platform/records/bulk/bulk.view';
import { Bulks } from '../../platform/records/bulk/bulks';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import type {
  BulkCompaniesInput,
  CreateCompanyInput,
  ListCompaniesInput,
  UpdateCompanyInput,
  UpsertCompanyInput,
} from './companies.dto';
import { companiesErrors } from './companies.errors';
import { CompaniesRepository } from './companies.repository';
import { companyRecord } from './company.record';
import type { CompanyView } from './company.view';

@Injectable()
export class CompaniesService {
  constructor(
    private readonly repository: CompaniesRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
    private readonly bulks: Bulks,
    private readonly customFields: CustomFieldsService,
    private readonly cursors: CursorCodec,
  ) {}

  async list({ account_id }: Caller, input: ListCompaniesInput): Promise<Page<CompanyView>> {
    const list = new PagedList(this.cursors, 'companies', account_id);
    const { limit = defaultPageLimit, cursor, custom_fields, ...filter } = input;
    const after = list.after(cursor);
    const { invalid_custom_fields } = companiesErrors;
    const values = await this.customFields.buildFilter(account_id, 'company', custom_fields, invalid_custom_fields);
    const rows = await this.repository.list(account_id, { ...filter, custom_fields: values }, after, limit);
    return list.page(rows, limit);
  }

  async get({ account_id }: Caller, id: string): Promise<CompanyView> {
    return this.store.get(companyRecord, account_id, id);
  }

  async create(caller: Caller, input: CreateCompanyInput): Promise<CompanyView> {
    return this.changes.create(companyRecord, caller, input);
  }

  async update(caller: Caller, id: string, input: UpdateCompanyInput, ifVersion?: number): Promise<CompanyView> {
    return this.changes.update(companyRecord, caller, id, input, ifVersion);
  }

  async delete(caller: Caller, id: string, ifVersion?: number): Promise<void> {
    await this.changes.delete(companyRecord, caller, id, ifVersion);
  }

  async upsert(caller: Caller, input: UpsertCompanyInput): Promise<UpsertView<CompanyView>> {
    return this.bulks.upsert(companyRecord, caller, input);
  }

  async bulk(caller: Caller, input: BulkCompaniesInput): Promise<BulkView> {
    return this.bulks.bulk(companyRecord, caller, input);
  }
}
