import { commonErrors, declareErrors } from '../../kernel/domain-error';

/** Errors of requests that belong to no context. */
export const apiErrors = declareErrors('api', {
  ...commonErrors,
  not_found: {
    kind: 'not_found',
    description: 'There is no such route, or not with this method.',
    action: 'Compare method and path with the list at /docs. Every path starts with /api/v1.',
    retryable: false,
  },
});
