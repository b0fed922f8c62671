import { Column, Entity } from 'typeorm';
import type { CustomFieldValues } from '../../kernel/custom-field-values';
import { exampleIds } from '../../platform/fields/view-fields';
import {
  CustomFieldsField,
  ExternalIdField,
  ReferenceField,
  TagsField,
  TextField,
} from '../../platform/records/field-kinds';
import { RecordRow } from '../../platform/records/record-row';
import { contactsErrors } from './contacts.errors';

const { external_id_taken, first_name_required, invalid_company_id, invalid_custom_fields, invalid_source_id } =
  contactsErrors;

@Entity('contacts')
export class Contact extends RecordRow {
  @ExternalIdField({ error: external_id_taken })
  external_id!: string | null;

  @TextField({
    max: 200,
    required: first_name_required,
    label: 'First name',
    description: 'Given name.',
    example: 'Grace',
  })
  first_name!: string;

  @TextField({ max: 200, label: 'Last name', description: 'Family name.', example: 'Hopper' })
  last_name!: string;

  @TextField({ max: 500, label: 'E-mail', description: 'E-mail address, in any form.', example: 'grace@acme.example' })
  email!: string;

  @TextField({ max: 50, label: 'Phone', description: 'Phone number, in any form.', example: '+49 30 901820' })
  phone!: string;

  @TextField({ max: 500, label: 'Job title', description: 'Job title.', example: 'Head of research' })
  job_title!: string;

  @TextField({ max: 500, label: 'Street and number', description: 'Street and number.', example: 'Unter den Linden 1' })
  address!: string;

  @TextField({ max: 500, label: 'City', description: 'City.', example: 'Berlin' })
  city!: string;

  @TextField({ max: 500, label: 'State or region', description: 'State or region.', example: 'Berlin' })
  state!: string;

  @TextField({ max: 500, label: 'Postal code', description: 'Postal code.', example: '10117' })
  zip_code!: string;

  @TextField({ max: 500, label: 'Country', description: 'Country.', example: 'Germany' })
  country!: string;

  @TextField({ max: 20_000, label: 'Notes', description: 'Notes.', example: 'Met at the trade fair.' })
  notes!: string;

  @ReferenceField({
    to: 'company',
    name: 'company_name',
    error: invalid_company_id,
    label: 'Company',
    description: 'The company the contact works for; null: none.',
    example: exampleIds.company,
  })
  company_id!: string | null;

  @ReferenceField({
    to: 'source',
    name: 'source_name',
    mustBeOpen: true,
    error: invalid_source_id,
    label: 'Source',
    description: 'Where the contact comes from; null: unknown. An archived source may stay, but not be newly set.',
    example: exampleIds.source,
  })
  source_id!: string | null;

  @TagsField()
  tags!: readonly string[];

  @CustomFieldsField({ error: invalid_custom_fields })
  custom_fields!: CustomFieldValues;

  /** The database makes it from names, e-mail and phone. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  protected readonly search_text?: string;
}
