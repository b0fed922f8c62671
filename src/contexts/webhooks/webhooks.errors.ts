import { commonErrors, declareErrors } from '../../kernel/domain-error';

export const webhooksErrors = declareErrors('webhooks', {
  ...commonErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of an endpoint or a delivery as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The endpoint or the delivery does not exist.',
    action: 'Check the id; endpoints of other accounts count as not existing, and deliveries are kept for 30 days.',
    retryable: false,
  },
  url_required: {
    kind: 'invalid',
    description: 'The URL is required.',
    action: 'Send `url`.',
    retryable: false,
  },
  invalid_url: {
    kind: 'invalid',
    description: 'The URL is not one that webhooks are sent to.',
    action:
      'Send an https URL without user and password, whose host is a name or a public address. For trying out, let whoever ' +
      'runs the server add the host to WEBHOOK_ALLOWED_HOSTS.',
    retryable: false,
  },
});
