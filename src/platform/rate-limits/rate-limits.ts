import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import type { Config, RateClass, RateLimit } from '../config/config';
import { CONFIG } from '../config/config.module';
import { isOfApi } from '../http/api-prefix';
import type { GuardedRequest } from '../http/request';
import { LOGGER } from '../logging/logger';
import { Callers } from '../tokens/callers';
import { addressKey } from './address-key';
import { type Buckets, type TakeResult } from './buckets';
import { MemoryBuckets } from './memory-buckets';
import { RedisBuckets } from './redis-buckets';

/** Milliseconds without questions to Redis after repeated failures. */
const redisPauseMs = 1_000;

/** Counts each request of the API against the budget of its caller or address (docs/contract.md, section 4). */
@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly buckets: Buckets;
  /** Failures in a row. */
  private failures = 0;
  private failedAt = 0;

  constructor(
    private readonly callers: Callers,
    clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const isShared = config.rateLimits && config.redisUrl !== undefined;
    this.buckets = isShared ? new RedisBuckets(config.redisUrl, clock) : new MemoryBuckets(clock);
  }

  /** Disconnects after the last request. */
  onApplicationShutdown(): void {
    if (this.buckets instanceof RedisBuckets) this.buckets.disconnect();
  }

  /**
   * Counts a request and writes what is left into the headers.
   *
   * @param byAddress the budget, by address. Without it the budget of the caller counts, or else that of the address.
   * @returns null if limits are off.
   */
  async count(
    request: GuardedRequest,
    reply: FastifyReply,
    byAddress?: 'login' | 'public',
  ): Promise<TakeResult | null> {
    const { rateLimits } = this.config;
    if (!rateLimits) return null;
    const { rateClass, owner } = budgetOf(request, byAddress);
    const limit = rateLimits[rateClass];
    const taken = await this.take(`${rateClass}:${owner}`, limit);
    request.isCounted = true;
    void reply
      .header('ratelimit-limit', String(limit.burst))
      .header('ratelimit-remaining', String(taken.remaining))
      .header('ratelimit-reset', String(taken.reset));
    return taken;
  }

  /** Also counts a request that did not reach the guards, because its route or body was refused. */
  async countUnguarded(request: GuardedRequest, reply: FastifyReply): Promise<void> {
    await this.callers.identify(request);
    await this.count(request, reply);
  }

  /**
   * While Redis is away, every request is allowed: limits must not take the service down. After two failures in a row
   * Redis is not asked for a second; a single failure may be a busy moment of this process.
   */
  private async take(key: string, limit: RateLimit): Promise<TakeResult> {
    const isPausing = this.failures > 1 && performance.now() - this.failedAt < redisPauseMs;
    if (!isPausing) {
      try {
        const taken = await this.buckets.take(key, limit);
        if (this.failures > 0) this.logger.info('rate limits hold again');
        this.failures = 0;
        return taken;
      } catch (error) {
        if (this.failures === 0) this.logger.warn({ error }, 'rate limits do not hold: Redis cannot count');
        this.failures++;
        this.failedAt = performance.now();
      }
    }
    return { allowed: true, remaining: limit.burst, reset: 0, retryAfter: 0 };
  }
}

function budgetOf(
  { caller, ip }: GuardedRequest,
  byAddress: 'login' | 'public' | undefined,
): { readonly rateClass: RateClass; readonly owner: string } {
  if (!byAddress && caller) {
    return { rateClass: caller.kind, owner: caller.kind === 'user' ? caller.user_id : caller.app_id };
  }
  return { rateClass: byAddress ?? 'public', owner: addressKey(ip) };
}

/** Must be called before `app.init()`. */
export function countUnguarded(fastify: FastifyInstance, limits: () => RateLimits): void {
  fastify.addHook('onSend', (request: GuardedRequest, reply, _payload, done) => {
    // A browser sends a preflight by itself, and no script can read its answer.
    const isPreflight = request.method === 'OPTIONS' && reply.statusCode === 204;
    if (request.isCounted || isPreflight || !isOfApi(request.url)) return done();
    limits()
      .countUnguarded(request, reply)
      .then(() => done(), done);
  });
}
