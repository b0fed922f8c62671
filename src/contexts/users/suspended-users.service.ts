import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { Transactions } from '../../platform/database/transactions';
import { DomainEvents } from '../../platform/outbox/domain-events';
import type { User } from './user.entity';
import { UsersRepository } from './users.repository';

export type SuspendedUser = Pick<User, 'id' | 'name' | 'email'>;

/** Users who are deactivated until an owner confirms them. */
@Injectable()
export class SuspendedUsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly domainEvents: DomainEvents,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @returns at most `limit` users, oldest first. */
  async list(accountId: AccountId, limit: number): Promise<SuspendedUser[]> {
    return this.repository.listSuspended(accountId, limit);
  }

  /** Suspends all other users of the account, the invited too. The account must be locked. */
  async suspendOthers(accountId: AccountId, userId: string): Promise<void> {
    const now = this.clock.now();
    await this.transactions.join(async () => {
      const others = await this.repository.lockOthers(accountId, userId);
      for (const id of others) {
        await this.domainEvents.emit('user.access_changes', {
          account_id: accountId,
          user_id: id,
          is_deactivated: true,
        });
      }
      await this.repository.suspend(accountId, others, now);
    });
  }

  async confirm(accountId: AccountId): Promise<void> {
    await this.transactions.join(async () => {
      await this.repository.lockAccount(accountId);
      await this.repository.activateSuspended(accountId, this.clock.now());
    });
  }
}
