import fc from 'fast-check';
import { timeText } from './time-text';

/** As PostgreSQL writes it: without zeros behind the last digit of the fraction. */
const postgresText = (date: Date) =>
  date
    .toISOString()
    .replace('T', ' ')
    .replace('Z', '')
    .replace(/(?<!0)0+$/, '')
    .replace(/\.$/, '') + '+00';

describe('the text of a time', () => {
  it('is that of a Date', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(dates, (date) => timeText(postgresText(date)) === date.toISOString()));
  });

  it.each([
    ['2026-01-31 09:30:00+00', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31 09:30:00.1+00', '2026-01-31T09:30:00.100Z'],
    ['2026-01-31 09:30:00.123+00', '2026-01-31T09:30:00.123Z'],
    ['2026-01-31 09:30:00.12+02', '2026-01-31T07:30:00.120Z'],
    ['12026-01-31 09:30:00+00', '+012026-01-31T09:30:00.000Z'],
    ['0044-03-15 00:00:00+00 BC', '-000043-03-15T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => expect(timeText(text)).toBe(expected));
});
