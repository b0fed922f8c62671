import { useApi } from '../support/api';
import { allOf, bulk, countsOf, feedOf, type Item, outcomesOf, type Row, upsert } from '../support/bulk';
import type { Client } from '../support/client';
import { seconds } from '../support/clock';
import { answering, startReceiver, trustTestCertificates, verified } from '../support/receiver';

trustTestCertificates();

/** What a bulk tells others, and what it leaves behind, is what single calls would. */
const { program, client } = useApi({
  environment: { WORKERS: 'on', WEBHOOK_ALLOWED_HOSTS: 'localhost' },
  accountFor: 'each test',
});

const email = 'grace@navy.example';
const make = async (path: string, body: object, as: Client = client) => (await as.post<Row>(path, body)).result;

describe('the same record several times', () => {
  it('two changes are two events and two versions, each with what was before it', async () => {
    const made = await make('/contacts', { first_name: 'Grace', email, tags: ['a'] });
    program.clock.freeze();
    program.clock.move(seconds(1));
    const { results } = (
      await bulk(client, 'contacts', [
        { action: 'update', id: made.id, data: { last_name: 'Murray', tags: ['b'] } },
        { action: 'update', id: made.id, data: { last_name: 'Hopper' } },
        { action: 'upsert', match_by: 'email', data: { email, last_name: 'Hopper', city: 'Arlington' } },
      ])
    ).result;
    expect(results.map(({ record }) => record)).toEqual([2, 3, 4].map((version) => ({ id: made.id, version })));
    const now = program.clock.now().toISOString();
    const first = { ...made, last_name: 'Murray', tags: ['b'], version: 2, updated_at: now };
    const second = { ...first, last_name: 'Hopper', version: 3 };
    const third = { ...second, city: 'Arlington', version: 4 };
    expect((await feedOf(client)).slice(1)).toMatchObject([
      { event: 'contact.updated', data: first, previous: { last_name: '', tags: ['a'] } },
      { event: 'contact.updated', data: second, previous: { last_name: 'Murray' } },
      { event: 'contact.updated', data: third, previous: { city: '' } },
    ]);
    expect((await feedOf(client)).slice(1).map(({ previous }) => Object.keys(previous!).sort())).toEqual([
      ...[['last_name', 'tags'], ['last_name'], ['city']],
    ]);
    expect((await client.get<Row>(`/contacts/${made.id}`)).result).toEqual(third);
  });

  it('made, found and changed, deleted, made anew', async () => {
    const found: Item = { action: 'upsert', match_by: 'email', data: { email, first_name: 'Grace', city: 'Bern' } };
    const made: Item = { action: 'create', data: { email, first_name: 'Grace' } };
    const { results } = (await bulk(client, 'contacts', [made, found, found])).result;
    const id = results[0]!.record!.id;
    expect(results.map(({ outcome, record }) => [outcome, record])).toEqual([
      ['created', { id, version: 1 }],
      ['updated', { id, version: 2 }],
      ['unchanged', { id, version: 2 }],
    ]);
    const gone: Item = { action: 'delete', id };
    const again = (await bulk(client, 'contacts', [gone, found, gone, { action: 'update', id, data: {} }])).result;
    const anew = again.results[1]!.record!.id;
    expect(outcomesOf(again)).toEqual(['deleted', 'created', 'contacts.not_found', 'contacts.not_found']);
    expect(anew).not.toBe(id);
    expect((await allOf(client, 'contacts')).map((each) => each.id)).toEqual([anew]);
    const feed = (await feedOf(client)).map(({ event, data }) => [event, data.id, data.version]);
    expect(feed).toEqual([
      ['contact.created', id, 1],
      ['contact.updated', id, 2],
      ['contact.deleted', id, 3],
      ['contact.created', anew, 1],
    ]);
  });

  it('there and back again are two changes', async () => {
    const made = await make('/companies', { name: 'Acme' });
    const rename = (name: string): Item => ({ action: 'update', id: made.id, data: { name } });
    const result = (await bulk(client, 'companies', [rename('Globex'), rename('Acme'), rename('Acme')])).result;
    expect(countsOf(result)).toEqual([0, 2, 1, 0, 0]);
    expect((await client.get<Row>(`/companies/${made.id}`)).result).toMatchObject({ name: 'Acme', version: 3 });
    // The field counts as changed in version 3.
    const { error } = await client.patch(`/companies/${made.id}`, { name: 'Initech' }, { 'If-Match': '"2"' });
    expect(error.code).toBe('companies.edit_conflict');
  });

  it('changed and deleted: both are told, with the last state', async () => {
    const { id } = await make('/projects', { name: 'Apollo' });
    await bulk(client, 'projects', [
      { action: 'update', id, data: { stage: 'active' } },
      { action: 'delete', id },
    ]);
    expect((await feedOf(client)).slice(1)).toMatchObject([
      { event: 'project.updated', data: { id, stage: 'active', version: 2 }, previous: { stage: 'proposal' } },
      { event: 'project.deleted', data: { id, stage: 'active', version: 3 } },
    ]);
  });
});

it('deletions take with them what single ones take', async () => {
  const company = await make('/companies', { name: 'Acme' });
  const other = await make('/companies', { name: 'Globex' });
  const contact = await make('/contacts', { first_name: 'Grace', company_id: company.id });
  const project = await make('/projects', { name: 'Apollo', company_id: other.id });
  const alone = await make('/activities', { activity_type: 'call', company_id: company.id });
  const both = await make('/activities', { activity_type: 'call', company_id: company.id, contact_id: contact.id });
  const between = await make('/activities', { activity_type: 'call', company_id: other.id });
  const before = (await feedOf(client)).length;
  const result = (
    await bulk(client, 'companies', [
      { action: 'delete', id: company.id },
      { action: 'delete', id: other.id },
    ])
  ).result;
  expect(countsOf(result)).toEqual([0, 0, 0, 2, 0]);
  expect((await client.get<Row>(`/contacts/${contact.id}`)).result).toEqual({
    ...contact,
    company_id: null,
    company_name: '',
  });
  expect((await client.get<Row>(`/projects/${project.id}`)).result).toMatchObject({ company_id: null, version: 1 });
  expect((await allOf(client, 'activities')).map(({ id }) => id)).toEqual([both.id]);
  expect((await client.get(`/activities/${alone.id}`)).status).toBe(404);
  expect((await client.get(`/activities/${between.id}`)).status).toBe(404);
  expect((await feedOf(client)).slice(before).map(({ event, data }) => [event, data.id])).toEqual([
    ['company.deleted', company.id],
    ['company.deleted', other.id],
  ]);
});

it('names of others stand in the answers and events as single calls tell them', async () => {
  const [acme, globex] = [await make('/companies', { name: 'Acme' }), await make('/companies', { name: 'Globex' })];
  const fair = await make('/sources', { name: 'Fair' });
  const there = await make('/contacts', { first_name: 'Alan', company_id: acme.id });
  const { results } = (
    await bulk(
      client,
      'contacts',
      [
        { action: 'create', data: { first_name: 'Grace', company_id: acme.id, source_id: fair.id } },
        { action: 'update', id: there.id, data: { company_id: globex.id } },
      ],
      { return: 'records' },
    )
  ).result;
  const read = async (id: string) => (await client.get<Row>(`/contacts/${id}`)).result;
  const [grace, alan] = [await read(results[0]!.record!.id), await read(there.id)];
  expect(grace).toMatchObject({ company_name: 'Acme', source_name: 'Fair' });
  expect(alan).toMatchObject({ company_name: 'Globex' });
  expect(results.map(({ record }) => record)).toEqual([grace, alan]);
  expect((await feedOf(client)).slice(-2)).toMatchObject([
    { event: 'contact.created', data: grace },
    { event: 'contact.updated', data: alan, previous: { company_id: acme.id, company_name: 'Acme' } },
  ]);
});

it('what is made is found by lists and search, in the order of the items', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `Grace ${index}`);
  const items = names.map((first_name): Item => ({ action: 'create', data: { first_name } }));
  const { results } = (await bulk(client, 'contacts', items)).result;
  const ids = results.map(({ record }) => record!.id);
  expect(new Set(ids).size).toBe(30);
  expect((await allOf(client, 'contacts')).map(({ id }) => id)).toEqual([...ids].reverse());
  expect((await allOf(client, 'contacts', '&search=grace%2029')).map(({ id }) => id)).toEqual([ids[29]]);
  expect((await feedOf(client)).map(({ data }) => data.id)).toEqual(ids);
});

it('webhooks get what the feed has, signed', async () => {
  const receiver = await startReceiver();
  try {
    receiver.answer = answering(200);
    const events = ['contact.created', 'contact.updated', 'contact.deleted'];
    const { secret } = (await client.post<{ secret: string }>('/webhooks', { url: receiver.url, events })).result;
    const { id } = await make('/contacts', { first_name: 'Grace', email });
    await bulk(client, 'contacts', [
      { action: 'create', data: { first_name: 'Alan' } },
      { action: 'update', id, data: { city: 'Bern' } },
      { action: 'update', id, data: { city: 'Chur' } },
      { action: 'delete', id },
      { action: 'create', data: { first_name: '' } },
    ]);
    await program.deliver();
    const byId = (one: { id?: unknown }, other: { id?: unknown }) => (String(one.id) < String(other.id) ? -1 : 1);
    const received = receiver.requests.map((request) => verified<Row>(request, secret));
    const feed = (await feedOf(client)) as unknown as Row[];
    expect(feed).toHaveLength(5);
    expect(received.sort(byId)).toEqual([...feed].sort(byId));
  } finally {
    await receiver.close();
  }
});

it('an upsert of a bulk is one of the route: forms, merged custom fields, everything', async () => {
  program.clock.freeze();
  const definition = { entity_type: 'contact', label: 'Motto', field_type: 'text' };
  const twin = program.client.as(await program.register());
  const run = async (as: Client, one: (match_by: string, data: object) => Promise<unknown>) => {
    const { id: field } = await make('/custom-fields', definition, as);
    await make('/contacts', { first_name: 'Grace', email, notes: 'x', custom_fields: { [field]: 'a' } }, as);
    for (const data of [
      { email: email.toUpperCase() },
      { email, custom_fields: { [field]: null } },
      { email, notes: null },
    ])
      await one('email', data);
    const withoutIds = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value, (name, each: unknown) =>
          /(^|_)id$|created_by/.test(name) ? undefined : each,
        ).replaceAll(field, 'field'),
      ) as unknown;
    return withoutIds([await allOf(as, 'contacts'), await feedOf(as)]);
  };
  const byBulk = await run(client, (match_by, data) =>
    bulk(client, 'contacts', [{ action: 'upsert', match_by, data }]),
  );
  const byRoute = await run(twin, (match_by, data) => upsert(twin, 'contacts', match_by, data));
  expect(byBulk).toEqual(byRoute);
});
