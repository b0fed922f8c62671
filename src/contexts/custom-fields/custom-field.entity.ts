import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CustomFieldEntity } from '../../kernel/record-kinds';
import type { AccountId } from '../../kernel/account-id';
import type { FieldType } from './field-values';

/** The definition of a field that an account adds to its contacts, companies or projects. */
@Entity('custom_fields')
export class CustomField {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('text')
  entity_type!: CustomFieldEntity;

  @Column('text')
  label!: string;

  @Column('text')
  field_type!: FieldType;

  /** The options of an enum; else null. */
  @Column('text', { array: true, nullable: true })
  options!: readonly string[] | null;

  @Column('bool')
  required!: boolean;

  /** Whether no two records have the same value. */
  @Column('bool')
  unique!: boolean;

  @Column('bigint')
  display_order!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;
}
