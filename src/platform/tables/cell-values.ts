import { composed } from '../../kernel/composed';
import { booleanOf } from './boolean-words';

/**
 * A value, or a fault that follows the name of the field in a sentence.
 */
export type CellReading<Value = string | number | boolean> =
  | {
      readonly value: Value;
      /** What is lost of the cell although it was read. */
      readonly told?: string;
    }
  | { readonly fault: string };

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** What a whole column says about the form of its cells; null: nothing. */
export interface CellFormat {
  readonly date_order: DateOrder | null;
  readonly decimal: 'point' | 'comma' | null;
  /** As `decimal`, but without what other columns say. */
  readonly own_decimal: 'point' | 'comma' | null;
}

export const noFormat: CellFormat = { date_order: null, decimal: null, own_decimal: null };

/**
 * Maximum length in characters of a number or a date. Longer cells are refused first, because patterns take long on a
 * page of spaces.
 */
const maxShownLength = 60;

/** @returns the trimmed text; nothing if it is too long to be a number or a date. */
export function shortText(cell: string): string {
  const text = cell.trim();
  return text.length > maxShownLength ? '' : text;
}

export function readBoolean(cell: string): CellReading<boolean> {
  const value = booleanOf(cell.trim());
  return value === undefined ? { fault: 'must be true or false' } : { value };
}

/** Google marks its own groups with an asterisk; all contacts are in this one. */
const everybody = '* mycontacts';

/**
 * Splits tags. Google writes "* myContacts ::: Friends", Mailchimp puts each tag in quotation marks, others write lists as in
 * JSON: `["a", "b"]`, `{a,b}`.
 */
export function readTags(cell: string): string[] {
  const text = cell.trim();
  const inBrackets = /^\[.*\]$|^\{.*\}$/s.test(text) ? text.slice(1, -1) : text;
  const tags = partsOf(inBrackets)
    .map((tag) => tag.trim())
    .filter((tag) => tag.toLowerCase() !== everybody)
    .map((tag) =>
      tag
        .replace(/^"(.*)"$/su, '$1')
        .replace(/^'(.*)'$/su, '$1')
        .replace(/^\*/, ''),
    )
    .map(composed)
    .filter((tag) => tag !== '');
  return [...new Set(tags)];
}

/** A separator within quotation marks is part of a tag. Marks at other places are characters like any other. */
function partsOf(text: string): string[] {
  const separator = /[,;|\r\n]|:::/g;
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  while (start < text.length) {
    while (text[start] === ' ') start++;
    const quote = text[start] === '"' ? text.indexOf('"', start + 1) : -1;
    separator.lastIndex = Math.max(start, quote);
    const found = separator.exec(text);
    parts.push(text.slice(start, found?.index ?? text.length));
    start = found ? separator.lastIndex : text.length;
  }
  return parts;
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
  const words = fullName.replace(/^[\s,]+|(?<![\s,])[\s,]+$/gu, '').split(/\s+/u);
  let start = words.length - 1;
  while (start > 1 && suffix.test(words[start]!)) start--;
  while (start > 1 && particles.has(words[start - 1]!.toLowerCase())) start--;
  if (start === 0) return { first_name: words[0]! };
  return { first_name: words.slice(0, start).join(' '), last_name: words.slice(start).join(' ') };
}
