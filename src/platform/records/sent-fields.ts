import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues, SentCustomFieldValues } from '../../kernel/custom-field-values';
import type { CustomFieldRules } from './custom-field-rules';
import type { RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';

/** The fields that a caller sends, with values of custom fields that are not validated. */
export type Sent<Row> = Partial<Omit<Row, keyof RecordRow | 'custom_fields'>> & {
  readonly custom_fields?: SentCustomFieldValues;
};

/**
 * @returns the column `custom_fields` of a new record, if the kind has custom fields.
 * @throws DomainError if a value is wrong, or a required one is missing.
 */
export async function initialCustomFields<Row extends RecordRow>(
  rules: CustomFieldRules,
  { customFields }: RecordDefinition<Row, object>,
  accountId: AccountId,
  sent: SentCustomFieldValues | undefined,
): Promise<object> {
  if (!customFields) return {};
  const { entityType, error } = customFields;
  return { custom_fields: await rules.initialValues(accountId, entityType, sent, error) };
}

/**
 * @returns a function that makes the changed fields from the present record.
 * @throws DomainError if a value of a custom field is wrong.
 */
export async function patchOf<Row extends RecordRow>(
  rules: CustomFieldRules,
  { customFields }: RecordDefinition<Row, object>,
  accountId: AccountId,
  id: string,
  { custom_fields: sent, ...fields }: Sent<Row>,
): Promise<(before: Row) => Partial<Row>> {
  if (!customFields) return () => fields as Partial<Row>;
  const { entityType, error } = customFields;
  const valuesFrom = await rules.patchValues(accountId, entityType, sent, error, id);
  return (before) => ({ ...fields, custom_fields: valuesFrom(customFieldsOf(before)) }) as unknown as Partial<Row>;
}

export function customFieldsOf(row: object): CustomFieldValues {
  return (row as { readonly custom_fields: CustomFieldValues }).custom_fields;
}
