import type { Moment, NumberFormat } from './number-formats';

/** Days from the beginning of 1900 to that of 1904, as spreadsheets count them. */
const from1904 = 1_462;
/** 9999-12-31. Later days and days before 1900 are shown as numbers. */
const lastDay = 2_958_465;
/** The day before 1900-01-01 has number 0. Lotus 1-2-3 took 1900 for a leap year, so from number 61 on there is one more. */
const dayZero = Date.UTC(1899, 11, 31);
const lotusDay = 60;
const dayMs = 86_400_000;
const minutesOfDay = 1_440;
const secondsOfDay = 86_400;

/** @param value as it stands in the file: `44197`, `1.5E-2`. @returns what people see, with dates as ISO 8601 writes them. */
export function numberText(value: string, format: NumberFormat, isFrom1904: boolean): string {
  const text = value.trim();
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return text;
  if (format.kind === 'moment') return momentText(number, format, isFrom1904) ?? plainText(text, number);
  const plain = plainText(text, number);
  return format.kind === 'digits' && /^\d+$/.test(plain) ? withDigits(plain, format.pattern) : plain;
}

/** Spreadsheets keep 15 digits; whatever is behind them comes from binary fractions. Whole numbers stand as they are. */
function plainText(text: string, number: number): string {
  if (/^-?\d+$/.test(text)) return text.replace(/^-?0+(?=\d)/, (zeros) => (zeros.startsWith('-') ? '-' : ''));
  const rounded = Number(number.toPrecision(15));
  const shown = String(rounded);
  if (!shown.includes('e')) return shown;
  if (Math.abs(rounded) >= 1) return BigInt(rounded).toString();
  return rounded.toFixed(Math.min(100, 14 - Math.floor(Math.log10(Math.abs(rounded))))).replace(/(?<!0)0+$/, '');
}

/** Puts digits into the places of a pattern from the right; all others stand in front. */
function withDigits(digits: string, pattern: string): string {
  const places = pattern.replace(/[^0]/g, '').length;
  const padded = digits.padStart(places, '0');
  let next = padded.length - places;
  const front = padded.slice(0, next);
  return pattern.replace(/0/g, (_, offset: number) => (offset === pattern.indexOf('0') ? front : '') + padded[next++]!);
}

/** @returns null if spreadsheets show no moment for the number. */
function momentText(number: number, { hasDate, hasTime, isDuration }: Moment, isFrom1904: boolean): string | null {
  if (number < 0) return null;
  if (!hasDate) return timeText(Math.round((isDuration ? number : number % 1) * minutesOfDay));
  const days = isFrom1904 ? number + from1904 : number;
  if (days >= lastDay + 1) return null;
  // An empty cell to which a formula refers is shown as day 0.
  if (days < 1) return days === 0 ? '' : timeText(Math.round(days * minutesOfDay));
  if (!hasTime) return dateText(Math.floor(Math.round(days * secondsOfDay) / secondsOfDay));
  const minutes = Math.round(days * minutesOfDay);
  return `${dateText(Math.floor(minutes / minutesOfDay))}T${timeText(minutes % minutesOfDay)}`;
}

function dateText(day: number): string {
  if (day === lotusDay) return '1900-02-29';
  return new Date(dayZero + (day > lotusDay ? day - 1 : day) * dayMs).toISOString().slice(0, 10);
}

/** Durations have more than 24 hours. */
function timeText(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** @param value of a cell with a date in ISO 8601, as strict workbooks have it. */
export function isoText(value: string): string {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)\S*)?$/.exec(value.trim()) ?? [];
  if (!date) return value;
  return time && time !== '00:00' ? `${date}T${time}` : date;
}
