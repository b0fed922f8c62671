import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';

const commandTimeoutMs = 1_000;

/** Whether Redis answers. */
@Injectable()
export class RedisProbe implements OnApplicationShutdown {
  private readonly redis: Redis | undefined;

  constructor(@Inject(CONFIG) { redisUrl }: Config) {
    if (redisUrl === undefined) return;
    this.redis = new Redis(redisUrl, {
      lazyConnect: true,
      connectTimeout: commandTimeoutMs,
      commandTimeout: commandTimeoutMs,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    });
    // `check` reports the failure. Without a listener ioredis would print the event.
    this.redis.on('error', () => undefined);
  }

  /** @returns undefined without `REDIS_URL`. */
  async check(): Promise<'up' | 'down' | undefined> {
    return this.redis?.ping().then(
      () => 'up' as const,
      () => 'down' as const,
    );
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}
