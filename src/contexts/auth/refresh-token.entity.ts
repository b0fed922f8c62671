import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';

@Entity('refresh_tokens')
export class RefreshToken {
  /** SHA-256 of the token. */
  @PrimaryColumn('bytea')
  token_hash!: Buffer;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid')
  session_id!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expires_at!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  used_at!: Date | null;

  /** The `jti` of the access token of the same pair. Null: issued by release 0.1.0. */
  @Column({ type: 'uuid', nullable: true })
  pair_id!: string | null;

  /** That of the session when the pair was issued. */
  @Column('bigint')
  token_generation!: number;

  /** Hash of the refresh token for which this one was given out. Tokens given out for the same one are siblings. */
  @Column({ type: 'bytea', nullable: true })
  parent_hash!: Buffer | null;

  /** When one of the tokens given out for this one was used. From then on its siblings are retired. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  successor_used_at!: Date | null;
}
