/** Values of custom fields on a record, by the ids of their definitions. */
export type CustomFieldValues = Readonly<Record<string, string | number | boolean>>;

/** As they are sent: null for one removes it, null for all empties. */
export type SentCustomFieldValues = Readonly<Record<string, string | number | boolean | null>> | null;

/** @returns what a record has after the values were sent: merged by key. */
export function mergeValues(kept: CustomFieldValues, sent: SentCustomFieldValues | undefined): CustomFieldValues {
  if (sent === null) return {};
  const merged = Object.entries({ ...kept, ...sent }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as CustomFieldValues;
}
