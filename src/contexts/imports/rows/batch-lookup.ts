import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import type { ValuesValidator } from '../../../kernel/custom-field-values';
import type { ErrorDetail } from '../../../kernel/domain-error';
import type { ImportableEntity, ModelType } from '../../../kernel/record-kinds';
import { Transactions } from '../../../platform/database/transactions';
import { nameForms } from '../../../platform/database/name-forms';
import { CustomFieldRules } from '../../../platform/records/custom-field-rules';
import type { FoundRecord, Importable } from '../../../platform/records/importable';
import { Importables } from '../../../platform/records/importables';
import { RecordStore } from '../../../platform/records/record-store';
import type { ColumnMapping } from './column-mapping';
import { DryRunKeysRepository } from './dry-run-keys.repository';
import type { DuplicatePolicy } from './duplicate-policy';
import { customPrefix } from './import-fields';
import { type Keys, DuplicateIndex } from './duplicate-index';
import { ReferenceResolver } from './reference-resolver';
import type { ReadRow } from './row-reader';

/** What the rows of an import depend on. */
interface RowsOfImport {
  readonly id: string;
  readonly account_id: AccountId;
  readonly model_type: ModelType;
  readonly column_mapping: ColumnMapping | null;
  readonly on_duplicate: DuplicatePolicy;
  readonly dry_run: boolean;
}

/** Everything that the decisions about a batch need, looked up before. Deciding sends no statement. */
export interface BatchContext {
  readonly duplicates: DuplicateIndex;
  /** Records of other kinds that the rows name. */
  readonly resolvers: readonly ReferenceResolver[];
  readonly validateCustomFields: ValuesValidator;
  /** The keys that identify the record of a row. */
  keysOf(row: ReadRow): Keys;
  /** @returns what is wrong with the references of a row. */
  validateReferences(row: ReadRow): readonly ErrorDetail[];
  /** Replaces names by ids of records, which may be created for the row. */
  withReferences(row: ReadRow): object;
}

const noCustomFields: ValuesValidator = () => ({ values: {}, refused: [] });

/** Looks up the records that rows may mean, and the records that rows name. */
@Injectable()
export class BatchLookup {
  constructor(
    private readonly importables: Importables,
    private readonly store: RecordStore,
    private readonly customFields: CustomFieldRules,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Runs in the transaction of the batch. */
  async of(job: RowsOfImport, rows: readonly ReadRow[]): Promise<BatchContext> {
    const kind = this.importables.of(job.model_type);
    const keysOf = await this.keysOf(kind, rows);
    const duplicates = await this.findDuplicates(job, kind, rows.map(keysOf));
    const inputs = rows.map(({ input }) => input);
    const found = await this.store.findReferences(kind.record, job.account_id, inputs);
    const named = await this.findResolvers(job.account_id, kind, rows);
    const namesOf = (row: ReadRow) =>
      kind.fields.flatMap(({ name: field, refersTo }) => {
        const name = row.named[field];
        return refersTo && name !== undefined
          ? [{ field, name, by: refersTo.by, records: named.get(refersTo.entity)! }]
          : [];
      });
    return {
      duplicates,
      resolvers: [...named.values()],
      validateCustomFields: await this.validatorOfMapping(job, kind),
      keysOf,
      validateReferences: (row) => [
        ...kind.record.invalidReferences(row.input, found),
        ...namesOf(row).flatMap(({ field, name, records }) => records.faultsOf(field, name)),
      ],
      withReferences: (row) => ({
        ...row.input,
        ...Object.fromEntries(namesOf(row).map(({ by, name, records }) => [by, records.idOf(name, row.row.number)])),
      }),
    };
  }

  private async keysOf(kind: Importable, rows: readonly ReadRow[]): Promise<(row: ReadRow) => Keys> {
    const texts = rows.flatMap(({ input }) => Object.values(kind.keysOf(input)).map((text) => text ?? ''));
    const forms = await nameForms(this.transactions, texts);
    const formOf = (text = '') => forms.get(text) ?? '';
    return ({ input }) => {
      const { name, domain } = kind.keysOf(input);
      return { name: formOf(name), domain: formOf(domain) };
    };
  }

  private async findDuplicates(job: RowsOfImport, kind: Importable, keys: readonly Keys[]): Promise<DuplicateIndex> {
    if (job.on_duplicate === 'create') return new DuplicateIndex([]);
    const different = (key: keyof Keys) => [...new Set(keys.flatMap((each) => each[key] || []))];
    const [names, domains] = [different('name'), different('domain')];
    const found = await findByKeys(kind, job.account_id, names, domains);
    if (!job.dry_run) return new DuplicateIndex(found);
    const ids = found.map(({ id }) => id);
    const tried = await this.dryRunKeys.find(job, names, domains, ids);
    const byId = new Map(tried.map((record) => [record.id, record]));
    return new DuplicateIndex([...found.map((record) => byId.get(record.id) ?? record), ...tried]);
  }

  private async findResolvers(accountId: AccountId, kind: Importable, rows: readonly ReadRow[]) {
    const names = new Map<ImportableEntity, string[]>();
    for (const { name: field, refersTo } of kind.fields) {
      const some = refersTo ? rows.flatMap(({ named }) => named[field] ?? []) : [];
      if (refersTo && some.length > 0) names.set(refersTo.entity, [...(names.get(refersTo.entity) ?? []), ...some]);
    }
    const named = new Map<ImportableEntity, ReferenceResolver>();
    for (const [entity, some] of names) {
      const other = this.importables.ofEntity(entity);
      const forms = await nameForms(this.transactions, some);
      const found = await findByKeys(other, accountId, [...forms.values()], []);
      const judge = await this.loadValidator(other, accountId, []);
      named.set(entity, new ReferenceResolver(other, forms, found, judge({}, true).refused));
    }
    return named;
  }

  private async validatorOfMapping(
    { account_id, column_mapping }: RowsOfImport,
    kind: Importable,
  ): Promise<ValuesValidator> {
    const ids = column_mapping!.flatMap(([, field]) =>
      field.startsWith(customPrefix) ? [field.slice(customPrefix.length)] : [],
    );
    return this.loadValidator(kind, account_id, ids);
  }

  private async loadValidator(
    { record }: Importable,
    accountId: AccountId,
    ids: readonly string[],
  ): Promise<ValuesValidator> {
    if (!record.customFields) return noCustomFields;
    return this.customFields.loadValidator(accountId, record.customFields.entityType, ids);
  }
}

async function findByKeys(
  kind: Importable,
  accountId: AccountId,
  names: readonly string[],
  domains: readonly string[],
): Promise<readonly FoundRecord[]> {
  return names.length + domains.length === 0 ? [] : kind.findByKeys(accountId, names, domains);
}
