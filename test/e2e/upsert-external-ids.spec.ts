import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { startApp, type TestApp } from '../support/app';
import { allOf, type Bulkable, feedOf, idsIn, type Row, told, upsert } from '../support/bulk';

const { program, ada, client } = useApi({ accountFor: 'each test' });

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const kinds: readonly (readonly [Bulkable, () => Promise<object>, readonly [string, unknown]])[] = [
  ['contacts', async () => ({ first_name: 'Grace' }), ['last_name', 'Hopper']],
  ['companies', async () => ({ name: 'Acme' }), ['industry', 'Rockets']],
  ['projects', async () => ({ name: 'Apollo' }), ['stage', 'active']],
  [
    'activities',
    async () => ({ activity_type: 'call', contact_id: (await make('/contacts', { first_name: 'Alan' })).id }),
    ['metadata', { notes: 'x' }],
  ],
];

describe.each(kinds)('%s by external_id', (kind, body, [field, value]) => {
  const send = (data: object) => upsert(client, kind, 'external_id', data);

  it('made, changed, left as it is', async () => {
    const data = { ...(await body()), external_id: 'a-1' };
    const before = (await feedOf(client)).length;
    const made = await send(data);
    expect([made.result.outcome, made.headers.etag]).toEqual(['created', '"1"']);
    expect(made.result.record).toMatchObject({ external_id: 'a-1', version: 1 });
    const changed = await send({ external_id: 'a-1', [field]: value });
    expect(changed.result).toEqual({
      outcome: 'updated',
      record: { ...made.result.record, [field]: value, version: 2, updated_at: changed.result.record.updated_at },
    });
    expect((await send({ external_id: ' a-1 ', [field]: value })).result).toEqual({
      outcome: 'unchanged',
      record: changed.result.record,
    });
    expect((await feedOf(client)).slice(before)).toMatchObject([
      { event: expect.stringContaining('.created'), data: made.result.record },
      { event: expect.stringContaining('.updated'), data: changed.result.record },
    ]);
  });

  it('with its case, and composed or not', async () => {
    const data = await body();
    const one = (await send({ ...data, external_id: 'Zoë' })).result.record;
    const other = (await send({ ...data, external_id: 'zoë' })).result;
    expect([other.outcome, other.record.id === one.id]).toEqual(['created', false]);
    const same = (await send({ external_id: 'Zoe\u0308' })).result;
    expect(same).toEqual({ outcome: 'unchanged', record: one });
  });

  it('does not find what is deleted, or of another account; what is found may get another one', async () => {
    const data = { ...(await body()), external_id: 'a-1' };
    const first = (await send(data)).result.record;
    await client.delete(`/${kind}/${first.id}`);
    const second = (await send(data)).result;
    expect([second.outcome, second.record.id === first.id]).toEqual(['created', false]);
    const stranger = program.client.as(await program.register());
    const own =
      kind === 'activities' ? (await stranger.post<Row>('/contacts', { first_name: 'Alan' })).result.id : undefined;
    const foreign = await upsert(stranger, kind, 'external_id', { ...data, ...(own && { contact_id: own }) });
    expect(foreign.result.outcome).toBe('created');
  });

  it('empty or absent is refused', async () => {
    const data = await body();
    for (const external_id of ['', ' ', null, undefined]) {
      const { status, error } = await send({ ...data, external_id });
      expect([external_id, status, ...told(error)]).toEqual([
        external_id,
        400,
        `${kind}.invalid_request`,
        'external_id',
      ]);
    }
    expect(await allOf(client, kind)).toEqual([]);
  });
});

it('an external_id of another record is taken, whatever it is matched by', async () => {
  const taken = await make('/contacts', { first_name: 'Grace', external_id: 'a-1', email: 'grace@navy.example' });
  await make('/contacts', { first_name: 'Anne', email: 'anne@navy.example' });
  for (const email of ['anne@navy.example', 'new@navy.example']) {
    const { status, error } = await upsert(client, 'contacts', 'email', {
      email,
      first_name: 'Anne',
      external_id: 'a-1',
    });
    expect([status, ...told(error), ...idsIn(error)]).toEqual([
      400,
      'contacts.external_id_taken',
      'external_id',
      taken.id,
    ]);
  }
  expect(
    (await upsert(client, 'contacts', 'email', { email: 'GRACE@navy.example', external_id: 'a-1' })).result,
  ).toMatchObject({
    outcome: 'updated',
    record: { id: taken.id, external_id: 'a-1' },
  });
});

it('references may be external ids', async () => {
  const company = await make('/companies', { name: 'Navy', external_id: 'c-1' });
  const data = { first_name: 'Grace', external_id: 'a-1' };
  const made = (await upsert(client, 'contacts', 'external_id', { ...data, company_external_id: 'c-1' })).result;
  expect(made).toMatchObject({ outcome: 'created', record: { company_id: company.id, company_name: 'Navy' } });
  const again = (await upsert(client, 'contacts', 'external_id', { ...data, company_external_id: 'c-1' })).result;
  expect(again).toEqual({ outcome: 'unchanged', record: made.record });
  const cleared = (await upsert(client, 'contacts', 'external_id', { ...data, company_external_id: null })).result;
  expect(cleared).toMatchObject({ outcome: 'updated', record: { company_id: null } });
  const unknown = (await upsert(client, 'contacts', 'external_id', { ...data, company_external_id: 'c-2' })).error;
  expect(told(unknown)).toEqual(['contacts.invalid_company_id', 'company_external_id']);
  const both = { ...data, company_external_id: 'c-1', company_id: company.id };
  expect(told((await upsert(client, 'contacts', 'external_id', both)).error)).toEqual([
    ...['contacts.invalid_request', 'company_external_id'],
  ]);
});

it('an activity keeps its type: the same may be sent, another is refused', async () => {
  const { id: contact_id } = await make('/contacts', { first_name: 'Alan' });
  const data = { activity_type: 'call', contact_id, external_id: 'a-1' };
  const { record } = (await upsert(client, 'activities', 'external_id', data)).result;
  expect((await upsert(client, 'activities', 'external_id', data)).result).toEqual({ outcome: 'unchanged', record });
  const metadata = { notes: 'x' };
  const changed = await upsert(client, 'activities', 'external_id', { ...data, metadata });
  expect(changed.result).toMatchObject({
    outcome: 'updated',
    record: { id: record.id, activity_type: 'call', metadata },
  });
  const { error } = await upsert(client, 'activities', 'external_id', { ...data, activity_type: 'meeting' });
  expect(told(error)).toEqual(['activities.invalid_request', 'activity_type']);
  const none = await upsert(client, 'activities', 'external_id', { external_id: 'a-1', contact_id: null });
  expect(none.error.code).toBe('activities.entity_required');
  const untyped = await upsert(client, 'activities', 'external_id', { external_id: 'a-2', contact_id });
  expect(told(untyped.error)).toEqual(['activities.invalid_type', 'activity_type']);
});

describe('at the same moment', () => {
  let second: TestApp;
  beforeAll(async () => void (second = await startApp()));
  afterAll(() => second.close());

  it.each(kinds)('20 upserters of one of %s, at two servers, make one', async (kind, body) => {
    const data = { ...(await body()), external_id: randomUUID() };
    const servers = [client, second.client.as(ada)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => upsert(servers[index % 2]!, kind, 'external_id', data)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const outcomes = answers.map(({ result }) => result.outcome).sort();
    expect(outcomes).toEqual(['created', ...Array<string>(19).fill('unchanged')]);
    expect(await allOf(client, kind)).toHaveLength(1);
  });
});
