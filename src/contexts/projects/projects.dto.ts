import type { SentCondition, SentCustomFieldValues } from '../../kernel/custom-field-values';
import { Enum, Text } from '../../platform/fields/fields';
import {
  Cursor,
  HasCustomFieldValues,
  HasTags,
  Limit,
  RecordListInput,
  RefersTo,
  Term,
} from '../../platform/fields/query-fields';
import { CalendarDate, Cents, CustomFieldValues, Reference, Tags, YesOrNo } from '../../platform/fields/record-fields';
import { isCalendarDate } from '../../kernel/moment';
import { exampleIds } from '../../platform/fields/view-fields';
import { endsBeforeStart, type Stage, stages } from './project.entity';
import { endBeforeStart, projectsErrors } from './projects.errors';

const name = {
  max: 200,
  required: projectsErrors.name_required,
  description: 'What the project is called.',
  example: 'New website',
} as const;
const stage = {
  members: stages,
  definition: projectsErrors.invalid_stage,
  description: 'How far it is.',
  example: 'active',
  optional: true,
} as const;

export class UpdateProjectInput {
  @Text({ ...name, optional: true })
  name?: string;

  @Text({ max: 20_000, description: 'What it is about.', example: 'Design and launch of the new website.' })
  description?: string;

  @Enum(stage)
  stage?: Stage;

  @Reference({
    definition: projectsErrors.invalid_company_id,
    description: 'The company the project is for; null: none.',
    example: null,
  })
  company_id?: string | null;

  @Reference({
    definition: projectsErrors.invalid_assigned_to,
    description: 'The user who is responsible; null: nobody. One who is deactivated may stay, but not be newly set.',
    example: null,
  })
  assigned_to?: string | null;

  @Cents({ description: 'What it is worth, in cents; null: unknown.', example: 1_200_000 })
  value?: number | null;

  @CalendarDate({ description: 'The first day; null: open.', example: '2026-01-31' })
  start_date?: string | null;

  @CalendarDate({
    description: 'The last day, not before the first; null: open.',
    example: '2026-06-30',
    rules: [
      {
        name: 'isNotBeforeStart',
        holds: (end_date, { start_date }) =>
          !isCalendarDate(start_date) || !isCalendarDate(end_date) || !endsBeforeStart({ start_date, end_date }),
        message: endBeforeStart,
      },
    ],
  })
  end_date?: string | null;

  @CalendarDate({ description: 'When it is to be renewed; null: open.', example: '2027-06-30' })
  renewal_date?: string | null;

  @YesOrNo({ description: 'Whether it is paid for regularly.', example: false })
  is_retainer?: boolean;

  @Text({ max: 20_000, description: 'Notes.', example: 'Kick-off in Berlin.' })
  notes?: string;

  @Tags({ description: 'Tags; the whole list, in order.', example: ['vip', 'eu'] })
  tags?: string[];

  @CustomFieldValues({
    definition: projectsErrors.invalid_custom_fields,
    description: 'Values of custom fields, by the ids of their definitions.',
    example: {},
  })
  custom_fields?: SentCustomFieldValues;
}

export class CreateProjectInput extends UpdateProjectInput {
  @Text(name)
  override name!: string;

  @Enum({ ...stage, fallback: 'proposal' })
  override stage?: Stage;

  @YesOrNo({ description: 'Whether it is paid for regularly.', example: false, fallback: false })
  override is_retainer?: boolean;
}

export class ListProjectsInput extends RecordListInput {
  @Term({
    description:
      'A part of the name, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation.',
    example: 'website',
  })
  search?: string;

  @HasTags()
  tags?: string[];

  @Enum({ ...stage, description: 'Only projects in this stage.' })
  stage?: Stage;

  @RefersTo({
    definition: projectsErrors.invalid_company_id,
    description: 'Only projects for this company.',
    example: exampleIds.company,
  })
  company_id?: string;

  @RefersTo({
    definition: projectsErrors.invalid_assigned_to,
    description: 'Only projects that this user is responsible for.',
    example: exampleIds.user,
  })
  assigned_to?: string;

  @HasCustomFieldValues({ definition: projectsErrors.invalid_custom_fields })
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
