import { Injectable } from '@nestjs/common';
import { type Author, authorOf } from '../../../kernel/caller';
import type { ValuesValidator } from '../../../kernel/custom-field-values';
import { DomainError } from '../../../kernel/domain-error';
import { isUuid } from '../../../kernel/uuid';
import { type FormOf, matchForms, type MatchText } from '../../database/match-forms';
import { Transactions } from '../../database/transactions';
import { CustomFieldRules } from '../custom-field-rules';
import { findByForms } from '../match-ways';
import type { FoundReferences, RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { RecordStore } from '../record-store';
import { customFieldsOf } from '../sent-fields';
import type { BulkItem, Fields, UpsertItem } from './bulk-item';
import { BulkState } from './bulk-state';
import { MatchIndex } from './match-index';
import { lockValues } from './upsert-locks';

type Definition<Row extends RecordRow> = RecordDefinition<Row, object>;

/** Everything that the items of a bulk need, looked up and locked before. Deciding about items sends no statement. */
export interface BulkContext<Row extends RecordRow> {
  readonly state: BulkState<Row>;
  readonly references: FoundReferences;
  readonly validateCustomFields: ValuesValidator;
  /** @returns the ids of the records that an upsert may mean; null if its value has not the form of what is compared. */
  idsOf(item: UpsertItem): readonly string[] | null;
  /** Must be called with each record that an item made or changed. */
  note(row: Row): void;
  /** Must be called with each record that an item deleted. */
  forget(id: string): void;
}

const noCustomFields: ValuesValidator = () => ({ values: {}, refused: [] });

/** Looks up what a bulk needs, in a constant number of statements. */
@Injectable()
export class BulkLookup {
  constructor(
    private readonly store: RecordStore,
    private readonly customFields: CustomFieldRules,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Runs in the transaction of the bulk. Locks in this order: definitions of custom fields, values to match by, records in the
   * order of their ids.
   */
  async of<Row extends RecordRow>(
    record: Definition<Row>,
    author: Author,
    items: readonly BulkItem[],
  ): Promise<BulkContext<Row>> {
    const { account_id } = author;
    const inputs = items.flatMap(inputsOf);
    const validateCustomFields = await this.loadValidator(record, author, inputs);
    const upserts = items.filter((item) => item.action === 'upsert');
    const ways = [...new Set(upserts.map(({ matchBy }) => matchBy))];
    const wanted = upserts.map(({ matchBy, value }) => ({ form: record.matchBy[matchBy]!.form, text: value }));
    const ofInputs = await matchForms(this.transactions, [...wanted, ...textsOf(record, ways, inputs)]);
    const formOfItem = new Map(upserts.map((item, index) => [item, ofInputs(wanted[index]!)]));
    const found = await this.findMatches(record, author, ways, upserts, formOfItem);
    const named = items.flatMap((item) => ('id' in item ? [item.id] : []));
    const rows = await this.store.lock(record, account_id, [...new Set([...named, ...found])]);
    const ofRows = await matchForms(this.transactions, textsOf(record, ways, rows));
    const formOf: FormOf = (text) => ofInputs(text) || ofRows(text);
    const references = await this.store.findReferences(record, account_id, [
      ...(inputs as Partial<Row>[]),
      ...rows,
      { created_by: authorOf(author) } as Partial<Row>,
    ]);
    const indexes = new Map(ways.map((way) => [way, new MatchIndex()]));
    const note = (row: Row) => {
      for (const [way, index] of indexes) {
        index.set(row.id, formOf({ form: record.matchBy[way]!.form, text: textIn(row, way) }));
      }
    };
    rows.forEach(note);
    return {
      state: new BulkState(rows),
      references,
      validateCustomFields,
      idsOf: (item) => {
        const form = formOfItem.get(item)!;
        return form === '' ? null : indexes.get(item.matchBy)!.find(form);
      },
      note,
      forget: (id) => indexes.forEach((index) => index.set(id, '')),
    };
  }

  private async loadValidator(
    { customFields }: Pick<Definition<RecordRow>, 'customFields'>,
    { account_id }: Author,
    inputs: readonly Fields[],
  ): Promise<ValuesValidator> {
    if (!customFields || inputs.length === 0) return noCustomFields;
    const ids = new Set(inputs.flatMap((input) => Object.keys(customFieldsOf(input) ?? {}).filter(isUuid)));
    return this.customFields.loadValidator(account_id, customFields.entityType, [...ids]);
  }

  /** @returns the ids of the records that have one of the values. */
  private async findMatches<Row extends RecordRow>(
    { table, kind, matchBy }: Definition<Row>,
    { account_id }: Author,
    ways: readonly string[],
    upserts: readonly UpsertItem[],
    formOfItem: ReadonlyMap<UpsertItem, string>,
  ): Promise<string[]> {
    if (upserts.length === 0) return [];
    const formsOf = (way: string) => [
      ...new Set(upserts.flatMap((item) => (item.matchBy === way ? formOfItem.get(item)! || [] : []))),
    ];
    const values = ways.flatMap((way) => formsOf(way).map((form) => `${way} ${form}`));
    await lockValues(this.transactions, account_id, kind, values);
    const found: string[] = [];
    for (const field of ways) {
      const way = { ...matchBy[field]!, table, field };
      for (const { id } of await findByForms(this.transactions, way, account_id, formsOf(field))) found.push(id);
    }
    return found;
  }
}

/** All that an item may write. */
function inputsOf(item: BulkItem): Fields[] {
  if (item.action === 'delete') return [];
  if (item.action !== 'upsert') return [item.input];
  return [item.create, item.update].flatMap((read) => ('input' in read ? [read.input] : []));
}

function* textsOf(
  { matchBy }: Pick<Definition<RecordRow>, 'matchBy'>,
  ways: readonly string[],
  rows: readonly object[],
): Iterable<MatchText> {
  for (const way of ways) {
    for (const row of rows) yield { form: matchBy[way]!.form, text: textIn(row, way) };
  }
}

function textIn(row: object, field: string): string {
  return (row as Readonly<Record<string, string | null | undefined>>)[field] ?? '';
}

/** @throws DomainError if values of custom fields are refused. */
export function judgedValues<Row extends RecordRow>(
  { customFields }: Definition<Row>,
  { validateCustomFields }: BulkContext<Row>,
  { custom_fields: sent }: Fields,
  isNew: boolean,
) {
  const { values, refused } = validateCustomFields((sent ?? {}) as Fields, isNew);
  if (refused[0]) throw new DomainError(customFields!.error, { message: refused[0].message, details: refused });
  return sent === null ? null : values;
}
