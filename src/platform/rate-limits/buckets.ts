import type { RateLimit } from '../config/config';

/** The result of taking one request from a bucket. */
export interface TakeResult {
  readonly allowed: boolean;
  /** Requests that are left in the bucket. */
  readonly remaining: number;
  /** Seconds until the bucket is full again, rounded up. */
  readonly reset: number;
  /** Seconds until there is one to take, rounded up, at least 1. */
  readonly retryAfter: number;
}

/** Token buckets: each holds at most `burst` requests and gains `rate` of them a second, continuously. */
export abstract class Buckets {
  /**
   * Takes one request if there is one. With `owed`, takes that many in any case, also from an empty bucket, which then holds
   * less than nothing: the price of an answer is known only afterwards.
   *
   * @throws if the count could not be taken.
   */
  abstract take(key: string, limit: RateLimit, owed?: number): Promise<TakeResult> | TakeResult;
}

/** @param tokens in the bucket now, after the taking if it was allowed. */
export function takeResult(allowed: boolean, tokens: number, { rate, burst }: RateLimit): TakeResult {
  return {
    allowed,
    remaining: Math.max(0, Math.floor(tokens + tolerance)),
    reset: Math.ceil((burst - tokens) / rate - tolerance),
    retryAfter: Math.max(1, Math.ceil((1 - tokens) / rate - tolerance)),
  };
}

/**
 * Milliseconds by which the clocks of instances may differ. A time further in the future was written by a clock that
 * has been set back since; it is ignored.
 */
export const clockSkewMs = 10_000;

/** Absorbs rounding: three times a third of a token is a token. */
export const tolerance = 1e-6;
