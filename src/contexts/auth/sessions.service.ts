import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { UserCaller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { sha256 } from '../../kernel/sha256';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { DomainEvents } from '../../platform/outbox/domain-events';
import type { UserClaims } from '../../kernel/identification';
import { AccessTokens } from '../../platform/tokens/access-tokens';
import { CallerCache } from '../../platform/tokens/caller-cache';
import { authErrors } from './auth.errors';
import { type CallerState, SessionsRepository, type TokenState } from './sessions.repository';

const seconds = 1_000;
const days = 24 * 60 * 60 * seconds;
/** Milliseconds. Two tabs, or a client that lost the answer, use the same token a moment apart. */
const reuseWindowMs = 10 * seconds;
const idleLifetimeMs = 14 * days;
const absoluteLifetimeMs = 90 * days;
export interface SessionTokens {
  readonly account_id: AccountId;
  readonly user_id: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

@Injectable()
export class SessionsService {
  /** By account and session, so that a token cannot name another account than that of its session. */
  private readonly cache: CallerCache<CallerState | null>;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly transactions: Transactions,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
    domainEvents: DomainEvents,
  ) {
    this.cache = new CallerCache(clock);
    domainEvents.on('user.access_changes', async ({ account_id, user_id, is_deactivated }) => {
      if (is_deactivated) await this.endAll({ account_id, id: user_id });
      else this.transactions.afterCommit(() => this.cache.invalidateOwner(user_id));
    });
  }

  /** Begins a session for a user who has just proved their identity. */
  async open(user: { readonly account_id: AccountId; readonly id: string }): Promise<SessionTokens> {
    const now = this.clock.now();
    const session = {
      id: newId(),
      account_id: user.account_id,
      user_id: user.id,
      created_at: now,
      expires_at: new Date(now.getTime() + absoluteLifetimeMs),
      ended_at: null,
    };
    return this.transactions.run(async () => {
      await this.repository.insert(session);
      return this.issue({ ...session, session_id: session.id });
    });
  }

  /**
   * Exchanges a refresh token for a new pair. Each use within 10 s of the first gets a pair of its own. A later use
   * means that the token was stolen, and ends the session.
   *
   * @throws DomainError `auth.invalid_token`, or `auth.deactivated` if only the deactivation of its user makes a token
   * invalid.
   */
  async refresh(token: string): Promise<SessionTokens> {
    const now = this.clock.now();
    const siblingsSince = new Date(now.getTime() - reuseWindowMs);
    const hash = sha256(token);
    const tokens = await this.transactions.run(async () => {
      const used = await this.repository.useToken(hash, now, siblingsSince);
      return used ? this.issue(used) : null;
    });
    if (tokens) return tokens;
    const state = await this.repository.findToken(hash);
    if (state && state.token_expires_at > now) {
      const isStolen = state.used_at !== null && state.used_at < siblingsSince;
      if (isStolen) await this.end(state);
      else if (isDeactivated(state, now)) throw new DomainError(authErrors.deactivated);
    }
    throw new DomainError(authErrors.invalid_token);
  }

  /** @throws DomainError unless the token's session is live and its user active. */
  callerOf(claims: UserClaims): UserCaller | Promise<UserCaller> {
    const { account_id, user_id, session_id } = claims;
    const state = this.cache.get(keyOf(claims), user_id, () =>
      this.repository.findState(account_id, session_id, user_id),
    );
    // Usually in the cache: such a request need not wait for a promise.
    return state instanceof Promise ? state.then((read) => this.callerIn(read, claims)) : this.callerIn(state, claims);
  }

  private callerIn(state: CallerState | null, { account_id, user_id, session_id }: UserClaims): UserCaller {
    const now = this.clock.now();
    if (!state) throw new DomainError(authErrors.invalid_token);
    if (isDeactivated(state, now)) throw new DomainError(authErrors.deactivated);
    if (!isLive(state, now)) throw new DomainError(authErrors.invalid_token);
    const { role, is_verified } = state;
    return { kind: 'user', account_id, user_id, session_id, role, is_verified };
  }

  async end({ account_id, session_id }: Pick<TokenState, 'account_id' | 'session_id'>): Promise<void> {
    await this.transactions.run(async () => {
      await this.repository.end(account_id, session_id, this.clock.now());
      this.transactions.afterCommit(() => this.cache.invalidate(keyOf({ account_id, session_id })));
    });
  }

  async endAll({ account_id, id }: { readonly account_id: AccountId; readonly id: string }): Promise<void> {
    await this.transactions.run(async () => {
      await this.repository.endAll(account_id, id, this.clock.now());
      this.transactions.afterCommit(() => this.cache.invalidateOwner(id));
    });
  }

  async endOthers({ account_id, user_id, session_id }: UserCaller): Promise<void> {
    await this.transactions.run(async () => {
      await this.repository.endOthers(account_id, user_id, session_id, this.clock.now());
      this.transactions.afterCommit(() => this.cache.invalidateOwner(user_id));
    });
  }

  private async issue(
    session: Pick<TokenState, 'account_id' | 'session_id' | 'user_id' | 'expires_at'>,
  ): Promise<SessionTokens> {
    const { account_id, session_id, user_id, expires_at } = session;
    const now = this.clock.now();
    const refreshToken = randomBytes(32).toString('base64url');
    await this.repository.insertToken({
      token_hash: sha256(refreshToken),
      account_id,
      session_id,
      created_at: now,
      expires_at: new Date(Math.min(now.getTime() + idleLifetimeMs, expires_at.getTime())),
      used_at: null,
    });
    const access_token = this.tokens.sign({ use: 'user', account_id, user_id, session_id });
    return { account_id, user_id, access_token, refresh_token: refreshToken };
  }
}

function keyOf({ account_id, session_id }: Pick<UserClaims, 'account_id' | 'session_id'>): string {
  return `${account_id} ${session_id}`;
}

function isLive(state: CallerState, now: Date): boolean {
  return state.ended_at === null && state.expires_at > now;
}

/** Deactivation ends sessions. A session that was live then still tells its bearer why it ended. */
function isDeactivated(state: Omit<CallerState, 'is_verified'>, now: Date): boolean {
  if (state.deactivated_at === null || state.expires_at <= now) return false;
  return state.ended_at === null || state.ended_at >= state.deactivated_at;
}
