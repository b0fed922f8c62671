import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues } from '../../kernel/custom-field-values';

/** An organisation that contacts work for and projects are done for. */
@Entity('companies')
export class Company {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('text')
  name!: string;

  @Column('text')
  domain!: string;

  @Column('text')
  industry!: string;

  @Column('text')
  website!: string;

  @Column('text')
  linkedin_url!: string;

  @Column('text')
  phone!: string;

  @Column('text')
  address!: string;

  @Column('text')
  city!: string;

  @Column('text')
  state!: string;

  @Column('text')
  zip_code!: string;

  @Column('text')
  country!: string;

  @Column('text')
  notes!: string;

  @Column('bigint', { nullable: true })
  employee_count!: number | null;

  /** In cents. */
  @Column('bigint', { nullable: true })
  annual_revenue!: number | null;

  @Column('text', { array: true })
  tags!: readonly string[];

  @Column('jsonb')
  custom_fields!: CustomFieldValues;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;

  /** Made by the database from the name; contacts are found by it. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  readonly name_search?: string;

  /** Made by the database from name and domain. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  readonly search_text?: string;
}

/** What a company has as long as nobody says otherwise. */
export const unsetCompany = {
  domain: '',
  industry: '',
  website: '',
  linkedin_url: '',
  phone: '',
  address: '',
  city: '',
  state: '',
  zip_code: '',
  country: '',
  notes: '',
  employee_count: null,
  annual_revenue: null,
  tags: [],
  custom_fields: {},
} as const satisfies Partial<Record<keyof Company, unknown>>;
