import { useApi } from '../support/api';
import { allOf, feedOf, idsIn, type Row, upsert, type Upsertable } from '../support/bulk';
import { seconds } from '../support/clock';

const { program, client } = useApi({ accountFor: 'each test' });

interface Way {
  readonly kind: Upsertable;
  readonly by: string;
  readonly event: string | null;
  /** The body of a create. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Another field, and a value for it that is not that of `data`. */
  readonly change: readonly [string, unknown];
  /** Other forms of the value to match by. */
  readonly forms: readonly string[];
  /** Values that are like it and are others. */
  readonly others: readonly string[];
}

const ways: readonly Way[] = [
  {
    ...{ kind: 'contacts', by: 'email', event: 'contact' },
    ...{ data: { first_name: 'Grace', email: 'grace@navy.example' }, change: ['last_name', 'Hopper'] },
    forms: ['GRACE@Navy.Example', ' gRACE@NAVY.example\t'],
    others: ['grace@navy.example.com', 'race@navy.example', 'grace+1@navy.example'],
  },
  {
    ...{ kind: 'companies', by: 'domain', event: 'company' },
    ...{ data: { name: 'Acme', domain: 'acme.example' }, change: ['industry', 'Rockets'] },
    forms: [
      ...['ACME.Example', 'https://acme.example', 'http://www.acme.example/about?x=1#top', 'www.acme.example.'],
      ...['acme.example.', ' acme.example/ ', 'HTTPS://WWW.ACME.EXAMPLE:8443/'],
    ],
    others: ['mail.acme.example', 'acme.example.com', 'acme-example.com'],
  },
  {
    ...{ kind: 'companies', by: 'name', event: 'company' },
    ...{ data: { name: 'Zürich Söhne AG' }, change: ['industry', 'Banking'] },
    forms: ['ZÜRICH söhne ag', '  Zürich   Söhne\u00a0AG ', 'zu\u0308rich so\u0308hne ag'],
    others: ['Zürich Söhne', 'Zürich-Söhne AG', 'Zürich Söhne AG.'],
  },
  {
    ...{ kind: 'sources', by: 'name', event: null },
    ...{ data: { name: 'Trade Fair' }, change: ['name', 'trade  FAIR'] },
    forms: ['TRADE FAIR', ' trade   fair '],
    others: ['Trade', 'Tradefair'],
  },
];
const named = ways.map((way) => [`${way.kind} by ${way.by}`, way] as const);

const make = async (kind: Upsertable, body: object) => (await client.post<Row>(`/${kind}`, body)).result;
const get = async (kind: Upsertable, id: string) => (await client.get<Row>(`/${kind}/${id}`)).result;

describe.each(named)('%s', (_, { kind, by, event, data, change: [field, value], forms, others }) => {
  it('nothing found: it is made as POST makes it', async () => {
    program.clock.freeze();
    const answer = await upsert(client, kind, by, data);
    const { outcome, record } = answer.result;
    expect([answer.status, outcome, answer.headers.etag]).toEqual([200, 'created', '"1"']);
    expect(await get(kind, record.id)).toEqual(record);
    const posted = await make(kind, data);
    expect(record).toEqual({ ...posted, id: record.id });
    expect(await feedOf(client)).toMatchObject(
      event ? [{ event: `${event}.created`, data: record }, { event: `${event}.created` }] : [],
    );
  });

  it('one found, and it differs: it is changed as PATCH changes it, and nothing that is left out', async () => {
    const made = await make(kind, { ...data, ...(kind === 'sources' ? {} : { tags: ['vip'], phone: '1' }) });
    program.clock.move(seconds(1));
    const answer = await upsert(client, kind, by, { [by]: data[by], [field]: value });
    const { outcome, record } = answer.result;
    expect([answer.status, outcome, answer.headers.etag]).toEqual([200, 'updated', '"2"']);
    expect(record).toEqual({ ...made, [field]: value, version: 2, updated_at: record.updated_at });
    expect(record.updated_at).not.toBe(made.updated_at);
    expect(await get(kind, made.id)).toEqual(record);
    expect((await feedOf(client)).slice(1)).toEqual(
      event
        ? [expect.objectContaining({ event: `${event}.updated`, data: record, previous: { [field]: made[field] } })]
        : [],
    );
  });

  it('one found, and nothing to change: version, updated_at and feed stay', async () => {
    const made = await make(kind, data);
    program.clock.move(seconds(1));
    for (const sent of [data, { [by]: data[by] }]) {
      const answer = await upsert(client, kind, by, sent);
      expect([answer.result, answer.headers.etag]).toEqual([{ outcome: 'unchanged', record: made }, '"1"']);
    }
    expect(await get(kind, made.id)).toEqual(made);
    expect(await feedOf(client)).toHaveLength(event ? 1 : 0);
  });

  it.each(forms)('finds it by %j, which is then what it has', async (form) => {
    const made = await make(kind, data);
    const { outcome, record } = (await upsert(client, kind, by, { [by]: form })).result;
    expect([outcome, record.id]).toEqual(['updated', made.id]);
    expect(record[by]).toBe((await get(kind, made.id))[by]);
    expect(record[by]).not.toBe(data[by]);
  });

  it.each(forms)('finds one that has %j', async (form) => {
    const made = await make(kind, { ...data, [by]: form });
    const { outcome, record } = (await upsert(client, kind, by, { [by]: data[by] })).result;
    expect([outcome, record.id, record[by]]).toEqual(['updated', made.id, data[by]]);
  });

  it('does not find what only looks like it', async () => {
    for (const other of others) await make(kind, { ...data, [by]: other });
    expect((await upsert(client, kind, by, data)).result.outcome).toBe('created');
    expect(await allOf(client, kind)).toHaveLength(others.length + 1);
  });

  it('several: ambiguous_match with their ids, and nothing is changed', async () => {
    const all = [data[by] as string, ...forms].map((form) => ({ ...data, [by]: form }));
    const made: string[] = [];
    for (const body of all) made.push((await make(kind, body)).id);
    const before = await allOf(client, kind);
    const { status, error } = await upsert(client, kind, by, { ...data, [field]: value });
    expect([status, error.code, error.details?.[0]?.field]).toEqual([400, `${kind}.ambiguous_match`, by]);
    expect(idsIn(error)).toEqual([...made].sort());
    expect(await allOf(client, kind)).toEqual(before);
  });

  it('twelve: ten of the ids', async () => {
    const made = new Set<string>();
    for (let index = 0; index < 12; index++) made.add((await make(kind, data)).id);
    const { error } = await upsert(client, kind, by, data);
    const ids = idsIn(error);
    expect([ids.length, new Set(ids).size]).toEqual([10, 10]);
    expect(ids.filter((id) => !made.has(id!))).toEqual([]);
  });

  it('does not find what is deleted, or of another account', async () => {
    const stranger = program.client.as(await program.register());
    const foreign = (await stranger.post<Row>(`/${kind}`, data)).result;
    if (kind !== 'sources') await client.delete(`/${kind}/${(await make(kind, data)).id}`);
    const { outcome, record } = (await upsert(client, kind, by, data)).result;
    expect(outcome).toBe('created');
    expect((await upsert(client, kind, by, data)).result).toEqual({ outcome: 'unchanged', record });
    expect((await stranger.get<Row>(`/${kind}/${foreign.id}`)).result).toEqual(foreign);
  });
});

it('an archived source is found, and stays archived', async () => {
  const { id } = await make('sources', { name: 'Fair' });
  const archived = (await client.post<Row>(`/sources/${id}/archive`)).result;
  expect((await upsert(client, 'sources', 'name', { name: 'Fair' })).result).toEqual({
    outcome: 'unchanged',
    record: archived,
  });
  const { outcome, record } = (await upsert(client, 'sources', 'name', { name: 'FAIR' })).result;
  expect([outcome, record]).toEqual([
    'updated',
    { ...archived, name: 'FAIR', version: 3, updated_at: record.updated_at },
  ]);
  expect(record.archived_at).not.toBeNull();
});

it('custom fields are merged by key, tags are replaced', async () => {
  const field = async (label: string) =>
    (await make('custom-fields' as Upsertable, { entity_type: 'contact', label, field_type: 'text' })).id;
  const [one, two, three] = [await field('One'), await field('Two'), await field('Three')];
  const email = 'grace@navy.example';
  const { id } = await make('contacts', {
    ...{ first_name: 'Grace', email, tags: ['a', 'b'] },
    custom_fields: { [one]: 'x', [two]: 'y' },
  });
  const sent = { email, tags: ['c'], custom_fields: { [two]: null, [three]: 'z' } };
  const { record } = (await upsert(client, 'contacts', 'email', sent)).result;
  expect(record).toMatchObject({ id, tags: ['c'] });
  expect(record.custom_fields).toEqual({ [one]: 'x', [three]: 'z' });
});

it('references are set and judged as by POST and PATCH', async () => {
  const company = await make('companies', { name: 'Navy' });
  const data = { first_name: 'Grace', email: 'grace@navy.example' };
  const of = (company_id: string | null) => upsert(client, 'contacts', 'email', { ...data, company_id });
  expect((await of(company.id)).result).toMatchObject({
    outcome: 'created',
    record: { company_id: company.id, company_name: 'Navy' },
  });
  const stranger = program.client.as(await program.register());
  const foreign = (await stranger.post<Row>('/companies', { name: 'Foreign' })).result;
  for (const id of [foreign.id, '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70', 'abc']) {
    const { error } = await of(id);
    expect([error.code, error.details?.[0]?.field]).toEqual(['contacts.invalid_company_id', 'company_id']);
  }
  expect((await of(null)).result).toMatchObject({ outcome: 'updated', record: { company_id: null, company_name: '' } });
});
