import { viewOf } from '../../platform/records/record-classes';
import { Project } from './project.entity';

export class ProjectView extends viewOf('project', Project, ['company_name', 'assigned_name']) {}
