import type { Config } from '../config/config';

/** What is known of the fields of input classes; `fields.ts` and the files it names say it. */

export type Fields = Readonly<Record<string, unknown>>;

/** How a field is read and judged. */
export interface FieldReader {
  readonly read: (value: unknown) => unknown;
  /** Whether it keeps its rules, with this value and in this input. */
  readonly isGood: (value: unknown, input: Fields, config?: Config) => boolean;
  /** Whether a query string spells it with keys: `name[key]=value`. */
  readonly isKeyed: boolean;
  /** Whether null leaves it as it is when an operation changes a record. */
  readonly isUnchangedByNull: boolean;
}

type FieldReaders = ReadonlyMap<string, FieldReader>;

const key = 'tideline:fields';
const none: FieldReaders = new Map();

/** A class that extends another one has its fields too; one that it says anew keeps its place. */
export function registerField(reader: FieldReader): PropertyDecorator {
  return (prototype, property) => {
    const before = (Reflect.getMetadata(key, prototype) ?? none) as FieldReaders;
    Reflect.defineMetadata(key, new Map(before).set(String(property), reader), prototype);
  };
}

/** @returns an input class's fields by name, in the order in which they are checked. */
export function fieldReadersOf(type: object): FieldReaders {
  const { prototype } = type as { prototype?: object };
  return (prototype && (Reflect.getMetadata(key, prototype) as FieldReaders | undefined)) ?? none;
}

/** @returns the names of an input class's fields, in the order in which they are checked. */
export function fieldsOf(type: object): string[] {
  return [...fieldReadersOf(type).keys()];
}

/** @returns the names of those that a query string spells with keys. */
export function keyedFieldsOf(type: object): string[] {
  return namesOf(type, ({ isKeyed }) => isKeyed);
}

/** @returns the names of texts, arrays and objects, which null leaves as they are when an operation changes a record. */
export function unchangedByNullOf(type: object): string[] {
  return namesOf(type, ({ isUnchangedByNull }) => isUnchangedByNull);
}

function namesOf(type: object, isWanted: (reader: FieldReader) => boolean): string[] {
  return [...fieldReadersOf(type)].filter(([, reader]) => isWanted(reader)).map(([name]) => name);
}
