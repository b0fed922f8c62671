import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { externalIdErrors, recordErrors } from '../../platform/records/record-errors';
import { onViolation } from '../../platform/database/constraints';

export const projectsErrors = declareErrors('projects', {
  ...commonErrors,
  ...recordErrors,
  ...externalIdErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of a project, or of a contact, as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The project, or the contact in it, does not exist.',
    action: 'Check the ids; records of other accounts count as not existing.',
    retryable: false,
  },
  name_required: {
    kind: 'invalid',
    description: 'The name is required.',
    action: 'Send `name` with at least one visible character.',
    retryable: false,
  },
  invalid_stage: {
    kind: 'invalid',
    description: 'The stage must be proposal, active, review, complete or archived.',
    action: 'Send `stage` as one of these words, or leave it out.',
    retryable: false,
  },
  invalid_company_id: {
    kind: 'invalid',
    description: 'The company referred to does not exist.',
    action: 'Send the `id` of a company of this account, or null.',
    retryable: false,
  },
  invalid_assigned_to: {
    kind: 'invalid',
    description: 'The user referred to does not exist, is deactivated, or has not accepted the invitation.',
    action: 'Send the `id` of an active user of this account, or null.',
    retryable: false,
  },
  invalid_custom_fields: {
    kind: 'invalid',
    description: 'The values of custom fields do not match their definitions.',
    action: 'Send an object keyed by ids of custom fields; `details` names each key that was refused and why.',
    retryable: false,
  },
});

export const contactNotFoundMessage = 'contact_id is the id of no contact';

// For a project or contact that was deleted after the look-up.
onViolation('project_contacts_project_id_fkey', projectsErrors.not_found, 'id', 'id is the id of no project');
onViolation('project_contacts_contact_id_fkey', projectsErrors.not_found, 'contact_id', contactNotFoundMessage);
