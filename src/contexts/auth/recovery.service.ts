import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { Transactions } from '../../platform/database/transactions';
import { DomainEvents } from '../../platform/outbox/domain-events';
import { MailDelivery } from '../../platform/mail/mail-delivery';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import type { Mail } from '../../platform/mail/mailer';
import { AddressesService } from '../users/addresses.service';
import { OneTimeTokensService, tokenLifetimesMs, type TokenPurpose } from '../users/one-time-tokens.service';
import { type UserRecord, UsersService } from '../users/users.service';
import type { AcceptInvitationInput, ResetPasswordInput } from './auth.dto';
import { authErrors } from './auth.errors';
import { sessionView, type SessionView } from './auth.view';
import { LockoutService } from './lockout.service';
import { Passwords, assertStrong } from './passwords';
import { passwordResetMail, type ResetLink } from './password-reset-mail';
import { SessionsService } from './sessions.service';

const passwordReset = 'password_reset';

/** Maximum number of invitations for which one mail has links. */
const maxInvitations = 10;

/**
 * Milliseconds after registering within which a reset is that of somebody who mistyped the new password. Later it may be
 * that of the owner of an address with which somebody else has registered.
 */
const ownResetMs = 60 * 60_000;

/** Proves an address by the link of a mail, and sets a password without the old one. */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly users: UsersService,
    private readonly addresses: AddressesService,
    private readonly tokens: OneTimeTokensService,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly lockout: LockoutService,
    private readonly mails: MailOutbox,
    private readonly domainEvents: DomainEvents,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    delivery: MailDelivery,
  ) {
    delivery.register(passwordReset, ({ email }) => this.writePasswordResetMail(email!));
  }

  /**
   * The user is looked up when the mail is sent. So neither the answer nor its time tells whether the address is known.
   */
  async forgotPassword(email: string): Promise<void> {
    const expiresAt = new Date(this.clock.now().getTime() + tokenLifetimesMs[passwordReset]);
    const posting = { expiresAt, accountId: null, isUrgent: true };
    await this.transactions.run(() => this.mails.post({ kind: passwordReset, about: { email } }, posting));
  }

  /** Until somebody has proved the address, the mail lets its owner choose between what is made with it. */
  private async writePasswordResetMail(email: string): Promise<Mail | null> {
    const holder = await this.addresses.findHolder(email);
    const invited = holder?.email_verified_at ? [] : await this.addresses.findInvited(email, maxInvitations);
    const links: ResetLink[] = [];
    for (const user of [...(holder ? [holder] : []), ...invited]) {
      const issued = await this.tokens.issue(passwordReset, user);
      const invitedTo = 'account_name' in user ? user.account_name : null;
      if (issued) links.push({ token: issued.token, invitedTo });
    }
    const to = holder?.email ?? invited[0]?.email;
    return to && links.length > 0 ? passwordResetMail(to, this.config.publicUrl, links) : null;
  }

  /** Ends all sessions of the user and unlocks the address. */
  async resetPassword({ token, new_password }: ResetPasswordInput): Promise<void> {
    await this.setPassword(passwordReset, token, { field: 'new_password', password: new_password }, async (user) => {
      await this.sessions.endAll(user);
      if (!this.mayBeAnother(user)) return;
      await this.domainEvents.emit('owner.proved_late', { account_id: user.account_id, user_id: user.id });
    });
  }

  /** Proves the address of a user who registered. */
  async verifyEmail(token: string): Promise<void> {
    const user = await this.ownerOf('email_verification', token);
    await this.transactions.run(async () => {
      const present = await this.lockForProof(user, 'email_verification', token);
      if (!(await this.addresses.prove(present))) throw badToken();
    });
  }

  /** Signs an invited user in. `name` replaces the name of the invitation. */
  async acceptInvitation({ token, password, name }: AcceptInvitationInput): Promise<SessionView> {
    return this.setPassword('invitation', token, { field: 'password', password }, async ({ account_id, id }) => {
      if (name) await this.users.rename(account_id, id, name);
      await this.users.recordLogin(account_id, id);
      const user = await this.users.lock(account_id, id);
      return sessionView(await this.sessions.open(user!), user!);
    });
  }

  /** Uses up the token in one transaction with the change. @param then gets the user as before the change. */
  private async setPassword<T>(
    purpose: TokenPurpose,
    token: string,
    { field, password }: { readonly field: string; readonly password: string },
    then: (user: UserRecord) => Promise<T>,
  ): Promise<T> {
    const user = await this.ownerOf(purpose, token);
    assertStrong(field, password, user.email);
    const hash = await this.passwords.hash(password, { use: 'sign_in', owner: user.id });
    return this.transactions.run(async () => {
      await this.lockout.clear(user.email);
      const present = await this.lockForProof(user, purpose, token);
      if (!(await this.addresses.prove(present, hash))) throw badToken();
      return then(present);
    });
  }

  private async ownerOf(purpose: TokenPurpose, token: string): Promise<UserRecord> {
    const owner = await this.tokens.ownerOf(purpose, token);
    return ableToProve(owner && (await this.users.find(owner.account_id, owner.user_id)));
  }

  /** Locks what the proof concerns, and uses up the token. @returns the user's present state. */
  private async lockForProof(user: UserRecord, purpose: TokenPurpose, token: string): Promise<UserRecord> {
    const present = ableToProve(await this.addresses.lockUser(user));
    if (!(await this.tokens.use(purpose, token))) throw badToken();
    return present;
  }

  private mayBeAnother({ role, invited_at, email_verified_at, created_at }: UserRecord): boolean {
    if (role !== 'owner' || invited_at || email_verified_at) return false;
    return this.clock.now().getTime() - created_at.getTime() > ownResetMs;
  }
}

/** Who has lost the address to another proof is deactivated too, but what has ended is the link. */
function ableToProve(user: UserRecord | null): UserRecord {
  if (!user || user.email === '') throw badToken();
  if (user.deactivated_at) throw new DomainError(authErrors.deactivated);
  return user;
}

function badToken(): InvalidInputError {
  const message = 'token is unknown, expired or used already: ask for a new link';
  return new InvalidInputError([{ field: 'token', message }], authErrors.invalid_request);
}
