const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @returns whether the value is a text in the form of a UUID (RFC 9562), of any version. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && uuid.test(value);
}
