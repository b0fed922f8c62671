import { nextAttemptAt, timeoutAfter } from './schedule';

const now = new Date('2026-01-31T09:30:00Z');
const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

const answered = (status: number | null, retry_after: string | null = null) =>
  ({ status, failure: status === null ? 'timeout' : 'status', retry_after }) as const;
const waitOf = (attempts: number, exchange: Parameters<typeof nextAttemptAt>[1], random = 0) => {
  const next = nextAttemptAt(attempts, exchange, now, random);
  return next && next.getTime() - now.getTime();
};

it('ten attempts in three days, then none', () => {
  const waits = Array.from({ length: 10 }, (_, index) => waitOf(index + 1, answered(500)));
  expect(waits).toEqual([
    ...[5 * seconds, 5 * minutes, 30 * minutes],
    ...[2, 5, 10, 14, 20, 24].map((count) => count * hours),
    null,
  ]);
  expect([waitOf(11, answered(500)), waitOf(40, answered(503, '60'))]).toEqual([null, null]);
});

it('a wait becomes longer by up to a fifth, never shorter', () => {
  expect(waitOf(3, answered(500), 0.5)).toBe(33 * minutes);
  expect(waitOf(3, answered(500), 1)).toBe(36 * minutes);
});

it.each([
  { name: '429', exchange: answered(429) },
  { name: '503', exchange: answered(503) },
  { name: 'no answer in time', exchange: answered(null) },
])('after $name at least a minute', ({ exchange }) => {
  expect([waitOf(1, exchange), waitOf(2, exchange)]).toEqual([60 * seconds, 5 * minutes]);
});

it.each([
  { header: '200', attempts: 2, wait: 300 * seconds },
  { header: '500', attempts: 2, wait: 500 * seconds },
  { header: '601', attempts: 2, wait: 600 * seconds },
  { header: '99999999999999999999', attempts: 2, wait: 600 * seconds },
  // Twice the schedule is ten seconds here, but it may always ask for a minute.
  { header: '30', attempts: 1, wait: 60 * seconds },
  { header: '120', attempts: 1, wait: 60 * seconds },
  { header: 'Sat, 31 Jan 2026 09:38:00 GMT', attempts: 2, wait: 8 * minutes },
  { header: 'Sat, 31 Jan 2026 09:00:00 GMT', attempts: 2, wait: 5 * minutes },
  { header: 'soon', attempts: 2, wait: 5 * minutes },
  { header: '-5', attempts: 2, wait: 5 * minutes },
])('Retry-After: $header after attempt $attempts', ({ header, attempts, wait }) => {
  expect(waitOf(attempts, answered(503, header))).toBe(wait);
  expect(waitOf(attempts, answered(429, header))).toBe(wait);
});

it('Retry-After counts only where the receiver is overloaded', () => {
  expect(waitOf(2, answered(500, '600'))).toBe(5 * minutes);
});

it('after an attempt without an answer in time the next three are cut off early, and then one is not', () => {
  const timeouts = [null, 1, 2, 3, 4, 5, 6, 7, 8].map(timeoutAfter);
  expect(timeouts.map((milliseconds) => milliseconds / seconds)).toEqual([15, 4, 4, 4, 15, 4, 4, 4, 15]);
});
