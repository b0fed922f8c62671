import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bull';
import type { Logger } from 'pino';
import { type Job, type OpenQueue, QueueEngine, type QueueName } from './queue-engine';

/** Milliseconds after which jobs that wait although a worker is free count as stuck. */
const stalledAfterMs = 30_000;
const closeTimeoutMs = 1_000;

export interface BullQueues {
  /** Fails at once while Redis is away. */
  readonly producer: Queue<Job>;
  /** Retries for ever while Redis is away. */
  readonly consumer: Queue<Job>;
}

/** Hands jobs, through Bull, to workers of all processes that share a Redis. */
export class BullEngine extends QueueEngine {
  override readonly isLocal = false;

  /**
   * @param queuesOf returns the two connections of a queue. A queue object that processes jobs must not be one that
   * fails fast.
   */
  constructor(
    private readonly queuesOf: (name: QueueName) => BullQueues,
    private readonly logger: Logger,
  ) {
    super();
  }

  override open(name: QueueName, concurrency: number, begin: (job: Job) => Promise<void>): OpenQueue {
    const { producer, consumer } = this.queuesOf(name);
    // The caller of `add` reports the failure. An `error` event without a listener would end the process.
    for (const queue of [producer, consumer]) queue.on('error', () => undefined);
    const watchdog = new Watchdog(name, this.logger);
    let running = 0;
    const taking = consumer.process(concurrency, async ({ data }) => {
      running++;
      watchdog.sawOneTaken();
      await begin(data).finally(() => running--);
    });
    taking.catch((error: unknown) => this.logger.error({ error, queue: name }, 'the queue is not processed'));
    return {
      free: async () => {
        const waiting = await producer.getWaitingCount();
        watchdog.sawWaiting(running < concurrency ? waiting : 0);
        return concurrency - running - waiting;
      },
      add: async (jobs) => {
        const options = { attempts: 1, removeOnComplete: true, removeOnFail: true };
        const added = await producer.addBulk(
          jobs.map((job) => ({ data: job, opts: { ...options, jobId: `${job.id}-${job.attempt}` } })),
        );
        // Bull does not report single commands that Redis refused, for example a read-only one. The ids are missing
        // then.
        if (added.some(({ id }) => !id)) throw new Error('Redis did not take all jobs.');
      },
      pause: () => withinCloseTimeout(consumer.pause(true, true)),
      close: async () => {
        await withinCloseTimeout(Promise.all([producer.close(true), consumer.close(true)]));
      },
    };
  }
}

/** Warns if jobs wait, workers are free, and nobody takes a job. */
class Watchdog {
  private since: number | undefined;

  constructor(
    private readonly queue: QueueName,
    private readonly logger: Logger,
  ) {}

  sawOneTaken(): void {
    this.since = undefined;
  }

  sawWaiting(count: number): void {
    const now = performance.now();
    if (count === 0) this.since = undefined;
    else this.since ??= now;
    if (this.since === undefined || now - this.since < stalledAfterMs) return;
    this.since = now;
    this.logger.error({ queue: this.queue, waiting: count }, 'jobs wait in Redis and nobody takes them');
  }
}

/** Gives up after a timeout, because Bull may wait for Redis for ever. */
async function withinCloseTimeout(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), delay(closeTimeoutMs, undefined, { ref: false })]);
}
