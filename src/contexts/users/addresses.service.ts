import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { sha256 } from '../../kernel/sha256';
import { Transactions } from '../../platform/database/transactions';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import { DomainEvents } from '../../platform/outbox/domain-events';
import { AddressesRepository, type InvitedUser } from './addresses.repository';
import { displacedMail } from './displaced-mail';
import { OneTimeTokensService } from './one-time-tokens.service';
import { emailKey, type User } from './user.entity';
import type { UserRecord } from './user-record';
import { UsersRepository } from './users.repository';

export type { InvitedUser } from './addresses.repository';

const mailLifetimeMs = 3 * 24 * 60 * 60_000;

/**
 * An address belongs to who proves it (docs/decisions/0039-proof.md). Until then any number of accounts may invite it,
 * and one user may register with it.
 */
@Injectable()
export class AddressesService {
  constructor(
    private readonly repository: AddressesRepository,
    private readonly users: UsersRepository,
    private readonly tokens: OneTimeTokensService,
    private readonly mails: MailOutbox,
    private readonly domainEvents: DomainEvents,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Serialises registrations, invitations and proofs of an address until the end of the open transaction. Call it
   * before anything else is locked, so that two of them cannot deadlock.
   */
  async lock(email: string): Promise<void> {
    await this.transactions.join(() => this.repository.lock(sha256(emailKey(email)).readBigInt64BE()));
  }

  /**
   * Locks the address, the account and the user, in this order, for a proof. @returns the user's present state; null if
   * the invitation has lapsed.
   */
  async lockUser(user: Pick<UserRecord, 'account_id' | 'id' | 'email'>): Promise<UserRecord | null> {
    await this.lock(user.email);
    await this.users.lockAccount(user.account_id);
    return this.users.findForUpdate(user.account_id, user.id);
  }

  /** @returns the user with this address and a password. */
  async findHolder(email: string): Promise<UserRecord | null> {
    return this.repository.findHolder(email);
  }

  /** @returns the users who were invited by this address and have not accepted, newest first. */
  async findInvited(email: string, limit: number): Promise<InvitedUser[]> {
    return this.repository.findInvited(email, limit);
  }

  /**
   * Whether nobody may be invited by this address: somebody has proved it, or it is that of a user of this account. A
   * registration in another account that was never proved is in nobody's way.
   */
  async isTaken(accountId: AccountId, email: string): Promise<boolean> {
    return this.repository.isTaken(accountId, email);
  }

  /**
   * Records that a user has proved the address, which `lockUser` must have locked, and takes it from everybody else: a
   * registration that was never proved is deactivated, and other invitations lapse.
   *
   * @param passwordHash the password that the link has set. Other links of the user are deleted then.
   * @returns false if somebody else has proved the address before. An instance of the previous release leaves such
   * invitations.
   */
  async prove(user: UserRecord, passwordHash?: string): Promise<boolean> {
    const { account_id, id, email } = user;
    const now = this.clock.now();
    const holder = await this.repository.findHolder(email);
    if (holder && holder.id !== id) {
      if (holder.email_verified_at) return false;
      await this.displace(holder, account_id, now);
    }
    const invitations = await this.repository.lockInvitations(email, id);
    if (invitations.length > 0) await this.repository.removeInvitations(invitations, now);
    if (passwordHash !== undefined) await this.tokens.removeOfUser(account_id, id);
    await this.domainEvents.emit('user.access_changes', { account_id, user_id: id, is_deactivated: false });
    await this.users.update(account_id, id, {
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
      email_verified_at: user.email_verified_at ?? now,
      updated_at: now,
    });
    return true;
  }

  private async displace(displaced: User, joinedId: AccountId, now: Date): Promise<void> {
    const { account_id, id, email, deactivated_at } = displaced;
    await this.domainEvents.emit('user.access_changes', { account_id, user_id: id, is_deactivated: true });
    await this.tokens.removeOfUser(account_id, id);
    await this.users.update(account_id, id, {
      email: '',
      email_key: id,
      deactivated_at: deactivated_at ?? now,
      suspended_at: null,
      updated_at: now,
    });
    const lost = await this.users.findAccount(account_id);
    const joined = await this.users.findAccount(joinedId);
    const mail = displacedMail(email, { lost: lost!.name, joined: joined!.name });
    const expiresAt = new Date(now.getTime() + mailLifetimeMs);
    await this.mails.post(mail, { expiresAt, accountId: account_id });
  }
}
