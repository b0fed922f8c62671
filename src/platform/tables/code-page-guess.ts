import { detectAll } from 'jschardet';
import { decoderOf, type Encoding, encodings } from './text-encoding';

const commonest = 'windows-1252';

/** Names that the detector takes. ISO-8859-9 is left out: windows-1254 has the same letters, and more. */
const candidates = [
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'iso-8859-2', 'iso-8859-15'],
  ...['cp932', 'gb18030', 'big5hkscs', 'cp949', 'mac-roman'],
];
/** Names that it gives, in lower case, where they differ from ours. */
const otherNames: Readonly<Record<string, Encoding>> = {
  'iso8859-15': 'iso-8859-15',
  cp932: 'shift_jis',
  big5hkscs: 'big5',
  'big5-hkscs': 'big5',
  cp949: 'euc-kr',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
};

/** Letters beyond ASCII of languages, by code page. */
const western = {
  ca: 'àçèéíïòóúü',
  da: 'æøåéö',
  de: 'äöüß',
  es: 'áéíñóúü',
  fi: 'åäö',
  fr: 'àâæçèéêëîïôœùûüÿ',
  is: 'áðéíóúýþæö',
  it: 'àèéìòù',
  nl: 'áéèëïíóöüú',
  no: 'æøåéèòóôä',
  pt: 'ãáâàçéêíóôõúü',
  sv: 'åäöéü',
};
const central = {
  cs: 'áčďéěíňóřšťúůýž',
  de: 'äöüß',
  hr: 'čćđšž',
  hu: 'áéíóöőúüű',
  pl: 'ąćęłńóśźż',
  ro: 'ăâîşţ',
  sk: 'áäčďéíĺľňóôŕšťúýž',
  sl: 'čšž',
};
const turkish = { de: western.de, fr: western.fr, tr: 'çğıöşüâîû' };
const alphabets: Partial<Record<Encoding, Readonly<Record<string, string>>>> = {
  'windows-1250': central,
  'iso-8859-2': central,
  'windows-1252': western,
  'iso-8859-15': western,
  macintosh: western,
  'windows-1254': turkish,
};

/**
 * How much likelier files of a code page are than the letters say. Measured on invented people of 35 locales: see
 * docs/decisions/0044-code-pages-and-forms.md.
 */
const weights: Partial<Record<Encoding, number>> = { 'windows-1252': 1.2, 'iso-8859-15': 0.97, macintosh: 0.95 };
const unlikelyLanguage = 0.85;
/** Western files often have one letter or sign beyond ASCII; others have many. */
const weightOfFew = 5;
/** For one letter or sign the detector has no confidence in Windows-1252 at all. */
const least = { encoding: commonest, confidence: 0.01, language: null } as const;

/**
 * @param sample lines with bytes beyond ASCII. @returns the likeliest code page: the detector compares pairs of letters,
 * and we add that a line, which is about one person, is of one language, that signs do not stand within words, and that few
 * letters say little.
 */
export function bestCodePage(sample: Buffer): Encoding {
  if (sample.length === 0) return commonest;
  const found = detectAll(sample, { detectEncodings: candidates, minimumThreshold: 0 });
  const ofCommonest = decoded(sample, commonest);
  const letters = ofCommonest.replace(/[\0-\x7f]/g, '').length;
  const judged = [...found, least].flatMap(({ encoding: name, confidence, language }) => {
    const known = name?.toLowerCase() ?? '';
    const encoding = otherNames[known] ?? encodings.find((each) => each === known);
    if (!encoding) return [];
    const ofCodePage = alphabets[encoding];
    // The letters of Iceland are those of Turkey in the other code page, which has more people.
    const isLikely = language !== 'is' && (!ofCodePage || !language || language in ofCodePage);
    const weight = (weights[encoding] ?? 1) * (encoding === commonest ? 1 + weightOfFew / letters : 1);
    const likelihood = weight * (isLikely ? 1 : unlikelyLanguage);
    const text = decoded(sample, encoding);
    return [{ encoding, text, score: confidence * likelihood * (1 - misplacedShare(text, encoding)) ** 4 }];
  });
  const [best] = judged.toSorted((one, other) => other.score - one.score);
  return !best || best.score === 0 || best.text === ofCommonest ? commonest : best.encoding;
}

function decoded(sample: Buffer, encoding: Encoding): string {
  const decoder = decoderOf(encoding);
  return decoder.write(sample) + decoder.end();
}

/** @returns the share of characters beyond ASCII that fit neither their neighbours nor any language of the code page. */
function misplacedShare(text: string, encoding: Encoding): number {
  const ofCodePage = alphabets[encoding];
  const languages = Object.values(ofCodePage ?? { any: null });
  const isWestern = ofCodePage === western;
  let [misplaced, all] = [0, 0];
  for (const places of text.split('\n').map(placesOf)) {
    all += places.length;
    const sums = languages.map((alphabet) =>
      places.reduce((sum, place) => sum + misfitOf(place, alphabet, isWestern), 0),
    );
    misplaced += Math.min(...sums);
  }
  return all === 0 ? 0 : misplaced / all;
}

interface Place {
  /** A Latin letter in lower case; null for all other characters. */
  readonly letter: string | null;
  /** The letters beside it, in lower case; '' if there is none. */
  readonly before: string;
  readonly after: string;
  /** Whether the character fits its neighbours. */
  readonly fits: boolean;
}

/** Letters of names from abroad, which Windows added to Latin-1. */
const guests = 'šž';
const misfitOfGuest = 1 / 3;

/** Letters after which, or before which, Western letters do not stand; Central European ones with these bytes do. */
function isOddInWest({ letter, before, after }: Place): boolean {
  if (letter === 'ñ') return after === '' || !'aeiouáéíóúü'.includes(after);
  if (letter === 'ã') return !'oes'.includes(after);
  if (letter === 'õ') return !'e'.includes(after);
  if (letter === 'þ') return before !== '';
  return letter === 'æ' && before === 'i';
}

/** @returns 0 if the character fits, 1 if it does not. */
function misfitOf(place: Place, alphabet: string | null, isWestern: boolean): number {
  const { letter, fits } = place;
  if (!fits || (isWestern && isOddInWest(place))) return 1;
  if (alphabet === null || letter === null || letter === 'i' || alphabet.includes(letter)) return 0;
  return guests.includes(letter) ? misfitOfGuest : 1;
}

const isLetter = (character: string) => /\p{L}/u.test(character);
const letterOf = (character: string) => (isLetter(character) ? character.toLowerCase() : '');
const isSmall = (character: string) => /\p{Ll}/u.test(character);
const quotes = /[´«»“”„‘’‚‹›\u2010-\u2015…·¿¡\u00a0]/u;
const signs = /[§°€£¥¢©®™№½¼¾²³×÷±†•‰]/u;
/** Signs that follow a word. */
const suffixes = /[®™°]/u;
/** They stand behind a number or an abbreviation: 2º, Nº, Mª. */
const ordinals = /[ªº]/u;

/** @returns the characters beyond ASCII, with what they look like beside their neighbours. */
function placesOf(line: string): Place[] {
  const characters = [...line];
  return characters.flatMap((character, index): Place[] => {
    if (character < '\x80') return [];
    const [before = '', after = ''] = [characters[index - 1], characters[index + 1]];
    const other = { letter: null, before: '', after: '' };
    if (ordinals.test(character)) return [{ ...other, fits: /[\d\p{L}.]/u.test(before) && !isLetter(after) }];
    if (character === micro) return [{ ...other, fits: !isLetter(before) && /[a-z]/i.test(after) }];
    if (isLetter(character)) {
      if (!/\p{Script=Latin}/u.test(character))
        return [{ ...other, fits: !/[a-z]/i.test(before) && !/[a-z]/i.test(after) }];
      const letter = character.toLowerCase().replace('i\u0307', 'i');
      const isCapitalWithin = letter !== character && (isSmall(before) || (isLetter(before) && isSmall(after)));
      return [{ letter, before: letterOf(before), after: letterOf(after), fits: !isCapitalWithin }];
    }
    const isWithin = isLetter(before) && isLetter(after);
    if (quotes.test(character)) {
      const isApostrophe = /[’´·\u2010]/.test(character) && !isInLongWord(characters, index);
      return [{ ...other, fits: !isWithin || isApostrophe }];
    }
    if (!signs.test(character)) return [{ ...other, fits: false }];
    const isSuffix = suffixes.test(character) || (/[²³]/.test(character) && before === 'm');
    return [{ ...other, fits: !isLetter(after) && (!isSmall(before) || isSuffix) }];
  });
}

const micro = '\u00b5';

/** Apostrophes stand near the beginning or the end of a word: d’Arc, Jeanne’s. */
function isInLongWord(characters: readonly string[], index: number): boolean {
  const before = characters.slice(Math.max(0, index - 3), index).join('');
  const after = characters.slice(index + 1, index + 3).join('');
  return /^\p{L}{3}$/u.test(before) && /^\p{L}{2}$/u.test(after);
}
