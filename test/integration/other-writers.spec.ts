import { VCard } from 'vcard-creator';
import vcardsJs from 'vcards-js';
import { useApi } from '../support/api';
import { csv, Importing, type Row } from '../support/imports';
import { importedTable } from '../support/imported-table';
import { plain, type Value, writers, writersOfSheets, type WrittenSheet } from '../support/written-workbooks';

/** Workbooks and vCards that libraries write which know nothing of us. They come in like the same table as CSV. */
const { client, program } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const day = (year: number, month: number, date: number) => new Date(Date.UTC(year, month - 1, date));
const percent = (number: number) => ({ number, format: '0.0%' });
const dollars = (number: number) => ({ number, format: '[$$-409]#,##0.00' });

/** As people type a table into a CSV file. */
function cellOf(value: Value): string {
  const simple = plain(value);
  if (simple === null) return '';
  if (simple instanceof Date) return simple.toISOString().slice(0, 10);
  if (typeof simple === 'boolean') return simple ? 'TRUE' : 'FALSE';
  // Spreadsheets show 15 digits.
  return typeof simple === 'number' ? String(Number(simple.toPrecision(15))) : simple;
}
const csvOf = ({ rows }: WrittenSheet) => Buffer.from(csv(rows.map((row) => row.map(cellOf))));

const customFields = [
  { id: '1', label: 'Score', field_type: 'number', options: null },
  { id: '2', label: 'Joined', field_type: 'date', options: null },
  { id: '3', label: 'VIP', field_type: 'boolean', options: null },
  { id: '4', label: 'Discount', field_type: 'number', options: null },
  { id: '5', label: 'Budget', field_type: 'number', options: null },
] as const;

const people: WrittenSheet = {
  name: 'People & "friends"',
  rows: [
    [
      'First name',
      'Last name',
      'E-mail',
      'Phone',
      'Post code',
      null,
      'Score',
      'Joined',
      'VIP',
      'Discount',
      'Budget',
      'Notes',
    ],
    [
      ...['Zoë', 'van der Berg', 'zoe@x.example', '+49 30 1234567', '01067', null],
      ...[12.5, day(1980, 1, 31), true, percent(0.125), dollars(1234.5), 'one\ntwo, "three" <&>'],
    ],
    [
      ...['太郎', '山田', 'taro@x.example', '0312345678', '09000', null],
      ...[-3, day(2024, 2, 29), false, percent(1), dollars(0.1 + 0.2), '=1+1 is a formula'],
    ],
    [],
    [
      ...['Ann', "O'Neil", { formula: '"ann"&"@x.example"', result: 'ann@x.example' }, null, '00010', null],
      ...[{ formula: '2*21', result: 42 }, day(1905, 7, 1), { formula: '1=1', result: true }, null, 1e15, null],
    ],
    [
      'Grace',
      { runs: ['Brewster ', 'Hopper'] },
      'grace@x.example',
      15550100,
      'W1A 1AA',
      null,
      1e-7,
      null,
      null,
      null,
      null,
      '𝒳😀 _x',
    ],
  ],
};
const records = [
  {
    ...{
      first_name: 'Zoë',
      last_name: 'van der Berg',
      email: 'zoe@x.example',
      phone: '+49 30 1234567',
      zip_code: '01067',
    },
    notes: 'one\ntwo, "three" <&>',
    custom_fields: { 1: 12.5, 2: '1980-01-31', 3: true, 4: 0.125, 5: 1234.5 },
  },
  {
    ...{ first_name: '太郎', last_name: '山田', email: 'taro@x.example', phone: '0312345678', zip_code: '09000' },
    notes: '=1+1 is a formula',
    custom_fields: { 1: -3, 2: '2024-02-29', 3: false, 4: 1, 5: 0.3 },
  },
  {
    ...{ first_name: 'Ann', last_name: "O'Neil", email: 'ann@x.example', zip_code: '00010' },
    custom_fields: { 1: 42, 2: '1905-07-01', 3: true, 5: 1e15 },
  },
  {
    ...{ first_name: 'Grace', last_name: 'Brewster Hopper', email: 'grace@x.example', phone: '15550100' },
    ...{ zip_code: 'W1A 1AA', notes: '𝒳😀 _x', custom_fields: { 1: 1e-7 } },
  },
];

describe('a table of people comes in the same', () => {
  const read = async (file: Buffer) => importedTable(file, { customFields });

  it('as CSV', async () => {
    const { records: made, messages, total_rows } = await read(csvOf(people));
    expect([made, messages, total_rows]).toEqual([records, [], 4]);
  });

  it.each(Object.keys(writers))('as a workbook of %s', async (writer) => {
    const imported = await read(await writers[writer]!([people]));
    expect([imported.records, imported.messages, imported.total_rows]).toEqual([records, [], 4]);
    expect(imported.preview).toEqual((await read(csvOf(people))).preview);
  });

  it('through the API, from each library', async () => {
    const define = async ({ label, field_type }: (typeof customFields)[number]) =>
      (await client.post<Row>('/custom-fields', { entity_type: 'contact', label, field_type })).result.id;
    const ids: string[] = [];
    for (const field of customFields) ids.push(await define(field));
    const own = (fields: Readonly<Partial<Record<string, string | number | boolean>>>) =>
      Object.fromEntries(Object.entries(fields).map(([id, value]) => [ids[Number(id) - 1]!, value]));
    const expected = records.map((record) => ({ ...record, custom_fields: own({ ...record.custom_fields }) }));
    const files: Buffer[] = [csvOf(people)];
    for (const writer of ['write-excel-file', 'hucre as a stream', 'SheetJS'])
      files.push(await writers[writer]!([people]));
    for (const file of files) {
      const job = await imports.run('contacts', file);
      expect([job.created_count, job.failed_count, job.warning_count]).toEqual([4, 0, 0]);
      const made = (await imports.rows(job)).map(({ record_id }) => record_id);
      for (const [index, id] of made.entries())
        expect((await client.get<Row>(`/contacts/${id}`)).result).toMatchObject(expected[index]!);
      await imports.undone(job);
    }
  });
});

describe('a workbook of', () => {
  const address = (...rows: WrittenSheet['rows']): WrittenSheet => ({ name: 'Addresses', rows });

  it.each(writersOfSheets)('%s has its header below merged cells, and cells that reach over rows', async (writer) => {
    const sheet: WrittenSheet = {
      name: 'Report',
      rows: [
        ['Contacts of 2026', null, null, null, null, null],
        [],
        [null, null, 'Home', null, 'Business', null],
        ['First name', 'Company', 'Street', 'City', 'Street', 'City'],
        ['Ann', 'Acme', 'Lane 1', 'Ulm', null, null],
        ['Bo', null, null, null, 'Road 2', 'Bonn'],
        ['Cy', 'Navy', null, 'Jena', null, null],
      ],
      merges: ['A1:F2', 'C3:D3', 'E3:F3', 'B5:B6'],
    };
    const { preview, records: made } = await importedTable(await writers[writer]!([sheet]));
    expect(preview.columns.map(({ header }) => header)).toEqual([
      ...['First name', 'Company', 'Home Street', 'Home City', 'Business Street', 'Business City'],
    ]);
    expect(made).toEqual([
      { first_name: 'Ann', company_name: 'Acme', address: 'Lane 1', city: 'Ulm' },
      { first_name: 'Bo', company_name: 'Acme', address: 'Road 2', city: 'Bonn' },
      { first_name: 'Cy', company_name: 'Navy', city: 'Jena' },
    ]);
  });

  it.each(writersOfSheets)('%s has a header of two lines, of which some cells are merged', async (writer) => {
    const sheet: WrittenSheet = {
      name: 'Report',
      rows: [
        ['First name', 'Home', null, 'Notes'],
        [null, 'Street', 'City', null],
        ['Ann', 'Lane 1', 'Ulm', 'x'],
        ['Bo', 'Road 2', 'Bonn', 'y'],
      ],
      merges: ['A1:A2', 'B1:C1', 'D1:D2'],
    };
    const { records: made } = await importedTable(await writers[writer]!([sheet]));
    expect(made).toEqual([
      { first_name: 'Ann', address: 'Lane 1', city: 'Ulm', notes: 'x' },
      { first_name: 'Bo', address: 'Road 2', city: 'Bonn', notes: 'y' },
    ]);
  });

  it.each(writersOfSheets)('%s shows digits in front, as the format says', async (writer) => {
    const code = (number: number) => ({ number, format: '00000' });
    const sheet = address(['First name', 'Post code'], ['Ann', code(1067)], ['Bo', code(80331)]);
    const { records: made } = await importedTable(await writers[writer]!([sheet]));
    expect(made).toEqual([
      { first_name: 'Ann', zip_code: '01067' },
      { first_name: 'Bo', zip_code: '80331' },
    ]);
  });

  it.each(writersOfSheets)(
    '%s has several sheets: the first with something in it, or the chosen one',
    async (writer) => {
      const list = (name: string, ...names: string[]): WrittenSheet => ({
        ...{ name, rows: [['First name', 'City'], ...names.map((each) => [each, 'Ulm'])] },
      });
      const file = await writers[writer]!([
        { name: 'Empty', rows: [] },
        list('One', 'Ann'),
        list('Zwei & "mehr"', 'Bo', 'Cy'),
      ]);
      const namesOf = async (sheet?: string | number) =>
        (await importedTable(file, { table: { sheet } })).records.map((record) => record?.['first_name']);
      expect(await namesOf()).toEqual(['Ann']);
      for (const sheet of ['Zwei & "mehr"', 'zwei & "MEHR"', 3]) expect(await namesOf(sheet)).toEqual(['Bo', 'Cy']);
    },
  );

  it.each(writersOfSheets.slice(1))('%s has a hidden sheet in front, which is not read', async (writer) => {
    const hidden = { name: 'Secret', isHidden: true, rows: [['First name'], ['Mallory']] };
    const file = await writers[writer]!([hidden, address(['First name', 'City'], ['Ann', 'Ulm'])]);
    expect((await importedTable(file)).records).toEqual([{ first_name: 'Ann', city: 'Ulm' }]);
    const { records: chosen } = await importedTable(file, { table: { sheet: 'Secret' } });
    expect(chosen).toEqual([{ first_name: 'Mallory' }]);
  });

  it.each(Object.keys(writers))('%s has no header, and blank rows in front', async (writer) => {
    const sheet = address([], [null, 'Ann Lee', 'ann@x.example'], [null, 'Bo Berg', 'bo@x.example']);
    const { records: made } = await importedTable(await writers[writer]!([sheet]));
    expect(made).toEqual([
      { first_name: 'Ann', last_name: 'Lee', email: 'ann@x.example' },
      { first_name: 'Bo', last_name: 'Berg', email: 'bo@x.example' },
    ]);
  });
});

describe('vCards', () => {
  const note = `one\ntwo, three; C:\\new ${'ä日😀'.repeat(40)}`;
  /** In Base64. */
  const picture = `/9j/4AAQ${'SkZJRgABAQ'.repeat(60)}`;
  const zoe = {
    ...{ first_name: 'Zoë; "Z"', last_name: "O'Neil, Jr", job_title: 'Head, of; "things"' },
    ...{ email: 'zoe@x.example', phone: '+49 170 1234567' },
    ...{ address: 'Main St 1; back', city: 'Köln', zip_code: '01067', country: 'Germany' },
  };
  const taro = { first_name: '太郎', last_name: '山田' };

  it.each(['2.1', '3.0', '4.0'])('of vcards-js in version %s', async (version) => {
    const company_name = 'Ülmer & Söhne, Köln';
    const cards = [vcardsJs(), vcardsJs()] as const;
    Object.assign(cards[0], {
      ...{ version, firstName: zoe.first_name, lastName: zoe.last_name, namePrefix: 'Dr.', title: zoe.job_title, note },
      ...{ organization: company_name, email: [zoe.email, 'z2@x.example'], workEmail: 'zoe@work.example' },
      ...{
        cellPhone: zoe.phone,
        workPhone: ['+49 30 11111', '+49 30 22222'],
        workFax: '+49 30 9',
        pagerPhone: '55555',
      },
    });
    Object.assign(cards[0].homeAddress, { street: zoe.address, city: zoe.city, postalCode: zoe.zip_code });
    Object.assign(cards[0].homeAddress, { countryRegion: zoe.country, label: 'Main St 1\nKöln' });
    Object.assign(cards[0].workAddress, { street: 'Werk 2', city: 'Ulm' });
    cards[0].photo.embedFromString(picture, 'JPEG');
    Object.assign(cards[1], { version, firstName: taro.first_name, lastName: taro.last_name });
    const file = Buffer.from(cards.map((card) => card.getFormattedString()).join(''));
    const surplus = [
      ...['Email 2: z2@x.example', 'Email 3: zoe@work.example', 'Phone 2: +49 30 11111', 'Phone 3: +49 30 22222'],
    ];
    const { records: made, messages } = await importedTable(file);
    expect(made).toEqual([{ ...zoe, company_name, notes: [note, ...surplus].join('\n') }, taro]);
    expect(messages).toEqual([
      '1: A row has one address: that with "Street" was taken, and Street 2, City 2 left out',
      ...['z2@x.example', 'zoe@work.example'].map(
        (value) => `1: E-mail has several values: "${value}" went into the notes`,
      ),
      ...['+49 30 11111', '+49 30 22222'].map((value) => `1: Phone has several values: "${value}" went into the notes`),
    ]);
  });

  const byCreator = () => {
    const card = new VCard()
      .addName({ givenName: zoe.first_name, familyName: zoe.last_name, honorificPrefix: 'Dr.' })
      .addCompany({ name: 'Ülmer & Söhne; Köln', department: 'Research, Sales' })
      .addJobtitle(zoe.job_title)
      .addEmail({ address: 'home@x.example', type: ['home'] })
      .addEmail({ address: zoe.email, type: ['pref', 'work'] })
      .addPhoneNumber({ number: '+49 30 99999', type: ['work', 'fax'] })
      .addPhoneNumber({ number: '+49 30 11111', type: ['work'] })
      .addPhoneNumber({ number: zoe.phone, type: ['pref', 'cell'] })
      .addAddress({ street: zoe.address, locality: zoe.city, postalCode: zoe.zip_code, country: zoe.country })
      .addNote(note)
      .addCategories(['vip', 'a,b'])
      .addPhoto({ image: picture, mime: 'JPEG' });
    const other = new VCard().addName({ givenName: taro.first_name, familyName: taro.last_name });
    return Buffer.from(card.toString() + other.toString());
  };
  const created = {
    ...{ ...zoe, company_name: 'Ülmer & Söhne; Köln', tags: ['vip', 'a,b'] },
    notes: [note, 'Email 2: home@x.example', 'Phone 2: +49 30 11111'].join('\n'),
  };

  it('of vcard-creator', async () => {
    const { records: made, messages } = await importedTable(byCreator());
    expect(made).toEqual([created, taro]);
    expect(messages).toEqual([
      '1: E-mail has several values: "home@x.example" went into the notes',
      '1: Phone has several values: "+49 30 11111" went into the notes',
    ]);
  });

  it('of vcard-creator through the API', async () => {
    const job = await imports.run('contacts', byCreator());
    expect([job.created_count, job.failed_count, job.warning_count]).toEqual([2, 0, 1]);
    const { company_name, ...fields } = created;
    const [first] = await imports.rows(job);
    const { result } = await client.get<Row>(`/contacts/${first!.record_id}`);
    expect(result).toMatchObject(fields);
    expect((await client.get<Row>(`/companies/${result['company_id'] as string}`)).result['name']).toBe(company_name);
  });
});
