import fc from 'fast-check';
import { type Encoding, encodings } from '../../src/platform/tables/text-encoding';
import { importedTable } from '../support/imported-table';
import { type Field, fields, type People, tables } from '../support/people-of-languages';
import { fileOf } from '../support/table-texts';

/** One table in every dialect, encoding, position of the header and wrapper: the same records are expected. */
const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 400) };

type Wrap = (cell: string) => string;
const ifFilled =
  (wrap: Wrap): Wrap =>
  (cell) =>
    cell === '' ? '' : wrap(cell);
const plain: Wrap = (cell) => cell;
const entities: Wrap = (cell) => cell.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&quot;');
const wrappers: readonly Wrap[] = [
  plain,
  ifFilled((cell) => `="${cell.replaceAll('"', '""')}"`),
  ifFilled((cell) => ` ${cell}  `),
  ...['N/A', '-', '\\N', '(null)', '#N/A'].map(
    (sign): Wrap =>
      (cell) =>
        cell === '' ? sign : cell,
  ),
  entities,
];
const invisible: Wrap = (cell) => (cell === '' ? '\u200b' : `\ufeff${cell}\u200b \u200e`);
const marked = ifFilled((cell) => (/^[+\d]/.test(cell) ? `'${cell}` : cell));
const wrappersOf: Readonly<Partial<Record<Field, readonly Wrap[]>>> = {
  email: [
    ifFilled((cell) => `mailto:${cell}`),
    ifFilled((cell) => `Ann <${cell}>`),
    ifFilled((cell) => `"X, Y" <${cell}>`),
  ],
  phone: [marked, ifFilled((cell) => `tel:${cell}`), ifFilled((cell) => (cell.startsWith('+') ? `p:${cell}` : cell))],
  zip_code: [marked, ifFilled((cell) => `z:${cell}`)],
  company_name: [ifFilled((cell) => `${cell} (https://www.notion.so/Acme-0123456789abcdef)`)],
};

const dialects = fc.record({
  isMarked: fc.boolean(),
  delimiter: fc.constantFrom(',', ';', '\t', '|', '^'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  isQuoted: fc.boolean(),
  isEnded: fc.boolean(),
  isPadded: fc.boolean(),
  isTold: fc.boolean(),
});
const above = fc.constantFrom<readonly (readonly string[])[]>(
  ...[
    [],
    [[]],
    [['Contacts of 2026']],
    [['Contacts of 2026'], []],
    [['Exported by Ann'], ['31.01.2026'], ['Filter: all'], []],
    [['Report', 'of people'], ['made', 'today'], [], []],
  ],
);
const below = fc.constantFrom<readonly (readonly string[])[]>(
  ...[[], [[], []], [[], ['Total: 3']], [[], ['Exported 2026-01-31'], ['Confidential']], [['3 records']]],
);

interface Case {
  readonly people: People;
  readonly encoding: Encoding;
  readonly isNamed: boolean;
  readonly dialect: Omit<Parameters<typeof fileOf>[1], 'encoding'>;
  readonly columns: readonly number[];
  readonly wraps: readonly Wrap[];
  readonly above: readonly (readonly string[])[];
  readonly below: readonly (readonly string[])[];
  readonly header: 'one line' | 'below groups' | 'again in the middle' | 'none';
}

/** Without a header, addresses tell rows. */
const isTelling = ({ header, columns }: Case) => header !== 'none' || columns.includes(fields.indexOf('email'));

/** Where a row has a single cell, a line with a single cell is a row, unless it is a total. */
const isClear = ({ people, columns, below: after }: Case) =>
  after.every(([cell = '']) => cell === '' || /\d+ records|Total/.test(cell)) ||
  people.rows.every((row) => columns.filter((column) => row[column] !== '').length > 1);

const cases: fc.Arbitrary<Case> = fc
  .constantFrom(...tables)
  .chain((people) =>
    fc.constantFrom(...people.encodings).chain((encoding) => {
      const isUnicode = encoding.startsWith('utf');
      const wrap = (field: Field) =>
        fc.constantFrom(...wrappers, ...(isUnicode ? [invisible] : []), ...(wrappersOf[field] ?? []));
      return fc.record({
        people: fc.constant(people),
        encoding: fc.constant(encoding),
        isNamed: fc.boolean(),
        dialect: dialects,
        columns: fc
          .shuffledSubarray([1, 2, 3, 4, 5, 6, 7], { minLength: 4 })
          .chain((others) => fc.nat(others.length).map((at) => [...others.slice(0, at), 0, ...others.slice(at)])),
        wraps: fc.tuple(...fields.map(wrap)),
        above,
        below,
        header: fc.constantFrom<Case['header']>('one line', 'below groups', 'again in the middle', 'none'),
      });
    }),
  )
  .filter((each) => isTelling(each) && isClear(each));

function linesOf({
  people,
  columns,
  wraps,
  above: before,
  below: after,
  header,
}: Case): readonly (readonly string[])[] {
  const rows = people.rows.map((row) => columns.map((column) => wraps[column]!(row[column]!)));
  if (header === 'none') return [...before, ...rows, ...after];
  const headers = columns.map((column) => people.headers[column]!);
  const groups = headers.map((_, index) => (index % 3 === 1 ? `Group ${index}` : ''));
  const middle = header === 'again in the middle' ? [headers] : [];
  const head = header === 'below groups' ? [groups, headers] : [headers];
  return [...before, ...head, rows[0]!, ...middle, ...rows.slice(1), ...after];
}

function expectedOf({ people, columns }: Case): readonly Readonly<Record<string, string>>[] {
  return people.rows.map((row) => {
    const cells = columns.map((column): [string, string] => [fields[column]!, row[column]!]);
    return Object.fromEntries(cells.filter(([, cell]) => cell !== ''));
  });
}

it('every encoding of the contract is tried', () => {
  expect(new Set(tables.flatMap((table) => table.encodings))).toEqual(new Set(encodings));
});

it('the same people come of any file', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (each) => {
      const { encoding, isNamed, columns, header } = each;
      const isUnicode = encoding.startsWith('utf');
      const isMarked = isUnicode && each.dialect.isMarked;
      const file = fileOf(linesOf(each), { ...each.dialect, encoding, isMarked });
      const table = isNamed ? { encoding } : {};
      const mapping = Object.fromEntries(columns.map((column, index) => [`Column ${index + 1}`, fields[column]!]));
      const imported = await importedTable(file, header === 'none' ? { table, mapping } : { table });
      expect(imported.records).toEqual(expectedOf(each));
      if (header !== 'none') return;
      const found = Object.entries(imported.preview.suggested_mapping).filter(([, field]) => /email|phone/.test(field));
      expect(found).toEqual(Object.entries(mapping).filter(([, field]) => /email|phone/.test(field)));
    }),
    runs,
  );
});
