import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { randomText } from '../../kernel/random-text';
import { sha256 } from '../../kernel/sha256';
import { Transactions } from '../../platform/database/transactions';
import type { TokenPurpose } from './one-time-token.entity';
import { emailKey } from './user.entity';
import { OneTimeTokensRepository, type TokenOwner } from './one-time-tokens.repository';

export type { TokenPurpose } from './one-time-token.entity';

const hours = 60 * 60 * 1_000;
/** Lifetimes in milliseconds. */
export const tokenLifetimesMs: Readonly<Record<TokenPurpose, number>> = {
  invitation: 7 * 24 * hours,
  password_reset: 1 * hours,
  email_verification: 7 * 24 * hours,
};
/** Maximum number of mails to one user in an hour, so that strangers cannot fill a mailbox. */
const maxTokensPerHour = 5;
/**
 * Characters, with 190 random bits. The link of a local server then fits a line of a mail, and it never ends in `-`.
 */
const tokenLength = 32;

export interface IssuedToken {
  readonly token: string;
  readonly expires_at: Date;
}

/** Issues the tokens of mailed links. A token is good for a limited time, for one purpose, and once. */
@Injectable()
export class OneTimeTokensService {
  constructor(
    private readonly repository: OneTimeTokensRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** @returns null if the user is not active, or had too many tokens within the last hour. */
  async issue(
    purpose: TokenPurpose,
    user: { readonly account_id: AccountId; readonly id: string; readonly email: string },
  ): Promise<IssuedToken | null> {
    const now = this.clock.now();
    const token = randomText(tokenLength);
    const row = {
      token_hash: sha256(token),
      account_id: user.account_id,
      user_id: user.id,
      purpose,
      created_at: now,
      expires_at: new Date(now.getTime() + tokenLifetimesMs[purpose]),
    };
    const anHourAgo = new Date(now.getTime() - hours);
    const isIssued = await this.transactions.join(async () => {
      await this.repository.takeTurns(sha256(emailKey(user.email)).readBigInt64BE());
      return this.repository.insert(row, anHourAgo, maxTokensPerHour);
    });
    return isIssued ? { token, expires_at: row.expires_at } : null;
  }

  /** @returns the owner of a token without using it; null if it is unknown, used, expired or for another purpose. */
  async ownerOf(purpose: TokenPurpose, token: string): Promise<TokenOwner | null> {
    return this.repository.find(sha256(token), purpose, this.clock.now());
  }

  /** @returns whether the token was still good. */
  async use(purpose: TokenPurpose, token: string): Promise<boolean> {
    return this.transactions.join(() => this.repository.use(sha256(token), purpose, this.clock.now()));
  }

  /** @param purpose of the links to remove; without it all go. */
  async removeOfUser(accountId: AccountId, userId: string, purpose?: TokenPurpose): Promise<void> {
    await this.transactions.join(() => this.repository.removeOfUser(accountId, userId, purpose));
  }

  /** @returns the number of tokens removed, at most `limit`. */
  async removeExpired(limit: number): Promise<number> {
    return this.repository.removeExpired(this.clock.now(), limit);
  }
}
