import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import { Account } from './account.entity';
import { emailKey, User } from './user.entity';

/** By name: `select *` in a prepared statement fails on running instances when a migration adds a column. */
const columns =
  'id, account_id, email, email_key, name, role, password_hash, invited_at, deactivated_at, last_login_at, created_at, updated_at';

/** The SQL on `accounts` and `users`; others may look a column up in a join. */
@Injectable()
export class UsersRepository {
  constructor(private readonly transactions: Transactions) {}

  async insertAccount(account: Account): Promise<void> {
    await this.transactions.manager.insert(Account, account);
  }

  async insert(user: User): Promise<void> {
    await this.transactions.manager.insert(User, user);
  }

  /** Across accounts: an address signs in before anybody knows whose it is. */
  async findByEmail(email: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-email',
      `select ${columns} from users where email_key = $1`,
      [emailKey(email)],
    );
    return user ?? null;
  }

  async find(accountId: string, id: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-id',
      `select ${columns} from users where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return user ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: string, id: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-id-for-update',
      `select ${columns} from users where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return user ?? null;
  }

  async findAccount(accountId: string): Promise<Account | null> {
    const [account] = await this.transactions.rows<Account>(
      'accounts-by-id',
      'select id, name, created_at, updated_at from accounts where id = $1',
      [accountId],
    );
    return account ?? null;
  }

  async update(accountId: string, id: string, changes: Partial<User>): Promise<void> {
    await this.transactions.manager.update(User, { account_id: accountId, id }, changes);
  }
}
