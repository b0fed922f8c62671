import { Injectable } from '@nestjs/common';
import { IsNull, Not, type Repository } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';
import { RefreshToken } from './refresh-token.entity';
import { Session } from './session.entity';
import type { SessionState, TokenState } from './session-rules';

/** What decides about a session and its user. */
const stateColumns = `u.role, u.email_verified_at is not null as is_verified, u.deactivated_at, s.ended_at, s.expires_at,
  s.token_generation, s.pairs_ended_at, s.kept_pair_id`;

/** The only statements on `sessions` and `refresh_tokens`. */
@Injectable()
export class SessionsRepository {
  constructor(private readonly transactions: Transactions) {}

  async insert(session: Session): Promise<void> {
    await this.sessions.insert(session);
  }

  async insertToken(token: RefreshToken): Promise<void> {
    await this.transactions.repository(RefreshToken).insert(token);
  }

  async findState(accountId: AccountId, sessionId: string, userId: string): Promise<SessionState | null> {
    const [state] = await this.transactions.rows<SessionState>(
      'sessions-state',
      `select ${stateColumns}
       from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
       where s.account_id = $1 and s.id = $2 and s.user_id = $3`,
      [accountId, sessionId, userId],
    );
    return state ?? null;
  }

  /**
   * Locks the session until the end of the transaction, so that uses of its refresh tokens and a change of the password
   * come one after the other. Does not block the foreign key of a refresh token that release 0.1.0 inserts.
   */
  async lockState(accountId: AccountId, sessionId: string, userId: string): Promise<SessionState | null> {
    const [state] = await this.transactions.rows<SessionState>(
      'sessions-state-for-update',
      `select ${stateColumns}
       from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
       where s.account_id = $1 and s.id = $2 and s.user_id = $3
       for no key update of s`,
      [accountId, sessionId, userId],
    );
    return state ?? null;
  }

  /** Across accounts, because the token is all that is known of its bearer. Locks the session like `lockState`. */
  async lockSessionOf(hash: Buffer): Promise<void> {
    await this.transactions.rows(
      'sessions-lock-by-token',
      `select s.id from sessions s join refresh_tokens t on t.account_id = s.account_id and t.session_id = s.id
       where t.token_hash = $1
       for no key update of s`,
      [hash],
    );
  }

  /** Across accounts, like `lockSessionOf`. */
  async findToken(hash: Buffer): Promise<TokenState | null> {
    const [state] = await this.transactions.rows<TokenState>(
      'refresh-tokens-state',
      `select t.account_id, t.session_id, s.user_id, t.pair_id, t.token_generation as issued_generation,
         t.created_at as issued_at, t.expires_at as token_expires_at, t.used_at, t.parent_hash,
         parent.successor_used_at as sibling_used_at, ${stateColumns}
       from refresh_tokens t
         join sessions s on s.account_id = t.account_id and s.id = t.session_id
         join users u on u.account_id = s.account_id and u.id = s.user_id
         left join refresh_tokens parent on parent.account_id = t.account_id and parent.token_hash = t.parent_hash
       where t.token_hash = $1`,
      [hash],
    );
    return state ?? null;
  }

  /**
   * Keeps the time of the first use. The row stays as long as the tokens that are given out for it, because it knows
   * whether they are retired.
   */
  async useToken(accountId: AccountId, hash: Buffer, now: Date, expiresAt: Date): Promise<void> {
    await this.transactions.rows(
      'refresh-tokens-use',
      `update refresh_tokens set used_at = coalesce(used_at, $3), expires_at = greatest(expires_at, $4)
       where account_id = $1 and token_hash = $2`,
      [accountId, hash, now, expiresAt],
    );
  }

  /** Retires the siblings of a token that is used for the first time. */
  async retireSiblings(accountId: AccountId, parentHash: Buffer, now: Date): Promise<void> {
    await this.transactions.rows(
      'refresh-tokens-retire-siblings',
      `update refresh_tokens set successor_used_at = $3
       where account_id = $1 and token_hash = $2 and successor_used_at is null`,
      [accountId, parentHash, now],
    );
  }

  /** Ends all pairs of the session but one. */
  async endPairs(accountId: AccountId, sessionId: string, keptPairId: string | null, now: Date): Promise<void> {
    await this.transactions.rows(
      'sessions-end-pairs',
      `update sessions set token_generation = token_generation + 1, pairs_ended_at = $4, kept_pair_id = $3
       where account_id = $1 and id = $2`,
      [accountId, sessionId, keptPairId, now],
    );
  }

  async end(accountId: AccountId, sessionId: string, now: Date): Promise<void> {
    await this.sessions.update({ account_id: accountId, id: sessionId, ended_at: IsNull() }, { ended_at: now });
  }

  async endAll(accountId: AccountId, userId: string, now: Date): Promise<void> {
    await this.sessions.update({ account_id: accountId, user_id: userId, ended_at: IsNull() }, { ended_at: now });
  }

  async endOthers(accountId: AccountId, userId: string, keptSessionId: string, now: Date): Promise<void> {
    await this.sessions.update(
      { account_id: accountId, user_id: userId, id: Not(keptSessionId), ended_at: IsNull() },
      { ended_at: now },
    );
  }

  /**
   * Across accounts. Removes at most `limit` rows, so that no lock is held for long. @returns the number of rows
   * removed.
   */
  async removeOldSessions(expiredBefore: Date, endedBefore: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'sessions-remove-old',
      `delete from sessions where id = any (array(
         select id from (
           (select id from sessions where expires_at < $1 order by expires_at limit $3)
           union
           (select id from sessions where ended_at < $2 order by ended_at limit $3)
         ) as old limit $3
       ))
       returning id`,
      [expiredBefore, endedBefore, limit],
    );
    return removed.length;
  }

  async removeExpiredTokens(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'refresh-tokens-remove-expired',
      `delete from refresh_tokens where token_hash = any (array(
         select token_hash from refresh_tokens where expires_at < $1 order by expires_at limit $2
       ))
       returning session_id`,
      [before, limit],
    );
    return removed.length;
  }

  private get sessions(): Repository<Session> {
    return this.transactions.repository(Session);
  }
}
