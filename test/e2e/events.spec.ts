import { randomUUID } from 'node:crypto';
import type { Client as Direct } from 'pg';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { days, seconds } from '../support/clock';
import { behindLock, withClient, workerDatabaseUrl } from '../support/database';
import { all, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

type Row = Readonly<Record<string, unknown>> & Readonly<{ id: string }>;

/** As docs/contract.md, section 3.11, lists it, not as the program declares it. */
interface Item {
  readonly id: string;
  readonly event: string;
  readonly timestamp: string;
  readonly account_id: string;
  readonly data: Row | null;
  readonly previous?: Readonly<Record<string, unknown>>;
  readonly note?: string;
}

interface Feed {
  readonly items: readonly Item[];
  readonly next_cursor: string;
}

const { program, ada, client, signIn } = useApi({ accountFor: 'each test' });
/** Another account. */
let stranger: Client;

beforeAll(async () => {
  stranger = program.client.as(await program.register());
});

const good = [200, undefined];
const invalidRequest = refusedWith('events.invalid_request');
const idForm: unknown = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

const make = async (path: string, body: object, as = client) => (await as.post<Row>(path, body)).result;
const change = async (path: string, id: string, body: object) =>
  (await client.patch<Row>(`${path}/${id}`, body)).result;
const contact = (body: object = {}, as = client) => make('/contacts', { first_name: 'Grace', ...body }, as);
const company = (body: object = {}) => make('/companies', { name: 'Acme', ...body });
const project = (body: object = {}) => make('/projects', { name: 'Apollo', ...body });
const activity = (body: object) => make('/activities', { activity_type: 'call', ...body });

/** One page. */
const read = async (query: Readonly<Record<string, string>> = {}, as = client) =>
  (await as.get<Feed>(`/events?${new URLSearchParams(query).toString()}`)).result;
/** Page by page until there is nothing more. */
async function walk(query: Readonly<Record<string, string>> = {}, as = client): Promise<Feed> {
  const items: Item[] = [];
  let after = query.after ?? '';
  for (;;) {
    const page = await read({ limit: '100', ...query, after }, as);
    items.push(...page.items);
    after = page.next_cursor;
    if (page.items.length === 0) return { items, next_cursor: after };
  }
}
const here = async () => (await walk()).next_cursor;
const since = async (after: string) => (await walk({ after })).items;
const told = (items: readonly Item[]) => items.map(({ event, data }) => [event, data?.id]);
const idsOf = (items: readonly Item[]) => items.map(({ id }) => id);
const pick = (row: Row, keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, row[key]]));

/** Of each kind: what only creating takes, what PATCH takes too, and changes to that. */
const kinds = [
  {
    kind: 'contact',
    path: '/contacts',
    fixed: {},
    input: async () => ({ first_name: 'Grace', last_name: 'Murray', phone: '1', tags: ['a', 'b'] }),
    changes: { last_name: 'Hopper', phone: '', tags: ['b'], city: 'Arlington' },
  },
  {
    kind: 'company',
    path: '/companies',
    fixed: {},
    input: async () => ({ name: 'Acme', domain: 'acme.example', employee_count: 5, annual_revenue: 100_00 }),
    changes: { name: 'Globex', employee_count: null, annual_revenue: 200_00, notes: 'Merged' },
  },
  {
    kind: 'project',
    path: '/projects',
    fixed: {},
    input: async () => ({ name: 'Apollo', value: 500_00, start_date: '2025-01-01', tags: ['x'] }),
    changes: { stage: 'active', value: null, is_retainer: true, end_date: '2025-12-31', tags: [] },
  },
  {
    kind: 'activity',
    path: '/activities',
    fixed: { activity_type: 'call' },
    input: async () => ({
      contact_id: (await contact()).id,
      occurred_at: '2025-01-01T00:00:00.000Z',
      metadata: { outcome: 'busy', notes: 'x' },
    }),
    changes: { occurred_at: '2025-01-02T00:00:00.000Z', metadata: { outcome: 'connected' } },
  },
];

describe.each(kinds)('a $kind', ({ kind, path, fixed, input, changes }) => {
  it('that is created, updated and deleted makes one event each, with the record as GET gave it', async () => {
    const body = await input();
    const from = await here();
    program.clock.freeze();
    const moment = () => program.clock.now().toISOString();
    const get = async (id: string) => (await client.get<Row>(`${path}/${id}`)).result;

    const times = [moment()];
    const created = await get((await make(path, { ...fixed, ...body })).id);
    program.clock.move(seconds(1));
    times.push(moment());
    await change(path, created.id, { ...body, ...changes });
    const updated = await get(created.id);
    program.clock.move(seconds(1));
    times.push(moment());
    await client.delete(`${path}/${created.id}`);

    const items = await since(from);
    const common = { id: idForm, account_id: ada.user.account_id };
    expect(items).toEqual([
      { ...common, event: `${kind}.created`, timestamp: times[0], data: created },
      {
        ...common,
        ...{ event: `${kind}.updated`, timestamp: times[1], data: updated },
        previous: pick(created, Object.keys(changes)),
      },
      { ...common, event: `${kind}.deleted`, timestamp: times[2], data: { ...updated, version: 3 } },
    ]);
    expect(items.map((item) => 'previous' in item || 'note' in item)).toEqual([false, true, false]);
    expect(new Set(idsOf(items)).size).toBe(3);
  });

  it('that a PATCH leaves as it is, or that cannot be changed, makes none', async () => {
    const body = await input();
    const { id } = await make(path, { ...fixed, ...body });
    const from = await here();
    await all(good, client.patch(`${path}/${id}`, {}), client.patch(`${path}/${id}`, body));
    const failed = await Promise.all([
      client.post(path, {}),
      client.post(path, { ...fixed, ...body, colour: 'red' }),
      client.patch(`${path}/${id}`, { ...changes, colour: 'red' }),
      client.patch(`${path}/${id}`, { ...changes, tags: 5, metadata: 5 }),
      client.patch(`${path}/${randomUUID()}`, changes),
      client.delete(`${path}/${randomUUID()}`),
      client.delete(`${path}/abc`),
      stranger.patch(`${path}/${id}`, changes),
      stranger.delete(`${path}/${id}`),
      program.client.delete(`${path}/${id}`),
    ]);
    expect(failed.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
    expect(await since(from)).toEqual([]);
  });
});

describe('previous', () => {
  it('has the earlier name beside the earlier reference', async () => {
    const [acme, globex] = [await company(), await company({ name: 'Globex' })];
    const { id } = await contact({ company_id: acme.id });
    const from = await here();
    await change('/contacts', id, { company_id: globex.id, first_name: 'Grace' });
    await change('/contacts', id, { company_id: null });
    expect((await since(from)).map(({ previous }) => previous)).toEqual([
      { company_id: acme.id, company_name: 'Acme' },
      { company_id: globex.id, company_name: 'Globex' },
    ]);
  });

  it('has all custom values of before when one of them changed', async () => {
    const define = (label: string, field_type: string) =>
      make('/custom-fields', { entity_type: 'contact', label, field_type });
    const [text, number] = [await define('Region', 'text'), await define('Size', 'number')];
    const before = { [text.id]: 'North', [number.id]: 5 };
    const { id } = await contact({ custom_fields: before });
    const from = await here();
    await change('/contacts', id, { custom_fields: { [text.id]: 'South' } });
    await change('/contacts', id, { custom_fields: { [number.id]: null } });
    const items = await since(from);
    expect(items.map(({ previous }) => previous)).toEqual([
      { custom_fields: before },
      { custom_fields: { [text.id]: 'South', [number.id]: 5 } },
    ]);
    expect(items.at(-1)?.data).toEqual((await client.get<Row>(`/contacts/${id}`)).result);
  });
});

describe('no event', () => {
  it('comes of sources, users, custom fields, webhooks, OAuth apps, memberships and reading', async () => {
    const source = await make('/sources', { name: 'Fair' });
    const [person, venture] = [await contact({ source_id: source.id }), await project()];
    const from = await here();
    const field = await make('/custom-fields', { entity_type: 'contact', label: 'Region', field_type: 'text' });
    const url = 'https://hooks.example.com/tideline';
    const webhook = await make('/webhooks', { url, events: ['contact.created', 'contact.updated'] });
    const { app } = (await client.post<{ app: Row }>('/oauth-apps', { name: 'Export' })).result;
    const invitation = { email: newEmail(), name: 'Bob', role: 'member' };
    const { user } = (await client.post<{ user: Row }>('/users/invite', invitation)).result;
    const membership = `/projects/${venture.id}/contacts/${person.id}`;
    for (const call of [
      () => client.patch(`/sources/${source.id}`, { name: 'Trade fair' }),
      () => client.post(`/sources/${source.id}/archive`),
      () => client.post(`/sources/${source.id}/unarchive`),
      () => client.patch(`/users/${user.id}`, { name: 'Robert' }),
      () => client.patch('/auth/me', { name: 'Ada King' }),
      () => client.patch(`/custom-fields/${field.id}`, { label: 'Area' }),
      () => client.delete(`/custom-fields/${field.id}`),
      () => client.patch(`/webhooks/${webhook.id}`, { description: 'Mailing list' }),
      () => client.post(`/webhooks/${webhook.id}/test`),
      () => client.post(`/webhooks/${webhook.id}/replay`, { since: '2025-01-01T00:00:00Z' }),
      () => client.post(`/webhooks/${webhook.id}/rotate-secret`),
      () => client.delete(`/webhooks/${webhook.id}`),
      () => client.delete(`/oauth-apps/${app.id}`),
      () => client.put(membership, { role: 'Sponsor' }),
      () => client.put(membership, { role: 'Buyer' }),
      () => client.delete(membership),
      () => client.get(`/contacts/${person.id}`),
      () => client.get('/contacts?search=grace'),
      () => client.get('/events'),
    ]) {
      await all(good, call());
    }
    expect(await since(from)).toEqual([]);
  });

  it('comes of custom values that go with their option or their definition', async () => {
    const definition = { entity_type: 'contact', label: 'Level', field_type: 'enum', options: ['Gold', 'Silver'] };
    const field = await make('/custom-fields', definition);
    await contact({ custom_fields: { [field.id]: 'Gold' } });
    const silver = await contact({ custom_fields: { [field.id]: 'Silver' } });
    const from = await here();
    await all(good, client.patch(`/custom-fields/${field.id}`, { options: ['Silver'] }));
    await all(good, client.delete(`/custom-fields/${field.id}`));
    expect((await client.get<Row>(`/contacts/${silver.id}`)).result.custom_fields).toEqual({});
    expect(await since(from)).toEqual([]);
  });

  it('comes of names that follow: a renamed company makes one event, its own', async () => {
    const acme = await company();
    const { id } = await contact({ company_id: acme.id });
    await project({ company_id: acme.id });
    await activity({ contact_id: id, company_id: acme.id });
    const from = await here();
    await change('/companies', acme.id, { name: 'Globex' });
    expect(told(await since(from))).toEqual([['company.updated', acme.id]]);
  });

  it.each(['contact', 'company', 'project'])('comes of what a deleted %s leaves or takes along', async (kind) => {
    const acme = await company();
    const person = await contact({ company_id: acme.id });
    const venture = await project({ company_id: acme.id });
    await client.put(`/projects/${venture.id}/contacts/${person.id}`, {});
    const links = { contact_id: person.id, company_id: acme.id, project_id: venture.id };
    await activity(links);
    for (const [link, id] of Object.entries(links)) await activity({ [link]: id });
    const goes = { contact: ['/contacts', person], company: ['/companies', acme], project: ['/projects', venture] };
    const [path, record] = goes[kind as keyof typeof goes] as [string, Row];
    const from = await here();
    await all(good, client.delete(`${path}/${record.id}`));
    const items = await since(from);
    expect(told(items)).toEqual([[`${kind}.deleted`, record.id]]);
    expect(items[0]?.data).toEqual({ ...record, version: 2 });
  });

  it('is left of a change that fails when it is committed', async () => {
    const { id } = await contact();
    const from = await here();
    for (const statement of [/insert into "?events\b/i, /^\s*commit/i]) {
      const restore = breakDatabase(statement);
      try {
        await all([500, 'contacts.internal'], client.patch(`/contacts/${id}`, { last_name: 'Hopper' }));
        await all([500, 'contacts.internal'], client.delete(`/contacts/${id}`));
      } finally {
        restore();
      }
    }
    expect(await since(from)).toEqual([]);
  });
});

describe('pages', () => {
  it('an account of nothing has an empty page with a cursor, from which it can be polled', async () => {
    const empty = await read();
    expect(empty).toEqual({ items: [], next_cursor: expect.any(String) });
    expect(empty.next_cursor).not.toBe('');
    const { id } = await contact();
    const page = await read({ after: empty.next_cursor });
    expect(told(page.items)).toEqual([['contact.created', id]]);
    let after = page.next_cursor;
    for (let poll = 0; poll < 3; poll++) {
      const next = await read({ after });
      expect(next).toEqual({ items: [], next_cursor: expect.any(String) });
      after = next.next_cursor;
    }
    await change('/contacts', id, { last_name: 'Hopper' });
    expect(told((await read({ after })).items)).toEqual([['contact.updated', id]]);
    // A cursor may be used again: the same comes back, and what came since.
    expect(told((await read({ after: empty.next_cursor })).items)).toEqual([
      ['contact.created', id],
      ['contact.updated', id],
    ]);
  });

  it('oldest first, of one millisecond too, and the same whatever the limit', async () => {
    program.clock.freeze();
    const expected: unknown[] = [];
    for (let index = 0; index < 3; index++) {
      const { id } = await contact();
      await change('/contacts', id, { last_name: 'Hopper' });
      const other = await company();
      expected.push(['contact.created', id], ['contact.updated', id], ['company.created', other.id]);
    }
    const whole = (await read({ limit: '100' })).items;
    expect(told(whole)).toEqual(expected);
    for (const limit of ['1', '2', '3', '8', '9', '10', '100']) expect((await walk({ limit })).items).toEqual(whole);
  });

  it('have at most as many items as asked for, 25 unless told otherwise', async () => {
    for (let index = 0; index < 27; index++) await contact();
    const whole = (await read({ limit: '100', after: '' })).items;
    expect(whole).toHaveLength(27);
    const first = await read();
    expect(first.items).toEqual(whole.slice(0, 25));
    expect((await read({ after: first.next_cursor })).items).toEqual(whole.slice(25));
    expect((await read({ limit: '1', after: first.next_cursor })).items).toEqual(whole.slice(25, 26));
  });

  it('bad and unknown parameters → events.invalid_request', async () => {
    const bad = [
      ...['limit=0', 'limit=101', 'limit=-1', 'limit=abc', 'limit=1.5', 'limit=1e1', 'limit=10&limit=20'],
      ...['after=abc', 'after=%00', 'after=a&after=b', `after=${'A'.repeat(501)}`, 'after=%20'],
      ...['entity_id=abc', 'entity_id=1', `entity_id=${'g'.repeat(36)}`],
      ...['cursor=abc', 'offset=5', 'search=x', 'created_after=2025-01-01T00:00:00Z', 'event=contact.created'],
    ];
    await Promise.all(bad.map((query) => invalidRequest(client.get(`/events?${query}`), query.split('=', 1)[0]!)));
    const entity = `entity_id=${randomUUID()}`;
    await invalidRequest(client.get(`/events?${entity}&${entity}`), 'entity_id');
    const typo = client.get('/events?type=contact.created');
    await invalidRequest(typo, 'type');
    expect((await typo).error.details?.[0]?.message).toContain('"types"');
  });

  it('empty parameters count as absent', async () => {
    await contact();
    expect((await read({ after: '', types: '', entity_id: '', limit: '' })).items).toHaveLength(1);
  });
});

describe('filters', () => {
  it('by types, by record and by both', async () => {
    const [one, other] = [await contact(), await contact()];
    await change('/contacts', one.id, { last_name: 'Hopper' });
    const acme = await company();
    await client.delete(`/contacts/${other.id}`);
    await activity({ contact_id: one.id });
    const get = async (query: string) => told((await client.get<Feed>(`/events?${query}`)).result.items);
    const ofOne = [
      ['contact.created', one.id],
      ['contact.updated', one.id],
    ];
    const created = [
      ['contact.created', one.id],
      ['contact.created', other.id],
    ];
    expect(await get('types=contact.created')).toEqual(created);
    expect(await get('types=contact.created&types=contact.created')).toEqual(created);
    expect(await get('types=company.created&types=contact.created')).toEqual([
      ...created,
      ['company.created', acme.id],
    ]);
    expect(await get('types=project.deleted')).toEqual([]);
    expect(await get(`entity_id=${one.id}`)).toEqual(ofOne);
    expect(await get(`entity_id=${one.id.toUpperCase()}`)).toEqual(ofOne);
    expect(await get(`entity_id=${one.id}&types=contact.updated&types=contact.deleted`)).toEqual(ofOne.slice(1));
    expect(await get(`entity_id=${acme.id}&types=contact.created`)).toEqual([]);
    expect(await get(`entity_id=${randomUUID()}`)).toEqual([]);
  });

  it('page and can be polled like the whole feed', async () => {
    const { id } = await contact();
    for (let index = 0; index < 5; index++) {
      await company();
      await change('/contacts', id, { last_name: `Name ${index}` });
    }
    const filters: { query: Record<string, string>; next: string }[] = [
      { query: { types: 'contact.updated' }, next: 'contact.updated' },
      { query: { types: 'company.created' }, next: 'company.created' },
      { query: { entity_id: id }, next: 'contact.updated' },
    ];
    for (const { query, next } of filters) {
      let whole = (await read(query)).items;
      expect(whole.length).toBeGreaterThanOrEqual(5);
      for (const limit of ['1', '2', '100']) {
        const walked = await walk({ ...query, limit });
        expect(walked.items).toEqual(whole);
        await company();
        await change('/contacts', id, { last_name: `After ${next} ${limit}` });
        const { items } = await read({ ...query, after: walked.next_cursor });
        expect(items.map(({ event }) => event)).toEqual([next]);
        whole = [...whole, ...items];
      }
    }
  });

  it('may differ from call to call: what comes is behind the cursor all the same', async () => {
    const made = [await contact(), await company(), await contact(), await company(), await contact()];
    const whole = (await read()).items;
    const second = await read({ types: 'contact.created', limit: '2' });
    expect(second.items.map(({ data }) => data?.id)).toEqual([made[0]!.id, made[2]!.id]);
    expect((await read({ after: second.next_cursor })).items).toEqual(whole.slice(3));
    expect((await read({ after: second.next_cursor, types: 'company.created' })).items).toEqual(whole.slice(3, 4));
    expect((await read({ after: second.next_cursor, entity_id: made[4]!.id })).items).toEqual(whole.slice(4));
    expect((await read({ after: second.next_cursor, entity_id: made[0]!.id })).items).toEqual([]);
  });

  it.each([
    'contact',
    'contact.*',
    'Contact.created',
    'source.created',
    'webhook.test',
    'contact.created,contact.updated',
  ])('the type %j is unknown → events.invalid_request', async (type) => {
    const queries: Record<string, string>[] = [{ types: type }, { types: type, entity_id: randomUUID() }];
    for (const query of queries) {
      const { status, error } = await client.get(`/events?${new URLSearchParams(query).toString()}`);
      expect([status, error.code]).toEqual([400, 'events.invalid_request']);
      expect(error.details?.map(({ field }) => field)).toEqual([expect.stringMatching(/^types(\[0\])?$/)]);
    }
  });
});

describe('who may', () => {
  it('everybody of the account reads the same: owner, admin, member and OAuth app', async () => {
    const invited = async (role: string) => {
      const invitation = { email: newEmail(), name: 'Bob', role };
      const token = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result.invite_token;
      return (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
    };
    type Shown = Readonly<{ app: { client_id: string }; client_secret: string }>;
    const { app, client_secret } = (await client.post<Shown>('/oauth-apps', { name: 'Export' })).result;
    const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    const token = (await program.client.post<{ access_token: string }>('/oauth/token', grant)).result;
    const callers = [ada, await invited('admin'), await invited('member'), token].map((each) =>
      program.client.as(each),
    );
    for (const as of callers) await contact({}, as);
    const whole = (await walk()).items;
    expect(whole).toHaveLength(4);
    for (const as of callers) expect((await walk({ limit: '3' }, as)).items).toEqual(whole);
    // A cursor belongs to the account, not to who got it.
    const { next_cursor } = await read({ limit: '2' });
    for (const as of callers) expect((await read({ after: next_cursor }, as)).items).toEqual(whole.slice(2));
  });

  it('nobody without a token', async () => {
    await all([401, 'auth.required'], program.client.get('/events'), program.client.get('/events?limt=1'));
  });

  it('another account sees nothing of it, by no parameter', async () => {
    const grace = program.client.as(await program.register());
    const [own, hers] = [await contact(), await contact({ first_name: 'Hers' }, grace)];
    await change('/contacts', own.id, { last_name: 'Hopper' });
    expect(told((await walk({}, grace)).items)).toEqual([['contact.created', hers.id]]);
    expect(told((await walk()).items)).toEqual([
      ['contact.created', own.id],
      ['contact.updated', own.id],
    ]);
    expect((await read({ entity_id: own.id }, grace)).items).toEqual([]);
    expect((await read({ entity_id: own.id, types: 'contact.updated' }, grace)).items).toEqual([]);
    expect((await read({ types: 'contact.updated' }, grace)).items).toEqual([]);
  });
});

describe('a cursor', () => {
  it('of another account or list, or altered → events.invalid_request', async () => {
    const grace = program.client.as(await program.register());
    for (let index = 0; index < 2; index++) await contact();
    for (let index = 0; index < 2; index++) await contact({}, grace);
    const { next_cursor: own } = await read({ limit: '1' });
    const { next_cursor: atEnd } = await read();
    const { next_cursor: hers } = await read({ limit: '1' }, grace);
    const ofContacts = (await client.get<Page<Row>>('/contacts?limit=1')).result.next_cursor!;
    for (const cursor of [own, atEnd]) {
      const flip = (index: number) =>
        cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
      const altered = [...cursor].flatMap((_, index) => (index % 8 === 0 ? [flip(index)] : []));
      for (const bad of [
        ...altered,
        cursor.slice(0, -1),
        `${cursor}A`,
        `%20${cursor}`,
        `${cursor}%0A`,
        cursor.toUpperCase(),
        hers,
        ofContacts,
      ]) {
        await invalidRequest(client.get(`/events?after=${bad}`), 'after');
      }
      await invalidRequest(grace.get(`/events?after=${cursor}`), 'after');
      const { status, error } = await client.get(`/contacts?cursor=${cursor}`);
      expect([status, error.code]).toEqual([400, 'contacts.invalid_request']);
    }
  });

  it('is good for 30 days, then → events.cursor_expired, and the feed can be begun anew', async () => {
    program.clock.freeze();
    const empty = (await read()).next_cursor;
    await contact();
    await contact();
    const afterFirst = (await read({ limit: '1' })).next_cursor;
    const atEnd = (await read()).next_cursor;

    program.clock.move(days(29));
    await signIn();
    const full = await read({ limit: '1', after: afterFirst });
    expect(full.items).toHaveLength(1);
    const polled = await read({ after: atEnd });
    expect(polled.items).toEqual([]);
    const late = await contact();

    program.clock.move(days(1));
    await signIn();
    // Its place is that of the last event of a full page, or else the moment of reading.
    const old = [empty, afterFirst, atEnd, full.next_cursor];
    await all(good, ...old.map((after) => client.get(`/events?after=${after}`)));
    program.clock.move(1);
    await all([400, 'events.cursor_expired'], ...old.map((after) => client.get(`/events?after=${after}`)));
    await all([400, 'events.cursor_expired'], client.get(`/events?after=${empty}&types=contact.created`));
    expect(told((await read({ after: polled.next_cursor })).items)).toEqual([['contact.created', late.id]]);
    await invalidRequest(client.get(`/events?after=${atEnd}A`), 'after');

    const anew = await walk({ limit: '1' });
    expect(anew.items.at(-1)?.data?.id).toBe(late.id);
  });
});

it('a database that fails → events.internal, with the details in the log only', async () => {
  const { id } = await contact();
  const restore = breakDatabase(/\bevents\b/i);
  try {
    const { status, error } = await client.get('/events');
    expect([status, error.code]).toEqual([500, 'events.internal']);
    expect(error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
    const line = program.log.find((each) => each.includes(error.request_id) && each.includes('"error"'));
    expect(line).toMatch(/Connection terminated/);
  } finally {
    restore();
  }
  expect(told((await read()).items)).toEqual([['contact.created', id]]);
});

describe('while others write', () => {
  /** A second program on the same database. */
  const { program: elsewhere } = useApi();

  const someoneWaits = async (direct: Direct) =>
    (
      await direct.query(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      )
    ).rowCount! > 0;

  it('an event that is committed late comes behind the cursors given out before', async () => {
    const before = await here();
    const lateId = randomUUID();
    await withClient(workerDatabaseUrl(), async (writer) => {
      await writer.query('begin');
      // Its place in the sequence is taken, and nobody can see it yet.
      await writer.query(
        `insert into events (id, account_id, type, entity_id, data, created_at)
         values ($1, $2, 'contact.updated', $3, '{}', now())`,
        [lateId, ada.user.account_id, randomUUID()],
      );
      const { id } = await contact();
      const page = await read({ after: before });
      expect(told(page.items)).toEqual([['contact.created', id]]);
      const other = await read({ after: before }, elsewhere.client.as(ada));
      expect(other.items).toEqual(page.items);
      await writer.query('commit');
      for (const as of [client, elsewhere.client.as(ada)]) {
        expect(idsOf((await read({ after: page.next_cursor }, as)).items)).toEqual([lateId]);
        expect(idsOf((await read({ after: before }, as)).items)).toEqual([...idsOf(page.items), lateId]);
      }
    });
  });

  it('a change that waits for its record comes behind those that overtook it', async () => {
    const slow = await contact();
    const before = await here();
    await withClient(workerDatabaseUrl(), async (rival) => {
      await rival.query('begin');
      await rival.query('select 1 from contacts where id = $1 for update', [slow.id]);
      const patching = change('/contacts', slow.id, { last_name: 'Late' });
      while (!(await someoneWaits(rival)));
      const quick = await contact();
      const page = await read({ after: before });
      expect(told(page.items)).toEqual([['contact.created', quick.id]]);
      await rival.query('commit');
      await patching;
      expect(told((await read({ after: page.next_cursor })).items)).toEqual([['contact.updated', slow.id]]);
    });
  });

  it('changes of one record that waited for each other come in the order in which they took effect', async () => {
    const { id } = await contact();
    const before = await here();
    const lock: [string, string] = ['select 1 from contacts where id = $1 for update', id];
    const steps = ['A', 'B', 'C'].map((last_name) => () => client.patch(`/contacts/${id}`, { last_name }));
    await all(good, ...(await behindLock(lock, ...steps)).map((answer) => Promise.resolve(answer)));
    const items = await since(before);
    expect(items).toHaveLength(3);
    let last: unknown = '';
    for (const { data, previous } of items) {
      expect(previous).toEqual({ last_name: last });
      last = data!.last_name;
    }
    expect(items.at(-1)?.data).toEqual((await client.get<Row>(`/contacts/${id}`)).result);
  });

  it('readers never miss and never repeat one, and all of them read the same', async () => {
    const shared = await Promise.all([contact(), contact(), contact()]);
    const before = await here();
    const writtenSoFar = async () =>
      idsOf(await program.sql<Item>('select id from events where account_id = $1', [ada.user.account_id]));
    const earlier = await writtenSoFar();
    const feeds = [program, elsewhere].map((app) => app.client.as(ada));
    let isOver = false;
    let pages = 0;

    const write = async (writer: number) => {
      const as = feeds[writer % 2]!;
      for (let round = 0; round < 8; round++) {
        const { id } = shared[(writer + round) % shared.length]!;
        await all(good, as.patch(`/contacts/${id}`, { notes: `${writer}.${round}` }));
      }
      const own = await contact({}, as);
      await all(good, as.patch(`/contacts/${own.id}`, { notes: 'Mine' }));
      await all(good, as.delete(`/contacts/${own.id}`));
    };
    /** Keeps a record locked until somebody waits for it and a page was read meanwhile, again and again. */
    const hinder = () =>
      withClient(workerDatabaseUrl(), async (rival) => {
        for (let round = 0; !isOver; round++) {
          await rival.query('begin');
          await rival.query('select 1 from contacts where id = $1 for update', [shared[round % shared.length]!.id]);
          const readBefore = pages;
          while (!isOver && (!(await someoneWaits(rival)) || pages === readBefore));
          await rival.query('commit');
        }
      });
    const follow = async (as: Client, limit: string) => {
      const items: Item[] = [];
      let after = before;
      for (;;) {
        const wasOver = isOver;
        const page = await read({ limit, after }, as);
        pages++;
        items.push(...page.items);
        after = page.next_cursor;
        if (wasOver && page.items.length === 0) return items;
      }
    };

    const writing = Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer))).finally(() => (isOver = true));
    const [readers] = await Promise.all([
      Promise.all([follow(feeds[0]!, '1'), follow(feeds[1]!, '3'), follow(feeds[1]!, '100')]),
      hinder(),
      writing,
    ]);

    const [first, ...others] = readers.map(idsOf);
    const whole = await since(before);
    expect(first).toEqual(idsOf(whole));
    for (const other of others) expect(other).toEqual(first);
    expect(new Set(first).size).toBe(first!.length);
    const written = (await writtenSoFar()).filter((id) => !earlier.includes(id));
    expect([...first!].sort()).toEqual(written.sort());
    expect(first).toHaveLength(8 * (8 + 3));

    const records = new Set(whole.map(({ data }) => data!.id));
    const after = (row?: Row) => ({ ...row, version: (row!.version as number) + 1 });
    expect(records.size).toBe(3 + 8);
    for (const id of records) {
      const history = whole.filter(({ data }) => data!.id === id);
      let state = shared.find((each) => each.id === id);
      for (const { event, data, previous } of history) {
        if (event === 'contact.updated')
          expect({ ...data, ...previous, updated_at: '' }).toEqual({ ...after(state), updated_at: '' });
        if (event === 'contact.deleted') expect(data).toEqual(after(state));
        state = data!;
      }
      if (history.at(-1)?.event !== 'contact.deleted') {
        expect((await client.get<Row>(`/contacts/${id}`)).result).toEqual(state);
      }
    }
  });
});

describe('a record over 1 MiB', () => {
  /** No field takes so much today. */
  const enlarge = (id: string, length: number) =>
    program.sql(`update contacts set notes = repeat('x', $2) where id = $1`, [id, length]);

  it('is told of without data: a note says where it is', async () => {
    const { id } = await contact();
    const from = await here();
    await enlarge(id, 2 ** 20 - 2_000);
    const nearly = await change('/contacts', id, { last_name: 'Hopper' });
    await enlarge(id, 2 ** 20);
    await change('/contacts', id, { last_name: 'Murray' });
    const small = await change('/contacts', id, { notes: '' });
    await enlarge(id, 2 ** 20);
    await client.delete(`/contacts/${id}`);
    const items = await since(from);
    expect(items.map(({ event }) => event)).toEqual([
      ...['contact.updated', 'contact.updated', 'contact.updated', 'contact.deleted'],
    ]);
    const [first, ...others] = items;
    expect(first).toMatchObject({ data: nearly, previous: { last_name: '' } });
    expect(first).not.toHaveProperty('note');
    for (const item of others) {
      expect(item).toEqual({
        ...{ id: idForm, event: item.event, timestamp: item.timestamp, account_id: ada.user.account_id },
        ...{ data: null, note: expect.stringMatching(/\S/) },
      });
    }
    for (const { note } of others.slice(0, 2)) expect(note).toContain(`GET /api/v1/contacts/${id}`);
    expect(small.notes).toBe('');
    expect((await read({ entity_id: id })).items).toHaveLength(5);
  });
});
