import { useApi } from '../support/api';
import { allOf, bulk, countsOf, feedOf, idsIn, type Item, outcomesOf, type Row, told } from '../support/bulk';

const { client } = useApi({ accountFor: 'each test' });

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const create = (data: object): Item => ({ action: 'create', data: { first_name: 'Grace', ...data } });
const update = (id: string, data: object): Item => ({ action: 'update', id, data });
const upsert = (data: object): Item => ({ action: 'upsert', match_by: 'external_id', data });
const withId = async (external_id: string) => make('/contacts', { first_name: 'Grace', external_id });
const taken = 'contacts.external_id_taken';

it.each([
  ['contacts', { first_name: 'Grace' }, ['last_name', 'Hopper']],
  ['companies', { name: 'Acme' }, ['industry', 'Rockets']],
  ['projects', { name: 'Apollo' }, ['stage', 'active']],
  ['activities', { activity_type: 'call' }, ['metadata', { notes: 'x' }]],
] as const)('%s are made, changed and left by upserts', async (kind, body, [field, value]) => {
  const contact_id = kind === 'activities' ? { contact_id: (await make('/contacts', { first_name: 'Alan' })).id } : {};
  const before = (await feedOf(client)).length;
  const data = { ...body, ...contact_id, external_id: 'a-1' };
  const { result } = await bulk(client, kind, [
    upsert(data),
    upsert({ external_id: 'a-1', [field]: value }),
    upsert({ external_id: 'a-1', [field]: value }),
    upsert({ ...data, external_id: 'a-2' }),
    upsert({ external_id: 'a-3' }),
    upsert({ ...data, external_id: '' }),
  ]);
  expect(countsOf(result)).toEqual([2, 1, 1, 0, 2]);
  expect(result.results.slice(0, 4).map(({ outcome, record }) => [outcome, record!.version])).toEqual([
    ['created', 1],
    ['updated', 2],
    ['unchanged', 2],
    ['created', 1],
  ]);
  expect(told(result.results[5]!.error!)).toEqual([`${kind}.invalid_request`, 'external_id']);
  expect((await feedOf(client)).slice(before).map(({ data: each }) => [each.external_id, each.version])).toEqual([
    ['a-1', 1],
    ['a-1', 2],
    ['a-2', 1],
  ]);
});

it('one that is taken is refused with the id of who has it, also by an item before', async () => {
  const there = await withId('a-1');
  const other = await withId('a-2');
  const { results } = (
    await bulk(client, 'contacts', [
      create({ external_id: 'a-1' }),
      create({ external_id: 'a-3' }),
      create({ external_id: 'a-3' }),
      update(other.id, { external_id: 'a-3' }),
      update(other.id, { external_id: 'a-2', city: 'Bern' }),
      update(there.id, { external_id: 'a-2' }),
    ])
  ).result;
  expect(results.map(({ outcome, error }) => outcome ?? error!.code)).toEqual([
    ...[taken, 'created', taken, taken, 'updated', taken],
  ]);
  const made = results[1]!.record!.id;
  const holders = [0, 2, 3, 5].map((index) => results[index]!.error!);
  expect(holders.map((error) => [...told(error), ...idsIn(error)])).toEqual(
    [there.id, made, made, other.id].map((id) => [taken, 'external_id', id]),
  );
  const { status, error } = await bulk(client, 'contacts', [create({}), create({ external_id: 'a-3' })], {
    atomic: true,
  });
  expect([status, ...told(error), ...idsIn(error)]).toEqual([400, taken, 'items[1].external_id', made]);
  expect(await allOf(client, 'contacts')).toHaveLength(3);
});

it('one that an item before has given away is free', async () => {
  const [one, two, three] = [await withId('a-1'), await withId('a-2'), await withId('a-3')];
  const { result } = await bulk(client, 'contacts', [
    update(one.id, { external_id: null }),
    update(two.id, { external_id: 'a-1' }),
    { action: 'delete', id: three.id },
    create({ external_id: 'a-3' }),
    create({ external_id: 'a-2' }),
    update(one.id, { external_id: 'a-4' }),
  ]);
  expect(outcomesOf(result)).toEqual(['updated', 'updated', 'deleted', 'created', 'created', 'updated']);
  const listed = await allOf(client, 'contacts');
  expect(new Map(listed.map(({ id, external_id }) => [external_id, id]))).toEqual(
    new Map([
      ['a-4', one.id],
      ['a-1', two.id],
      ['a-3', result.results[3]!.record!.id],
      ['a-2', result.results[4]!.record!.id],
    ]),
  );
});

it('a chain of handing on goes through, in its order', async () => {
  const rows = [await withId('a-0'), await withId('a-1'), await withId('a-2'), await withId('a-3')];
  const forwards = rows.map(({ id }, index) => update(id, { external_id: `a-${index + 1}` }));
  expect(outcomesOf((await bulk(client, 'contacts', forwards)).result)).toEqual([taken, taken, taken, 'updated']);
  const ids = rows.map(({ id }) => id);
  // a-0, a-1, a-2 and a-4 are there now.
  const backwards = [ids[2]!, ids[1]!, ids[0]!].map((id, index) => update(id, { external_id: `a-${3 - index}` }));
  expect(outcomesOf((await bulk(client, 'contacts', backwards)).result)).toEqual(['updated', 'updated', 'updated']);
  const listed = new Map((await allOf(client, 'contacts')).map(({ id, external_id }) => [id, external_id]));
  expect(ids.map((id) => listed.get(id))).toEqual(['a-1', 'a-2', 'a-3', 'a-4']);
});

it('two items that swap theirs both fail', async () => {
  const [one, two] = [await withId('a-1'), await withId('a-2')];
  const items = [update(one.id, { external_id: 'a-2' }), update(two.id, { external_id: 'a-1' })];
  const { results } = (await bulk(client, 'contacts', items)).result;
  expect(results.map(({ error }) => [...told(error!), ...idsIn(error!)])).toEqual([
    [taken, 'external_id', two.id],
    [taken, 'external_id', one.id],
  ]);
  expect((await bulk(client, 'contacts', items, { atomic: true })).error.code).toBe(taken);
  expect((await client.get<Row>(`/contacts/${one.id}`)).result).toEqual(one);
});

it('references may be external ids, and an unknown one costs only its item', async () => {
  const companies = ['c-1', 'c-2'].map((external_id): Item => ({
    action: 'create',
    data: { name: external_id, external_id },
  }));
  const [one, two] = (await bulk(client, 'companies', companies)).result.results.map(({ record }) => record!.id);
  const { results } = (
    await bulk(
      client,
      'contacts',
      [
        create({ company_external_id: 'c-1' }),
        upsert({ first_name: 'Ada', external_id: 'a-1', company_external_id: 'c-2' }),
        upsert({ external_id: 'a-1', company_external_id: 'c-2' }),
        create({ company_external_id: 'c-3' }),
        create({ company_external_id: 'c-1', company_id: one }),
        upsert({ external_id: 'a-1', company_external_id: null }),
      ],
      { return: 'records' },
    )
  ).result;
  expect(results.map(({ outcome, error }) => outcome ?? told(error!))).toEqual([
    ...['created', 'created', 'unchanged'],
    ['contacts.invalid_company_id', 'company_external_id'],
    ['contacts.invalid_request', 'company_external_id'],
    'updated',
  ]);
  expect(results.flatMap(({ record }) => (record ? [[record.company_id, record.company_name]] : []))).toEqual([
    ...[
      [one, 'c-1'],
      [two, 'c-2'],
      [two, 'c-2'],
      [null, ''],
    ],
  ]);
});

it('activities have one type: the same may be sent, another is refused', async () => {
  const contact = await withId('p-1');
  const call = { activity_type: 'call', contact_external_id: 'p-1', external_id: 'a-1' };
  const { results } = (
    await bulk(client, 'activities', [
      upsert(call),
      upsert(call),
      upsert({ ...call, activity_type: 'meeting' }),
      upsert({ ...call, metadata: { notes: 'x' } }),
      upsert({ external_id: 'a-1', contact_external_id: null }),
      { action: 'create', data: { activity_type: 'call', contact_external_id: null } },
    ])
  ).result;
  expect(results.map(({ outcome, error }) => outcome ?? error!.code)).toEqual([
    ...['created', 'unchanged', 'activities.invalid_request', 'updated'],
    ...['activities.entity_required', 'activities.entity_required'],
  ]);
  expect(await allOf(client, 'activities')).toMatchObject([{ contact_id: contact.id, metadata: { notes: 'x' } }]);
});
