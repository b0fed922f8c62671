import type { ErrorDetail } from './domain-error';

/** Maximum number of custom fields of a kind of record. */
export const maxCustomFields = 200;
/** Maximum length of a label, in code points. */
export const maxLabelLength = 200;
/** Maximum length of a text value, in code points. */
export const maxTextLength = 500;

export type CustomFieldValue = string | number | boolean;

/** Values of custom fields of a record, by the ids of their definitions. */
export type CustomFieldValues = Readonly<Record<string, CustomFieldValue>>;

/** Values as sent, of any type. Null for one value removes it; null for all of them empties. */
export type SentCustomFieldValues = Readonly<Record<string, unknown>> | null;

/** A filter by a custom field, as sent. */
export interface SentCondition {
  readonly definition_id: string;
  readonly operator: 'eq' | 'gte' | 'lte';
  readonly value: string;
  /** The text after the parameter's name. */
  readonly key: string;
}

/** A condition on a value: equal to this, or between these, both included. */
export interface CustomFieldCondition {
  readonly definition_id: string;
  readonly eq?: CustomFieldValue;
  readonly gte?: CustomFieldValue;
  readonly lte?: CustomFieldValue;
}

/** The records that meet the custom-field filters of a list. */
export interface CustomFieldFilter {
  /** The only ids that can match, if there are few; null if there are many. */
  readonly ids: readonly string[] | null;
  /** The conditions that remain. */
  readonly conditions: readonly CustomFieldCondition[];
}

/** Values in the types of their definitions; null removes one. */
export type ReadValues = Readonly<Record<string, CustomFieldValue | null>>;

/**
 * @param isNew whether the record is new and needs all required values. @returns the values, or what is wrong with
 * them.
 */
export type JudgeValues = (
  sent: SentCustomFieldValues,
  isNew: boolean,
) => { readonly values: ReadValues; readonly refused: readonly ErrorDetail[] };

export interface ValuesValidator extends JudgeValues {
  /** The definitions that are unique. Whether another record has a value is not judged. */
  readonly unique: ReadonlySet<string>;
}

/** @returns the values after the change: merged by key; null removes one value, and null for all empties. */
export function mergeValues(kept: CustomFieldValues, read: ReadValues | null): CustomFieldValues {
  if (read === null) return {};
  const merged = Object.entries({ ...kept, ...read }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as CustomFieldValues;
}
