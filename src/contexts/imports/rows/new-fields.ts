import { maxCustomFields, maxLabelLength, maxTextLength } from '../../../kernel/custom-field-values';
import type { ErrorDetail } from '../../../kernel/domain-error';
import { isUuid } from '../../../kernel/uuid';
import { isPlainText } from '../../../platform/fields/fields';
import { errorColumn } from '../../../platform/tables/table-layout';
import type { ColumnMapping } from './column-mapping';
import { customFieldOf, customPrefix, type ImportField } from './import-fields';

/** Columns that no mapping names, and the custom fields for them. */
export interface NewFields {
  /** Columns whose headers are the labels of fields that exist. */
  readonly known: ColumnMapping;
  /** Columns that need a field; the header is its label. */
  readonly missing: readonly string[];
}

/**
 * @param mapped headers that the mapping names; those that it maps to null are not imported.
 * @returns the fields for all other columns, or what is wrong with them.
 */
export function planNewFields(
  headers: readonly string[],
  mapped: Readonly<Record<string, unknown>>,
  fields: readonly ImportField[],
): NewFields | { readonly faults: readonly ErrorDetail[] } {
  const own = fields.filter(({ target }) => target === 'custom');
  const taken = new Set(Object.values(mapped));
  const byLabel = new Map(own.map((field) => [formOf(field.label), field.value]));
  const known: (readonly [string, string])[] = [];
  const missing = new Map<string, string>();
  const faults: ErrorDetail[] = [];
  const refuse = (header: string, why: string) =>
    faults.push({
      field: 'create_custom_fields',
      message: `create_custom_fields makes no field of the column "${header.slice(0, 100)}": ${why}`,
    });
  for (const header of headers) {
    if (Object.hasOwn(mapped, header) || header === errorColumn) continue;
    const field = byLabel.get(formOf(header));
    if (field !== undefined && !taken.has(field)) {
      known.push([header, field]);
      taken.add(field);
    } else if (field !== undefined || missing.has(formOf(header))) refuse(header, 'another one is called so');
    else if ([...header].length > maxLabelLength) refuse(header, `a label has at most ${maxLabelLength} characters`);
    else missing.set(formOf(header), header);
  }
  if (own.length + missing.size > maxCustomFields) {
    const message = `create_custom_fields would make ${missing.size} fields; there are ${own.length}, and at most ${maxCustomFields}`;
    faults.push({ field: 'create_custom_fields', message });
  }
  return faults.length > 0 ? { faults: faults.slice(0, maxCustomFields) } : { known, missing: [...missing.values()] };
}

/** @returns the place of a field in the mapping of a dry run, which makes no fields. Never that of a field that exists. */
export function plannedField(label: string): string {
  return `${customPrefix}${isUuid(label) ? `"${label}"` : label}`;
}

/** Whether a dry run did not make the field of this column. */
export function isPlanned([header, field]: ColumnMapping[number]): boolean {
  return field === plannedField(header);
}

/** Adds the fields that a dry run did not make: their cells are checked, and go nowhere. */
export function withPlannedFields(fields: readonly ImportField[], mapping: ColumnMapping): readonly ImportField[] {
  const planned = mapping.filter(isPlanned).map(([header, value]): ImportField => {
    const field = customFieldOf({ id: header, label: header, field_type: 'text', options: null });
    return { ...field, value, read: readText, cleared: {} };
  });
  return [...fields, ...planned];
}

const readText: ImportField['read'] = (cell) =>
  [...cell].length <= maxTextLength && isPlainText(cell)
    ? { values: {} }
    : { fault: `must be a text of at most ${maxTextLength} characters, without NUL and lone surrogates` };

/** The database compares labels without case too. */
function formOf(label: string): string {
  return label.trim().normalize('NFC').toLowerCase();
}
