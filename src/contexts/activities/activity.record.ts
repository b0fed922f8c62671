import { RecordDefinition } from '../../platform/records/record-definition';
import { CreateActivityInput, UpdateActivityInput } from './activities.dto';
import { activitiesErrors } from './activities.errors';
import { Activity, metadataViolations, linkViolations } from './activity.entity';
import { activityMatchWays } from './activity-match-ways';
import { ActivityView } from './activity.view';

export const activityRecord = new RecordDefinition({
  kind: 'activity',
  entity: Activity,
  view: ActivityView,
  create: CreateActivityInput,
  update: UpdateActivityInput,
  matchBy: activityMatchWays,
  errors: activitiesErrors,
  validate: (activity, changed) => [...linkViolations(activity), ...metadataViolations(activity, changed)],
});
