/** Kinds of errors in terms of the domain. Only `platform/http/statuses.ts` turns a kind into an HTTP status. */
export type ErrorKind = 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'too_many' | 'internal';

export interface ErrorDeclaration {
  readonly kind: ErrorKind;
  /** The meaning of the code, for the catalogue. Also the message of an error that is raised without one. */
  readonly description: string;
  /** What the developer of a client should do. */
  readonly action: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

export interface ErrorDefinition extends ErrorDeclaration {
  /** `namespace.reason`, stable for ever. */
  readonly code: string;
}

export interface ErrorDetail {
  /** A path such as `name`, `custom_fields.<id>` or `events[1]`. */
  readonly field: string;
  readonly message: string;
  /** The present value, where the error is a conflict with it. */
  readonly current?: unknown;
  /** The record that the value belongs to, where only one record may have it. */
  readonly id?: string;
  /** The records that share a value which only one of them may have. */
  readonly ids?: readonly string[];
}

const catalogue = new Map<string, ErrorDefinition>();

/** Every error that the loaded program can raise, by code. */
export const errorCatalogue: ReadonlyMap<string, ErrorDefinition> = catalogue;

type Declared<T> = { readonly [Reason in keyof T]: ErrorDefinition };

/** For a namespace with routes: each route may get a body that cannot be read, or meet an unexpected error. */
export const commonErrors = {
  invalid_request: {
    kind: 'invalid',
    description: 'The request is malformed.',
    action: 'Read `details`: it names every field that was refused and why. Then send a corrected request.',
    retryable: false,
  },
  internal: {
    kind: 'internal',
    description: 'Something failed on the server.',
    action: 'Try again with a growing delay; if it stays, give the `request_id` to whoever runs the server.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorDeclaration>;

/** Declares the codes of one namespace, beside the domain that raises them. */
export function declareErrors<T extends Record<string, ErrorDeclaration>>(
  namespace: string,
  declarations: T,
): Declared<T> {
  const defined = Object.entries(declarations).map(([reason, declaration]) => {
    const definition: ErrorDefinition = { code: `${namespace}.${reason}`, ...declaration };
    if (catalogue.has(definition.code)) throw new Error(`The error code ${definition.code} is declared twice.`);
    catalogue.set(definition.code, definition);
    return [reason, definition] as const;
  });
  return Object.fromEntries(defined) as Declared<T>;
}

export interface DomainErrorOptions {
  readonly message?: string;
  readonly details?: readonly ErrorDetail[];
  readonly cause?: unknown;
  /** Seconds to wait before a retry (the `Retry-After` header). */
  readonly retryAfter?: number;
}

export class DomainError extends Error {
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    readonly definition: ErrorDefinition,
    options: DomainErrorOptions = {},
  ) {
    super(options.message ?? definition.description, { cause: options.cause });
    this.name = 'DomainError';
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }
}

/** A part of a field that is refused: a key of an object, or an item of a list. */
export interface FailedPart {
  /** The path after the field: `[2]`, `.<id>`. */
  readonly path: string;
  /** The text after the path: "must be …". */
  readonly message: string;
}

/**
 * Maximum number of parts of a field to describe: as many as a record can have custom fields. Further ones are counted.
 */
export const maxParts = 200;
/** Maximum length of a path to show, which may have a key that the client sent. */
const maxPathLength = 100;

/** @returns the details of the first parts of a field, and the number of the others. */
export function detailsOfParts(field: string, parts: Iterable<FailedPart>): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  let rest = 0;
  for (const { path, message } of parts) {
    const name = `${field}${path.slice(0, maxPathLength)}`;
    if (details.length === maxParts) rest++;
    else details.push({ field: name, message: `${name} ${message}` });
  }
  if (rest > 0) details.push({ field, message: `${field} has ${rest} more that are refused` });
  return details;
}

export interface Violation extends ErrorDetail {
  readonly definition: ErrorDefinition;
}

/** @throws DomainError with all violations and the code of the first one. Without violations it does nothing. */
export function throwIfAny(violations: readonly Violation[]): void {
  const [first] = violations;
  if (!first) return;
  const details = violations.map(({ field, message, id }) => ({ field, message, ...(id === undefined ? {} : { id }) }));
  throw new DomainError(first.definition, { message: first.message, details });
}

/**
 * Input that is refused before a context sees it. Its code is that of the broken rule, or else
 * `<namespace>.invalid_request`, with the namespace of the route, which only the HTTP edge knows.
 */
export class InvalidInputError extends Error {
  constructor(
    readonly details: readonly ErrorDetail[],
    readonly definition?: ErrorDefinition,
  ) {
    super(details[0]?.message ?? 'The request is malformed.');
    this.name = 'InvalidInputError';
  }
}
