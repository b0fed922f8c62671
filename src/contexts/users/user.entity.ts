import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Role } from '../../kernel/caller';

@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  /** In the spelling of the user. */
  @Column('text')
  email!: string;

  /** In the form in which addresses are compared. */
  @Column('text')
  email_key!: string;

  @Column('text')
  name!: string;

  @Column('text')
  role!: Role;

  @Column('text', { nullable: true })
  password_hash!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  invited_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deactivated_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  last_login_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}

/** Two addresses are equal if they look the same (NFKC) and differ only in case. */
export function emailKey(email: string): string {
  return email.normalize('NFKC').toLowerCase();
}
