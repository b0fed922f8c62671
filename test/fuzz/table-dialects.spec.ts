import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { companyColumns } from '../../src/contexts/companies/companies.import';
import { contactColumns } from '../../src/contexts/contacts/contacts.import';
import { knownHeaders } from '../../src/contexts/imports/rows/suggest-mapping';
import { sourceColumns } from '../../src/contexts/sources/sources.import';
import { inspectTable } from '../../src/platform/tables/table-inspection';
import { readRows } from '../../src/platform/tables/table-reader';

const isKnownHeader = knownHeaders([contactColumns, companyColumns, sourceColumns]);
const words = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon', 'Zeta', 'Eta', 'Theta'];
const special = fc.constantFrom('"', '""', '\n', '\r', '\r\n', ',', ';', '\t', '|', ' ', "'", '=', 'é', '€', '\x01');
const letters = fc.oneof(
  { weight: 5, arbitrary: special },
  { weight: 9, arbitrary: fc.constantFrom(...'abcdefgXYZ0189') },
);
const anyLetter = fc.oneof(letters, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }));
const western = fc.oneof(letters, fc.constantFrom(...'äößÀÿ¿œŽ‰–')).filter((text) => text !== '\ufeff');

const tables = fc
  .record({
    encoding: fc.constantFrom('utf-8', 'marked utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    quoted: fc.boolean(),
    width: fc.integer({ min: 2, max: 8 }),
    size: fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 1, max: 1_048_576 })),
  })
  .chain((dialect) => {
    const letter = dialect.encoding === 'windows-1252' ? western : anyLetter;
    const cell = fc.array(letter, { maxLength: 12 }).map((parts) => parts.join(''));
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

function bytesOf(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'marked utf-8') return Buffer.from(`\ufeff${text}`);
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  const high = [...'€‰–œŽ'].map((letter, index) => [
    letter,
    String.fromCharCode([0x80, 0x89, 0x96, 0x9c, 0x8e][index]!),
  ]);
  const latin = high.reduce((one, [letter, byte]) => one.replaceAll(letter!, byte!), text);
  return Buffer.from(latin, 'latin1');
}

it('any table in any dialect comes back cell by cell', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ({ dialect: { encoding, delimiter, lineEnd, quoted, width, size }, rows }) => {
      const headers = words.slice(0, width);
      const text = stringify([headers, ...rows], {
        delimiter,
        record_delimiter: lineEnd,
        quoted,
        quoted_match: /[\r\n"]/,
      });
      const bytes = bytesOf(text, encoding);
      const chunks = async function* () {
        for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
      };
      const { shape, total_rows } = await inspectTable(chunks, 60, isKnownHeader);
      expect(shape).toMatchObject({ delimiter, headers, header_line: 1, returned: false });
      const read: (readonly string[])[] = [];
      for await (const { cells } of readRows(chunks, shape)) read.push(cells);
      expect(read).toEqual(rows);
      expect(total_rows).toBe(rows.length);
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 200) },
  );
});
