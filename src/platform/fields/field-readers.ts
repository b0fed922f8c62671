import type { ErrorDefinition } from '../../kernel/domain-error';
import type { Config } from '../config/config';

/** The fields of an input; `fields.ts` and the files that it names declare them. */

export type Fields = Readonly<Record<string, unknown>>;

/** How a field is read and validated. */
export interface FieldReader {
  readonly read: (value: unknown) => unknown;
  /** Whether a value keeps the field's rules, in this input. */
  readonly isGood: (value: unknown, input: Fields, config?: Config) => boolean;
  /** @returns the code of any broken rule that has one. */
  readonly codeOf: (value: unknown, input: Fields, config?: Config) => ErrorDefinition | undefined;
  /** Whether a query string writes the field with keys: `name[key]=value`. */
  readonly isKeyed: boolean;
  /** Whether null leaves the field unchanged when an operation updates a record. */
  readonly isUnchangedByNull: boolean;
}

export type FieldReaders = ReadonlyMap<string, FieldReader>;

const key = 'tideline:fields';
const none: FieldReaders = new Map();

/** A subclass inherits fields; one that it declares again keeps its place. */
export function registerField(reader: FieldReader): PropertyDecorator {
  return (prototype, property) => {
    const before = (Reflect.getMetadata(key, prototype) ?? none) as FieldReaders;
    Reflect.defineMetadata(key, new Map(before).set(String(property), reader), prototype);
  };
}

/** @returns the fields of an input class by name, in the order of checks. */
export function fieldReadersOf(type: object): FieldReaders {
  const { prototype } = type as { prototype?: object };
  return (prototype && (Reflect.getMetadata(key, prototype) as FieldReaders | undefined)) ?? none;
}

/** @returns the names of an input class's fields, in the order of checks. */
export function fieldsOf(type: object): string[] {
  return [...fieldReadersOf(type).keys()];
}

/** @returns the names of the fields that a query string writes with keys. */
export function keyedFieldsOf(type: object): string[] {
  return namesOf(type, ({ isKeyed }) => isKeyed);
}

/** @returns the names of texts, arrays and objects: null leaves them unchanged when an operation updates a record. */
export function unchangedByNullOf(type: object): string[] {
  return namesOf(type, ({ isUnchangedByNull }) => isUnchangedByNull);
}

const optionalBodies = new Set<object>();

/** The body of a route may be absent, which counts as an empty one. */
export function allowAbsentBody(type: object): void {
  optionalBodies.add(type);
}

export function mayBeAbsent(type: object): boolean {
  return optionalBodies.has(type);
}

function namesOf(type: object, isWanted: (reader: FieldReader) => boolean): string[] {
  return [...fieldReadersOf(type)].filter(([, reader]) => isWanted(reader)).map(([name]) => name);
}
