import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type Encoding, encodings } from '../../src/platform/tables/text-encoding';
import { UnreadableFile } from '../../src/platform/tables/unreadable-file';
import { convertVcards } from '../../src/platform/tables/vcard-conversion';

const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 500) };

/** @returns the table, or null if the file is refused. Nothing else may happen. */
async function convert(bytes: Buffer, size: number, encoding: Encoding = 'utf-8'): Promise<string | null> {
  const chunks = async function* () {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
  const pieces: Buffer[] = [];
  try {
    await convertVcards(chunks, encoding, async (piece) => void pieces.push(piece));
    return Buffer.concat(pieces).toString();
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

const names = fc.constantFrom(
  ...'N,FN,TEL,EMAIL,ADR,ORG,NOTE,CATEGORIES,BDAY,PHOTO,AGENT,URL,KIND,X-JABBER'.split(','),
);
const parameters = fc.constantFrom(
  ...[
    '',
    ';TYPE=work',
    ';pref',
    ';PREF=1',
    ';ENCODING=QUOTED-PRINTABLE',
    ';CHARSET=koi8-r;QUOTED-PRINTABLE',
    ';X="a;b:c"',
    ';',
  ],
);
const values = fc.string({ unit: fc.constantFrom(...'abÄ山;,:\\n="=3D=C3 \t'), maxLength: 40 });
const contentLine = fc
  .tuple(fc.constantFrom('', 'item1.'), names, parameters, values)
  .map(([group, name, more, value]) => `${group}${name}${more}:${value}`);
const line = fc.oneof(
  { weight: 6, arbitrary: contentLine },
  {
    weight: 2,
    arbitrary: fc.constantFrom('BEGIN:VCARD', 'END:VCARD', 'end:vcard ', ' folded', '\tfolded', '', '=', '/9j/4AAQ'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
);
const lineEnd = fc.constantFrom('\r\n', '\n', '\r');

it('any lines are read or refused, and in pieces of any size alike', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 30 }),
      lineEnd,
      fc.integer({ min: 1, max: 50 }),
      async (lines, end, size) => {
        const file = Buffer.from(['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join(end));
        const whole = await convert(file, file.length);
        expect(await convert(file, size)).toBe(whole);
        if (whole !== null) {
          const rows = parse(whole, { relax_column_count: false });
          expect(rows.length).toBeGreaterThan(1);
        }
      },
    ),
    runs,
  );
});

it('any bytes are read or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...encodings), async (bytes, encoding) => {
      const file = Buffer.concat([Buffer.from('BEGIN:VCARD\r\nN:'), bytes, Buffer.from('\r\nEND:VCARD\r\n')]);
      await convert(file, 7, encoding);
    }),
    runs,
  );
});
