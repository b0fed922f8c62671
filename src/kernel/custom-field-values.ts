import type { ErrorDetail } from './domain-error';

export type CustomFieldValue = string | number | boolean;

/** Values of custom fields on a record, by the ids of their definitions. */
export type CustomFieldValues = Readonly<Record<string, CustomFieldValue>>;

/** As they are sent, of any type: null for one removes it, null for all empties. */
export type SentCustomFieldValues = Readonly<Record<string, unknown>> | null;

/** As a list is asked for them. */
export interface SentCondition {
  readonly definition_id: string;
  readonly operator: 'eq' | 'gte' | 'lte';
  readonly value: string;
  /** What stood behind the parameter's name. */
  readonly key: string;
}

/** What a record's value must be: this, or between these, both included. */
export interface CustomFieldCondition {
  readonly definition_id: string;
  readonly eq?: CustomFieldValue;
  readonly gte?: CustomFieldValue;
  readonly lte?: CustomFieldValue;
}

/** Which records have the values that a list is asked for. */
export interface CustomFieldFilter {
  /** The only ones that can, where they are few; null: they are many. */
  readonly ids: readonly string[] | null;
  /** What they must meet besides. */
  readonly conditions: readonly CustomFieldCondition[];
}

/** As they were sent, in the types of their definitions; null removes one. */
export type ReadValues = Readonly<Record<string, CustomFieldValue | null>>;

/** @param isNew whether the record is: it must get all that is required. @returns the values, or what is refused of them. */
export type ValuesValidator = (
  sent: Readonly<Record<string, unknown>>,
  isNew: boolean,
) => { readonly values: ReadValues; readonly refused: readonly ErrorDetail[] };

/** @returns what a record has afterwards: merged by key, null removes, null for all empties. */
export function mergeValues(kept: CustomFieldValues, read: ReadValues | null): CustomFieldValues {
  if (read === null) return {};
  const merged = Object.entries({ ...kept, ...read }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as CustomFieldValues;
}
