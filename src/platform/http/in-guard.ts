import type { ExecutionContext } from '@nestjs/common';
import { callerErrors } from '../../kernel/caller-errors';
import { DomainError } from '../../kernel/domain-error';
import { type routeMetadata } from './request';

/** What nobody foresaw in a guard belongs to authentication, whatever the route. */
export async function inGuard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DomainError ? error : new DomainError(callerErrors.internal, { cause: error });
  }
}

/** What a decorator says of the route, or of its controller. */
export function metadataOf(
  context: ExecutionContext,
  key: (typeof routeMetadata)[keyof typeof routeMetadata],
): unknown {
  return (
    (Reflect.getMetadata(key, context.getHandler()) as unknown) ??
    (Reflect.getMetadata(key, context.getClass()) as unknown)
  );
}
