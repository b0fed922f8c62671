import { declareErrors } from '../../kernel/domain-error';

/** Any write of a caller may raise these. */
export const idempotencyErrors = declareErrors('idempotency', {
  invalid_key: {
    kind: 'invalid',
    description: 'The Idempotency-Key is not one header of 1 to 255 visible ASCII characters.',
    action: 'Send a key such as a UUID, without spaces, once.',
    retryable: false,
  },
  key_reused: {
    kind: 'invalid',
    description: 'The Idempotency-Key was used for another request within the last 24 hours.',
    action: 'Repeat a request byte for byte, to the same path; give every other request a key of its own.',
    retryable: false,
  },
});
