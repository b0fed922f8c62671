import { QueryFailedError } from 'typeorm';
import { DomainError, type ErrorDefinition } from '../../kernel/domain-error';
import { tooBusy } from '../../kernel/too-busy';

interface Translation {
  readonly definition: ErrorDefinition;
  readonly field: string;
  readonly message: string;
}

const translations = new Map<string, Translation>();

/**
 * Declares which domain error the violation of a constraint means. The database judges, so there is no race between
 * check and act and no extra round trip. Migrations name every constraint.
 */
export function onViolation(constraint: string, definition: ErrorDefinition, field: string, message: string): void {
  translations.set(constraint, { definition, field, message });
}

const lookedUpAgain = new Set<string>();

/**
 * Declares that a transaction which violates the constraint looks for the row it conflicts with, and can name it when it is
 * run again.
 */
export function lookAgainOnViolation(constraint: string): void {
  lookedUpAgain.add(constraint);
}

/** The parts of a PostgreSQL error that may decide something. */
interface DatabaseError {
  readonly code?: unknown;
  readonly constraint?: unknown;
}

export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause : undefined;
}

/** Somebody else has just changed what the transaction had looked up. The cause is the error to answer if it happens again. */
export class LookAgain extends Error {}

/**
 * Whether the transaction may be run again: `deadlock_detected`, `serialization_failure`, or a constraint about which it looks
 * again.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof LookAgain) return true;
  const { code, constraint } = databaseErrorOf(error) ?? {};
  return ['40P01', '40001'].includes(String(code)) || lookedUpAgain.has(String(constraint));
}

/** Whether a record that is referred to has just been deleted: `foreign_key_violation`. */
export function isReferenceGone(error: unknown): boolean {
  return databaseErrorOf(error instanceof DomainError ? error.cause : error)?.code === '23503';
}

/** Whether an earlier statement of the transaction failed: `in_failed_sql_transaction`. */
export function isTransactionAborted(error: unknown): boolean {
  return databaseErrorOf(error)?.code === '25P02';
}

const lockNotAvailable = '55P03';
/** `query_canceled`: a statement exceeded its timeout. */
const queryCanceled = '57014';
const noFreeConnection = 'timeout exceeded when trying to connect';

/** @returns the domain error that a database error stands for, or the error itself. */
export function toDomainError(error: unknown): unknown {
  if (error instanceof LookAgain) return toDomainError(error.cause);
  const databaseError = databaseErrorOf(error);
  const translation = translations.get(String(databaseError?.constraint));
  if (translation) {
    const { definition, field, message } = translation;
    return new DomainError(definition, { message, details: [{ field, message }], cause: error });
  }
  if (
    databaseError?.code === lockNotAvailable ||
    databaseError?.code === queryCanceled ||
    lookedUpAgain.has(String(databaseError?.constraint)) ||
    (error instanceof Error && error.message === noFreeConnection)
  ) {
    return tooBusy(error);
  }
  return error;
}

/** Classes of PostgreSQL codes: data exceptions, violated constraints, program limits. */
const dataErrorClasses = ['22', '23', '54'];

/** Whether the rows caused the error: it would occur again with them, and not without them. */
export function isDataError(error: unknown): boolean {
  if (error instanceof DomainError) return ['invalid', 'not_found'].includes(error.definition.kind);
  return dataErrorClasses.includes(String(databaseErrorOf(error)?.code).slice(0, 2));
}
