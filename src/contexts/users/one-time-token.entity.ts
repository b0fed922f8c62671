import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';

export type TokenPurpose = 'invitation' | 'password_reset' | 'email_verification';

/** The token of a mailed link. Using it deletes it. */
@Entity('one_time_tokens')
export class OneTimeToken {
  @PrimaryColumn('bytea')
  token_hash!: Buffer;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid')
  user_id!: string;

  @Column('text')
  purpose!: TokenPurpose;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expires_at!: Date;
}
