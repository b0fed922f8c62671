import type { SentCondition } from '../../kernel/custom-field-values';
import { CustomFieldsFilter, TagsFilter, IdentifiedListInput, SearchTerm } from '../../platform/fields/query-fields';
import { bulkInputOf, upsertInputOf } from '../../platform/records/bulk/bulk.dto';
import { createInputOf, updateInputOf } from '../../platform/records/record-classes';
import { companyMatchWays } from './company-match-ways';
import { companiesErrors } from './companies.errors';
import { Company } from './company.entity';

export class CreateCompanyInput extends createInputOf(Company, ['name']) {}

export class UpdateCompanyInput extends updateInputOf(Company) {}

export class UpsertCompanyInput extends upsertInputOf(CreateCompanyInput, companyMatchWays, {
  name: 'Acme GmbH',
  domain: 'acme.example',
}) {}

export class BulkCompaniesInput extends bulkInputOf(CreateCompanyInput, UpdateCompanyInput, companyMatchWays, {
  name: 'Acme GmbH',
  domain: 'acme.example',
}) {}

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
