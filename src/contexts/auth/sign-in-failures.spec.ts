import { afterFailure, isLocked, type SignInFailures } from './sign-in-failures';

const minute = 60_000;
const start = new Date('2026-01-31T09:30:00Z').getTime();
const at = (minutes: number) => new Date(start + minutes * minute);
const none: SignInFailures = { failed_at: [], locks: 0, locked_until: null, forget_at: at(0) };

/** One failure at each of these minutes. */
const fail = (minutes: readonly number[], before = none) =>
  minutes.reduce((failures, each) => afterFailure(failures, at(each)), before);
const times = (count: number, minute: number) => Array<number>(count).fill(minute);

describe('failed sign-ins', () => {
  it('lock at the tenth', () => {
    expect(isLocked(fail(times(9, 0)), at(0))).toBe(false);
    const locked = fail(times(10, 0));
    expect(locked).toMatchObject({ failed_at: [], locks: 1, locked_until: at(15) });
    expect(isLocked(locked, new Date(at(15).getTime() - 1))).toBe(true);
    expect(isLocked(locked, at(15))).toBe(false);
  });

  it('count for 15 minutes', () => {
    const first = fail([0, ...times(8, 14)]);
    expect(isLocked(afterFailure(first, new Date(at(15).getTime() - 1)), at(15))).toBe(true);
    expect(isLocked(afterFailure(first, at(15)), at(15))).toBe(false);
    expect(isLocked(fail(Array.from({ length: 50 }, (_, index) => index * 1.7)), at(50 * 1.7))).toBe(false);
  });

  it('lock twice as long each time, for 24 hours at most', () => {
    let failures = none;
    let now = 0;
    const lengths = Array.from({ length: 9 }, () => {
      failures = fail(times(10, now), failures);
      const length = (failures.locked_until!.getTime() - at(now).getTime()) / minute;
      now += length;
      return length;
    });
    expect(lengths).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
  });

  it('are forgotten after a day without any, counted from the end of a lock', () => {
    const locked = fail(times(10, 0));
    const day = 24 * 60;
    expect(fail(times(10, 14 + day), locked).locks).toBe(2);
    expect(fail(times(10, 15 + day), locked).locks).toBe(1);
  });
});
