import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { Clock } from '../../kernel/clock';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';
import { Encryption } from '../encryption/encryption';
import { mailPurpose, type PlannedMail } from './mail-delivery';
import type { Mail } from './mailer';
import { WaitingMailsRepository } from './waiting-mails.repository';

export interface Posting {
  /** The mail is not worth sending after that. */
  readonly expiresAt: Date;
  /** Accounts take turns. Null for a planned mail if only its writer finds out whose it is. */
  readonly accountId: AccountId | null;
  /** Goes before all mails that are not urgent. For mails that somebody waits for and cannot go on without. */
  readonly isUrgent?: boolean;
  /** The time before which it is not sent. */
  readonly sendAt?: Date | undefined;
}

/** The port through which contexts send mails. */
@Injectable()
export class MailOutbox {
  constructor(
    private readonly mails: WaitingMailsRepository,
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a mail in the open transaction. It is sent about a second after the commit if its turn comes then, and tried
   * again until it is sent or expires.
   */
  async post(mail: Mail | PlannedMail, posting: Posting): Promise<void> {
    const { expiresAt, accountId, isUrgent = false, sendAt = this.clock.now() } = posting;
    const id = newId();
    await this.transactions.join(() =>
      this.mails.insert({
        id,
        account_id: accountId,
        is_urgent: isUrgent,
        content: this.encryption.encrypt(mailPurpose, id, JSON.stringify(mail)),
        created_at: this.clock.now(),
        expires_at: expiresAt,
        next_attempt_at: sendAt,
      }),
    );
  }
}
