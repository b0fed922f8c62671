import type { Config } from '../config/config';

/** The fields of an input; `fields.ts` and the files that it names declare them. */

export type Fields = Readonly<Record<string, unknown>>;

/** How a field is read and validated. */
export interface Reading {
  readonly read: (value: unknown) => unknown;
  /** Whether a value keeps the field's rules, in this input. */
  readonly isGood: (value: unknown, input: Fields, config?: Config) => boolean;
  /** Whether a query string writes the field with keys: `name[key]=value`. */
  readonly isKeyed: boolean;
  /** Whether null leaves the field unchanged when an operation updates a record. */
  readonly isUnchangedByNull: boolean;
}

type Readings = ReadonlyMap<string, Reading>;

const key = 'tideline:fields';
const none: Readings = new Map();

/** A subclass inherits fields; one that it declares again keeps its place. */
export function rememberReading(reading: Reading): PropertyDecorator {
  return (prototype, property) => {
    const before = (Reflect.getMetadata(key, prototype) ?? none) as Readings;
    Reflect.defineMetadata(key, new Map(before).set(String(property), reading), prototype);
  };
}

/** @returns the fields of an input class by name, in the order of checks. */
export function readingsOf(type: object): Readings {
  const { prototype } = type as { prototype?: object };
  return (prototype && (Reflect.getMetadata(key, prototype) as Readings | undefined)) ?? none;
}

/** @returns the names of an input class's fields, in the order of checks. */
export function fieldsOf(type: object): string[] {
  return [...readingsOf(type).keys()];
}

/** @returns the names of the fields that a query string writes with keys. */
export function keyedFieldsOf(type: object): string[] {
  return namesOf(type, ({ isKeyed }) => isKeyed);
}

/** @returns the names of texts, arrays and objects: null leaves them unchanged when an operation updates a record. */
export function unchangedByNullOf(type: object): string[] {
  return namesOf(type, ({ isUnchangedByNull }) => isUnchangedByNull);
}

function namesOf(type: object, isWanted: (reading: Reading) => boolean): string[] {
  return [...readingsOf(type)].filter(([, reading]) => isWanted(reading)).map(([name]) => name);
}
