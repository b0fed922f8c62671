import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import { Account } from './account.entity';
import { emailKey, User } from './user.entity';

/** The only SQL on `accounts` and `users`. */
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
    const [user] = await this.transactions.rows<User>('users-by-email', 'select * from users where email_key = $1', [
      emailKey(email),
    ]);
    return user ?? null;
  }

  async find(accountId: string, id: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-id',
      'select * from users where account_id = $1 and id = $2',
      [accountId, id],
    );
    return user ?? null;
  }

  /** Locks the row until the end of the transaction. */
  async findForUpdate(accountId: string, id: string): Promise<User | null> {
    const [user] = await this.transactions.rows<User>(
      'users-by-id-for-update',
      'select * from users where account_id = $1 and id = $2 for update',
      [accountId, id],
    );
    return user ?? null;
  }

  async findAccount(accountId: string): Promise<Account | null> {
    return this.transactions.manager.findOneBy(Account, { id: accountId });
  }

  async update(accountId: string, id: string, changes: Partial<User>): Promise<void> {
    await this.transactions.manager.update(User, { account_id: accountId, id }, changes);
  }
}
