import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { allOf, bulk, feedOf, type Item, outcomesOf, type Row, told } from '../support/bulk';

const { program, client } = useApi({ accountFor: 'each test' });

const create: Item = { action: 'create', data: { first_name: 'Grace' } };
const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;

/** Code and fields of one item's error. The items around it are done. */
async function errorOf(item: unknown): Promise<unknown[]> {
  const { results } = (await bulk(client, 'contacts', [create, item, create])).result;
  expect(results.map(({ index, ok }) => [index, ok])).toEqual([
    [0, true],
    [1, false],
    [2, true],
  ]);
  const { error } = results[1]!;
  expect(Object.keys(error!).sort()).toEqual(error!.details ? ['code', 'details', 'message'] : ['code', 'message']);
  return told(error!);
}

describe('an item', () => {
  const invalid = (...fields: string[]) => ['contacts.invalid_request', ...fields];
  const id = randomUUID();
  const data = { first_name: 'Grace' };

  it.each([null, 'x', 5, true, [], [create]])('%j is none', async (item) => {
    expect((await errorOf(item))[0]).toBe('contacts.invalid_request');
    const { error } = await bulk(client, 'contacts', [create, item], { atomic: true });
    expect(told(error)).toEqual(invalid('items[1]'));
  });

  it.each<[string, object, string[]]>([
    ['no action', { data }, ['action']],
    ['another action', { action: 'Create', data }, ['action']],
    ['an action that is null', { action: null, data }, ['action']],
    ['an action that is no text', { action: ['create'], data }, ['action']],
    ['an unknown key', { ...create, dta: {} }, ['dta']],
    ['two unknown keys', { ...create, dta: {}, dry_run: true }, ['dta', 'dry_run']],
    ['create without data', { action: 'create' }, ['data']],
    ['create with null', { action: 'create', data: null }, ['data']],
    ['create with a list', { action: 'create', data: [data] }, ['data']],
    ['create with a text', { action: 'create', data: 'Grace' }, ['data']],
    ['create with an id', { ...create, id }, ['id']],
    ['create with a version', { ...create, if_version: 1 }, ['if_version']],
    ['create with match_by', { ...create, match_by: 'email' }, ['match_by']],
    ['update without data', { action: 'update', id }, ['data']],
    ['update with match_by', { action: 'update', id, data, match_by: 'email' }, ['match_by']],
    ['delete with data', { action: 'delete', id, data: {} }, ['data']],
    ['delete with match_by', { action: 'delete', id, match_by: 'email' }, ['match_by']],
    ['upsert without match_by', { action: 'upsert', data: { ...data, email: 'g@navy.example' } }, ['match_by']],
    ['upsert by another', { action: 'upsert', match_by: 'phone', data: { ...data, phone: '12345' } }, ['match_by']],
    ['upsert without data', { action: 'upsert', match_by: 'email' }, ['data']],
    [
      'upsert with an id',
      { action: 'upsert', match_by: 'email', id, data: { ...data, email: 'g@navy.example' } },
      ['id'],
    ],
    [
      'upsert with a version',
      { action: 'upsert', match_by: 'email', if_version: 1, data: { ...data, email: 'g@navy.example' } },
      ['if_version'],
    ],
    ['upsert without the value', { action: 'upsert', match_by: 'email', data }, ['email']],
    ['upsert by an empty value', { action: 'upsert', match_by: 'email', data: { ...data, email: ' ' } }, ['email']],
    ['an unknown field', { action: 'create', data: { ...data, nmae: 'x' } }, ['nmae']],
    ['several bad fields', { action: 'create', data: { ...data, last_name: 5, tags: 'x' } }, ['last_name', 'tags']],
    ['a bad field of an update', { action: 'update', id, data: { notes: 5 } }, ['notes']],
  ])('%s → contacts.invalid_request', async (_, item, fields) => {
    expect(await errorOf(item)).toEqual(invalid(...fields));
    const { status, error } = await bulk(client, 'contacts', [create, create, item, create], { atomic: true });
    expect([status, ...told(error)]).toEqual([400, ...invalid(...fields.map((field) => `items[2].${field}`))]);
    expect(await allOf(client, 'contacts')).toHaveLength(2);
  });

  it.each<[string, object, string, string]>([
    ['a malformed id', { action: 'update', id: 'abc', data }, 'contacts.invalid_id', 'id'],
    ['an id that is no text', { action: 'delete', id: 5 }, 'contacts.invalid_id', 'id'],
    ['a name too few', { action: 'create', data: {} }, 'contacts.first_name_required', 'first_name'],
    [
      'a company of nobody',
      { action: 'create', data: { ...data, company_id: id } },
      'contacts.invalid_company_id',
      'company_id',
    ],
    [
      'a malformed company',
      { action: 'create', data: { ...data, company_id: 'x' } },
      'contacts.invalid_company_id',
      'company_id',
    ],
    [
      'a source of nobody',
      { action: 'create', data: { ...data, source_id: id } },
      'contacts.invalid_source_id',
      'source_id',
    ],
    [
      'unknown custom fields',
      { action: 'create', data: { ...data, custom_fields: { [id]: 1 } } },
      'contacts.invalid_custom_fields',
      `custom_fields.${id}`,
    ],
  ])('%s: %j → %s', async (_, item, code, field) => {
    expect(await errorOf(item)).toEqual([code, field]);
    const { status, error } = await bulk(client, 'contacts', [create, item], { atomic: true });
    expect([status, ...told(error)]).toEqual([400, code, `items[1].${field}`]);
  });

  it.each([{ action: 'update', data }, { action: 'delete' }, { action: 'delete', id: null }])(
    '%j has no id',
    async (item) => {
      const [code, field] = await errorOf(item);
      expect(['contacts.invalid_id', 'contacts.invalid_request']).toContain(code);
      expect(field).toBe('id');
    },
  );

  it('of no record, or of another account → contacts.not_found', async () => {
    const stranger = program.client.as(await program.register());
    const foreign = (await stranger.post<Row>('/contacts', data)).result;
    const gone = await make('/contacts', data);
    await client.delete(`/contacts/${gone.id}`);
    const company = await make('/companies', { name: 'Acme' });
    for (const each of [id, foreign.id, gone.id, company.id]) {
      expect((await errorOf({ action: 'update', id: each, data }))[0]).toBe('contacts.not_found');
      expect((await errorOf({ action: 'delete', id: each }))[0]).toBe('contacts.not_found');
      const { status, error } = await bulk(client, 'contacts', [{ action: 'delete', id: each }], { atomic: true });
      expect([status, error.code]).toEqual([404, 'contacts.not_found']);
    }
    expect((await stranger.get<Row>(`/contacts/${foreign.id}`)).result).toEqual(foreign);
    expect(await feedOf(stranger)).toHaveLength(1);
  });

  it('that names a company or source of another account', async () => {
    const stranger = program.client.as(await program.register());
    const company_id = (await stranger.post<Row>('/companies', { name: 'Foreign' })).result.id;
    const source_id = (await stranger.post<Row>('/sources', { name: 'Foreign' })).result.id;
    expect(await errorOf({ action: 'create', data: { ...data, company_id } })).toEqual([
      'contacts.invalid_company_id',
      'company_id',
    ]);
    expect(await errorOf({ action: 'create', data: { ...data, source_id } })).toEqual([
      'contacts.invalid_source_id',
      'source_id',
    ]);
    const archived = await make('/sources', { name: 'Old' });
    await client.post(`/sources/${archived.id}/archive`);
    expect(await errorOf({ action: 'create', data: { ...data, source_id: archived.id } })).toEqual([
      'contacts.invalid_source_id',
      'source_id',
    ]);
  });

  it('without a required custom field', async () => {
    const there = await make('/contacts', data);
    const definition = { entity_type: 'contact', label: 'Size', field_type: 'number', required: true };
    const { id: field } = await make('/custom-fields', definition);
    const items = [
      { action: 'create', data },
      { action: 'create', data: { ...data, custom_fields: { [field]: 1 } } },
      { action: 'upsert', match_by: 'email', data: { ...data, email: 'g@navy.example' } },
      { action: 'update', id: there.id, data: { city: 'Bern' } },
      { action: 'update', id: there.id, data: { custom_fields: { [field]: null } } },
      { action: 'update', id: there.id, data: { custom_fields: { [field]: 'x' } } },
    ];
    const code = 'contacts.invalid_custom_fields';
    const { result } = await bulk(client, 'contacts', items);
    expect(outcomesOf(result)).toEqual([code, 'created', code, 'updated', code, code]);
    for (const { error } of result.results.filter(({ ok }) => !ok))
      expect(told(error!)).toEqual([code, `custom_fields.${field}`]);
  });
});

describe('activities', () => {
  it('keep their rules', async () => {
    const { id: contact_id } = await make('/contacts', { first_name: 'Grace' });
    const there = await make('/activities', { activity_type: 'call', contact_id });
    const update = (data: object) => ({ action: 'update', id: there.id, data });
    const add = (data: object) => ({ action: 'create', data });
    const { result } = await bulk(client, 'activities', [
      add({ contact_id }),
      add({ activity_type: 'visit', contact_id }),
      add({ activity_type: 'call' }),
      add({ activity_type: 'call', company_id: randomUUID() }),
      add({ activity_type: 'meeting', contact_id, metadata: { direction: 'inbound' } }),
      add({ activity_type: 'meeting', contact_id, metadata: { location: 'Bern' } }),
      update({ contact_id: null }),
      update({ activity_type: 'call' }),
      update({ metadata: { location: 'Bern' } }),
      update({ metadata: { notes: 'Bern' } }),
    ]);
    const codes =
      'invalid_type invalid_type entity_required invalid_request invalid_metadata created entity_required invalid_request invalid_metadata updated';
    const shortened = outcomesOf(result).map((each) => each!.replace('activities.', ''));
    expect(shortened.join(' ')).toBe(codes);
    const project = await bulk(client, 'projects', [
      { action: 'create', data: { name: 'Apollo', start_date: '2026-02-01', end_date: '2026-01-01' } },
      { action: 'create', data: { name: 'Apollo', start_date: '2026-02-01' } },
      { action: 'create', data: { name: 'Apollo', assigned_to: randomUUID() } },
    ]);
    expect(outcomesOf(project.result)).toEqual(['projects.invalid_request', 'created', 'projects.invalid_assigned_to']);
  });
});
