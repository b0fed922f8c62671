import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';
import { Encryption } from '../encryption/encryption';
import { MailDelivery, mailPurpose, type WaitingMail } from './mail-delivery';

/** Where contexts leave their mails. */
@Injectable()
export class MailOutbox {
  constructor(
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly delivery: MailDelivery,
    private readonly clock: Clock,
  ) {}

  /**
   * Leaves a mail to be sent once the open transaction is committed; it is tried again until it is sent or has expired.
   *
   * @param mail to nobody (`to: null`): it costs the same and is thrown away, so that nobody learns who exists.
   */
  async post(mail: WaitingMail, expiresAt: Date): Promise<void> {
    const content = this.encryption.encrypt(mailPurpose, JSON.stringify(mail));
    await this.transactions.join(() =>
      this.transactions.rows(
        'mails-post',
        `insert into mails (id, content, created_at, expires_at, attempt, next_attempt_at) values ($1, $2, $3, $4, 0, $3)`,
        [newId(), content, this.clock.now(), expiresAt],
      ),
    );
    this.transactions.afterCommit(() => this.delivery.wake());
  }
}
