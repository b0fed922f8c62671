import { dryRunParameter } from '../http/dry-run';
import type { Schema } from './openapi-schemas';

const pointer = '#/components/parameters/';

/** References to the parameters that many routes take. */
export const idempotencyKeyReference = { $ref: `${pointer}IdempotencyKey` };
export const dryRunReference = { $ref: `${pointer}DryRun` };

/** In words: Swagger UI would send an example of its own accord, and a key may be used once. */
const example = 'Example: `order-1042`.';

const dryRunDescription =
  'Whether to try this out only: everything is checked and done as usual, answered, and rolled back. The `id` of what would be ' +
  'made is null. The answer has `Dry-Run: true`. It costs ten times the rate limit.';

export const dryRunSchema = { type: 'boolean', description: dryRunDescription, default: false, example: false };

/** The components to which they refer. */
export const sharedParameters: Readonly<Record<string, Schema>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Makes sure that the request takes effect once. Send it again with its key, byte for byte, if no answer came: within 24 ' +
      `hours it gets the stored answer, with \`Idempotency-Replayed: true\`. 1 to 255 visible ASCII characters. ${example}`,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  DryRun: {
    name: dryRunParameter,
    in: 'query',
    required: false,
    description: dryRunDescription,
    schema: { type: 'boolean', default: false },
  },
};
