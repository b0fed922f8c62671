import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail, ValidateBy } from 'class-validator';
import { composed } from '../../kernel/composed';
import type { ErrorDefinition, FailedPart } from '../../kernel/domain-error';
import type { Config } from '../config/config';
import { type Fields, registerField } from './field-readers';

/**
 * The vocabulary of input classes. `record-fields.ts` adds what only records have, `query-fields.ts` what only query
 * strings have. The decorator of a kind of field declares it once: how it is read, its rules and their codes, and its
 * place in the OpenAPI document.
 */

const configKey = Symbol('config');

/** Attaches the configuration to an input, for rules that depend on it. */
export function attachConfig(input: object, config: Config): void {
  Object.defineProperty(input, configKey, { value: config });
}

/** On a property that the example of the whole body goes without. The documents do not show it. */
export const outsideExampleExtension = 'x-tideline-outside-example';

export interface FieldOptions {
  readonly description: string;
  readonly example?: unknown;
  /** Whether the field may be left out. */
  readonly optional?: boolean;
  /** Codes that only the service can raise; the rules declare their own. */
  readonly raises?: readonly ErrorDefinition[];
}

export interface Rule {
  readonly name: string;
  /** @param input the whole input. Its other fields are read, but may be wrong. */
  readonly holds: (value: unknown, input: Fields, config?: Config) => boolean;
  readonly message: string | ((value: unknown) => string);
  /** Whether the rule also applies to an optional field that was left out. */
  readonly asksAbsent?: boolean;
  /** The code that the rule raises; by default `<namespace>.invalid_request`. */
  readonly definition?: ErrorDefinition | undefined;
  /** The parts of the value that break the rule, if the rule can tell. */
  readonly parts?: (value: unknown, input: Fields) => Iterable<FailedPart>;
}

/** What the report of a failed rule needs. */
export type RuleContext = Pick<Rule, 'parts'> & { readonly definition: ErrorDefinition | undefined };

/**
 * The base of all fields below, also for kinds of fields in contexts. A subclass may declare a field of its parent
 * again, in the same kind: its rules and its reading replace the former ones, in the same place.
 */
export function Field(
  options: FieldOptions & {
    readonly read?: (value: unknown) => unknown;
    readonly rules: readonly Rule[];
    readonly schema: ApiPropertyOptions;
    /** Whether a query string writes the field with keys. It is read from pairs of the key and the value. */
    readonly keyed?: boolean;
    /** Whether the example of the whole body goes without the field. */
    readonly isOutsideExample?: boolean;
    /** Whether null clears the field everywhere, although it is a text. */
    readonly clearedByNull?: boolean;
  },
): PropertyDecorator {
  const { description, example, optional = false, raises = [], rules, schema, keyed = false } = options;
  const { read = (value) => value, clearedByNull = false, isOutsideExample = false } = options;
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
    ...(isOutsideExample ? { [outsideExampleExtension]: true } : {}),
  } as ApiPropertyOptions;
  return applyDecorators(
    registerField({
      read,
      isGood: (...given) => rules.every((rule) => holds(rule, ...given)),
      codeOf: (...given) => rules.find((rule) => rule.definition && !holds(rule, ...given))?.definition,
      isKeyed: keyed,
      isUnchangedByNull: !clearedByNull && isUnchangedByNull(schema),
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
  /** Maximum number of code points. */
  readonly max: number;
  /**
   * The error for a missing, null, empty or blank value; `true`: `<namespace>.invalid_request`. Without it null clears
   * the field.
   */
  readonly required?: ErrorDefinition | true;
  readonly rules?: readonly Rule[];
  /** Whether it is a URL, whose letters stay as they are. */
  readonly isUrl?: boolean;
}

/** A trimmed text with composed letters. */
export function Text({ max, required, rules = [], isUrl, ...options }: TextOptions): PropertyDecorator {
  const form = isUrl ? (value: string) => value.trim() : composed;
  return Field({
    ...options,
    optional: options.optional ?? required === undefined,
    read: (value) => (typeof value === 'string' ? form(value) : value === null && !required ? '' : value),
    rules: [
      ...(required ? [notBlank(required === true ? undefined : required)] : []),
      isText(max, required !== undefined),
      ...rules,
    ],
    schema: { type: 'string', maxLength: max, ...(required ? { minLength: 1 } : { nullable: true }) },
  });
}

/** A password, token or secret, taken exactly as sent. */
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

/** One of a fixed list of words. */
export function Enum({
  members,
  definition,
  fallback,
  ...options
}: FieldOptions & {
  readonly members: readonly string[];
  /** The error for any other value. */
  readonly definition?: ErrorDefinition;
  /** The value for a field that is left out; the service sets it. */
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

/** An e-mail address for sign-in. */
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

/** A rule for an array and each of its items. */
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
 * Wraps a value, so that class-transformer leaves it alone. It would copy the content, in a time that grows with the
 * square of the number of keys, and without keys that every object has, such as "toString".
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

/** Whether the schema is that of a text, an array or an object. */
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

/** PostgreSQL accepts neither NUL nor a lone surrogate. */
export function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

/** Whether a mail program would send to this very address. */
function isReachable(email: string): boolean {
  return isEmail(email) && !/[\s<>"\p{C}]/u.test(email);
}

/** Counts at most one more than `enough`. */
export function codePoints(text: string, enough: number): number {
  return text.length > 2 * enough ? text.length : [...text].length;
}
