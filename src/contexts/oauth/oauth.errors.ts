import { commonErrors, declareErrors } from '../../kernel/domain-error';

export const oauthErrors = declareErrors('oauth', {
  ...commonErrors,
  unsupported_grant_type: {
    kind: 'invalid',
    description: 'Only the grant type client_credentials is supported.',
    action: 'Send `grant_type` "client_credentials".',
    retryable: false,
  },
  missing_credentials: {
    kind: 'invalid',
    description: 'The client_id or the client_secret is missing.',
    action: 'Send both, in the body or by HTTP Basic.',
    retryable: false,
  },
  invalid_client: {
    kind: 'unauthenticated',
    description: 'The credentials are wrong, or the app is revoked or suspended.',
    action:
      'Check both; after a rotation only the new secret is good. A revoked app stays revoked: make a new one. GET /account shows what is suspended.',
    retryable: false,
  },
});
