import { commonErrors, declareErrors } from './domain-error';

/** Errors about the caller, which any route may answer beside its own. */
export const callerErrors = declareErrors('auth', {
  internal: commonErrors.internal,
  required: {
    kind: 'unauthenticated',
    description: 'No Authorization header was sent.',
    action:
      'Send "Authorization: Bearer <access_token>"; POST /auth/login gives one, POST /oauth/token one for an app.',
    retryable: false,
  },
  invalid_token: {
    kind: 'unauthenticated',
    description: 'The token is expired or invalid, its session has ended, or its app is revoked or suspended.',
    action: 'Get a new access token with POST /auth/refresh; if that answers the same, sign in again.',
    retryable: false,
  },
  deactivated: {
    kind: 'forbidden',
    description: 'This user has been deactivated.',
    action: 'Ask an owner or admin of the account to activate the user.',
    retryable: false,
  },
  forbidden: {
    kind: 'forbidden',
    description: 'The caller is not allowed to do this.',
    action:
      'Use a caller with the role that the route asks for, who has confirmed the e-mail address if the server wants that.',
    retryable: false,
  },
});
