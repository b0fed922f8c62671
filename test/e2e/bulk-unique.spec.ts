import { useApi } from '../support/api';
import {
  allOf,
  bulk,
  countsOf,
  idsIn,
  type Item,
  type ItemError,
  outcomesOf,
  type Row,
  told,
  upsert,
} from '../support/bulk';

/** Unique custom fields in bulks and upserts. */
const { client } = useApi({ accountFor: 'each test' });

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const define = async (field_type: string, entity_type = 'contact') =>
  (await make('/custom-fields', { entity_type, label: `Number of ${field_type}`, field_type, unique: true })).id;
const taken = 'contacts.invalid_custom_fields';

let field: string;
beforeEach(async () => {
  field = await define('text');
});
const data = (value: unknown, more: object = {}) => ({
  first_name: 'Grace',
  ...more,
  custom_fields: { [field]: value },
});
const withValue = (value: unknown) => make('/contacts', data(value));
const create = (value: unknown): Item => ({ action: 'create', data: data(value) });
const update = (id: string, value: unknown): Item => ({
  action: 'update',
  id,
  data: { custom_fields: { [field]: value } },
});
const holder = (error: ItemError) => [...told(error), ...idsIn(error)];

describe('an upsert by one', () => {
  it.each([
    ['text', 'Ab-1', 'aB-1', 'Ab-2'],
    ['text', 'Zoë', 'ZOE\u0308', 'Zoe'],
    ['number', 1.5, 1.5, 1.25],
    ['number', 0, -0, 1],
    ['date', '2026-01-31', '2026-01-31', '2026-02-28'],
  ])('%s: %j finds %j, and not %j', async (type, value, same, other) => {
    if (type !== 'text') field = await define(type);
    const match_by = `custom_fields.${field}`;
    const made = (await upsert(client, 'contacts', match_by, data(value))).result;
    expect(made.outcome).toBe('created');
    const found = (await upsert(client, 'contacts', match_by, data(same, { last_name: 'Hopper' }))).result;
    expect([found.outcome, found.record.id, found.record.version]).toEqual(['updated', made.record.id, 2]);
    expect((await upsert(client, 'contacts', match_by, data(same))).result).toEqual({
      outcome: 'unchanged',
      record: found.record,
    });
    expect((await upsert(client, 'contacts', match_by, data(other))).result.outcome).toBe('created');
  });

  it('of companies and projects', async () => {
    for (const [kind, type] of [
      ['companies', 'company'],
      ['projects', 'project'],
    ] as const) {
      const unique = await define('number', type);
      const body = { name: 'Acme', custom_fields: { [unique]: 1 } };
      const { record } = (await upsert(client, kind, `custom_fields.${unique}`, body)).result;
      const again = (await upsert(client, kind, `custom_fields.${unique}`, body)).result;
      expect(again).toEqual({ outcome: 'unchanged', record });
    }
  });

  it('empty, absent or of another type is refused', async () => {
    const match_by = `custom_fields.${field}`;
    const sent = [{ first_name: 'Grace' }, { first_name: 'Grace', custom_fields: {} }, data(null), data('')];
    for (const each of sent) {
      const { status, error } = await upsert(client, 'contacts', match_by, each);
      expect([each, status, error.code]).toEqual([
        each,
        400,
        expect.stringMatching(/^contacts\.invalid_(request|custom_fields)$/),
      ]);
      expect(error.details).toMatchObject([{ field: match_by }]);
    }
    expect((await upsert(client, 'contacts', match_by, data(5))).error.code).toBe(taken);
    expect(await allOf(client, 'contacts')).toEqual([]);
  });

  it('20 at the same moment make one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        upsert(client, 'contacts', `custom_fields.${field}`, data(index % 2 ? 'ab' : 'AB')),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter(({ result }) => result.outcome === 'created')).toHaveLength(1);
    expect(await allOf(client, 'contacts')).toHaveLength(1);
  });
});

it('a value that is taken is refused with the id of who has it, also by an item before', async () => {
  const there = await withValue('a');
  const other = await withValue('b');
  const { results } = (
    await bulk(client, 'contacts', [
      create('A'),
      create('c'),
      create('C'),
      update(other.id, 'C'),
      update(other.id, 'B'),
    ])
  ).result;
  expect(results.map(({ outcome, error }) => outcome ?? error!.code)).toEqual([
    taken,
    'created',
    taken,
    taken,
    'updated',
  ]);
  const made = results[1]!.record!.id;
  const path = `custom_fields.${field}`;
  expect([0, 2, 3].map((index) => holder(results[index]!.error!))).toEqual([
    [taken, path, there.id],
    [taken, path, made],
    [taken, path, made],
  ]);
  const { error } = await bulk(client, 'contacts', [create('d'), create('c')], { atomic: true });
  expect(holder(error as ItemError)).toEqual([taken, `items[1].${path}`, made]);
  expect(await allOf(client, 'contacts')).toHaveLength(3);
});

it('a refusal names no record that there will not be', async () => {
  const there = await withValue('b');
  const items = [create('a'), create('A'), create('B')];
  const named = (results: readonly { readonly error?: ItemError }[]) =>
    results.map(({ error }) => error && idsIn(error));
  const tried = (await bulk(client, 'contacts', items, { dry_run: true })).result;
  expect(named(tried.results)).toEqual([undefined, [], [there.id]]);
  for (const dry_run of [true, false]) {
    const { error } = await bulk(client, 'contacts', items, { atomic: true, dry_run });
    expect([error.code, idsIn(error)]).toEqual([taken, []]);
  }
  const { results } = (await bulk(client, 'contacts', items)).result;
  expect(named(results)).toEqual([undefined, [results[0]!.record!.id], [there.id]]);
});

it('a value that an item before has given away is free, and a swap fails', async () => {
  const [one, two, three] = [await withValue('a'), await withValue('b'), await withValue('c')];
  const { result } = await bulk(client, 'contacts', [
    update(one.id, 'd'),
    update(two.id, 'a'),
    { action: 'delete', id: three.id },
    create('c'),
    update(one.id, null),
    create('d'),
  ]);
  expect(outcomesOf(result)).toEqual(['updated', 'updated', 'deleted', 'created', 'updated', 'created']);
  const swap = [update(two.id, 'c'), update(result.results[3]!.record!.id, 'a')];
  const refused = (await bulk(client, 'contacts', swap)).result;
  expect(refused.results.map(({ error }) => idsIn(error!))).toEqual([[result.results[3]!.record!.id], [two.id]]);
  expect(countsOf(refused)).toEqual([0, 0, 0, 0, 2]);
});

it('upserts of a bulk see the values that items before have set', async () => {
  const match_by = `custom_fields.${field}`;
  const sent = (value: unknown, more: object = {}): Item => ({ action: 'upsert', match_by, data: data(value, more) });
  const there = await withValue('a');
  const { results } = (
    await bulk(client, 'contacts', [
      sent('A', { city: 'Bern' }),
      update(there.id, 'b'),
      sent('b'),
      sent('a'),
      sent('a', { city: 'Chur' }),
    ])
  ).result;
  const made = results[3]!.record!.id;
  expect(results.map(({ outcome, record }) => [outcome, record?.id])).toEqual([
    ['updated', there.id],
    ['updated', there.id],
    ['unchanged', there.id],
    ['created', made],
    ['updated', made],
  ]);
});
