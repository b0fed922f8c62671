/** Signs that no value can be. */
const signs = new Set([
  'n/a',
  '#n/a',
  '#ref!',
  '#value!',
  '#name?',
  '#null!',
  '#div/0!',
  '#num!',
  '\\n',
  '(null)',
  '<null>',
  '[null]',
  '(none)',
  '(blank)',
  '(empty)',
  'n.a.',
  'n.a',
  'n/a.',
  '#n/a n/a',
  '-',
  '--',
  '---',
  '–',
  '—',
  '−',
  '?',
  '.',
  '_',
  '/',
  '*',
  'ー',
  '－',
  '""',
  "''",
  '[]',
  '{}',
]);

/** Words that say that there is no value, where no person or company is called so. */
const words = new Set(['na', 'null', 'none', 'nil', 'nan', 'unknown', 'undefined']);

const longest = 12;
/** `0/0/00`, `0000-00-00 00:00:00`: what databases and spreadsheets write for no date. */
const zeroDate = /^0{1,4}([-/.])0{1,2}\1 ?0{1,4}(?:[ T]0{1,2}:00(?::00)?(?:\.0+)?)?$/;

/** @param text trimmed. */
export function isSignOfNothing(text: string): boolean {
  if (text.length > longest) return text.charCodeAt(0) === 0x30 && text.length < 24 && zeroDate.test(text);
  const first = text.charCodeAt(0);
  // Signs begin with none of these letters but n.
  if (
    first > 0x40 &&
    first < 0x80 &&
    first !== 0x4e &&
    first !== 0x6e &&
    first !== 0x5b &&
    first !== 0x5c &&
    first !== 0x5f &&
    first !== 0x7b
  )
    return false;
  if (first >= 0x31 && first <= 0x39) return false;
  if (first === 0x30) return zeroDate.test(text);
  return signs.has(text.toLowerCase());
}

/** @returns the word, without case, if the trimmed text is a word that may mean nothing; else null. */
export function wordOfNothing(text: string): string | null {
  if (text.length < 2 || text.length > 9) return null;
  const first = text.charCodeAt(0) | 0x20;
  if (first !== 0x6e && first !== 0x75) return null;
  const word = text.toLowerCase();
  return words.has(word) ? word : null;
}
