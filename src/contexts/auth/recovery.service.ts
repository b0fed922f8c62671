import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { Transactions } from '../../platform/database/transactions';
import { MailDelivery } from '../../platform/mail/mail-delivery';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import type { Mail } from '../../platform/mail/mailer';
import { OneTimeTokensService, tokenLifetimesMs, type TokenPurpose } from '../users/one-time-tokens.service';
import { type UserRecord, UsersService } from '../users/users.service';
import type { AcceptInvitationInput, ResetPasswordInput } from './auth.dto';
import { authErrors } from './auth.errors';
import { sessionView, type SessionView } from './auth.view';
import { LockoutService } from './lockout.service';
import { Passwords, assertStrong } from './passwords';
import { passwordResetMail } from './password-reset-mail';
import { SessionsService } from './sessions.service';

const passwordReset = 'password_reset';

/** Sets a password by the link of a mail, without the old password. */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokensService,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly lockout: LockoutService,
    private readonly mails: MailOutbox,
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

  private async writePasswordResetMail(email: string): Promise<Mail | null> {
    const user = await this.users.findByEmail(email);
    const issued = user && (await this.tokens.issue(passwordReset, user));
    return issued && passwordResetMail(user.email, this.config.publicUrl, issued.token);
  }

  /** Ends all sessions of the user and unlocks the address. */
  async resetPassword({ token, new_password }: ResetPasswordInput): Promise<void> {
    await this.setPassword('password_reset', token, { field: 'new_password', password: new_password }, async (user) => {
      await this.sessions.endAll(user);
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

  /** Uses up the token in one transaction with the change. */
  private async setPassword<T>(
    purpose: TokenPurpose,
    token: string,
    { field, password }: { readonly field: string; readonly password: string },
    then: (user: UserRecord) => Promise<T>,
  ): Promise<T> {
    const owner = await this.tokens.ownerOf(purpose, token);
    const user = owner && (await this.users.find(owner.account_id, owner.user_id));
    if (!user) throw badToken();
    if (user.deactivated_at) throw new DomainError(authErrors.deactivated);
    assertStrong(field, password, user.email);
    const hash = await this.passwords.hash(password);
    return this.transactions.run(async () => {
      await this.lockout.clear(user.email);
      const now = await this.users.lock(user.account_id, user.id);
      if (now?.deactivated_at) throw new DomainError(authErrors.deactivated);
      if (!(await this.tokens.use(purpose, token))) throw badToken();
      await this.users.setPassword(user.account_id, user.id, hash);
      return then(user);
    });
  }
}

function badToken(): InvalidInputError {
  const message = 'token is unknown, expired or used already: ask for a new link';
  return new InvalidInputError([{ field: 'token', message }], authErrors.invalid_request);
}
