import { isDeepStrictEqual } from 'node:util';

/** @returns the fields of `sent` whose values differ from those of `before`: what a PATCH really changes. */
export function differenceOf<T extends object>(before: T, sent: Partial<T>): Partial<T> {
  const different = Object.entries(sent).filter(
    ([field, value]) => value !== undefined && !isDeepStrictEqual(value, before[field as keyof T]),
  );
  return Object.fromEntries(different) as Partial<T>;
}

/**
 * @returns the earlier values of changed fields, for the event of the update. `updated_at` and `version` always differ.
 */
export function previousOf<T extends { readonly updated_at: unknown; readonly version: unknown }>(
  before: T,
  after: T,
): Partial<T> {
  return differenceOf<T>(after, { ...before, updated_at: after.updated_at, version: after.version });
}
