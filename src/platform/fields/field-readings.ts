import type { Config } from '../config/config';

/** What is known of the fields of input classes; `fields.ts` and the files it names say it. */

export type Fields = Readonly<Record<string, unknown>>;

/** How a field is read and judged. */
export interface Reading {
  readonly read: (value: unknown) => unknown;
  /** Whether it keeps its rules, with this value and in this input. */
  readonly isGood: (value: unknown, input: Fields, config?: Config) => boolean;
  /** Whether a query string spells it with keys: `name[key]=value`. */
  readonly isKeyed: boolean;
  /** Whether null leaves it as it is when an operation changes a record. */
  readonly isUnchangedByNull: boolean;
}

type Readings = ReadonlyMap<string, Reading>;

const key = 'tideline:fields';
const none: Readings = new Map();

/** A class that extends another one has its fields too; one that it says anew keeps its place. */
export function rememberReading(reading: Reading): PropertyDecorator {
  return (prototype, property) => {
    const before = (Reflect.getMetadata(key, prototype) ?? none) as Readings;
    Reflect.defineMetadata(key, new Map(before).set(String(property), reading), prototype);
  };
}

/** @returns an input class's fields by name, in the order in which they are checked. */
export function readingsOf(type: object): Readings {
  const { prototype } = type as { prototype?: object };
  return (prototype && (Reflect.getMetadata(key, prototype) as Readings | undefined)) ?? none;
}

/** @returns the names of an input class's fields, in the order in which they are checked. */
export function fieldsOf(type: object): string[] {
  return [...readingsOf(type).keys()];
}

/** @returns the names of those that a query string spells with keys. */
export function keyedFieldsOf(type: object): string[] {
  return namesOf(type, ({ isKeyed }) => isKeyed);
}

/** @returns the names of texts, arrays and objects, which null leaves as they are when an operation changes a record. */
export function unchangedByNullOf(type: object): string[] {
  return namesOf(type, ({ isUnchangedByNull }) => isUnchangedByNull);
}

function namesOf(type: object, isWanted: (reading: Reading) => boolean): string[] {
  return [...readingsOf(type)].filter(([, reading]) => isWanted(reading)).map(([name]) => name);
}
