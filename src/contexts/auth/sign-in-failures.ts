const minutes = 60 * 1_000;
const hours = 60 * minutes;

/** So many failures in a row within the window lock the address. */
const failuresUntilLock = 10;
const windowMs = 15 * minutes;
const firstLockMs = 15 * minutes;
const maxLockMs = 24 * hours;
/** As long as the longest lock: whoever waits that out gains nothing by it. */
const forgetAfterMs = 24 * hours;

/** What is known of the failed sign-ins of one address (OWASP ASVS 6.3.1 wants them throttled by account). */
export interface SignInFailures {
  /** Those that still count, oldest first. */
  readonly failed_at: readonly Date[];
  /** How often the address was locked. */
  readonly locks: number;
  readonly locked_until: Date | null;
  /** From then on it is as if nothing had ever failed. */
  readonly forget_at: Date;
}

export function isLocked(failures: SignInFailures, now: Date): boolean {
  return failures.locked_until !== null && failures.locked_until > now;
}

/** @returns how it is after one more failure of an address that is not locked. */
export function afterFailure(before: SignInFailures, now: Date): SignInFailures {
  const remembered = before.forget_at > now ? before : { failed_at: [], locks: 0 };
  const since = now.getTime() - windowMs;
  const failed_at = [...remembered.failed_at.filter((moment) => moment.getTime() > since), now];
  if (failed_at.length < failuresUntilLock) {
    return { failed_at, locks: remembered.locks, locked_until: null, forget_at: addMs(now, forgetAfterMs) };
  }
  const locked_until = addMs(now, Math.min(firstLockMs * 2 ** remembered.locks, maxLockMs));
  return { failed_at: [], locks: remembered.locks + 1, locked_until, forget_at: addMs(locked_until, forgetAfterMs) };
}

function addMs(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}
