import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { truncateDetails, type ErrorDefinition, type ErrorDetail, InvalidInputError } from '../../kernel/domain-error';
import type { Config } from '../config/config';
import { fieldsOf, type Fields, keyedFieldsOf, fieldReadersOf, mayBeAbsent } from './field-readers';
import { type RuleContext, opaque, attachConfig } from './fields';
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
 * @throws InvalidInputError with the code of the first refusal: unknown keys, then the fields in the order of the
 * class.
 */
export function readInput<T extends object>(type: Type<T>, sent: unknown, kind: 'body' | 'query', config?: Config): T {
  const value = sent === undefined && mayBeAbsent(type) ? {} : sent;
  if (typeof value !== 'object' || value === null) {
    throw new InvalidInputError([{ field: 'body', message: 'a JSON object is required as the body' }]);
  }
  const fields = kind === 'query' ? gathered(value, keyedFieldsOf(type)) : value;
  return readGood(type, fields, kind, config) ?? readOrRefuse(type, fields, kind, config);
}

/**
 * Reads good input without class-transformer and class-validator. They take about ten times as long, and are needed
 * only to explain what is wrong.
 *
 * @returns undefined if something is wrong.
 */
function readGood<T extends object>(
  type: Type<T>,
  sent: object,
  kind: 'body' | 'query',
  config?: Config,
): T | undefined {
  const readers = fieldReadersOf(type);
  for (const key of Object.keys(sent)) if (!readers.has(key)) return undefined;
  const instance = new type();
  const input = instance as Record<string, unknown>;
  for (const [key, each] of Object.entries((kind === 'query' ? withoutEmpty(sent) : sent) as Fields)) {
    input[key] = each === undefined ? undefined : readers.get(key)!.read(each);
  }
  for (const [key, { isGood }] of readers) if (!isGood(input[key], input, config)) return undefined;
  return instance;
}

function readOrRefuse<T extends object>(type: Type<T>, sent: object, kind: 'body' | 'query', config?: Config): T {
  const fields = fieldsOf(type);
  const unknown = unknownKeyErrors(sent, fields, kind === 'query' ? 'parameter' : 'field');
  const input = kind === 'query' ? withoutEmpty(sent) : sent;
  const known = Object.fromEntries(
    Object.entries(input).flatMap(([key, each]: [string, unknown]) =>
      fields.includes(key) ? [[key, opaque(each)]] : [],
    ),
  );
  const instance = plainToInstance(type, known);
  if (config) attachConfig(instance, config);
  const failures = validateSync(instance, { forbidUnknownValues: true })
    .map(describe)
    .sort((a, b) => fields.indexOf(a.property) - fields.indexOf(b.property));
  const details = [...unknown, ...failures.flatMap((failure) => failure.details)];
  if (details.length > 0)
    throw new InvalidInputError(details, unknown.length > 0 ? undefined : failures[0]?.definition);
  return instance;
}

interface Failure {
  readonly property: string;
  readonly details: readonly ErrorDetail[];
  readonly definition: ErrorDefinition | undefined;
}

/** A property gets the code of any failed rule that has one. */
function describe({ property, value, target, constraints = {}, contexts = {} }: ValidationError): Failure {
  const rules = Object.values<RuleContext>(contexts);
  const parts = rules.flatMap((rule) => rule.parts?.(value, target as Fields) ?? []);
  const message = Object.values(constraints)[0] ?? `${property} is invalid`;
  const details = parts.map(({ path, message: fault }) => {
    const field = `${property}${path.slice(0, 100)}`;
    return { field, message: `${field} ${fault}` };
  });
  return {
    property,
    details: details.length > 0 ? truncateDetails(property, details) : [{ field: property, message }],
    definition: rules.find(({ definition }) => definition)?.definition,
  };
}

/** Collects `name[key]=value` under `name`, as pairs of `[key]` and the value. An empty parameter counts as absent. */
function gathered(query: object, keyed: readonly string[]): object {
  const others: [string, unknown][] = [];
  const pairs = new Map<string, [string, unknown][]>();
  for (const [parameter, value] of Object.entries(query) as [string, unknown][]) {
    const name = keyed.find((each) => parameter === each || parameter.startsWith(`${each}[`));
    if (name === undefined) others.push([parameter, value]);
    else if (value !== '') pairs.set(name, [...(pairs.get(name) ?? []), [parameter.slice(name.length), value]]);
  }
  return Object.fromEntries([...others, ...pairs]);
}

/** An empty parameter counts as absent. */
function withoutEmpty(query: object): object {
  const entries = Object.entries(query)
    .map(
      ([key, value]) => [key, Array.isArray(value) ? value.filter((item) => item !== '') : (value as unknown)] as const,
    )
    .filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0));
  return Object.fromEntries(entries);
}
