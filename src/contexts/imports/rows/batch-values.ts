import type {
  JudgeValues,
  ReadValues,
  SentCustomFieldValues,
  ValuesValidator,
} from '../../../kernel/custom-field-values';
import type { ErrorDetail } from '../../../kernel/domain-error';
import {
  takenMessage,
  type UniqueValue,
  uniqueValuesIn,
  type ValueHolders,
} from '../../../platform/records/unique-values';
import { customPrefix } from './import-fields';
import type { ReadRow } from './row-reader';

/** @returns the values of unique fields that rows have, where they are values of the field. */
export function uniqueValuesOf(rows: Iterable<ReadRow>, validate: ValuesValidator): UniqueValue[] {
  if (validate.unique.size === 0) return [];
  const values = new Map<string, UniqueValue>();
  for (const { custom_fields } of rows) {
    for (const [id, sent] of Object.entries(custom_fields)) {
      if (!validate.unique.has(id)) continue;
      for (const each of uniqueValuesIn(validate({ [id]: sent }, false).values, validate.unique))
        values.set(`${id} ${JSON.stringify(each.value)}`, each);
    }
  }
  return [...values.values()];
}

/** The values of custom fields of a batch, and which record has the unique ones while its rows are decided. */
export class BatchValues {
  constructor(
    private readonly validate: ValuesValidator,
    private readonly holders: ValueHolders,
    /** The definition by which rows are matched, if it is one. */
    private readonly matchedBy: string | null,
  ) {}

  /** @returns a validator for a row of which nothing is applied. */
  get ofSkipped(): JudgeValues {
    return this.validate;
  }

  /** @param id the record that a row means; undefined: a new one. @returns a validator for the row. */
  of(id: string | undefined): JudgeValues {
    const { unique } = this.validate;
    if (unique.size === 0 && this.matchedBy === null) return this.validate;
    return (sent, isNew) => {
      const { values, refused } = this.validate(sent, isNew);
      const taken = uniqueValuesIn(values, unique).flatMap((each): ErrorDetail[] => {
        const holder = this.holders.holderOf(each);
        return holder === undefined || holder === id ? [] : [refusal(each.definition_id, takenMessage)];
      });
      return { values, refused: [...refused, ...taken, ...this.withoutIdentity(sent)] };
    };
  }

  /** A row gives a record these values. */
  take(id: string, values: ReadValues): void {
    if (this.validate.unique.size > 0) this.holders.take(id, values);
  }

  private withoutIdentity(sent: SentCustomFieldValues): ErrorDetail[] {
    const id = this.matchedBy;
    return id !== null && sent?.[id] !== undefined && !this.validate.unique.has(id) ? [refusal(id, isShared)] : [];
  }
}

const isShared = 'is not unique any more, so it identifies nothing';

function refusal(id: string, reason: string): ErrorDetail {
  const field = `${customPrefix}${id}`;
  return { field, message: `${field} ${reason}` };
}
