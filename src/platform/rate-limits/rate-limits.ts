import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors } from '../../kernel/too-busy';
import type { Config, RateClass, RateLimit } from '../config/config';
import { CONFIG } from '../config/config.module';
import type { GuardedRequest } from '../http/request';
import { LOGGER } from '../logging/logger';
import { Callers } from '../tokens/callers';
import { addressKey } from '../http/address-key';
import type { Buckets, TakeResult } from './buckets';
import { MemoryBuckets } from './memory-buckets';
import { RedisBuckets } from './redis-buckets';
import { SharedBuckets } from './shared-buckets';

/** Counts requests against the budget of their caller or address (docs/contract.md, section 4). */
@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly redis: RedisBuckets | undefined;
  private readonly buckets: Buckets;

  constructor(
    private readonly callers: Callers,
    clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    const memory = new MemoryBuckets(clock);
    if (config.rateLimits && config.redisUrl !== undefined) this.redis = new RedisBuckets(config.redisUrl, clock);
    this.buckets = this.redis ? new SharedBuckets(this.redis, memory, clock, logger) : memory;
  }

  /** Disconnects after the last request. */
  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }

  /** Counts a request. @throws DomainError if its budget is used up. */
  async admit(request: GuardedRequest, reply: FastifyReply): Promise<void> {
    const taken = await this.count(request, reply);
    if (!taken || taken.allowed) return;
    const { retryAfter } = taken;
    const message = `Too many requests: try again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}.`;
    throw new DomainError(rateLimitErrors.exceeded, { message, retryAfter });
  }

  /** Counts a request and writes what is left into the headers. @returns null if limits are off. */
  async count(request: GuardedRequest, reply: FastifyReply): Promise<TakeResult | null> {
    const { rateLimits } = this.config;
    if (!rateLimits) return null;
    if (request.routeOptions.config.rateClass === undefined) {
      const identifying = this.callers.identify(request);
      if (identifying instanceof Promise) await identifying;
    }
    const { rateClass, owner } = budgetOf(request);
    request.bucket = `${rateClass}:${owner}`;
    const taking = this.buckets.take(request.bucket, rateLimits[rateClass]);
    const taken = taking instanceof Promise ? await taking : taking;
    tell(reply, rateLimits[rateClass], taken);
    return taken;
  }

  /** Takes what an answer is worth beside the request that is counted, and writes what is left into the headers. */
  async takeOwed({ bucket, owed }: GuardedRequest, reply: FastifyReply): Promise<void> {
    const { rateLimits } = this.config;
    if (!rateLimits || bucket === undefined || !owed) return;
    const limit = rateLimits[bucket.slice(0, bucket.indexOf(':')) as RateClass];
    tell(reply, limit, await this.buckets.take(bucket, limit, owed));
  }
}

function tell(reply: FastifyReply, limit: RateLimit, taken: TakeResult): void {
  void reply
    .header('ratelimit-limit', String(limit.burst))
    .header('ratelimit-remaining', String(taken.remaining))
    .header('ratelimit-reset', String(taken.reset));
}

/** On a public route the address counts, even if a token is sent, because nobody checks there whether it is revoked. */
function budgetOf({ caller, ip, routeOptions }: GuardedRequest): {
  readonly rateClass: RateClass;
  readonly owner: string;
} {
  const { rateClass } = routeOptions.config;
  if (rateClass === undefined && caller) {
    return { rateClass: caller.kind, owner: caller.kind === 'user' ? caller.user_id : caller.app_id };
  }
  return { rateClass: rateClass ?? 'public', owner: addressKey(ip) };
}
