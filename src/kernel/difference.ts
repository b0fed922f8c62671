import { isDeepStrictEqual } from 'node:util';

/** @returns the fields of `sent` whose values are not those of `before`: what a PATCH really changes. */
export function differenceOf<T extends object>(before: T, sent: Partial<T>): Partial<T> {
  const different = Object.entries(sent).filter(
    ([field, value]) => value !== undefined && !isDeepStrictEqual(value, before[field as keyof T]),
  );
  return Object.fromEntries(different) as Partial<T>;
}

/** @returns the earlier values of what an update changed, as its event tells them; `updated_at` always changes. */
export function previousOf<T extends { readonly updated_at: unknown }>(before: T, after: T): Partial<T> {
  return differenceOf<T>(after, { ...before, updated_at: after.updated_at });
}
