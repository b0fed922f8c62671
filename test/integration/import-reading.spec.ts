import { useApi } from '../support/api';
import { type Confirmation, counts, csv, Importing, type Job, type Kind, type Row } from '../support/imports';

/** What the options of reading do to records, and what is told. */
const { client, program } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const create = async (kind: Kind, body: object) => (await client.post<Row>(`/${kind}`, body)).result;
const get = async (kind: Kind, id: string) => (await client.get<Row>(`/${kind}/${id}`)).result;
const define = async (label: string, field_type: string, more: object = {}) =>
  (await client.post<Row>('/custom-fields', { entity_type: 'contact', label, field_type, ...more })).result.id;
const records = (kind: Kind = 'contacts') => imports.all(`/${kind}`);
const messagesOf = async (job: Job) => (await imports.rows(job)).map(({ messages }) => messages);
const tally = (job: Job) => [...counts(job), job.warning_count];

/** Imports contacts; the headers are the fields themselves. A dry run before it must tell the same. */
async function run(rows: readonly (readonly string[])[], confirmation: Confirmation = {}): Promise<Job> {
  const column_mapping = Object.fromEntries(rows[0]!.map((field) => [field, field]));
  const uploaded = await imports.uploaded('contacts', csv(rows));
  const tried = await imports.finish(uploaded, { column_mapping, ...confirmation, dry_run: true });
  const told = await messagesOf(tried);
  const job = await imports.finish(uploaded, { column_mapping, ...confirmation });
  expect([tried.status, job.status]).toEqual(['completed', 'completed']);
  expect([...tally(tried), told]).toEqual([...tally(job), await messagesOf(job)]);
  return job;
}

describe('a cell that cannot be read', () => {
  const rows = (field: string) => [
    ['first_name', 'email', field],
    ['Grace', 'g@navy.example', 'many'],
    ['Ada', 'a@mail.example', '5'],
  ];

  it('is left out, which is told', async () => {
    const field = `custom_fields.${await define('Amount', 'number')}`;
    const job = await run(rows(field));
    expect(tally(job)).toEqual([2, 0, 0, 0, 2, 2, 1]);
    expect(await messagesOf(job)).toEqual([
      [expect.stringMatching(/^Amount must be .*; the cell was left out \(.*"many"\)$/)],
      [],
    ]);
    const [grace] = await imports.all('/contacts?email=g%40navy.example');
    expect(grace).toMatchObject({ first_name: 'Grace', custom_fields: {} });
  });

  it('by the rules of the API is left out likewise', async () => {
    const job = await run([
      ['first_name', 'city'],
      ['Grace', 'x'.repeat(501)],
    ]);
    expect(tally(job)).toEqual([1, 0, 0, 0, 1, 1, 1]);
    expect(await records()).toMatchObject([{ first_name: 'Grace', city: '' }]);
  });

  it('by the rules of a custom field is left out likewise', async () => {
    const field = `custom_fields.${await define('Story', 'text')}`;
    const job = await run([
      ['first_name', field],
      ['Grace', 'x'.repeat(501)],
    ]);
    expect(tally(job)).toEqual([1, 0, 0, 0, 1, 1, 1]);
    expect(await messagesOf(job)).toEqual([[expect.stringMatching(/^Story must be .*; the cell was left out/)]]);
  });

  it('costs the row if that is wanted', async () => {
    const field = `custom_fields.${await define('Amount', 'number')}`;
    const job = await run(rows(field), { on_invalid_cell: 'refuse_row' });
    expect(tally(job)).toEqual([1, 0, 0, 1, 2, 2, 0]);
    expect(await imports.errors(job)).toMatchObject([{ row: 1, field, value: 'many' }]);
  });

  it('costs the row if the row is recognised by it, in the way that was chosen', async () => {
    const both = [
      ['first_name', 'email', 'phone'],
      ['Grace', 'x'.repeat(501), '+1 555 0100'],
      ['Ada', 'a@mail.example', '5'.repeat(51)],
    ];
    const byEmail = await run(both);
    expect(await imports.errors(byEmail)).toMatchObject([{ row: 1, field: 'email' }]);
    expect(tally(byEmail)).toEqual([1, 0, 0, 1, 2, 2, 1]);
    const byPhone = await run(both, { match_by: 'phone' });
    expect(await imports.errors(byPhone)).toMatchObject([{ row: 2, field: 'phone' }]);
    expect(tally(byPhone)).toEqual([1, 0, 0, 1, 2, 2, 1]);
  });

  it('is not told of a row that is skipped', async () => {
    const field = `custom_fields.${await define('Amount', 'number')}`;
    await run(rows(field));
    expect(tally(await run(rows(field)))).toEqual([0, 0, 2, 0, 2, 2, 0]);
  });
});

describe('a contact without a first name', () => {
  const rows = [
    ['last_name', 'company_name', 'email'],
    ['Hopper', 'Navy', 'g@navy.example'],
    ['', 'Engines', 'a@mail.example'],
    ['', '', 'alan@mail.example'],
  ];

  it('gets another name, which is told', async () => {
    const job = await run(rows);
    expect(tally(job)).toEqual([3, 0, 0, 0, 3, 3, 3]);
    const names = (await records()).map((record) => [record['first_name'], record['last_name']]);
    expect(names.sort()).toEqual([
      ['Engines', ''],
      ['Hopper', ''],
      ['alan', ''],
    ]);
    expect((await messagesOf(job)).flat().map((message) => message.split(' (')[0])).toEqual([
      'There is no first name: the last name was taken',
      'There is no first name: the company was taken',
      'There is no first name: the e-mail was taken',
    ]);
  });

  it('is refused if that is wanted', async () => {
    expect(counts(await run(rows, { when_name_missing: 'refuse' }))).toEqual([0, 0, 0, 3, 3, 3]);
  });

  it('changes no first name of a contact that is there', async () => {
    const { id } = await create('contacts', { first_name: 'Grace', email: 'g@navy.example' });
    const job = await run(rows.slice(0, 2), { on_duplicate: 'update' });
    expect(tally(job)).toEqual([0, 1, 0, 0, 1, 1, 1]);
    expect(await messagesOf(job)).toEqual([[expect.stringMatching(/^E-mail is that of “Grace”/)]]);
    expect(await get('contacts', id)).toMatchObject({ first_name: 'Grace', last_name: 'Hopper' });
  });

  it('is met again by the name that it got', async () => {
    const list = [
      ['last_name', 'company_name', 'city'],
      ['', 'Engines', 'London'],
      ['', 'ENGINES', 'London'],
    ];
    expect(counts(await run(list, { match_by: 'name_and_company' }))).toEqual([1, 0, 1, 0, 2, 2]);
    expect(counts(await run(list, { match_by: 'name_and_company' }))).toEqual([0, 0, 2, 0, 2, 2]);
    expect(await records()).toHaveLength(1);
  });
});

describe('empty cells', () => {
  const rows = (field: string) => [
    ['first_name', 'last_name', 'email', 'phone', 'company_name', 'tags', field],
    ['', '', 'g@navy.example', '', '', '', ''],
  ];
  const full = { first_name: 'Grace', last_name: 'Hopper', email: 'g@navy.example', phone: '5', tags: ['vip'] };

  it('say nothing', async () => {
    const id = await define('Amount', 'number');
    const grace = await create('contacts', { ...full, custom_fields: { [id]: 5 } });
    await run(rows(`custom_fields.${id}`), { on_duplicate: 'update' });
    expect(await get('contacts', grace.id)).toEqual(grace);
  });

  it('clear what a record can be without, and an undo brings it back', async () => {
    const id = await define('Amount', 'number');
    const { id: company_id } = await create('companies', { name: 'Navy' });
    const grace = await create('contacts', { ...full, company_id, custom_fields: { [id]: 5 } });
    const job = await run(rows(`custom_fields.${id}`), { on_duplicate: 'update', empty_cells: 'clear' });
    expect(tally(job)).toEqual([0, 1, 0, 0, 1, 1, 0]);
    expect(await get('contacts', grace.id)).toMatchObject({
      ...{ first_name: 'Grace', last_name: '', email: 'g@navy.example', phone: '' },
      ...{ company_id: null, tags: [], custom_fields: {} },
    });
    await imports.undone(job);
    expect(await get('contacts', grace.id)).toMatchObject({ ...full, company_id, custom_fields: { [id]: 5 } });
  });

  it('of a new record are those of any new record', async () => {
    const job = await run(
      [
        ['first_name', 'last_name', 'phone', 'tags'],
        ['Grace', '', '', ''],
      ],
      { empty_cells: 'clear' },
    );
    expect(tally(job)).toEqual([1, 0, 0, 0, 1, 1, 0]);
    expect(await records()).toMatchObject([{ first_name: 'Grace', last_name: '', phone: '', tags: [] }]);
  });
});

it('defaults fill what rows leave empty', async () => {
  const level = await define('Level', 'enum', { options: ['gold', 'silver'] });
  const job = await run(
    [
      ['first_name', 'city', 'tags'],
      ['Grace', 'Arlington', 'vip'],
      ['Ada', '', ''],
    ],
    {
      empty_cells: 'clear',
      defaults: { city: 'Berlin', source_name: 'Fair', tags: 'fair, 2026', [`custom_fields.${level}`]: 'GOLD' },
    },
  );
  expect(tally(job)).toEqual([2, 0, 0, 0, 2, 2, 0]);
  const [fair] = await records('sources');
  expect(fair).toMatchObject({ name: 'Fair' });
  const made = new Map((await records()).map((record) => [record['first_name'], record]));
  expect(made.get('Grace')).toMatchObject({ city: 'Arlington', tags: ['vip'], source_id: fair!.id });
  expect(made.get('Ada')).toMatchObject({ city: 'Berlin', tags: ['fair', '2026'], source_id: fair!.id });
  for (const record of made.values()) expect(record['custom_fields']).toEqual({ [level]: 'gold' });
});

it('dates and numbers are read as the options say, else as the cells tell', async () => {
  const [day, amount] = [await define('Day', 'date'), await define('Amount', 'number')];
  const table = (...cells: string[][]) => [['first_name', `custom_fields.${day}`, `custom_fields.${amount}`], ...cells];
  const read = async (rows: readonly (readonly string[])[], confirmation: Confirmation) => {
    await run(rows, confirmation);
    return (await records()).find((record) => record['first_name'] === rows.at(-1)![0])!['custom_fields'];
  };
  const unclear = (name: string) => table([name, '3/4/2026', '1,234']);
  expect(await read(unclear('A'), { date_order: 'dmy', decimal: 'comma' })).toEqual({
    [day]: '2026-04-03',
    [amount]: 1.234,
  });
  expect(await read(unclear('B'), { date_order: 'mdy', decimal: 'point' })).toEqual({
    [day]: '2026-03-04',
    [amount]: 1_234,
  });
  expect(await read(table(['Other', '31/1/2026', '0,5'], ['C', '3/4/2026', '1,234']), {})).toEqual({
    [day]: '2026-04-03',
    [amount]: 1.234,
  });
});

it('several columns of a field are taken in the order of the mapping', async () => {
  const job = await imports.run('contacts', 'Name,Private,Work\nGrace,g@home.example,g@navy.example\n', {
    column_mapping: { Name: 'first_name', Work: 'email', Private: 'email' },
  });
  expect(job.warning_count).toBe(1);
  expect(await records()).toMatchObject([{ email: 'g@navy.example', notes: 'Private: g@home.example' }]);
  expect((await messagesOf(job))[0]![0]).toContain('"g@home.example" went into the notes');
});

it('ids are taken out of their wrappers', async () => {
  const { id } = await create('contacts', { first_name: 'Grace' });
  const rows = [
    ['first_name', 'id'],
    ['Gracie', `="${id}"`],
  ];
  expect(counts(await run(rows, { match_by: 'id', on_duplicate: 'update' }))).toEqual([0, 1, 0, 0, 1, 1]);
  expect(await get('contacts', id)).toMatchObject({ first_name: 'Gracie' });
});

describe('a company that cannot be made of its name', () => {
  const rows = [
    ['first_name', 'company_name'],
    ['Grace', 'Navy'],
    ['Ada', 'Engines'],
  ];
  const isLacking = 'Company is the name of none, and one cannot be made of a name: Industry code is required';

  beforeEach(async () => {
    const code = await define('Industry code', 'text', { entity_type: 'company', required: true });
    await create('companies', { name: 'Engines', custom_fields: { [code]: '1' } });
  });

  it('costs the cell, which is told with the label of what it lacks', async () => {
    const job = await run(rows);
    expect(tally(job)).toEqual([2, 0, 0, 0, 2, 2, 1]);
    expect(await messagesOf(job)).toEqual([[`${isLacking}; the cell was left out (company_name: "Navy")`], []]);
    const made = (await records()).map((record) => [record['first_name'], record['company_name']]);
    expect(made.sort()).toEqual([
      ['Ada', 'Engines'],
      ['Grace', ''],
    ]);
  });

  it('leaves the company that a record has', async () => {
    const [engines] = await records('companies');
    const ada = await create('contacts', { first_name: 'Ada', email: 'a@x.example', company_id: engines!.id });
    const job = await run(
      [
        ['email', 'company_name', 'city'],
        ['a@x.example', 'Navy', 'London'],
      ],
      { on_duplicate: 'update', empty_cells: 'clear' },
    );
    expect(tally(job)).toEqual([0, 1, 0, 0, 1, 1, 1]);
    expect(await get('contacts', ada.id)).toMatchObject({ company_name: 'Engines', city: 'London' });
  });

  it('gives way to a default', async () => {
    const job = await run(rows.slice(0, 2), { defaults: { company_name: 'engines' } });
    expect(tally(job)).toEqual([1, 0, 0, 0, 1, 1, 1]);
    expect(await records()).toMatchObject([{ first_name: 'Grace', company_name: 'Engines' }]);
  });

  it('costs the row if that is wanted, or if rows are recognised by it', async () => {
    for (const confirmation of [{ on_invalid_cell: 'refuse_row' }, { match_by: 'name_and_company' }] as const) {
      const job = await run(rows.slice(0, 2), confirmation);
      expect(tally(job)).toEqual([0, 0, 0, 1, 1, 1, 0]);
      expect((await imports.errors(job)).map(({ message }) => message)).toEqual([isLacking]);
    }
  });

  it('is one with a name that is too long, or an id of none', async () => {
    const byName = await run([
      ['first_name', 'company_name'],
      ['Grace', 'x'.repeat(201)],
    ]);
    expect(tally(byName)).toEqual([1, 0, 0, 0, 1, 1, 1]);
    const byId = await run([
      ['first_name', 'company_id', 'source_id'],
      ['Ada', '01a20d71-7166-758d-b55f-44de8fe6c1ca', 'abc'],
    ]);
    expect(tally(byId)).toEqual([1, 0, 0, 0, 1, 1, 1]);
    expect((await messagesOf(byId))[0]).toHaveLength(2);
  });
});

it('a row of a thousand columns has few messages, and short ones', async () => {
  const headers = Array.from({ length: 999 }, (_, index) => `Number ${index}`);
  const file = csv([
    ['Name', ...headers],
    ['Grace', ...headers.map((_, index) => `+49 30 ${index + 10_000}`)],
  ]);
  const column_mapping = { Name: 'first_name', ...Object.fromEntries(headers.map((header) => [header, 'phone'])) };
  const [row] = await imports.rows(await imports.run('contacts', file, { column_mapping }));
  expect(row!.messages).toHaveLength(21);
  expect(JSON.stringify(row).length).toBeLessThan(16_000);
});

it('a row with many values of custom fields that are refused has few messages', async () => {
  const id = await define('Level', 'enum', { options: ['gold'] });
  const columns = Array.from({ length: 50 }, (_, index) => `custom_fields.${id} ${index}`);
  const file = csv([
    ['Name', ...columns],
    ['Grace', ...columns.map(() => 'lead')],
  ]);
  const column_mapping = {
    Name: 'first_name',
    ...Object.fromEntries(columns.map((header) => [header, `custom_fields.${id}`])),
  };
  for (const on_invalid_cell of ['leave_out', 'refuse_row'] as const) {
    const [row] = await imports.rows(await imports.run('contacts', file, { column_mapping, on_invalid_cell }));
    expect(row!.messages).toHaveLength(21);
  }
});
