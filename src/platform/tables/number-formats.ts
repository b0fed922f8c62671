/** How a number is shown, as far as it is not only looks. */
export type NumberFormat =
  | { readonly kind: 'plain' }
  /** A number of days. */
  | ({ readonly kind: 'moment' } & Moment)
  /** Digits, with zeros in front and signs between: `00000`, `0000 000000`. */
  | { readonly kind: 'digits'; readonly pattern: string };

export interface Moment {
  readonly hasDate: boolean;
  readonly hasTime: boolean;
  /** Whether hours go on beyond a day. */
  readonly isDuration: boolean;
}

export const plainFormat: NumberFormat = { kind: 'plain' };
const date = { kind: 'moment', hasDate: true, hasTime: false, isDuration: false } as const;
const time = { ...date, hasDate: false, hasTime: true } as const;
const dateAndTime: NumberFormat = { ...date, hasTime: true };
const duration: NumberFormat = { ...time, isDuration: true };

/** The formats that every workbook has (ECMA-376, part 1, 18.8.30), those of East Asia included. */
const builtIn: readonly (readonly [from: number, to: number, format: NumberFormat])[] = [
  [14, 17, date],
  [18, 21, time],
  [22, 22, dateAndTime],
  [27, 31, date],
  [32, 33, time],
  [34, 36, date],
  [45, 45, time],
  [46, 46, duration],
  [47, 47, time],
  [50, 58, date],
];

export function builtInFormat(id: number): NumberFormat {
  return builtIn.find(([from, to]) => id >= from && id <= to)?.[2] ?? plainFormat;
}

/** Colours, conditions, currencies and languages, but not `[h]`, which counts hours beyond a day. */
const brackets = /\[(?!(?:h+|m+|s+)\])[^[\]]*\]/gi;
/** Literal texts, and the width or the repetition of a sign. */
const literals = /"([^"]*)"|\\([^])|[_*][^]/g;

/** Maximum length of a code, in characters. Excel writes no longer ones. */
const maxLength = 255;

/** @param code of a format, such as `dd/mm/yyyy;@`. */
export function readNumberFormat(code: string): NumberFormat {
  if (code.length > maxLength) return plainFormat;
  const first = firstSection(code).replace(brackets, '');
  const bare = first.replace(literals, '');
  const isGeneral = /^\s*(general|@)\s*$/i.test(bare);
  if (isGeneral) return plainFormat;
  const letters = bare.replace(/AM\/PM|A\/P/gi, 'h').toLowerCase();
  // Fractions of a second apart, a moment has no digits.
  if (/[ymdhs]/.test(letters) && !/[0#?]/.test(letters.replace(/s\]?[.,]0+/g, 's'))) {
    const isDuration = letters.includes('[');
    const hasTime = isDuration || /[hs]/.test(letters);
    // Beside hours and seconds an m is a minute.
    const hasDate = /[yd]|mmm/.test(letters) || !hasTime;
    return { kind: 'moment', hasDate, hasTime, isDuration };
  }
  const pattern = first.replace(literals, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? '').trim();
  const hasSeveral = pattern.indexOf('0') < pattern.lastIndexOf('0');
  return hasSeveral && /^[-+()/ 0]+$/.test(pattern) ? { kind: 'digits', pattern } : plainFormat;
}

/** The first section is that of positive numbers. Semicolons may stand in literal texts. */
function firstSection(code: string): string {
  return /^(?:"[^"]*"|\\[^]|[_*][^]|[^;"\\])*/.exec(code)![0];
}
