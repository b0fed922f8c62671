import { Enum, Field, type FieldOptions, type Rule } from '../../platform/fields/fields';
import { Moment, OneOf, RecordListInput, RefersTo } from '../../platform/fields/query-fields';
import { isObject, Reference } from '../../platform/fields/record-fields';
import { Variants } from '../../platform/openapi/openapi';
import { exampleIds } from '../../platform/fields/view-fields';
import { activitiesErrors } from './activities.errors';
import { hasNoLink } from './activity.entity';
import {
  type ActivityMetadata,
  type ActivityType,
  activityTypes,
  documentedMetadata,
  faultsOfMetadata,
  metadataExamples,
  readMetadata,
} from './activity-metadata';

const contact = { description: 'The contact it happened with; null: none.', example: exampleIds.contact };
const company = { description: 'The company it happened with; null: none.', example: null };
const project = { description: 'The project it belongs to; null: none.', example: null };
const metadata = {
  description: 'What there is to tell of it, by the schema of the type (GET /activity-schemas); the whole object.',
  example: metadataExamples.call,
};

const sentMetadata = (type: ActivityType) => ({ ...documentedMetadata(type), type: ['object', 'null'] });

function Metadata({ rules = [], ...options }: FieldOptions & { readonly rules?: readonly Rule[] }): PropertyDecorator {
  return Field({
    ...options,
    optional: true,
    read: readMetadata,
    rules: [
      {
        name: 'isMetadata',
        holds: isObject,
        message: 'must be an object',
        definition: activitiesErrors.invalid_metadata,
      },
      ...rules,
    ],
    schema: { type: 'object', anyOf: activityTypes.map(documentedMetadata), nullable: true } as never,
  });
}

/** As far as the type is known and there is an object: of the rest other rules tell. */
const faults = (value: unknown, { activity_type }: { readonly activity_type?: unknown }) =>
  activityTypes.includes(activity_type as ActivityType) && isObject(value)
    ? faultsOfMetadata(activity_type as ActivityType, value)
    : [];

@Variants('activity_type', {
  CreateCallInput: { type: 'call', metadata: sentMetadata('call') },
  CreateEmailInput: { type: 'email', metadata: sentMetadata('email') },
  CreateMeetingInput: { type: 'meeting', metadata: sentMetadata('meeting') },
})
export class CreateActivityInput {
  @Enum({
    members: activityTypes,
    definition: activitiesErrors.invalid_type,
    description: 'What it was; cannot be changed.',
    example: 'call',
  })
  activity_type!: ActivityType;

  @Reference({
    ...contact,
    rules: [
      {
        name: 'hasLink',
        holds: (_, input) => !hasNoLink(input),
        message: 'or company_id or project_id is required',
        asksAbsent: true,
        definition: activitiesErrors.entity_required,
      },
    ],
  })
  contact_id?: string | null;

  @Reference(company)
  company_id?: string | null;

  @Reference(project)
  project_id?: string | null;

  @Moment({ description: 'When it happened; left out: now.', example: '2026-01-31T09:30:00Z' })
  occurred_at?: Date;

  @Metadata({
    ...metadata,
    rules: [
      {
        name: 'matchesType',
        holds: (value, input) => faults(value, input).length === 0,
        message: 'must match the schema of the type',
        definition: activitiesErrors.invalid_metadata,
        parts: (value, input) =>
          faults(value, input).map(({ field, message }) => ({
            path: field.replace('metadata', ''),
            message: message.slice(field.length + 1),
          })),
      },
    ],
  })
  metadata?: ActivityMetadata;
}

export class UpdateActivityInput {
  @Reference({ ...contact, raises: [activitiesErrors.entity_required] })
  contact_id?: string | null;

  @Reference(company)
  company_id?: string | null;

  @Reference(project)
  project_id?: string | null;

  @Moment({ description: 'When it happened.', example: '2026-01-31T09:30:00Z' })
  occurred_at?: Date;

  /** Its keys are judged by the type, which only the record knows. */
  @Metadata(metadata)
  metadata?: ActivityMetadata;
}

export const sorts = ['-created_at', '-occurred_at'] as const;
export type Sort = (typeof sorts)[number];

export class ListActivitiesInput extends RecordListInput {
  @RefersTo({ description: 'Only activities with this contact.', example: exampleIds.contact })
  contact_id?: string;

  @RefersTo({ description: 'Only activities with this company.', example: exampleIds.company })
  company_id?: string;

  @RefersTo({ description: 'Only activities of this project.', example: exampleIds.project })
  project_id?: string;

  @OneOf({
    members: activityTypes,
    definition: activitiesErrors.invalid_type,
    description: 'Only activities of one of these types; repeat the parameter.',
    example: ['call'],
  })
  types?: ActivityType[];

  @Moment({ description: 'Only activities that happened after this moment.', example: '2026-01-31T09:30:00Z' })
  occurred_after?: Date;

  @Moment({ description: 'Only activities that happened before this moment.', example: '2026-01-31T09:30:00Z' })
  occurred_before?: Date;

  @Enum({
    members: sorts,
    description: 'Latest first: by when they were made, or by when they happened.',
    fallback: '-created_at',
    optional: true,
  })
  sort?: Sort;
}
