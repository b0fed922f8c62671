import { bulkViewOf, upsertViewOf } from '../../platform/records/bulk/bulk.view';
import { viewOf } from '../../platform/records/record-classes';
import { Project } from './project.entity';

export class ProjectView extends viewOf('project', Project, ['company_name', 'assigned_name']) {}

export class UpsertedProjectView extends upsertViewOf(ProjectView) {}

export class BulkProjectsView extends bulkViewOf(ProjectView) {}
