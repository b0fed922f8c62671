import { Injectable } from '@nestjs/common';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf, previousOf } from '../../kernel/difference';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, pageOf } from '../../kernel/page';
import { RecordEvent } from '../../kernel/record-event';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Announcements } from '../../platform/outbox/announcements';
import { readCursor } from '../../kernel/read-cursor';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import type { CreateCompanyInput, ListCompaniesInput, UpdateCompanyInput } from './companies.dto';
import { companiesErrors } from './companies.errors';
import { CompaniesRepository } from './companies.repository';
import { type Company, unsetCompany } from './company.entity';
import { type CompanyView, companyView } from './company.view';

const { invalid_custom_fields } = companiesErrors;

@Injectable()
export class CompaniesService {
  constructor(
    private readonly repository: CompaniesRepository,
    private readonly transactions: Transactions,
    private readonly customFields: CustomFieldsService,
    private readonly announcements: Announcements,
    private readonly events: RecordEvent,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list({ account_id }: Caller, input: ListCompaniesInput): Promise<Page<CompanyView>> {
    const list = { codec: this.cursors, name: 'companies', accountId: account_id };
    const { limit = defaultPageLimit, cursor, custom_fields, ...filter } = input;
    const after = readCursor(list, cursor);
    const values = await this.customFields.filterFor(account_id, 'company', custom_fields, invalid_custom_fields);
    const rows = await this.repository.list(account_id, { ...filter, custom_fields: values }, after, limit);
    return pageOf(rows, limit, list, ({ created_at, id }) => ({ at: created_at.getTime(), id }), companyView);
  }

  async get({ account_id }: Caller, id: string): Promise<CompanyView> {
    return companyView(found(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, input: CreateCompanyInput): Promise<CompanyView> {
    const { account_id } = caller;
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const company: Company = {
        id: newId(),
        account_id,
        created_by: authorOf(caller),
        ...unsetCompany,
        ...input,
        custom_fields: await this.customFields.valuesOfNew(
          account_id,
          'company',
          input.custom_fields,
          invalid_custom_fields,
        ),
        created_at: now,
        updated_at: now,
      };
      const view = companyView(company);
      // In this order, and without waiting in between.
      await this.transactions.together(
        this.repository.insert(company),
        this.events.record(caller, { type: 'company.created', entity_id: company.id, data: view }),
      );
      return view;
    });
  }

  /** Nothing different, nothing written: `updated_at` and events tell of real changes only. */
  async update(caller: Caller, id: string, input: UpdateCompanyInput): Promise<CompanyView> {
    const { account_id } = caller;
    const { custom_fields: sent, ...fields } = input;
    return this.transactions.run(async () => {
      const valuesFrom = await this.customFields.changeOfValues(account_id, 'company', sent, invalid_custom_fields);
      const company = found(await this.repository.findForUpdate(account_id, id));
      const before = companyView(company);
      const custom_fields = valuesFrom(company.custom_fields);
      const difference = differenceOf<Company>(company, { ...fields, custom_fields });
      if (Object.keys(difference).length === 0) return before;
      const changes = { ...difference, updated_at: this.clock.now() };
      const after = companyView({ ...company, ...changes });
      const previous = previousOf(before, after);
      await this.transactions.together(
        this.repository.update(account_id, id, changes),
        this.events.record(caller, { type: 'company.updated', entity_id: id, data: after, previous }),
      );
      return after;
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const company = found(await this.repository.findForUpdate(caller.account_id, id));
      await this.repository.delete(caller.account_id, id);
      await this.announcements.announce('record.deleted', { account_id: caller.account_id });
      await this.events.record(caller, { type: 'company.deleted', entity_id: id, data: companyView(company) });
    });
  }
}

function found(company: Company | null): Company {
  if (!company) throw new DomainError(companiesErrors.not_found);
  return company;
}
