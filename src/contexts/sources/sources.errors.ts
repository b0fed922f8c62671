import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { recordErrors } from '../../platform/records/record-errors';

export const sourcesErrors = declareErrors('sources', {
  ...commonErrors,
  ...recordErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of a source as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The source does not exist.',
    action: 'Check the id; records of other accounts count as not existing.',
    retryable: false,
  },
  name_required: {
    kind: 'invalid',
    description: 'The name is required.',
    action: 'Send `name` with at least one visible character.',
    retryable: false,
  },
});
