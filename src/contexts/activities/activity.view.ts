import { bulkViewOf, upsertViewOf } from '../../platform/records/bulk/bulk.view';
import { ApiOneOf } from '../../platform/openapi/openapi';
import { viewOf } from '../../platform/records/record-classes';
import { Activity } from './activity.entity';
import { documentedMetadata } from './activity-metadata';

const names = ['created_by_name', 'contact_name', 'company_name', 'project_name'] as const;

@ApiOneOf('activity_type', {
  CallView: { type: 'call', metadata: documentedMetadata('call') },
  EmailView: { type: 'email', metadata: documentedMetadata('email') },
  MeetingView: { type: 'meeting', metadata: documentedMetadata('meeting') },
})
export class ActivityView extends viewOf('activity', Activity, names) {}

export class UpsertedActivityView extends upsertViewOf(ActivityView) {}

export class BulkActivitiesView extends bulkViewOf(ActivityView) {}
