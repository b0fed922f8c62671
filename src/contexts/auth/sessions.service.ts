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
import { Callers } from '../../platform/tokens/callers';
import { authErrors } from './auth.errors';
import { isCurrent, isDeactivated, isLive, judgeRefresh, type SessionState, type TokenState } from './session-rules';
import { SessionsRepository } from './sessions.repository';

const days = 24 * 60 * 60 * 1_000;
const idleLifetimeMs = 14 * days;
const absoluteLifetimeMs = 90 * days;

/** A session for which a pair of tokens can be issued. */
type OpenSession = Pick<TokenState, 'account_id' | 'session_id' | 'user_id' | 'expires_at' | 'token_generation'>;

export interface SessionTokens {
  readonly account_id: AccountId;
  readonly user_id: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

@Injectable()
export class SessionsService {
  /** By account and session, so that a token cannot name another account than that of its session. */
  private readonly cache: CallerCache<SessionState | null>;

  constructor(
    private readonly repository: SessionsRepository,
    private readonly transactions: Transactions,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
    callers: Callers,
    domainEvents: DomainEvents,
  ) {
    this.cache = new CallerCache(clock);
    callers.register('user', (claims) => this.callerOf(claims));
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
      token_generation: 0,
      pairs_ended_at: null,
      kept_pair_id: null,
    };
    return this.transactions.run(async () => {
      await this.repository.insert(session);
      return this.issue({ ...session, session_id: session.id }, null);
    });
  }

  /**
   * Exchanges a refresh token for a new pair. Each use within 10 s of the first gets a pair of its own. Once one of
   * these is used, the others are retired. A use after that window, or 60 s after the retirement, means that the token
   * was stolen, and ends the session.
   *
   * @throws DomainError `auth.invalid_token`, or `auth.deactivated` if only the deactivation of its user makes a token
   * invalid.
   */
  async refresh(token: string): Promise<SessionTokens> {
    const exchanged = await this.transactions.run(() => this.exchange(sha256(token)));
    // Thrown outside, so that the end of a session is committed.
    if (typeof exchanged === 'string') throw new DomainError(authErrors[exchanged]);
    return exchanged;
  }

  private async exchange(hash: Buffer): Promise<SessionTokens | 'invalid_token' | 'deactivated'> {
    const { repository } = this;
    // The second statement waits for the first one's lock, and then sees what was committed before.
    const [, token] = await this.transactions.pipelined(repository.lockSessionOf(hash), repository.findToken(hash));
    if (!token) return 'invalid_token';
    const now = this.clock.now();
    const verdict = judgeRefresh(token, now);
    if (verdict === 'stolen') await this.end(token);
    if (verdict !== 'good') return verdict === 'deactivated' ? verdict : 'invalid_token';
    const { account_id, parent_hash, used_at } = token;
    const [issued] = await this.transactions.pipelined(
      this.issue(token, hash),
      repository.useToken(account_id, hash, now, idleExpiryOf(token, now)),
      used_at === null && parent_hash ? repository.retireSiblings(account_id, parent_hash, now) : undefined,
    );
    return issued;
  }

  /** @throws DomainError unless the token's session is live, its pair current, and its user active. */
  private callerOf(claims: UserClaims): UserCaller | Promise<UserCaller> {
    const { account_id, user_id, session_id } = claims;
    const state = this.cache.get(keyOf(claims), user_id, () =>
      this.repository.findState(account_id, session_id, user_id),
    );
    // Usually in the cache: such a request need not wait for a promise.
    return state instanceof Promise ? state.then((read) => this.callerIn(read, claims)) : this.callerIn(state, claims);
  }

  private callerIn(state: SessionState | null, claims: UserClaims): UserCaller {
    const now = this.clock.now();
    const { account_id, user_id, session_id, pair } = claims;
    if (!state || !isCurrent(state, pair)) throw new DomainError(authErrors.invalid_token);
    if (isDeactivated(state, now)) throw new DomainError(authErrors.deactivated);
    if (!isLive(state, now)) throw new DomainError(authErrors.invalid_token);
    const { role, is_verified } = state;
    return { kind: 'user', account_id, user_id, session_id, pair, role, is_verified };
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

  /**
   * Ends everything of the user but the caller's pair: other sessions, and other pairs of this session.
   *
   * @returns a new pair of the session.
   * @throws DomainError `auth.invalid_token` if the session or the pair has ended since the request came.
   */
  async renew({ account_id, user_id, session_id, pair }: UserCaller): Promise<SessionTokens> {
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const session = await this.repository.lockState(account_id, session_id, user_id);
      if (!session || !isLive(session, now) || !isCurrent(session, pair)) {
        throw new DomainError(authErrors.invalid_token);
      }
      await this.repository.endOthers(account_id, user_id, session_id, now);
      await this.repository.endPairs(account_id, session_id, pair.id, now);
      this.transactions.afterCommit(() => this.cache.invalidateOwner(user_id));
      const { expires_at, token_generation } = session;
      return this.issue({ account_id, user_id, session_id, expires_at, token_generation: token_generation + 1 }, null);
    });
  }

  /** @param parentHash hash of the refresh token for which the pair is given out. */
  private async issue(session: OpenSession, parentHash: Buffer | null): Promise<SessionTokens> {
    const { account_id, session_id, user_id, token_generation } = session;
    const now = this.clock.now();
    const pair = { id: newId(), generation: token_generation, issued_at: now };
    const refreshToken = randomBytes(32).toString('base64url');
    await this.repository.insertToken({
      token_hash: sha256(refreshToken),
      account_id,
      session_id,
      created_at: now,
      expires_at: idleExpiryOf(session, now),
      used_at: null,
      pair_id: pair.id,
      token_generation,
      parent_hash: parentHash,
      successor_used_at: null,
    });
    const access_token = this.tokens.sign({ use: 'user', account_id, user_id, session_id, pair });
    return { account_id, user_id, access_token, refresh_token: refreshToken };
  }
}

/** When a token of the session expires that is given out now. */
function idleExpiryOf({ expires_at }: OpenSession, now: Date): Date {
  return new Date(Math.min(now.getTime() + idleLifetimeMs, expires_at.getTime()));
}

function keyOf({ account_id, session_id }: Pick<UserClaims, 'account_id' | 'session_id'>): string {
  return `${account_id} ${session_id}`;
}
