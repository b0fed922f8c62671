import { Redis } from 'ioredis';
import type { Clock } from '../../kernel/clock';
import type { RateLimit } from '../config/config';
import { Buckets, clockSkewMs, type TakeResult, takeResult, tolerance } from './buckets';

/** The arithmetic of `memory-buckets.ts`, run by Redis for all instances. */
const script = `
local rate, burst, now, owed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
if now < at - ${clockSkewMs} then at = now end
tokens = math.min(burst, tokens + math.max(0, now - at) / 1000 * rate)
local allowed = 0
if owed or tokens >= 1 - ${tolerance} then
  allowed = 1
  tokens = tokens - (owed or 1)
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.0f', math.max(now, at)))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate * 1000) + 1000)
return { allowed, string.format('%.9f', tokens) }`;

/** Milliseconds to wait for an answer. A later one is not worth the delay. */
const defaultCommandTimeoutMs = 250;

interface WithScript {
  takeToken(key: string, rate: number, burst: number, now: number, owed: number | ''): Promise<[number, string]>;
}

/** Buckets that all instances share. */
export class RedisBuckets extends Buckets {
  private readonly redis: Redis & WithScript;
  private connected: Promise<void> | undefined;

  constructor(
    url: string,
    private readonly clock: Clock,
    commandTimeoutMs = defaultCommandTimeoutMs,
  ) {
    super();
    // Fails at once while Redis is away, and reconnects in the background.
    this.redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 1_000,
      commandTimeout: commandTimeoutMs,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    }) as Redis & WithScript;
    this.redis.defineCommand('takeToken', { numberOfKeys: 1, lua: script });
    // The caller of `take` reports the failure. Without a listener ioredis would print the event.
    this.redis.on('error', () => undefined);
  }

  disconnect(): void {
    this.redis.disconnect();
  }

  override async take(key: string, { rate, burst }: RateLimit, owed?: number): Promise<TakeResult> {
    // The first command waits until there is a connection, or none can be made.
    await (this.connected ??= this.redis.connect().catch(() => undefined));
    const now = this.clock.now().getTime();
    const [allowed, tokens] = await this.redis.takeToken(`tideline:rate:${key}`, rate, burst, now, owed ?? '');
    return takeResult(allowed === 1, Number(tokens), { rate, burst });
  }
}
