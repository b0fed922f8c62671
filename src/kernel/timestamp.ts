const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Reads a time of RFC 3339 with any offset. Digits below a millisecond are cut off.
 *
 * @returns null for another form and for a time that does not exist, such as 2025-02-30 or 25 o'clock. (JavaScript's
 * own parser accepts much more, and so does PostgreSQL: `now`, `infinity`, `2025-2-3`.)
 */
export function parseTimestamp(text: string): Date | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (offsetHours > 23 || offsetMinutes > 59) return null;
  const local = dayOf(year, month, day);
  if (!local) return null;
  local.setUTCHours(hour, minute, second, milliseconds);
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  const timestamp = new Date(local.getTime() - offset);
  // Answers are in UTC, where the year may be another one. It must be one that RFC 3339 has, so that clients can send
  // it back.
  return timestamp.getUTCFullYear() >= 1 && timestamp.getUTCFullYear() <= 9_999 ? timestamp : null;
}

/** @returns whether the value is a text `YYYY-MM-DD` of a day that exists, from year 1 on. */
export function isCalendarDate(value: unknown): value is string {
  const match = typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null;
  return match !== null && dayOf(Number(match[1]), Number(match[2]), Number(match[3])) !== null;
}

/** @returns the beginning of the day in UTC; null if the day does not exist. */
function dayOf(year: number, month: number, day: number): Date | null {
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  return year > 0 && start.getUTCMonth() === month - 1 && start.getUTCDate() === day ? start : null;
}
