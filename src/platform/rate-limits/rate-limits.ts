import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import type { Config, RateClass, RateLimit } from '../config/config';
import { CONFIG } from '../config/config.module';
import { apiPrefix } from '../http/namespaces';
import type { GuardedRequest } from '../http/request';
import { LOGGER } from '../logging/logger';
import { AccessTokens } from '../tokens/access-tokens';
import { addressKey } from './address-key';
import { type Buckets, type Taken } from './buckets';
import { MemoryBuckets } from './memory-buckets';
import { RedisBuckets } from './redis-buckets';

/** How long Redis is left alone after it failed to answer. */
const pause = 1_000;

/** Counts every request of the API against the budget of whoever makes it: contract, section 4. */
@Injectable()
export class RateLimits implements OnModuleInit, OnModuleDestroy {
  private readonly buckets: Buckets;
  private failedAt: number | undefined;

  constructor(
    private readonly tokens: AccessTokens,
    clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const isShared = config.rateLimits && config.redisUrl !== undefined;
    this.buckets = isShared ? new RedisBuckets(config.redisUrl, clock) : new MemoryBuckets(clock);
  }

  async onModuleInit(): Promise<void> {
    if (this.buckets instanceof RedisBuckets) await this.buckets.connect();
  }

  onModuleDestroy(): void {
    if (this.buckets instanceof RedisBuckets) this.buckets.disconnect();
  }

  /**
   * Counts a request and tells the caller in the headers what is left.
   *
   * @param ownClass the budget of the route, by address; without one it is that of the caller, else of the address.
   * @returns null when limits are off.
   */
  async count(request: GuardedRequest, reply: FastifyReply, ownClass?: 'login'): Promise<Taken | null> {
    const { rateLimits } = this.config;
    if (!rateLimits) return null;
    const { rateClass, owner } = budgetOf(request, ownClass);
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
    if (request.isCounted || !this.config.rateLimits) return;
    request.identification = await this.tokens.identify(request);
    await this.count(request, reply);
  }

  /** While Redis is away nobody is turned away for it: limits are there to keep the service up, not to take it down. */
  private async take(key: string, limit: RateLimit): Promise<Taken> {
    const now = performance.now();
    if (this.failedAt === undefined || now - this.failedAt >= pause) {
      try {
        const taken = await this.buckets.take(key, limit);
        if (this.failedAt !== undefined) this.logger.info('Redis answers again: rate limits hold');
        this.failedAt = undefined;
        return taken;
      } catch (error) {
        if (this.failedAt === undefined) {
          this.logger.warn({ error }, 'Redis does not answer: rate limits do not hold until it does');
        }
        this.failedAt = now;
      }
    }
    return { allowed: true, remaining: limit.burst, reset: 0, retryAfter: 0 };
  }
}

function budgetOf(
  { identification, ip }: GuardedRequest,
  ownClass: 'login' | undefined,
): { readonly rateClass: RateClass; readonly owner: string } {
  if (!ownClass && identification?.state === 'valid') {
    const { claims } = identification;
    return { rateClass: claims.use, owner: claims.use === 'user' ? claims.user_id : claims.app_id };
  }
  return { rateClass: ownClass ?? 'public', owner: addressKey(ip) };
}

/** Call before `app.init()`. Preflights are not counted: browsers make them, not clients. */
export function countUnguarded(fastify: FastifyInstance, limits: () => RateLimits): void {
  fastify.addHook('onSend', async (request: GuardedRequest, reply) => {
    if (request.url.startsWith(`${apiPrefix}/`) && request.method !== 'OPTIONS') {
      await limits().countUnguarded(request, reply);
    }
  });
}
