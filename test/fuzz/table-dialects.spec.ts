import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { encode } from 'iconv-lite';
import { companyColumns } from '../../src/contexts/companies/companies.import';
import { contactColumns } from '../../src/contexts/contacts/contacts.import';
import { knownHeaders } from '../../src/contexts/imports/rows/column-names';
import { sourceColumns } from '../../src/contexts/sources/sources.import';
import { inspectTable } from '../../src/platform/tables/table-inspection';
import { readRows, type TableChoice } from '../../src/platform/tables/table-reader';
import { decoderOf, type Encoding, encodings } from '../../src/platform/tables/text-encoding';

const isKnownHeader = knownHeaders([contactColumns, companyColumns, sourceColumns]);
const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) };
const delimiters = [',', ';', '\t', '|', '^'] as const;
const lineEnds = ['\n', '\r\n', '\r'] as const;
const chunkSizes = fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 1_048_576 }));

const namesOfEncoder: Readonly<Partial<Record<Encoding, string>>> = { 'euc-kr': 'cp949', macintosh: 'macroman' };

function bytesOf(text: string, encoding: Encoding, isMarked = false): Buffer {
  return encode(text, namesOfEncoder[encoding] ?? encoding, { addBOM: isMarked });
}

async function read(bytes: Buffer, size: number, choice?: TableChoice) {
  const chunks = async function* () {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
  const { shape, total_rows } = await inspectTable(chunks, 60, isKnownHeader, choice);
  const rows: (readonly string[])[] = [];
  for await (const { cells } of readRows(chunks, shape)) rows.push(cells);
  expect(total_rows).toBe(rows.length);
  return { shape, rows };
}

describe('cells of any characters', () => {
  const words = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon', 'Zeta', 'Eta', 'Theta'];
  const special = fc.constantFrom(...['"', '""', '\n', '\r', '\r\n', ',', ';', '\t', '|', '^', ' ', "'", '=', '\x01']);
  const letters = fc.oneof(
    { weight: 5, arbitrary: special },
    { weight: 9, arbitrary: fc.constantFrom(...'abcdefgXYZ0189') },
  );
  // Characters that nobody sees are dropped.
  const anyLetter = fc
    .oneof(letters, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }))
    .filter((text) => !/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/.test(text));

  /** Letters beyond ASCII, each of which comes back from its bytes. */
  function lettersOf(encoding: Encoding): string[] {
    const all = [0x80, 0x2000, 0x4e00, 0xac00].flatMap((first) =>
      Array.from({ length: 0x500 }, (_, index) => String.fromCharCode(first + index)),
    );
    return all.filter((letter) => {
      const decoder = decoderOf(encoding);
      return /[\p{L}€]/u.test(letter) && decoder.write(bytesOf(letter, encoding)) + decoder.end() === letter;
    });
  }

  const tables = fc
    .record({
      encoding: fc.constantFrom(...encodings),
      isMarked: fc.boolean(),
      delimiter: fc.constantFrom(...delimiters),
      lineEnd: fc.constantFrom(...lineEnds),
      quoted: fc.boolean(),
      width: fc.integer({ min: 2, max: 8 }),
      size: chunkSizes,
    })
    .chain((dialect) => {
      const isUnicode = dialect.encoding.startsWith('utf');
      const ofCodePage = fc.oneof(letters, fc.constantFrom(...(isUnicode ? 'é' : lettersOf(dialect.encoding))));
      const cell = fc.array(isUnicode ? anyLetter : ofCodePage, { maxLength: 12 }).map((parts) => parts.join(''));
      const row = fc
        .array(cell, { minLength: dialect.width, maxLength: dialect.width })
        .filter((cells) => cells.some((text) => text.trim() !== ''));
      return fc.record({ dialect: fc.constant(dialect), rows: fc.array(row, { maxLength: 60 }) });
    })
    .filter(({ dialect, rows }) => {
      // A file with more control characters than one in twenty is refused.
      const text = [...words.slice(0, dialect.width), ...rows.flat()].join('');
      return text.replace(/[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '').length * 20 <= text.length;
    });

  it('come back from any dialect', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ dialect, rows }) => {
        const { encoding, isMarked, delimiter, lineEnd, quoted, width, size } = dialect;
        const headers = words.slice(0, width);
        const text = stringify([headers, ...rows], {
          delimiter,
          record_delimiter: lineEnd,
          quoted,
          quoted_match: /[\r\n"]/,
        });
        // Letters at random are of no language, so nobody could guess the code page. UTF-16 has its mark.
        const isUnicode = encoding.startsWith('utf');
        const isWithMark = encoding.startsWith('utf-16') || (isUnicode && isMarked);
        const found = await read(bytesOf(text, encoding, isWithMark), size, isUnicode ? {} : { encoding });
        expect(found.shape).toMatchObject({ encoding, delimiter, headers, header_line: 1, returned: false });
        expect(found.rows).toEqual(rows);
      }),
      runs,
    );
  });
});

describe('a list of people', () => {
  const lists: readonly (readonly [readonly Encoding[], readonly string[], readonly string[][]])[] = [
    [
      ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'macintosh'],
      ['Roepnaam', 'Familienaam', 'Mailadres', 'Woonplaats', 'Geboren'],
      [
        ['Zoë', 'Müller', 'zoe@mail.example', 'Köln, Süd', '31.01.1980'],
        ['André', 'Lefèvre', 'andre@mail.example', 'Besançon', '1.2.1990'],
        ['Jürgen', 'Weiß; Sohn', 'juergen@mail.example', 'Düsseldorf', ''],
        ['José', 'Muñoz "Pepe"', 'jose@mail.example', 'Málaga', '24.12.2001'],
      ],
    ],
    [
      ['utf-8', 'windows-1250', 'iso-8859-2'],
      ['Jméno', 'Příjmení', 'Adresa', 'Město', 'Telefon'],
      [
        ['Jiří', 'Dvořák', 'jiri@mail.example', 'Plzeň', '+420 123 456 789'],
        ['Božena', 'Němcová', 'bozena@mail.example', 'Ústí nad Labem', ''],
        ['Tomáš', 'Černý', 'tomas@mail.example', 'České Budějovice', '+420 987 654 321'],
      ],
    ],
    [
      ['utf-8', 'utf-16le', 'windows-1251'],
      ['Имя', 'Фамилия', 'Почта', 'Город', 'Сумма'],
      [
        ['Иван', 'Петров', 'ivan@mail.example', 'Москва', '1 200,50'],
        ['Наталья', 'Смирнова', 'natalya@mail.example', 'Екатеринбург', '300'],
        ['Фёдор', 'Кузнецов', '', 'Нижний Новгород', '42'],
      ],
    ],
    [
      ['utf-8', 'utf-16be', 'shift_jis'],
      ['名', '姓', 'メール', '住所', '番号'],
      [
        ['太郎', '山田', 'taro@mail.example', '東京都千代田区', '1'],
        ['花子', '佐藤', 'hanako@mail.example', '大阪市表参道', '2'],
        ['一郎', '鈴木', 'ichiro@mail.example', '横浜市中区', '3'],
      ],
    ],
  ];
  const nothing = [] as const;
  const files = fc.constantFrom(...lists).chain(([ofEncodings, headers, rows]) =>
    fc.record({
      encoding: fc.constantFrom(...ofEncodings),
      isMarked: fc.boolean(),
      delimiter: fc.constantFrom(...delimiters),
      lineEnd: fc.constantFrom(...lineEnds),
      headers: fc.constant(headers),
      rows: fc.constant(rows),
      size: chunkSizes,
      /** Whether lines are filled with blank cells up to the widest, and beyond. */
      padding: fc.constantFrom(0, 1, 3),
      isSpaced: fc.boolean(),
      isTold: fc.boolean(),
      above: fc.constantFrom<readonly (readonly string[])[]>(
        nothing,
        [['Report']],
        [['Report of 2026-01-31'], []],
        [['Report', 'A'], ['made', 'today', 'here'], []],
        [[], ['', '', 'Group'], nothing],
      ),
      between: fc.constantFrom<'nothing' | 'header' | 'marked header' | 'blank'>(
        ...(['nothing', 'header', 'marked header', 'blank'] as const),
      ),
      below: fc.constantFrom<readonly (readonly string[])[]>(
        nothing,
        [[], []],
        [['Total', '', '', '', '3']],
        [[], ['Total: 3'], ['Confidential']],
        [[], ['made', '', '', '', ''], [], ['2026-01-31']],
      ),
    }),
  );

  it('comes in the same from any kind of report', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (file) => {
        const { encoding, delimiter, lineEnd, headers, rows, padding, isSpaced, isTold, above, between, below } = file;
        const middle = {
          nothing: [],
          header: [headers],
          'marked header': [[`\ufeff${headers[0]}`, ...headers.slice(1)]],
          blank: [[]],
        };
        const isUnicode = encoding.startsWith('utf');
        const repeated = between === 'marked header' && !isUnicode ? [headers] : middle[between];
        const all = [...above, headers, ...rows.slice(0, 2), ...repeated, ...rows.slice(2), ...below];
        const filled = all.map((cells) =>
          padding === 0 ? cells : [...cells, ...Array<string>(headers.length + padding - 1 - cells.length).fill('')],
        );
        const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
        const lines = isSpaced
          ? filled.map((cells) => cells.map(quoted).join(`${delimiter} `) + lineEnd)
          : filled.map((cells) => stringify([cells], { delimiter, record_delimiter: lineEnd }));
        const text = (isTold ? [`sep=${delimiter}${lineEnd}`, ...lines] : lines).join('');
        const isWithMark = isUnicode && (file.isMarked || encoding.startsWith('utf-16'));
        const found = await read(bytesOf(text, encoding, isWithMark), file.size);
        expect(found.shape).toMatchObject({ encoding, delimiter, headers });
        const shown = (cells: readonly string[]) => headers.map((_, column) => cells[column] ?? '');
        expect(found.rows.map(shown)).toEqual(rows);
        const notes = [...above, ...repeated, ...below].filter((cells) => cells.some((cell) => cell !== ''));
        expect(found.shape.ignored_rows).toBe(notes.length);
        expect(found.shape.skipped_lines).toHaveLength(notes.length);
      }),
      runs,
    );
  });
});
