import { Column, Entity } from 'typeorm';
import type { CustomFieldValues } from '../../kernel/custom-field-values';
import {
  CentsField,
  CountField,
  CustomFieldsField,
  ExternalIdField,
  TagsField,
  TextField,
} from '../../platform/records/field-kinds';
import { RecordRow } from '../../platform/records/record-row';
import { companiesErrors } from './companies.errors';

/** An organisation that contacts work for and projects are done for. */
@Entity('companies')
export class Company extends RecordRow {
  @ExternalIdField({ error: companiesErrors.external_id_taken })
  external_id!: string | null;

  @TextField({
    max: 200,
    required: true,
    label: 'Name',
    description: 'What the company is called.',
    example: 'Acme GmbH',
  })
  name!: string;

  @TextField({
    max: 500,
    label: 'Domain',
    description: 'Domain of its e-mail addresses, in any form.',
    example: 'acme.example',
  })
  domain!: string;

  @TextField({ max: 500, label: 'Industry', description: 'Industry.', example: 'Mechanical engineering' })
  industry!: string;

  @TextField({ max: 2_048, isUrl: true, label: 'Website', description: 'Website.', example: 'https://acme.example' })
  website!: string;

  @TextField({
    max: 2_048,
    isUrl: true,
    label: 'LinkedIn page',
    description: 'Page on LinkedIn.',
    example: 'https://linkedin.com/company/acme',
  })
  linkedin_url!: string;

  @TextField({ max: 50, label: 'Phone', description: 'Phone number, in any form.', example: '+49 30 901820' })
  phone!: string;

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

  @CountField({ label: 'Number of employees', description: 'How many people work there; null: unknown.', example: 120 })
  employee_count!: number | null;

  @CentsField({
    label: 'Annual revenue',
    description: 'Revenue of a year, in cents; null: unknown.',
    example: 1_250_000_000,
  })
  annual_revenue!: number | null;

  @TagsField()
  tags!: readonly string[];

  @CustomFieldsField({ error: companiesErrors.invalid_custom_fields })
  custom_fields!: CustomFieldValues;

  /** PostgreSQL generates it from the name. Contacts are searched by it. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  protected readonly name_search?: string;

  /** PostgreSQL generates it from name and domain. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  protected readonly search_text?: string;
}
