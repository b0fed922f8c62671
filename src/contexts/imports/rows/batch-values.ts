import type { JudgeValues, ReadValues, SentCustomFieldValues } from '../../../kernel/custom-field-values';
import type { ErrorDetail } from '../../../kernel/domain-error';
import type { ValueHolders } from '../../../platform/records/value-holders';
import { customPrefix } from './import-fields';

/** The values of custom fields of a batch, and which record has the unique ones while its rows are decided. */
export class BatchValues {
  constructor(
    private readonly values: ValueHolders,
    /** The definition by which rows are matched, if it is one. */
    private readonly matchedBy: string | null,
  ) {}

  /** @returns a validator for a row of which nothing is applied. */
  get ofSkipped(): JudgeValues {
    return this.values.validate;
  }

  /** @param id the record that a row means; undefined: a new one. @returns a validator for the row. */
  of(id: string | undefined): JudgeValues {
    return (sent) => {
      const { values, refused, taken } = this.values.judge(sent, id);
      return { values, refused: [...refused, ...taken, ...this.withoutIdentity(sent)] };
    };
  }

  /** A row gives a record these values. */
  take(id: string, values: ReadValues | null): void {
    this.values.take(id, values);
  }

  private withoutIdentity(sent: SentCustomFieldValues): ErrorDetail[] {
    const id = this.matchedBy;
    if (id === null || sent?.[id] === undefined || this.values.validate.unique.has(id)) return [];
    const field = `${customPrefix}${id}`;
    return [{ field, message: `${field} is not unique any more, so it identifies nothing` }];
  }
}
