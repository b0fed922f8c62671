/** What went wrong, in the domain's terms. `platform/http/statuses.ts` alone turns a kind into an HTTP status. */
export type ErrorKind = 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'too_many' | 'internal';

export interface ErrorDeclaration {
  readonly kind: ErrorKind;
  /** What the code means, for the catalogue; also the message a client sees when the raiser gives none. */
  readonly description: string;
  /** What the developer who meets it should do. */
  readonly action: string;
  /** Whether the same request may succeed later without being changed. */
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
}

const catalogue = new Map<string, ErrorDefinition>();

/** Every error the loaded program can raise, by code. */
export const errorCatalogue: ReadonlyMap<string, ErrorDefinition> = catalogue;

type Declared<T> = { readonly [Reason in keyof T]: ErrorDefinition };

/** For a namespace with routes: any of them may meet a body that cannot be read, or a fault that nobody foresaw. */
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
  /** Seconds after which trying again makes sense (the `Retry-After` header). */
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

/** As many custom fields as a record can have: each refused one is told of. Beyond, a number says enough. */
const maxDetails = 200;

/** @returns the details of one field's parts, the first ones and how many there are besides. */
export function truncateDetails<Detail extends ErrorDetail>(field: string, parts: readonly Detail[]): ErrorDetail[] {
  const rest = parts.length - maxDetails;
  const told = parts.slice(0, maxDetails);
  return [...told, ...(rest > 0 ? [{ field, message: `${field} has ${rest} more that are refused` }] : [])];
}

export interface Violation extends ErrorDetail {
  readonly definition: ErrorDefinition;
}

/** @throws DomainError that tells of all that is refused, with the code of the first; does nothing when there is none. */
export function throwIfAny(violations: readonly Violation[]): void {
  const [first] = violations;
  if (!first) return;
  const details = violations.map(({ field, message }) => ({ field, message }));
  throw new DomainError(first.definition, { message: first.message, details });
}

/**
 * Input refused before any domain saw it. Its code is that of the rule which failed, else `<namespace>.invalid_request`,
 * where the namespace is the route's: only the edge knows it.
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
