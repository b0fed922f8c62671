const minutes = 60 * 1_000;
const hours = 60 * minutes;

/** Number of failures in a row within the window that lock the address. */
const tolerated = 10;
const window = 15 * minutes;
const firstLock = 15 * minutes;
const longestLock = 24 * hours;
/** Milliseconds for which failures are kept: as long as the longest lock, so that waiting gains an attacker nothing. */
const memory = 24 * hours;

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
  const since = now.getTime() - window;
  const failed_at = [...remembered.failed_at.filter((moment) => moment.getTime() > since), now];
  if (failed_at.length < tolerated) {
    return { failed_at, locks: remembered.locks, locked_until: null, forget_at: later(now, memory) };
  }
  const locked_until = later(now, Math.min(firstLock * 2 ** remembered.locks, longestLock));
  return { failed_at: [], locks: remembered.locks + 1, locked_until, forget_at: later(locked_until, memory) };
}

function later(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}
