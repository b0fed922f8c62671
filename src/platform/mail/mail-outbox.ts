import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';
import { Encryption } from '../encryption/encryption';
import { mailPurpose, type PlannedMail } from './mail-delivery';
import type { Mail } from './mailer';

/** The port through which contexts send mails. */
@Injectable()
export class MailOutbox {
  constructor(
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a mail in the open transaction. It is sent about a second after the commit, and tried again until it is sent
   * or expires.
   *
   * @param sendAt the time before which it is not sent.
   */
  async post(mail: Mail | PlannedMail, expiresAt: Date, sendAt = this.clock.now()): Promise<void> {
    const id = newId();
    const content = this.encryption.encrypt(mailPurpose, id, JSON.stringify(mail));
    await this.transactions.join(() =>
      this.transactions.rows(
        'mails-post',
        `insert into mails (id, content, created_at, expires_at, attempt, next_attempt_at) values ($1, $2, $3, $4, 0, $5)`,
        [id, content, this.clock.now(), expiresAt, sendAt],
      ),
    );
  }
}
