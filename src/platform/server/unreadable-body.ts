import { InvalidInputError } from '../../kernel/domain-error';

/** The error of a body that cannot be read (docs/contract.md, section 1.8). */
export function unreadable(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'body', message }]);
}

export function tooLarge(maxBytes: number): InvalidInputError {
  return unreadable(`The body is larger than ${maxBytes / 1_048_576} MiB.`);
}
