import type { ErrorKind } from '../../kernel/domain-error';

/** The HTTP status of each kind of error. Nobody else writes a status. */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  too_many: 429,
  internal: 500,
};
