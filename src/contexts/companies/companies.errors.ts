import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { externalIdErrors, recordErrors } from '../../platform/records/record-errors';

export const companiesErrors = declareErrors('companies', {
  ...commonErrors,
  ...recordErrors,
  ...externalIdErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of a company as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The company does not exist.',
    action: 'Check the id; records of other accounts count as not existing.',
    retryable: false,
  },
  invalid_custom_fields: {
    kind: 'invalid',
    description: 'The values of custom fields do not match their definitions.',
    action: 'Send an object keyed by ids of custom fields; `details` names each key that was refused and why.',
    retryable: false,
  },
});
