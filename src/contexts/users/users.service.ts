import { Inject, Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Role, UserCaller } from '../../kernel/caller';
import { callerErrors } from '../../kernel/caller-errors';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf } from '../../kernel/difference';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { DomainEvents } from '../../platform/outbox/domain-events';
import { MailOutbox } from '../../platform/mail/mail-outbox';
import { invitationMail } from './invitation-mail';
import { OneTimeTokensService } from './one-time-tokens.service';
import { emailKey, type User } from './user.entity';
import { type InvitationView, userView, type UserView } from './user.view';
import type { InviteUserInput, ListUsersInput, UpdateUserInput } from './users.dto';
import { usersErrors } from './users.errors';
import { UsersRepository } from './users.repository';

export { emailKey } from './user.entity';
export { emailTaken } from './users.errors';

/** A user in the form that other contexts get. */
export interface UserRecord {
  readonly id: string;
  readonly account_id: AccountId;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string | null;
  readonly deactivated_at: Date | null;
}

export interface AccountRecord {
  readonly id: string;
  readonly name: string;
}

@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly tokens: OneTimeTokensService,
    private readonly mails: MailOutbox,
    private readonly domainEvents: DomainEvents,
    private readonly transactions: Transactions,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list({ account_id }: UserCaller, input: ListUsersInput): Promise<Page<UserView>> {
    const list = new PagedList(this.cursors, 'users', account_id);
    const { limit = defaultPageLimit, cursor, ...filter } = input;
    const rows = await this.repository.list(account_id, filter, list.after(cursor), limit);
    return list.page(rows, limit, userView);
  }

  async get({ account_id }: UserCaller, id: string): Promise<UserView> {
    return userView(orNotFound(await this.repository.find(account_id, id)));
  }

  /**
   * Makes a user without a password, and mails the link that sets one.
   *
   * @throws DomainError `auth.email_taken` if any account has a user with this address.
   */
  async invite(caller: UserCaller, { email, name, role = 'member' }: InviteUserInput): Promise<InvitationView> {
    const now = this.clock.now();
    const user: User = {
      ...newUser({ account_id: caller.account_id, email, name, role, password_hash: null }, now),
      invited_at: now,
    };
    return this.transactions.run(async () => {
      const inviter = await this.lockAccountFor(caller);
      if (role === 'owner') assertOwner(inviter);
      await this.repository.insert(user);
      const { token, expires_at } = (await this.tokens.issue('invitation', user))!;
      const account = await this.repository.findAccount(caller.account_id);
      const names = { inviter: inviter.name, account: account!.name };
      const mail = invitationMail(user, names, this.config.publicUrl, token);
      await this.mails.post(mail, { expiresAt: expires_at, accountId: caller.account_id });
      return { user: userView(user), invite_token: token };
    });
  }

  /** @throws DomainError `users.last_owner`; `auth.forbidden` if an admin changes an owner, or makes one. */
  async update(caller: UserCaller, id: string, { name, role }: UpdateUserInput): Promise<UserView> {
    return this.change(caller, id, (user, changer) => {
      if (role === 'owner') assertOwner(changer);
      return differenceOf<User>(user, { name, role });
    });
  }

  /** Ends all sessions of the user. */
  async deactivate(caller: UserCaller, id: string): Promise<UserView> {
    return this.change(caller, id, (user, _, now) => (user.deactivated_at ? {} : { deactivated_at: now }));
  }

  /** The user's former sessions and mailed links stay invalid. */
  async activate(caller: UserCaller, id: string): Promise<UserView> {
    return this.change(caller, id, (user) => (user.deactivated_at ? { deactivated_at: null } : {}));
  }

  /**
   * Makes an account with its first owner.
   *
   * @throws DomainError `auth.email_taken` if any account has a user with this address.
   */
  async createAccountWithOwner(owner: {
    readonly email: string;
    readonly name: string;
    readonly password_hash: string;
    readonly account_name: string;
  }): Promise<UserRecord> {
    const { account_name, ...person } = owner;
    const now = this.clock.now();
    const account = { id: newId() as AccountId, name: account_name, created_at: now, updated_at: now };
    const user = { ...newUser({ ...person, account_id: account.id, role: 'owner' }, now), last_login_at: now };
    await this.transactions.run(async () => {
      await this.repository.insertAccount(account);
      await this.repository.insert(user);
    });
    return user;
  }

  async findByEmail(email: string): Promise<UserRecord | null> {
    return this.repository.findByEmail(email);
  }

  async find(accountId: AccountId, id: string): Promise<UserRecord | null> {
    return this.repository.find(accountId, id);
  }

  /** Locks the user until the end of the open transaction. @returns the present state. */
  async lock(accountId: AccountId, id: string): Promise<UserRecord | null> {
    return this.transactions.join(() => this.repository.findForUpdate(accountId, id));
  }

  async findAccount(accountId: AccountId): Promise<AccountRecord | null> {
    return this.repository.findAccount(accountId);
  }

  /** Addresses of the active owners. */
  async emailsOfOwners(accountId: AccountId): Promise<string[]> {
    return (await this.repository.findActiveOwners(accountId)).map(({ email }) => email);
  }

  /** @returns the user after the change. The same name again changes nothing. */
  async rename(accountId: AccountId, id: string, name: string): Promise<UserRecord> {
    return this.transactions.run(async () => {
      const user = await this.repository.findForUpdate(accountId, id);
      if (!user) throw new Error('The user who is calling does not exist.');
      if (user.name === name) return user;
      await this.repository.update(accountId, id, { name, updated_at: this.clock.now() });
      return { ...user, name };
    });
  }

  /** Sets a password and deletes the links mailed before. */
  async setPassword(accountId: AccountId, id: string, passwordHash: string): Promise<void> {
    await this.transactions.run(async () => {
      await this.tokens.removeOfUser(accountId, id);
      await this.renewHash(accountId, id, passwordHash);
    });
  }

  /** Replaces the hash of the same password by one with the present cost. */
  async renewHash(accountId: AccountId, id: string, passwordHash: string): Promise<void> {
    await this.transactions.run(() =>
      this.repository.update(accountId, id, { password_hash: passwordHash, updated_at: this.clock.now() }),
    );
  }

  /** Leaves `updated_at`, because a sign-in does not change the user. */
  async recordLogin(accountId: AccountId, id: string): Promise<void> {
    await this.transactions.run(() => this.repository.update(accountId, id, { last_login_at: this.clock.now() }));
  }

  /** Writes only differences. */
  private async change(
    caller: UserCaller,
    id: string,
    differ: (user: User, changer: User, now: Date) => Partial<User>,
  ): Promise<UserView> {
    const { account_id } = caller;
    return this.transactions.run(async () => {
      const changer = await this.lockAccountFor(caller);
      const user = orNotFound(await this.repository.findForUpdate(account_id, id));
      if (user.role === 'owner') assertOwner(changer);
      const now = this.clock.now();
      const difference = differ(user, changer, now);
      if (Object.keys(difference).length === 0) return userView(user);
      const after = { ...user, ...difference, updated_at: now };
      if (isActiveOwner(user) && !isActiveOwner(after) && (await this.repository.countActiveOwners(account_id)) === 1) {
        throw new DomainError(usersErrors.last_owner);
      }
      if ('role' in difference || 'deactivated_at' in difference) {
        const is_deactivated = after.deactivated_at !== null;
        await this.domainEvents.emit('user.access_changes', { account_id, user_id: id, is_deactivated });
      }
      if (difference.deactivated_at === null) await this.tokens.removeOfUser(account_id, id);
      await this.repository.update(account_id, id, { ...difference, updated_at: after.updated_at });
      return userView(after);
    });
  }

  /**
   * Serialises changes to the users of an account. So two owners cannot demote each other at once, and a caller who was
   * demoted or deactivated while waiting changes nothing.
   *
   * @returns the caller's present state.
   */
  private async lockAccountFor({ account_id, user_id }: UserCaller): Promise<User> {
    await this.repository.lockAccount(account_id);
    const caller = await this.repository.find(account_id, user_id);
    if (!caller || caller.deactivated_at) throw new DomainError(callerErrors.deactivated);
    if (caller.role === 'member') throw new DomainError(callerErrors.forbidden);
    return caller;
  }
}

type Person = Pick<User, 'account_id' | 'email' | 'name' | 'role' | 'password_hash'>;

function newUser(person: Person, now: Date): User {
  return {
    ...person,
    id: newId(),
    email_key: emailKey(person.email),
    invited_at: null,
    deactivated_at: null,
    last_login_at: null,
    created_at: now,
    updated_at: now,
  };
}

/** A user who has not accepted the invitation cannot act for the account. */
function isActiveOwner({ role, deactivated_at, password_hash }: User): boolean {
  return role === 'owner' && deactivated_at === null && password_hash !== null;
}

function assertOwner({ role }: User): void {
  if (role !== 'owner') {
    throw new DomainError(callerErrors.forbidden, { message: 'Only owners may change owners or make them.' });
  }
}

function orNotFound(user: User | null): User {
  if (!user) throw new DomainError(usersErrors.not_found);
  return user;
}
