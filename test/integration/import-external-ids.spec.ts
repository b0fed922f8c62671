import { useApi } from '../support/api';
import { type Confirmation, csv, Importing, type Kind, type Row, type Told } from '../support/imports';
import { BatchWriter } from '../../src/contexts/imports/batch-writer';

/** Rows with ids of other systems: of their own records, and of those that they refer to. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);

const create = async (kind: string, body: object) => (await client.post<Row>(`/${kind}`, body)).result;
const get = async (kind: string, { id }: Row) => (await client.get<Row>(`/${kind}/${id}`)).result;
const records = (kind: Kind = 'contacts') => imports.all(`/${kind}`);
async function run(kind: Kind, rows: readonly (readonly string[])[], confirmation: Confirmation = {}) {
  const column_mapping = Object.fromEntries(rows[0]!.map((field) => [field, field]));
  const uploaded = await imports.uploaded(kind, csv(rows));
  const tried = await imports.finish(uploaded, { column_mapping, ...confirmation, dry_run: true });
  const told = await imports.rows(tried);
  const job = await imports.finish(uploaded, { column_mapping, ...confirmation });
  const became = await imports.rows(job);
  const withoutIds = (some: readonly Told[]) => some.map(({ row, outcome, messages }) => ({ row, outcome, messages }));
  expect([tried.status, job.status]).toEqual(['completed', 'completed']);
  expect(withoutIds(told)).toEqual(withoutIds(became));
  return { job, rows: became };
}
const fates = (rows: readonly Told[]) => rows.map(({ outcome, messages }) => [outcome, ...messages]);
const isTaken = (value: string) => `External id is that of another contact (external_id: "${value}")`;

it('are a field, whose column is found by clear names only', async () => {
  const headers = ['External ID', 'Vorname', 'ID', 'Company External ID', 'company_external_id'];
  const { preview } = await imports.uploaded('contacts', csv([headers, ['a', 'Ada', '1', 'b', 'c']]));
  expect(preview.suggested_mapping).toEqual({
    ...{ 'External ID': 'external_id', Vorname: 'first_name', company_external_id: 'company_external_id' },
  });
  const labels = Object.fromEntries(preview.available_fields.map(({ value, label }) => [value, label]));
  expect(labels).toMatchObject({ external_id: 'External id', company_external_id: 'Company by its external id' });
  for (const header of ['external_id', 'Externe ID', 'ID externe', '外部ID'])
    expect(
      (
        await imports.uploaded(
          'companies',
          csv([
            ['Name', header],
            ['Acme', 'a'],
          ]),
        )
      ).preview,
    ).toMatchObject({
      suggested_mapping: { [header]: 'external_id' },
    });
});

it('match rows, with their case, in a file that names one twice', async () => {
  const ada = await create('contacts', { first_name: 'Ada', external_id: 'Zoë', email: 'ada@mail.example' });
  const rows = [
    ['external_id', 'first_name', 'last_name'],
    ['Zoe\u0308', 'Ada', 'King'],
    ['zoë', 'Alan', 'Turing'],
    ['zoë', 'Alan', 'M. Turing'],
    ['', 'Grace', 'Hopper'],
  ];
  const { job, rows: became } = await run('contacts', rows, { match_by: 'external_id', on_duplicate: 'update' });
  expect(fates(became)).toEqual([['updated'], ['created'], ['updated'], ['created']]);
  expect(job).toMatchObject({ created_count: 2, updated_count: 2 });
  const made = await records();
  expect(made.map(({ external_id, last_name }) => [external_id, last_name]).sort()).toEqual([
    ...[
      [null, 'Hopper'],
      ['Zoë', 'King'],
      ['zoë', 'M. Turing'],
    ].sort(),
  ]);
  expect(await get('contacts', ada)).toMatchObject({ last_name: 'King', email: 'ada@mail.example' });
});

it('match companies', async () => {
  const acme = await create('companies', { name: 'Acme', external_id: '1' });
  const { rows } = await run(
    'companies',
    [
      ['external_id', 'name'],
      ['1', 'Acme Ltd'],
      ['2', 'Acme'],
    ],
    {
      ...{ match_by: 'external_id', on_duplicate: 'update' },
    },
  );
  expect(rows).toMatchObject([{ outcome: 'updated', record_id: acme.id }, { outcome: 'created' }]);
});

it('that others have cost the row alone, without the rows beside it being tried one by one', async () => {
  const apply = jest.spyOn(BatchWriter.prototype, 'apply');
  await create('contacts', { first_name: 'Grace', external_id: 'g', email: 'grace@mail.example' });
  const alan = await create('contacts', { first_name: 'Alan', external_id: 'a', email: 'alan@mail.example' });
  const table = [
    ['external_id', 'first_name', 'email'],
    ['g', 'Ada', 'ada@mail.example'],
    ['b', 'Bob', 'bob@mail.example'],
    ['b', 'Ben', 'ben@mail.example'],
    ['b', 'Bob', 'BOB@mail.example'],
    ['g', 'Alan', 'alan@mail.example'],
    ['new', 'Alan', 'alan@mail.example'],
    ['a', 'Amy', 'amy@mail.example'],
  ];
  try {
    const { rows } = await run('contacts', table.slice(0, -1), { on_duplicate: 'update' });
    expect(fates(rows)).toEqual([
      ['failed', isTaken('g')],
      ['created'],
      ['failed', isTaken('b')],
      ['updated'],
      ['failed', isTaken('g')],
      ['updated'],
    ]);
    expect(apply).toHaveBeenCalledTimes(2);
  } finally {
    apply.mockRestore();
  }
  expect(await get('contacts', alan)).toMatchObject({ external_id: 'new' });
});

it('that a row gives up are for those below it', async () => {
  const alan = await create('contacts', { first_name: 'Alan', external_id: 'a', email: 'alan@mail.example' });
  const table = [
    ['external_id', 'first_name', 'email'],
    ['new', 'Alan', 'alan@mail.example'],
    ['a', 'Amy', 'amy@mail.example'],
  ];
  const { rows } = await run('contacts', table, { on_duplicate: 'update' });
  expect(fates(rows)).toEqual([['updated'], ['created']]);
  expect(await get('contacts', alan)).toMatchObject({ external_id: 'new' });
});

it('are the same for no two rows by default', async () => {
  const uploaded = await imports.uploaded('contacts', csv([['first_name'], ['Ada']]));
  const answer = await imports.confirm(uploaded.job, {
    ...{ column_mapping: { first_name: 'first_name' }, defaults: { external_id: 'a' } },
  });
  expect(answer.error).toMatchObject({ code: 'imports.invalid_request', details: [{ field: 'defaults.external_id' }] });
});

it('come back with an undo, unless others have them by now', async () => {
  const [ada, alan] = await Promise.all([
    create('contacts', { first_name: 'Ada', external_id: '1', email: 'ada@mail.example' }),
    create('contacts', { first_name: 'Alan', external_id: '2', email: 'alan@mail.example' }),
  ]);
  const table = [
    ['external_id', 'email'],
    ['11', 'ada@mail.example'],
    ['12', 'alan@mail.example'],
  ];
  const { job } = await run('contacts', table, { on_duplicate: 'update' });
  await create('contacts', { first_name: 'Amy', external_id: '1' });
  await imports.undone(job);
  const seen = [await get('contacts', ada), await get('contacts', alan)];
  expect(seen.map(({ external_id }) => external_id)).toEqual([null, '2']);
});

describe('of companies', () => {
  it('refer to them; one of nothing costs the cell, or the row', async () => {
    const acme = await create('companies', { name: 'Acme', external_id: 'c-1' });
    const table = [
      ['first_name', 'company_external_id'],
      ['Ada', 'c-1'],
      ['Alan', 'c-2'],
      ['Amy', ''],
    ];
    const unknown = 'Company is the external id of no company';
    const cell = ' (company_external_id: "c-2")';
    const left = await run('contacts', table);
    expect(fates(left.rows)).toEqual([
      ['created'],
      ['created', `${unknown}; the cell was left out${cell}`],
      ['created'],
    ]);
    const made = await records();
    expect(made.map(({ first_name, company_id }) => [first_name, company_id]).sort()).toEqual([
      ['Ada', acme.id],
      ['Alan', null],
      ['Amy', null],
    ]);
    const refused = await run('contacts', table.slice(0, 3), { on_invalid_cell: 'refuse_row' });
    expect(fates(refused.rows)).toEqual([['created'], ['failed', `${unknown}${cell}`]]);
  });

  it('are cleared by empty cells, if these clear, and kept with a value', async () => {
    const acme = await create('companies', { name: 'Acme', external_id: 'c-1' });
    const [ada, alan] = await Promise.all([
      create('contacts', { first_name: 'Ada', email: 'ada@mail.example', company_id: acme.id }),
      create('contacts', { first_name: 'Alan', email: 'alan@mail.example' }),
    ]);
    const table = [
      ['email', 'company_external_id'],
      ['ada@mail.example', ''],
      ['alan@mail.example', 'c-1'],
    ];
    await run('contacts', table, { on_duplicate: 'update', empty_cells: 'clear' });
    expect([(await get('contacts', ada)).company_id, (await get('contacts', alan)).company_id]).toEqual([
      null,
      acme.id,
    ]);
  });

  it('tell people of one name apart, by name and company', async () => {
    const acme = await create('companies', { name: 'Acme', external_id: 'c-1' });
    await create('companies', { name: 'Globex', external_id: 'c-2' });
    const ada = await create('contacts', { first_name: 'Ada', last_name: 'King', company_id: acme.id });
    const table = [
      ['first_name', 'last_name', 'company_external_id'],
      ['Ada', 'King', 'c-1'],
      ['Ada', 'King', 'c-2'],
    ];
    const { rows } = await run('contacts', table, { match_by: 'name_and_company' });
    expect(rows).toMatchObject([{ outcome: 'skipped', record_id: ada.id }, { outcome: 'created' }]);
  });
});
