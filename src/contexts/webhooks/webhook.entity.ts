import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';

/** An endpoint to which events of an account are sent. */
@Entity('webhooks')
export class Webhook {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('text')
  url!: string;

  @Column('bigint')
  url_version!: number;

  @Column('text')
  description!: string;

  @Column('text', { array: true })
  events!: string[];

  @Column('bool')
  is_active!: boolean;

  @Column('text', { nullable: true })
  disabled_reason!: string | null;

  /** Set while the endpoint is switched off until an owner confirms it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  suspended_at!: Date | null;

  @Column('bytea')
  secret!: Buffer;

  @Column('text')
  secret_prefix!: string;

  @Column('bytea', { nullable: true })
  previous_secret!: Buffer | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  previous_secret_until!: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  healthy_at!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  failing_since!: Date | null;

  @Column('bigint')
  failed_attempts!: number;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  given_up_told_at!: Date | null;

  @Column('bool', { nullable: true })
  is_quick!: boolean | null;

  @Column('bigint', { nullable: true })
  timeouts!: number | null;

  @Column('bigint', { nullable: true })
  after_position!: number | null;

  @Column('bigint', { nullable: true })
  waiting_at_most!: number | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  count_again_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  missed_since!: Date | null;

  @Column('bigint', { nullable: true })
  missed_position!: number | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}
