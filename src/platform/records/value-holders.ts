import type {
  CustomFieldValue,
  ReadValues,
  SentCustomFieldValues,
  ValuesValidator,
} from '../../kernel/custom-field-values';
import type { ErrorDetail } from '../../kernel/domain-error';
import { type LookedUpValue, takenValue, type UniqueValue, uniqueValuesIn } from './unique-values';

export interface JudgedValues {
  readonly values: ReadValues;
  readonly refused: readonly ErrorDetail[];
  /** Each names the record that has the value. */
  readonly taken: readonly ErrorDetail[];
}

/** Judges values of custom fields, and notes who has the unique ones, while changes of many records are decided in turn. */
export class ValueHolders {
  private readonly forms = new Map<string, string | null>();
  /** Records by the field and the form. */
  private readonly holders = new Map<string, string>();
  /** The field and the form by the record and the field. */
  private readonly held = new Map<string, string>();

  /** @param lookedUp all unique values that may be taken. */
  constructor(
    readonly validate: ValuesValidator,
    lookedUp: readonly LookedUpValue[],
  ) {
    for (const { definition_id, value, form, holder } of lookedUp) {
      this.forms.set(keyOf(definition_id, value), form);
      if (form !== null && holder !== null) this.note(holder, definition_id, form);
    }
  }

  /** @returns the record that has this value; undefined: none. */
  holderOf({ definition_id, value }: UniqueValue): string | undefined {
    const form = this.forms.get(keyOf(definition_id, value)) ?? null;
    return form === null ? undefined : this.holders.get(`${definition_id} ${form}`);
  }

  /**
   * @param id of the record that gets the values; undefined: a new one.
   * @returns the values, what is wrong with them, and which are those of other records.
   */
  judge(sent: SentCustomFieldValues, id: string | undefined): JudgedValues {
    const { values, refused } = this.validate(sent, id === undefined);
    const taken = uniqueValuesIn(values, this.validate.unique).flatMap((each): ErrorDetail[] => {
      const holder = this.holderOf(each);
      return holder === undefined || holder === id ? [] : [takenValue(each, holder)];
    });
    return { values, refused, taken };
  }

  /** Gives a record these values. Null for one takes it away, and null for all takes away all. */
  take(id: string, values: ReadValues | null): void {
    const { unique } = this.validate;
    if (unique.size === 0) return;
    const changed = values ? Object.entries(values) : [...unique].map((each) => [each, null] as const);
    for (const [definitionId, value] of changed) {
      this.free(id, definitionId);
      const form = value === null ? null : (this.forms.get(keyOf(definitionId, value)) ?? null);
      if (form !== null) this.note(id, definitionId, form);
    }
  }

  private free(id: string, definitionId: string): void {
    const before = this.held.get(`${id} ${definitionId}`);
    if (before === undefined) return;
    this.held.delete(`${id} ${definitionId}`);
    this.holders.delete(before);
  }

  private note(id: string, definitionId: string, form: string): void {
    this.holders.set(`${definitionId} ${form}`, id);
    this.held.set(`${id} ${definitionId}`, `${definitionId} ${form}`);
  }
}

function keyOf(definitionId: string, value: CustomFieldValue): string {
  return `${definitionId} ${JSON.stringify(value)}`;
}
