import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Caller, UserCaller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { Transactions } from '../../platform/database/transactions';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import { DomainEvents } from '../../platform/outbox/domain-events';
import { OAuthAppsService } from '../oauth-apps/oauth-apps.service';
import { SuspendedUsersService } from '../users/suspended-users.service';
import { UsersService } from '../users/users.service';
import { WebhooksService } from '../webhooks/webhooks.service';
import type { AccountDetailView, SuspendedView } from './account.view';
import { suspensionMail } from './suspension-mail';

/** Maximum number of apps, of webhooks and of users that one answer lists. */
const maxListed = 100;
const mailLifetimeMs = 3 * 24 * 60 * 60_000;

/** The account of the caller, and what in it waits for the confirmation of an owner. */
@Injectable()
export class AccountService {
  constructor(
    private readonly users: UsersService,
    private readonly suspendedUsers: SuspendedUsersService,
    private readonly apps: OAuthAppsService,
    private readonly webhooks: WebhooksService,
    private readonly mails: MailOutbox,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    domainEvents: DomainEvents,
  ) {
    domainEvents.on('owner.proved_late', ({ account_id, user_id }) => this.suspend(account_id, user_id));
  }

  async get(caller: Caller): Promise<AccountDetailView> {
    const { account_id } = caller;
    const account = await this.users.findAccount(account_id);
    if (!account) throw new Error('A caller has no account.');
    const { id, name, created_at } = account;
    const suspended = await this.findSuspended(account_id, readableBy(caller));
    return { id, name, created_at: created_at.toISOString(), suspended };
  }

  /** Brings back everything that is suspended. */
  async confirmBefore(caller: UserCaller): Promise<AccountDetailView> {
    const { account_id } = caller;
    await this.transactions.run(async () => {
      await this.suspendedUsers.confirm(account_id);
      await this.apps.confirmSuspended(account_id);
      await this.webhooks.confirmSuspended(account_id);
    });
    return this.get(caller);
  }

  /** Suspends everything that somebody else may have made, and tells the owner of it. */
  private async suspend(accountId: AccountId, ownerId: string): Promise<void> {
    await this.suspendedUsers.suspendOthers(accountId, ownerId);
    await this.apps.suspendAll(accountId);
    await this.webhooks.suspendAll(accountId);
    const suspended = await this.findSuspended(accountId, { apps: true, webhooks: true, users: true });
    if (Object.values(suspended).every((listed: readonly unknown[]) => listed.length === 0)) return;
    const owner = await this.users.find(accountId, ownerId);
    const expiresAt = new Date(this.clock.now().getTime() + mailLifetimeMs);
    await this.mails.post(suspensionMail(owner!.email, suspended), { expiresAt, accountId });
  }

  private async findSuspended(accountId: AccountId, readable: Readable): Promise<SuspendedView> {
    return {
      apps: readable.apps ? await this.apps.listSuspended(accountId, maxListed) : [],
      webhooks: readable.webhooks ? await this.webhooks.listSuspended(accountId, maxListed) : [],
      users: readable.users ? await this.suspendedUsers.list(accountId, maxListed) : [],
    };
  }
}

type Readable = Readonly<Record<keyof SuspendedView, boolean>>;

/** What the caller may read by the routes of these contexts. */
function readableBy(caller: Caller): Readable {
  const isManager = caller.kind === 'user' && caller.role !== 'member';
  return { apps: isManager, webhooks: isManager || caller.kind === 'app', users: caller.kind === 'user' };
}
