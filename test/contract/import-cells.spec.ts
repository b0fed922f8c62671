import type { ReadingOptions } from '../../src/contexts/imports/rows/reading-options';
import type { ModelType } from '../../src/kernel/record-kinds';
import { csv } from '../support/imports';
import { importedTable } from '../support/imported-table';

/** What is told of cells that find no place in a record. Headers are the fields, perhaps with a word behind. */
async function read(
  rows: readonly (readonly string[])[],
  options: Partial<ReadingOptions> = {},
  kind: ModelType = 'contacts',
  isChange = false,
) {
  const mapping = Object.fromEntries(rows[0]!.map((header) => [header, header.replace(/ .*/, '')]));
  const table = { header_row: 1 };
  return importedTable(Buffer.from(csv(rows)), { kind, options, mapping, customFields, table, isChange });
}

const customFields = [
  { id: '1', label: 'Diet', field_type: 'enum', options: ['None', 'Vegan', 'Unknown', 'N/A'] },
  { id: '2', label: 'Story', field_type: 'text', options: null },
];
const times = (count: number) => Array.from({ length: count }, (_, index) => index);
const leftOut = expect.stringMatching(/left out$/);

describe('many columns for one field', () => {
  it('are compared once each', async () => {
    const columns = times(4);
    const numbers = (column: number) =>
      times(120)
        .map((index) => `+49 30 ${column}${index + 1_000}`)
        .join('; ');
    const replace = jest.spyOn(String.prototype, 'replace');
    try {
      await read([
        ['first_name', ...columns.map((column) => `phone ${column}`)],
        ['Ann', ...columns.map(numbers)],
      ]);
      expect(replace.mock.calls.length).toBeLessThan(10 * 480);
    } finally {
      replace.mockRestore();
    }
  });

  it('are looked at up to a thousand values', async () => {
    const { told } = await read([
      ['first_name', ...times(20).map((column) => `phone ${column}`)],
      [
        'Ann',
        ...times(20).map((column) =>
          times(100)
            .map((index) => `+49 30 ${column}${index + 1_000}`)
            .join('; '),
        ),
      ],
    ]);
    expect(told[0]!.message).toBe('Phone has at least 959 more values, which were left out');
  });

  it('tell of the first values, and how many others there are', async () => {
    const columns = times(999);
    const { records, told } = await read([
      ['first_name', ...columns.map((column) => `phone ${column}`)],
      ['Ann', ...columns.map((column) => `+49 30 ${column + 10_000}`)],
    ]);
    expect(records[0]).toMatchObject({ phone: '+49 30 10000' });
    expect(String(records[0]!['notes']).split('\n')).toHaveLength(50);
    expect(told).toHaveLength(21);
    expect(told.at(-1)!.message).toMatch(/^and 31 more/);
    expect(told[0]!.message).toBe('Phone has 948 more values, which were left out');
  });

  it('tell little of long cells', async () => {
    const columns = times(300);
    const { told } = await read([
      ['first_name', ...columns.map((column) => `city ${column}`)],
      ['Ann', ...columns.map((column) => String(column).repeat(1_000))],
    ]);
    expect(told).toHaveLength(21);
    expect(JSON.stringify(told).length).toBeLessThan(16_000);
  });

  it('of an address are joined as long as there is room', async () => {
    const columns = times(999);
    const { records, told } = await read([
      ['first_name', ...columns.map((column) => `address ${column}`)],
      ['Ann', ...columns.map((column) => `${column} `.padEnd(200, 'x'))],
    ]);
    expect(String(records[0]!['address'])).toHaveLength(402);
    expect(told).toHaveLength(21);
    expect(told[0]).toMatchObject({ column: 'address 2', message: leftOut });
  });
});

describe('a cell beside one that is left out', () => {
  it('of notes stays', async () => {
    const { records, told } = await read([
      ['first_name', 'notes', 'notes 2'],
      ['Ann', 'short but vital', 'x'.repeat(20_000)],
      ['Bo', '\0', 'kept'],
    ]);
    expect(records).toEqual([
      { first_name: 'Ann', notes: 'notes: short but vital' },
      { first_name: 'Bo', notes: 'notes 2: kept' },
    ]);
    expect(told).toMatchObject([
      { row: 1, column: 'notes 2', field: 'notes', message: leftOut },
      { row: 2, column: 'notes', field: 'notes', message: leftOut },
    ]);
  });

  it('of tags stays, and so does a tag beside one', async () => {
    const long = 'x'.repeat(65);
    const { records, told } = await read([
      ['first_name', 'tags', 'tags 2'],
      ['Ann', 'a', `${long}, b`],
      ['Bo', times(40).join(','), times(60).join(',')],
    ]);
    expect(records[0]).toEqual({ first_name: 'Ann', tags: ['a', 'b'] });
    expect(records[1]!['tags']).toEqual(times(50).map(String));
    expect(told).toMatchObject([
      { row: 1, column: 'tags 2', value: long, message: leftOut },
      { row: 2, column: 'tags 2', value: '50, 51, 52, 53, 54, 55, 56, 57, 58, 59', message: leftOut },
    ]);
  });

  it('of the same value takes its place', async () => {
    const { records, told } = await read([
      ['first_name', 'job_title', 'job_title 2', 'custom_fields.2', 'custom_fields.2 b'],
      ['Ann', 'x'.repeat(501), 'Boss', 'x'.repeat(501), 'told'],
    ]);
    expect(records).toEqual([{ first_name: 'Ann', job_title: 'Boss', custom_fields: { 2: 'told' } }]);
    expect(told).toMatchObject([
      { column: 'job_title', message: leftOut },
      { column: 'custom_fields.2', message: leftOut },
    ]);
  });

  it('of a second city is told', async () => {
    const { records, told } = await read([
      ['first_name', 'city', 'city b', 'city c'],
      ['Ann', 'Ulm', 'Bonn', 'Ulm'],
    ]);
    expect(records).toEqual([{ first_name: 'Ann', city: 'Ulm' }]);
    expect(told).toMatchObject([{ column: 'city b', value: 'Bonn', message: leftOut }]);
  });
});

describe('a cell that is left out', () => {
  it('is told of a record that gets another name', async () => {
    const { records, told } = await read([
      ['last_name', 'job_title'],
      ['Berg', 'x'.repeat(600)],
    ]);
    expect(records).toEqual([{ first_name: 'Berg' }]);
    expect(told).toMatchObject([
      { column: 'job_title', message: leftOut },
      { field: 'first_name', message: 'There is no first name: the last name was taken' },
    ]);
  });

  it('clears nothing', async () => {
    const rows = [
      ['full_name', 'last_name', 'tags'],
      [`Ann ${'x'.repeat(201)}`, '', 'x'.repeat(65)],
    ];
    const { records, told } = await read(rows, { empty_cells: 'clear' }, 'contacts', true);
    expect(records).toEqual([{}]);
    expect(told).toMatchObject([{ column: 'tags' }, { column: 'full_name' }]);
  });

  it('is told of a new record if empty cells clear', async () => {
    const { records, told } = await read(
      [
        ['first_name', 'job_title'],
        ['Ann', 'x'.repeat(600)],
      ],
      { empty_cells: 'clear' },
    );
    expect(records).toEqual([{ first_name: 'Ann' }]);
    expect(told).toMatchObject([{ column: 'job_title', message: leftOut }]);
  });

  it('counts as empty, so a default holds', async () => {
    const { records, told } = await read(
      [
        ['first_name', 'city', 'custom_fields.2'],
        ['Ann', 'x'.repeat(501), 'x'.repeat(501)],
      ],
      { defaults: { city: 'Berlin', 'custom_fields.2': 'none' } },
    );
    expect(records).toEqual([{ first_name: 'Ann', city: 'Berlin', custom_fields: { 2: 'none' } }]);
    expect(told).toMatchObject([{ column: 'custom_fields.2' }, { column: 'city' }]);
  });

  it('is a whole name with parts that are too long', async () => {
    const { records, told } = await read([
      ['full_name', 'email'],
      [`Ann ${'x'.repeat(201)}`, 'ann@x.example'],
    ]);
    expect(records).toEqual([{ first_name: 'ann', email: 'ann@x.example' }]);
    expect(told).toMatchObject([{ column: 'full_name', message: leftOut }, { field: 'first_name' }]);
  });

  it('does not keep a record from the next name that it may have', async () => {
    const { records } = await read([
      ['company_name', 'email'],
      ['x'.repeat(201), 'ann@x.example'],
    ]);
    expect(records).toMatchObject([{ first_name: 'ann' }]);
  });
});

it('a whole name completes a part, or is told', async () => {
  const { records, told } = await read([
    ['first_name', 'last_name', 'full_name'],
    ['Jan', '', 'Jan P. Berg'],
    ['jan', '', 'JAN'],
    ['Jan', '', 'Berg Jan'],
    ['Jan', '', 'Bo Lee'],
    ['', 'Garcia Lopez', 'Ana Garcia Lopez'],
    ['', 'Berg', 'Jan'],
    ['', 'Berg', 'Jan P. Lee'],
    ['', 'Berg', 'BERG'],
  ]);
  const names = records.map((record) => [record!['first_name'], record!['last_name']]);
  expect(names).toEqual([
    ['Jan', 'P. Berg'],
    ['jan', undefined],
    ['Jan', 'Berg'],
    ['Jan', undefined],
    ['Ana', 'Garcia Lopez'],
    ['Jan', 'Berg'],
    ['Jan P.', 'Berg'],
    ['Berg', undefined],
  ]);
  expect(told.map(({ row, column, message }) => [row, column, message])).toEqual([
    [4, 'full_name', 'Full name is not that of the first name, and was left out'],
    [7, 'full_name', 'Full name has another last name than the row: only the first name was taken'],
    [8, null, 'There is no first name: the last name was taken'],
  ]);
});

it('a word for nothing that is a value is that value', async () => {
  const { records } = await read([
    ['first_name', 'custom_fields.1', 'country'],
    ['Ann', 'None', 'DE'],
    ['Bo', 'unknown', 'NA'],
    ['Cy', 'null', 'FR'],
    ['Di', 'n/a', 'na'],
  ]);
  expect(records).toEqual([
    { first_name: 'Ann', country: 'DE', custom_fields: { 1: 'None' } },
    { first_name: 'Bo', country: 'NA', custom_fields: { 1: 'Unknown' } },
    { first_name: 'Cy', country: 'FR' },
    { first_name: 'Di', custom_fields: { 1: 'N/A' } },
  ]);
  const others = await read([
    ['first_name', 'country'],
    ['Ann', 'Germany'],
    ['Bo', 'NA'],
  ]);
  expect(others.records[1]).toEqual({ first_name: 'Bo' });
});

it('what has the form of an address or a number comes before what has not', async () => {
  const { records, messages } = await read([
    ['first_name', 'email', 'email 2', 'phone', 'phone 2'],
    ['Jan', 'none yet', 'jan@x.example', 'ask', '+49 30 1234'],
    ['Bo', 'none yet', 'later', '', 'ask'],
    ['Cy', '', '', '+49 30 1234 mornings, 5678 afternoons, and never at night', '+49 30 9999'],
  ]);
  expect(records).toEqual([
    { first_name: 'Jan', email: 'jan@x.example', phone: '+49 30 1234', notes: 'email: none yet\nphone: ask' },
    { first_name: 'Bo', email: 'none yet', phone: 'ask', notes: 'email 2: later' },
    {
      first_name: 'Cy',
      phone: '+49 30 9999',
      notes: 'phone: +49 30 1234 mornings, 5678 afternoons, and never at night',
    },
  ]);
  expect(messages).toContain('1: E-mail has several values: "none yet" went into the notes');
});
