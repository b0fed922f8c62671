import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { detailsOfParts, type ErrorDefinition, type ErrorDetail, InvalidInputError } from '../../kernel/domain-error';
import type { Config } from '../config/config';
import {
  type FieldReader,
  type FieldReaders,
  fieldReadersOf,
  type Fields,
  fieldsOf,
  keyedFieldsOf,
  mayBeAbsent,
} from './field-readers';
import { type RuleContext, opaque, attachConfig } from './fields';
import { isKeyedName, keyedPairsOf } from './keyed-values';
import { unknownKeyErrors } from './unknown-keys';

/** Turns bodies and query strings into their input classes, or refuses them with all reasons at once. */
export class InputPipe implements PipeTransform {
  constructor(private readonly config: Config) {}

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || metatype === undefined) return value;
    return readInput(metatype as Type<object>, value, type, this.config);
  }
}

/**
 * The time it takes grows with the number of keys that were sent, but only values of known fields are looked at, and no
 * key becomes a property of an object of ours.
 *
 * @throws InvalidInputError with the code of the first refusal: unknown keys, then the fields in the order of the
 * class.
 */
export function readInput<T extends object>(type: Type<T>, given: unknown, kind: 'body' | 'query', config?: Config): T {
  const read = tryInput(type, given, kind, config);
  if ('input' in read) return read.input;
  throw read.explain();
}

/** Input, or its refusal. */
export type TriedInput<T> = { readonly input: T } | RefusedInput;

export interface RefusedInput {
  /** The code of the explanation. */
  readonly definition: ErrorDefinition | undefined;
  /** @returns all reasons. They take about ten times as long to find as the code. */
  readonly explain: () => InvalidInputError;
}

/** Like `readInput`, for inputs of which many may be refused and few are explained. */
export function tryInput<T extends object>(
  type: Type<T>,
  given: unknown,
  kind: 'body' | 'query',
  config?: Config,
): TriedInput<T> {
  const value = given === undefined && mayBeAbsent(type) ? {} : given;
  if (typeof value !== 'object' || value === null) {
    const details = [{ field: 'body', message: 'a JSON object is required as the body' }];
    return { definition: undefined, explain: () => new InvalidInputError(details) };
  }
  const readers = fieldReadersOf(type);
  const isQuery = kind === 'query';
  const keyed = isQuery ? keyedFieldsOf(type) : [];
  const isKnown = (key: string) => readers.has(key) || keyed.some((field) => isKeyedName(key, field));
  const sent = isQuery ? parametersOf(value as Fields, readers) : (value as Fields);
  const hasUnknown = !Object.keys(value).every(isKnown);
  const instance = hasUnknown ? undefined : readKnown(type, sent, readers);
  const refused = instance && refusedField(instance as Fields, readers, config);
  if (instance && !refused) return { input: instance };
  const definition = refused?.[1].codeOf((instance as Fields)[refused[0]], instance as Fields, config);
  const explain = () => {
    const unknown = unknownKeyErrors(value, [...readers.keys()], isQuery ? 'parameter' : 'field', isKnown);
    return explanationOf(type, sent, unknown, config);
  };
  return { definition, explain };
}

/**
 * Reads and judges without class-transformer and class-validator. They take about ten times as long, and are needed only to
 * explain what is wrong.
 *
 * @param sent has no unknown keys.
 */
function readKnown<T extends object>(type: Type<T>, sent: Fields, readers: FieldReaders): T {
  const instance = new type();
  const input = instance as Record<string, unknown>;
  for (const key of Object.keys(sent)) {
    const value = sent[key];
    input[key] = value === undefined ? undefined : readers.get(key)!.read(value);
  }
  return instance;
}

/** @returns the first field that breaks a rule. */
function refusedField(input: Fields, readers: FieldReaders, config?: Config): [string, FieldReader] | undefined {
  for (const entry of readers) if (!entry[1].isGood(input[entry[0]], input, config)) return entry;
  return undefined;
}

function explanationOf<T extends object>(
  type: Type<T>,
  sent: Fields,
  unknown: readonly ErrorDetail[],
  config?: Config,
): InvalidInputError {
  const fields = fieldsOf(type);
  const known: Record<string, unknown> = {};
  for (const field of fields) if (Object.hasOwn(sent, field)) known[field] = opaque(sent[field]);
  const instance = plainToInstance(type, known);
  if (config) attachConfig(instance, config);
  const failures = validateSync(instance, { forbidUnknownValues: true })
    .map(describe)
    .sort((a, b) => fields.indexOf(a.property) - fields.indexOf(b.property));
  const details = [...unknown, ...failures.flatMap((failure) => failure.details)];
  if (details.length === 0) throw new Error(`An input of ${type.name} is refused for no reason.`);
  return new InvalidInputError(details, unknown.length > 0 ? undefined : failures[0]?.definition);
}

interface Failure {
  readonly property: string;
  readonly details: readonly ErrorDetail[];
  readonly definition: ErrorDefinition | undefined;
}

/** A property gets the code of any failed rule that has one. */
function describe({ property, value, target, constraints = {}, contexts = {} }: ValidationError): Failure {
  const rules = Object.values<RuleContext>(contexts);
  const message = Object.values(constraints)[0] ?? `${property} is invalid`;
  const details = rules.flatMap((rule) => detailsOfParts(property, rule.parts?.(value, target as Fields) ?? []));
  return {
    property,
    details: details.length > 0 ? details : [{ field: property, message }],
    definition: rules.find(({ definition }) => definition)?.definition,
  };
}

/** The values of the fields of a query. An empty parameter counts as absent. */
function parametersOf(query: Fields, readers: FieldReaders): Fields {
  const parameters: Record<string, unknown> = {};
  for (const [field, { isKeyed }] of readers) {
    const value = isKeyed ? keyedPairsOf(query, field) : withoutEmpty(query[field]);
    if (value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)) parameters[field] = value;
  }
  return parameters;
}

function withoutEmpty(value: unknown): unknown {
  return Array.isArray(value) ? value.filter((item) => item !== '') : value;
}
