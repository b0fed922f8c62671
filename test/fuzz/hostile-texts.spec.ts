import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { booleanOf } from '../../src/platform/tables/boolean-words';
import { isDayOfWeek, monthOf } from '../../src/platform/tables/calendar-words';
import { hasDigits, isFilled, kindOf } from '../../src/platform/tables/cell-kinds';
import { readBoolean, readTags, shortText, splitName } from '../../src/platform/tables/cell-values';
import { unquoted, unwrapped, withoutWrapper } from '../../src/platform/tables/cell-wrappers';
import { uniqueHeaders } from '../../src/platform/tables/column-names';
import { dateOrderOf, hasFullStops, looksLikeDate, readDate } from '../../src/platform/tables/date-cells';
import { convertibleFormatOf, formatOf, textFormatOf } from '../../src/platform/tables/file-formats';
import { escapeFormula, unescapeFormula } from '../../src/platform/tables/formula-escaping';
import { fewIn, isRuledLine, noteCandidateOf } from '../../src/platform/tables/notes';
import { isSignOfNothing, wordOfNothing } from '../../src/platform/tables/nothing';
import { decimalOf, readCentsOfAmount, readInteger, readNumber } from '../../src/platform/tables/number-cells';
import { readNumberFormat } from '../../src/platform/tables/number-formats';
import { addressesIn, digitsIn, isAddress, phonesIn } from '../../src/platform/tables/several-values';
import { givenDelimiter, isBlank } from '../../src/platform/tables/table-layout';
import { readVcard } from '../../src/platform/tables/vcard';
import { plainValue, readVcardLine, splitValue } from '../../src/platform/tables/vcard-lines';
import { isoText, numberText } from '../../src/platform/tables/workbook-numbers';
import { unescapeText } from '../../src/platform/tables/workbook-text';

const lastLine = { number: 9, isBelowBlank: true, isBelowTitle: false, isAboveBlank: true, isLast: true };
const digits = { kind: 'digits', pattern: '0000 000000' } as const;

/** A file can have the same text in many places. */
const many = 50;

/** Every function that gets a text out of a file. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  ...{ booleanOf, isDayOfWeek, monthOf, hasDigits, isFilled, kindOf, readBoolean, readTags, shortText, splitName },
  ...{
    withoutWrapper,
    dateOrderOf,
    hasFullStops,
    looksLikeDate,
    readDate,
    textFormatOf,
    escapeFormula,
    unescapeFormula,
  },
  ...{ isSignOfNothing, wordOfNothing, decimalOf, readCentsOfAmount, readInteger, readNumber },
  ...{ addressesIn, digitsIn, isAddress, phonesIn, givenDelimiter, plainValue, isoText, unescapeText },
  readNumberFormat: (text) => {
    for (let format = 0; format < many; format++) readNumberFormat(text);
  },
  unwrapped: (text) => unwrapped([text]),
  unquoted: (text) => unquoted([text]),
  uniqueHeaders: (text) => uniqueHeaders(text.split(' ', 16_384), text.split(',', 16_384)),
  formatOf: (text) => formatOf(Buffer.from(text)),
  convertibleFormatOf: (text) => convertibleFormatOf(Buffer.from(text)),
  fewIn: (text) => fewIn([text, text], 3),
  isRuledLine: (text) => isRuledLine([text, text]),
  isBlank: (text) => isBlank([text]),
  noteCandidateOf: (text) => {
    for (let line = 0; line < many; line++) noteCandidateOf([text.trim() || '1'], 3, lastLine);
    noteCandidateOf(['Total', text], 3, lastLine);
  },
  readVcard: (text) => readVcard([`ADR:${text}`, `BDAY:${text}`], 'utf-8'),
  readVcardLine: (text) => [readVcardLine(text, 'utf-8'), readVcardLine(`TEL;TYPE=${text}:1`, 'utf-8')],
  splitValue: (text) => splitValue(text, ';'),
  numberText: (text) => [numberText(text, digits, false), numberText(text, { kind: 'plain' }, false)],
};

/** They get no text, or one in pieces with a maximum length. */
const others = [
  ...[
    'builtInFormat',
    'brokenWorkbook',
    'rowTooLong',
    'startThread',
    'bestCodePage',
    'guessCodePage',
    'decoderOf',
    'decode',
  ],
  ...['convertFile', 'convertVcards', 'convertWorkbook', 'detectEncoding', 'slicesOf', 'recordsOf'],
  ...['findHeader', 'widthOf', 'readLayout', 'inspectTable', 'inspectConverted', 'isNote'],
  ...['readLines', 'readRows', 'readSample', 'readSharedStrings', 'readSheet', 'readWorkbook', 'readNumberFormats'],
  ...['readXml', 'vcardCell', 'vcardColumns', 'vcardHeader'],
];

const begins = ['', 'total', '"', '\n', '12', '+', '=["', '<'];
const middles = [
  ...[' ', '\n', '\t', '0', '1', '.', ',', '-', "'", '"', '[', '{', '=', ';', ':', '*', '_', '/', '\\', '\0'],
  ...['a', 'É', '合', '\u200b', '\u200c', '\u00a0', '\ud83d', '&', '@', '(', '<', '€'],
  ...[' ,', '1,', '1 ', '0 1', '" ', '",', 'a ', 'a.', '. ', ' / ', ':::', '::: ', ' (https://', '_x000', '&#1'],
  ...['1-', 'to ', 'a@', 'jan ', ';a=', ';"', '\\n', '=0', '[h', '0-', '\r\n', 'van '],
];
const ends = ['', 'x', '!\n'];
/** About the maximum lengths of what is looked at closely, and the maximum length of a row. */
const lengths = [
  ...[58, 118, 250, 490, 980, 1_950].map((length) => ({ length, begins, ends })),
  { length: 1_048_576, begins: ['"'], ends: ['x'] },
];
/** In milliseconds, for one text. It finds what hangs, and is no measure of speed: most take less than one. */
const timeout = 10_000;
const step = new Script('read()');

function* textsOf({ length, ...texts }: (typeof lengths)[number]): Generator<string> {
  for (const begin of texts.begins)
    for (const middle of middles)
      for (const end of texts.ends) yield begin + middle.repeat((length - begin.length) / middle.length) + end;
}

describe('a hostile text', () => {
  it.each(Object.entries(readers))('does not keep %s busy', (name, read) => {
    let text = '';
    const context = createContext({ read: () => void read(text) });
    try {
      for (const length of lengths) for (text of textsOf(length)) step.runInContext(context, { timeout });
    } catch (error) {
      throw new Error(`${name} of ${JSON.stringify(text.slice(0, 20))}, ${text.length} characters`, { cause: error });
    }
  });

  it('leaves little behind of a line with many cells', () => {
    const line = noteCandidateOf(['Total', ...Array<string>(16_383).fill('1')], 16_384, lastLine);
    expect(line).toMatchObject({ filled: 16_384, isTotal: true });
    expect(line!.columns).toHaveLength(50);
  });

  it('is tried with every reader', async () => {
    const folder = join(__dirname, '../../src/platform/tables');
    const files = readdirSync(folder).filter((file) => !/\.spec\.ts$|-thread\.ts$/.test(file));
    const modules = await Promise.all(files.map((file) => import(join(folder, file)) as Promise<object>));
    const exported = modules.flatMap((module) => Object.entries(module) as [string, unknown][]);
    const functions = exported.flatMap(([name, value]) =>
      typeof value === 'function' && !String(value).startsWith('class') ? [name] : [],
    );
    expect(functions.sort()).toEqual([...Object.keys(readers), ...others].sort());
  });
});
