import { withoutWrapper } from './cell-wrappers';
import { isSignOfNothing } from './nothing';

/** What a cell looks like, as far as a header does not look like it. */
export type CellKind = 'blank' | 'text' | 'address' | 'link' | 'date' | 'phone' | 'year' | 'number';

/** Longer cells are texts: patterns take long on a page of spaces. */
const maxLength = 120;

const address = /^(?:mailto:)?[^\s@,;]+@[^\s@,;][^\s@,;.]*\.[^\s@,;]+$|<[^\s@<>]+@[^\s@<>]+>$/i;
const link = /^(?:https?:\/\/|www\.)\S+$/i;
const time = String.raw`(?:[T ,]+\d{1,2}:\d\d\S*(?: ?[ap]m)?(?: \S+)?)?`;
const date = new RegExp(
  String.raw`^(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.]) ?\d{1,2}\2 ?\d{2,4}|\d{1,2}[. -]+\p{L}{3,9}[. -]+\d{2,4}|\p{L}{3,9} \d{1,2}, \d{4})${time}$`,
  'iu',
);
const number = /^[(+−-]?\s*(?:(?:\p{Sc}|[A-Z]{3})\s*)?\d[\d.,'’\s]*(?:%|\p{Sc}|[A-Z]{3})?\)?$/u;
const phone = /^(?:\+|00|\(?0)[\d\s()/.-]{6,}$/;

/** Whether the cell has more than white space. Most cells begin with a letter or a digit, which is quicker to see. */
export function isFilled(cell: string): boolean {
  const first = cell.charCodeAt(0);
  return (first > 0x20 && first < 0x7f) || cell.trim() !== '';
}

export function kindOf(cell: string): CellKind {
  const trimmed = cell.trim();
  if (trimmed.length > maxLength) return 'text';
  const text = withoutWrapper(trimmed);
  if (text === '' || isSignOfNothing(text)) return 'blank';
  if (text.includes('@')) return address.test(text) ? 'address' : 'text';
  if (!/\d/.test(text)) return link.test(text) ? 'link' : 'text';
  if (/^(?:19|20)\d\d$/.test(text)) return 'year';
  if (date.test(text)) return 'date';
  if (phone.test(text)) return 'phone';
  if (number.test(text)) return 'number';
  return link.test(text) ? 'link' : 'text';
}

/** Whether the cell has more digits than the number at the end of a name, such as "Address 1". */
export function hasDigits(cell: string): boolean {
  return /^\s*\d|\d\D*\d/.test(cell.slice(0, maxLength));
}
