import { isCalendarDate } from '../../kernel/timestamp';

/** A value, or a fault that follows the name of the field in a sentence. */
export type CellReading<Value = string | number | boolean> = { readonly value: Value } | { readonly fault: string };

/**
 * Maximum length in characters of a number or a date. Longer cells are refused first, because patterns take long on a
 * page of spaces.
 */
const maxShownLength = 60;

function shortText(cell: string): string {
  const text = cell.trim();
  return text.length > maxShownLength ? '' : text;
}

interface Digits {
  readonly isNegative: boolean;
  readonly integer: string;
  readonly fraction: string;
  /** The separator before three digits, if it could mean thousands or a fraction. It is read as thousands. */
  readonly ambiguous?: '.' | ',';
}

const groupedBySpaces = /^(\d{1,3}(?:([ '’\u00a0\u2009\u202f])\d{3})(?:\2\d{3})*)(?:[.,](\d+))?$/u;
const groupedByCommas = /^(\d{1,3}(?:,\d{3})+)\.(\d+)$|^(\d{1,3}(?:,\d{3}){2,})$/;
const groupedByPoints = /^(\d{1,3}(?:\.\d{3})+),(\d+)$|^(\d{1,3}(?:\.\d{3}){2,})$/;
const ofThreeDigits = /^([1-9]\d{0,2})([.,])(\d{3})$/;
const plain = /^(\d*)[.,](\d+)$|^(\d+)$/;

/** @returns the digits of a number in either convention; null if the cell is not a number. */
function digitsOf(cell: string): Digits | null {
  const [, sign, text] = /^([+\-−]?)\s*(.*)$/su.exec(shortText(cell)) as unknown as [string, string, string];
  const isNegative = sign === '-' || sign === '−';
  const short = ofThreeDigits.exec(text);
  if (short)
    return { isNegative, integer: short[1]! + short[3]!, fraction: '', ambiguous: short[2] === '.' ? '.' : ',' };
  const spaced = groupedBySpaces.exec(text);
  if (spaced) return { isNegative, integer: spaced[1]!.replace(/\D/gu, ''), fraction: spaced[3] ?? '' };
  const match = groupedByCommas.exec(text) ?? groupedByPoints.exec(text) ?? plain.exec(text);
  if (!match) return null;
  return { isNegative, integer: (match[3] ?? match[1]!).replace(/\D/g, '') || '0', fraction: match[2] ?? '' };
}

function isAmbiguous({ integer, ambiguous }: Digits): { readonly fault: string } {
  const [thousands, rest] = [integer.slice(0, -3), integer.slice(-3)];
  const meanings = `${integer} or ${Number(`${thousands}.${rest}`)}`;
  return { fault: `is ambiguous: ${thousands}${ambiguous}${rest} can mean ${meanings}; write one of these` };
}

/** Digits may be grouped. "1.234" is ambiguous; "1,234" is not, because a fraction would be refused. */
export function readInteger(cell: string): CellReading<number> {
  const digits = digitsOf(cell);
  if (!digits || /[^0]/.test(digits.fraction)) return { fault: 'must be a whole number such as 1200' };
  if (digits.ambiguous === '.') return isAmbiguous(digits);
  const value = Number(digits.integer);
  if (!Number.isSafeInteger(value)) return { fault: 'is too large' };
  return { value: digits.isNegative && value !== 0 ? -value : value };
}

const decimal = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** A number in the form of JSON is taken as it is. In other forms "1,234" is ambiguous. */
export function readNumber(cell: string): CellReading<number> {
  const text = shortText(cell);
  const digits = decimal.test(text) ? null : digitsOf(text);
  if (digits?.ambiguous) return isAmbiguous(digits);
  const value = digits
    ? Number(`${digits.isNegative ? '-' : ''}${digits.integer}.${digits.fraction}`)
    : decimal.test(text)
      ? Number(text)
      : NaN;
  if (!Number.isFinite(value)) return { fault: 'must be a number such as 1234.5' };
  // JSON has -0, which a comparison would take for a change.
  return { value: value === 0 ? 0 : value };
}

const currency = String.raw`(?:[A-Za-z]{0,3}\p{Sc}|[A-Z]{3}|Fr\.|kr\.?|zł|Kč)`;
const sign = String.raw`\s*([+\-−]?)\s*`;
const amount = new RegExp(
  `^${sign}${currency}?${sign}(\\d.*?|\\.\\d+)(?:[.,][-–—]{1,2})?\\s*${currency}?${sign}$`,
  'su',
);

/**
 * Reads an amount in units of a currency. Three digits after a single separator are thousands, because no amount has
 * such a fraction.
 */
export function readCentsOfAmount(cell: string): CellReading<number> {
  const fault = 'must be an amount such as 1250000.50';
  const text = shortText(cell);
  const inBrackets = /^\((.*)\)$/su.exec(text)?.[1];
  const match = amount.exec((inBrackets ?? text).trim());
  const digits = match && digitsOf(match[3]!);
  if (!digits) return { fault };
  const signs = [match[1], match[2], match[4]].filter((sign) => sign !== '');
  if (signs.length > (inBrackets === undefined ? 1 : 0)) return { fault };
  const fraction = digits.fraction.replace(/0+$/, '');
  if (fraction.length > 2) return { fault: 'must have at most two decimals' };
  const cents = Number(digits.integer + fraction.padEnd(2, '0'));
  if (!Number.isSafeInteger(cents)) return { fault: 'is too large' };
  const isNegative = inBrackets !== undefined || signs.some((sign) => sign !== '+');
  return { value: isNegative && cents !== 0 ? -cents : cents };
}

const offset = String.raw`(?:Z|UTC|GMT|[+-]\d\d:?\d\d)`;
const time = String.raw`(?:(?:T|,?\s+)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[ap]m)?\s*${offset}?)?$`;
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${time}`, 'i');
const dayFirst = new RegExp(String.raw`^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})${time}`, 'i');
const eitherFirst = new RegExp(String.raw`^(\d{1,2})([/-])(\d{1,2})\2(\d{4})${time}`, 'i');

/** Reads a date. Of a date with a time it takes the date as written, whatever the offset. */
export function readDate(cell: string): CellReading<string> {
  const text = shortText(cell);
  const [, year, , month, day] = yearFirst.exec(text) ?? [];
  if (year) return dateOf(year, month!, day!);
  const [, dayOfMonth, monthOfYear, ofYear] = dayFirst.exec(text) ?? [];
  if (ofYear) return dateOf(ofYear, monthOfYear!, dayOfMonth!);
  const [, one, , other, itsYear] = eitherFirst.exec(text) ?? [];
  if (!itsYear) return { fault: 'must be a date such as 2026-01-31' };
  if (Number(one) <= 12 && Number(other) <= 12 && Number(one) !== Number(other))
    return { fault: 'is ambiguous: the month may be the first or the second number; write it like 2026-01-31' };
  return Number(other) > 12 ? dateOf(itsYear, one!, other!) : dateOf(itsYear, other!, one!);
}

function dateOf(year: string, month: string, day: string): CellReading<string> {
  const value = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCalendarDate(value) ? { value } : { fault: 'must be a date that exists, such as 2026-01-31' };
}

const truths = new Set(['true', 'yes', 'y', '1', 'on', 'x', 'ja', 'oui', 'wahr', 'vrai']);
const untruths = new Set(['false', 'no', 'n', '0', 'off', 'nein', 'non', 'falsch', 'faux']);

export function readBoolean(cell: string): CellReading<boolean> {
  const word = cell.trim().toLowerCase();
  if (truths.has(word)) return { value: true };
  return untruths.has(word) ? { value: false } : { fault: 'must be true or false' };
}

/** Splits tags. Google writes "* myContacts ::: Friends"; Mailchimp puts each tag in quotation marks. */
export function readTags(cell: string): string[] {
  const tags = cell
    .split(/[,;|\r\n]|:::/)
    .map((tag) =>
      tag
        .trim()
        .replace(/^"(.*)"$/su, '$1')
        .replace(/^\*/, '')
        .trim(),
    )
    .filter((tag) => tag !== '');
  return [...new Set(tags)];
}

const particles = new Set(
  'van von vom zu zur de der den da das dos del della di du la le les lo ten ter bin ibn al st. st'.split(' '),
);
const suffix = /^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|mba|esq)\.?$/i;

export function splitName(fullName: string): { readonly first_name: string; readonly last_name?: string } {
  // Longer than any name may be, so the field's rule refuses it as a whole.
  if (fullName.length > 1_000) return { first_name: fullName };
  const [before, after, ...more] = fullName.split(',').map((part) => part.trim().replace(/\s+/gu, ' '));
  if (before && after && more.length === 0 && !suffix.test(after)) return { first_name: after, last_name: before };
  const words = fullName.replace(/^[\s,]+|[\s,]+$/gu, '').split(/\s+/u);
  let start = words.length - 1;
  while (start > 1 && suffix.test(words[start]!)) start--;
  while (start > 1 && particles.has(words[start - 1]!.toLowerCase())) start--;
  if (start === 0) return { first_name: words[0]! };
  return { first_name: words.slice(0, start).join(' '), last_name: words.slice(start).join(' ') };
}
