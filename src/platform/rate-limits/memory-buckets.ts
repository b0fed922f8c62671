import type { Clock } from '../../kernel/clock';
import type { RateLimit } from '../config/config';
import { Buckets, clockSkewMs, type TakeResult, takeResult, tolerance } from './buckets';

interface Bucket {
  readonly tokens: number;
  readonly at: number;
  /** From this time on the bucket is like a new one. */
  readonly full_at: number;
}

/** Number of buckets that triggers the first sweep. Later sweeps come at twice what the last one left. */
const minSweepSize = 10_000;
/** Maximum number of buckets. */
const maxBuckets = 100_000;
/** Number of buckets that a sweep leaves at most. */
const maxBucketsLeft = 75_000;

/** Buckets of this process alone, in memory: a bounded number of them. */
export class MemoryBuckets extends Buckets {
  private readonly buckets = new Map<string, Bucket>();
  private sweepAt = minSweepSize;

  constructor(private readonly clock: Clock) {
    super();
  }

  override take(key: string, limit: RateLimit, owed?: number): TakeResult {
    const { rate, burst } = limit;
    const now = this.clock.now().getTime();
    const before = this.buckets.get(key) ?? { tokens: burst, at: now };
    const since = now < before.at - clockSkewMs ? now : before.at;
    const filled = Math.min(burst, before.tokens + (Math.max(0, now - since) / 1_000) * rate);
    const allowed = owed !== undefined || filled >= 1 - tolerance;
    const tokens = allowed ? filled - (owed ?? 1) : filled;
    if (this.buckets.size >= this.sweepAt) this.sweep(now);
    this.buckets.set(key, { tokens, at: Math.max(now, since), full_at: now + ((burst - tokens) / rate) * 1_000 });
    return takeResult(allowed, tokens, limit);
  }

  /** Number of buckets in memory. */
  get size(): number {
    return this.buckets.size;
  }

  /** Removes full buckets, so that callers who came once take no memory. */
  private sweep(now: number): void {
    for (const [key, { full_at }] of this.buckets) if (full_at <= now) this.buckets.delete(key);
    if (this.buckets.size > maxBucketsLeft) this.removeFullest(this.buckets.size - maxBucketsLeft);
    this.sweepAt = Math.min(maxBuckets, Math.max(minSweepSize, 2 * this.buckets.size));
  }

  /**
   * Removes the buckets that will be full first. Whoever wants to get rid of an empty bucket with a flood from other
   * addresses would have to empty as many others first, each of which is worth as much as the one.
   */
  private removeFullest(count: number): void {
    const times = Float64Array.from(this.buckets.values(), ({ full_at }) => full_at).sort();
    const last = times[count - 1]!;
    let left = count;
    for (const [key, { full_at }] of this.buckets) {
      if (full_at > last || left === 0) continue;
      this.buckets.delete(key);
      left--;
    }
  }
}
