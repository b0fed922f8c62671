import { callerErrors } from '../../kernel/caller-errors';
import { commonErrors, declareErrors } from '../../kernel/domain-error';

export const authErrors = {
  ...callerErrors,
  ...declareErrors('auth', {
    invalid_request: commonErrors.invalid_request,
    invalid_credentials: {
      kind: 'unauthenticated',
      description: 'E-mail or password is wrong.',
      action: 'Check both. The answer does not tell which one is wrong, nor whether the address is known.',
      retryable: false,
    },
    account_locked: {
      kind: 'forbidden',
      description: 'Too many sign-ins with this address have failed: it is locked for a while.',
      action: 'Wait as the message says, or set a new password with POST /auth/forgot-password, which unlocks it.',
      retryable: false,
    },
  }),
};
