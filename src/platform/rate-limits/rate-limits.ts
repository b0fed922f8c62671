import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import type { Config, RateClass, RateLimit } from '../config/config';
import { CONFIG } from '../config/config.module';
import { isOfApi } from '../http/api-prefix';
import type { GuardedRequest } from '../http/request';
import { LOGGER } from '../logging/logger';
import { AccessTokens } from '../tokens/access-tokens';
import { addressKey } from './address-key';
import { type Buckets, type Taken } from './buckets';
import { MemoryBuckets } from './memory-buckets';
import { RedisBuckets } from './redis-buckets';

/** How long Redis is left alone after it failed to answer. */
const pause = 1_000;

/** Counts each request of the API against the budget of its caller or address (docs/contract.md, section 4). */
@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly buckets: Buckets;
  /** In a row. */
  private failures = 0;
  private failedAt = 0;

  constructor(
    private readonly tokens: AccessTokens,
    clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const isShared = config.rateLimits && config.redisUrl !== undefined;
    this.buckets = isShared ? new RedisBuckets(config.redisUrl, clock) : new MemoryBuckets(clock);
  }

  /** After the last request. */
  onApplicationShutdown(): void {
    if (this.buckets instanceof RedisBuckets) this.buckets.disconnect();
  }

  /**
   * Counts a request and tells the caller in the headers what is left.
   *
   * @param byAddress whose budget, by address; without it that of the caller, else of the address.
   * @returns null when limits are off.
   */
  async count(request: GuardedRequest, reply: FastifyReply, byAddress?: 'login' | 'public'): Promise<Taken | null> {
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

  /** A request that never came to the guards, since its route or its body was refused, counts too. */
  async countUnguarded(request: GuardedRequest, reply: FastifyReply): Promise<void> {
    request.identification = await this.tokens.identify(request);
    await this.count(request, reply);
  }

  /**
   * While Redis is away nobody is turned away for it: limits are there to keep the service up, not to take it down. After two
   * failures in a row it is left alone for a second; one alone may have been a busy moment of ours.
   */
  private async take(key: string, limit: RateLimit): Promise<Taken> {
    const isPausing = this.failures > 1 && performance.now() - this.failedAt < pause;
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
  { identification, ip }: GuardedRequest,
  byAddress: 'login' | 'public' | undefined,
): { readonly rateClass: RateClass; readonly owner: string } {
  if (!byAddress && identification?.state === 'valid') {
    const { claims } = identification;
    return { rateClass: claims.use, owner: claims.use === 'user' ? claims.user_id : claims.app_id };
  }
  return { rateClass: byAddress ?? 'public', owner: addressKey(ip) };
}

/** Call before `app.init()`. */
export function countUnguarded(fastify: FastifyInstance, limits: () => RateLimits): void {
  fastify.addHook('onSend', (request: GuardedRequest, reply, _payload, done) => {
    // A preflight is its browser's, not the caller's, and has no answer that anybody could read.
    const isPreflight = request.method === 'OPTIONS' && reply.statusCode === 204;
    if (request.isCounted || isPreflight || !isOfApi(request.url)) return done();
    limits()
      .countUnguarded(request, reply)
      .then(() => done(), done);
  });
}
