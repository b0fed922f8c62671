import { setMaxListeners } from 'node:events';
import { setImmediate as others, setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { Transactions } from '../database/transactions';
import { LOGGER } from '../logging/logger';
import { Metrics } from '../metrics/metrics';
import { Poller } from '../poller';
import { type Job, type OpenQueue, QueueEngine, type QueueName } from './queue-engine';

/** Milliseconds between searches for due rows without a job. */
const pollIntervalMs = 500;
/** Milliseconds for which jobs under way may end by themselves when the program stops. Nearly all do. */
const shutdownGraceMs = 2_000;

/** The background work of a context. */
export interface JobHandler {
  readonly queue: QueueName;
  /** Maximum number of jobs that a process handles at once. */
  readonly concurrency: number;
  /** Another queue of the same rows: this one claims only while that one has no free worker in this process. */
  readonly relieves?: QueueName;
  /**
   * Runs in a transaction.
   *
   * @param isLocal whether this process alone handles the jobs, each as the object that is returned. Then their
   * attempts may begin at once.
   * @returns at most `limit` jobs, for rows that are due and that nobody else takes until their leases end.
   */
  claim(limit: number, isLocal: boolean): Promise<Job[]>;
  /**
   * @returns how many rows are due and not leased. Stops counting at a bound, so that it stays cheap. Absent where
   * another queue counts the same rows.
   */
  countWaiting?(): Promise<number>;
  /** Ends the leases of jobs that the queue did not take. */
  release(jobs: readonly Job[]): Promise<void>;
  /**
   * Handles a job if its row still wants that. An error is logged, and the row is due again when its lease ends.
   *
   * @param signal aborts when the process must end. The handler then drops its work; the lease lets another worker
   * repeat it.
   */
  handle(job: Job, signal: AbortSignal): Promise<void>;
}

/**
 * Brings due rows to workers. PostgreSQL has the state: which rows are due, at which attempt, and who leases them until
 * when. A queue carries ids only. So nothing is lost with a queue, and an expired lease repairs any lost job or worker.
 */
@Injectable()
export class WorkQueues implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly handlers: JobHandler[] = [];
  private readonly open = new Map<QueueName, { readonly queue: OpenQueue; readonly poller: Poller }>();
  private readonly underWay = new Set<Promise<void>>();
  private isStopping = false;
  private readonly abortController = new AbortController();

  constructor(
    private readonly engine: QueueEngine,
    private readonly transactions: Transactions,
    private readonly connections: ConnectionSlots,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    const depth = 'Work that is due and that nobody does; 10000 is that or more.';
    metrics.gauge('queue_depth', depth, () => this.countWaiting());
    // Each job under way adds a listener.
    setMaxListeners(0, this.abortController.signal);
  }

  /**
   * Must be called in a constructor. The work begins with the start of the program, in processes that do background
   * work.
   */
  register(handler: JobHandler): void {
    this.handlers.push(handler);
  }

  /** Says that there may be due work, or a free worker. */
  wake(queue: QueueName): void {
    this.open.get(queue)?.poller.wake();
  }

  onApplicationBootstrap(): void {
    if (!this.config.workers) return;
    for (const handler of this.handlers) {
      const queue = this.engine.open(handler.queue, handler.concurrency, (job) => this.begin(handler, job));
      const failure = `due work does not get into the queue ${handler.queue}`;
      const round = () => this.connections.takeEach(handler.queue, 'background', () => this.fill(handler, queue));
      const poller = new Poller(failure, pollIntervalMs, round, this.logger);
      this.open.set(handler.queue, { queue, poller });
      poller.start();
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const open = [...this.open.values()];
    await Promise.all(open.map(({ poller }) => poller.stop()));
    await Promise.all(open.map(({ queue }) => queue.pause()));
    const ended = Promise.all(this.underWay);
    await Promise.race([ended, delay(shutdownGraceMs, undefined, { ref: false })]);
    this.abortController.abort();
    await ended;
    await Promise.all(open.map(({ queue }) => queue.close()));
  }

  private async countWaiting(): Promise<Record<string, number>> {
    const counts = this.handlers.flatMap((handler) =>
      handler.countWaiting ? [handler.countWaiting().then((count) => [handler.queue, count] as const)] : [],
    );
    return Object.fromEntries(await Promise.all(counts));
  }

  private async fill(handler: JobHandler, queue: OpenQueue): Promise<void> {
    while (!this.isStopping) {
      // Workers that become free in the same turn get their next jobs in one claim.
      await others();
      const free = await queue.free();
      if (free <= 0) return this.relieve(handler.queue);
      if (handler.relieves !== undefined && (await this.open.get(handler.relieves)!.queue.free()) > 0) return;
      const jobs = await this.transactions.run(() => handler.claim(free, this.engine.isLocal));
      if (jobs.length > 0) await this.add(handler, queue, jobs);
      if (jobs.length < free) return;
    }
  }

  private relieve(full: QueueName): void {
    for (const { queue, relieves } of this.handlers) if (relieves === full) this.wake(queue);
  }

  /** Runs after the commit: a faster worker would not see the lease. */
  private async add(handler: JobHandler, queue: OpenQueue, jobs: readonly Job[]): Promise<void> {
    try {
      await queue.add(jobs);
    } catch (error) {
      await this.transactions.run(() => handler.release(jobs));
      throw error;
    }
  }

  private begin(handler: JobHandler, job: Job): Promise<void> {
    const running = this.handle(handler, job).finally(() => {
      this.underWay.delete(running);
      this.wake(handler.queue);
    });
    this.underWay.add(running);
    return running;
  }

  private async handle(handler: JobHandler, job: Job): Promise<void> {
    const { signal } = this.abortController;
    if (this.isStopping) return;
    try {
      await handler.handle(job, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.logger.error({ error, queue: handler.queue, job_id: job.id, attempt: job.attempt }, 'a job failed');
    }
  }
}
