import type { CustomFieldValues } from '../../kernel/custom-field-values';
import {
  authorDescription,
  CustomFieldsValue,
  exampleIds,
  IdValue,
  MomentValue,
  ReferenceValue,
  TagsValue,
  TextValue,
} from '../../platform/fields/view-fields';
import type { NamedContact } from './contact.entity';

export class ContactView {
  @IdValue(exampleIds.contact)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @TextValue('Grace')
  first_name!: string;

  @TextValue('Hopper')
  last_name!: string;

  @TextValue('grace@acme.example')
  email!: string;

  @TextValue('+49 30 901820')
  phone!: string;

  @TextValue('Head of research')
  job_title!: string;

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

  @ReferenceValue(exampleIds.company, 'The company the contact works for.')
  company_id!: string | null;

  @TextValue('Acme GmbH', { description: 'Follows from `company_id`; empty without one.' })
  company_name!: string;

  @ReferenceValue(exampleIds.source, 'Where the contact comes from.')
  source_id!: string | null;

  @TextValue('Trade fair', { description: 'Follows from `source_id`; empty without one.' })
  source_name!: string;

  @TagsValue()
  tags!: readonly string[];

  @CustomFieldsValue()
  custom_fields!: CustomFieldValues;

  @MomentValue()
  created_at!: string;

  @MomentValue()
  updated_at!: string;
}

export function contactView(contact: NamedContact): ContactView {
  return {
    id: contact.id,
    account_id: contact.account_id,
    created_by: contact.created_by,
    first_name: contact.first_name,
    last_name: contact.last_name,
    email: contact.email,
    phone: contact.phone,
    job_title: contact.job_title,
    address: contact.address,
    city: contact.city,
    state: contact.state,
    zip_code: contact.zip_code,
    country: contact.country,
    notes: contact.notes,
    company_id: contact.company_id,
    company_name: contact.company_name ?? '',
    source_id: contact.source_id,
    source_name: contact.source_name ?? '',
    tags: contact.tags,
    custom_fields: contact.custom_fields,
    created_at: contact.created_at.toISOString(),
    updated_at: contact.updated_at.toISOString(),
  };
}
