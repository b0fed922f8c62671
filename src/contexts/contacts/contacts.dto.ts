import type { SentCondition, SentCustomFieldValues } from '../../kernel/custom-field-values';
import { Text } from '../../platform/fields/fields';
import {
  HasCustomFieldValues,
  HasTags,
  RecordListInput,
  RefersTo,
  RefersToOneOf,
  Term,
} from '../../platform/fields/query-fields';
import { CustomFieldValues, Reference, Tags } from '../../platform/fields/record-fields';
import { exampleIds } from '../../platform/fields/view-fields';
import { contactsErrors } from './contacts.errors';

const first_name = {
  max: 200,
  required: contactsErrors.first_name_required,
  description: 'Given name.',
  example: 'Grace',
} as const;

export class UpdateContactInput {
  @Text({ ...first_name, optional: true })
  first_name?: string;

  @Text({ max: 200, description: 'Family name.', example: 'Hopper' })
  last_name?: string;

  @Text({ max: 500, description: 'E-mail address, in any form.', example: 'grace@acme.example' })
  email?: string;

  @Text({ max: 50, description: 'Phone number, in any form.', example: '+49 30 901820' })
  phone?: string;

  @Text({ max: 500, description: 'Job title.', example: 'Head of research' })
  job_title?: string;

  @Text({ max: 500, description: 'Street and number.', example: 'Unter den Linden 1' })
  address?: string;

  @Text({ max: 500, description: 'City.', example: 'Berlin' })
  city?: string;

  @Text({ max: 500, description: 'State or region.', example: 'Berlin' })
  state?: string;

  @Text({ max: 500, description: 'Postal code.', example: '10117' })
  zip_code?: string;

  @Text({ max: 500, description: 'Country.', example: 'Germany' })
  country?: string;

  @Text({ max: 20_000, description: 'Notes.', example: 'Met at the trade fair.' })
  notes?: string;

  @Reference({
    definition: contactsErrors.invalid_company_id,
    description: 'The company the contact works for; null: none.',
    example: null,
  })
  company_id?: string | null;

  @Reference({
    definition: contactsErrors.invalid_source_id,
    description: 'Where the contact comes from; null: unknown. An archived source may stay, but not be newly set.',
    example: null,
  })
  source_id?: string | null;

  @Tags({ description: 'Tags; the whole list, in order.', example: ['vip', 'eu'] })
  tags?: string[];

  @CustomFieldValues({
    definition: contactsErrors.invalid_custom_fields,
    description: 'Values of custom fields, by the ids of their definitions.',
    example: {},
  })
  custom_fields?: SentCustomFieldValues;
}

export class CreateContactInput extends UpdateContactInput {
  @Text(first_name)
  override first_name!: string;
}

export class ListContactsInput extends RecordListInput {
  @Term({
    description:
      'A part of the first, last or full name, the e-mail address, the phone number or the company’s name, whatever its ' +
      'case and accents; one or two characters: the beginning of a word; a space also stands for punctuation.',
    example: 'hopper',
  })
  search?: string;

  @HasTags()
  tags?: string[];

  @HasCustomFieldValues({ definition: contactsErrors.invalid_custom_fields })
  custom_fields?: SentCondition[];

  @RefersTo({
    definition: contactsErrors.invalid_company_id,
    description: 'Only contacts of this company.',
    example: exampleIds.company,
  })
  company_id?: string;

  @RefersToOneOf({
    definition: contactsErrors.invalid_company_id,
    description: 'Only contacts of one of these companies; repeat the parameter.',
    example: [exampleIds.company],
  })
  company_ids?: string[];

  @RefersToOneOf({
    definition: contactsErrors.invalid_source_id,
    description: 'Only contacts from one of these sources; repeat the parameter.',
    example: [exampleIds.source],
  })
  source_ids?: string[];

  @Term({
    description: 'Only contacts with exactly this e-mail address, whatever its case.',
    example: 'grace@acme.example',
  })
  email?: string;
}
