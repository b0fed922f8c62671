import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { briefFormOf } from '../../kernel/brief-answer';
import { Transactions } from '../database/transactions';
import { LOGGER } from '../logging/logger';
import { assertSame, type IdempotencyKey, replay } from './idempotency-key';
import { StoredAnswersRepository } from './stored-answers.repository';

/** Maximum numbers of bytes. Tests make them smaller. */
@Injectable()
export class AnswerLimits {
  /** Of an answer that is kept whole. */
  answer = 64 * 1024;
  /** Of the answers of an account. */
  account = 256 * 1024 * 1024;
  /** The mean number of bytes that are written between two looks at how many an account has. */
  betweenLooks = 8 * 1024 * 1024;
}

/** Another process answers a request with the same key. */
export class KeyUnderWay extends Error {}

interface Keyed {
  readonly key: IdempotencyKey;
  readonly reply: FastifyReply;
}

/** Makes a write happen once, whatever happens to its answers (docs/decisions/0046-safe-writes.md). */
@Injectable()
export class Idempotency {
  private readonly storage = new AsyncLocalStorage<Keyed>();
  private openCount = 0;

  constructor(
    private readonly answers: StoredAnswersRepository,
    private readonly transactions: Transactions,
    private readonly limits: AnswerLimits,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Does the work and stores its result in one transaction, or gives the result that is stored. The advisory lock keeps
   * other processes away, and what it waited for is seen by the next statement, so nothing is done twice.
   *
   * @throws KeyUnderWay if another process has the key.
   */
  async once({ key, reply }: Keyed, work: () => Promise<object | undefined>): Promise<object> {
    let bytes = 0;
    const result = await this.transactions.run(async () => {
      const [isLocked, stored] = await this.transactions.pipelined(this.answers.tryLock(key), this.answers.find(key));
      if (stored) {
        assertSame(key, stored);
        return replay(reply, stored);
      }
      if (!isLocked) throw new KeyUnderWay();
      const made = (await work()) ?? {};
      bytes = await this.answers.insert(key, made, this.limits.answer);
      // An answer that is not kept, and has a brief form, is given in that form from the first time on.
      return bytes === 0 ? (briefFormOf(made) ?? made) : made;
    });
    if (Math.random() * this.limits.betweenLooks < bytes) await this.trim(key);
    return result;
  }

  /** Runs a handler that opens transactions of its own. It must call `commit`. */
  async withOwnTransactions(keyed: Keyed, handler: () => Promise<object | undefined>): Promise<object | undefined> {
    this.openCount++;
    try {
      return await this.storage.run(keyed, handler);
    } finally {
      // Only in use while it is needed, because it makes every promise of the process slower.
      if (--this.openCount === 0) this.storage.disable();
    }
  }

  /**
   * The change of a handler that must do something else before its transaction, and the handler's answer. For a request with
   * a key, all of it is one transaction.
   */
  async commit<Answer extends object>(work: () => Promise<Answer>): Promise<Answer> {
    const keyed = this.storage.getStore();
    return keyed ? (this.once(keyed, work) as Promise<Answer>) : work();
  }

  private async trim({ account_id }: IdempotencyKey): Promise<void> {
    try {
      await this.answers.trim(account_id, this.limits.account);
    } catch (error) {
      // The write has been done and is answered.
      this.logger.warn({ error, account_id }, 'old answers could not be dropped');
    }
  }
}
