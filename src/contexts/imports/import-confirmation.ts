import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { type ErrorDetail, InvalidInputError } from '../../kernel/domain-error';
import { Transactions } from '../../platform/database/transactions';
import { WorkQueues } from '../../platform/queue/work-queues';
import { CustomFieldRules } from '../../platform/records/custom-field-rules';
import type { Importable } from '../../platform/records/importable';
import { Importables } from '../../platform/records/importables';
import { RecordStore } from '../../platform/records/record-store';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportRowsRepository } from './import-rows.repository';
import { assertMayBe, type Confirmed, type Import, importSteps } from './import.entity';
import { type ImportOptionsView, importOptionsView } from './import-options.view';
import { type ImportView, importView } from './import.view';
import type { ConfirmImportInput } from './import-confirmation.dto';
import { orNotFound, stateError } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { BatchLookup } from './rows/batch-lookup';
import { type ColumnMapping, readMapping } from './rows/column-mapping';
import { customPrefix, type ImportField, ImportFields } from './rows/import-fields';
import { defaultOptions } from './rows/import-options';
import { Matchers } from './rows/matching';
import { planNewFields, plannedField } from './rows/new-fields';
import { type ReadDefaults, readDefaults } from './rows/read-defaults';
import { formatOf } from './rows/reading-options';

/** Takes the options of an import. Whatever is wrong with them is told before the first row is touched. */
@Injectable()
export class ImportConfirmation {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly errors: ImportErrorsRepository,
    private readonly rows: ImportRowsRepository,
    private readonly importables: Importables,
    private readonly store: RecordStore,
    private readonly matchers: Matchers,
    private readonly fields: ImportFields,
    private readonly customFields: CustomFieldRules,
    private readonly lookup: BatchLookup,
    private readonly queues: WorkQueues,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Hands the import to the background workers. */
  async confirm(caller: Caller, id: string, sent: ConfirmImportInput): Promise<ImportView> {
    const { account_id } = caller;
    const view = await this.transactions.run(async () => {
      const job = orNotFound(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      assertMayBe('confirmed', job, now);
      const changes = importSteps.confirm(job, await this.read(caller, job, sent), now);
      await this.transactions.allowLongStatements();
      await this.errors.removeAll(job);
      await this.rows.removeAll(job);
      await this.repository.update(account_id, id, changes);
      return importView({ ...job, ...changes }, now);
    });
    this.transactions.afterCommit(() => this.queues.wake('imports'));
    return view;
  }

  /** @throws DomainError if nobody has confirmed the import yet. */
  async again({ account_id }: Caller, id: string): Promise<ImportOptionsView> {
    const job = orNotFound(await this.repository.find(account_id, id));
    if (job.column_mapping === null) throw stateError('The import has no options yet: nobody has confirmed it.');
    return importOptionsView(job);
  }

  private async read(caller: Caller, job: Import, sent: ConfirmImportInput): Promise<Confirmed> {
    const { column_mapping: mapped, on_duplicate = 'skip', match_by = null, defaults = {}, dry_run = false } = sent;
    const { create_custom_fields = defaultOptions.create_custom_fields, tags_mode = defaultOptions.tags_mode } = sent;
    const kind = this.importables.of(job.model_type);
    const { headers } = job.shape!;
    if (create_custom_fields) await this.assertMayMakeFields(caller, kind);
    const fields = await this.fields.of(kind, job.account_id);
    const added = create_custom_fields ? await this.addFields(kind, job, sent, fields) : [];
    const column_mapping = [...readMapping(mapped, headers, fields, added.length > 0), ...added];
    await this.assertMatches(kind, job, column_mapping, match_by);
    const { date_order = defaultOptions.date_order, decimal = defaultOptions.decimal } = sent;
    const read = readDefaults(defaults, {
      fields,
      mapped: new Set(column_mapping.map(([, field]) => field)),
      identifying: this.matchers.of(kind, match_by).fields,
      format: formatOf({ date_order, decimal }, undefined),
      read: (input) => kind.record.read(input),
    });
    await this.assertDefaultsExist(kind, job, read);
    return {
      ...{ column_mapping, on_duplicate, match_by, dry_run },
      options: {
        ...{ tags_mode, create_custom_fields, defaults: read.defaults, sent_defaults: read.sent },
        ignored_headers: Object.keys(mapped).filter((header) => mapped[header] === null),
        ...{ date_order, decimal },
        empty_cells: sent.empty_cells ?? defaultOptions.empty_cells,
        on_invalid_cell: sent.on_invalid_cell ?? defaultOptions.on_invalid_cell,
        when_name_missing: sent.when_name_missing ?? defaultOptions.when_name_missing,
      },
    };
  }

  /** The definitions are locked before any record, as everywhere. */
  private async assertMayMakeFields(caller: Caller, { record }: Importable): Promise<void> {
    const refuse = (message: string) => refuseOption('create_custom_fields', message);
    if (!record.customFields) refuse(`cannot be true: ${record.table} have no custom fields`);
    if (caller.kind !== 'user' || caller.role === 'member')
      refuse('cannot be true: only owners and admins make custom fields');
    await this.customFields.lockDefinitions(caller.account_id, record.customFields!.entityType);
  }

  /** @returns the columns that the mapping does not name, with their fields. A dry run makes none. */
  private async addFields(
    { record }: Importable,
    { account_id, shape }: Import,
    { column_mapping, dry_run }: ConfirmImportInput,
    fields: readonly ImportField[],
  ): Promise<ColumnMapping> {
    const plan = planNewFields(shape!.headers, column_mapping, fields);
    if ('faults' in plan) throw new InvalidInputError(plan.faults);
    const { known, missing } = plan;
    if (dry_run) return [...known, ...missing.map((label) => [label, plannedField(label)] as const)];
    const made = await this.customFields.define(account_id, record.customFields!.entityType, missing);
    return [...known, ...made.map(({ id }, index) => [missing[index]!, customPrefix + id] as const)];
  }

  private async assertMatches(
    kind: Importable,
    { account_id }: Import,
    mapping: ColumnMapping,
    match_by: string | null,
  ): Promise<void> {
    const mapped = new Set(mapping.map(([, field]) => field));
    const names = await this.matchers.namesOf(kind, account_id);
    if (match_by !== null && !names.includes(match_by)) refuseOption('match_by', `must be one of ${names.join(', ')}`);
    for (const [header, field] of mapping)
      if (field === 'id' && match_by !== 'id')
        refuseOption(`column_mapping.${header.slice(0, 100)}`, 'is mapped to id, which takes match_by: id');
    if (match_by === null) return;
    const { fields } = this.matchers.of(kind, match_by);
    if (!fields.some((field) => mapped.has(field)))
      refuseOption('match_by', `is ${match_by}, and no column is mapped to ${fields.join(' or ')}`);
  }

  /** Custom fields and other records to which the defaults refer. */
  private async assertDefaultsExist(kind: Importable, { account_id }: Import, read: ReadDefaults): Promise<void> {
    const details: ErrorDetail[] = [];
    const add = (some: readonly ErrorDetail[]) =>
      details.push(
        ...some.map(({ field, message }) => ({ field: `defaults.${field}`, message: `defaults.${message}` })),
      );
    const { customFields } = kind.record;
    if (customFields && Object.keys(read.custom_fields).length > 0) {
      const ids = Object.keys(read.custom_fields);
      const validate = await this.customFields.loadValidator(account_id, customFields.entityType, ids);
      add(validate(read.custom_fields, false).refused);
    }
    const found = await this.store.findReferences(kind.record, account_id, [read.input]);
    add(kind.record.invalidReferences(read.input, found));
    add(await this.lookup.validateNames(account_id, kind, read.named));
    if (details.length > 0) throw new InvalidInputError(details);
  }
}

function refuseOption(field: string, message: string): never {
  throw new InvalidInputError([{ field, message: `${field} ${message}` }]);
}
