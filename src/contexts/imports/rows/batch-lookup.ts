import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import type { ValuesJudge } from '../../../kernel/custom-field-values';
import type { ErrorDetail } from '../../../kernel/domain-error';
import type { ImportedEntity, ModelType } from '../../../kernel/record-kinds';
import { Transactions } from '../../../platform/database/transactions';
import { nameForms } from '../../../platform/database/name-forms';
import { CustomFieldRules } from '../../../platform/records/custom-field-rules';
import type { Importable } from '../../../platform/records/importable';
import { Importables } from '../../../platform/records/importables';
import { RecordStore } from '../../../platform/records/record-store';
import type { ColumnMapping } from './column-mapping';
import { DryRunKeysRepository } from './dry-run-keys.repository';
import type { DuplicatePolicy } from './duplicate-policy';
import { customPrefix } from './import-fields';
import { type Keys, KnownRecords } from './known-records';
import { NamedRecords } from './named-records';
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
export interface BatchKnowledge {
  readonly known: KnownRecords;
  /** Records of other kinds that the rows name. */
  readonly named: readonly NamedRecords[];
  readonly judgeCustom: ValuesJudge;
  /** The keys that identify the record of a row. */
  keysOf(row: ReadRow): Keys;
  /** @returns what is wrong with the references of a row. */
  judgeReferences(row: ReadRow): readonly ErrorDetail[];
  /** Replaces names by ids of records, which may be created for the row. */
  withReferences(row: ReadRow): object;
}

const noCustomFields: ValuesJudge = () => ({ values: {}, refused: [] });

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
  async of(job: RowsOfImport, rows: readonly ReadRow[]): Promise<BatchKnowledge> {
    const kind = this.importables.of(job.model_type);
    const keysOf = await this.keysOf(kind, rows);
    const known = await this.known(job, kind, rows.map(keysOf));
    const inputs = rows.map(({ input }) => input);
    const found = await this.store.findReferences(kind.record, job.account_id, inputs);
    const named = await this.named(job.account_id, kind, rows);
    const namesOf = (row: ReadRow) =>
      kind.fields.flatMap(({ name: field, refersTo }) => {
        const name = row.named[field];
        return refersTo && name !== undefined
          ? [{ field, name, by: refersTo.by, records: named.get(refersTo.entity)! }]
          : [];
      });
    return {
      known,
      named: [...named.values()],
      judgeCustom: await this.judge(job, kind),
      keysOf,
      judgeReferences: (row) => [
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

  private async known(job: RowsOfImport, kind: Importable, keys: readonly Keys[]): Promise<KnownRecords> {
    if (job.on_duplicate === 'create') return new KnownRecords([]);
    const different = (key: keyof Keys) => [...new Set(keys.flatMap((each) => each[key] || []))];
    const [names, domains] = [different('name'), different('domain')];
    const found = await kind.findByKeys(job.account_id, names, domains);
    if (!job.dry_run) return new KnownRecords(found);
    const ids = found.map(({ id }) => id);
    const tried = await this.dryRunKeys.find(job, names, domains, ids);
    const byId = new Map(tried.map((record) => [record.id, record]));
    return new KnownRecords([...found.map((record) => byId.get(record.id) ?? record), ...tried]);
  }

  private async named(accountId: AccountId, kind: Importable, rows: readonly ReadRow[]) {
    const names = new Map<ImportedEntity, string[]>();
    for (const { name: field, refersTo } of kind.fields) {
      const some = refersTo ? rows.flatMap(({ named }) => named[field] ?? []) : [];
      if (refersTo && some.length > 0) names.set(refersTo.entity, [...(names.get(refersTo.entity) ?? []), ...some]);
    }
    const named = new Map<ImportedEntity, NamedRecords>();
    for (const [entity, some] of names) {
      const other = this.importables.ofEntity(entity);
      const forms = await nameForms(this.transactions, some);
      const found = await other.findByKeys(accountId, [...forms.values()], []);
      const judge = await this.judgeOf(other, accountId, []);
      named.set(entity, new NamedRecords(other, forms, found, judge({}, true).refused));
    }
    return named;
  }

  private async judge({ account_id, column_mapping }: RowsOfImport, kind: Importable): Promise<ValuesJudge> {
    const ids = column_mapping!.flatMap(([, field]) =>
      field.startsWith(customPrefix) ? [field.slice(customPrefix.length)] : [],
    );
    return this.judgeOf(kind, account_id, ids);
  }

  private async judgeOf({ record }: Importable, accountId: AccountId, ids: readonly string[]): Promise<ValuesJudge> {
    if (!record.customFields) return noCustomFields;
    return this.customFields.judgeOfMany(accountId, record.customFields.entityType, ids);
  }
}
