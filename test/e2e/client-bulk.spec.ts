import {
  type BulkItem,
  type BulkOptions,
  type BulkProgress,
  createTideline,
  type Tideline,
  TidelineError,
  type TidelineOptions,
  type UpsertOptions,
} from '../../client/src/client';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';

const contacts = '/api/v1/contacts';
type Item = BulkItem<typeof contacts>;

const mebibyte = 1024 * 1024;
const creating = (count: number, first_name = 'Grace'): Item[] =>
  Array.from({ length: count }, (_, index) => ({
    action: 'create',
    data: { first_name, last_name: `Hopper ${index}` },
  }));
const removing = (id = '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70'): Item => ({ action: 'delete', id });

describe('how items are cut into requests', () => {
  interface Sent {
    readonly key: string | null;
    readonly text: string;
    readonly items: Item[];
  }
  let sent: Sent[] = [];
  beforeEach(() => {
    sent = [];
  });

  /** Answers every item as created, unless there is a fault. Never waits. */
  function answering(fault: (count: number) => Response | undefined = () => undefined): Tideline {
    return createTideline({
      baseUrl: 'http://127.0.0.1:1',
      session: { access_token: 'a', refresh_token: 'r' },
      wait: async () => undefined,
      fetch: async (request) => {
        const text = await request.text();
        const { items } = JSON.parse(text) as { items: Item[] };
        sent.push({ key: request.headers.get('Idempotency-Key'), text, items });
        const results = items.map((_, index) => ({
          index,
          ok: true,
          outcome: 'created',
          record: { id: 'i', version: 1 },
        }));
        const counts = { created_count: items.length, updated_count: 0, unchanged_count: 0, deleted_count: 0 };
        return fault(sent.length) ?? Response.json({ ok: true, result: { results, ...counts, failed_count: 0 } });
      },
    });
  }
  const failure = (status: number, code: string) =>
    Response.json(
      { ok: false, error: { code, message: 'Oh', request_id: '1' } },
      { status, headers: { 'Retry-After': '0' } },
    );
  const sizes = () => sent.map(({ items }) => items.length);
  const keys = () => sent.map(({ key }) => key);

  test('1,000 at most', async () => {
    const { results, created_count } = await answering().bulk(contacts, creating(2_001));
    expect(sizes()).toEqual([1_000, 1_000, 1]);
    expect(results.map(({ index }) => index)).toEqual(creating(2_001).map((_, index) => index));
    expect(created_count).toBe(2_001);
    expect(sent.flatMap(({ items }) => items)).toEqual(creating(2_001));
  });

  test('none at all are no request', async () => {
    expect(await answering().bulk(contacts, [])).toEqual({
      ...{ results: [], created_count: 0, updated_count: 0, unchanged_count: 0, deleted_count: 0, failed_count: 0 },
    });
    expect(sent).toEqual([]);
  });

  test.each([
    ['of one byte', 'x', 16_000],
    ['of two units of UTF-16 and four bytes', '\u{1f30a}', 4_000],
    ['of three bytes', '漢', 6_000],
    ['that JSON escapes', '"', 8_000],
  ])('below 8 MiB, with letters %s', async (_, letter, count) => {
    const items = creating(1_000, letter.repeat(count));
    await answering().bulk(contacts, items);
    expect(sent.flatMap((each) => each.items)).toEqual(items);
    const bytes = sent.map(({ text }) => Buffer.byteLength(text));
    for (const each of bytes) expect(each).toBeLessThanOrEqual(8 * mebibyte);
    // Of no request would another item have found room in the one before.
    for (const each of bytes.slice(0, -1)) expect(each).toBeGreaterThan(8 * mebibyte - 40_000);
    expect(bytes.length).toBeGreaterThan(1);
  });

  test('one item that is larger than that goes alone', async () => {
    const items = [...creating(1), ...creating(1, 'x'.repeat(9 * mebibyte)), ...creating(1)];
    await answering().bulk(contacts, items);
    expect(sizes()).toEqual([1, 1, 1]);
  });

  test('with at most 150,000 values', async () => {
    const tags = Array.from({ length: 295 }, (_, index) => `tag ${index}`);
    const items: Item[] = Array.from({ length: 1_000 }, () => ({
      action: 'create',
      data: { first_name: 'Grace', tags },
    }));
    // 300 with the item itself, its action, its data and the name.
    await answering().bulk(contacts, items);
    expect(sizes()).toEqual([499, 499, 2]);
  });

  test('with at most 50 changes of action', async () => {
    const items = Array.from({ length: 130 }, (_, index) => (index % 2 === 0 ? creating(1)[0]! : removing()));
    await answering().bulk(contacts, items);
    expect(sizes()).toEqual([51, 51, 28]);
    sent = [];
    await answering().bulk(contacts, [...creating(900), ...items.slice(1, 50), ...creating(60)]);
    expect(sizes()).toEqual([1_000, 9]);
  });

  test('with a key each, the same when it is sent again', async () => {
    const faults: Record<number, () => Response | undefined> = {
      1: () => failure(500, 'contacts.internal'),
      3: () => failure(429, 'rate_limit.exceeded'),
      5: () => {
        throw new TypeError('fetch failed');
      },
    };
    await answering((count) => faults[count]?.()).bulk(contacts, creating(2_001));
    expect(sizes()).toEqual([1_000, 1_000, 1_000, 1_000, 1, 1]);
    const [first, , second, , third] = keys();
    expect(keys()).toEqual([first, first, second, second, third, third]);
    expect(new Set([first, second, third]).size).toBe(3);
    expect(new Set(sent.map(({ text }) => text)).size).toBe(3);
    const before = keys();
    await answering().bulk(contacts, creating(1));
    expect(before).not.toContain(keys().at(-1));
  });

  test('the requests of a bulk that is called again have the same keys and bytes', async () => {
    const broken = answering((count) => (count > 1 ? failure(500, 'contacts.internal') : undefined));
    const call = (tideline: Tideline) => tideline.bulk(contacts, creating(2_500), { key: 'people/2026-11-30' });
    await expect(call(broken)).rejects.toMatchObject({ code: 'contacts.internal' });
    expect(sizes()).toEqual([1_000, 1_000, 1_000, 1_000]);
    const before = sent;
    sent = [];
    await call(answering());
    expect(keys()).toEqual(['people/2026-11-30-1', 'people/2026-11-30-2', 'people/2026-11-30-3']);
    expect(sent.slice(0, 2)).toEqual(before.slice(0, 2));
  });

  test('wait longer after 429 than other calls, because the first attempt may be under way', async () => {
    const busy = answering(() => failure(429, 'rate_limit.exceeded'));
    await expect(busy.bulk(contacts, creating(1))).rejects.toMatchObject({ status: 429 });
    expect(sent).toHaveLength(15);
  });

  test('progress is told, and waited for', async () => {
    const told: BulkProgress[] = [];
    const onProgress = async (progress: BulkProgress) => {
      expect(sent).toHaveLength(told.length + 1);
      await new Promise(setImmediate);
      told.push(progress);
    };
    await answering().bulk(contacts, creating(1_200), { onProgress });
    expect(told).toMatchObject([
      { done: 1_000, total: 1_200 },
      { done: 1_200, total: 1_200 },
    ]);
    expect(told.map(({ results }) => [results[0]!.index, results.length])).toEqual([
      [0, 1_000],
      [1_000, 200],
    ]);
  });

  test.each<[string, Item[]]>([
    ['1,001', creating(1_001)],
    ['more than 8 MiB', creating(600, 'x'.repeat(16_000))],
    ['51 changes of action', Array.from({ length: 52 }, (_, index) => (index % 2 ? removing() : creating(1)[0]!))],
  ])('%s are not atomic: nothing is sent', async (_, items) => {
    await expect(answering().bulk(contacts, items, { atomic: true })).rejects.toThrow(TypeError);
    expect(sent).toEqual([]);
  });

  test('end between two requests when the signal is aborted', async () => {
    const abort = new AbortController();
    const options: BulkOptions = { signal: abort.signal, onProgress: () => abort.abort(new Error('Enough.')) };
    await expect(answering().bulk(contacts, creating(1_001), options)).rejects.toThrow('Enough.');
    expect(sizes()).toEqual([1_000]);
  });
});

describe('on a server', () => {
  const { program } = useApi();

  async function signedUp(options: Partial<TidelineOptions> = {}): Promise<Tideline> {
    const tideline = createTideline({ baseUrl: program.url, wait: async () => undefined, ...options });
    await tideline.register({ email: newEmail(), password, name: 'Ada Lovelace' });
    return tideline;
  }
  async function all<Each>(items: AsyncIterable<Each>): Promise<Each[]> {
    const found: Each[] = [];
    for await (const item of items) found.push(item);
    return found;
  }
  const failureOf = async (call: Promise<unknown>): Promise<TidelineError> => {
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TidelineError);
    return error as TidelineError;
  };

  test('upserts create, change, leave alone, and can be tried out', async () => {
    const tideline = await signedUp();
    const grace = { email: 'grace@example.com', first_name: 'Grace' };
    const tried = await tideline.upsert(contacts, 'email', grace, { dryRun: true });
    expect(tried).toMatchObject({ outcome: 'created', record: { id: null } });
    const { outcome, record } = await tideline.upsert(contacts, 'email', grace);
    expect([outcome, record.version]).toEqual(['created', 1]);
    const changed = { ...grace, email: 'GRACE@example.com', job_title: 'Rear admiral' };
    expect(await tideline.upsert(contacts, 'email', changed)).toMatchObject({
      outcome: 'updated',
      record: { id: record.id, job_title: 'Rear admiral', version: 2 },
    });
    expect((await tideline.upsert(contacts, 'email', changed)).outcome).toBe('unchanged');
    const source = await tideline.upsert('/api/v1/sources', 'name', { name: 'Trade fair' });
    expect((await tideline.upsert('/api/v1/sources', 'name', { name: 'trade  FAIR' })).record.id).toBe(
      source.record.id,
    );

    const other = await tideline.post(contacts, { body: grace });
    const failure = await failureOf(tideline.upsert(contacts, 'email', grace));
    expect(failure.code).toBe('contacts.ambiguous_match');
    expect(failure.details.flatMap(({ ids }) => ids ?? []).sort()).toEqual([record.id, other.id].sort());
  });

  test('an upsert with a key of one’s own takes effect once', async () => {
    const tideline = await signedUp();
    const upsert = (options?: UpsertOptions) =>
      tideline.upsert(contacts, 'email', { email: 'grace@example.com', first_name: 'Grace' }, options);
    const first = await upsert({ idempotencyKey: 'order-1042' });
    expect(await upsert({ idempotencyKey: 'order-1042' })).toEqual(first);
    expect((await upsert()).outcome).toBe('unchanged');
  });

  test('a bulk tells of every item by its place in the whole array', async () => {
    const tideline = await signedUp();
    const { id, version } = await tideline.post(contacts, { body: { first_name: 'Ada' } });
    const bad: Item = { action: 'create', data: { first_name: '' } };
    const items: Item[] = [
      ...creating(999),
      ...[bad, { action: 'upsert', match_by: 'email', data: { email: 'a@example.com', first_name: 'Alan' } } as const],
      ...[{ action: 'update', id, if_version: version, data: { city: 'Bern' } } as const, removing()],
    ];
    const { results, ...counts } = await tideline.bulk(contacts, items);
    expect(counts).toEqual({
      ...{ created_count: 1_000, updated_count: 1, unchanged_count: 0, deleted_count: 0, failed_count: 2 },
    });
    expect(results.map(({ index }) => index)).toEqual(items.map((_, index) => index));
    expect(results[999]).toMatchObject({ ok: false, error: { code: 'contacts.first_name_required' } });
    expect(results[1_001]).toEqual({ index: 1_001, ok: true, outcome: 'updated', record: { id, version: 2 } });
    expect(results[1_002]).toMatchObject({ ok: false, error: { code: 'contacts.not_found' } });
    const made = new Set((await all(tideline.list(contacts))).map((contact) => contact.id));
    expect(made.size).toBe(1_001);
    for (const result of results) if (result.ok) expect(made).toContain(result.record.id);
  });

  test('a bulk that broke off goes on with its key: nothing is done twice', async () => {
    let answers = 0;
    const session: { fetch: NonNullable<TidelineOptions['fetch']> } = {
      fetch: async (request) => {
        const response = await fetch(request);
        // The second request of the bulk and all its repetitions take effect, and their answers are lost.
        if (request.url.endsWith('/bulk') && ++answers > 1) throw new TypeError('fetch failed');
        return response;
      },
    };
    const tideline = await signedUp(session);
    const items = [...creating(1_500), ...creating(1, '')];
    expect((await failureOf(tideline.bulk(contacts, items, { key: 'people' }))).code).toBe('client.network_error');

    const anew = createTideline({ baseUrl: program.url, session: tideline.session! });
    const told: number[] = [];
    const onProgress = ({ done }: BulkProgress) => void told.push(done);
    const { results, created_count, failed_count } = await anew.bulk(contacts, items, { key: 'people', onProgress });
    expect([told, created_count, failed_count]).toEqual([[1_000, 1_501], 1_500, 1]);
    const ids = (await all(anew.list(contacts))).map(({ id }) => id).toReversed();
    expect(results.flatMap((result) => (result.ok ? [result.record] : []))).toEqual(
      ids.map((id) => ({ id, version: 1 })),
    );
    expect(results.at(-1)).toMatchObject({ index: 1_500, ok: false, error: { code: 'contacts.first_name_required' } });
    const reused = await failureOf(anew.bulk(contacts, creating(1), { key: 'people' }));
    expect(reused.code).toBe('idempotency.key_reused');
  });

  test('an atomic bulk is done as a whole or not at all, and a dry run never', async () => {
    const tideline = await signedUp();
    const items: Item[] = [...creating(2), { action: 'create', data: { first_name: '' } }];
    const failure = await failureOf(tideline.bulk(contacts, items, { atomic: true }));
    expect(failure.code).toBe('contacts.first_name_required');
    expect(failure.details.map(({ field }) => field)).toEqual(['items[2].first_name']);
    const tried = await tideline.bulk(contacts, items, { dryRun: true });
    expect([tried.created_count, tried.failed_count]).toEqual([2, 1]);
    expect(tried.results[0]).toEqual({ index: 0, ok: true, outcome: 'created', record: { id: null, version: 1 } });
    expect(await all(tideline.list(contacts))).toEqual([]);
    expect((await tideline.bulk(contacts, creating(2), { atomic: true })).created_count).toBe(2);
  });

  test('is typed: none of this compiles', () => {
    const mistakes = async (tideline: Tideline) => {
      // @ts-expect-error users are not upserted
      await tideline.upsert('/api/v1/users', 'email', { email: '' });
      // @ts-expect-error a typo in the data
      await tideline.upsert(contacts, 'email', { first_name: 'Grace', lats_name: 'Hopper' });
      // @ts-expect-error sources are not written many at once
      await tideline.bulk('/api/v1/sources', []);
      // @ts-expect-error no such action
      await tideline.bulk(contacts, [{ action: 'replace', data: { first_name: 'Grace' } }]);
      // @ts-expect-error a create has no id
      await tideline.bulk(contacts, [{ action: 'create', id: '', data: { first_name: 'Grace' } }]);
      // @ts-expect-error the id is missing
      await tideline.bulk(contacts, [{ action: 'update', data: { city: 'Bern' } }]);
    };
    expect(mistakes).toBeInstanceOf(Function);
  });
});
