import { Injectable } from '@nestjs/common';
import { type Author, authorOf } from '../../../kernel/caller';
import type { SentCustomFieldValues, ValuesValidator } from '../../../kernel/custom-field-values';
import { isUuid } from '../../../kernel/uuid';
import { matchForms, type MatchText } from '../../database/match-forms';
import { Transactions } from '../../database/transactions';
import { CustomFieldRules, validatorOf } from '../custom-field-rules';
import { wantedExternalIds, withIds } from '../external-ids';
import { findByForms } from '../match-ways';
import { fieldMatchedBy } from '../matcher';
import type { RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import { RecordStore } from '../record-store';
import { UniqueValues, uniqueValuesOf } from '../unique-values';
import { ValueHolders } from '../value-holders';
import { BulkContext } from './bulk-context';
import type { BulkItem, Fields, UpsertItem } from './bulk-item';
import { lockValues } from './upsert-locks';
import { formIn, textIn } from './upsert-ways';

type Definition<Row extends RecordRow> = RecordDefinition<Row, object>;

/** Looks up and locks what the items of a bulk need, in a number of statements that does not depend on theirs. */
@Injectable()
export class BulkLookup {
  constructor(
    private readonly store: RecordStore,
    private readonly customFields: CustomFieldRules,
    private readonly uniqueValues: UniqueValues,
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
    const upserts = items.filter((item) => item.action === 'upsert');
    const ways = [...new Set(upserts.map(({ matchBy }) => matchBy))];
    const validate = await this.loadValidator(record, author, inputs, ways);
    const wanted = upserts.map((item) => ({ form: formIn(record, item.matchBy), text: item.value }));
    const ofInputs = await matchForms(this.transactions, [...wanted, ...textsOf(record, ways, inputs)]);
    const found = await this.findMatches(record, author, upserts, (item) =>
      ofInputs({ form: formIn(record, item.matchBy), text: item.value }),
    );
    const named = items.flatMap((item) => ('id' in item ? [item.id] : []));
    const rows = await this.store.lock(record, account_id, [...new Set([...named, ...found])]);
    const ofRows = await matchForms(this.transactions, textsOf(record, ways, rows));
    const external = await this.store.findByExternalIds(record, account_id, wantedExternalIds(record, inputs));
    const referring = inputs.map((input) => withIds(record.externalReferences, input, external).fields as Partial<Row>);
    const own = { created_by: authorOf(author) } as Partial<Row>;
    const references = await this.store.findReferences(record, account_id, [...referring, ...rows, own]);
    const sent = inputs.map(({ custom_fields }) => custom_fields as SentCustomFieldValues | undefined);
    const values = new ValueHolders(
      validate,
      await this.uniqueValues.lookUp(account_id, uniqueValuesOf(sent, validate)),
    );
    const known = new Set([...wanted, ...textsOf(record, ways, inputs)].map(({ form, text }) => `${form} ${text}`));
    const formOf = (text: MatchText) => (known.has(`${text.form} ${text.text}`) ? ofInputs(text) : ofRows(text));
    return new BulkContext(record, { rows, references, external, values, ways, formOf }, inputs);
  }

  private async loadValidator<Row extends RecordRow>(
    record: Definition<Row>,
    { account_id }: Author,
    inputs: readonly Fields[],
    ways: readonly string[],
  ): Promise<ValuesValidator> {
    const ids = new Set(ways.flatMap((way) => fieldMatchedBy(way) ?? []));
    for (const { custom_fields: sent } of inputs) {
      for (const id of Object.keys(sent ?? {})) if (isUuid(id)) ids.add(id.toLowerCase());
    }
    return validatorOf(this.customFields, inputs.length === 0 ? { customFields: null } : record, account_id, [...ids]);
  }

  /** @returns the ids of the records that have one of the values. */
  private async findMatches<Row extends RecordRow>(
    { table, kind, matchBy }: Definition<Row>,
    { account_id }: Author,
    upserts: readonly UpsertItem[],
    formOf: (item: UpsertItem) => string,
  ): Promise<string[]> {
    const forms = new Map<string, Set<string>>();
    for (const item of upserts) {
      const form = formOf(item);
      if (form === '') continue;
      const ofWay = forms.get(item.matchBy);
      if (ofWay) ofWay.add(form);
      else forms.set(item.matchBy, new Set([form]));
    }
    if (forms.size === 0) return [];
    const values = [...forms].flatMap(([way, some]) => [...some].map((form) => `${way} ${form}`));
    await lockValues(this.transactions, account_id, kind, values);
    const found: string[] = [];
    for (const [way, some] of forms) {
      const definitionId = fieldMatchedBy(way);
      const rows =
        definitionId === null
          ? await findByForms(this.transactions, { ...matchBy[way]!, table, field: way }, account_id, [...some])
          : (await this.uniqueValues.findByForms(account_id, definitionId, [...some])).map(({ record_id: id }) => ({
              id,
            }));
      for (const { id } of rows) found.push(id);
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

function* textsOf<Row extends RecordRow>(
  record: Definition<Row>,
  ways: readonly string[],
  rows: readonly object[],
): Iterable<MatchText> {
  for (const way of ways) for (const row of rows) yield { form: formIn(record, way), text: textIn(row, way) };
}
