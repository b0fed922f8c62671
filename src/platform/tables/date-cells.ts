import { isCalendarDate } from '../../kernel/timestamp';
import { isDayOfWeek, monthOf } from './calendar-words';
import { type CellFormat, type CellReading, type DateOrder, noFormat, shortText } from './cell-values';

/** The numbers of a date in their order, and the month if it is written as a word. */
interface Written {
  readonly numbers: readonly string[];
  readonly month: number | undefined;
  /** What stands between the numbers. */
  readonly separator: string;
}

const tokens = /\d+|[\p{L}\p{M}]+\.?|[^\d\p{L}\p{M}]+/gu;
/** Words between the parts of a date: "2 de enero de 2024", "Jan 2nd, 2024", "2024年1月2日". */
const joining = new Set('de of den del di la the st nd rd th er e г r le el il o 年 月 日 년 월 일 号 號'.split(' '));
const timeWords = new Set(
  't z utc gmt am pm a p m cet cest est edt pst pdt cst cdt mst mdt bst uhr h at um à'.split(' '),
);
/** It says that the day is first, where neither the caller nor the column says more. */
const fullStop = '.';
const mustBeDate = { fault: 'must be a date such as 2026-01-31' };
/** Days of Excel from 1954 to 2119. */
const [firstExcelDay, lastExcelDay] = [20_000, 80_000];

/**
 * Reads a date. Of a date with a time it takes the date as written, whatever the offset.
 *
 * @param format what the column says of the order; without it `01/02/2026` is ambiguous.
 */
export function readDate(cell: string, { date_order }: Pick<CellFormat, 'date_order'> = noFormat): CellReading<string> {
  const written = writtenIn(cell);
  if (!written) return mustBeDate;
  const { numbers, month, separator } = written;
  if (month !== undefined) return ofMonth(numbers, month);
  const [one, two, three] = numbers as [string, string, string];
  if (numbers.length === 1) return ofOneNumber(one);
  if (one.length > 2) return dateOf(one, two, three);
  const isShort = three.length === 2;
  const order = isShort && date_order === 'ymd' ? 'ymd' : (clearOrder(written) ?? date_order);
  if (order === 'ymd' && isShort) return dateOf(one, two, three);
  if (order === 'mdy') return dateOf(three, one, two);
  if (order === 'dmy' || separator === fullStop || Number(one) === Number(two)) return dateOf(three, two, one);
  return {
    fault: 'is ambiguous: the month may be the first or the second number; write it like 2026-01-31, or say date_order',
  };
}

/** @returns the order that the cell shows by itself; undefined if it is no such date, or shows none. */
export function dateOrderOf(cell: string): DateOrder | undefined {
  const written = writtenIn(cell);
  if (!written || written.month !== undefined || written.numbers.length !== 3) return undefined;
  return written.numbers[0]!.length > 2 ? undefined : clearOrder(written);
}

/** Whether full stops divide the cell into a day, a month and a year, unless another order is known. */
export function hasFullStops(cell: string): boolean {
  const written = writtenIn(cell);
  return written?.numbers.length === 3 && written.numbers[0]!.length < 3 && written.separator === fullStop;
}

/** Whether the cell is written as a date, and not as a single number. */
export function looksLikeDate(cell: string): boolean {
  const written = writtenIn(cell);
  return written !== null && written.numbers.length > 1;
}

function clearOrder({ numbers }: Written): DateOrder | undefined {
  const [one, two] = [Number(numbers[0]), Number(numbers[1])];
  if (one > 31) return 'ymd';
  if (one > 12 && two <= 12) return 'dmy';
  return two > 12 && one <= 12 ? 'mdy' : undefined;
}

function writtenIn(cell: string): Written | null {
  const text = shortText(cell);
  if (text === '' || !/\d/.test(text)) return null;
  const all = text.normalize('NFKC').match(tokens) ?? [];
  const numbers: string[] = [];
  const separators: string[] = [];
  let month: number | undefined;
  for (const [index, token] of all.entries()) {
    const isComplete = numbers.length === (month === undefined ? 3 : 2);
    if (/^\d/.test(token)) {
      if (isComplete && isTime(all.slice(index))) break;
      if (isComplete || all[index + 1]?.startsWith(':')) return null;
      const before = all[index - 1] ?? '';
      if (numbers.length > 0) separators.push(/^[\p{L}\p{M}]/u.test(before) ? 'word' : before.trim());
      numbers.push(token);
    } else if (/^[\p{L}\p{M}]/u.test(token)) {
      const word = token.toLowerCase().replace('.', '');
      const named = month === undefined ? monthOf(token) : undefined;
      if (named !== undefined && numbers.length < 3) month = named;
      else if (!joining.has(word) && !(isComplete && timeWords.has(word)) && !isDayOfWeek(token)) return null;
    } else if (/[^\s\-/.,()'’–]/u.test(token) && !isComplete) return null;
  }
  // Blanks divide telephone numbers, too.
  if (month === undefined && separators.some((each) => each === '' || each !== separators[0])) return null;
  return isWhole(numbers, month) ? { numbers, month, separator: separators[0] ?? '' } : null;
}

/** Whether the numbers have as many digits as those of a date. */
function isWhole(numbers: readonly string[], month: number | undefined): boolean {
  const lengths = numbers.map((number) => number.length).join();
  if (month !== undefined) return /^(?:[12],[24]|4,[12])$/.test(lengths);
  return /^(?:[58]|4,[12],[12]|[12],[12],[24])$/.test(lengths);
}

function isTime(rest: readonly string[]): boolean {
  return rest.every((token) => /^[\d\s:.,+\-()/]+$/.test(token) || timeWords.has(token.toLowerCase().replace('.', '')));
}

function ofMonth([one, two]: readonly string[], month: number): CellReading<string> {
  const isYearFirst = one!.length > 2 || Number(one) > 31;
  return isYearFirst ? dateOf(one!, String(month), two!) : dateOf(two!, String(month), one!);
}

/** `20240102`, or the number that Excel has for a day: 45292 is 2024-01-01. */
function ofOneNumber(number: string): CellReading<string> {
  if (number.length === 8) return dateOf(number.slice(0, 4), number.slice(4, 6), number.slice(6));
  const day = Number(number);
  if (day < firstExcelDay || day > lastExcelDay) return mustBeDate;
  return { value: new Date(Date.UTC(1899, 11, 30 + day)).toISOString().slice(0, 10) };
}

/** Years of two digits are those from 1950 to 2049, as Windows reads them. */
function dateOf(year: string, month: string, day: string): CellReading<string> {
  const whole = year.length > 2 ? year : `${Number(year) < 50 ? '20' : '19'}${year}`;
  const value = `${whole}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isCalendarDate(value) ? { value } : { fault: 'must be a date that exists, such as 2026-01-31' };
}
