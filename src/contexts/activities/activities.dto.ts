import { Enum } from '../../platform/fields/fields';
import { Timestamp, EnumFilter, IdentifiedListInput, ReferenceFilter } from '../../platform/fields/query-fields';
import { exampleIds } from '../../platform/fields/view-fields';
import { ApiOneOf } from '../../platform/openapi/openapi';
import { bulkInputOf, upsertInputOf } from '../../platform/records/bulk/bulk.dto';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { activityMatchWays } from './activity-match-ways';
import { activitiesErrors } from './activities.errors';
import { Activity } from './activity.entity';
import { type ActivityType, activityTypes, documentedMetadata } from './activity-metadata';

const sentMetadata = (type: ActivityType) => ({ ...documentedMetadata(type), type: ['object', 'null'] });

@ApiOneOf('activity_type', {
  CreateCallInput: { type: 'call', metadata: sentMetadata('call') },
  CreateEmailInput: { type: 'email', metadata: sentMetadata('email') },
  CreateMeetingInput: { type: 'meeting', metadata: sentMetadata('meeting') },
})
export class CreateActivityInput extends createInputOf(Activity, ['activity_type']) {}

export class UpdateActivityInput extends updateInputOf(Activity) {}

export class UpsertActivityInput extends upsertInputOf(CreateActivityInput, activityMatchWays, {
  activity_type: 'call',
  contact_id: exampleIds.contact,
  external_id: 'call-4711',
}) {}

export class BulkActivitiesInput extends bulkInputOf(CreateActivityInput, UpdateActivityInput, activityMatchWays, {
  activity_type: 'call',
  contact_id: exampleIds.contact,
}) {}

export const sorts = ['-created_at', '-occurred_at'] as const;
export type Sort = (typeof sorts)[number];

export class ListActivitiesInput extends IdentifiedListInput {
  @ReferenceFilter({ description: 'Only activities with this contact.', example: exampleIds.contact })
  contact_id?: string;

  @ReferenceFilter({ description: 'Only activities with this company.', example: exampleIds.company })
  company_id?: string;

  @ReferenceFilter({ description: 'Only activities of this project.', example: exampleIds.project })
  project_id?: string;

  @EnumFilter({
    members: activityTypes,
    definition: activitiesErrors.invalid_type,
    description: 'Only activities of one of these types; repeat the parameter.',
    example: ['call'],
  })
  types?: ActivityType[];

  @Timestamp({ description: 'Only activities that happened after this moment.', example: '2026-01-31T09:30:00Z' })
  occurred_after?: Date;

  @Timestamp({ description: 'Only activities that happened before this moment.', example: '2026-01-31T09:30:00Z' })
  occurred_before?: Date;

  @Enum({
    members: sorts,
    description: 'Latest first: by when they were made, or by when they happened.',
    fallback: '-created_at',
    optional: true,
  })
  sort?: Sort;
}
