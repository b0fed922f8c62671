const minutes = 60 * 1_000;
const hours = 60 * minutes;

/** Number of failures in a row within the window that lock the address. */
const failuresUntilLock = 10;
const windowMs = 15 * minutes;
const firstLockMs = 15 * minutes;
const maxLockMs = 24 * hours;
/** Milliseconds for which failures are kept: as long as the longest lock, so that waiting gains an attacker nothing. */
const forgetAfterMs = 24 * hours;

/** The failed sign-ins of an address (OWASP ASVS 6.3.1 requires throttling by account). */
export interface SignInFailures {
  /** The failures that still count, oldest first. */
  readonly failed_at: readonly Date[];
  /** How often the address was locked. */
  readonly locks: number;
  readonly locked_until: Date | null;
  /** From this time on the address has no failures. */
  readonly forget_at: Date;
}

export function isLocked(failures: SignInFailures, now: Date): boolean {
  return failures.locked_until !== null && failures.locked_until > now;
}

/** @returns the state after one more failure of an address that is not locked. */
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
