import { Injectable } from '@nestjs/common';
import type { Role } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { emailKey, type User } from './user.entity';
import { UsersRepository } from './users.repository';

/** A user as other contexts see one. */
export interface UserRecord {
  readonly id: string;
  readonly account_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string | null;
  readonly deactivated_at: Date | null;
}

export interface AccountRecord {
  readonly id: string;
  readonly name: string;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes an account with its first owner.
   *
   * @throws DomainError `auth.email_taken` when any account has a user with this address.
   */
  async createAccountWithOwner(owner: {
    readonly email: string;
    readonly name: string;
    readonly password_hash: string;
    readonly account_name: string;
  }): Promise<UserRecord> {
    const now = this.clock.now();
    const account = { id: newId(), name: owner.account_name, created_at: now, updated_at: now };
    const user: User = {
      id: newId(),
      account_id: account.id,
      email: owner.email,
      email_key: emailKey(owner.email),
      name: owner.name,
      role: 'owner',
      password_hash: owner.password_hash,
      invited_at: null,
      deactivated_at: null,
      last_login_at: now,
      created_at: now,
      updated_at: now,
    };
    await this.transactions.run(async () => {
      await this.repository.insertAccount(account);
      await this.repository.insert(user);
    });
    return user;
  }

  async findByEmail(email: string): Promise<UserRecord | null> {
    return this.repository.findByEmail(email);
  }

  async find(accountId: string, id: string): Promise<UserRecord | null> {
    return this.repository.find(accountId, id);
  }

  /** Locks the user until the end of the open transaction, and tells how it is now. */
  async lock(accountId: string, id: string): Promise<UserRecord | null> {
    return this.transactions.join(() => this.repository.findForUpdate(accountId, id));
  }

  async findAccount(accountId: string): Promise<AccountRecord | null> {
    return this.repository.findAccount(accountId);
  }

  /** @returns the user as it is now; one that has this name already stays untouched. */
  async rename(accountId: string, id: string, name: string): Promise<UserRecord> {
    return this.transactions.run(async () => {
      const user = await this.repository.findForUpdate(accountId, id);
      if (!user) throw new Error('The user who is calling does not exist.');
      if (user.name === name) return user;
      await this.repository.update(accountId, id, { name, updated_at: this.clock.now() });
      return { ...user, name };
    });
  }

  async setPassword(accountId: string, id: string, passwordHash: string): Promise<void> {
    await this.transactions.run(() =>
      this.repository.update(accountId, id, { password_hash: passwordHash, updated_at: this.clock.now() }),
    );
  }

  /** Not a change of the user: `updated_at` stays. */
  async recordLogin(accountId: string, id: string): Promise<void> {
    await this.transactions.run(() => this.repository.update(accountId, id, { last_login_at: this.clock.now() }));
  }
}
