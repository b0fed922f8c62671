import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../../kernel/account-id';
import type { ValuesValidator } from '../../../kernel/custom-field-values';
import type { ErrorDetail } from '../../../kernel/domain-error';
import type { ImportableEntity, ModelType, RecordKind } from '../../../kernel/record-kinds';
import { isUuid } from '../../../kernel/uuid';
import { type FormOf, matchForms } from '../../../platform/database/match-forms';
import { Transactions } from '../../../platform/database/transactions';
import { CustomFieldRules, validatorOf } from '../../../platform/records/custom-field-rules';
import type { Importable } from '../../../platform/records/importable';
import { Importables } from '../../../platform/records/importables';
import { ExternalIdHolders } from '../../../platform/records/external-id-holders';
import { wantedExternalIds, withIds } from '../../../platform/records/external-ids';
import {
  fieldMatchedBy,
  type FoundRecord,
  type MatchedRow,
  type Matcher,
  type RecordKeys,
  type RowKeys,
} from '../../../platform/records/matcher';
import { RecordStore } from '../../../platform/records/record-store';
import { UniqueValues, uniqueValuesOf } from '../../../platform/records/unique-values';
import { ValueHolders } from '../../../platform/records/value-holders';
import { BatchValues } from './batch-values';
import type { ColumnMapping } from './column-mapping';
import { DryRunKeysRepository } from './dry-run-keys.repository';
import type { DuplicatePolicy } from './duplicate-policy';
import { customPrefix } from './import-fields';
import type { ImportOptions } from './import-options';
import { type Keys, DuplicateIndex } from './duplicate-index';
import { matchedRows, Matchers } from './matching';
import { ReferenceResolver } from './reference-resolver';
import { formlessOf, keysOf, textsOfKeys } from './row-keys';
import type { ReadRow } from './row-reader';

/** What the rows of an import depend on. */
interface RowsOfImport {
  readonly id: string;
  readonly account_id: AccountId;
  readonly model_type: ModelType;
  readonly column_mapping: ColumnMapping | null;
  readonly on_duplicate: DuplicatePolicy;
  readonly match_by: string | null;
  readonly options: Pick<ImportOptions, 'defaults'> | null;
  readonly dry_run: boolean;
}

/** Everything that the decisions about a batch need, looked up before. Deciding sends no statement. */
export interface BatchContext {
  readonly kind: RecordKind;
  readonly matcher: Matcher;
  readonly duplicates: DuplicateIndex;
  /** Records of other kinds that the rows name. */
  readonly resolvers: readonly ReferenceResolver[];
  readonly externalIds: ExternalIdHolders;
  readonly customValues: BatchValues;
  /** The keys that identify the record of a row; if it has none, those of the record that it would become. */
  keysOf(row: ReadRow): Keys;
  /** @returns what should identify a row and has not the form of it. */
  formlessOf(row: ReadRow): readonly ErrorDetail[];
  /** Whether the record exists outside of the dry run. */
  isStored(id: string): boolean;
  /** @returns what is wrong with the references of a row. */
  validateReferences(row: ReadRow): readonly ErrorDetail[];
  /** Replaces names by ids of records, which may be created for the row. */
  withReferences(row: ReadRow): object;
}

type Named = Pick<ReadRow, 'named'>;

const nothing: RowKeys = { title: '' };

/** Looks up the records that rows may mean, and the records that rows name. */
@Injectable()
export class BatchLookup {
  constructor(
    private readonly importables: Importables,
    private readonly store: RecordStore,
    private readonly matchers: Matchers,
    private readonly values: UniqueValues,
    private readonly customFields: CustomFieldRules,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Runs in the transaction of the batch. */
  async of(job: RowsOfImport, rows: readonly ReadRow[]): Promise<BatchContext> {
    const kind = this.importables.of(job.model_type);
    const matcher = this.matchers.of(kind, job.match_by);
    const inputs = rows.map(({ input }) => input);
    const { record } = kind;
    const external = await this.store.findByExternalIds(record, job.account_id, wantedExternalIds(record, inputs));
    const byIds = ({ input }: ReadRow) => withIds(record.externalReferences, input, external);
    const referring = rows.map((row) => byIds(row).fields);
    const references = await this.store.findReferences(record, job.account_id, referring);
    const all = rows.flatMap((row) => (row.asNew ? [row, row.asNew] : [row]));
    const texts = this.textsOf(job, matcher, all, matchedRows(kind, references, byIds));
    // A default takes the place of a name that cannot be used.
    const naming = [...rows, { named: defaultNamesOf(kind, job) }];
    const formOf = await matchForms(this.transactions, [...textsOfKeys(texts.values()), ...namesOf(kind, naming)]);
    const keys = new Map([...texts].map(([row, each]) => [row, keysOf(each, formOf)]));
    const { duplicates, stored } = await this.findDuplicates(job, kind, matcher, [...keys.values()]);
    const named = await this.findResolvers(job.account_id, kind, naming, formOf);
    const namesIn = (row: ReadRow) =>
      kind.fields.flatMap(({ name: field, refersTo }) => {
        const name = row.named[field];
        return refersTo && name !== undefined
          ? [{ field, name, by: refersTo.by, records: named.get(refersTo.entity)! }]
          : [];
      });
    return {
      kind: record.kind,
      matcher,
      duplicates,
      resolvers: [...named.values()],
      customValues: await this.findValues(job, kind, rows),
      keysOf: (row) => {
        const own = keys.get(row)!;
        return own.primary === '' && own.secondary === '' && row.asNew ? keys.get(row.asNew)! : own;
      },
      formlessOf: (row) => formlessOf(matcher, texts.get(row)!, formOf),
      externalIds: new ExternalIdHolders(record.kind, inputs, external),
      isStored: (id) => stored.has(id),
      validateReferences: (row) => {
        const { fields, inPlace } = byIds(row);
        return [
          ...record.invalidReferences(fields, references, inPlace),
          ...namesIn(row).flatMap(({ field, name, records }) => records.faultsOf(field, name)),
        ];
      },
      withReferences: (row) => ({
        ...byIds(row).fields,
        ...Object.fromEntries(namesIn(row).map(({ by, name, records }) => [by, records.idOf(name, row.row.number)])),
      }),
    };
  }

  /** @param named names of other records, by field. @returns what is wrong with them. */
  async validateNames(
    accountId: AccountId,
    kind: Importable,
    named: ReadRow['named'],
  ): Promise<readonly ErrorDetail[]> {
    const rows = [{ named }];
    const formOf = await matchForms(this.transactions, namesOf(kind, rows));
    const records = await this.findResolvers(accountId, kind, rows, formOf);
    return kind.fields.flatMap(({ name: field, refersTo }) => {
      const name = named[field];
      return refersTo && name !== undefined ? records.get(refersTo.entity)!.faultsOf(field, name) : [];
    });
  }

  /** Rows that are not compared have no keys. */
  private textsOf(
    job: RowsOfImport,
    matcher: Matcher,
    rows: readonly ReadRow[],
    matchedOf: (row: ReadRow) => MatchedRow,
  ): Map<ReadRow, RowKeys> {
    if (job.on_duplicate === 'create') return new Map(rows.map((row) => [row, nothing]));
    return new Map(rows.map((row) => [row, matcher.keysOf(matchedOf(row))]));
  }

  private async findDuplicates(
    job: RowsOfImport,
    { record }: Importable,
    matcher: Matcher,
    keys: readonly Keys[],
  ): Promise<{ readonly duplicates: DuplicateIndex; readonly stored: ReadonlySet<string> }> {
    const completes = matcher.completesRecords === true;
    const different = (key: 'primary' | 'secondary') => [...new Set(keys.flatMap((each) => each[key] || []))];
    const wanted = { primary: different('primary'), secondary: different('secondary') };
    if (wanted.primary.length + wanted.secondary.length === 0)
      return { duplicates: new DuplicateIndex([], completes), stored: new Set() };
    const found = await matcher.find(job.account_id, wanted);
    const ids = found.map(({ id }) => id);
    const stored = new Set(ids);
    if (!keepsKeys(job, matcher)) return { duplicates: new DuplicateIndex(found, completes), stored };
    const tried = await this.dryRunKeys.find(job, wanted, ids);
    const made = job.dry_run || tried.length === 0 ? [] : await this.findMade(job.account_id, record, tried);
    for (const { id } of made) stored.add(id);
    const kept = job.dry_run ? tried : made;
    const byId = new Map(kept.map((each) => [each.id, each]));
    const both = [...found.map((each) => byId.get(each.id) ?? each), ...kept];
    return { duplicates: new DuplicateIndex(both, completes), stored };
  }

  /** @returns the records of earlier batches that nobody has deleted since. */
  private async findMade(
    accountId: AccountId,
    record: Importable['record'],
    made: readonly RecordKeys[],
  ): Promise<readonly RecordKeys[]> {
    const ids = made.map(({ id }) => id);
    const found = (await this.store.findMany(record, accountId, ids)) as readonly { readonly id: string }[];
    const existing = new Set(found.map(({ id }) => id));
    return made.filter(({ id }) => existing.has(id));
  }

  private async findResolvers(accountId: AccountId, kind: Importable, rows: readonly Named[], formOf: FormOf) {
    const names = new Map<ImportableEntity, Set<string>>();
    for (const { name: field, refersTo } of kind.fields) {
      const some = refersTo ? rows.flatMap(({ named }) => named[field] ?? []) : [];
      if (!refersTo || some.length === 0) continue;
      names.set(refersTo.entity, new Set([...(names.get(refersTo.entity) ?? []), ...some]));
    }
    const named = new Map<ImportableEntity, ReferenceResolver>();
    for (const [entity, some] of names) {
      const other = this.importables.ofEntity(entity);
      const forms = new Map([...some].map((text) => [text, formOf({ form: 'name', text })]));
      const secondary = [...new Set([...forms.values()].filter((form) => form !== ''))];
      const byName = this.matchers.of(other, 'name');
      const found: readonly FoundRecord[] =
        secondary.length > 0 ? await byName.find(accountId, { primary: [], secondary }) : [];
      named.set(entity, new ReferenceResolver(other, forms, found, await this.findRequired(other, accountId)));
    }
    return named;
  }

  /** Looks up who has the values of unique fields. */
  private async findValues(job: RowsOfImport, kind: Importable, rows: readonly ReadRow[]): Promise<BatchValues> {
    const validate = await this.loadValidatorOf(job, kind);
    const sent = rows.map(({ custom_fields }) => custom_fields);
    const lookedUp = await this.values.lookUp(job.account_id, uniqueValuesOf(sent, validate));
    return new BatchValues(new ValueHolders(validate, lookedUp), fieldMatchedBy(job.match_by));
  }

  /** Of the fields that rows have from columns or from defaults. */
  private async loadValidatorOf(
    { account_id, column_mapping, options }: RowsOfImport,
    kind: Importable,
  ): Promise<ValuesValidator> {
    const fields = [...column_mapping!.map(([, field]) => field), ...Object.keys(options?.defaults ?? {})];
    const ids = fields.flatMap((field) => {
      const id = field.startsWith(customPrefix) ? field.slice(customPrefix.length) : '';
      return isUuid(id) ? [id] : [];
    });
    return validatorOf(this.customFields, kind.record, account_id, ids);
  }

  /** @returns labels of the custom fields that no record can be without. */
  private async findRequired(kind: Importable, accountId: AccountId): Promise<readonly string[]> {
    const judge = await validatorOf(this.customFields, kind.record, accountId, []);
    const { refused } = judge({}, true);
    if (refused.length === 0) return [];
    const fields = await this.customFields.definitionsOf(accountId, kind.record.customFields!.entityType);
    const isRequired = new Set(refused.map(({ field }) => field));
    return fields.flatMap(({ id, label }) => (isRequired.has(customPrefix + id) ? [label] : []));
  }
}

/**
 * Whether keys of rows are kept for later batches: those of a dry run, and those that name records which do not exist,
 * because the records that were made of them are not found by these keys.
 */
export function keepsKeys(
  { dry_run, on_duplicate }: Pick<RowsOfImport, 'dry_run' | 'on_duplicate'>,
  { namesRecords }: Pick<Matcher, 'namesRecords'>,
): boolean {
  return on_duplicate !== 'create' && (dry_run || namesRecords === true);
}

function defaultNamesOf({ fields }: Importable, { options }: RowsOfImport): Named['named'] {
  const given = Object.entries(options?.defaults ?? {});
  const isName = new Set(fields.flatMap(({ name, refersTo }) => (refersTo ? [name] : [])));
  return Object.fromEntries(given.flatMap(([name, value]) => (isName.has(name) ? [[name, String(value)]] : [])));
}

function* namesOf(kind: Importable, rows: readonly Named[]) {
  for (const { name: field, refersTo } of kind.fields) {
    if (!refersTo) continue;
    for (const { named } of rows) if (named[field] !== undefined) yield { form: 'name', text: named[field] } as const;
  }
}
