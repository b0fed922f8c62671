import type { SentCondition, SentCustomFieldValues } from '../../kernel/custom-field-values';
import { Text } from '../../platform/fields/fields';
import { HasCustomFieldValues, HasTags, RecordListInput, Term } from '../../platform/fields/query-fields';
import { Cents, CustomFieldValues, Integer, Tags } from '../../platform/fields/record-fields';
import { companiesErrors } from './companies.errors';

const name = { max: 200, required: true, description: 'What the company is called.', example: 'Acme GmbH' } as const;

export class UpdateCompanyInput {
  @Text({ ...name, optional: true })
  name?: string;

  @Text({ max: 500, description: 'Domain of its e-mail addresses, in any form.', example: 'acme.example' })
  domain?: string;

  @Text({ max: 500, description: 'Industry.', example: 'Mechanical engineering' })
  industry?: string;

  @Text({ max: 2_048, description: 'Website.', example: 'https://acme.example' })
  website?: string;

  @Text({ max: 2_048, description: 'Page on LinkedIn.', example: 'https://linkedin.com/company/acme' })
  linkedin_url?: string;

  @Text({ max: 50, description: 'Phone number, in any form.', example: '+49 30 901820' })
  phone?: string;

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

  @Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'How many people work there; null: unknown.',
    example: 120,
  })
  employee_count?: number | null;

  @Cents({ description: 'Revenue of a year, in cents; null: unknown.', example: 1_250_000_000 })
  annual_revenue?: number | null;

  @Tags({ description: 'Tags; the whole list, in order.', example: ['vip', 'eu'] })
  tags?: string[];

  @CustomFieldValues({
    definition: companiesErrors.invalid_custom_fields,
    description: 'Values of custom fields, by the ids of their definitions.',
    example: {},
  })
  custom_fields?: SentCustomFieldValues;
}

export class CreateCompanyInput extends UpdateCompanyInput {
  @Text(name)
  override name!: string;
}

export class ListCompaniesInput extends RecordListInput {
  @Term({
    description:
      'A part of the name or the domain, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation.',
    example: 'acme',
  })
  search?: string;

  @HasTags()
  tags?: string[];

  @HasCustomFieldValues({ definition: companiesErrors.invalid_custom_fields })
  custom_fields?: SentCondition[];
}
