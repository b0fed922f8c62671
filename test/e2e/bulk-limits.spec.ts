import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { allOf, bulk, countsOf, feedOf, type Item, outcomesOf, type Row } from '../support/bulk';
import type { Answer } from '../support/client';
import { breakDatabase } from '../support/statements';

const { program, ada, client } = useApi({ accountFor: 'each test' });

const mib = 1024 * 1024;
const create = (data: object = {}): Item => ({ action: 'create', data: { first_name: 'Grace', ...data } });
const creates = (count: number, data: object = {}) =>
  Array.from({ length: count }, (_, index) => create({ ...data, last_name: String(index) }));
const countRows = async () =>
  Number(
    (
      await program.sql<{ count: string }>('select count(*) from contacts where account_id = $1', [ada.user.account_id])
    )[0]!.count,
  );

describe('a thousand items', () => {
  it('are done in order', async () => {
    const { result } = await bulk(client, 'contacts', creates(1_000));
    expect(countsOf(result)).toEqual([1_000, 0, 0, 0, 0]);
    const ids = result.results.map(({ record }) => record!.id);
    const listed = await allOf(client, 'contacts');
    expect(listed.map(({ id }) => id)).toEqual([...ids].reverse());
    expect(listed.map(({ last_name }) => Number(last_name)).reverse()).toEqual([...ids.keys()]);
    expect((await feedOf(client)).map(({ data }) => data.id)).toEqual(ids);
    const update = (data: object) => ids.map((id): Item => ({ action: 'update', id, data }));
    expect(countsOf((await bulk(client, 'contacts', update({ city: 'Bern' }))).result)).toEqual([0, 1_000, 0, 0, 0]);
    expect(countsOf((await bulk(client, 'contacts', update({ city: 'Bern' }))).result)).toEqual([0, 0, 1_000, 0, 0]);
    const gone = await bulk(
      client,
      'contacts',
      ids.map((id): Item => ({ action: 'delete', id })),
    );
    expect(countsOf(gone.result)).toEqual([0, 0, 0, 1_000, 0]);
    expect(await countRows()).toBe(0);
  });

  it('upserts of 500 values, twice each', async () => {
    const items = Array.from({ length: 1_000 }, (_, index): Item => {
      const data = { first_name: 'Grace', email: `${index % 500}@navy.example`, last_name: String(index) };
      return { action: 'upsert', match_by: 'email', data };
    });
    const { result } = await bulk(client, 'contacts', items);
    expect(countsOf(result)).toEqual([500, 500, 0, 0, 0]);
    expect(await countRows()).toBe(500);
    const names = (await allOf(client, 'contacts')).map(({ last_name }) => Number(last_name)).reverse();
    expect(names).toEqual(Array.from({ length: 500 }, (_, index) => 500 + index));
  });

  it('a thousand changes of one record are a thousand events', async () => {
    const { id } = (await client.post<Row>('/contacts', { first_name: 'Grace' })).result;
    const items = Array.from({ length: 1_000 }, (_, index): Item => ({
      action: 'update',
      id,
      data: { city: String(index) },
    }));
    const { result } = await bulk(client, 'contacts', items);
    expect(result.results.map(({ record }) => record!.version)).toEqual(items.map((_, index) => index + 2));
    const feed = (await feedOf(client)).slice(1);
    expect(feed.map(({ data, previous }) => [data.version, data.city, (previous as Row).city])).toEqual(
      items.map((_, index) => [index + 2, String(index), index === 0 ? '' : String(index - 1)]),
    );
  });
});

describe('records', () => {
  it('are whole up to 8 MiB of them, and behind that ids', async () => {
    const { result: made } = await bulk(client, 'contacts', creates(1_000));
    await program.sql(`update contacts set notes = repeat('x', 20000) where account_id = $1`, [ada.user.account_id]);
    const items = made.results.map(({ record }): Item => ({ action: 'update', id: record!.id, data: {} }));
    const { result } = await bulk(client, 'contacts', items, { return: 'records' });
    expect([result.records_cut, result.unchanged_count]).toEqual([true, 1_000]);
    const isWhole = result.results.map(({ record }) => 'notes' in record!);
    const whole = isWhole.indexOf(false);
    expect(isWhole).toEqual(isWhole.map((_, index) => index < whole));
    const bytes = Buffer.byteLength(JSON.stringify(result.results.slice(0, whole).map(({ record }) => record)));
    expect(bytes).toBeLessThanOrEqual(8 * mib + 2_000);
    expect(bytes).toBeGreaterThan(7.9 * mib);
    for (const { record } of result.results.slice(whole))
      expect(record).toEqual({ id: record!.id, version: record!.version });
    expect(result.results.map(({ record }) => record!.id)).toEqual(items.map(({ id }) => id));
    const few = (await bulk(client, 'contacts', items.slice(0, 300), { return: 'records' })).result;
    expect(few.records_cut ?? false).toBe(false);
    expect(few.results.filter(({ record }) => (record!.notes as string).length === 20_000)).toHaveLength(300);
  });
});

describe('errors', () => {
  it('of one code are told in full for the first hundred items', async () => {
    const bad = (index: number) =>
      index % 2
        ? create({ [`${'unknown'.repeat(50)}${index}`]: 1 })
        : create({ first_name: '', last_name: 'x'.repeat(501) });
    const items = Array.from({ length: 1_000 }, (_, index) => (index % 10 === 9 ? create() : bad(index)));
    const { result } = await bulk(client, 'contacts', items);
    expect(countsOf(result)).toEqual([100, 0, 0, 0, 900]);
    const seen = new Map<string, number>();
    for (const { error } of result.results) {
      if (!error) continue;
      const count = (seen.get(error.code) ?? 0) + 1;
      seen.set(error.code, count);
      if (count <= 100) expect(error.details!.length).toBeGreaterThan(0);
      else expect(Object.keys(error).sort()).toEqual(['code', 'message']);
      if (count > 100) expect(error.message.length).toBeLessThan(200);
    }
    expect([...seen]).toEqual([
      ['contacts.first_name_required', 500],
      ['contacts.invalid_request', 400],
    ]);
  });

  it('a thousand equal ones stay small', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`unknown_${index}`, 1]));
    const { result } = await bulk(client, 'contacts', Array(1_000).fill(create(unknown)));
    expect(new Set(outcomesOf(result))).toEqual(new Set(['contacts.invalid_request']));
    expect(result.failed_count).toBe(1_000);
    expect(JSON.stringify(result.results.slice(100)).length).toBeLessThan(900 * 300);
  });

  it('of the database: the whole request fails, and nothing is done', async () => {
    const { id } = (await client.post<Row>('/contacts', { first_name: 'Grace' })).result;
    const items: Item[] = [
      create(),
      { action: 'update', id, data: { city: 'Bern' } },
      { action: 'delete', id: randomUUID() },
    ];
    for (const statement of [/insert into "?contacts/i, /update "?contacts/i, /insert into "?events/i]) {
      const restore = breakDatabase(statement);
      const { status, error } = await bulk(client, 'contacts', items).finally(restore);
      expect([status, error.code]).toEqual([500, 'contacts.internal']);
    }
    expect(await allOf(client, 'contacts')).toMatchObject([{ id, version: 1 }]);
    expect(await feedOf(client)).toHaveLength(1);
  });
});

describe('a body', () => {
  /** A body of so many bytes. */
  const bodyOf = (bytes: number) => {
    const notes = 'x'.repeat(8_200);
    const items = creates(1_000, { notes });
    const text = JSON.stringify({ items });
    return text + ' '.repeat(bytes - text.length);
  };

  it('may have 8 MiB', async () => {
    const { result } = await client.post<{ created_count: number }>('/contacts/bulk', bodyOf(8 * mib));
    expect(result.created_count).toBe(1_000);
  });

  it('that is larger is refused, and elsewhere one of more than 1 MiB', async () => {
    const { status, error } = await client.post('/contacts/bulk', bodyOf(8 * mib + 1));
    expect([status, error.code]).toEqual([400, 'contacts.invalid_request']);
    const text = JSON.stringify({ match_by: 'email', data: { first_name: 'Grace', email: 'a@b.example' } });
    const large = await client.post('/contacts/upsert', text + ' '.repeat(mib));
    expect([large.status, large.error.code]).toEqual([400, 'contacts.invalid_request']);
    expect(await countRows()).toBe(0);
  });
});

describe('the cost', () => {
  const { program: limited } = useApi({ environment: { RATE_LIMITS: 'on' } });

  it('is that of one request and a fiftieth for each item', async () => {
    limited.clock.freeze();
    const own = limited.client.as(await limited.register());
    const remaining = ({ headers }: Answer<unknown>) => Number(headers['ratelimit-remaining']);
    let left = remaining(await own.get('/contacts'));
    for (const [count, cost] of [
      [50, 2],
      [1_000, 21],
      [500, 11],
      [100, 3],
    ] as const) {
      const after = remaining(await bulk(own, 'contacts', creates(count)));
      expect([count, left - after]).toEqual([count, cost]);
      left = after;
    }
    const tried = remaining(await bulk(own, 'contacts', creates(50), { dry_run: true }));
    expect(left - tried).toBe(20);
    // Of a fiftieth nobody is told until there is a whole one.
    const few: number[] = [];
    for (let index = 0; index < 50; index++) few.push(remaining(await bulk(own, 'contacts', creates(1))));
    expect(tried - few.at(-1)!).toBe(51);
  });

  it('of more than there is: refused, and nothing is done', async () => {
    limited.clock.freeze();
    const own = limited.client.as(await limited.register());
    const answers: Answer<unknown>[] = [];
    for (let index = 0; index < 12; index++)
      answers.push(
        await bulk(
          own,
          'contacts',
          creates(1_000).map(() => ({ action: 'delete', id: randomUUID() })),
        ),
      );
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(answers.at(-1)!.error.code).toBe('rate_limit.exceeded');
    // 200 at once, 21 each.
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(10);
  });
});
