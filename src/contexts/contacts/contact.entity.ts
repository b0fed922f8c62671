import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues } from '../../kernel/custom-field-values';

/** A person. */
@Entity('contacts')
export class Contact {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('text')
  first_name!: string;

  @Column('text')
  last_name!: string;

  @Column('text')
  email!: string;

  @Column('text')
  phone!: string;

  @Column('text')
  job_title!: string;

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

  @Column('uuid', { nullable: true })
  company_id!: string | null;

  @Column('uuid', { nullable: true })
  source_id!: string | null;

  @Column('text', { array: true })
  tags!: readonly string[];

  @Column('jsonb')
  custom_fields!: CustomFieldValues;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;

  /** Made by the database from names, e-mail and phone. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  readonly search_text?: string;
}

/** What other contexts call the records that a contact refers to; null without a reference. */
export interface ContactNames {
  readonly company_name: string | null;
  readonly source_name: string | null;
}

export type NamedContact = Contact & ContactNames;

/** What a contact has as long as nobody says otherwise. */
export const unsetContact = {
  last_name: '',
  email: '',
  phone: '',
  job_title: '',
  address: '',
  city: '',
  state: '',
  zip_code: '',
  country: '',
  notes: '',
  company_id: null,
  source_id: null,
  tags: [],
  custom_fields: {},
} as const satisfies Partial<Record<keyof Contact, unknown>>;
