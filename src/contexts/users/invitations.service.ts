import { Inject, Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { UserCaller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors } from '../../kernel/too-busy';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { Transactions } from '../../platform/database/transactions';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import { AddressesService } from './addresses.service';
import { invitationMail } from './invitation-mail';
import { InvitationsRepository } from './invitations.repository';
import { mailboxKey } from './mailbox';
import { OneTimeTokensService, tokenLifetimesMs } from './one-time-tokens.service';
import { emailKey, newUser, type User } from './user.entity';
import { type InvitationView, userView } from './user.view';
import type { InviteUserInput } from './users.dto';
import { addressTaken } from './users.errors';
import { UsersRepository } from './users.repository';
import { assertOwner, UsersService } from './users.service';

const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

/** Invitations that one account sends to one mailbox in a day. */
const maxPerMailbox = 5;
/**
 * Over all accounts, invitations to one mailbox beyond the first ones of a day wait, each longer than the one before.
 * Nobody is refused for what others do.
 */
const promptPerMailbox = 5;
const mailboxDelayMs = 10 * minutes;
const maxMailboxDelayMs = 1 * days;

/** Invites users, within the budgets of docs/contract.md, section 4. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly repository: InvitationsRepository,
    private readonly usersRepository: UsersRepository,
    private readonly users: UsersService,
    private readonly addresses: AddressesService,
    private readonly tokens: OneTimeTokensService,
    private readonly mails: MailOutbox,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes a user without a password, and mails the link that sets one.
   *
   * @throws DomainError `auth.email_taken` if somebody has proved the address, or a user of the account has it;
   * `rate_limit.exceeded` beyond a budget.
   */
  async invite(caller: UserCaller, { email, name, role = 'member' }: InviteUserInput): Promise<InvitationView> {
    const { account_id } = caller;
    const now = this.clock.now();
    const user: User = {
      ...newUser({ account_id, email, name, role, password_hash: null }, now),
      mailbox_key: mailboxKey(emailKey(email)),
      invited_at: now,
    };
    return this.transactions.run(async () => {
      await this.addresses.lock(email);
      const inviter = await this.users.lockAccountFor(caller);
      if (role === 'owner') assertOwner(inviter);
      if (await this.addresses.isTaken(account_id, email)) throw addressTaken();
      const sendAt = await this.takeFromBudgets(account_id, user.mailbox_key!, now);
      await this.usersRepository.insert(user);
      const { token, expires_at } = (await this.tokens.issue('invitation', user))!;
      const account = await this.usersRepository.findAccount(account_id);
      const names = { inviter: inviter.name, account: account!.name };
      const mail = invitationMail(user, names, this.config.publicUrl, token);
      await this.mails.post(mail, { expiresAt: expires_at, accountId: account_id, sendAt });
      return { user: userView(user), invite_token: token };
    });
  }

  /** @returns when the mail may be sent. @throws DomainError `rate_limit.exceeded`. */
  private async takeFromBudgets(accountId: AccountId, mailbox: string, now: Date): Promise<Date> {
    const { invitations } = this.config;
    if (!invitations) return now;
    const since = (ms: number) => new Date(now.getTime() - ms);
    const assertRoom = (last: Date | null, lifetimeMs: number, message: string) => {
      if (!last) return;
      const retryAfter = Math.max(1, Math.ceil((last.getTime() + lifetimeMs - now.getTime()) / 1_000));
      throw new DomainError(rateLimitErrors.exceeded, { message, retryAfter });
    };
    const { perHour, open } = invitations;
    const lifetimeMs = tokenLifetimesMs.invitation;
    const used = await this.repository.findUsedBudgets(
      accountId,
      { since: since(hours), max: perHour },
      { since: since(lifetimeMs), max: open },
    );
    assertRoom(used.hourly, hours, `An account sends at most ${perHour} invitations an hour.`);
    const tooManyOpen = `An account has at most ${open} open invitations. Deactivate users who will not accept theirs.`;
    assertRoom(used.open, lifetimeMs, tooManyOpen);
    const counted = promptPerMailbox + maxMailboxDelayMs / mailboxDelayMs;
    const use = await this.repository.findMailboxUse(accountId, mailbox, since(days), { max: maxPerMailbox, counted });
    assertRoom(use.own, days, `An account sends at most ${maxPerMailbox} invitations a day to one mailbox.`);
    return new Date(now.getTime() + Math.max(0, use.total - promptPerMailbox + 1) * mailboxDelayMs);
  }
}
