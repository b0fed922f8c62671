import { Inject, Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { UserCaller } from '../../kernel/caller';
import { DomainError } from '../../kernel/domain-error';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { Transactions } from '../../platform/database/transactions';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import { AddressesService } from '../users/addresses.service';
import { OneTimeTokensService } from '../users/one-time-tokens.service';
import { type UserRecord, UsersService } from '../users/users.service';
import type { ChangePasswordInput, LoginInput, RegisterInput } from './auth.dto';
import { authErrors } from './auth.errors';
import { emailVerificationMail } from './email-verification-mail';
import { meView, type MeView, sessionView, type SessionView } from './auth.view';
import { LockoutService } from './lockout.service';
import { assertStrong, type HashTurn, Passwords } from './passwords';
import { SessionsService } from './sessions.service';

const maxNameLength = 200;

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly addresses: AddressesService,
    private readonly tokens: OneTimeTokensService,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly lockout: LockoutService,
    private readonly mails: MailOutbox,
    private readonly transactions: Transactions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes an account. The mail with the link that proves the address goes out in the background.
   *
   * @param address that of the client.
   */
  async register({ email, password, name, account_name }: RegisterInput, address: string): Promise<SessionView> {
    assertStrong('password', password, email);
    const password_hash = await this.passwords.hash(password, { use: 'registration', owner: address });
    return this.transactions.run(async () => {
      const user = await this.users.createAccountWithOwner({
        email,
        name,
        password_hash,
        account_name: account_name || defaultAccountName(name),
      });
      const { token, expires_at } = (await this.tokens.issue('email_verification', user))!;
      const mail = emailVerificationMail(email, this.config.publicUrl, token);
      await this.mails.post(mail, { expiresAt: expires_at, accountId: user.account_id });
      return sessionView(await this.sessions.open(user), user);
    });
  }

  get registrationIsOpen(): boolean {
    return this.config.registration === 'open';
  }

  /**
   * An unknown e-mail address costs the same work as a wrong password and gets the same answer.
   *
   * @param address that of the client.
   */
  async login(input: LoginInput, address: string): Promise<SessionView> {
    const { email, password } = input;
    const turn: HashTurn = { use: 'sign_in', owner: address };
    await this.lockout.assertNotLocked(email);
    const user = await this.addresses.findHolder(email);
    const right = await this.passwords.matches(password, user?.password_hash ?? null, turn);
    if (!user || !right) return this.lockout.fail(email);
    const renewed = this.passwords.isOutdated(user.password_hash!) ? await this.passwords.hash(password, turn) : null;
    const session = await this.transactions.run(async () => {
      await this.lockout.succeed(email);
      // Only here is a deactivated user told so. Before the password was right, it would tell which addresses exist.
      if (!(await this.lockUnchanged(user))) return null;
      if (renewed) await this.users.renewHash(user.account_id, user.id, renewed);
      await this.users.recordLogin(user.account_id, user.id);
      return sessionView(await this.sessions.open(user), user);
    });
    return session ?? this.login(input, address);
  }

  async refresh(refreshToken: string): Promise<SessionView> {
    const tokens = await this.sessions.refresh(refreshToken);
    return sessionView(tokens, await this.userOf(tokens.account_id, tokens.user_id));
  }

  async logout(caller: UserCaller): Promise<void> {
    await this.sessions.end(caller);
  }

  async me({ account_id, user_id }: UserCaller): Promise<MeView> {
    return this.withAccount(await this.userOf(account_id, user_id));
  }

  async updateMe(caller: UserCaller, name: string | undefined): Promise<MeView> {
    if (name === undefined) return this.me(caller);
    return this.withAccount(await this.users.rename(caller.account_id, caller.user_id, name));
  }

  /**
   * Ends all tokens of the user but the pair that calls, and gives a new one. A wrong current password counts as a failed
   * sign-in.
   */
  async changePassword(caller: UserCaller, input: ChangePasswordInput): Promise<SessionView> {
    const { current_password, new_password } = input;
    const turn: HashTurn = { use: 'change', owner: caller.user_id };
    const user = await this.userOf(caller.account_id, caller.user_id);
    assertStrong('new_password', new_password, user.email);
    await this.lockout.assertNotLocked(user.email);
    if (!(await this.passwords.matches(current_password, user.password_hash, turn))) {
      return this.lockout.fail(user.email, { message: 'The current password is wrong.' });
    }
    const hash = await this.passwords.hash(new_password, turn);
    const session = await this.transactions.run(async () => {
      await this.lockout.succeed(user.email);
      if (!(await this.lockUnchanged(user))) return null;
      await this.users.setPassword(caller.account_id, caller.user_id, hash);
      return sessionView(await this.sessions.renew(caller), user);
    });
    return session ?? this.changePassword(caller, input);
  }

  /**
   * Locks the user after a check of the password. Meanwhile the password may have been changed, or the user
   * deactivated.
   *
   * @returns whether the password is still the checked one. If not, it must be checked again.
   */
  private async lockUnchanged(checked: UserRecord): Promise<boolean> {
    const user = await this.users.lock(checked.account_id, checked.id);
    if (user?.deactivated_at) throw new DomainError(authErrors.deactivated);
    return user?.password_hash === checked.password_hash;
  }

  private async userOf(accountId: AccountId, userId: string): Promise<UserRecord> {
    const user = await this.users.find(accountId, userId);
    if (!user) throw new Error('A live session has no user.');
    return user;
  }

  private async withAccount(user: UserRecord): Promise<MeView> {
    const account = await this.users.findAccount(user.account_id);
    if (!account) throw new Error('A user has no account.');
    return meView(user, account);
  }
}

/** Cuts the name to the maximum length of a name. */
function defaultAccountName(name: string): string {
  return [...`${name}'s account`].slice(0, maxNameLength).join('');
}
