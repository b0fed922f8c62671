import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import type { SourceView } from '../../src/contexts/sources/source.view';
import { useApi } from '../support/api';
import type { Client } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { breakDatabase } from '../support/statements';

const { program, ada, client } = useApi({ accountFor: 'each test' });

const create = async (name: string, as: Client = client) => (await as.post<SourceView>('/sources', { name })).result;
const list = async (query = '', as: Client = client) => (await as.get<Page<SourceView>>(`/sources${query}`)).result;
const names = (page: Page<SourceView>) => page.items.map(({ name }) => name);

describe('create', () => {
  it('answers with the whole record, and GET gives the same', async () => {
    const before = program.clock.now().toISOString();
    const source = await create('  Trade fair ');
    expect(source).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      name: 'Trade fair',
      archived_at: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: source.created_at,
      version: 1,
    });
    expect(source.created_at >= before).toBe(true);
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
  });

  it.each([
    ['absent', {}],
    ['null', { name: null }],
    ['empty', { name: '' }],
    ['blank', { name: ' \t\u00a0 ' }],
  ])('a name that is %s → sources.name_required', async (_, body) => {
    const { status, error } = await client.post('/sources', body);
    expect([status, error.code]).toEqual([400, 'sources.name_required']);
    expect(error.details).toEqual([{ field: 'name', message: 'name is required' }]);
    expect((await list()).items).toEqual([]);
  });

  it.each([
    ['a number', 5],
    ['an object', { toString: 'x' }],
    ['an array', ['Trade fair']],
    ['a boolean', true],
    ['201 characters', 'x'.repeat(201)],
    ['with NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
  ])('a name that is %s → sources.invalid_request', async (_, name) => {
    const { status, error } = await client.post('/sources', { name });
    expect([status, error.code]).toEqual([400, 'sources.invalid_request']);
    expect(error.details?.map(({ field }) => field)).toEqual(['name']);
    expect((await list()).items).toEqual([]);
  });

  it('counts code points, so 200 emoji are a name', async () => {
    const name = '🌊'.repeat(200);
    expect((await create(name)).name).toBe(name);
    expect((await client.post('/sources', { name: `${name}🌊` })).error.code).toBe('sources.invalid_request');
  });

  it('refuses an unknown field by name and says which one was meant', async () => {
    const { error } = await client.post('/sources', { naem: 'Fair', name: 'Fair' });
    expect(error).toMatchObject({
      code: 'sources.invalid_request',
      details: [{ field: 'naem', message: expect.stringContaining('"name"') }],
    });
    expect((await list()).items).toEqual([]);
  });

  it('unknown keys answer before the fields, and all of them are told', async () => {
    const { error } = await client.post('/sources', { colour: 'red', name: '' });
    expect(error.code).toBe('sources.invalid_request');
    expect(error.details?.map(({ field }) => field)).toEqual(['colour', 'name']);
  });

  it('ignores what only the server sets by refusing it', async () => {
    expect((await client.post('/sources', { name: 'Fair', account_id: randomUUID() })).error.code).toBe(
      'sources.invalid_request',
    );
  });
});

describe('get, update, archive', () => {
  it('changes the name, and moves updated_at and version only', async () => {
    const source = await create('Fair');
    program.clock.move(minutes(1));
    const { result } = await client.patch<SourceView>(`/sources/${source.id}`, { name: ' Trade fair ' });
    expect(result).toEqual({ ...source, name: 'Trade fair', updated_at: expect.any(String), version: 2 });
    expect(Date.parse(result.updated_at) - Date.parse(source.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(result);
  });

  it.each([[{}], [{ name: 'Fair' }], [{ name: ' Fair ' }]])(
    'PATCH %j changes nothing, not even updated_at',
    async (body) => {
      const source = await create('Fair');
      program.clock.move(minutes(1));
      expect((await client.patch<SourceView>(`/sources/${source.id}`, body)).result).toEqual(source);
      expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
    },
  );

  it.each([[null], [''], ['  ']])('PATCH with the name %j → sources.name_required', async (name) => {
    const source = await create('Fair');
    const { status, error } = await client.patch(`/sources/${source.id}`, { name });
    expect([status, error.code]).toEqual([400, 'sources.name_required']);
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
  });

  it('archives and brings back, and doing it twice changes nothing', async () => {
    const source = await create('Fair');
    program.clock.move(minutes(1));
    const archived = (await client.post<SourceView>(`/sources/${source.id}/archive`)).result;
    expect(archived.archived_at).toBe(archived.updated_at);
    expect(archived.updated_at > source.updated_at).toBe(true);
    program.clock.move(minutes(1));
    expect((await client.post<SourceView>(`/sources/${source.id}/archive`)).result).toEqual(archived);
    const back = (await client.post<SourceView>(`/sources/${source.id}/unarchive`, {})).result;
    expect([archived.version, back]).toEqual([2, { ...source, updated_at: expect.any(String), version: 3 }]);
    expect(back.updated_at > archived.updated_at).toBe(true);
    program.clock.move(minutes(1));
    expect((await client.post<SourceView>(`/sources/${source.id}/unarchive`)).result).toEqual(back);
  });

  it('cannot be deleted', async () => {
    const source = await create('Fair');
    expect((await client.delete(`/sources/${source.id}`)).error.code).toBe('api.not_found');
  });

  const calls: [
    string,
    (id: string, as: Client) => Promise<{ status: number; error: { code: string; message: string } }>,
  ][] = [
    ['GET', (id, as) => as.get(`/sources/${id}`)],
    ['PATCH', (id, as) => as.patch(`/sources/${id}`, { name: 'Mine now' })],
    ['archive', (id, as) => as.post(`/sources/${id}/archive`)],
    ['unarchive', (id, as) => as.post(`/sources/${id}/unarchive`)],
  ];

  describe.each(calls)('%s', (_, call) => {
    it.each(['abc', '123', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36)])(
      'the id %j → sources.invalid_id',
      async (id) => {
        const { status, error } = await call(encodeURIComponent(id), client);
        expect([status, error.code]).toEqual([400, 'sources.invalid_id']);
      },
    );

    it('an id of another account answers exactly like one of nothing', async () => {
      const grace = program.client.as(await program.register());
      const hers = await create('Hers', grace);
      const other = await call(hers.id, client);
      const random = await call(randomUUID(), client);
      expect([other.status, other.error.code]).toEqual([404, 'sources.not_found']);
      expect({ ...other.error, request_id: '' }).toEqual({ ...random.error, request_id: '' });
      expect((await grace.get<SourceView>(`/sources/${hers.id}`)).result).toEqual(hers);
    });
  });

  it('a bad id answers before bad fields', async () => {
    expect((await client.patch('/sources/abc', { nmae: 1 })).error.code).toBe('sources.invalid_id');
  });

  it('unknown keys answer before a missing record', async () => {
    expect((await client.patch(`/sources/${randomUUID()}`, { nmae: 1 })).error.code).toBe('sources.invalid_request');
  });

  it.each(['archive', 'unarchive'])('%s takes no fields and no parameters', async (action) => {
    const source = await create('Fair');
    expect((await client.post(`/sources/${source.id}/${action}`, { name: 'x' })).error.code).toBe(
      'sources.invalid_request',
    );
    expect((await client.post(`/sources/${source.id}/${action}?force=1`)).error.code).toBe('sources.invalid_request');
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
  });

  it('takes ids in upper case', async () => {
    const source = await create('Fair');
    expect((await client.get<SourceView>(`/sources/${source.id.toUpperCase()}`)).result).toEqual(source);
  });
});

describe('list', () => {
  it('newest first, archived ones only when asked for', async () => {
    const first = await create('First');
    program.clock.move(seconds(1));
    await create('Second');
    await client.post(`/sources/${first.id}/archive`);
    expect(names(await list())).toEqual(['Second']);
    expect(names(await list('?include_archived=false'))).toEqual(['Second']);
    expect(names(await list('?include_archived='))).toEqual(['Second']);
    expect(names(await list('?include_archived=true'))).toEqual(['Second', 'First']);
  });

  it('shows nothing of other accounts', async () => {
    await create('Hers', program.client.as(await program.register()));
    await create('Mine');
    expect(names(await list('?include_archived=true'))).toEqual(['Mine']);
  });

  it('gives 25 unless told otherwise and a cursor as long as there is more', async () => {
    for (let index = 0; index < 26; index++) await create(`Source ${index}`);
    const page = await list();
    expect(page.items).toHaveLength(25);
    const rest = await list(`?cursor=${page.next_cursor}`);
    expect(rest.items).toHaveLength(1);
    expect(rest.next_cursor).toBeNull();
    expect((await list('?limit=26')).next_cursor).toBeNull();
    expect((await list('?limit=100')).items).toHaveLength(26);
  });

  it('walks rows of one millisecond, each exactly once, while others come and are archived', async () => {
    const moment = new Date(program.clock.now().getTime() - minutes(1));
    await program.sql(
      `insert into sources (id, account_id, name, created_at, updated_at)
       select gen_random_uuid(), $1, 'Stays ' || n, $2, $2 from generate_series(1, 200) n`,
      [ada.user.account_id, moment],
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<SourceView> = await list(`?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...names(page).filter((name) => name.startsWith('Stays')));
      cursor = page.next_cursor;
      await create('Comes');
    } while (cursor);
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
  });

  it('created_after and updated_after exclude the moment itself and take any offset', async () => {
    const first = await create('First');
    program.clock.move(minutes(1));
    const second = await create('Second');
    program.clock.move(minutes(1));
    const changed = (await client.patch<SourceView>(`/sources/${first.id}`, { name: 'First!' })).result;
    expect(names(await list(`?created_after=${first.created_at}`))).toEqual(['Second']);
    expect(names(await list(`?created_after=${second.created_at}`))).toEqual([]);
    expect(names(await list(`?updated_after=${second.updated_at}`))).toEqual(['First!']);
    expect(names(await list(`?updated_after=${changed.updated_at}`))).toEqual([]);
    const inParis = `${new Date(Date.parse(first.created_at) + minutes(120)).toISOString().slice(0, -1)}+02:00`;
    expect(names(await list(`?created_after=${encodeURIComponent(inParis)}`))).toEqual(['Second']);
  });

  it.each([
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1e9',
    'limit=abc',
    'limit=1.5',
    'limit=%2010',
    'limit=10&limit=20',
    'cursor=abc',
    'cursor=%00',
    'cursor=a&cursor=b',
    `cursor=${'x'.repeat(600)}`,
    'include_archived=1',
    'include_archived=yes',
    'include_archived=true&include_archived=false',
    'created_after=now',
    'created_after=2025-02-30T00:00:00Z',
    'created_after=2025-01-01',
    'created_after=2025-01-01T25:00:00Z',
    'updated_after=infinity',
    'updated_after=1735689600',
    'updated_after=2025-01-01T00:00:00',
    'limt=5',
    'limt=',
    'offset=5',
    '__proto__=1',
    'constructor=1',
  ])('?%s → sources.invalid_request', async (query) => {
    const { status, error } = await client.get(`/sources?${query}`);
    expect([status, error.code]).toEqual([400, 'sources.invalid_request']);
    expect(error.details).toHaveLength(1);
  });

  it('names the parameter that was meant', async () => {
    expect((await client.get('/sources?limt=5')).error.details?.[0]).toEqual({
      field: 'limt',
      message: 'unknown parameter "limt": did you mean "limit"?',
    });
  });

  it('refuses a cursor that was altered or is of another account', async () => {
    for (let index = 0; index < 2; index++) await create(`Source ${index}`);
    const cursor = (await list('?limit=1')).next_cursor!;
    expect((await list(`?limit=1&cursor=${cursor}`)).items).toHaveLength(1);
    const grace = program.client.as(await program.register());
    expect((await grace.get(`/sources?cursor=${cursor}`)).error.code).toBe('sources.invalid_request');
    for (let index = 0; index < cursor.length; index++) {
      const altered = cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
      expect((await client.get(`/sources?cursor=${altered}`)).error.code).toBe('sources.invalid_request');
    }
  });
});

describe('when the database fails', () => {
  it.each([
    ['GET list', /from sources/, () => client.get('/sources')],
    ['POST', /insert into sources/i, () => client.post('/sources', { name: 'Lost' })],
  ] as const)('%s → sources.internal, with the details in the log only', async (_, statement, call) => {
    const restore = breakDatabase(statement);
    try {
      const { status, error } = await call();
      expect([status, error.code]).toEqual([500, 'sources.internal']);
      expect(error.message).not.toMatch(/terminated|sql|select|insert/i);
      expect(program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'))).toMatch(
        /Connection terminated/,
      );
    } finally {
      restore();
    }
    expect((await list()).items).toEqual([]);
  });

  it('a row that another transaction holds for too long → rate_limit.exceeded with Retry-After', async () => {
    const source = await create('Fair');
    await withClient(workerDatabaseUrl(), async (other) => {
      await other.query('begin');
      await other.query('select 1 from sources where id = $1 for update', [source.id]);
      const { status, error, headers } = await client.patch(`/sources/${source.id}`, { name: 'Late' });
      expect([status, error.code]).toEqual([429, 'rate_limit.exceeded']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      await other.query('rollback');
    });
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
  });

  it('a deadlock is not the client’s business: the transaction is run again', async () => {
    const source = await create('Fair');
    const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
    const restore = breakDatabase(/update sources/i, deadlock, 3);
    const { result } = await client.patch<SourceView>(`/sources/${source.id}`, { name: 'Again' });
    restore();
    expect(result.name).toBe('Again');
  });

  it('three repetitions of a deadlock are enough', async () => {
    const source = await create('Fair');
    const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
    const restore = breakDatabase(/update sources/i, deadlock, 4);
    expect((await client.patch(`/sources/${source.id}`, { name: 'Never' })).error.code).toBe('sources.internal');
    restore();
    expect((await client.get<SourceView>(`/sources/${source.id}`)).result).toEqual(source);
  });
});
