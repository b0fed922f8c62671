import { commonErrors, declareErrors, DomainError } from '../../kernel/domain-error';
import { onViolation } from '../../platform/database/constraints';

export const usersErrors = declareErrors('users', {
  ...commonErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of a user as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The user does not exist.',
    action: 'Check the id; users of other accounts count as not existing.',
    retryable: false,
  },
  last_owner: {
    kind: 'invalid',
    description: 'The last active owner of an account can be neither demoted nor deactivated.',
    action: 'Make another user an owner first; one who has not accepted the invitation yet does not count.',
    retryable: false,
  },
});

/** In the namespace `auth`, because registering raises it too. */
export const { email_taken: emailTaken } = declareErrors('auth', {
  email_taken: {
    kind: 'invalid',
    description: 'This e-mail address is registered already.',
    action: 'Sign in with it, or use another address.',
    retryable: false,
  },
});

const message = 'This e-mail address is registered already.';

onViolation('users_email_key_key', emailTaken, 'email', message);

/** What the database answers to a second user with a password, for addresses that only another rule takes. */
export function addressTaken(): DomainError {
  return new DomainError(emailTaken, { message, details: [{ field: 'email', message }] });
}
