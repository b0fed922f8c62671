import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';

/** A server-to-server client of an account. */
@Entity('oauth_apps')
export class OAuthApp {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  @Column('uuid', { nullable: true })
  created_by!: string | null;

  @Column('text')
  name!: string;

  @Column('text')
  client_id!: string;

  @Column('bytea')
  client_secret_hash!: Buffer;

  @Column('text')
  client_secret_prefix!: string;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked_at!: Date | null;

  /** Since when the app waits for the confirmation of an owner: it gets no tokens, and those it has are refused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  suspended_at!: Date | null;

  /** Tokens that were issued until then are refused for good. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  tokens_refused_until!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  last_used_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}
