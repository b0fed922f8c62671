import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { type Confirmation, counts, csv, Importing, type Job, type Kind, type Row } from '../support/imports';
import { refusedWith } from '../support/outcome';

/** The options of a confirmation: each one, and whatever is wrong with it. */
const { program, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'each test' });
const imports = new Importing(program, client);
const invalidRequest = refusedWith('imports.invalid_request');

const people = csv([
  ['First Name', 'Last Name', 'E-mail', 'Phone', 'Company', 'Tags', 'Shoe size'],
  ['Grace', 'Hopper', 'grace@mail.example', '+1 555 01234', 'Navy', 'vip', '37'],
  ['Ada', 'Lovelace', 'ada@mail.example', '+44 20 5550100', 'Engines', '', ''],
]);
const mapping = {
  'First Name': 'first_name',
  'Last Name': 'last_name',
  'E-mail': 'email',
  Phone: 'phone',
  Company: 'company_name',
  Tags: 'tags',
};
const usual = {
  ...{ column_mapping: mapping, on_duplicate: 'skip', match_by: null, defaults: {}, tags_mode: 'add' },
  ...{ empty_cells: 'keep', date_order: 'auto', decimal: 'auto', on_invalid_cell: 'leave_out' },
  ...{ when_name_missing: 'use_other', create_custom_fields: false },
};
const again = async ({ id }: Pick<Job, 'id'>) => (await client.get<typeof usual>(`/imports/${id}/again`)).result;
const define = async (label: string, field_type: string, more: object = {}, entity_type = 'contact') =>
  (await client.post<Row>('/custom-fields', { entity_type, label, field_type, ...more })).result.id;

describe('again', () => {
  it('gives the options of an import, with which the next file is confirmed', async () => {
    const amount = await define('Amount', 'number');
    const options: Confirmation = {
      column_mapping: mapping,
      on_duplicate: 'update',
      match_by: 'name_and_company',
      tags_mode: 'replace',
      empty_cells: 'clear',
      date_order: 'mdy',
      decimal: 'comma',
      on_invalid_cell: 'refuse_row',
      when_name_missing: 'refuse',
      create_custom_fields: false,
      defaults: { source_name: 'Fair', city: 'Berlin', [`custom_fields.${amount}`]: 5 },
    };
    const first = await imports.run('contacts', people, options);
    expect(await again(first)).toEqual(options);
    const next = await imports.uploaded('contacts', people);
    const { result } = await imports.confirm(next.job, await again(first));
    expect(result).toMatchObject({ column_mapping: mapping, on_duplicate: 'update' });
    const second = await imports.settled(next.job);
    expect([second.status, ...counts(second)]).toEqual(['completed', 0, 2, 0, 0, 2, 2]);
    expect(await again(second)).toEqual(options);
  });

  it('tells what is usual, for what nobody said', async () => {
    const tried = await imports.run('contacts', people, { column_mapping: mapping, dry_run: true });
    expect(await again(tried)).toEqual(usual);
  });

  it('has nothing to give before a confirmation', async () => {
    const { job } = await imports.uploaded('contacts', people);
    expect((await client.get(`/imports/${job.id}/again`)).error.code).toBe('imports.invalid_request');
  });

  it('gives the options of the previous release if that confirmed the import', async () => {
    const job = await imports.run('contacts', people, { column_mapping: mapping });
    await program.sql('update imports set options = null where id = $1', [job.id]);
    const previous = { tags_mode: 'replace', on_invalid_cell: 'refuse_row', when_name_missing: 'refuse' };
    expect(await again(job)).toEqual({ ...usual, ...previous });
  });
});

describe('a confirmation is refused before a row is touched', () => {
  const confirm = async (sent: object, kind: Kind = 'contacts', file = people) => {
    const { job } = await imports.uploaded(kind, file);
    const answer = await imports.confirm(job, { column_mapping: mapping, ...sent });
    if (answer.status !== 200) expect(await imports.get(job)).toEqual(job);
    return answer;
  };

  it.each([
    ['column_mapping', { 'a\0': 'first_name' }],
    ['column_mapping', { '\ud800': null }],
    ['defaults', { '\0': 1 }],
    ['defaults', { 'a\udc00': 'x' }],
  ])('%s with a name that cannot be stored, before the state of the import is looked at: %j', async (option, names) => {
    const { job } = await imports.begin();
    const { error } = await imports.confirm(job, { column_mapping: mapping, [option]: names });
    expect([error.code, error.details?.map(({ field }) => field)]).toEqual(['imports.invalid_request', [option]]);
  });

  it.each<[string, unknown]>([
    ['on_duplicate', 'merge'],
    ['match_by', 'shoe_size'],
    ['match_by', 'domain'],
    ['match_by', 'external_id'],
    ['match_by', `custom_fields.${randomUUID()}`],
    ['match_by', ''],
    ['match_by', 5],
    ['match_by', ['email']],
    ['match_by', 'x'.repeat(101)],
    ['match_by', 'a\0'],
    ['match_by', 'toString'],
    ['tags_mode', 'remove'],
    ['tags_mode', null],
    ['empty_cells', 'drop'],
    ['date_order', 'dym'],
    ['decimal', ','],
    ['on_invalid_cell', true],
    ['when_name_missing', 'guess'],
    ['create_custom_fields', 'yes'],
    ['defaults', []],
    ['defaults', 'city'],
    ['defaults', null],
    ['dry_run', 'yes'],
    ['colour', 'red'],
  ])('%s: %j', async (field, value) => {
    await invalidRequest(confirm({ [field]: value }), field);
  });

  it.each([
    ['phone', { 'First Name': 'first_name', 'E-mail': 'email' }, 'phone'],
    ['email', { 'First Name': 'first_name' }, 'email'],
    ['name_and_company', { 'E-mail': 'email' }, 'first_name or last_name or full_name'],
    ['id', { 'First Name': 'first_name' }, 'id'],
  ])('match_by %s, and no column says it', async (match_by, column_mapping, fields) => {
    const answer = await confirm({ match_by, column_mapping });
    expect(answer.error.details).toEqual([
      { field: 'match_by', message: `match_by is ${match_by}, and no column is mapped to ${fields}` },
    ]);
  });

  it('tells what rows of a kind can be matched by', async () => {
    const messages = async (kind: Kind, file: string, column_mapping: object) =>
      (await confirm({ match_by: 'shoe_size', column_mapping }, kind, file)).error.message;
    expect(await messages('contacts', people, mapping)).toBe(
      'match_by must be one of email, phone, name_and_company, external_id, id',
    );
    expect(await messages('companies', 'Name\nAcme\n', { Name: 'name' })).toBe(
      'match_by must be one of domain, name, external_id, id',
    );
    expect(await messages('sources', 'Name\nFair\n', { Name: 'name' })).toBe('match_by must be one of name, id');
  });

  it.each<[string, unknown]>([
    ['shoe_size', '5'],
    ['toString', '5'],
    ['id', randomUUID()],
    ['email', 'a@mail.example'],
    ['company_id', randomUUID()],
    ['full_name', 'Grace Hopper'],
    ['city', ''],
    ['city', ' '],
    ['city', null],
    ['city', { name: 'Berlin' }],
    ['city', ['Berlin']],
    ['city', 'x'.repeat(501)],
    ['city', 'a\0'],
    ['tags', [5]],
    ['tags', Array.from({ length: 51 }, (_, index) => `t${index}`)],
    ['source_id', 'no id'],
    ['source_id', randomUUID()],
    ['source_name', ['Fair']],
    ['source_name', 'x'.repeat(201)],
  ])('the default %s: %j', async (field, value) => {
    const answer = await confirm({ defaults: { [field]: value } });
    expect([answer.status, answer.error?.code]).toEqual([400, 'imports.invalid_request']);
    for (const detail of answer.error.details!) expect(detail.field).toMatch(new RegExp(`^defaults\\.${field}`));
  });

  it('the default of a custom field that is not of its type, and of one that is none', async () => {
    const amount = await define('Amount', 'number');
    const level = await define('Level', 'enum', { options: ['gold', 'silver'] });
    const fields = [amount, level, randomUUID()].map((id) => `custom_fields.${id}`);
    const [first, second, third] = fields as [string, string, string];
    await invalidRequest(
      confirm({ defaults: { [first]: 'many', [third]: 1 } }),
      `defaults.${first}`,
      `defaults.${third}`,
    );
    await invalidRequest(confirm({ defaults: { [second]: 'bronze' } }), `defaults.${second}`);
  });

  it('the default of an archived source', async () => {
    const { id } = (await client.post<Row>('/sources', { name: 'Fair' })).result;
    await client.post(`/sources/${id}/archive`);
    await invalidRequest(confirm({ defaults: { source_name: 'FAIR ' } }), 'defaults.source_name');
    await invalidRequest(confirm({ defaults: { source_id: id } }), 'defaults.source_id');
  });

  it('a column that goes to id, without match_by: id', async () => {
    await invalidRequest(confirm({ column_mapping: { ...mapping, 'Shoe size': 'id' } }), 'column_mapping.Shoe size');
  });

  it('all that is wrong is told together', async () => {
    await invalidRequest(confirm({ tags_mode: 'x', decimal: 'y', defaults: 5 }), 'defaults', 'tags_mode', 'decimal');
  });
});

it('defaults mean the same whether they are sent as the API has them or as a cell has them, and are told as sent', async () => {
  const day = await define('Day', 'date');
  const sent = { tags: 'a, b', city: ' Berlin ', country: 5, [`custom_fields.${day}`]: '31.01.2026' };
  const job = await imports.run('contacts', people, {
    column_mapping: { 'First Name': 'first_name', 'E-mail': 'email' },
    defaults: { ...sent, full_name: undefined },
  });
  expect((await again(job)).defaults).toEqual(sent);
  const [grace] = await imports.all('/contacts?email=grace%40mail.example');
  const meant = { tags: ['a', 'b'], city: 'Berlin', country: '5', custom_fields: { [day]: '2026-01-31' } };
  expect(grace).toMatchObject(meant);
  const ofCompanies = { employee_count: '1,200', annual_revenue_amount: '1.250,50', tags: ['x'] };
  const companies = await imports.run('companies', 'Name\nAcme\n', {
    column_mapping: { Name: 'name' },
    defaults: ofCompanies,
  });
  expect((await again(companies)).defaults).toEqual(ofCompanies);
  expect((await imports.all('/companies')).find(({ name }) => name === 'Acme')).toMatchObject({
    ...{ employee_count: 1_200, annual_revenue: 125_050, tags: ['x'] },
  });
});

describe('a number or a boolean as a default is what JSON says, however cells are written', () => {
  it.each([
    ['comma', 1.234, 1.234],
    ['comma', '1.234', 1_234],
    ['point', '1.234', 1.234],
    ['comma', -0.125, -0.125],
    ['comma', 1e21, 1e21],
    ['auto', 1_234, 1_234],
  ])('decimal %s: %j is the number %d', async (decimal, value, expected) => {
    const score = await define('Score', 'number', {}, 'company');
    await imports.run('companies', 'Name\nAcme\n', {
      ...{ column_mapping: { Name: 'name' }, decimal, defaults: { [`custom_fields.${score}`]: value, city: value } },
    });
    const [acme] = await imports.all('/companies');
    expect(acme).toMatchObject({ custom_fields: { [score]: expected }, city: String(value) });
  });

  it('so counts have no decimals, and amounts two', async () => {
    for (const decimal of ['auto', 'comma', 'point']) {
      const { job } = await imports.uploaded('companies', 'Name\nAcme\n');
      const defaults = { employee_count: 1.234, annual_revenue_amount: 1.234 };
      const answer = imports.confirm(job, { column_mapping: { Name: 'name' }, decimal, defaults });
      await invalidRequest(answer, 'defaults.employee_count', 'defaults.annual_revenue_amount');
    }
    const defaults = { employee_count: 1_234, annual_revenue_amount: 1_250.5 };
    await imports.run('companies', 'Name\nAcme\n', { column_mapping: { Name: 'name' }, decimal: 'comma', defaults });
    expect(await imports.all('/companies')).toMatchObject([{ employee_count: 1_234, annual_revenue: 125_050 }]);
  });

  it('and a boolean is one', async () => {
    const flag = await define('Flag', 'boolean');
    const defaults = { [`custom_fields.${flag}`]: false };
    await imports.run('contacts', 'First Name\nGrace\n', { column_mapping: { 'First Name': 'first_name' }, defaults });
    expect(await imports.all('/contacts')).toMatchObject([{ custom_fields: { [flag]: false } }]);
  });
});

describe('create_custom_fields', () => {
  const fields = async () => (await client.get<{ items: Row[] }>('/custom-fields')).result.items;
  const rest = { 'First Name': 'first_name', 'E-mail': 'email', Tags: null, 'Last Name': null };
  const confirmation: Confirmation = { column_mapping: rest, create_custom_fields: true };

  it('makes fields of the columns that the mapping does not name, and fills them', async () => {
    const phone = await define('PHONE', 'text');
    const job = await imports.run('contacts', people, confirmation);
    const [made] = (await fields()).filter(({ label }) => label === 'Company');
    const [shoes] = (await fields()).filter(({ label }) => label === 'Shoe size');
    expect(made).toMatchObject({ entity_type: 'contact', field_type: 'text', required: false });
    expect(await fields()).toHaveLength(3);
    expect(job.column_mapping).toEqual({
      ...{ 'First Name': 'first_name', 'E-mail': 'email', Phone: `custom_fields.${phone}` },
      ...{ Company: `custom_fields.${made!.id}`, 'Shoe size': `custom_fields.${shoes!.id}` },
    });
    const [grace] = await imports.all('/contacts?email=grace%40mail.example');
    expect(grace).toMatchObject({
      last_name: '',
      custom_fields: { [phone]: '+1 555 01234', [made!.id]: 'Navy', [shoes!.id]: '37' },
    });
    // The same file again finds the fields.
    await imports.run('contacts', people, confirmation);
    expect(await fields()).toHaveLength(3);
  });

  it('makes none in a dry run, which checks their cells', async () => {
    const file = csv([
      ['First Name', 'Story'],
      ['Grace', 'x'.repeat(501)],
      ['Ada', 'short'],
    ]);
    const uploaded = await imports.uploaded('contacts', file);
    const options: Confirmation = {
      column_mapping: { 'First Name': 'first_name' },
      create_custom_fields: true,
      on_invalid_cell: 'refuse_row',
    };
    const tried = await imports.finish(uploaded, { ...options, dry_run: true });
    expect(tried.column_mapping).toEqual({ 'First Name': 'first_name', Story: 'custom_fields.Story' });
    expect(await fields()).toEqual([]);
    const told = await imports.rows(tried);
    const job = await imports.finish(uploaded, options);
    expect(counts(tried)).toEqual(counts(job));
    expect(told.map(({ messages }) => messages)).toEqual((await imports.rows(job)).map(({ messages }) => messages));
    expect(counts(job)).toEqual([1, 0, 0, 1, 2, 2]);
    expect((await fields()).map(({ label }) => label)).toEqual(['Story']);
  });

  const refused = async (kind: Kind, headers: readonly string[], sent: object, as: Client = client) => {
    const theirs = new Importing(program, as);
    const { job } = await theirs.uploaded(kind, csv([headers, headers.map(() => 'x')]));
    const answer = theirs.confirm(job, { create_custom_fields: true, ...sent });
    await invalidRequest(answer, 'create_custom_fields');
    expect(await fields()).toEqual([]);
    return (await answer).error.message;
  };

  it('is refused for sources, which have none', async () => {
    expect(await refused('sources', ['Name', 'Colour'], { column_mapping: { Name: 'name' } })).toContain('sources');
  });

  it('is refused for labels that are too long, or belong to a field of another column', async () => {
    const column_mapping = { A: 'first_name' };
    // The second one gets a number.
    await refused('contacts', ['A', 'x'.repeat(200), 'x'.repeat(200)], { column_mapping });
    await refused('contacts', ['A', 'Size', 'SIZE'], { column_mapping });
    const size = await define('Size', 'text');
    const { job } = await imports.uploaded(
      'contacts',
      csv([
        ['A', 'B', 'SIZE'],
        ['x', 'y', 'z'],
      ]),
    );
    const sent = { column_mapping: { ...column_mapping, B: `custom_fields.${size}` }, create_custom_fields: true };
    await invalidRequest(imports.confirm(job, sent), 'create_custom_fields');
  });

  it('is refused for more fields than there can be', async () => {
    const headers = ['A', ...Array.from({ length: 201 }, (_, index) => `Field ${index}`)];
    expect(await refused('contacts', headers, { column_mapping: { A: 'first_name' } })).toContain('at most 200');
  });

  it('is for owners and admins', async () => {
    const body = { email: newEmail(), name: 'Alan', role: 'member' };
    const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', body)).result;
    const accepted = await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password });
    const member = program.client.as(accepted.result);
    await refused('contacts', ['A', 'B'], { column_mapping: { A: 'first_name' } }, member);
  });
});

it('rows takes its filters only', async () => {
  const { job } = await imports.begin();
  const path = `/imports/${job.id}/rows`;
  expect((await client.get(path)).result).toEqual({ items: [], next_cursor: null });
  await invalidRequest(client.get(`${path}?outcome=lost`), 'outcome[0]');
  await invalidRequest(client.get(`${path}?warnings=maybe`), 'warnings');
  await invalidRequest(client.get(`${path}?colour=red`), 'colour');
  await invalidRequest(client.get(`${path}?cursor=abc`), 'cursor');
  await invalidRequest(client.get(`${path}?limit=101`), 'limit');
});
