import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { externalIdErrors, recordErrors } from '../../platform/records/record-errors';

export const activitiesErrors = declareErrors('activities', {
  ...commonErrors,
  ...recordErrors,
  ...externalIdErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of an activity as the API gave it.',
    retryable: false,
  },
  invalid_type: {
    kind: 'invalid',
    description: 'The type must be call, email or meeting.',
    action: 'Send `activity_type` as one of these words. It cannot be changed later.',
    retryable: false,
  },
  entity_required: {
    kind: 'invalid',
    description: 'An activity needs at least one of contact_id, company_id and project_id.',
    action: 'Send the `id` of a contact, a company or a project of this account, and do not remove the last link.',
    retryable: false,
  },
  invalid_metadata: {
    kind: 'invalid',
    description: 'The metadata do not match the schema of the activity type.',
    action: 'Look the schema up with GET /activity-schemas; `details` names each key that was refused and why.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The activity does not exist.',
    action: 'Check the id; records of other accounts count as not existing.',
    retryable: false,
  },
});
