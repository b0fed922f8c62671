import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { Transactions } from '../database/transactions';
import { Encryption } from '../encryption/encryption';
import { LOGGER } from '../logging/logger';
import { Poller } from '../poller';
import { withTimeout } from '../with-timeout';
import { isRefusedForGood, type Mail, Mailer } from './mailer';
import { beforeFirst, type ClaimedMail, type Turn, turnOf, WaitingMailsRepository } from './waiting-mails.repository';

const seconds = 1_000;
const minutes = 60 * seconds;
const pollIntervalMs = 1 * seconds;
/** Mails that a process sends at once. */
const slots = 5;
/** Slots in which only urgent mails are sent, so that slow mails of others never hold all. */
const slotsForUrgent = 2;
/** Mails of one account that a process sends at once, urgent ones not counted. */
const maxPerAccount = 2;
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

/** A mail that is being sent. */
interface Sending {
  readonly mail: ClaimedMail;
  readonly ended: Promise<void>;
}

/**
 * Sends waiting mails: urgent ones before all others, which go by account in turn. Each process claims mails with a
 * lease. If a sender dies, its mails are due again when the lease ends. So a mail may arrive twice, but is never lost.
 */
@Injectable()
export class MailDelivery implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly poller: Poller;
  private readonly sending = new Set<Sending>();
  private lastTurn: Turn = beforeFirst;
  private filling: Promise<unknown> = Promise.resolve();
  private isStopping = false;
  private readonly abortController = new AbortController();
  private readonly writers = new Map<string, MailWriter>();

  constructor(
    private readonly mails: WaitingMailsRepository,
    private readonly transactions: Transactions,
    private readonly connections: ConnectionSlots,
    private readonly encryption: Encryption,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const round = async () => void (await this.fillSlots());
    this.poller = new Poller('waiting mails cannot be read', pollIntervalMs, round, logger);
  }

  onApplicationBootstrap(): void {
    if (this.config.workers) this.poller.start();
  }

  /** Mails under way may finish within the shutdown; the others are put back. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const cut = setTimeout(() => this.abortController.abort(), shutdownGraceMs);
    await this.poller.stop();
    await this.filling;
    await Promise.all([...this.sending].map(({ ended }) => ended));
    clearTimeout(cut);
  }

  /** Must be called in a constructor. @param writer writes the planned mails of this kind. */
  register(kind: string, writer: MailWriter): void {
    this.writers.set(kind, writer);
  }

  /** Sends what is due. Resolves when nothing is due and nothing is being sent any more. */
  async run(): Promise<void> {
    while (!(await this.fillSlots())) {
      // A race of none never ends.
      if (this.sending.size > 0) await Promise.race([...this.sending].map(({ ended }) => ended));
    }
  }

  /** A slot is held only while a statement runs, not while a mail is sent. */
  private inBackground<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.connections.takeEach('mails', 'background', work);
  }

  /** Begins to send what is due, as long as there are slots for it. @returns whether nothing is due or being sent. */
  private fillSlots(): Promise<boolean> {
    // One after the other: two at once would both find the same slots free.
    const filled = this.filling.then(() => this.claimUntilFull());
    this.filling = filled.catch(() => undefined);
    return filled;
  }

  private async claimUntilFull(): Promise<boolean> {
    while (!this.isStopping && this.sending.size < slots) {
      // Beside mails that are being sent a claim leaves out those for which there is no slot or turn yet.
      const isAlone = this.sending.size === 0;
      const claimed = await this.claim();
      if (claimed.length === 0) return isAlone;
      for (const mail of claimed) this.begin(mail);
    }
    return this.isStopping;
  }

  private async claim(): Promise<readonly ClaimedMail[]> {
    const now = this.clock.now();
    const turns = [...this.sending].filter(({ mail }) => !mail.is_urgent).map(({ mail }) => turnOf(mail));
    const limits = {
      limit: slots - this.sending.size,
      maxOrdinary: Math.max(0, slots - slotsForUrgent - turns.length),
      after: this.lastTurn,
      without: turns.filter((turn) => turns.filter((other) => other === turn).length >= maxPerAccount),
    };
    const leaseUntil = new Date(now.getTime() + leaseMs);
    const { mails, lastTurn } = await this.inBackground(() => this.mails.claim(limits, now, leaseUntil));
    this.lastTurn = lastTurn;
    return mails;
  }

  private begin(mail: ClaimedMail): void {
    const ended = this.inBackground(() => this.deliver(mail))
      .catch((error: unknown) => {
        this.logger.warn({ mail_id: mail.id, error }, 'what came of a mail could not be recorded');
      })
      .finally(() => {
        this.sending.delete(sending);
        this.poller.wake();
      });
    const sending = { mail, ended };
    this.sending.add(sending);
  }

  private async deliver(claimed: ClaimedMail): Promise<void> {
    try {
      const waiting = JSON.parse(this.encryption.decrypt(mailPurpose, claimed.id, claimed.content)) as
        Mail | PlannedMail;
      if (claimed.expires_at <= this.clock.now()) throw new Error('The mail has expired.');
      const mail = 'kind' in waiting ? await this.write(claimed, waiting) : waiting;
      if (mail)
        await withTimeout(sendTimeoutMs, this.abortController.signal, (signal) =>
          this.mailer.send(claimed.id, mail, signal),
        );
    } catch (error) {
      return this.postpone(claimed, error);
    }
    await this.mails.remove(claimed);
  }

  /** Stores the written mail for later attempts. @throws if the lease has ended and another process has the mail. */
  private async write(claimed: ClaimedMail, { kind, about }: PlannedMail): Promise<Mail | null> {
    const writer = this.writers.get(kind);
    if (!writer) throw new Error(`Nobody writes mails of the kind ${kind}.`);
    return this.transactions.run(async () => {
      const mail = await writer(about);
      if (!mail) return null;
      const content = this.encryption.encrypt(mailPurpose, claimed.id, JSON.stringify(mail));
      if (!(await this.mails.replaceContent(claimed, content))) throw new Error('The lease of the mail ran out.');
      return mail;
    });
  }

  private async postpone(claimed: ClaimedMail, error: unknown): Promise<void> {
    const { id, attempt, expires_at } = claimed;
    const next = new Date(this.clock.now().getTime() + retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1]!);
    if (isRefusedForGood(error) || next >= expires_at) {
      this.logger.error({ mail_id: id, attempt, error }, 'a mail was given up');
      return this.mails.remove(claimed);
    }
    this.logger.warn({ mail_id: id, attempt, next_attempt_at: next, error }, 'a mail could not be sent');
    await this.mails.postpone(claimed, next);
  }
}
