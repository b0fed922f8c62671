import { ApiProperty } from '@nestjs/swagger';
import { Variants } from '../../platform/openapi/openapi';
import {
  authorDescription,
  EnumValue,
  exampleIds,
  IdValue,
  MomentValue,
  ReferenceValue,
  TextValue,
} from '../../platform/fields/view-fields';
import type { NamedActivity } from './activity.entity';
import {
  type ActivityMetadata,
  type ActivityType,
  activityTypes,
  documentedMetadata,
  metadataExamples,
} from './activity-metadata';

@Variants('activity_type', {
  CallView: { type: 'call', metadata: documentedMetadata('call') },
  EmailView: { type: 'email', metadata: documentedMetadata('email') },
  MeetingView: { type: 'meeting', metadata: documentedMetadata('meeting') },
})
export class ActivityView {
  @IdValue(exampleIds.activity)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @TextValue('Ada Lovelace', { description: 'Follows from `created_by`; empty without one.' })
  created_by_name!: string;

  @EnumValue(activityTypes, 'call')
  activity_type!: ActivityType;

  @ReferenceValue(exampleIds.contact, 'The contact it happened with.')
  contact_id!: string | null;

  @TextValue('Grace Hopper', { description: 'First and last name; follows from `contact_id`, empty without one.' })
  contact_name!: string;

  @ReferenceValue(exampleIds.company, 'The company it happened with.')
  company_id!: string | null;

  @TextValue('Acme GmbH', { description: 'Follows from `company_id`; empty without one.' })
  company_name!: string;

  @ReferenceValue(null, 'The project it belongs to.')
  project_id!: string | null;

  @TextValue('', { description: 'Follows from `project_id`; empty without one.' })
  project_name!: string;

  @MomentValue()
  occurred_at!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: metadataExamples.call,
    description: 'By the schema of its type.',
  })
  metadata!: ActivityMetadata;

  @MomentValue()
  created_at!: string;

  @MomentValue()
  updated_at!: string;
}

export function activityView(activity: NamedActivity): ActivityView {
  return {
    id: activity.id,
    account_id: activity.account_id,
    created_by: activity.created_by,
    created_by_name: activity.created_by_name ?? '',
    activity_type: activity.activity_type,
    contact_id: activity.contact_id,
    contact_name: activity.contact_name ?? '',
    company_id: activity.company_id,
    company_name: activity.company_name ?? '',
    project_id: activity.project_id,
    project_name: activity.project_name ?? '',
    occurred_at: activity.occurred_at.toISOString(),
    metadata: activity.metadata,
    created_at: activity.created_at.toISOString(),
    updated_at: activity.updated_at.toISOString(),
  };
}
