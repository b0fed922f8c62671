import fc from 'fast-check';
import { isCalendarDate, parseTimestamp } from './timestamp';

describe('parseTimestamp', () => {
  it.each([
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31t09:30:00z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T09:30:00.5Z', '2026-01-31T09:30:00.500Z'],
    ['2026-01-31T09:30:00.123456789Z', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31T09:30:00+02:00', '2026-01-31T07:30:00.000Z'],
    ['2026-01-31T23:30:00-05:30', '2026-02-01T05:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, moment) => {
    expect(parseTimestamp(text)?.toISOString()).toBe(moment);
  });

  it.each([
    'now',
    'infinity',
    '',
    '2026-01-31',
    '2026-01-31T09:30Z',
    '2026-01-31T09:30:00',
    '2026-01-31 09:30:00Z',
    '2026-1-31T09:30:00Z',
    '2025-02-29T00:00:00Z',
    '2025-02-30T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-00-10T00:00:00Z',
    '2025-01-00T00:00:00Z',
    '2025-01-01T24:00:00Z',
    '2025-01-01T00:60:00Z',
    '2025-01-01T00:00:60Z',
    '2025-01-01T00:00:00+24:00',
    '2025-01-01T00:00:00+02',
    '2025-01-01T00:00:00.Z',
    '0000-01-01T00:00:00Z',
    '+12025-01-01T00:00:00Z',
    '9999-12-31T23:59:59-00:01',
    '0001-01-01T00:00:00+00:01',
    '2025-01-01T00:00:00Z ',
    '２０２５-01-01T00:00:00Z',
  ])('%j is refused', (text) => {
    expect(parseTimestamp(text)).toBeNull();
  });

  it('reads what it wrote', () => {
    const moments = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(moments, (moment) => parseTimestamp(moment.toISOString())?.getTime() === moment.getTime()));
  });
});

it.each<[unknown, boolean]>([
  ['2024-02-29', true],
  ['0001-01-01', true],
  ['9999-12-31', true],
  ['2025-02-29', false],
  ['0000-01-01', false],
  ['2026-13-01', false],
  ['2026-00-10', false],
  ['2026-1-1', false],
  [' 2026-01-01', false],
  ['2026-01-01\n', false],
  ['2026-01-01T00:00:00Z', false],
  ['today', false],
  [20260101, false],
  [null, false],
])('isCalendarDate(%j) → %s', (value, expected) => {
  expect(isCalendarDate(value)).toBe(expected);
});
