import type { Type } from '@nestjs/common';
import type { ReadInput } from './many-records';
import { InvalidInputError } from '../../kernel/domain-error';
import { readInput } from '../fields/input.pipe';

/**
 * Reads a row of an import by the rules of request bodies.
 *
 * @throws InvalidInputError if it is good neither for a create nor for a change.
 */
export function readRow<Create extends object>(create: Type<Create>, update: Type<object>, sent: object): ReadInput {
  try {
    return { input: readInput(create, sent, 'body'), lacking: [] };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    try {
      return { input: readInput(update, sent, 'body'), lacking: error.details };
    } catch {
      throw error;
    }
  }
}
