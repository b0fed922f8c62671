import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { onViolation } from '../../platform/database/constraints';

export const authErrors = declareErrors('auth', {
  ...commonErrors,
  required: {
    kind: 'unauthenticated',
    description: 'No Authorization header was sent.',
    action: 'Send "Authorization: Bearer <access_token>"; POST /auth/login gives one.',
    retryable: false,
  },
  invalid_credentials: {
    kind: 'unauthenticated',
    description: 'E-mail or password is wrong.',
    action: 'Check both. The answer does not tell which one is wrong, nor whether the address is known.',
    retryable: false,
  },
  email_taken: {
    kind: 'invalid',
    description: 'This e-mail address is registered already.',
    action: 'Sign in with it, or use another address.',
    retryable: false,
  },
  invalid_token: {
    kind: 'unauthenticated',
    description: 'The token is expired or invalid, or its session has ended.',
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
    action: 'Use a caller with the role that the route asks for.',
    retryable: false,
  },
});

onViolation('users_email_key_key', authErrors.email_taken, 'email', 'This e-mail address is registered already.');
