import { Injectable } from '@nestjs/common';
import type { ModelType, ImportedEntity } from '../../../kernel/record-kinds';
import type { AccountId } from '../../../kernel/account-id';
import type { Author } from '../../../kernel/caller';
import { nameForms } from '../../../platform/database/name-forms';
import { Transactions } from '../../../platform/database/transactions';
import { CompaniesBulkService, type CompanyRow } from '../../companies/companies-bulk.service';
import { ContactsBulkService, type ContactRow } from '../../contacts/contacts-bulk.service';
import { CustomFieldsService, type ValuesJudge } from '../../custom-fields/custom-fields.service';
import { SourcesBulkService, type SourceRow } from '../../sources/sources-bulk.service';
import type { BatchKnowledge, BulkRecords } from './import-batch';
import { type BatchChanges, ImportChangesRepository } from '../import-changes.repository';
import { customisedEntity, customPrefix } from './import-fields';
import type { Import } from '../import.entity';
import { KnownRecords, type RecordKeys } from './known-records';
import { NamedRecords } from './named-records';
import type { ReadRow } from './row-reader';

/** How records of a kind are recognised and written. */
export interface RecordKind<Input> {
  readonly entity: ImportedEntity;
  readonly records: BulkRecords<Input>;
  /** Runs in the transaction of the batch. */
  look(job: Import, rows: readonly ReadRow<Input>[]): Promise<BatchKnowledge<Input> & Companions>;
}

export interface Companions {
  /** Makes the records that rows named and that there were not; runs before the rows are written. */
  readonly makeNamed: (author: Author) => Promise<readonly BatchChanges[]>;
}

const nothing = { judgeReferences: () => [], makeNamed: async () => [] };
const noCustomFields: ValuesJudge = () => ({ values: {}, refused: [] });
const text = (value: string | undefined) => value ?? '';

/** The three kinds of records that can be imported. */
@Injectable()
export class RecordKinds {
  private readonly contacts: RecordKind<ContactRow>;
  private readonly companies: RecordKind<CompanyRow>;
  private readonly sources: RecordKind<SourceRow>;

  constructor(
    private readonly contactRecords: ContactsBulkService,
    private readonly companyRecords: CompaniesBulkService,
    private readonly sourceRecords: SourcesBulkService,
    private readonly customFields: CustomFieldsService,
    private readonly changes: ImportChangesRepository,
    private readonly transactions: Transactions,
  ) {
    this.contacts = { entity: 'contact', records: contactRecords, look: (job, rows) => this.lookAtContacts(job, rows) };
    this.companies = {
      entity: 'company',
      records: companyRecords,
      look: (job, rows) => this.lookAtCompanies(job, rows),
    };
    this.sources = { entity: 'source', records: sourceRecords, look: (job, rows) => this.lookAtSources(job, rows) };
  }

  of(modelType: ModelType): RecordKind<object> {
    return this[modelType];
  }

  recordsOf(entity: ImportedEntity): BulkRecords<object> {
    return { contact: this.contactRecords, company: this.companyRecords, source: this.sourceRecords }[entity];
  }

  private async lookAtContacts(job: Import, rows: readonly ReadRow<ContactRow>[]) {
    const { account_id } = job;
    const formOf = await this.forms(rows.flatMap(({ input }) => [text(input.email)]));
    const keysOf = ({ input }: ReadRow<ContactRow>) => ({ name: formOf(text(input.email)), domain: '' });
    const known = await this.known(job, rows.map(keysOf), async (forms) =>
      (await this.contactRecords.findByEmailForms(account_id, forms)).map(({ id, form }) => ({
        id,
        name: form,
        domain: '',
      })),
    );
    const judgeIds = await this.contactRecords.judgeReferences(
      account_id,
      rows.map(({ input }) => input),
    );
    const companies = await this.namedCompanies(account_id, rows);
    const sources = await this.namedSources(account_id, rows);
    return {
      known,
      keysOf,
      judgeCustom: await this.judge(job),
      judgeReferences: ({ input, company, source }: ReadRow<ContactRow>) => [
        ...judgeIds(input),
        ...(company === null ? [] : companies.faultsOf('company_name', company)),
        ...(source === null ? [] : sources.faultsOf('source_name', source)),
      ],
      withReferences: ({ row, input, company, source }: ReadRow<ContactRow>) => ({
        ...input,
        ...(company === null ? {} : { company_id: companies.idOf(company, row.number) }),
        ...(source === null ? {} : { source_id: sources.idOf(source, row.number) }),
      }),
      makeNamed: async (author: Author) => {
        const [newCompanies, newSources] = [companies.made(), sources.made()];
        await this.companyRecords.create(author, newCompanies);
        await this.sourceRecords.create(author, newSources);
        return [
          { entity: 'company' as const, created: newCompanies, updated: [] },
          { entity: 'source' as const, created: newSources, updated: [] },
        ];
      },
    };
  }

  private async lookAtCompanies(job: Import, rows: readonly ReadRow<CompanyRow>[]) {
    const formOf = await this.forms(rows.flatMap(({ input }) => [text(input.name), text(input.domain)]));
    const keysOf = ({ input }: ReadRow<CompanyRow>) => ({
      name: formOf(text(input.name)),
      domain: formOf(text(input.domain)),
    });
    const find = (names: readonly string[], domains: readonly string[]) =>
      this.companyRecords.findByForms(job.account_id, names, domains);
    return {
      ...nothing,
      known: await this.known(job, rows.map(keysOf), find),
      keysOf,
      judgeCustom: await this.judge(job),
      withReferences: ({ input }: ReadRow<CompanyRow>) => input,
    };
  }

  private async lookAtSources(job: Import, rows: readonly ReadRow<SourceRow>[]) {
    const formOf = await this.forms(rows.map(({ input }) => text(input.name)));
    const keysOf = ({ input }: ReadRow<SourceRow>) => ({ name: formOf(text(input.name)), domain: '' });
    const find = async (names: readonly string[]) =>
      (await this.sourceRecords.findByForms(job.account_id, names)).map(({ id, name }) => ({ id, name, domain: '' }));
    return {
      ...nothing,
      known: await this.known(job, rows.map(keysOf), find),
      keysOf,
      judgeCustom: noCustomFields,
      withReferences: ({ input }: ReadRow<SourceRow>) => input,
    };
  }

  private async namedCompanies(
    accountId: AccountId,
    rows: readonly ReadRow<ContactRow>[],
  ): Promise<NamedRecords<CompanyRow>> {
    const names = [...new Set(rows.flatMap(({ company }) => company ?? []))];
    const forms = await nameForms(this.transactions, names);
    const found = await this.companyRecords.findByForms(accountId, [...forms.values()], []);
    const known = new KnownRecords(found);
    const judge = names.length > 0 ? await this.customFields.judgeOfMany(accountId, 'company', []) : noCustomFields;
    return new NamedRecords<CompanyRow>(
      forms,
      (form) => ({ id: known.find({ name: form, domain: '' }) }),
      (name) => this.companyRecords.read({ name }),
      judge({}, true).refused,
    );
  }

  private async namedSources(
    accountId: AccountId,
    rows: readonly ReadRow<ContactRow>[],
  ): Promise<NamedRecords<SourceRow>> {
    const forms = await nameForms(
      this.transactions,
      rows.flatMap(({ source }) => source ?? []),
    );
    const found = await this.sourceRecords.findByForms(accountId, [...forms.values()]);
    const byForm = new Map(found.map((source) => [source.name, source]));
    return new NamedRecords<SourceRow>(
      forms,
      (form) => {
        const source = byForm.get(form);
        return { id: source?.id, fault: source?.is_archived ? 'is the name of an archived source' : undefined };
      },
      (name) => this.sourceRecords.read({ name }),
      [],
    );
  }

  private async judge({ account_id, model_type, column_mapping }: Import): Promise<ValuesJudge> {
    const ids = column_mapping!.flatMap(([, field]) =>
      field.startsWith(customPrefix) ? [field.slice(customPrefix.length)] : [],
    );
    return this.customFields.judgeOfMany(account_id, customisedEntity[model_type]!, ids);
  }

  private async forms(texts: readonly string[]): Promise<(text: string) => string> {
    const forms = await nameForms(this.transactions, texts);
    return (text) => forms.get(text) ?? '';
  }

  private async known(
    job: Import,
    keys: readonly Omit<RecordKeys, 'id'>[],
    find: (names: readonly string[], domains: readonly string[]) => Promise<readonly RecordKeys[]>,
  ): Promise<KnownRecords> {
    if (job.on_duplicate === 'create') return new KnownRecords([]);
    const different = (key: 'name' | 'domain') => [...new Set(keys.flatMap((each) => (each[key] ? [each[key]] : [])))];
    const [names, domains] = [different('name'), different('domain')];
    const found = await find(names, domains);
    if (!job.dry_run) return new KnownRecords(found);
    const ids = found.map(({ id }) => id);
    const rehearsed = await this.changes.findRehearsed(job, names, domains, ids);
    const byId = new Map(rehearsed.map((record) => [record.id, record]));
    return new KnownRecords([...found.map((record) => byId.get(record.id) ?? record), ...rehearsed]);
  }
}
