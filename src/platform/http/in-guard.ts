import { callerErrors } from '../../kernel/caller-errors';
import { DomainError } from '../../kernel/domain-error';

/** What nobody foresaw in a guard belongs to authentication, whatever the route. */
export async function inGuard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error : new DomainError(callerErrors.internal, { cause: error });
  }
}
