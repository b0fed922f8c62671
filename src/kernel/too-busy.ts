import { declareErrors, DomainError } from './domain-error';

export const rateLimitErrors = declareErrors('rate_limit', {
  exceeded: {
    kind: 'too_many',
    description: 'Too many requests, or the server is busy.',
    action: 'Wait as many seconds as the Retry-After header says, then send the same request again.',
    retryable: true,
  },
});

/** The error of a server without capacity: a queue is full, or a lock or connection was not free in time. */
export function tooBusy(cause?: unknown): DomainError {
  return new DomainError(rateLimitErrors.exceeded, {
    message: 'The server is busy with other requests. Try again in a moment.',
    retryAfter: 1,
    cause,
  });
}
