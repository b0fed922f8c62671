import { composed } from '../../kernel/composed';
import {
  type CustomFieldCondition,
  type CustomFieldValue,
  maxTextLength,
  type ReadValues,
  type SentCondition,
  type SentCustomFieldValues,
} from '../../kernel/custom-field-values';
import { detailsOfParts, type ErrorDetail, type FailedPart } from '../../kernel/domain-error';
import { isText } from '../../platform/fields/fields';
import { isCalendarDate } from '../../kernel/timestamp';

export const fieldTypes = ['text', 'number', 'date', 'boolean', 'enum'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** What a validator needs to know of a definition. */
export interface FieldDefinition {
  readonly id: string;
  readonly field_type: FieldType;
  readonly options: readonly string[] | null;
  readonly required: boolean;
}

const text = isText(maxTextLength, false);

/** Length of a UUID. */
const idLength = 36;

const isUnknown = 'is no custom field of these records';
const isRequired = 'is required';

/**
 * Validates the values that were sent for a record.
 *
 * @param definitions those whose keys are sent, and all required ones. Details of missing values follow their order.
 * @param isNew whether the record is new and needs all required values. On other records no required value can be
 * removed.
 * @returns the values and, if any are wrong, one detail for each key.
 */
export function readValues(
  definitions: readonly FieldDefinition[],
  sent: SentCustomFieldValues,
  isNew: boolean,
): { readonly values: ReadValues | null; readonly refused: readonly ErrorDetail[] } {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const values = new Map<string, CustomFieldValue | null>();
  const judged = new Set<string>();
  const refused: FailedPart[] = [];
  const refuse = (key: string, message: string) => refused.push({ path: `.${key}`, message });
  for (const key of Object.keys(sent ?? {})) {
    const value = sent![key];
    // A longer key is no id.
    const id = key.length === idLength ? key.toLowerCase() : key;
    const definition = byId.get(id);
    const read: Read = !definition
      ? { fault: isUnknown }
      : judged.has(id)
        ? { fault: 'is given twice' }
        : readValue(definition, value);
    if ('fault' in read) refuse(key, read.fault);
    else values.set(id, read.value);
    if (definition) judged.add(id);
  }
  if (isNew || sent === null) {
    for (const { id, required } of definitions) if (required && !judged.has(id)) refuse(id, isRequired);
  }
  return {
    values: sent === null ? null : Object.fromEntries(values),
    refused: detailsOfParts('custom_fields', refused),
  };
}

/**
 * Reads the filters of a list by the types of their definitions. Filters without a definition are left out.
 *
 * @returns one condition for each definition and, if any filter is wrong, the details.
 */
export function conditionsOf(
  definitions: readonly FieldDefinition[],
  sent: readonly SentCondition[],
): { readonly conditions: readonly CustomFieldCondition[]; readonly refused: readonly ErrorDetail[] } {
  const conditions = new Map<string, CustomFieldCondition>();
  const refused: FailedPart[] = [];
  for (const { definition_id, operator, value, key } of sent) {
    const definition = definitions.find(({ id }) => id === definition_id);
    if (!definition) continue;
    const read = readTerm(definition, operator, value);
    const before = conditions.get(definition_id);
    if ('fault' in read) refused.push({ path: key, message: read.fault });
    else if (before?.[operator] !== undefined) refused.push({ path: key, message: 'is given twice' });
    else conditions.set(definition_id, { ...before, definition_id, [operator]: read.value });
  }
  return {
    conditions: [...conditions.values()].map((condition) => bounded(condition, definitions)),
    refused: detailsOfParts('custom_fields', refused),
  };
}

const extents: Readonly<
  Partial<Record<FieldType, { readonly gte: CustomFieldValue; readonly lte: CustomFieldValue }>>
> = {
  number: { gte: -Number.MAX_VALUE, lte: Number.MAX_VALUE },
  date: { gte: '0001-01-01', lte: '9999-12-31' },
};

/**
 * Adds the missing bound of a range. Otherwise the planner counts the values of all other types beyond the open end.
 */
function bounded(condition: CustomFieldCondition, definitions: readonly FieldDefinition[]): CustomFieldCondition {
  if (condition.gte === undefined && condition.lte === undefined) return condition;
  const definition = definitions.find(({ id }) => id === condition.definition_id);
  return { ...(definition && extents[definition.field_type]), ...condition };
}

type Read = { readonly value: CustomFieldValue | null } | { readonly fault: string };

function readValue({ field_type, options, required }: FieldDefinition, value: unknown): Read {
  if (value === null) return required ? { fault: isRequired } : { value };
  switch (field_type) {
    case 'text': {
      const trimmed = typeof value === 'string' ? composed(value) : value;
      if (required && trimmed === '') return { fault: isRequired };
      return text.holds(trimmed, {}) ? { value: trimmed as string } : { fault: text.message as string };
    }
    case 'number':
      // JSON has -0, which a comparison would take for a change.
      return Number.isFinite(value) ? { value: value === 0 ? 0 : (value as number) } : { fault: 'must be a number' };
    case 'date':
      return isCalendarDate(value) ? { value } : { fault: 'must be a date such as 2026-01-31' };
    case 'boolean':
      return typeof value === 'boolean' ? { value } : { fault: 'must be true or false' };
    case 'enum': {
      const option = typeof value === 'string' ? storedOption(options!, composed(value)) : undefined;
      return option === undefined ? { fault: mustBeOneOf(options!) } : { value: option };
    }
  }
}

/** @returns the option as it is stored, perhaps without composed letters. */
export function storedOption(options: readonly string[], option: string): string | undefined {
  return options.includes(option) ? option : options.find((each) => composed(each) === option);
}

/** Maximum number of characters of options in a message. */
const maxShownOptions = 200;

function mustBeOneOf(options: readonly string[]): string {
  const all = options.join(', ');
  return `must be one of the options: ${all.length > maxShownOptions ? `${all.slice(0, maxShownOptions)}…` : all}`;
}

const decimal = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** @param term trimmed, from a query string. */
function readTerm(definition: FieldDefinition, operator: SentCondition['operator'], term: string): Read {
  const { field_type } = definition;
  if (operator !== 'eq' && field_type !== 'number' && field_type !== 'date')
    return { fault: `takes no [${operator}], since it is neither a number nor a date` };
  const words: Readonly<Record<string, unknown>> = { true: true, false: false };
  const value =
    field_type === 'number'
      ? decimal.test(term)
        ? Number(term)
        : term
      : field_type === 'boolean'
        ? words[term]
        : term;
  return readValue({ ...definition, required: false }, value);
}
