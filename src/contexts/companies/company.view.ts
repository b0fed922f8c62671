import type { CustomFieldValues } from '../../kernel/custom-field-values';
import {
  authorDescription,
  CustomFieldsValue,
  exampleIds,
  IdValue,
  IntegerValue,
  MomentValue,
  ReferenceValue,
  TagsValue,
  TextValue,
} from '../../platform/fields/view-fields';
import type { Company } from './company.entity';

export class CompanyView {
  @IdValue(exampleIds.company)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @TextValue('Acme GmbH')
  name!: string;

  @TextValue('acme.example')
  domain!: string;

  @TextValue('Mechanical engineering')
  industry!: string;

  @TextValue('https://acme.example')
  website!: string;

  @TextValue('https://linkedin.com/company/acme')
  linkedin_url!: string;

  @TextValue('+49 30 901820')
  phone!: string;

  @TextValue('Unter den Linden 1')
  address!: string;

  @TextValue('Berlin')
  city!: string;

  @TextValue('Berlin')
  state!: string;

  @TextValue('10117')
  zip_code!: string;

  @TextValue('Germany')
  country!: string;

  @TextValue('Met at the trade fair.')
  notes!: string;

  @IntegerValue(120, 'How many people work there.')
  employee_count!: number | null;

  @IntegerValue(1_250_000_000, 'Revenue of a year, in cents.')
  annual_revenue!: number | null;

  @TagsValue()
  tags!: readonly string[];

  @CustomFieldsValue()
  custom_fields!: CustomFieldValues;

  @MomentValue()
  created_at!: string;

  @MomentValue()
  updated_at!: string;
}

export function companyView(company: Company): CompanyView {
  return {
    id: company.id,
    account_id: company.account_id,
    created_by: company.created_by,
    name: company.name,
    domain: company.domain,
    industry: company.industry,
    website: company.website,
    linkedin_url: company.linkedin_url,
    phone: company.phone,
    address: company.address,
    city: company.city,
    state: company.state,
    zip_code: company.zip_code,
    country: company.country,
    notes: company.notes,
    employee_count: company.employee_count,
    annual_revenue: company.annual_revenue,
    tags: company.tags,
    custom_fields: company.custom_fields,
    created_at: company.created_at.toISOString(),
    updated_at: company.updated_at.toISOString(),
  };
}
