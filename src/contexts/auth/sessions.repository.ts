import { Injectable } from '@nestjs/common';
import { IsNull, Not, type Repository } from 'typeorm';
import type { AccountId } from '../../kernel/account-id';
import type { Role } from '../../kernel/caller';
import { Transactions } from '../../platform/database/transactions';
import { RefreshToken } from './refresh-token.entity';
import { Session } from './session.entity';

/** What decides whether the bearer of a token may enter. */
export interface CallerState {
  readonly role: Role;
  readonly is_verified: boolean;
  readonly deactivated_at: Date | null;
  readonly ended_at: Date | null;
  readonly expires_at: Date;
}

export interface TokenState extends Omit<CallerState, 'is_verified'> {
  readonly account_id: AccountId;
  readonly session_id: string;
  readonly user_id: string;
  readonly token_expires_at: Date;
  readonly used_at: Date | null;
}

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

  async findState(accountId: AccountId, sessionId: string, userId: string): Promise<CallerState | null> {
    const [state] = await this.transactions.rows<CallerState>(
      'sessions-state',
      `select u.role, u.email_verified_at is not null as is_verified, u.deactivated_at, s.ended_at, s.expires_at
       from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
       where s.account_id = $1 and s.id = $2 and s.user_id = $3`,
      [accountId, sessionId, userId],
    );
    return state ?? null;
  }

  /**
   * Uses a refresh token if its session is live, its user is active, and it is unused or was first used since
   * `siblingsSince`. One statement, so that of two uses at the same moment one is the first and the other its sibling.
   */
  async useToken(
    hash: Buffer,
    now: Date,
    siblingsSince: Date,
  ): Promise<Pick<TokenState, 'account_id' | 'session_id' | 'user_id' | 'expires_at'> | null> {
    const [used] = await this.transactions.rows<
      Pick<TokenState, 'account_id' | 'session_id' | 'user_id' | 'expires_at'>
    >(
      'refresh-tokens-use',
      `update refresh_tokens t set used_at = coalesce(t.used_at, $2)
       from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
       where t.token_hash = $1 and s.account_id = t.account_id and s.id = t.session_id
         and s.ended_at is null and s.expires_at > $2 and u.deactivated_at is null
         and t.expires_at > $2 and (t.used_at is null or t.used_at >= $3)
       returning t.account_id, t.session_id, s.user_id, s.expires_at`,
      [hash, now, siblingsSince],
    );
    return used ?? null;
  }

  /** Across accounts, because the token is all that is known of its bearer. */
  async findToken(hash: Buffer): Promise<TokenState | null> {
    const [state] = await this.transactions.rows<TokenState>(
      'refresh-tokens-state',
      `select t.account_id, t.session_id, s.user_id, t.expires_at as token_expires_at, t.used_at,
         u.role, u.deactivated_at, s.ended_at, s.expires_at
       from refresh_tokens t
         join sessions s on s.account_id = t.account_id and s.id = t.session_id
         join users u on u.account_id = s.account_id and u.id = s.user_id
       where t.token_hash = $1`,
      [hash],
    );
    return state ?? null;
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
