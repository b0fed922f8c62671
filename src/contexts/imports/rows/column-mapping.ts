import { DomainError, type ErrorDetail } from '../../../kernel/domain-error';
import { alternatives, type ImportField } from './import-fields';
import type { ColumnMapping } from '../import.entity';
import { importsErrors } from '../imports.errors';

/**
 * Judges a mapping that was sent.
 *
 * @returns the columns that are imported, in the order of the file.
 * @throws DomainError naming every header and field that does not fit.
 */
export function readMapping(
  sent: Readonly<Record<string, string | null>>,
  headers: readonly string[],
  fields: readonly ImportField[],
): ColumnMapping {
  const chosen = new Map<string, string>();
  const known = new Set(fields.map(({ value }) => value));
  const refused: ErrorDetail[] = [];
  const refuse = (header: string, fault: string) => {
    const field = `column_mapping.${header.slice(0, 100)}`;
    refused.push({ field, message: `${field} ${fault}` });
  };
  const isHeader = new Set(headers);
  for (const [header, given] of Object.entries(sent)) {
    const field = given?.trim();
    const before = [...chosen].find(([, other]) => other === field || (field && excludes(other, field)));
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
  if (refused[0]) {
    const details = refused.slice(0, 200);
    throw new DomainError(importsErrors.invalid_request, { message: refused[0].message, details });
  }
  return headers.flatMap((header) => (chosen.has(header) ? [[header, chosen.get(header)!] as const] : []));
}

function excludes(one: string, other: string): boolean {
  return alternatives.some((pair) => pair.includes(one) && pair.includes(other));
}
