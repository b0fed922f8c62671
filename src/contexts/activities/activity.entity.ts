import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { ActivityMetadata, ActivityType } from './activity-metadata';

/** Something that happened with a contact, a company or in a project. */
@Entity('activities')
export class Activity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('text')
  activity_type!: ActivityType;

  @Column('uuid', { nullable: true })
  contact_id!: string | null;

  @Column('uuid', { nullable: true })
  company_id!: string | null;

  @Column('uuid', { nullable: true })
  project_id!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  occurred_at!: Date;

  @Column('jsonb')
  metadata!: ActivityMetadata;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}

export const links = ['contact_id', 'company_id', 'project_id'] as const;
export type Links = Pick<Activity, (typeof links)[number]>;

/** What other contexts call the records that an activity refers to; null without a reference. */
export interface ActivityNames {
  readonly created_by_name: string | null;
  readonly contact_name: string | null;
  readonly company_name: string | null;
  readonly project_name: string | null;
}

export type NamedActivity = Activity & ActivityNames;

/** An activity tells of at least one record. */
export function hasNoLink(activity: Partial<Links>): boolean {
  return links.every((link) => activity[link] === null || activity[link] === undefined);
}
