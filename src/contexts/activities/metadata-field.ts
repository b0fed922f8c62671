import { ApiProperty } from '@nestjs/swagger';
import type { FailedPart } from '../../kernel/domain-error';
import { Field, type Rule } from '../../platform/fields/fields';
import { isObject } from '../../platform/fields/record-fields';
import { RecordField } from '../../platform/records/declared-fields';
import { activitiesErrors } from './activities.errors';
import {
  type ActivityType,
  activityTypes,
  documentedMetadata,
  metadataExamples,
  metadataFaults,
  readMetadata,
} from './activity-metadata';

const { invalid_metadata } = activitiesErrors;

/** Validates only objects of a known type. Other rules refuse the rest. */
const faults = (value: unknown, { activity_type }: { readonly activity_type?: unknown }): Iterable<FailedPart> =>
  activityTypes.includes(activity_type as ActivityType) && isObject(value)
    ? metadataFaults(activity_type as ActivityType, value)
    : [];

const matchesType: Rule = {
  name: 'matchesType',
  holds: (value, input) => isEmpty(faults(value, input)),
  message: 'must match the schema of the type',
  definition: invalid_metadata,
  parts: faults,
};

function isEmpty(parts: Iterable<FailedPart>): boolean {
  return parts[Symbol.iterator]().next().done === true;
}

/** Metadata of an activity as JSON; `{}` if unset. In a PATCH the type of the record decides what is allowed. */
export function MetadataField(): PropertyDecorator {
  return RecordField({
    column: { type: 'jsonb' },
    initial: {},
    create: input([matchesType]),
    update: input([]),
    value: ApiProperty({
      type: 'object',
      additionalProperties: true,
      example: metadataExamples.call,
      description: 'By the schema of its type.',
    }),
  });
}

function input(rules: readonly Rule[]): PropertyDecorator {
  return Field({
    description: 'What there is to tell of it, by the schema of the type (GET /activity-schemas); the whole object.',
    example: metadataExamples.call,
    optional: true,
    read: readMetadata,
    rules: [
      { name: 'isMetadata', holds: isObject, message: 'must be an object', definition: invalid_metadata },
      ...rules,
    ],
    schema: { type: 'object', anyOf: activityTypes.map(documentedMetadata), nullable: true } as never,
  });
}
