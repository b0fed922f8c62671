import type { ApiPropertyOptions } from '@nestjs/swagger';
import { composed } from '../../kernel/composed';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { Fields } from './field-readers';
import { everyItem, Field, type FieldOptions, isText, type Rule } from './fields';
import { isCalendarDate } from '../../kernel/timestamp';
import { isUuid } from '../../kernel/uuid';

/** Kinds of fields that the bodies of records have. */

interface IntegerOptions extends FieldOptions {
  readonly minimum: number;
  readonly maximum: number;
  /** Whether null clears the field; true by default. */
  readonly nullable?: boolean;
  /** The value for a field that is left out; the service sets it. */
  readonly fallback?: number;
}

/** An integer. */
export function Integer({
  minimum,
  maximum,
  nullable = true,
  fallback,
  ...options
}: IntegerOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    // JSON has -0, which a comparison would take for a change.
    read: (value) => (value === 0 ? 0 : value),
    rules: [
      {
        name: 'isInteger',
        holds: (value) =>
          (nullable && value === null) ||
          (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum),
        message: `must be an integer from ${minimum} to ${maximum}${nullable ? ', or null' : ''}`,
      },
    ],
    schema: {
      ...{ type: 'integer', minimum, maximum },
      ...(nullable ? { nullable } : {}),
      ...(fallback === undefined ? {} : { default: fallback }),
    },
  });
}

/**
 * An amount of money in cents; null clears it. JSON represents exactly the integers within these bounds (RFC 8259, 6).
 */
export function Cents(options: FieldOptions): PropertyDecorator {
  return Integer({ ...options, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
}

/** A day without time and place, kept as text; null clears it. */
export function CalendarDate({ rules = [], ...options }: FieldOptions & { readonly rules?: readonly Rule[] }) {
  return Field({
    ...options,
    optional: true,
    rules: [
      {
        name: 'isCalendarDate',
        holds: (value) => value === null || isCalendarDate(value),
        message: 'must be a date such as 2026-01-31, or null',
      },
      ...rules,
    ],
    schema: { type: 'string', format: 'date', nullable: true },
  });
}

/** True or false. */
export function Bool({ fallback, ...options }: FieldOptions & { readonly fallback?: boolean }): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    rules: [{ name: 'isBoolean', holds: (value) => typeof value === 'boolean', message: 'must be true or false' }],
    schema: { type: 'boolean', ...(fallback === undefined ? {} : { default: fallback }) },
  });
}

/** The id of another record; null clears it. */
export function Reference({
  definition,
  rules = [],
  ...options
}: FieldOptions & {
  /** The error for a malformed id; by default `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition;
  readonly rules?: readonly Rule[];
}): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: lowerCase,
    rules: [
      {
        name: 'isReference',
        holds: (value) => value === null || isUuid(value),
        message: 'must be a UUID or null',
        definition,
      },
      ...rules,
    ],
    schema: { type: 'string', format: 'uuid', nullable: true },
  });
}

export const maxExternalIdLength = 200;
const externalIdText = isText(maxExternalIdLength, false);

/** An id of another system: a text with its case; null or `""` without one. */
export function ExternalId({
  definition,
  rules = [],
  ...options
}: FieldOptions & {
  /** The error for what cannot be one; by default `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition;
  readonly rules?: readonly Rule[];
}): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (typeof value === 'string' ? composed(value) || null : value),
    rules: [
      {
        ...externalIdText,
        name: 'isExternalId',
        holds: (value) => value === null || externalIdText.holds(value, {}),
        definition,
      },
      ...rules,
    ],
    schema: { type: 'string', maxLength: maxExternalIdLength, nullable: true },
    clearedByNull: true,
    isOutsideExample: true,
  });
}

/** Maximum number of tags of a record, and of a filter. */
export const maxTags = 50;
const tagText = isText(64, true);
/** One tag, on a record or in a filter. */
export const isTag: Rule = { ...tagText, name: 'isTag', holds: (tag) => tag !== '' && tagText.holds(tag, {}) };
export const tagsSchema = {
  type: 'array',
  maxItems: maxTags,
  items: { type: 'string', minLength: 1, maxLength: 64 },
} as const satisfies ApiPropertyOptions;

/** Tags: trimmed, duplicates dropped, order kept; null empties. */
export function Tags(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (value === null ? [] : trimmedOnce(value)),
    rules: [everyItem(`must be an array of at most ${maxTags} different texts`, maxTags, isTag)],
    schema: { ...tagsSchema, nullable: true },
  });
}

/** Values of custom fields, keyed by the ids of their definitions, which alone can validate them; null empties. */
export function CustomFieldValues({
  definition,
  ...options
}: FieldOptions & { readonly definition: ErrorDefinition }): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => value,
    rules: [
      {
        name: 'isCustomFieldValues',
        holds: (value) => value === null || isObject(value),
        message: 'must be an object whose keys are ids of custom fields',
        definition,
      },
    ],
    schema: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } as never,
      nullable: true,
    },
  });
}

/**
 * Trims and composes tags and drops repetitions. While one of them is refused, repetitions stay, so that `details` names its
 * position. Each different tag is judged once, and no more than can be right.
 */
export function trimmedOnce(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const different = new Set<unknown>();
  for (const item of value) {
    different.add(typeof item === 'string' ? composed(item) : item);
    if (different.size > maxTags) return value;
  }
  const tags = [...different];
  if (tags.every((tag) => isTag.holds(tag, {}))) return tags;
  return value.map((item: unknown) => (typeof item === 'string' ? composed(item) : item));
}

/** Lower-cases ids, as the database writes them. */
export function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
