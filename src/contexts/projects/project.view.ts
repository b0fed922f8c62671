import type { CustomFieldValues } from '../../kernel/custom-field-values';
import {
  authorDescription,
  CustomFieldsValue,
  DateValue,
  EnumValue,
  exampleIds,
  IdValue,
  IntegerValue,
  MomentValue,
  ReferenceValue,
  TagsValue,
  TextValue,
  YesOrNoValue,
} from '../../platform/fields/view-fields';
import { type NamedProject, type Stage, stages } from './project.entity';

export class ProjectView {
  @IdValue(exampleIds.project)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @TextValue('New website')
  name!: string;

  @TextValue('Design and launch of the new website.')
  description!: string;

  @EnumValue(stages, 'active')
  stage!: Stage;

  @ReferenceValue(exampleIds.company, 'The company the project is for.')
  company_id!: string | null;

  @TextValue('Acme GmbH', { description: 'Follows from `company_id`; empty without one.' })
  company_name!: string;

  @ReferenceValue(exampleIds.user, 'The user who is responsible.')
  assigned_to!: string | null;

  @TextValue('Ada Lovelace', { description: 'Follows from `assigned_to`; empty without one.' })
  assigned_name!: string;

  @IntegerValue(1_200_000, 'What it is worth, in cents.')
  value!: number | null;

  @DateValue('2026-01-31', 'The first day.')
  start_date!: string | null;

  @DateValue('2026-06-30', 'The last day.')
  end_date!: string | null;

  @DateValue('2027-06-30', 'When it is to be renewed.')
  renewal_date!: string | null;

  @YesOrNoValue(false, 'Whether it is paid for regularly.')
  is_retainer!: boolean;

  @TextValue('Kick-off in Berlin.')
  notes!: string;

  @TagsValue()
  tags!: readonly string[];

  @CustomFieldsValue()
  custom_fields!: CustomFieldValues;

  @MomentValue()
  created_at!: string;

  @MomentValue()
  updated_at!: string;
}

export function projectView(project: NamedProject): ProjectView {
  return {
    id: project.id,
    account_id: project.account_id,
    created_by: project.created_by,
    name: project.name,
    description: project.description,
    stage: project.stage,
    company_id: project.company_id,
    company_name: project.company_name ?? '',
    assigned_to: project.assigned_to,
    assigned_name: project.assigned_name ?? '',
    value: project.value,
    start_date: project.start_date,
    end_date: project.end_date,
    renewal_date: project.renewal_date,
    is_retainer: project.is_retainer,
    notes: project.notes,
    tags: project.tags,
    custom_fields: project.custom_fields,
    created_at: project.created_at.toISOString(),
    updated_at: project.updated_at.toISOString(),
  };
}
