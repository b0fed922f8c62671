import { commonErrors, declareErrors } from '../../kernel/domain-error';
import { externalIdErrors, recordErrors } from '../../platform/records/record-errors';

export const contactsErrors = declareErrors('contacts', {
  ...commonErrors,
  ...recordErrors,
  ...externalIdErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of a contact as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The contact does not exist.',
    action: 'Check the id; records of other accounts count as not existing.',
    retryable: false,
  },
  first_name_required: {
    kind: 'invalid',
    description: 'The first name is required.',
    action: 'Send `first_name` with at least one visible character.',
    retryable: false,
  },
  invalid_company_id: {
    kind: 'invalid',
    description: 'The company referred to does not exist.',
    action: 'Send the `id` of a company of this account, or null.',
    retryable: false,
  },
  invalid_source_id: {
    kind: 'invalid',
    description: 'The source referred to does not exist, or is archived.',
    action: 'Send the `id` of a source of this account that is not archived, or null.',
    retryable: false,
  },
  invalid_custom_fields: {
    kind: 'invalid',
    description: 'The values of custom fields do not match their definitions.',
    action: 'Send an object keyed by ids of custom fields; `details` names each key that was refused and why.',
    retryable: false,
  },
});
