import { Column, Entity } from 'typeorm';
import type { CustomFieldValues } from '../../kernel/custom-field-values';
import { CentsField, CountField, CustomFieldsField, TagsField, TextField } from '../../platform/records/field-kinds';
import { RecordRow } from '../../platform/records/record-row';
import { companiesErrors } from './companies.errors';

/** An organisation that contacts work for and projects are done for. */
@Entity('companies')
export class Company extends RecordRow {
  @TextField({ max: 200, required: true, description: 'What the company is called.', example: 'Acme GmbH' })
  name!: string;

  @TextField({ max: 500, description: 'Domain of its e-mail addresses, in any form.', example: 'acme.example' })
  domain!: string;

  @TextField({ max: 500, description: 'Industry.', example: 'Mechanical engineering' })
  industry!: string;

  @TextField({ max: 2_048, description: 'Website.', example: 'https://acme.example' })
  website!: string;

  @TextField({ max: 2_048, description: 'Page on LinkedIn.', example: 'https://linkedin.com/company/acme' })
  linkedin_url!: string;

  @TextField({ max: 50, description: 'Phone number, in any form.', example: '+49 30 901820' })
  phone!: string;

  @TextField({ max: 500, description: 'Street and number.', example: 'Unter den Linden 1' })
  address!: string;

  @TextField({ max: 500, description: 'City.', example: 'Berlin' })
  city!: string;

  @TextField({ max: 500, description: 'State or region.', example: 'Berlin' })
  state!: string;

  @TextField({ max: 500, description: 'Postal code.', example: '10117' })
  zip_code!: string;

  @TextField({ max: 500, description: 'Country.', example: 'Germany' })
  country!: string;

  @TextField({ max: 20_000, description: 'Notes.', example: 'Met at the trade fair.' })
  notes!: string;

  @CountField({ description: 'How many people work there; null: unknown.', example: 120 })
  employee_count!: number | null;

  @CentsField({ description: 'Revenue of a year, in cents; null: unknown.', example: 1_250_000_000 })
  annual_revenue!: number | null;

  @TagsField()
  tags!: readonly string[];

  @CustomFieldsField({ refuses: companiesErrors.invalid_custom_fields })
  custom_fields!: CustomFieldValues;

  /** The database makes it from the name; contacts are found by it. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  protected readonly name_search?: string;

  /** The database makes it from name and domain. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  protected readonly search_text?: string;
}
