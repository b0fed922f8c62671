import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Role } from '../../kernel/caller';
import { newId } from '../../platform/database/ids';

@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  account_id!: AccountId;

  /** In the spelling of the user; `""` for a user who has lost the address to somebody who proved it. */
  @Column('text')
  email!: string;

  /** In the form in which addresses are compared; the id, which is no address, for a user without an address. */
  @Column('text')
  email_key!: string;

  /** The mailbox to which the invitation went, in the form in which mailboxes are compared. */
  @Column('text', { nullable: true })
  mailbox_key!: string | null;

  @Column('text')
  name!: string;

  @Column('text')
  role!: Role;

  /** Null until the invitation is accepted. A user with a password holds the address. */
  @Column('text', { nullable: true })
  password_hash!: string | null;

  /** When the user proved that the address is theirs. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  email_verified_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  invited_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deactivated_at!: Date | null;

  /**
   * Equal to `deactivated_at` while the user waits for the confirmation of an owner. An instance of the previous
   * release that activates and deactivates the user leaves another time here.
   */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  suspended_at!: Date | null;

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

type Person = Pick<User, 'account_id' | 'email' | 'name' | 'role' | 'password_hash'>;

export function newUser(person: Person, now: Date): User {
  return {
    ...person,
    id: newId(),
    email_key: emailKey(person.email),
    mailbox_key: null,
    email_verified_at: null,
    invited_at: null,
    deactivated_at: null,
    suspended_at: null,
    last_login_at: null,
    created_at: now,
    updated_at: now,
  };
}

/** A user who has not accepted the invitation cannot act for the account. */
export function isActiveOwner({ role, deactivated_at, password_hash }: User): boolean {
  return role === 'owner' && deactivated_at === null && password_hash !== null;
}
