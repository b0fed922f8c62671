import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy } from 'class-validator';
import type { ErrorDefinition } from '../../kernel/domain-error';
import type { Config } from '../config/config';
import { type Fields, registerField } from './field-readers';

/**
 * The vocabulary of input classes; `record-fields.ts` adds what only records have, `query-fields.ts` what only query strings
 * have. One decorator per kind of field says everything about it: how it is read, which rules it has, which code each rule
 * raises, and how the OpenAPI document shows it.
 */

const configKey = Symbol('config');

/** Lets the rules of an input's fields know how the program is set up. */
export function attachConfig(input: object, config: Config): void {
  Object.defineProperty(input, configKey, { value: config });
}

export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** Whether it may be left out. */
  readonly optional?: boolean;
  /** Codes of what only the service can see of it; the rules tell their own. */
  readonly raises?: readonly ErrorDefinition[];
}

export interface Rule {
  readonly name: string;
  /** @param input the whole input; its other fields are read, but may be wrong. */
  readonly holds: (value: unknown, input: Fields, config?: Config) => boolean;
  readonly message: string | ((value: unknown) => string);
  /** Whether it is asked of an optional field that was left out, too. */
  readonly asksAbsent?: boolean;
  /** The code that this rule raises; without one it is `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition | undefined;
  /** Where inside the value the rule fails, if it can tell. */
  readonly parts?: (value: unknown, input: Fields) => readonly FailedPart[];
}

export interface FailedPart {
  /** From the field on: `[2]`, `.<id>`. */
  readonly path: string;
  /** What goes behind the path: "must be …". */
  readonly message: string;
}

/** What a rule hands on to whoever tells of its failure. */
export type RuleContext = Pick<Rule, 'parts'> & { readonly definition: ErrorDefinition | undefined };

/**
 * The building block of all fields below; contexts with kinds of their own may use it too. A class may declare a
 * field of the class it extends again, in the same kind: its rules and its reading replace the former ones, in their place.
 */
export function Field(
  options: FieldOptions & {
    readonly read?: (value: unknown) => unknown;
    readonly rules: readonly Rule[];
    readonly schema: ApiPropertyOptions;
    /** Whether a query string spells it with keys; it is read from pairs of what follows the name, and the value. */
    readonly keyed?: boolean;
  },
): PropertyDecorator {
  const { description, example, optional = false, raises = [], rules, schema, keyed = false } = options;
  const { read = (value) => value } = options;
  const holds = (
    { holds: holdsRule, asksAbsent = false }: Rule,
    ...[value, input, config]: Parameters<Rule['holds']>
  ) => (optional && value === undefined && !asksAbsent) || holdsRule(value, input, config);
  const codes = [
    ...new Set([...rules.flatMap(({ definition }) => definition ?? []), ...raises].map(({ code }) => code)),
  ];
  const property = {
    ...schema,
    description,
    required: !optional,
    ...(example === undefined ? {} : { example }),
    ...(codes.length > 0 ? { 'x-error-codes': codes } : {}),
  } as ApiPropertyOptions;
  return applyDecorators(
    registerField({
      read,
      isGood: (...given) => rules.every((rule) => holds(rule, ...given)),
      isKeyed: keyed,
      isUnchangedByNull: isUnchangedByNull(schema),
    }),
    ApiProperty(property),
    Transform(({ obj, key }) => readFrom(obj as Readonly<Record<string, Opaque | undefined>>, key, read)),
    ...rules.map((rule) => {
      const { name, message, definition, parts } = rule;
      return ValidateBy(
        {
          name,
          validator: {
            validate: (value: unknown, context) =>
              holds(rule, value, context!.object as Fields, (context!.object as { [configKey]?: Config })[configKey]),
            defaultMessage: (context) =>
              `${context?.property} ${typeof message === 'string' ? message : message(context?.value)}`,
          },
        },
        { context: { definition, parts } satisfies RuleContext },
      );
    }),
  );
}

export interface TextOptions extends FieldOptions {
  /** At most this many code points. */
  readonly max: number;
  /** What a missing, null, empty or blank value raises; `true`: `<namespace>.invalid_request`. Without it null clears. */
  readonly required?: ErrorDefinition | true;
  readonly rules?: readonly Rule[];
}

/** A trimmed text. */
export function Text({ max, required, rules = [], ...options }: TextOptions): PropertyDecorator {
  return Field({
    ...options,
    optional: options.optional ?? required === undefined,
    read: (value) => (typeof value === 'string' ? value.trim() : value === null && !required ? '' : value),
    rules: [
      ...(required ? [notBlank(required === true ? undefined : required)] : []),
      isText(max, required !== undefined),
      ...rules,
    ],
    schema: { type: 'string', maxLength: max, ...(required ? { minLength: 1 } : { nullable: true }) },
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

/** One of a few words. */
export function Enum({
  members,
  definition,
  fallback,
  ...options
}: FieldOptions & {
  readonly members: readonly string[];
  /** What anything but a member raises. */
  readonly definition?: ErrorDefinition;
  /** What it is when left out; the service sees to that. */
  readonly fallback?: string;
}): PropertyDecorator {
  return Field({
    ...options,
    rules: [
      {
        name: 'isMember',
        holds: (value) => typeof value === 'string' && members.includes(value),
        message: `must be one of ${members.join(', ')}`,
        definition,
      },
    ],
    schema: { type: 'string', enum: [...members], ...(fallback === undefined ? {} : { default: fallback }) },
  });
}

/** An e-mail address that somebody signs in with. */
export function EmailAddress(options: FieldOptions): PropertyDecorator {
  return Field({
    ...options,
    read: (value) => (typeof value === 'string' ? value.trim() : value),
    rules: [
      notBlank(undefined),
      {
        name: 'isEmail',
        holds: (value) => isPlainText(value) && isReachable(value),
        message: 'must be an e-mail address',
      },
    ],
    schema: { type: 'string', format: 'email', maxLength: 254 },
  });
}

/** A rule on an array and each of its items. */
export function everyItem(message: string, maximum: number, item: Rule): Rule {
  return {
    name: `every_${item.name}`,
    holds: (value, input) =>
      Array.isArray(value) && value.length <= maximum && value.every((each) => item.holds(each, input)),
    message,
    definition: item.definition,
    parts: (value, input) =>
      !Array.isArray(value) || value.length > maximum
        ? []
        : value.flatMap((each: unknown, index) =>
            item.holds(each, input)
              ? []
              : [
                  {
                    path: `[${index}]`,
                    message: typeof item.message === 'string' ? item.message : item.message(each),
                  },
                ],
          ),
  };
}

type Opaque = () => unknown;

/**
 * A value as `Field` wants it handed to class-transformer, which then leaves it alone: it would copy whatever is inside, in a
 * time that grows with the square of the number of keys, and without those that every object has, such as "toString".
 */
export function opaque(value: unknown): Opaque {
  return () => value;
}

function readFrom(
  source: Readonly<Record<string, Opaque | undefined>>,
  key: string,
  read: (value: unknown) => unknown,
): unknown {
  const value = source[key]?.();
  return value === undefined ? undefined : read(value);
}

/** Whether it is the schema of a text, an array or an object. */
export function isUnchangedByNull(schema: { type?: unknown; format?: unknown; enum?: unknown }): boolean {
  const { type } = schema;
  const isText = type === 'string' && schema.format === undefined && schema.enum === undefined;
  return isText || type === 'array' || type === 'object';
}

function notBlank(definition: ErrorDefinition | undefined): Rule {
  return {
    name: 'isNotBlank',
    holds: (value) => value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === ''),
    message: 'is required',
    definition,
  };
}

export function isText(max: number, required: boolean): Rule {
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

/** What a mail program would not send to, or not to this very address, is no address to sign in with. */
function isReachable(email: string): boolean {
  return isEmail(email) && !/[\s<>"\p{C}]/u.test(email);
}

/** Counts no further than needed to see that there are more than `enough`. */
function codePoints(text: string, enough: number): number {
  return text.length > 2 * enough ? text.length : [...text].length;
}
