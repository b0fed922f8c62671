/**
 * The values of a filter that is written with keys, such as `custom_fields[<id>][gte]=5`. Pairs instead of an object,
 * because the keys are texts of the client.
 */
export type KeyedPair = readonly [key: string, value: unknown];

/** Maximum number of pairs to collect of an object: more than any filter takes. */
const maxPairs = 100;
/** Maximum length of a key, in code units: more than that of any key that is right. */
const maxKeyLength = 100;

/** The pairs of a body's object, in a body that stands for a query string. */
export class KeyedValues {
  readonly pairs: readonly KeyedPair[];

  /**
   * Reads `{ <id>: "gold", <id>: { gte: 5 } }` as `[<id>]` and `[<id>][gte]`.
   *
   * @param textOf turns a value into what a query string would have for it.
   */
  constructor(values: object, textOf: (value: unknown) => unknown) {
    const pairs: KeyedPair[] = [];
    const collect = (path: string, of: object) => {
      for (const key of Object.keys(of)) {
        if (pairs.length > maxPairs) return;
        const value = (of as Readonly<Record<string, unknown>>)[key];
        const inner = `${path}[${key.slice(0, maxKeyLength)}]`.slice(0, maxKeyLength);
        if (isFilledObject(value)) collect(inner, value);
        else if (value !== null && value !== '') pairs.push([inner, textOf(value)]);
      }
    };
    collect('', values);
    this.pairs = pairs;
  }
}

/** An empty object under a key has no pairs of its own. It is handed on, so that it is refused. */
function isFilledObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

/** Whether a query string's parameter belongs to a field that is written with keys. */
export function isKeyedName(parameter: string, field: string): boolean {
  return parameter.startsWith(field) && (parameter.length === field.length || parameter[field.length] === '[');
}

/** Collects the parameters of a field. An empty one counts as absent. */
export function keyedPairsOf(query: Readonly<Record<string, unknown>>, field: string): KeyedPair[] {
  const pairs: KeyedPair[] = [];
  for (const parameter of Object.keys(query)) {
    if (!isKeyedName(parameter, field)) continue;
    const value = query[parameter];
    if (value instanceof KeyedValues) pairs.push(...value.pairs);
    else if (value !== '') pairs.push([parameter.slice(field.length), value]);
  }
  return pairs;
}
