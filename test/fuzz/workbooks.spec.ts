import fc from 'fast-check';
import { UnreadableFile } from '../../src/platform/tables/unreadable-file';
import { convertWorkbook } from '../../src/platform/tables/xlsx-conversion';
import { workbook, workbookEntries, zip } from '../support/workbook';

const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 500) };

const sheets = [
  {
    name: 'People',
    rows: [
      ['Name', 'Born', 'Company'],
      ['Ada & Grace', { attributes: 's="1"', content: '<v>44197</v>' }, { attributes: 't="s"', content: '<v>0</v>' }],
      ['Alan', { attributes: 's="2"', content: '<v>1.5E3</v>' }, null],
    ],
    merges: ['C2:C3'],
  },
  { name: 'Hidden', state: 'hidden' as const, rows: [[true, 1]] },
];
const options = { formats: [14, 'dd/mm/yyyy hh:mm'], strings: ['<r><t>Navy</t></r><r><t>, Inc</t></r>'] };
const file = workbook(sheets, options);

/** @returns the table, or null if the file is refused. Nothing else may happen. */
async function convert(bytes: Buffer): Promise<string | null> {
  const pieces: Buffer[] = [];
  const size = 512;
  const chunk = async (number: number) => bytes.subarray(number * size, (number + 1) * size);
  try {
    const stored = { size: bytes.length, chunkSize: size, chunk };
    await convertWorkbook(stored, undefined, async (piece) => void pieces.push(piece));
    return Buffer.concat(pieces).toString();
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

const position = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const byte = fc.integer({ min: 0, max: 255 });
const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: position, byte }),
  fc.record({ kind: fc.constant('cut' as const), at: position, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: position, bytes: fc.uint8Array({ maxLength: 32 }) }),
  fc.record({ kind: fc.constant('number' as const), at: position, value: fc.integer({ min: 0, max: 0xffffffff }) }),
  fc.record({ kind: fc.constant('end' as const), at: position }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, changes: readonly Change[]): Buffer {
  let result = Buffer.from(bytes);
  for (const each of changes) {
    const at = Math.floor(each.at * result.length);
    if (each.kind === 'set') result[at] = each.byte;
    else if (each.kind === 'number' && at + 4 <= result.length) result.writeUInt32LE(each.value, at);
    else if (each.kind === 'cut') result = Buffer.concat([result.subarray(0, at), result.subarray(at + each.length)]);
    else if (each.kind === 'insert') result = Buffer.concat([result.subarray(0, at), each.bytes, result.subarray(at)]);
    else if (each.kind === 'end') result = result.subarray(0, at);
  }
  return result;
}

it('is read', async () => {
  expect(await convert(file)).toBe(
    'Name,Born,Company\nAda & Grace,2021-01-01,"Navy, Inc"\nAlan,1904-02-08T00:00,"Navy, Inc"\n',
  );
});

it('an archive with any bytes changed is read or refused', async () => {
  const changes = fc.array(change, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(changes, async (some) => void (await convert(changed(file, some)))),
    runs,
  );
});

it('an archive of which the end is changed is read or refused: there is what it says of itself', async () => {
  const directory = file.indexOf('PK\x01\x02');
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(changes, async (some) => {
      await convert(Buffer.concat([file.subarray(0, directory), changed(file.subarray(directory), some)]));
    }),
    runs,
  );
});

it('parts with any bytes changed are read or refused', async () => {
  const entries = workbookEntries(sheets, options);
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.nat(entries.length - 1), changes, async (index, some) => {
      const parts = entries.map((entry, at) =>
        at === index ? { ...entry, data: changed(Buffer.from(entry.data), some) } : entry,
      );
      await convert(zip(parts));
    }),
    runs,
  );
});
