import { commonErrors, declareErrors, DomainError } from '../../kernel/domain-error';
import { modelTypes } from '../../kernel/record-kinds';

const sendModelType = `Send \`model_type\`: ${modelTypes.slice(0, -1).join(', ')} or ${modelTypes.at(-1)}.`;

export const importsErrors = declareErrors('imports', {
  ...commonErrors,
  invalid_id: {
    kind: 'invalid',
    description: 'The id is not a UUID.',
    action: 'Send the `id` of an import job as the API gave it.',
    retryable: false,
  },
  not_found: {
    kind: 'not_found',
    description: 'The import job does not exist.',
    action: 'Check the id; jobs of other accounts count as not existing.',
    retryable: false,
  },
  model_type_required: {
    kind: 'invalid',
    description: 'The model type is required.',
    action: sendModelType,
    retryable: false,
  },
  invalid_model_type: {
    kind: 'invalid',
    description: 'The model type is none that can be imported.',
    action: sendModelType,
    retryable: false,
  },
  file_name_required: {
    kind: 'invalid',
    description: 'The file name is required.',
    action: 'Send `file_name` with at least one visible character.',
    retryable: false,
  },
});

/** @param message a sentence for the caller. */
export function stateError(message: string): DomainError {
  return new DomainError(importsErrors.invalid_request, { message });
}

export function orNotFound<Job>(job: Job | null): Job {
  if (job === null) throw new DomainError(importsErrors.not_found);
  return job;
}
