import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type {
  CustomFieldValue,
  ReadValues,
  SentCustomFieldValues,
  ValuesValidator,
} from '../../kernel/custom-field-values';
import type { ErrorDetail } from '../../kernel/domain-error';
import { lookAgainOnViolation } from '../database/constraints';
import { Transactions } from '../database/transactions';

lookAgainOnViolation('unique_values_form_key');

/** A value of a custom field that is unique. */
export interface UniqueValue {
  readonly definition_id: string;
  readonly value: CustomFieldValue;
}

export interface LookedUpValue extends UniqueValue {
  /** The form in which values are compared; null for the empty text, which any number of records may have. */
  readonly form: string | null;
  /** The record that has the value. */
  readonly holder: string | null;
}

/** @returns the values of unique fields. @param unique the definitions that are unique. */
export function uniqueValuesIn(values: ReadValues, unique: ReadonlySet<string>): UniqueValue[] {
  return Object.entries(values).flatMap(([definition_id, value]) =>
    value !== null && unique.has(definition_id) ? [{ definition_id, value }] : [],
  );
}

/** @returns the refusal of a value that another record has. */
export function takenValue({ definition_id }: UniqueValue, holder: string): ErrorDetail {
  const field = `custom_fields.${definition_id}`;
  return { field, message: `${field} is the value of another record, and no two have the same`, id: holder };
}

/**
 * @param sent values of records, of any type.
 * @returns those of unique fields that are values of their field, each once.
 */
export function uniqueValuesOf(
  sent: readonly (SentCustomFieldValues | undefined)[],
  validate: ValuesValidator,
): UniqueValue[] {
  if (validate.unique.size === 0) return [];
  const values = new Map<string, UniqueValue>();
  for (const some of sent) {
    for (const id of Object.keys(some ?? {})) {
      if (!validate.unique.has(id)) continue;
      for (const each of uniqueValuesIn(validate({ [id]: some![id] }, false).values, validate.unique)) {
        values.set(`${id} ${JSON.stringify(each.value)}`, each);
      }
    }
  }
  return [...values.values()];
}

/** The statements on `unique_values`, which triggers fill at the commit (docs/decisions/0051-unique-custom-fields.md). */
@Injectable()
export class UniqueValues {
  constructor(private readonly transactions: Transactions) {}

  /** @returns who has these values, in their order. */
  async lookUp(accountId: AccountId, values: readonly UniqueValue[]): Promise<LookedUpValue[]> {
    if (values.length === 0) return [];
    const rows = await this.transactions.rows<Pick<LookedUpValue, 'form' | 'holder'>>(
      'unique-values-look-up',
      `select form, (
         select record_id from unique_values kept
         where kept.account_id = $1 and kept.definition_id = given.definition_id and kept.form = made.form
       ) as holder
       from unnest($2::uuid[], $3::jsonb[]) with ordinality as given (definition_id, value, position)
       cross join lateral (select unique_form(given.value) as form) as made
       order by position`,
      [accountId, values.map(({ definition_id }) => definition_id), values.map(({ value }) => JSON.stringify(value))],
    );
    return values.map((value, index) => ({ ...value, ...rows[index]! }));
  }

  /** @returns the records that have values with these forms. */
  async findByForms(accountId: AccountId, definitionId: string, forms: readonly string[]) {
    return this.transactions.rows<{ readonly record_id: string; readonly form: string }>(
      'unique-values-by-forms',
      `select record_id, form from unique_values
       where account_id = $1 and definition_id = $2::uuid and form = any($3::text[])`,
      [accountId, definitionId, forms],
    );
  }
}
