import type { ErrorDeclaration } from '../../kernel/domain-error';

/** For the namespace of a kind of record. */
export const recordErrors = {
  edit_conflict: {
    kind: 'invalid',
    description: 'Somebody else has changed the record since the version that `If-Match` or `if_version` names.',
    action:
      'Read `details`: each names a field that was changed, with its `current` value. Decide which value is to stay, then send the change with the present version.',
    retryable: false,
  },
  ambiguous_match: {
    kind: 'invalid',
    description: 'Several records have the value by which one is to be found.',
    action: 'Read `details`: it names up to ten of them. Merge or correct them, or name the record by its id.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorDeclaration>;

/** For the namespace of a kind of record with external ids. */
export const externalIdErrors = {
  external_id_taken: {
    kind: 'invalid',
    description: 'Another record has the external id.',
    action:
      'Read `details`: it names the `id` of the record that has it. Change that one, or send another `external_id`.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorDeclaration>;
