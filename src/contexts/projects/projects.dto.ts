import type { SentCondition } from '../../kernel/custom-field-values';
import { Enum, Text } from '../../platform/fields/fields';
import {
  Cursor,
  CustomFieldsFilter,
  TagsFilter,
  Limit,
  IdentifiedListInput,
  ReferenceFilter,
  SearchTerm,
} from '../../platform/fields/query-fields';
import { exampleIds } from '../../platform/fields/view-fields';
import { bulkInputOf, upsertInputOf } from '../../platform/records/bulk/bulk.dto';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { projectMatchWays } from './project-match-ways';
import { Project, type Stage, stages } from './project.entity';
import { projectsErrors } from './projects.errors';

export class CreateProjectInput extends createInputOf(Project, ['name']) {}

export class UpdateProjectInput extends updateInputOf(Project) {}

export class UpsertProjectInput extends upsertInputOf(CreateProjectInput, projectMatchWays, {
  name: 'Website',
  external_id: 'project-4711',
}) {}

export class BulkProjectsInput extends bulkInputOf(CreateProjectInput, UpdateProjectInput, projectMatchWays, {
  name: 'Website',
}) {}

export class ListProjectsInput extends IdentifiedListInput {
  @SearchTerm({
    description:
      'A part of the name, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation.',
    example: 'website',
  })
  search?: string;

  @TagsFilter()
  tags?: string[];

  @Enum({
    members: stages,
    definition: projectsErrors.invalid_stage,
    description: 'Only projects in this stage.',
    example: 'active',
    optional: true,
  })
  stage?: Stage;

  @ReferenceFilter({
    definition: projectsErrors.invalid_company_id,
    description: 'Only projects for this company.',
    example: exampleIds.company,
  })
  company_id?: string;

  @ReferenceFilter({
    definition: projectsErrors.invalid_assigned_to,
    description: 'Only projects that this user is responsible for.',
    example: exampleIds.user,
  })
  assigned_to?: string;

  @CustomFieldsFilter({ definition: projectsErrors.invalid_custom_fields })
  custom_fields?: SentCondition[];
}

export class ProjectContactInput {
  @Text({ max: 500, description: 'What the contact does in the project.', example: 'Decides' })
  role?: string;
}

export class ListProjectContactsInput {
  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}
