import { type CellFormat, type CellReading, shortText } from './cell-values';

type Decimal = CellFormat['decimal'];

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
/** Excel writes 139000000 as 1.39E+08, in a German file as 1,39E+08. */
const exponent = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d{1,3}$/i;
const about = /^(?:ca\.?|circa|approx\.?|about|around|etwa|rund|env\.?|environ|~|≈|>|<|±|c\.)\s*(?=\d)/iu;

const noFormat = { decimal: null, own_decimal: null };

/** @returns the digits of a number in either convention; null if the cell is not a number. */
function digitsOf(cell: string, decimal: Decimal): Digits | null {
  const signed = shortText(cell);
  const isNegative = /^[-−]/.test(signed);
  const text = signed.replace(/^[+\-−]\s*/, '');
  const short = ofThreeDigits.exec(text);
  if (short) {
    const [, integer, separator, rest] = short as unknown as [string, string, '.' | ',', string];
    if (decimal === (separator === '.' ? 'point' : 'comma')) return { isNegative, integer, fraction: rest };
    if (decimal !== null) return { isNegative, integer: integer + rest, fraction: '' };
    return { isNegative, integer: integer + rest, fraction: '', ambiguous: separator };
  }
  const spaced = groupedBySpaces.exec(text);
  if (spaced) return { isNegative, integer: spaced[1]!.replace(/\D/gu, ''), fraction: spaced[3] ?? '' };
  const match = groupedByCommas.exec(text) ?? groupedByPoints.exec(text) ?? plain.exec(text);
  if (!match) return null;
  return { isNegative, integer: (match[3] ?? match[1]!).replace(/\D/g, '') || '0', fraction: match[2] ?? '' };
}

/** The first number in a cell, without the full stop of a word before it: `ca.50`, `Fr.50`. */
const firstNumber = /(?:(?<!\p{L})[.,])?\d(?:[\d.,'’\s]*\d)?/u;

/** @returns the sign of the fraction that the cell shows by itself; undefined if it shows none. */
export function decimalOf(cell: string): 'point' | 'comma' | undefined {
  const text = (firstNumber.exec(cell)?.[0] ?? '').replace(/[^\d.,]/g, '');
  const [point, comma] = [text.lastIndexOf('.'), text.lastIndexOf(',')];
  if (point < 0 && comma < 0) return undefined;
  if (point >= 0 && comma >= 0) return point > comma ? 'point' : 'comma';
  const separator = point >= 0 ? '.' : ',';
  const [own, other] = separator === '.' ? (['point', 'comma'] as const) : (['comma', 'point'] as const);
  const parts = text.split(separator);
  if (parts.length > 2) return parts.slice(1).every((part) => part.length === 3) ? other : undefined;
  const [integer, fraction] = parts as [string, string];
  return fraction.length !== 3 || integer.length > 3 || integer === '0' || integer === '' ? own : undefined;
}

function valueOfExponent(text: string): number {
  return exponent.test(text) ? Number(text.replace(',', '.')) : NaN;
}

const range = /^(\d[\d.,\s]*)(?:-|–|—|to|bis|à|a|~|〜)\s*(\d[\d.,\s]*)$/u;

/**
 * Reads a count. It has no fraction, so that "1.200" is 1200. Of a range, "51-200" or "10001+", it takes the lower end, and
 * tells so. What other columns say of decimals does not matter.
 */
export function readInteger(
  cell: string,
  { own_decimal }: Pick<CellFormat, 'own_decimal'> = noFormat,
): CellReading<number> {
  const whole = shortText(cell).replace(about, '');
  const ends = range.exec(whole);
  const text = ends ? ends[1]!.trim() : whole.endsWith('+') ? whole.slice(0, -1).trim() : whole;
  const scientific = valueOfExponent(text);
  const digits = Number.isNaN(scientific) ? digitsOf(text, null) : null;
  if (Number.isNaN(scientific) && (!digits || /[^0]/.test(digits.fraction)))
    return { fault: 'must be a whole number such as 1200' };
  if (digits?.ambiguous && own_decimal === (digits.ambiguous === '.' ? 'point' : 'comma'))
    return { fault: 'must be a whole number such as 1200' };
  const size = digits ? Number(digits.integer) : scientific;
  if (!Number.isInteger(size)) return { fault: 'must be a whole number such as 1200' };
  if (!Number.isSafeInteger(size)) return { fault: 'is too large' };
  const value = digits?.isNegative && size !== 0 ? -size : size;
  return text === whole ? { value } : { value, told: `"${whole}" was read as ${value}, the lower end` };
}

const jsonNumber = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * A number in the form of JSON is taken as it is, unless the column says otherwise. In other forms "1,234" is ambiguous
 * where the column does not tell.
 */
export function readNumber(cell: string, { decimal }: Pick<CellFormat, 'decimal'> = noFormat): CellReading<number> {
  const text = shortText(cell).replace(about, '');
  const isPlain = jsonNumber.test(text) && !(decimal === 'comma' && ofThreeDigits.test(text));
  const digits = isPlain ? null : digitsOf(text, decimal);
  if (digits?.ambiguous) return isAmbiguous(digits);
  const value = digits
    ? Number(`${digits.isNegative ? '-' : ''}${digits.integer}.${digits.fraction}`)
    : isPlain
      ? Number(text)
      : valueOfExponent(text);
  if (!Number.isFinite(value)) return { fault: 'must be a number such as 1234.5' };
  // JSON has -0, which a comparison would take for a change.
  return { value: value === 0 ? 0 : value };
}

function isAmbiguous({ integer, ambiguous }: Digits): { readonly fault: string } {
  const [thousands, rest] = [integer.slice(0, -3), integer.slice(-3)];
  const meanings = `${integer} or ${Number(`${thousands}.${rest}`)}`;
  return {
    fault: `is ambiguous: ${thousands}${ambiguous}${rest} can mean ${meanings}; write one of these, or say decimal`,
  };
}

const currency = String.raw`(?:[A-Za-z]{0,3}\p{Sc}|[A-Z]{3}|Fr\.|kr\.?|zł|Kč)`;
const sign = String.raw`(?:([+\-−])\s*)?`;
const amount = new RegExp(
  `^${sign}(?:${currency}\\s*)?${sign}(\\d(?:[\\d.,'’\\s]*\\d)?|\\.\\d+)(?:[.,][-–—]{1,2})?\\s*(?:${currency}\\s*)?${sign}$`,
  'u',
);

/**
 * Reads an amount in units of a currency. Three digits after a single separator are thousands, because no amount has
 * such a fraction.
 */
export function readCentsOfAmount(cell: string): CellReading<number> {
  const fault = 'must be an amount such as 1250000.50';
  const text = shortText(cell).replace(about, '');
  const scientific = valueOfExponent(text) * 100;
  if (Number.isSafeInteger(Math.round(scientific))) return { value: Math.round(scientific) };
  const inBrackets = /^\((.*)\)$/su.exec(text)?.[1];
  const match = amount.exec((inBrackets ?? text).trim());
  const digits = match && digitsOf(match[3]!, null);
  if (!digits) return { fault };
  const signs = [match[1], match[2], match[4]].filter((sign) => sign !== undefined);
  if (signs.length > (inBrackets === undefined ? 1 : 0)) return { fault };
  const fraction = digits.fraction.replace(/(?<!0)0+$/, '');
  if (fraction.length > 2) return { fault: 'must have at most two decimals' };
  const cents = Number(digits.integer + fraction.padEnd(2, '0'));
  if (!Number.isSafeInteger(cents)) return { fault: 'is too large' };
  const isNegative = inBrackets !== undefined || signs.some((sign) => sign !== '+');
  return { value: isNegative && cents !== 0 ? -cents : cents };
}
