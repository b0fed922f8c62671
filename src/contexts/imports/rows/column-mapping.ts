import { type ErrorDetail, InvalidInputError } from '../../../kernel/domain-error';
import type { ImportField } from './import-fields';

/** Pairs instead of an object, because a header may be any text, for example `__proto__`. */
export type ColumnMapping = readonly (readonly [header: string, field: string])[];

/**
 * Checks the mapping of a request.
 *
 * @returns the columns to import, in the order of the file.
 * @throws InvalidInputError that names every unknown header and field.
 */
export function readMapping(
  sent: Readonly<Record<string, string | null>>,
  headers: readonly string[],
  fields: readonly ImportField[],
): ColumnMapping {
  const chosen = new Map<string, string>();
  const known = new Map(fields.map((field) => [field.value, field]));
  const refused: ErrorDetail[] = [];
  const refuse = (header: string, fault: string) => {
    const field = `column_mapping.${header.slice(0, 100)}`;
    refused.push({ field, message: `${field} ${fault}` });
  };
  const isHeader = new Set(headers);
  for (const [header, given] of Object.entries(sent)) {
    const field = given?.trim();
    const alternatives = known.get(field ?? '')?.alternatives ?? [];
    const before = [...chosen].find(([, other]) => other === field || alternatives.includes(other));
    if (!isHeader.has(header)) refuse(header, 'is no header of the file');
    else if (field === undefined) continue;
    else if (!known.has(field)) refuse(header, `is mapped to "${field.slice(0, 100)}", which is no field`);
    else if (before?.[1] === field) refuse(header, `is mapped to "${field}", as is "${before[0].slice(0, 100)}"`);
    else if (before) refuse(header, `is mapped to "${field}", which "${before[1]}" says already`);
    else chosen.set(header, field);
  }
  if (chosen.size === 0 && refused.length === 0) {
    refused.push({ field: 'column_mapping', message: 'column_mapping maps no header to a field' });
  }
  if (refused.length > 0) throw new InvalidInputError(refused.slice(0, 200));
  return headers.flatMap((header) => (chosen.has(header) ? [[header, chosen.get(header)!] as const] : []));
}
