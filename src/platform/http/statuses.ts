import type { ErrorKind } from '../../kernel/domain-error';

/** The only place where an error gets its HTTP status. */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  too_many: 429,
  internal: 500,
};
