import { useApi } from '../support/api';
import { bulk, type Bulkable, feedOf, type Item, outcomesOf, type Row } from '../support/bulk';

const { client } = useApi({ accountFor: 'each test' });

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const get = async (kind: Bulkable, id: string) => (await client.get<Row>(`/${kind}/${id}`)).result;

const kinds: readonly (readonly [
  Bulkable,
  () => Promise<object>,
  [string, unknown, unknown],
  [string, unknown, unknown],
])[] = [
  ['contacts', async () => ({ first_name: 'Grace' }), ['last_name', 'Hopper', 'Murray'], ['tags', ['a'], ['b']]],
  ['companies', async () => ({ name: 'Acme' }), ['industry', 'Rockets', 'Banking'], ['employee_count', 5, 0]],
  ['projects', async () => ({ name: 'Apollo' }), ['stage', 'active', 'review'], ['value', 100, 200]],
  [
    'activities',
    async () => ({ activity_type: 'call', contact_id: (await make('/contacts', { first_name: 'Alan' })).id }),
    ['occurred_at', '2026-01-31T09:30:00.000Z', '2026-02-28T09:30:00.000Z'],
    ['metadata', { notes: 'x' }, { notes: 'y' }],
  ],
];

describe.each(kinds)('if_version of %s', (kind, data, [one, first, second], [other, value, another]) => {
  /** In version 3: `one` was changed in version 2, and `other` in version 3. */
  const inThird = async () => {
    const { id } = await make(`/${kind}`, await data());
    await client.patch(`/${kind}/${id}`, { [one]: first });
    return (await client.patch<Row>(`/${kind}/${id}`, { [other]: value })).result;
  };
  const conflict = `${kind}.edit_conflict`;

  it('a change of what was changed since is a conflict with the present value, any other goes through', async () => {
    const { id } = await inThird();
    const update = (if_version: number, sent: object): Item => ({ action: 'update', id, if_version, data: sent });
    const { results } = (
      await bulk(client, kind, [
        update(2, { [other]: another }),
        update(1, { [one]: second, [other]: another }),
        update(4, { [one]: second }),
        update(2, { [other]: value }),
        update(2, { [one]: second }),
        update(4, { [other]: another }),
      ])
    ).result;
    expect(results.map(({ outcome, error }) => outcome ?? error!.code)).toEqual([
      ...[conflict, conflict, conflict, 'unchanged', 'updated', 'updated'],
    ]);
    const details = results
      .slice(0, 3)
      .map(({ error }) => new Map(error!.details!.map(({ field, current }) => [field, current])));
    expect(details).toEqual([
      new Map<string, unknown>([[other, value]]),
      new Map<string, unknown>([
        [one, first],
        [other, value],
      ]),
      new Map<string, unknown>([['version', 3]]),
    ]);
    expect(await get(kind, id)).toMatchObject({ [one]: second, [other]: another, version: 5 });
  });

  it('what earlier items changed counts', async () => {
    const { id } = await make(`/${kind}`, await data());
    const { results } = (
      await bulk(client, kind, [
        { action: 'update', id, if_version: 1, data: { [one]: first } },
        { action: 'update', id, if_version: 1, data: { [one]: second } },
        { action: 'update', id, if_version: 1, data: { [other]: value } },
        { action: 'update', id, if_version: 3, data: { [one]: second } },
        { action: 'delete', id, if_version: 3 },
        { action: 'delete', id, if_version: 4 },
      ])
    ).result;
    expect(results.map(({ outcome, error }) => outcome ?? error!.code)).toEqual([
      ...['updated', conflict, 'updated', 'updated', conflict, 'deleted'],
    ]);
    expect(results[1]!.error!.details).toMatchObject([{ field: one, current: first }]);
    expect(results[4]!.error!.details).toMatchObject([{ field: 'version', current: 4 }]);
    expect(results[5]!.record).toEqual({ id, version: 5 });
    expect((await client.get(`/${kind}/${id}`)).status).toBe(404);
  });

  it('atomic: the conflict is that of the request', async () => {
    const there = await inThird();
    const before = await feedOf(client);
    const items: Item[] = [
      { action: 'update', id: there.id, data: { [one]: second } },
      { action: 'update', id: there.id, if_version: 1, data: { [other]: another } },
    ];
    const { status, error } = await bulk(client, kind, items, { atomic: true });
    expect([status, error.code]).toEqual([400, conflict]);
    expect(error.details).toMatchObject([{ field: `items[1].${other}`, current: value }]);
    const gone: Item[] = [{ action: 'delete', id: there.id, if_version: 2 }];
    const refused = (await bulk(client, kind, gone, { atomic: true })).error;
    expect([refused.code, refused.details]).toMatchObject([conflict, [{ field: 'items[0].version', current: 3 }]]);
    expect(await get(kind, there.id)).toEqual(there);
    expect(await feedOf(client)).toEqual(before);
  });

  it('that is none is refused', async () => {
    const { id, version } = await make(`/${kind}`, await data());
    for (const if_version of [0, -1, 1.5, '1', '"1"', '*', null, true, [1], 2 ** 53]) {
      const items = [
        { action: 'update', id, if_version, data: { [one]: first } },
        { action: 'delete', id, if_version },
      ];
      const { result } = await bulk(client, kind, items);
      expect([if_version, ...outcomesOf(result)]).toEqual([
        if_version,
        `${kind}.invalid_request`,
        `${kind}.invalid_request`,
      ]);
      for (const { error } of result.results) expect(error!.details!.map(({ field }) => field)).toEqual(['if_version']);
    }
    expect((await get(kind, id)).version).toBe(version);
  });
});
