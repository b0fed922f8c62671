import { Injectable } from '@nestjs/common';
import type { Repository } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { Account } from './account.entity';
import { User } from './user.entity';

/** Named one by one: a prepared `select *` fails on running instances after a migration adds a column. */
export const userColumns = `id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
  invited_at, deactivated_at, suspended_at, last_login_at, created_at, updated_at`;

/**
 * Not an invitation that has lapsed. The row of such an invitation stays only because a record refers to it; it has
 * neither an address nor a password.
 */
const exists = `(email <> '' or password_hash is not null)`;

/** Computed, not stored: an account has few users. */
const searchText = `search_words(search_form(name || E'\\x01 ' || email))`;

export interface UserFilter {
  readonly search?: string;
  readonly created_after?: Date;
  readonly updated_after?: Date;
}

/** The statements on `accounts` and `users`. Other repositories may join these tables to read a column. */
@Injectable()
export class UsersRepository {
  constructor(private readonly transactions: Transactions) {}

  async insertAccount(account: Account): Promise<void> {
    await this.transactions.repository(Account).insert(account);
  }

  async insert(user: User): Promise<void> {
    await this.users.insert(user);
  }

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(accountId: AccountId, filter: UserFilter, after: Position | null, limit: number): Promise<User[]> {
    const where = Where.of(accountId)
      .and(exists)
      .andSelective(filter.search, `${searchText} like search_pattern(?)`, filter.search)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after);
    return this.transactions.rows<User>(
      where.name('users-list'),
      `select ${userColumns} from users where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  /** A named statement, like `findAccount`: each start of a front end asks GET /auth/me for both. */
  async find(accountId: AccountId, id: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-id',
      `select ${userColumns} from users where account_id = $1 and id = $2 and ${exists}`,
      [accountId, id],
    );
    return user ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: AccountId, id: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-id-for-update',
      `select ${userColumns} from users where account_id = $1 and id = $2 and ${exists} for update`,
      [accountId, id],
    );
    return user ?? null;
  }

  async findAccount(accountId: AccountId): Promise<Account | null> {
    const [account] = await this.transactions.rows<Account>(
      'accounts-by-id',
      'select id, name, created_at, updated_at from accounts where id = $1',
      [accountId],
    );
    return account ?? null;
  }

  /** Locks the account until the end of the transaction. Statements that only refer to it do not wait. */
  async lockAccount(accountId: AccountId): Promise<void> {
    await this.transactions.rows('accounts-lock', 'select id from accounts where id = $1 for no key update', [
      accountId,
    ]);
  }

  async countActiveOwners(accountId: AccountId): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'users-count-active-owners',
      `select count(*) from users
       where account_id = $1 and role = 'owner' and deactivated_at is null and password_hash is not null`,
      [accountId],
    );
    return counted!.count;
  }

  async findActiveOwners(accountId: AccountId): Promise<User[]> {
    return this.transactions.rows<User>(
      'users-active-owners',
      `select ${userColumns} from users
       where account_id = $1 and role = 'owner' and deactivated_at is null and password_hash is not null order by id`,
      [accountId],
    );
  }

  /** Locks the other users who are active or invited. @returns their ids. */
  async lockOthers(accountId: AccountId, id: string): Promise<string[]> {
    const others = await this.transactions.rows<Pick<User, 'id'>>(
      'users-lock-others',
      `select id from users where account_id = $1 and id <> $2 and deactivated_at is null and ${exists} order by id for update`,
      [accountId, id],
    );
    return others.map((other) => other.id);
  }

  async suspend(accountId: AccountId, ids: readonly string[], now: Date): Promise<void> {
    await this.transactions.rows(
      'users-suspend',
      `update users set deactivated_at = $3, suspended_at = $3, updated_at = $3
       where account_id = $1 and id = any($2::uuid[])`,
      [accountId, ids, now],
    );
  }

  /** Oldest first. */
  async listSuspended(accountId: AccountId, limit: number): Promise<Pick<User, 'id' | 'name' | 'email'>[]> {
    return this.transactions.rows<Pick<User, 'id' | 'name' | 'email'>>(
      'users-suspended',
      `select id, name, email from users where account_id = $1 and suspended_at = deactivated_at and ${exists}
       order by created_at, id limit $2`,
      [accountId, limit],
    );
  }

  async activateSuspended(accountId: AccountId, now: Date): Promise<void> {
    await this.transactions.rows(
      'users-activate-suspended',
      `update users set deactivated_at = null, suspended_at = null, updated_at = $2
       where account_id = $1 and suspended_at = deactivated_at and ${exists}`,
      [accountId, now],
    );
  }

  async update(accountId: AccountId, id: string, changes: Partial<User>): Promise<void> {
    await this.users.update({ account_id: accountId, id }, changes);
  }

  private get users(): Repository<User> {
    return this.transactions.repository(User);
  }
}
