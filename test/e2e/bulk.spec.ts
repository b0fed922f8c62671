import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import {
  allOf,
  bulk,
  type Bulkable,
  type BulkOptions,
  countsOf,
  feedOf,
  idsIn,
  type Item,
  outcomesOf,
  type Row,
  told,
} from '../support/bulk';
import { seconds } from '../support/clock';
import { digestsOfAccount } from '../support/snapshot';

const { program, ada, client } = useApi({ accountFor: 'each test' });

interface Kind {
  readonly plural: Bulkable;
  readonly event: string;
  readonly data: () => Promise<object>;
  readonly change: readonly [field: string, value: unknown];
  readonly bad: readonly [data: object, code: string, field: string];
}

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const kinds: readonly Kind[] = [
  {
    ...{ plural: 'contacts', event: 'contact', data: async () => ({ first_name: 'Grace' }) },
    ...{ change: ['last_name', 'Hopper'], bad: [{ first_name: '' }, 'contacts.first_name_required', 'first_name'] },
  },
  {
    ...{ plural: 'companies', event: 'company', data: async () => ({ name: 'Acme' }) },
    ...{ change: ['employee_count', 5], bad: [{ name: null }, 'companies.invalid_request', 'name'] },
  },
  {
    ...{ plural: 'projects', event: 'project', data: async () => ({ name: 'Apollo' }) },
    ...{ change: ['stage', 'active'], bad: [{ stage: 'x' }, 'projects.invalid_stage', 'stage'] },
  },
  {
    ...{ plural: 'activities', event: 'activity', change: ['metadata', { notes: 'x' }] },
    data: async () => ({ activity_type: 'call', contact_id: (await make('/contacts', { first_name: 'Alan' })).id }),
    bad: [{ metadata: { x: 1 } }, 'activities.invalid_metadata', 'metadata'],
  },
];
const named = kinds.map((kind) => [kind.plural, kind] as const);

const get = async (kind: Bulkable, id: string) => (await client.get<Row>(`/${kind}/${id}`)).result;
const send = async (kind: Bulkable, items: readonly unknown[], options?: BulkOptions) =>
  (await bulk(client, kind, items, options)).result;
const short = ({ id, version }: Row) => ({ id, version });
const digests = () => digestsOfAccount(program, ada.user.account_id);

describe.each(named)('%s', (plural, { event, data, change: [field, value], bad: [bad, code, wrong] }) => {
  it('are made, changed and deleted in the order of the items, each with its event', async () => {
    const [body, changed, gone] = [
      await data(),
      await make(`/${plural}`, await data()),
      await make(`/${plural}`, await data()),
    ];
    const before = (await feedOf(client)).length;
    program.clock.freeze();
    program.clock.move(seconds(1));
    const items: Item[] = [
      { action: 'create', data: body },
      { action: 'update', id: changed.id, data: { [field]: value } },
      { action: 'update', id: changed.id, data: { [field]: value } },
      { action: 'delete', id: gone.id },
      { action: 'create', data: { ...body, [field]: value } },
    ];
    const result = await send(plural, items);
    expect(countsOf(result)).toEqual([2, 1, 1, 1, 0]);
    const [first, , , , last] = result.results;
    expect(result.results).toEqual([
      { index: 0, ok: true, outcome: 'created', record: { id: first!.record!.id, version: 1 } },
      { index: 1, ok: true, outcome: 'updated', record: { id: changed.id, version: 2 } },
      { index: 2, ok: true, outcome: 'unchanged', record: { id: changed.id, version: 2 } },
      { index: 3, ok: true, outcome: 'deleted', record: { id: gone.id, version: 2 } },
      { index: 4, ok: true, outcome: 'created', record: { id: last!.record!.id, version: 1 } },
    ]);
    expect(result).not.toHaveProperty('records_cut');
    const posted = await make(`/${plural}`, body);
    const made = await get(plural, first!.record!.id);
    expect(made).toEqual({ ...posted, id: made.id });
    expect(await get(plural, changed.id)).toEqual({
      ...{ ...changed, [field]: value, version: 2, updated_at: posted.updated_at },
    });
    expect((await client.get(`/${plural}/${gone.id}`)).status).toBe(404);
    expect((await feedOf(client)).slice(before, -1)).toMatchObject([
      { event: `${event}.created`, data: made },
      { event: `${event}.updated`, data: { id: changed.id, version: 2 }, previous: { [field]: changed[field] } },
      { event: `${event}.deleted`, data: { ...gone, version: 2 } },
      { event: `${event}.created`, data: await get(plural, last!.record!.id) },
    ]);
  });

  it('a failed item costs only itself', async () => {
    const [body, there] = [await data(), await make(`/${plural}`, await data())];
    const result = await send(plural, [
      { action: 'create', data: body },
      { action: 'create', data: { ...body, ...bad } },
      { action: 'update', id: there.id, data: bad },
      { action: 'update', id: there.id, data: { [field]: value } },
      { action: 'delete', id: randomUUID() },
      { action: 'delete', id: there.id },
    ]);
    expect(outcomesOf(result)).toEqual(['created', code, code, 'updated', `${plural}.not_found`, 'deleted']);
    expect(countsOf(result)).toEqual([1, 1, 0, 1, 3]);
    const failed = result.results.filter(({ ok }) => !ok);
    expect(failed).toEqual(
      [1, 2, 4].map((index) => ({ index, ok: false, error: failed.find((each) => each.index === index)!.error })),
    );
    const refused = [code, expect.stringMatching(`^${wrong}`)];
    expect(failed.slice(0, 2).map(({ error }) => told(error!))).toEqual([refused, refused]);
    for (const { error } of failed) expect(error!.message).not.toBe('');
    expect((await feedOf(client)).slice(-3).map((each) => each.event)).toEqual([
      ...[`${event}.created`, `${event}.updated`, `${event}.deleted`],
    ]);
  });

  it('atomic: the code of the first failing item, and nothing is done', async () => {
    const [body, there] = [await data(), await make(`/${plural}`, await data())];
    const before = await digests();
    const items = [
      { action: 'create', data: body },
      { action: 'update', id: there.id, data: { [field]: value } },
      { action: 'delete', id: there.id },
      { action: 'create', data: { ...body, ...bad } },
      { action: 'update', id: there.id, data: { nmae: 'x' } },
    ];
    const { status, error } = await bulk(client, plural, items, { atomic: true });
    expect([status, ...told(error)]).toEqual([400, code, expect.stringMatching(`^items\\[3\\]\\.${wrong}`)]);
    expect(await digests()).toEqual(before);
    // What is wrong with a later item does not matter, whatever it is.
    const gone = [...items.slice(0, 3), { action: 'delete', id: there.id }, 'no item'];
    const unknown = await bulk(client, plural, gone, { atomic: true });
    expect([unknown.status, unknown.error.code]).toEqual([404, `${plural}.not_found`]);
    expect(await digests()).toEqual(before);
    const good = (await bulk(client, plural, items.slice(0, 3), { atomic: true })).result;
    expect(outcomesOf(good)).toEqual(['created', 'updated', 'deleted']);
  });

  it('whole records, if asked for; of a deleted one what is left', async () => {
    const [body, changed, gone] = [
      await data(),
      await make(`/${plural}`, await data()),
      await make(`/${plural}`, await data()),
    ];
    const items: Item[] = [
      { action: 'create', data: body },
      { action: 'update', id: changed.id, data: { [field]: value } },
      { action: 'update', id: gone.id, data: {} },
      { action: 'delete', id: gone.id },
    ];
    const { results, ...rest } = await send(plural, items, { return: 'records' });
    expect(results.map(({ record }) => record)).toEqual([
      await get(plural, results[0]!.record!.id),
      await get(plural, changed.id),
      gone,
      { id: gone.id, version: 2 },
    ]);
    expect(rest.records_cut ?? false).toBe(false);
  });

  it('a dry run answers as the bulk would, and leaves nothing', async () => {
    program.clock.freeze();
    const [body, there] = [await data(), await make(`/${plural}`, await data())];
    const before = await digests();
    const items: Item[] = [
      { action: 'create', data: body },
      { action: 'update', id: there.id, data: { [field]: value } },
      { action: 'update', id: there.id, data: bad },
      { action: 'delete', id: there.id },
    ];
    for (const options of [{}, { return: 'records' }] as const) {
      const tried = await bulk(client, plural, items, { ...options, dry_run: true });
      expect([tried.headers['dry-run'], countsOf(tried.result)]).toEqual(['true', [1, 1, 0, 1, 1]]);
      expect(tried.result.results[0]!.record).toMatchObject({ id: null, version: 1 });
      expect(await digests()).toEqual(before);
    }
    const tried = (await bulk(client, plural, items, { return: 'records', dry_run: true })).result;
    const { results, ...counts } = await send(plural, items, { return: 'records' });
    const [made, ...others] = results;
    expect(tried).toEqual({
      results: [{ ...made, record: { ...made!.record, id: null } }, ...others],
      ...counts,
    });
    const refused = await bulk(client, plural, items, { atomic: true, dry_run: true });
    expect([refused.headers['dry-run'], refused.error.code]).toEqual(['true', `${plural}.not_found`]);
  });
});

describe('upserts', () => {
  it.each([
    ['contacts', 'email', { first_name: 'Grace', email: 'g@navy.example' }, { email: 'G@Navy.example' }],
    ['companies', 'domain', { name: 'Acme', domain: 'acme.example' }, { domain: 'www.ACME.example' }],
    ['companies', 'name', { name: 'Acme AG' }, { name: 'ACME  ag' }],
  ] as const)('of %s by %s see what items before have done', async (kind, match_by, data, form) => {
    const there = await make(`/${kind}`, { ...data, notes: 'old' });
    const upsert = (sent: object): Item => ({ action: 'upsert', match_by, data: sent });
    const result = await send(kind, [
      upsert(data),
      upsert({ ...data, notes: 'new' }),
      { action: 'delete', id: there.id },
      upsert({ ...data, notes: 'again' }),
      upsert(form),
      upsert(form),
      { action: 'create', data },
      upsert(form),
    ]);
    expect(outcomesOf(result)).toEqual([
      ...['unchanged', 'updated', 'deleted', 'created', 'updated', 'unchanged', 'created', `${kind}.ambiguous_match`],
    ]);
    expect(countsOf(result)).toEqual([2, 2, 2, 1, 1]);
    const { results } = result;
    const made = results[3]!.record!.id;
    expect(results.slice(0, 6).map(({ record }) => record)).toEqual([
      ...[short(there), { id: there.id, version: 2 }, { id: there.id, version: 3 }],
      ...[
        { id: made, version: 1 },
        { id: made, version: 2 },
        { id: made, version: 2 },
      ],
    ]);
    expect(idsIn(results[7]!.error!)).toEqual([made, results[6]!.record!.id].sort());
  });

  it('an update to a value is seen, and one away from it', async () => {
    const one = await make('/contacts', { first_name: 'One', email: 'one@navy.example' });
    const two = await make('/contacts', { first_name: 'Two' });
    const upsert = (email: string): Item => ({
      action: 'upsert',
      match_by: 'email',
      data: { email, first_name: 'New' },
    });
    const { results } = await send('contacts', [
      { action: 'update', id: two.id, data: { email: 'two@navy.example' } },
      { action: 'update', id: one.id, data: { email: 'first@navy.example' } },
      upsert('two@navy.example'),
      upsert('one@navy.example'),
      upsert('first@navy.example'),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['updated', 'updated', 'updated', 'created', 'updated']);
    expect(results.map(({ record }) => record!.id)).toEqual([two.id, one.id, two.id, results[3]!.record!.id, one.id]);
    expect(new Set((await allOf(client, 'contacts')).map(({ id }) => id))).toEqual(
      new Set([one.id, two.id, results[3]!.record!.id]),
    );
  });

  it('a name changed by one item is that of the next', async () => {
    const there = await make('/companies', { name: 'Acme' });
    const { results } = await send('companies', [
      { action: 'update', id: there.id, data: { name: 'Globex' } },
      { action: 'upsert', match_by: 'name', data: { name: 'acme' } },
      { action: 'upsert', match_by: 'name', data: { name: 'GLOBEX', domain: 'globex.example' } },
      { action: 'upsert', match_by: 'domain', data: { domain: 'www.globex.example', name: 'Globex Inc' } },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['updated', 'created', 'updated', 'updated']);
    expect(results.map(({ record }) => record!.version)).toEqual([2, 1, 3, 4]);
    expect(await get('companies', there.id)).toMatchObject({
      name: 'Globex Inc',
      domain: 'www.globex.example',
      version: 4,
    });
  });
});
