import { callerErrors } from '../../kernel/caller-errors';
import { DomainError } from '../../kernel/domain-error';

/**
 * Gives unexpected errors of guards the namespace `auth`, whatever the route.
 *
 * @param then called at once if the work is not a promise, so that the request does not wait for one.
 */
export function wrapGuardError<T>(
  work: () => T | Promise<T>,
  then: (result: T) => boolean,
): boolean | Promise<boolean> {
  try {
    const result = work();
    return result instanceof Promise ? result.then(then).catch(rethrowAsDomainError) : then(result);
  } catch (error) {
    return rethrowAsDomainError(error);
  }
}

function rethrowAsDomainError(error: unknown): never {
  throw error instanceof DomainError ? error : new DomainError(callerErrors.internal, { cause: error });
}
