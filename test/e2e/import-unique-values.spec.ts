import { useApi } from '../support/api';
import { withClient, workerDatabaseUrl } from '../support/database';
import { type Confirmation, counts, Importing, type Kind, type Row } from '../support/imports';
import { refusedWith } from '../support/outcome';

/** Imports into kinds of records that have unique custom fields. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);
const invalidRequest = refusedWith('imports.invalid_request');

interface Carrier extends Row {
  readonly custom_fields: Readonly<Record<string, unknown>>;
}

const define = async (more: object = {}) =>
  (
    await client.post<Row>('/custom-fields', {
      ...{ entity_type: 'contact', label: 'Customer number', field_type: 'text', unique: true },
      ...more,
    })
  ).result.id;
const create = async (first_name: string, custom_fields: object = {}) =>
  (await client.post<Row>('/contacts', { first_name, custom_fields })).result.id;
const numbers = async (field: string, kind: Kind = 'contacts') => {
  const found = await imports.all<Carrier>(`/${kind}`);
  const names = found.map((each) => [String(each.first_name ?? each.name), each.custom_fields[field] ?? null] as const);
  return Object.fromEntries(names);
};
const mapped = (field: string, more: Confirmation = {}): Confirmation => ({
  column_mapping: { Name: 'first_name', Number: `custom_fields.${field}` },
  ...more,
});
const message = 'Customer number is the value of another record, and no two have the same';

describe('match_by a unique field', () => {
  it('finds contacts by its value in the form in which values are compared', async () => {
    const field = await define();
    const [ada, zoe] = [await create('Ada', { [field]: 'K-1' }), await create('Zoe', { [field]: 'Zo\u00eb' })];
    const rows = [
      ['Name', 'Number'],
      ['Augusta', 'k-1'],
      ['Zoey', 'Zoe\u0308'],
      ['New', 'K-3'],
      ['Newer', 'k-3'],
      ['Nobody', ''],
    ];
    const options = mapped(field, { match_by: `custom_fields.${field}`, on_duplicate: 'update' });
    const dry = await imports.run('contacts', rows, { ...options, dry_run: true });
    expect(counts(dry)).toEqual([2, 3, 0, 0, 5, 5]);
    const job = await imports.run('contacts', rows, options);
    expect(counts(job)).toEqual([2, 3, 0, 0, 5, 5]);
    const told = await imports.rows(job);
    expect(told.slice(0, 2).map(({ record_id }) => record_id)).toEqual([ada, zoe]);
    expect(told[2]!.record_id).toBe(told[3]!.record_id);
    const { Zoey, ...others } = await numbers(field);
    expect([(Zoey as string).normalize('NFC'), others]).toEqual([
      'Zo\u00eb',
      { Augusta: 'k-1', Newer: 'k-3', Nobody: null },
    ]);
    const again = await imports.run('contacts', rows, mapped(field, { match_by: `custom_fields.${field}` }));
    expect(counts(again)).toEqual([1, 0, 4, 0, 5, 5]);
  });

  it('finds companies by a number', async () => {
    const field = await define({ entity_type: 'company', field_type: 'number' });
    await client.post('/companies', { name: 'Acme', custom_fields: { [field]: 1 } });
    const rows = [
      ['Name', 'Number'],
      ['Acme GmbH', '1.0'],
      ['Other', '2'],
    ];
    const column_mapping = { Name: 'name', Number: `custom_fields.${field}` };
    const match_by = `custom_fields.${field}`;
    const job = await imports.run('companies', rows, { column_mapping, match_by, on_duplicate: 'update' });
    expect(counts(job)).toEqual([1, 1, 0, 0, 2, 2]);
    expect(await numbers(field, 'companies')).toEqual({ 'Acme GmbH': 1, Other: 2 });
  });

  it('is refused for a field that is not unique, is of another kind or does not exist, with the ways there are', async () => {
    const field = await define();
    const plain = await define({ label: 'Plain', unique: false });
    const ofCompanies = await define({ entity_type: 'company' });
    const { job } = await imports.uploaded('contacts', [
      ['Name', 'Number'],
      ['Ada', '1'],
    ]);
    for (const other of [plain, ofCompanies, '', 'x']) {
      const answer = imports.confirm(job, mapped(field, { match_by: `custom_fields.${other}` }));
      await invalidRequest(answer, 'match_by');
      expect((await answer).error.message).toMatch(new RegExp(`^match_by must be one of .*, custom_fields.${field}$`));
    }
    const column_mapping = { Name: 'first_name' };
    await invalidRequest(imports.confirm(job, { column_mapping, match_by: `custom_fields.${field}` }), 'match_by');
  });
});

it('rows matched by a field that is not unique any more are refused', async () => {
  const field = await define();
  const uploaded = await imports.uploaded('contacts', [
    ['Name', 'Number'],
    ['Ada', 'K-1'],
    ['Grace', ''],
  ]);
  const job = await withClient(workerDatabaseUrl(), async (rival) => {
    await rival.query('begin');
    await rival.query('select from custom_fields where id = $1 for update', [field]);
    await rival.query('update custom_fields set "unique" = false where id = $1', [field]);
    const done = imports.finish(uploaded, mapped(field, { match_by: `custom_fields.${field}` }));
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    while ((await rival.query(waiting)).rowCount === 0);
    await rival.query('commit');
    return done;
  });
  expect(counts(job)).toEqual([1, 0, 0, 1, 2, 2]);
  expect((await imports.errors(job)).map(({ row, message: told }) => [row, told])).toEqual([
    [1, 'Customer number is not unique any more, so it identifies nothing'],
  ]);
});

describe('a value that another record has', () => {
  const rows = [
    ['Name', 'Number'],
    ['Grace', 'k-1'],
    ['Mary', 'K-2'],
    ['Joan', 'k-2'],
    ['Rosa', 'K-3'],
  ];

  it('costs the cell, and the row is told', async () => {
    const field = await define();
    await create('Ada', { [field]: 'K-1' });
    const job = await imports.run('contacts', rows, mapped(field));
    expect(counts(job)).toEqual([4, 0, 0, 0, 4, 4]);
    expect((await imports.rows(job, '?warnings=true')).map(({ row, messages }) => [row, messages])).toEqual([
      [1, [`${message}; the cell was left out (Number: "k-1")`]],
      [3, [`${message}; the cell was left out (Number: "k-2")`]],
    ]);
    expect(await numbers(field)).toEqual({ Ada: 'K-1', Grace: null, Mary: 'K-2', Joan: null, Rosa: 'K-3' });
  });

  it('costs the row if that is wanted, and the other rows of the batch come in', async () => {
    const field = await define();
    await create('Ada', { [field]: 'K-1' });
    const job = await imports.run('contacts', rows, mapped(field, { on_invalid_cell: 'refuse_row' }));
    expect(counts(job)).toEqual([2, 0, 0, 2, 4, 4]);
    expect((await imports.errors(job)).map(({ row, field: name, message: told }) => [row, name, told])).toEqual([
      [1, `custom_fields.${field}`, message],
      [3, `custom_fields.${field}`, message],
    ]);
    expect(await numbers(field)).toEqual({ Ada: 'K-1', Mary: 'K-2', Rosa: 'K-3' });
  });

  it('costs the row if rows are matched by it and all become new', async () => {
    const field = await define();
    await create('Ada', { [field]: 'K-1' });
    const options = mapped(field, { match_by: `custom_fields.${field}`, on_duplicate: 'create' });
    expect(counts(await imports.run('contacts', rows, options))).toEqual([2, 0, 0, 2, 4, 4]);
  });

  it('may be given up by one row and taken by the next', async () => {
    const field = await define();
    await create('Ada', { [field]: 'K-1' });
    const moved = [
      ['Name', 'Mail', 'Number'],
      ['Ada', 'ada@x.example', 'K-9'],
      ['Grace', 'grace@x.example', 'K-1'],
    ];
    await client.patch(`/contacts/${(await imports.all('/contacts'))[0]!.id}`, { email: 'ada@x.example' });
    const column_mapping = { Name: 'first_name', Mail: 'email', Number: `custom_fields.${field}` };
    const job = await imports.run('contacts', moved, { column_mapping, on_duplicate: 'update' });
    expect(counts(job)).toEqual([1, 1, 0, 0, 2, 2]);
    expect(await numbers(field)).toEqual({ Ada: 'K-9', Grace: 'K-1' });
    expect((await imports.undone(job)).conflict_count).toBe(0);
    expect(await numbers(field)).toEqual({ Ada: 'K-1' });
  });
});

it('an undo does not bring back a value that another record has by now, and tells so', async () => {
  const field = await define();
  const other = await define({ label: 'Plain', unique: false });
  const id = await create('Ada', { [field]: 'K-1', [other]: 'before' });
  await client.patch(`/contacts/${id}`, { email: 'ada@x.example' });
  const rows = [
    ['Mail', 'Number', 'Other'],
    ['ada@x.example', 'K-9', 'after'],
  ];
  const column_mapping = { Mail: 'email', Number: `custom_fields.${field}`, Other: `custom_fields.${other}` };
  const job = await imports.run('contacts', rows, { column_mapping, on_duplicate: 'update' });
  expect(counts(job)).toEqual([0, 1, 0, 0, 1, 1]);
  await create('Grace', { [field]: 'k-1' });
  expect((await imports.undone(job)).conflict_count).toBe(1);
  expect((await imports.errors(job)).map(({ field: name, value, message: told }) => [name, value, told])).toEqual([
    ['id', id, 'the contact did not get back a value that no two records have, because another record has it by now'],
  ]);
  const ada = (await client.get<Carrier>(`/contacts/${id}`)).result;
  expect(ada.custom_fields).toEqual({ [other]: 'before' });
  expect(await numbers(field)).toEqual({ Ada: null, Grace: 'k-1' });
});
