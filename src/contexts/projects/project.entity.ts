import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { CustomFieldValues } from '../../kernel/custom-field-values';

export const stages = ['proposal', 'active', 'review', 'complete', 'archived'] as const;
export type Stage = (typeof stages)[number];

/** Work for a company, from the proposal to the end. */
@Entity('projects')
export class Project {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('text')
  name!: string;

  @Column('text')
  description!: string;

  @Column('text')
  stage!: Stage;

  @Column('uuid', { nullable: true })
  company_id!: string | null;

  @Column('uuid', { nullable: true })
  assigned_to!: string | null;

  /** In cents. */
  @Column('bigint', { nullable: true })
  value!: number | null;

  /** Days are texts `YYYY-MM-DD` everywhere: as a Date, a time zone could move them. */
  @Column('date', { nullable: true })
  start_date!: string | null;

  @Column('date', { nullable: true })
  end_date!: string | null;

  @Column('date', { nullable: true })
  renewal_date!: string | null;

  @Column('bool')
  is_retainer!: boolean;

  @Column('text')
  notes!: string;

  @Column('text', { array: true })
  tags!: readonly string[];

  @Column('jsonb')
  custom_fields!: CustomFieldValues;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;

  /** Made by the database from the name. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  readonly search_text?: string;
}

/** What other contexts call the records that a project refers to; null without a reference. */
export interface ProjectNames {
  readonly company_name: string | null;
  readonly assigned_name: string | null;
}

export type NamedProject = Project & ProjectNames;

/** What a project has as long as nobody says otherwise. */
export const unsetProject = {
  description: '',
  stage: 'proposal',
  company_id: null,
  assigned_to: null,
  value: null,
  start_date: null,
  end_date: null,
  renewal_date: null,
  is_retainer: false,
  notes: '',
  tags: [],
  custom_fields: {},
} as const satisfies Partial<Record<keyof Project, unknown>>;

/** ISO 8601 dates are ordered as texts are. */
export function endsBeforeStart({ start_date, end_date }: Partial<Pick<Project, 'start_date' | 'end_date'>>): boolean {
  return Boolean(start_date && end_date && end_date < start_date);
}
