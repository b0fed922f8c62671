import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { startApp, type TestApp } from '../support/app';
import { allOf, bulk, countsOf, feedOf, type Item, outcomesOf, type Row } from '../support/bulk';
import type { Answer } from '../support/client';

/** Bulks that are sent again, and bulks at the same moment. */
const { ada, client } = useApi({ accountFor: 'each test' });

const key = (value: string) => ({ 'Idempotency-Key': value });
const replayed = ({ headers }: Answer<unknown>) => headers['idempotency-replayed'];
const create = (data: object = {}): Item => ({ action: 'create', data: { first_name: 'Grace', ...data } });
const creates = (count: number) => Array.from({ length: count }, (_, index) => create({ last_name: String(index) }));

describe('with a key', () => {
  it('takes effect once, failed items included, and is answered the same again', async () => {
    const items = [create(), create({ first_name: '' }), { action: 'delete', id: randomUUID() }, create()];
    const first = await bulk(client, 'contacts', items, {}, key('one'));
    const second = await bulk(client, 'contacts', items, {}, key('one'));
    expect([replayed(first), replayed(second)]).toEqual([undefined, 'true']);
    expect(second.body).toEqual(first.body);
    expect(countsOf(first.result)).toEqual([2, 0, 0, 0, 2]);
    expect([(await allOf(client, 'contacts')).length, (await feedOf(client)).length]).toEqual([2, 2]);
    const other = await bulk(client, 'contacts', [create()], {}, key('one'));
    expect(other.error.code).toBe('idempotency.key_reused');
    const elsewhere = await bulk(client, 'companies', items, {}, key('one'));
    expect(elsewhere.error.code).toBe('idempotency.key_reused');
  });

  it('that failed as a whole spends nothing, and neither does a dry run', async () => {
    const items = [create(), create({ first_name: '' })];
    for (const options of [{ atomic: true }, { atomic: true, dry_run: true }]) {
      const failed = await bulk(client, 'contacts', items, options, key('one'));
      expect(failed.error.code).toBe('contacts.first_name_required');
    }
    const tried = await bulk(client, 'contacts', items, { dry_run: true }, key('one'));
    expect([replayed(tried), countsOf(tried.result)]).toEqual([undefined, [1, 0, 0, 0, 1]]);
    const done = await bulk(client, 'contacts', items, {}, key('one'));
    expect([replayed(done), countsOf(done.result)]).toEqual([undefined, [1, 0, 0, 0, 1]]);
    expect(await allOf(client, 'contacts')).toHaveLength(1);
  });

  it.each([{}, { return: 'records' }] as const)(
    '%j: a large answer comes as ids, the first time too',
    async (options) => {
      const items = creates(1_000);
      const first = await bulk(client, 'contacts', items, options, key('one'));
      const second = await bulk(client, 'contacts', items, options, key('one'));
      expect(replayed(second)).toBe('ids');
      expect(replayed(first)).not.toBe('true');
      expect(second.body).toEqual(first.body);
      const listed = (await allOf(client, 'contacts')).reverse();
      expect(listed.map(({ last_name }) => last_name)).toEqual(items.map((_, index) => String(index)));
      expect(second.result.results.map(({ record }) => record)).toEqual(listed.map(({ id }) => ({ id, version: 1 })));
      expect(await feedOf(client)).toHaveLength(1_000);
    },
  );

  it('a small answer with whole records is kept whole', async () => {
    const send = () => bulk(client, 'contacts', creates(3), { return: 'records' }, key('one'));
    const [first, second] = [await send(), await send()];
    expect([replayed(second), second.body]).toEqual(['true', first.body]);
    const listed = (await allOf(client, 'contacts')).reverse();
    expect(second.result.results.map(({ record }) => record)).toEqual(listed);
  });

  it('two at once have one effect', async () => {
    const send = () => bulk(client, 'contacts', creates(20), {}, key('one'));
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => answers[0].body));
    expect(answers.filter((each) => replayed(each) === undefined)).toHaveLength(1);
    expect(await allOf(client, 'contacts')).toHaveLength(20);
  });
});

describe('at the same moment', () => {
  let second: TestApp;
  beforeAll(async () => void (second = await startApp()));
  afterAll(() => second.close());
  const callers = () => [client, second.client.as(ada)];

  it('bulks of the same upserts, in different orders at two servers, make each record once', async () => {
    const upsert = (index: number, city: string): Item => {
      const email = index % 2 ? `${index}@navy.example` : `${index}@NAVY.example`;
      return { action: 'upsert', match_by: 'email', data: { first_name: 'Grace', email, city } };
    };
    const numbers = Array.from({ length: 100 }, (_, index) => index);
    const orders = [
      numbers,
      [...numbers].reverse(),
      [...numbers.slice(50), ...numbers.slice(0, 50)],
      numbers.map((each) => (each * 37) % 100),
    ];
    const answers = await Promise.all(
      orders.map((order, index) =>
        bulk(
          callers()[index % 2]!,
          'contacts',
          order.map((each) => upsert(each, String(index))),
        ),
      ),
    );
    const results = answers.map(({ result }) => result);
    expect(results.map(({ failed_count }) => failed_count)).toEqual([0, 0, 0, 0]);
    expect(results.reduce((sum, { created_count }) => sum + created_count, 0)).toBe(100);
    const listed = await allOf(client, 'contacts');
    expect(new Set(listed.map(({ email }) => (email as string).toLowerCase())).size).toBe(100);
    expect(listed).toHaveLength(100);
    // A bulk is one transaction: the last one has all of them.
    expect(new Set(listed.map(({ city }) => city)).size).toBe(1);
  });

  it('single upserts beside a bulk of them make each record once', async () => {
    const data = (index: number) => ({ name: `Company ${index % 10}`, notes: String(index) });
    const items = Array.from({ length: 10 }, (_, index): Item => ({
      action: 'upsert',
      match_by: 'name',
      data: data(index),
    }));
    const singles = Array.from({ length: 20 }, (_, index) =>
      callers()[index % 2]!.post('/companies/upsert', { match_by: 'name', data: data(index) }),
    );
    const [{ result }, ...others] = await Promise.all([bulk(client, 'companies', items), ...singles]);
    expect(result.failed_count).toBe(0);
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    expect(await allOf(client, 'companies')).toHaveLength(10);
  });

  it('bulks that change the same records in opposite orders both go through', async () => {
    const made = (await bulk(client, 'contacts', creates(50))).result.results.map(({ record }) => record!.id);
    const update = (ids: readonly string[], data: object) => ids.map((id): Item => ({ action: 'update', id, data }));
    const answers = await Promise.all([
      bulk(callers()[0]!, 'contacts', update(made, { city: 'Bern' })),
      bulk(callers()[1]!, 'contacts', update([...made].reverse(), { state: 'BE' })),
      bulk(callers()[0]!, 'contacts', update([...made.slice(25), ...made.slice(0, 25)], { country: 'CH' })),
    ]);
    for (const { result } of answers) expect(new Set(outcomesOf(result))).toEqual(new Set(['updated']));
    const listed = await allOf(client, 'contacts');
    expect(listed).toHaveLength(50);
    for (const each of listed) expect(each).toMatchObject({ city: 'Bern', state: 'BE', country: 'CH', version: 4 });
    const versions = new Map<string, number[]>();
    for (const { data } of await feedOf(client))
      versions.set(data.id, [...(versions.get(data.id) ?? []), data.version]);
    expect(new Set([...versions.values()].map(String))).toEqual(new Set(['1,2,3,4']));
  });

  it('of two that delete the same records, each record is deleted by one', async () => {
    const made = (await bulk(client, 'contacts', creates(50))).result.results.map(({ record }) => record!.id);
    const remove = (ids: readonly string[]) => ids.map((id): Item => ({ action: 'delete', id }));
    const [one, other] = await Promise.all([
      bulk(callers()[0]!, 'contacts', remove(made)),
      bulk(callers()[1]!, 'contacts', remove([...made].reverse())),
    ]);
    expect(one.result.deleted_count + other.result.deleted_count).toBe(50);
    expect(one.result.failed_count + other.result.failed_count).toBe(50);
    expect(await allOf(client, 'contacts')).toEqual([]);
    const gone = (await feedOf(client))
      .filter(({ event }) => event === 'contact.deleted')
      .map(({ data }: { data: Row }) => data.id);
    expect(gone.sort()).toEqual([...made].sort());
  });
});
