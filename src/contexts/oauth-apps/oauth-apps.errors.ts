import { commonErrors, declareErrors } from '../../kernel/domain-error';

export const oauthAppsErrors = declareErrors('oauth_apps', {
  ...commonErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of an app as the API gave it, not its `client_id`.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The app does not exist.',
    action: 'Check the id; apps of other accounts count as not existing.',
    retryable: false,
  },
  name_required: {
    kind: 'invalid',
    description: 'The name is required.',
    action: 'Send `name` with at least one visible character.',
    retryable: false,
  },
});
