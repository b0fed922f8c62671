import type { DeliveryResult } from './sender';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** What is waited behind each attempt; behind the last there is none. */
const retryDelaysMs = [
  ...[5 * seconds, 5 * minutes, 30 * minutes],
  ...[2 * hours, 5 * hours, 10 * hours, 14 * hours, 20 * hours, 24 * hours],
];
/** Added at most to a wait, as a part of it, so that what failed together does not come together again. */
const jitter = 0.2;
/** A receiver that is overloaded gets at least so much rest. */
const minBackoffMs = 60 * seconds;

/**
 * When a delivery is tried again: ten attempts in about three days.
 *
 * @param attempts how many were made.
 * @param random from 0 to 1.
 * @returns null when it is given up.
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

/** RFC 9110, 10.2.3: seconds, or a date. @returns milliseconds; 0 when it says nothing that can be read. */
function readRetryAfter(text: string | null, now: Date): number {
  if (text === null) return 0;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now.getTime());
}
