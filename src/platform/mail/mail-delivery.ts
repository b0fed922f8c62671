import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { Transactions } from '../database/transactions';
import { Encryption } from '../encryption/encryption';
import { withTimeout } from '../with-timeout';
import { LOGGER } from '../logging/logger';
import { isRefusedForGood, type Mail, Mailer } from './mailer';

const seconds = 1_000;
const minutes = 60 * seconds;
const pollIntervalMs = 1 * seconds;
/** Maximum number of mails to send at once. */
const batchSize = 5;
/** Milliseconds for connecting, greeting and sending together. */
const sendTimeoutMs = 60 * seconds;
/** Milliseconds for which no other process takes a mail. Longer than sending may take. */
const leaseMs = 2 * minutes;
/** Waits between attempts, in milliseconds. The last one repeats until the mail expires. */
const retryDelaysMs = [10 * seconds, 1 * minutes, 5 * minutes, 15 * minutes, 30 * minutes, 60 * minutes];
const shutdownGraceMs = 3 * seconds;

/** The purpose under which the content of a waiting mail is encrypted. */
export const mailPurpose = 'mail';

/**
 * A mail whose text is written when it is sent. So posting it takes the same time for every text and address, known or
 * not.
 */
export interface PlannedMail {
  /** Names the writer. */
  readonly kind: string;
  readonly about: Readonly<Record<string, string>>;
}

/**
 * Runs in a transaction, once for each mail, however often sending is tried. @returns null if there is nothing to send.
 */
export type MailWriter = (about: PlannedMail['about']) => Promise<Mail | null>;

interface Claimed {
  readonly id: string;
  readonly content: Buffer;
  readonly expires_at: Date;
  readonly attempt: number;
}

/**
 * Sends waiting mails. Each process claims mails with a lease. If a sender dies, its mails are due again when the lease
 * ends. So a mail may arrive twice, but is never lost.
 */
@Injectable()
export class MailDelivery implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private latest: Promise<void> = Promise.resolve();
  private asleep = true;
  private isStopping = false;
  private readonly abortController = new AbortController();
  private readonly writers = new Map<string, MailWriter>();

  constructor(
    private readonly transactions: Transactions,
    private readonly connections: ConnectionSlots,
    private readonly encryption: Encryption,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.workers) return;
    this.timer = setInterval(() => this.wake(), pollIntervalMs);
  }

  /** Mails under way may finish within the shutdown; the others are put back. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    this.isStopping = true;
    const cut = setTimeout(() => this.abortController.abort(), shutdownGraceMs);
    await this.latest;
    clearTimeout(cut);
  }

  /** Must be called in a constructor. @param writer writes the planned mails of this kind. */
  register(kind: string, writer: MailWriter): void {
    this.writers.set(kind, writer);
  }

  private wake(): void {
    if (!this.asleep) return;
    this.asleep = false;
    void this.run()
      .catch((error: unknown) => this.logger.warn({ error }, 'waiting mails could not be read; the next try is soon'))
      .finally(() => (this.asleep = true));
  }

  /** Sends what is due. Only one run at a time. */
  async run(): Promise<void> {
    const round = this.latest.then(() => this.connections.takeEach('mails', 'background', () => this.deliverDue()));
    this.latest = round.catch(() => undefined);
    await round;
  }

  private async deliverDue(): Promise<void> {
    while (!this.isStopping) {
      const claimed = await this.claim();
      await Promise.all(claimed.map((mail) => this.deliver(mail)));
      if (claimed.length < batchSize) return;
    }
  }

  private async claim(): Promise<Claimed[]> {
    const now = this.clock.now();
    // PostgreSQL computes an array once. With `id in (…)` it may join the selection, and run it (and lock more) for
    // each mail.
    return this.transactions.rows<Claimed>(
      'mails-claim',
      `update mails set attempt = attempt + 1, lease_until = $2
       where id = any (array(
         select id from mails where next_attempt_at <= $1 and (lease_until is null or lease_until <= $1)
         order by next_attempt_at limit $3 for update skip locked
       ))
       returning id, content, expires_at, attempt`,
      [now, new Date(now.getTime() + leaseMs), batchSize],
    );
  }

  private async deliver(claimed: Claimed): Promise<void> {
    try {
      const waiting = JSON.parse(this.encryption.decrypt(mailPurpose, claimed.content)) as Mail | PlannedMail;
      if (claimed.expires_at <= this.clock.now()) throw new Error('The mail has expired.');
      const mail = 'kind' in waiting ? await this.write(claimed, waiting) : waiting;
      if (mail)
        await withTimeout(sendTimeoutMs, this.abortController.signal, (signal) =>
          this.mailer.send(claimed.id, mail, signal),
        );
    } catch (error) {
      return this.postpone(claimed, error);
    }
    await this.remove(claimed);
  }

  /** Stores the written mail for later attempts, unless the lease has ended and another process has the mail. */
  private async write({ id, attempt }: Claimed, { kind, about }: PlannedMail): Promise<Mail | null> {
    const writer = this.writers.get(kind);
    if (!writer) throw new Error(`Nobody writes mails of the kind ${kind}.`);
    return this.transactions.run(async () => {
      const mail = await writer(about);
      if (!mail) return null;
      const content = this.encryption.encrypt(mailPurpose, JSON.stringify(mail));
      const kept = await this.transactions.rows(
        'mails-write',
        'update mails set content = $3 where id = $1 and attempt = $2 returning id',
        [id, attempt, content],
      );
      if (kept.length === 0) throw new Error('The lease of the mail ran out.');
      return mail;
    });
  }

  private async postpone(claimed: Claimed, error: unknown): Promise<void> {
    const { id, attempt, expires_at } = claimed;
    const next = new Date(this.clock.now().getTime() + retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1]!);
    if (isRefusedForGood(error) || next >= expires_at) {
      this.logger.error({ mail_id: id, attempt, error }, 'a mail was given up');
      return this.remove(claimed);
    }
    this.logger.warn({ mail_id: id, attempt, next_attempt_at: next, error }, 'a mail could not be sent');
    await this.transactions.rows(
      'mails-postpone',
      'update mails set next_attempt_at = $3, lease_until = null where id = $1 and attempt = $2',
      [id, attempt, next],
    );
  }

  /** Removes the mail, unless the lease has ended and another process has it. */
  private async remove({ id, attempt }: Claimed): Promise<void> {
    await this.transactions.rows('mails-remove', 'delete from mails where id = $1 and attempt = $2', [id, attempt]);
  }
}
