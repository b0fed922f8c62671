import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { ErrorDefinition } from '../../kernel/domain-error';
import { everyItem, Field, type FieldOptions, isText, type Rule } from './fields';
import { isUuid } from './uuid';

/** Kinds of fields that the bodies of records have. */

/** An integer; null clears it. */
export function Integer({
  minimum,
  maximum,
  ...options
}: FieldOptions & { readonly minimum: number; readonly maximum: number }): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    // JSON has a -0, which a comparison would take for a change.
    read: (value) => (value === 0 ? 0 : value),
    rules: [
      {
        name: 'isInteger',
        holds: (value) =>
          value === null || (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum),
        message: `must be an integer from ${minimum} to ${maximum}, or null`,
      },
    ],
    schema: { type: 'integer', minimum, maximum, nullable: true },
  });
}

/** An amount of money in cents; null clears it. The bounds are those of an exact number in JSON (RFC 8259 §6). */
export function Cents(options: FieldOptions): PropertyDecorator {
  return Integer({ ...options, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
}

/** The id of another record; null clears it. */
export function Reference({
  definition,
  ...options
}: FieldOptions & { readonly definition: ErrorDefinition }): PropertyDecorator {
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
    ],
    schema: { type: 'string', format: 'uuid', nullable: true },
  });
}

/** How many a record has, and a filter names, at most. */
export const maximalTags = 50;
const tagText = isText(64, true);
/** One tag, on a record or in a filter. */
export const isTag: Rule = { ...tagText, name: 'isTag', holds: (tag) => tag !== '' && tagText.holds(tag) };
export const tagsSchema = {
  type: 'array',
  maxItems: maximalTags,
  items: { type: 'string', minLength: 1, maxLength: 64 },
} as const satisfies ApiPropertyOptions;

/** Tags: trimmed, duplicates dropped, order kept; null empties. */
export function Tags(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (value === null ? [] : trimmedOnce(value)),
    rules: [everyItem(`must be an array of at most ${maximalTags} different texts`, maximalTags, isTag)],
    schema: { ...tagsSchema, nullable: true },
  });
}

/** Values of custom fields, keyed by the ids of their definitions; null empties. */
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
        // No account has definitions yet, so every key is unknown.
        holds: (value) => value === null || (isObject(value) && Object.keys(value).length === 0),
        message: 'must be an object whose keys are ids of custom fields',
        definition,
        parts: (value) =>
          isObject(value)
            ? Object.keys(value).map((key) => ({ path: `.${key}`, message: 'is no custom field of this account' }))
            : [],
      },
    ],
    schema: { type: 'object', additionalProperties: true, nullable: true },
  });
}

/** Tags without white space around them and without repetitions; these stay while one is refused, so that it has its place. */
export function trimmedOnce(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const trimmed = value.map((item: unknown) => (typeof item === 'string' ? item.trim() : item));
  return trimmed.every(isTag.holds) ? [...new Set(trimmed)] : trimmed;
}

/** Ids in the spelling in which the database gives them. */
export function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
