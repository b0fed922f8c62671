import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy, ValidateIf } from 'class-validator';
import type { ErrorDefinition } from '../../kernel/domain-error';
import { defaultPageLimit, maximalPageLimit } from '../../kernel/page';
import { parseMoment } from './moment';

/**
 * The vocabulary of input classes. One decorator per kind of field says everything about it: how it is read, which rules
 * it has, which code each rule raises, and how the OpenAPI document shows it.
 */

const fieldsKey = 'tideline:fields';

/** @returns the names of an input class's fields, in the order in which they are checked. */
export function fieldsOf(type: object): readonly string[] {
  const prototype: unknown = (type as { prototype?: unknown }).prototype;
  return (Reflect.getMetadata(fieldsKey, prototype as object) ?? []) as readonly string[];
}

interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** Whether it may be left out. */
  readonly optional?: boolean;
}

export interface Rule {
  readonly name: string;
  readonly holds: (value: unknown) => boolean;
  readonly message: string | ((value: unknown) => string);
  /** The code that this rule raises; without one it is `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition | undefined;
}

/** The building block of all fields below; contexts with kinds of their own may use it too. */
export function Field(
  options: FieldOptions & {
    readonly read?: (value: unknown) => unknown;
    readonly rules: readonly Rule[];
    readonly schema: ApiPropertyOptions;
  },
): PropertyDecorator {
  const { description, example, optional = false, read, rules, schema } = options;
  const codes = rules.flatMap((rule) => rule.definition?.code ?? []);
  const property = {
    ...schema,
    description,
    required: !optional,
    ...(example === undefined ? {} : { example }),
    ...(codes.length > 0 ? { 'x-error-codes': codes } : {}),
  } as ApiPropertyOptions;
  return applyDecorators(
    remember,
    ApiProperty(property),
    ...(read ? [Transform(({ value }: { value: unknown }) => (value === undefined ? undefined : read(value)))] : []),
    ...(optional ? [ifSent] : []),
    ...rules.map(({ name, holds, message, definition }) =>
      ValidateBy(
        {
          name,
          validator: {
            validate: holds,
            defaultMessage: (context) =>
              `${context?.property} ${typeof message === 'string' ? message : message(context?.value)}`,
          },
        },
        definition ? { context: { definition } } : {},
      ),
    ),
  );
}

export interface TextOptions extends FieldOptions {
  /** At most this many code points. */
  readonly max: number;
  /** What a missing, null, empty or blank value raises; `true`: `<namespace>.invalid_request`. Without it null clears. */
  readonly required?: ErrorDefinition | true;
}

/** A trimmed text. */
export function Text({ max, required, ...options }: TextOptions): PropertyDecorator {
  const rules = [
    ...(required ? [notBlank(required === true ? undefined : required)] : []),
    isText(max, required !== undefined),
  ];
  return Field({
    ...options,
    optional: options.optional ?? required === undefined,
    read: (value) => (typeof value === 'string' ? value.trim() : value === null && !required ? '' : value),
    rules,
    schema: { type: 'string', maxLength: max, ...(required ? { minLength: 1 } : {}) },
  });
}

/** A password, token or secret: taken exactly as sent. */
export function Secret({
  max,
  rules = [],
  ...options
}: FieldOptions & { readonly max: number; readonly rules?: readonly Rule[] }): PropertyDecorator {
  return Field({
    ...options,
    rules: [
      {
        name: 'isSent',
        holds: (value) => value !== undefined && value !== null && value !== '',
        message: 'is required',
      },
      isText(max, true),
      ...rules,
    ],
    schema: { type: 'string', minLength: 1, maxLength: max },
  });
}

/** An e-mail address that somebody signs in with. */
export function EmailAddress(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    read: (value) => (typeof value === 'string' ? value.trim() : value),
    rules: [
      notBlank(undefined),
      { name: 'isEmail', holds: (value) => isPlainText(value) && isEmail(value), message: 'must be an e-mail address' },
    ],
    schema: { type: 'string', format: 'email', maxLength: 254 },
  });
}

/** `limit` of a list. */
export function Limit(): PropertyDecorator {
  return Field({
    description: 'How many items the page has at most.',
    example: defaultPageLimit,
    optional: true,
    read: (value) => (typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value),
    rules: [
      {
        name: 'isLimit',
        holds: (value) => typeof value === 'number' && value >= 1 && value <= maximalPageLimit,
        message: `must be one integer from 1 to ${maximalPageLimit}`,
      },
    ],
    schema: { type: 'integer', minimum: 1, maximum: maximalPageLimit, default: defaultPageLimit },
  });
}

/** `cursor` of a list. */
export function Cursor(): PropertyDecorator {
  return Field({
    description: '`next_cursor` of the page before, unchanged. Left out: the first page.',
    optional: true,
    rules: [isText(500, true)],
    schema: { type: 'string', maxLength: 500 },
  });
}

/** A boolean in a query string. */
export function Flag(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (value === 'true' ? true : value === 'false' ? false : value),
    rules: [{ name: 'isFlag', holds: (value) => typeof value === 'boolean', message: 'must be true or false' }],
    schema: { type: 'boolean', default: false },
  });
}

/** A moment in a query string or body (RFC 3339, any offset), read into a Date. */
export function Moment(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: (value) => (typeof value === 'string' ? (parseMoment(value) ?? value) : value),
    rules: [
      {
        name: 'isMoment',
        holds: (value) => value instanceof Date,
        message: 'must be a time such as 2026-01-31T09:30:00Z (RFC 3339; in a query string write + as %2B)',
      },
    ],
    schema: { type: 'string', format: 'date-time' },
  });
}

function remember(prototype: object, property: string | symbol): void {
  const before = (Reflect.getMetadata(fieldsKey, prototype) ?? []) as readonly string[];
  Reflect.defineMetadata(fieldsKey, [...before, String(property)], prototype);
}

function ifSent(prototype: object, property: string | symbol): void {
  ValidateIf((input: object) => input[property as keyof object] !== undefined)(prototype, property);
}

function notBlank(definition: ErrorDefinition | undefined): Rule {
  return {
    name: 'isNotBlank',
    holds: (value) => value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === ''),
    message: 'is required',
    definition,
  };
}

function isText(max: number, required: boolean): Rule {
  return {
    name: 'isText',
    holds: (value) => isPlainText(value) && codePoints(value, max) <= max,
    message: `must be a text of ${required ? '1 to' : 'at most'} ${max} characters, without NUL and lone surrogates`,
  };
}

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

/** Counts no further than needed to see that there are more than `enough`. */
function codePoints(text: string, enough: number): number {
  return text.length > 2 * enough ? text.length : [...text].length;
}
