import type { ReadValues, SentCustomFieldValues } from '../../../kernel/custom-field-values';
import { DomainError } from '../../../kernel/domain-error';
import type { MatchText } from '../../database/match-forms';
import { ExternalIdHolders } from '../external-id-holders';
import { type FoundExternalIds, type SentInPlace, withIds } from '../external-ids';
import type { FoundReferences, FoundTargets, RecordDefinition } from '../record-definition';
import type { RecordRow } from '../record-row';
import type { ValueHolders } from '../value-holders';
import { type Fields, neededMessage, type UpsertItem } from './bulk-item';
import { BulkState } from './bulk-state';
import { MatchIndex } from './match-index';
import { formIn, textIn } from './upsert-ways';

/** What was looked up and locked for a bulk. */
export interface LookedUp<Row extends RecordRow> {
  /** Locked. */
  readonly rows: readonly Row[];
  readonly references: FoundReferences;
  /** Who has the external ids that inputs have or refer to. */
  readonly external: FoundExternalIds;
  readonly values: ValueHolders;
  /** What `match_by` says, in the items. */
  readonly ways: readonly string[];
  /** `""` for a text that has not the form of what is compared. */
  formOf(text: MatchText): string;
}

/** Maximum number of ids to tell of records with the same value. */
const maxTold = 10;

/** Everything that the items of a bulk need. Deciding about them sends no statement; what they do is noted here. */
export class BulkContext<Row extends RecordRow> {
  readonly state: BulkState<Row>;
  /** What records refer to, and who has which external id by now. */
  readonly targets: FoundTargets;
  private readonly indexes: ReadonlyMap<string, MatchIndex>;
  private readonly externalIds: ExternalIdHolders;

  constructor(
    private readonly record: RecordDefinition<Row, object>,
    private readonly lookedUp: LookedUp<Row>,
    inputs: readonly Fields[],
  ) {
    const { rows, references, external, ways } = lookedUp;
    this.state = new BulkState(rows);
    this.indexes = new Map(ways.map((way) => [way, new MatchIndex()]));
    this.externalIds = new ExternalIdHolders(record.kind, inputs, external);
    this.targets = { ...references, external: { idOf: (_, externalId) => this.externalIds.holderOf(externalId) } };
    for (const row of rows) this.index(row);
  }

  /** @returns the fields with ids in place of external ids. */
  withIds(input: Fields): { readonly fields: Fields; readonly inPlace: SentInPlace } {
    return withIds(this.record.externalReferences, input, this.lookedUp.external);
  }

  /**
   * @param id of the record that gets the values; undefined: a new one.
   * @returns the values of custom fields that were sent; null: none is to be left.
   * @throws DomainError if one is refused.
   */
  valuesIn({ custom_fields: sent }: Fields, id: string | undefined): ReadValues | null {
    const judged = this.lookedUp.values.judge((sent ?? (sent === null ? null : {})) as SentCustomFieldValues, id);
    const details = judged.refused.length > 0 ? judged.refused : judged.taken;
    const [first] = details;
    if (first) throw new DomainError(this.record.customFields!.error, { message: first.message, details });
    return sent === null ? null : judged.values;
  }

  /** @returns the record that an upsert means. @throws DomainError if that cannot be told, or there are several. */
  find({ matchBy, value }: UpsertItem): string | undefined {
    const { errors } = this.record;
    const refuse = (field: string, message: string) =>
      new DomainError(errors.invalid_request, { message, details: [{ field, message }] });
    const definitionId = matchBy.startsWith('custom_fields.') ? matchBy.slice('custom_fields.'.length) : null;
    if (definitionId !== null && !this.lookedUp.values.validate.unique.has(definitionId)) {
      throw refuse('match_by', `match_by names no unique custom field`);
    }
    if (value === '') throw refuse(matchBy, `${matchBy} ${neededMessage}`);
    const form = this.lookedUp.formOf({ form: formIn(this.record, matchBy), text: value });
    if (form === '') throw refuse(matchBy, `${matchBy} has not the form of what records are matched by`);
    const ids = this.indexes.get(matchBy)!.find(form);
    if (ids.length <= 1) return ids[0];
    const message = `${matchBy} is that of ${ids.length > maxTold ? `more than ${maxTold}` : ids.length} records`;
    const details = [{ field: matchBy, message, ids: ids.slice(0, maxTold) }];
    throw new DomainError(errors.ambiguous_match, { message, details });
  }

  /** Notes a record that an item made or changed. @param values of custom fields that it set; null: it removed all. */
  note(row: Row, values: ReadValues | null): void {
    this.index(row);
    this.lookedUp.values.take(row.id, values);
  }

  /** Notes a record that an item deleted. */
  forget(id: string): void {
    for (const index of this.indexes.values()) index.set(id, '');
    this.externalIds.give(id, null);
    this.lookedUp.values.take(id, null);
  }

  private index(row: Row): void {
    const { record, lookedUp } = this;
    for (const [way, index] of this.indexes) {
      index.set(row.id, lookedUp.formOf({ form: formIn(record, way), text: textIn(row, way) }));
    }
    this.externalIds.give(row.id, (row as { readonly external_id?: string | null }).external_id);
  }
}
