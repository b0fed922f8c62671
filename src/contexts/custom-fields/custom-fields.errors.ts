import { commonErrors, declareErrors, DomainError } from '../../kernel/domain-error';
import { customFieldEntities } from '../../kernel/record-kinds';
import { onViolation } from '../../platform/database/constraints';

const kinds: readonly string[] = customFieldEntities;

export const customFieldsErrors = declareErrors('custom_fields', {
  ...commonErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of a custom field as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The custom field does not exist.',
    action: 'Check the id; custom fields of other accounts count as not existing.',
    retryable: false,
  },
  invalid_entity_type: {
    kind: 'invalid',
    description: `The entity type must be ${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}.`,
    action: 'Send `entity_type` as one of these words. It cannot be changed later.',
    retryable: false,
  },
  label_required: {
    kind: 'invalid',
    description: 'The label is required.',
    action: 'Send `label` with at least one visible character.',
    retryable: false,
  },
  invalid_field_type: {
    kind: 'invalid',
    description: 'The field type must be text, number, date, boolean or enum.',
    action: 'Send `field_type` as one of these words. It cannot be changed later.',
    retryable: false,
  },
  options_required: {
    kind: 'invalid',
    description: 'An enum needs its options.',
    action: 'Send `options`: 1 to 200 different texts that are not blank.',
    retryable: false,
  },
});

const labelTaken = 'label is that of another custom field of this entity type';

onViolation('custom_fields_label_idx', customFieldsErrors.invalid_request, 'label', labelTaken);

export function labelTakenError(): DomainError {
  const details = [{ field: 'label', message: labelTaken }];
  return new DomainError(customFieldsErrors.invalid_request, { message: labelTaken, details });
}
