import type { ReadingOptions } from '../../src/contexts/imports/rows/reading-options';
import type { ModelType } from '../../src/kernel/record-kinds';
import { csv } from '../support/imports';
import { importedTable } from '../support/imported-table';

/** What becomes of rows, without a database. Cells are divided by bars; the mapping is that of the header. */
async function read(lines: readonly string[], choice: { kind?: ModelType; options?: Partial<ReadingOptions> } = {}) {
  const rows = lines.map((line) => line.split('|'));
  const mapping = Object.fromEntries(
    rows[0]!.flatMap((header) => (header.startsWith('x') ? [] : [[header, header.replace(/ .*/, '')]])),
  );
  const file = Buffer.from(csv(rows));
  return importedTable(file, { ...choice, mapping, customFields, table: { header_row: 1 } });
}

const customFields = [
  { id: '1', label: 'Score', field_type: 'number', options: null },
  { id: '2', label: 'Birthday', field_type: 'date', options: null },
  { id: '3', label: 'Status', field_type: 'enum', options: ['Customer', 'Lead'] },
  { id: '4', label: 'VIP', field_type: 'boolean', options: null },
];

const records = async (lines: readonly string[], options: Partial<ReadingOptions> = {}) =>
  (await read(lines, { options })).records;
/** The only field of each row but its name. */
const values = async (field: string, ...cells: readonly string[]) => {
  const lines = [`first_name|${field}`, ...cells.map((cell, index) => `A${index}|${cell}`)];
  const name = field.replace(/^custom_fields\.(.*)/, 'custom_fields').replace(/ .*/, '');
  return (await records(lines)).map((record) => {
    const value = record?.[name] as Record<string, unknown> | undefined;
    return name === 'custom_fields' ? value && Object.values(value)[0] : value;
  });
};

describe('nothing', () => {
  it('is what signs of nothing say, in each column', async () => {
    expect(await records(['first_name|email|phone', 'Ann|N/A|-', 'Bo|#REF!|\\N', '(null)|c@x.example|–'])).toEqual([
      { first_name: 'Ann' },
      { first_name: 'Bo' },
      { first_name: 'c', email: 'c@x.example' },
    ]);
  });

  it('is what words say where no names are expected', async () => {
    const lines = [
      'first_name|last_name|email|city|company_name',
      'Nil|Na|null|NA|None',
      'Null|Khan|nan|Unknown|Nan AG',
    ];
    expect(await records(lines)).toEqual([
      { first_name: 'Nil', last_name: 'Na', company_name: 'None' },
      { first_name: 'Null', last_name: 'Khan', company_name: 'Nan AG' },
    ]);
  });

  it('is what a word says among names if three cells and a tenth have it', async () => {
    const people = (count: number) => Array.from({ length: count }, (_, index) => `P${index}|Lee`);
    const lastNames = async (...lines: readonly string[]) =>
      (await records(['first_name|last_name', ...lines])).map((record) => record?.['last_name']);
    expect(await lastNames('A|null', 'B|NULL', 'C|Null')).toEqual([undefined, undefined, undefined]);
    expect(await lastNames('A|null', 'B|na', 'C|nil')).toEqual(['null', 'na', 'nil']);
    expect((await lastNames('A|null', 'B|null', 'C|null', ...people(27))).slice(0, 3)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect((await lastNames('A|null', 'B|null', 'C|null', ...people(28))).slice(0, 3)).toEqual([
      'null',
      'null',
      'null',
    ]);
  });

  it('is nothing in a file of our own, which is read word for word', async () => {
    const lines = ['id|version|first_name|email', '1|2|N/A|="x"', "3|4|null|'5"];
    const file = Buffer.from(csv(lines.map((line) => line.split('|'))));
    const mapping = { first_name: 'first_name', email: 'email' };
    expect((await importedTable(file, { mapping })).records).toEqual([
      { first_name: 'N/A', email: '="x"' },
      { first_name: 'null', email: "'5" },
    ]);
  });
});

describe('dates and numbers', () => {
  it('are judged by their column', async () => {
    expect(await values('custom_fields.2', '3/4/2024', '3/15/2024', '0/0/00', '1/31/26')).toEqual([
      '2024-03-04',
      '2024-03-15',
      undefined,
      '2026-01-31',
    ]);
    expect(await values('custom_fields.2', '3/4/2024', '15/3/2024')).toEqual(['2024-04-03', '2024-03-15']);
    expect(await values('custom_fields.1', '1.234', '1,5')).toEqual([1234, 1.5]);
    expect(await values('custom_fields.1', '1,234', '1.5')).toEqual([1234, 1.5]);
  });

  it('are judged by the other columns if theirs does not tell', async () => {
    expect(await records(['first_name|custom_fields.2|x', 'A|3/4/2024|3/15/2024', 'B|5/6/2024|'])).toEqual([
      { first_name: 'A', custom_fields: { 2: '2024-03-04' } },
      { first_name: 'B', custom_fields: { 2: '2024-05-06' } },
    ]);
  });

  it('with full stops have the day first, unless the column or the options say otherwise', async () => {
    const birthdays = async (lines: string[], options = {}) =>
      (await records(['first_name|custom_fields.2|x', ...lines], options)).map(
        (made) => (made?.['custom_fields'] as Record<string, string>)[2],
      );
    expect(await birthdays(['A|03.04.2024|3/15/2024'])).toEqual(['2024-04-03']);
    expect(await birthdays(['A|03.04.2024|', 'B|01.31.2024|'])).toEqual(['2024-03-04', '2024-01-31']);
    expect(await birthdays(['A|03.04.2024|', 'B|01.31.2024|'], { date_order: 'mdy' })).toEqual([
      '2024-03-04',
      '2024-01-31',
    ]);
    expect(await birthdays(['A|03.04.2024|', 'B|3/4/2024|', 'C|31.01.2024|'])).toEqual([
      '2024-04-03',
      '2024-04-03',
      '2024-01-31',
    ]);
  });

  it('are left out, and told, if nothing tells', async () => {
    const { records: made, messages } = await read(['first_name|custom_fields.2|custom_fields.1', 'A|3/4/2024|1,234']);
    expect(made).toEqual([{ first_name: 'A' }]);
    expect(messages).toEqual([
      expect.stringMatching(/^1: Birthday is ambiguous.*left out$/),
      expect.stringMatching(/^1: Score is ambiguous.*left out$/),
    ]);
  });

  it('are read as the options say', async () => {
    const lines = ['first_name|custom_fields.2|custom_fields.1', 'A|3/4/2024|1,234'];
    expect(await records(lines, { date_order: 'mdy', decimal: 'comma' })).toEqual([
      { first_name: 'A', custom_fields: { 1: 1.234, 2: '2024-03-04' } },
    ]);
    expect(await records(lines, { date_order: 'dmy', decimal: 'point' })).toEqual([
      { first_name: 'A', custom_fields: { 1: 1234, 2: '2024-04-03' } },
    ]);
  });

  it('that count are no fractions, whatever other columns have', async () => {
    const counts = async (lines: string[], options = {}) => {
      const table = ['name|employee_count|x', ...lines];
      return (await read(table, { kind: 'companies', options })).records.map((made) => made?.['employee_count']);
    };
    expect(await counts(['A|1.200|12.5', 'B|1.500|7.5'])).toEqual([1200, 1500]);
    expect(await counts(['A|1,200|12,5'])).toEqual([1200]);
    expect(await counts(['A|1.200|', 'B|12.5|'])).toEqual([undefined, undefined]);
    expect(await counts(['A|1.200|'], { decimal: 'point' })).toEqual([undefined]);
  });

  it('of companies are counts and amounts', async () => {
    const lines = [
      'name|employee_count|annual_revenue_amount',
      'A|1.200|1.39E8',
      'B|51-200|€ 2,5',
      'C|10001+|n/a',
      'D|some|1',
    ];
    const { records: made, messages } = await read(lines, { kind: 'companies' });
    expect(made).toEqual([
      { name: 'A', employee_count: 1200, annual_revenue: 13_900_000_000 },
      { name: 'B', employee_count: 51, annual_revenue: 250 },
      { name: 'C', employee_count: 10_001 },
      { name: 'D', annual_revenue: 100 },
    ]);
    expect(messages).toEqual([
      '2: Number of employees: "51-200" was read as 51, the lower end',
      '3: Number of employees: "10001+" was read as 10001, the lower end',
      '4: Number of employees must be a whole number such as 1200; the cell was left out',
    ]);
  });
});

it('options are read without case, and yes and no in any language', async () => {
  expect(await values('custom_fields.3', 'customer', ' LEAD ', 'Customer', 'nobody')).toEqual([
    'Customer',
    'Lead',
    'Customer',
    undefined,
  ]);
  expect(await values('custom_fields.4', 'checked', 'sí', '✓', 'T', 'nein', 'いいえ')).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

describe('several columns', () => {
  it('for one value: the first filled one counts, others go into the notes of a new record', async () => {
    const { records: made, messages } = await read([
      'first_name|phone home|phone work|email 1|email 2',
      'Ann||555-0100||a@x.example',
      'Bo|555-0101|(555) 0101|b@x.example|B@x.example; bo@x.example',
    ]);
    expect(made).toEqual([
      { first_name: 'Ann', phone: '555-0100', email: 'a@x.example' },
      { first_name: 'Bo', phone: '555-0101', email: 'b@x.example', notes: 'email 2: bo@x.example' },
    ]);
    expect(messages).toEqual(['2: E-mail has several values: "bo@x.example" went into the notes']);
  });

  it('are taken in the order of the mapping', async () => {
    const file = Buffer.from(
      csv([
        ['Name', 'Home', 'Work'],
        ['Ann', '555-0100', '555-0101'],
      ]),
    );
    const mapping = { Name: 'first_name', Work: 'phone', Home: 'phone' };
    expect((await importedTable(file, { mapping })).records).toEqual([
      { first_name: 'Ann', phone: '555-0101', notes: 'Home: 555-0100' },
    ]);
  });

  it('of notes are joined with their headers, of tags united', async () => {
    expect(
      await records([
        'first_name|notes 1|notes 2|tags 1|tags 2|tags 3',
        'Ann|one||vip||["eu","vip"]',
        'Bo|one|two||x|',
      ]),
    ).toEqual([
      { first_name: 'Ann', notes: 'notes 1: one', tags: ['vip', 'eu'] },
      { first_name: 'Bo', notes: 'notes 1: one\nnotes 2: two', tags: ['x'] },
    ]);
  });

  it('of an address are of one group in each row; its lines are joined', async () => {
    const header = [
      'Name',
      'Home Street',
      'Home City',
      'Business Street',
      'Business Street 2',
      'Business City',
      'Country',
    ];
    const rows = [
      ['Ann', 'Elm 1', 'Leeds', 'Hill 2', 'Unit 3', 'York', 'UK'],
      ['Bo', 'Elm 4', '', '', '', '', ''],
      ['Cy', '', '', '', '', 'York', ''],
    ];
    const { records: made, messages } = await importedTable(Buffer.from(csv([header, ...rows])));
    expect(made).toEqual([
      { first_name: 'Ann', address: 'Hill 2, Unit 3', city: 'York', country: 'UK' },
      { first_name: 'Bo', address: 'Elm 4' },
      { first_name: 'Cy', city: 'York' },
    ]);
    expect(messages).toEqual([
      '1: A row has one address: that with "Business Street" was taken, and Home Street, Home City left out',
    ]);
  });

  it('of a street and its number are joined', async () => {
    const street = async (...rows: readonly (readonly string[])[]) =>
      (await importedTable(Buffer.from(csv(rows)))).records.map((record) => record?.['address']);
    expect(await street(['Vorname', 'Straße', 'Hausnummer', 'Adresszusatz'], ['Ann', 'Am Markt', '3a', 'Hof'])).toEqual(
      ['Am Markt 3a, Hof'],
    );
    expect(await street(['First name', 'House number', 'Street'], ['Ann', '12', 'High Street'])).toEqual([
      '12 High Street',
    ]);
  });
});

describe('a row without a first name', () => {
  const lines = [
    'full_name|last_name|company_name|email',
    'Ann Lee|||',
    '|Lee||',
    '||Acme|x@acme.example',
    '|||bo@x.example',
    '|||',
  ];

  it('is called by what it has', async () => {
    const { records: made, messages } = await read([
      'first_name|' + lines[0]!,
      ...lines.slice(1, 5).map((line) => `|${line}`),
    ]);
    expect(made).toEqual([
      { first_name: 'Ann', last_name: 'Lee' },
      { first_name: 'Lee' },
      { first_name: 'Acme', company_name: 'Acme', email: 'x@acme.example' },
      { first_name: 'bo', email: 'bo@x.example' },
    ]);
    expect(messages).toEqual([
      '2: There is no first name: the last name was taken',
      '3: There is no first name: the company was taken',
      '4: There is no first name: the e-mail was taken',
    ]);
  });

  it('is refused if that is wanted, but has a whole name', async () => {
    const made = await records(lines.slice(0, 5), { when_name_missing: 'refuse' });
    expect(made).toEqual([{ first_name: 'Ann', last_name: 'Lee' }, null, null, null]);
  });

  it('completes its name by the whole name', async () => {
    expect(
      await records(['first_name|last_name|full_name', 'Ann||Ann Lee', '|Lee|Ann Lee', 'Bo||Ann Lee', 'Cy|Ek|Ann Lee']),
    ).toEqual([
      { first_name: 'Ann', last_name: 'Lee' },
      { first_name: 'Ann', last_name: 'Lee' },
      { first_name: 'Bo' },
      { first_name: 'Cy', last_name: 'Ek' },
    ]);
  });
});

describe('a cell that cannot be read', () => {
  const long = 'x'.repeat(51);

  it('costs the cell, and is told by its label', async () => {
    const { records: made, messages } = await read([`first_name|phone|custom_fields.1`, `Ann|${long}|many`]);
    expect(made).toEqual([{ first_name: 'Ann' }]);
    expect(messages).toEqual([
      '1: Phone must be a text of at most 50 characters, without NUL and lone surrogates; the cell was left out',
      '1: Score must be a number such as 1234.5; the cell was left out',
    ]);
  });

  it('costs the row if that is wanted, or if the row is recognised by it', async () => {
    const refuse: Partial<ReadingOptions> = { on_invalid_cell: 'refuse_row' };
    const strict = await read(['first_name|custom_fields.1', 'Ann|many'], { options: refuse });
    expect([strict.records, strict.messages]).toEqual([[null], ['1: Score must be a number such as 1234.5']]);
    const identity = await read(['first_name|email', `Ann|${'x'.repeat(501)}`]);
    expect([identity.records, identity.messages]).toEqual([
      [null],
      ['1: E-mail must be a text of at most 500 characters, without NUL and lone surrogates'],
    ]);
  });
});

it('defaults fill what a row leaves empty', async () => {
  const defaults = { tags: ['new'], source_name: 'Fair', city: 'Bonn', 'custom_fields.1': 5 };
  expect(await records(['first_name|tags|city', 'Ann||', 'Bo|old|Ulm'], { defaults })).toEqual([
    { first_name: 'Ann', tags: ['new'], city: 'Bonn', source_name: 'Fair', custom_fields: { 1: 5 } },
    { first_name: 'Bo', tags: ['old'], city: 'Ulm', source_name: 'Fair', custom_fields: { 1: 5 } },
  ]);
});
