import type { DeliveryResult } from './sender';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** The wait after each attempt. The last attempt has none. */
const retryDelaysMs = [
  ...[5 * seconds, 5 * minutes, 30 * minutes],
  ...[2 * hours, 5 * hours, 10 * hours, 14 * hours, 20 * hours, 24 * hours],
];
/**
 * Maximum addition to a wait, as a fraction of it, so that deliveries that failed together are not retried together.
 */
const jitter = 0.2;
/** Minimum wait, in milliseconds, for a receiver that is overloaded. */
const minBackoffMs = 60 * seconds;

/** Maximum milliseconds of an attempt, from the name look-up to the last byte of the answer. */
const timeoutMs = 15 * seconds;
/** Maximum milliseconds while a receiver does not answer. */
const shortTimeoutMs = 4 * seconds;
/** Every fourth attempt has the whole time, so that a receiver that is merely slow can show it. */
const wholeTimeoutEvery = 4;
/** Milliseconds in which an attempt must end for its endpoint to count as quick. A function in a cloud may take as long to start. */
const quickMs = 2 * seconds;

/** @param timeouts how many attempts at the endpoint were not answered in time since one was; null: none. */
export function timeoutAfter(timeouts: number | null): number {
  return timeouts === null || timeouts % wholeTimeoutEvery === 0 ? timeoutMs : shortTimeoutMs;
}

export function isQuick(durationMs: number): boolean {
  return durationMs <= quickMs;
}

/**
 * The time of the next attempt: ten attempts in about three days.
 *
 * @param attempts how many were made.
 * @param random from 0 to 1.
 * @returns null after the last attempt.
 */
export function nextAttemptAt(
  attempts: number,
  { status, failure, retry_after }: Omit<DeliveryResult, 'response_start'>,
  now: Date,
  random: number,
): Date | null {
  const wait = retryDelaysMs[attempts - 1];
  if (wait === undefined) return null;
  const later = (milliseconds: number): Date => new Date(now.getTime() + milliseconds);
  const scheduled = Math.round(wait * (1 + jitter * random));
  if (status !== 429 && status !== 503 && failure !== 'timeout') return later(scheduled);
  const asked = Math.min(readRetryAfter(retry_after, now), Math.max(minBackoffMs, 2 * wait));
  return later(Math.max(minBackoffMs, scheduled, asked));
}

/** Reads `Retry-After` (RFC 9110, 10.2.3): seconds or a date. @returns milliseconds; 0 if the text is neither. */
function readRetryAfter(text: string | null, now: Date): number {
  if (text === null) return 0;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now.getTime());
}
