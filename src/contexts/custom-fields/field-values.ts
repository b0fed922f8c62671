import type {
  CustomFieldCondition,
  CustomFieldValue,
  CustomFieldValues,
  SentCondition,
  SentCustomFieldValues,
} from '../../kernel/custom-field-values';
import type { ErrorDetail } from '../../kernel/domain-error';
import { isText } from '../../platform/http/fields';
import { isCalendarDate } from '../../platform/http/moment';

export const fieldTypes = ['text', 'number', 'date', 'boolean', 'enum'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** What values are judged by. */
export interface FieldDefinition {
  readonly id: string;
  readonly field_type: FieldType;
  readonly options: readonly string[] | null;
  readonly required: boolean;
}

/** In code points. */
export const maximalTextLength = 500;
const text = isText(maximalTextLength, false);

const isUnknown = 'is no custom field of these records';
const isRequired = 'is required';

/**
 * What a record has after values were sent: merged by key, null removes.
 *
 * @param definitions those whose keys are sent, and all that are required; details follow their order.
 * @param kept what the record has; null for a new one, which must get all that is required.
 * @returns the values and, when there are any, what must be refused instead: one detail per key.
 */
export function valuesAfter(
  definitions: readonly FieldDefinition[],
  kept: CustomFieldValues | null,
  sent: SentCustomFieldValues | undefined,
): { readonly values: CustomFieldValues; readonly refused: readonly ErrorDetail[] } {
  const byId = new Map(definitions.map((definition) => [definition.id, definition]));
  const values = new Map(Object.entries(sent === null ? {} : (kept ?? {})));
  const refused: ErrorDetail[] = [];
  const judged = new Set<string>();
  const refuse = (key: string, message: string) => refused.push(detail(`custom_fields.${key}`, message));
  const mustStay = ({ id, required }: FieldDefinition) => required && (kept === null || id in kept);
  for (const [key, value] of Object.entries(sent ?? {})) {
    const id = key.toLowerCase();
    const definition = byId.get(id);
    if (!definition) refuse(key, isUnknown);
    else if (judged.has(id)) refuse(key, 'is given twice');
    else if (value !== null) {
      const read = readValue(definition, value);
      if ('fault' in read) refuse(key, read.fault);
      else values.set(id, read.value);
    } else if (mustStay(definition)) refuse(key, isRequired);
    else values.delete(id);
    judged.add(id);
  }
  for (const definition of definitions) {
    const { id } = definition;
    if (mustStay(definition) && !values.has(id) && !judged.has(id)) refuse(id, isRequired);
  }
  return { values: Object.fromEntries(values), refused };
}

/**
 * What a list is asked for, in the types of the definitions. An id of no definition becomes a condition that nothing meets.
 *
 * @returns one condition per definition and, when there are any, what must be refused instead.
 */
export function conditionsOf(
  definitions: readonly FieldDefinition[],
  sent: readonly SentCondition[],
): { readonly conditions: readonly CustomFieldCondition[]; readonly refused: readonly ErrorDetail[] } {
  const conditions = new Map<string, CustomFieldCondition>();
  const refused: ErrorDetail[] = [];
  for (const { definition_id, operator, value, key } of sent) {
    const definition = definitions.find(({ id }) => id === definition_id);
    const read = definition ? readTerm(definition, operator, value) : { value };
    const before = conditions.get(definition_id);
    if ('fault' in read) refused.push(detail(`custom_fields${key}`, read.fault));
    else if (before?.[operator] !== undefined) refused.push(detail(`custom_fields${key}`, 'is given twice'));
    else conditions.set(definition_id, { ...before, definition_id, [operator]: read.value });
  }
  return { conditions: [...conditions.values()], refused };
}

type Read = { readonly value: CustomFieldValue } | { readonly fault: string };

function readValue({ field_type, options, required }: FieldDefinition, value: unknown): Read {
  switch (field_type) {
    case 'text': {
      const trimmed = typeof value === 'string' ? value.trim() : value;
      if (required && trimmed === '') return { fault: isRequired };
      return text.holds(trimmed, {}) ? { value: trimmed as string } : { fault: text.message as string };
    }
    case 'number':
      // JSON has a -0, which a comparison would take for a change.
      return Number.isFinite(value) ? { value: value === 0 ? 0 : (value as number) } : { fault: 'must be a number' };
    case 'date':
      return isCalendarDate(value) ? { value } : { fault: 'must be a date such as 2026-01-31' };
    case 'boolean':
      return typeof value === 'boolean' ? { value } : { fault: 'must be true or false' };
    case 'enum': {
      const option = typeof value === 'string' ? value.trim() : '';
      return options!.includes(option) ? { value: option } : { fault: 'must be one of the options' };
    }
  }
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

function detail(field: string, fault: string): ErrorDetail {
  const shown = field.slice(0, 200);
  return { field: shown, message: `${shown} ${fault}` };
}
