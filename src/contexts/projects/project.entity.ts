import { Column, Entity } from 'typeorm';
import type { CustomFieldValues } from '../../kernel/custom-field-values';
import type { Violation } from '../../kernel/domain-error';
import { isCalendarDate } from '../../kernel/timestamp';
import { exampleIds } from '../../platform/fields/view-fields';
import {
  BooleanField,
  CentsField,
  CustomFieldsField,
  DateField,
  EnumField,
  ExternalIdField,
  ReferenceField,
  TagsField,
  TextField,
} from '../../platform/records/field-kinds';
import { RecordRow } from '../../platform/records/record-row';
import { projectsErrors } from './projects.errors';

const {
  external_id_taken,
  invalid_assigned_to,
  invalid_company_id,
  invalid_custom_fields,
  invalid_request,
  invalid_stage,
  name_required,
} = projectsErrors;

export const stages = ['proposal', 'active', 'review', 'complete', 'archived'] as const;
export type Stage = (typeof stages)[number];

const endBeforeStart = 'must not be before start_date';

/** Work for a company, from the proposal to the end. */
@Entity('projects')
export class Project extends RecordRow {
  @ExternalIdField({ error: external_id_taken })
  external_id!: string | null;

  @TextField({ max: 200, required: name_required, description: 'What the project is called.', example: 'New website' })
  name!: string;

  @TextField({ max: 20_000, description: 'What it is about.', example: 'Design and launch of the new website.' })
  description!: string;

  @EnumField({
    members: stages,
    definition: invalid_stage,
    initial: 'proposal',
    description: 'How far it is.',
    example: 'active',
  })
  stage!: Stage;

  @ReferenceField({
    to: 'company',
    name: 'company_name',
    error: invalid_company_id,
    description: 'The company the project is for; null: none.',
    example: exampleIds.company,
  })
  company_id!: string | null;

  @ReferenceField({
    to: 'user',
    name: 'assigned_name',
    mustBeOpen: true,
    error: invalid_assigned_to,
    description:
      'The user who is responsible; null: nobody. One who is deactivated may stay, but not be newly set; nor may one who has not accepted the invitation.',
    example: exampleIds.user,
  })
  assigned_to!: string | null;

  @CentsField({ description: 'What it is worth, in cents; null: unknown.', example: 1_200_000 })
  value!: number | null;

  @DateField({ description: 'The first day; null: open.', example: '2026-01-31' })
  start_date!: string | null;

  @DateField({
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
  end_date!: string | null;

  @DateField({ description: 'When it is to be renewed; null: open.', example: '2027-06-30' })
  renewal_date!: string | null;

  @BooleanField({ description: 'Whether it is paid for regularly.', example: false })
  is_retainer!: boolean;

  @TextField({ max: 20_000, description: 'Notes.', example: 'Kick-off in Berlin.' })
  notes!: string;

  @TagsField()
  tags!: readonly string[];

  @CustomFieldsField({ error: invalid_custom_fields })
  custom_fields!: CustomFieldValues;

  /** PostgreSQL generates it from the name. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  protected readonly search_text?: string;
}

/** ISO 8601 dates sort like texts. */
function endsBeforeStart({ start_date, end_date }: Pick<Project, 'start_date' | 'end_date'>): boolean {
  return Boolean(start_date && end_date && end_date < start_date);
}

/** A PATCH may send only one of the two days. The record has the other one. */
export function dateOrderViolations(project: Project): Violation[] {
  if (!endsBeforeStart(project)) return [];
  return [{ definition: invalid_request, field: 'end_date', message: `end_date ${endBeforeStart}` }];
}
