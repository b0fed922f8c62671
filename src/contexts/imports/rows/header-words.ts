import { groupWords, neutralWords, type ColumnGroup } from '../../../platform/records/column-qualifiers';

/** Removes case, accents, punctuation and spaces: `FirstName` equals `first_name`. */
export function normalized(text: string): string {
  return plain(text).replace(/[^\p{L}\p{N}]/gu, '');
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('æ', 'ae');
}

const maxHeaderWords = 16;

/** @returns the words of a header: `BillingCity` has two, `E-mail 1 - Value` four, `Company's name` two. */
export function wordsOf(header: string): readonly string[] {
  const divided = inBracketsLast(header)
    .replace(/^#/, 'number ')
    .replace(/#$/, ' number')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2');
  const words = plain(divided.replace(/['’]s\b/g, '')).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, maxHeaderWords);
}

/** A kind in brackets may stand in the middle: `Rue (bureau) 2`, `国 (会社)/地域`. */
function inBracketsLast(header: string): string {
  const start = header.indexOf('(');
  const end = header.indexOf(')', start);
  if (start < 1 || end < 0) return header;
  return `${header.slice(0, start)} ${header.slice(end + 1)} ${header.slice(start + 1, end)}`;
}

interface Qualifier {
  readonly group: ColumnGroup | '';
  readonly cost: number;
}

const groups = Object.keys(groupWords) as ColumnGroup[];
const qualifiers = new Map<string, Qualifier>(
  [
    ...groups.flatMap((group, index) =>
      groupWords[group].split(', ').map((word) => ({ word, group, cost: index === 0 ? 1 : 2 + index })),
    ),
    ...neutralWords.split(', ').map((word) => ({ word, group: '' as const, cost: 1 })),
  ]
    .reverse()
    .map(({ word, ...qualifier }) => [normalized(word), qualifier]),
);
const longestQualifier = 3;
/** Writing without spaces: a qualifier is part of the word. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const unspacedQualifiers = [...qualifiers.keys()]
  .filter((word) => unspaced.test(word))
  .sort((one, other) => other.length - one.length);

/** Whether the header says of which kind the values are, and not what: `Work`, `Hem`, `Ufficio 2`. */
export function isOnlyQualified(header: string): boolean {
  const words = wordsOf(header).filter((word) => !/^\d+$/.test(word));
  return words.length > 0 && (words.every((word) => qualifiers.has(word)) || qualifiers.has(words.join('')));
}

/** Groups that programs write in front of a name without a space: `MAILINGCITY`, `Hemort`. */
const prefixes = ['mailing', 'billing', 'shipping', 'other', 'home', 'work', 'business', 'hem'];

/** A header without some of its qualifiers. */
export interface Reading {
  readonly name: string;
  readonly group: ColumnGroup | '';
  /** A number in the header; 0 without one. */
  readonly ordinal: number;
  /** Whether the number stands in the middle, as in "Address 2 - City", so that it counts addresses and not lines. */
  readonly isOfGroup: boolean;
  readonly cost: number;
}

interface State extends Omit<Reading, 'name'> {
  readonly words: readonly string[];
}

/** Longer headers are sentences, and have no qualifiers. */
const maxQualifiedWords = 10;
const maxStates = 80;

/** @returns a header without qualifiers at its ends, in the order of how many were taken off: at first as it is. */
export function* readingsOf(header: string, maxWords = maxQualifiedWords): Generator<Reading> {
  const words = wordsOf(header);
  const waiting: State[] = [{ words, group: '', ordinal: 0, isOfGroup: false, cost: 0 }];
  const seen = new Set<string>();
  for (let next = 0; next < waiting.length && next < maxStates; next++) {
    const { words: left, ...state } = waiting[next]!;
    if (left.length === 0) continue;
    const name = left.join('');
    const key = `${left.join(' ')}/${state.group}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield { name, ...state };
    if (words.length > maxWords) return;
    for (const shorter of shortened({ words: left, ...state })) waiting.push(shorter);
  }
}

function* shortened({ words, ...state }: State): Generator<State> {
  const without = ({ group, cost }: Qualifier, left: readonly string[]): State => ({
    ...state,
    words: left,
    group: state.group || group,
    cost: state.cost + cost,
  });
  for (let count = Math.min(longestQualifier, words.length - 1); count > 0; count--) {
    const first = qualifiers.get(words.slice(0, count).join(''));
    if (first) yield without(first, words.slice(count));
    const last = qualifiers.get(words.slice(-count).join(''));
    if (last) yield without(last, words.slice(0, -count));
  }
  const [only] = words;
  if (words.length === 1) {
    const prefix = prefixes.find((each) => only!.startsWith(each) && only!.length > each.length + 1);
    if (prefix !== undefined) yield without(qualifiers.get(prefix)!, [only!.slice(prefix.length)]);
  }
  for (const [index, word] of words.entries()) {
    if (/^\d{1,2}$/.test(word) && words.length > 1) {
      const isOfGroup =
        index < words.length - 1 &&
        index > 0 &&
        !/^(?:line|zeile|street|ligne|linea|linha|regel)$/.test(words[index - 1]!);
      const left = words.filter((_, other) => other !== index);
      yield { ...state, words: left, ordinal: Number(word), isOfGroup, cost: state.cost + Math.min(9, Number(word)) };
      break;
    }
    if (!unspaced.test(word)) continue;
    for (const qualifier of unspacedQualifiers) {
      if (word.length <= qualifier.length) continue;
      const rest = word.startsWith(qualifier)
        ? word.slice(qualifier.length)
        : word.endsWith(qualifier)
          ? word.slice(0, -qualifier.length)
          : null;
      if (rest !== null)
        yield without(
          qualifiers.get(qualifier)!,
          words.map((other, place) => (place === index ? rest : other)),
        );
    }
  }
}
