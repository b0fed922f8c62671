import { detailsOfParts, type FailedPart, InvalidInputError } from '../../../kernel/domain-error';
import type { ImportField } from './import-fields';

/** Pairs instead of an object, because a header may be any text, for example `__proto__`. */
export type ColumnMapping = readonly (readonly [header: string, field: string])[];

/**
 * Checks the mapping of a request. Several headers may go to one field, but not to two that say the same.
 *
 * @param mayBeEmpty whether no column needs to be mapped.
 * @returns the columns to import, in the order of the request: of several for a field the first filled one counts.
 * @throws InvalidInputError that names every unknown header and field.
 */
export function readMapping(
  sent: Readonly<Record<string, string | null>>,
  headers: readonly string[],
  fields: readonly ImportField[],
  mayBeEmpty: boolean,
): ColumnMapping {
  const chosen = new Map<string, string>();
  /** The header of each alternative to a field that is taken. */
  const excludedBy = new Map<string, string>();
  const known = new Map(fields.map((field) => [field.value, field]));
  const refused: FailedPart[] = [];
  const isHeader = new Set(headers);
  const faultOf = (header: string, given: string | null): string | undefined => {
    if (!isHeader.has(header)) return 'is no header of the file';
    if (given === null) return undefined;
    const field = given.trim();
    if (!known.has(field)) return `is mapped to "${field.slice(0, 100)}", which is no field`;
    const before = excludedBy.get(field);
    if (before !== undefined) return `is mapped to "${field}", which "${chosen.get(before)}" says already`;
    chosen.set(header, field);
    for (const each of known.get(field)!.alternatives) if (!excludedBy.has(each)) excludedBy.set(each, header);
    return undefined;
  };
  for (const header of Object.keys(sent)) {
    const message = faultOf(header, sent[header]!);
    if (message !== undefined) refused.push({ path: `.${header}`, message });
  }
  const details = detailsOfParts('column_mapping', refused);
  if (chosen.size === 0 && !mayBeEmpty && details.length === 0) {
    details.push({ field: 'column_mapping', message: 'column_mapping maps no header to a field' });
  }
  if (details.length > 0) throw new InvalidInputError(details);
  return [...chosen];
}
