import type { Logger } from 'pino';
import type { Clock } from '../../kernel/clock';
import type { RateLimit } from '../config/config';
import { Buckets, type TakeResult } from './buckets';

/** Milliseconds without questions to Redis after repeated failures. */
const redisPauseMs = 1_000;
/** Milliseconds between two lines in the log that say that Redis is away. */
const warningIntervalMs = 60_000;

/**
 * Buckets in Redis, which all instances share. While Redis cannot count, this process counts in memory: each instance
 * then grants whole budgets of its own, but nobody is without a limit. After two failures in a row Redis is not asked for
 * a second; a single failure may be a busy moment of this process.
 */
export class SharedBuckets extends Buckets {
  /** Failures in a row. */
  private failures = 0;
  private failedAt = 0;
  private isTold = false;
  private toldAt = -Infinity;

  constructor(
    private readonly redis: Buckets,
    private readonly memory: Buckets,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  override async take(key: string, limit: RateLimit, owed?: number): Promise<TakeResult> {
    const isPausing = this.failures > 1 && performance.now() - this.failedAt < redisPauseMs;
    if (!isPausing) {
      try {
        const taken = await this.redis.take(key, limit, owed);
        this.succeeded();
        return taken;
      } catch (error) {
        this.failed(error);
      }
    }
    return this.memory.take(key, limit, owed);
  }

  private succeeded(): void {
    this.failures = 0;
    if (this.isTold) this.logger.info('all instances share rate limits again');
    this.isTold = false;
  }

  /** A Redis that comes and goes makes one line a minute. */
  private failed(error: unknown): void {
    this.failures++;
    this.failedAt = performance.now();
    const now = this.clock.now().getTime();
    if (this.isTold || Math.abs(now - this.toldAt) < warningIntervalMs) return;
    this.logger.warn({ error }, 'each process counts rate limits for itself: Redis cannot count');
    this.isTold = true;
    this.toldAt = now;
  }
}
