/**
 * Stands for an object that hooks make or make anew, so that a test file can name it once, above its hooks.
 *
 * @param current the object of the moment.
 * @param missing what is wrong when there is none.
 */
export function live<T extends object>(current: () => T | undefined, missing: string): T {
  const object = (): T => {
    const found = current();
    if (!found) throw new Error(missing);
    return found;
  };
  return new Proxy({} as T, {
    get: (_, key) => Reflect.get(object(), key),
    has: (_, key) => Reflect.has(object(), key),
    ownKeys: () => Reflect.ownKeys(object()),
    getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(object(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(object()),
  });
}
