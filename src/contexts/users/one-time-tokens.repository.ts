import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Transactions } from '../../platform/database/transactions';
import { OneTimeToken, type TokenPurpose } from './one-time-token.entity';

export interface TokenOwner {
  readonly account_id: AccountId;
  readonly user_id: string;
}

/** The only statements on `one_time_tokens`. */
@Injectable()
export class OneTimeTokensRepository {
  constructor(private readonly transactions: Transactions) {}

  /** Serialises the making of tokens for one address, so that they can be counted. */
  async takeTurns(address: bigint): Promise<void> {
    await this.transactions.rows('one-time-tokens-take-turns', 'select pg_advisory_xact_lock($1)', [String(address)]);
  }

  /**
   * Inserts a token if the user exists and is active, and fewer than `maximum` tokens were made since then.
   *
   * @returns whether the token was inserted.
   */
  async insert(token: OneTimeToken, madeSince: Date, maximum: number): Promise<boolean> {
    const inserted = await this.transactions.rows(
      'one-time-tokens-insert',
      `insert into one_time_tokens (token_hash, account_id, user_id, purpose, created_at, expires_at)
       select $3, account_id, id, $4, $5, $6 from users
       where account_id = $1 and id = $2 and deactivated_at is null and (
         select count(*) from one_time_tokens t
         where t.account_id = $1 and t.user_id = $2 and t.purpose = $4 and t.created_at > $7
       ) < $8::int
       returning user_id`,
      [
        token.account_id,
        token.user_id,
        token.token_hash,
        token.purpose,
        token.created_at,
        token.expires_at,
        madeSince,
        maximum,
      ],
    );
    return inserted.length > 0;
  }

  /** Across accounts, because the token is all that is known of its bearer. */
  async find(hash: Buffer, purpose: TokenPurpose, now: Date): Promise<TokenOwner | null> {
    const [owner] = await this.transactions.rows<Pick<OneTimeToken, 'account_id' | 'user_id'>>(
      'one-time-tokens-find',
      'select account_id, user_id from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3',
      [hash, purpose, now],
    );
    return owner ?? null;
  }

  /** Deletes a token. Of two uses at the same moment one finds it gone. @returns whether it was there. */
  async use(hash: Buffer, purpose: TokenPurpose, now: Date): Promise<boolean> {
    const used = await this.transactions.rows(
      'one-time-tokens-use',
      'delete from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3 returning user_id',
      [hash, purpose, now],
    );
    return used.length > 0;
  }

  async removeOfUser(accountId: AccountId, userId: string, purpose?: TokenPurpose): Promise<void> {
    const ofPurpose = purpose === undefined ? {} : { purpose };
    await this.transactions.repository(OneTimeToken).delete({ account_id: accountId, user_id: userId, ...ofPurpose });
  }

  /**
   * Across accounts. Removes at most `limit` rows, so that no lock is held for long. @returns the number of rows
   * removed.
   */
  async removeExpired(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'one-time-tokens-remove-expired',
      `delete from one_time_tokens where token_hash = any (array(
         select token_hash from one_time_tokens where expires_at < $1 order by expires_at limit $2
       ))
       returning user_id`,
      [before, limit],
    );
    return removed.length;
  }
}
