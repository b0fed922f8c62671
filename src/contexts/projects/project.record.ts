import { RecordDefinition } from '../../platform/records/record-definition';
import { Project, dateOrderViolations } from './project.entity';
import { projectMatchWays } from './project-match-ways';
import { ProjectView } from './project.view';
import { CreateProjectInput, UpdateProjectInput } from './projects.dto';
import { projectsErrors } from './projects.errors';

export const projectRecord = new RecordDefinition({
  kind: 'project',
  entity: Project,
  view: ProjectView,
  create: CreateProjectInput,
  update: UpdateProjectInput,
  matchBy: projectMatchWays,
  errors: projectsErrors,
  validate: dateOrderViolations,
  isReferredTo: true,
});
