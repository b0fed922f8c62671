import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValue, ReadValues } from '../../kernel/custom-field-values';
import { lookAgainOnViolation } from '../database/constraints';
import { Transactions } from '../database/transactions';

lookAgainOnViolation('unique_values_form_key');

/** Follows the name of a field in a sentence. */
export const takenMessage = 'is the value of another record, and no two have the same';

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

/** Who has which values, while changes of many records are decided one after the other. */
export class ValueHolders {
  private readonly forms = new Map<string, string | null>();
  /** Records by the field and the form. */
  private readonly holders = new Map<string, string>();
  /** The field and the form by the record and the field. */
  private readonly held = new Map<string, string>();

  /** @param lookedUp all values that may be taken. */
  constructor(lookedUp: readonly LookedUpValue[]) {
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

  /** Gives a record these values; null takes away the one that it has. */
  take(id: string, values: ReadValues): void {
    for (const [definitionId, value] of Object.entries(values)) {
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
