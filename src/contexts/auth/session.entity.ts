import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';

/** A family of refresh tokens. It begins with a sign-in and ends for all of its tokens together. */
@Entity('sessions')
export class Session {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid')
  user_id!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expires_at!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  ended_at!: Date | null;

  /** How often a change of the password has ended all pairs of tokens but one. */
  @Column('bigint')
  token_generation!: number;

  /** The time of the last such change. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  pairs_ended_at!: Date | null;

  /** The pair that the last change left. Null after a change: the tokens of release 0.1.0, which name no pair. */
  @Column({ type: 'uuid', nullable: true })
  kept_pair_id!: string | null;
}
