import { ApiProperty } from '@nestjs/swagger';
import { Field, type Rule } from '../../platform/fields/fields';
import { isObject } from '../../platform/fields/record-fields';
import { RecordField } from '../../platform/records/declared-fields';
import { activitiesErrors } from './activities.errors';
import {
  type ActivityType,
  activityTypes,
  documentedMetadata,
  metadataErrors,
  metadataExamples,
  readMetadata,
} from './activity-metadata';

const { invalid_metadata } = activitiesErrors;

/** As far as the type is known and there is an object: of the rest other rules tell. */
const faults = (value: unknown, { activity_type }: { readonly activity_type?: unknown }) =>
  activityTypes.includes(activity_type as ActivityType) && isObject(value)
    ? metadataErrors(activity_type as ActivityType, value)
    : [];

const matchesType: Rule = {
  name: 'matchesType',
  holds: (value, input) => faults(value, input).length === 0,
  message: 'must match the schema of the type',
  definition: invalid_metadata,
  parts: (value, input) =>
    faults(value, input).map(({ field, message }) => ({
      path: field.replace('metadata', ''),
      message: message.slice(field.length + 1),
    })),
};

/** What an activity of a type tells, as JSON; `{}` when unset. A PATCH is judged by the type of the record. */
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
