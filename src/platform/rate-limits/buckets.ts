import type { RateLimit } from '../config/config';

/** What taking one request out of a bucket came to. */
export interface TakeResult {
  readonly allowed: boolean;
  /** Requests that are left. */
  readonly remaining: number;
  /** Seconds until the bucket is full again, rounded up. */
  readonly reset: number;
  /** Seconds until there is one to take, rounded up, at least 1. */
  readonly retryAfter: number;
}

/** Token buckets: each holds `burst` requests at most and is refilled by `rate` of them a second, continuously. */
export abstract class Buckets {
  /** @throws whatever keeps the count from being taken. */
  abstract take(key: string, limit: RateLimit): Promise<TakeResult> | TakeResult;
}

/** @param tokens how many the bucket holds now, after the taking if it was allowed. */
export function takeResult(allowed: boolean, tokens: number, { rate, burst }: RateLimit): TakeResult {
  return {
    allowed,
    remaining: Math.floor(tokens + tolerance),
    reset: Math.ceil((burst - tokens) / rate - tolerance),
    retryAfter: Math.max(1, Math.ceil((1 - tokens) / rate - tolerance)),
  };
}

/**
 * Milliseconds by which the clocks of instances may differ: a moment that is further in the future than that was written by a
 * clock that has been set back since, and counts no more.
 */
export const clockSkewMs = 10_000;

/** A third of a token three times is a token. */
export const tolerance = 1e-6;
