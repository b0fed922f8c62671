import type { SentCondition } from '../../kernel/custom-field-values';
import { CustomFieldsFilter, TagsFilter, IdentifiedListInput, SearchTerm } from '../../platform/fields/query-fields';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { companiesErrors } from './companies.errors';
import { Company } from './company.entity';

export class CreateCompanyInput extends createInputOf(Company, ['name']) {}

export class UpdateCompanyInput extends updateInputOf(Company) {}

export class ListCompaniesInput extends IdentifiedListInput {
  @SearchTerm({
    description:
      'A part of the name or the domain, whatever its case and accents; one or two characters: the beginning of a word; a space also stands for punctuation.',
    example: 'acme',
  })
  search?: string;

  @TagsFilter()
  tags?: string[];

  @CustomFieldsFilter({ definition: companiesErrors.invalid_custom_fields })
  custom_fields?: SentCondition[];
}
