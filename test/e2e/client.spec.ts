import { setTimeout as delay } from 'node:timers/promises';
import {
  createTideline,
  type Session,
  type Tideline,
  TidelineError,
  type TidelineOptions,
} from '../../client/src/client';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import { minutes, seconds } from '../support/clock';

interface Sent {
  readonly call: string;
  readonly query: URLSearchParams;
  readonly authorization: string | null;
  readonly key: string | null;
  status?: number;
  retryAfter?: string | null;
}

const { program } = useApi();
/** One request a second for each user, none more. */
const { program: narrow } = useApi({
  environment: { RATE_LIMITS: 'on', RATE_LIMIT_USER: '1/1', RATE_LIMIT_PUBLIC: '1000/1000' },
});
let sent: Sent[] = [];
beforeEach(() => {
  sent = [];
});

/** Notes what is sent before it is sent, and what came back. */
async function noting(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const note: Sent = {
    call: `${request.method} ${pathname}`,
    query: searchParams,
    authorization: request.headers.get('Authorization'),
    key: request.headers.get('Idempotency-Key'),
  };
  sent.push(note);
  const response = await fetch(request);
  note.status = response.status;
  note.retryAfter = response.headers.get('Retry-After');
  return response;
}

/** Never waits unless told, so that a test does not sleep without knowing it. */
const make = (options: Partial<TidelineOptions> = {}): Tideline =>
  createTideline({
    baseUrl: program.url,
    fetch: noting,
    wait: () => Promise.reject(new Error('Nobody expected a wait.')),
    ...options,
  });

async function signedUp(options: Partial<TidelineOptions> = {}): Promise<Tideline> {
  const tideline = make(options);
  await tideline.register({ email: newEmail(), password, name: 'Ada Lovelace' });
  return tideline;
}

async function failureOf(call: Promise<unknown>): Promise<TidelineError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TidelineError);
  return error as TidelineError;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const count = (call: string) => sent.filter((note) => note.call === call).length;
const statuses = (call: string) => sent.filter((note) => note.call === call).map(({ status }) => status);
const refreshing = 'POST /api/v1/auth/refresh';
const listing = 'GET /api/v1/contacts';
const creating = 'POST /api/v1/contacts';

describe('calls', () => {
  test('registers, signs in and out', async () => {
    const sessions: (Session | null)[] = [];
    const tideline = make({ onSession: (session) => void sessions.push(session) });
    const email = newEmail();
    const { user } = await tideline.register({ email, password, name: 'Ada Lovelace' });
    const role: 'owner' | 'admin' | 'member' = user.role;
    expect(role).toBe('owner');
    expect((await tideline.get('/api/v1/auth/me')).account.id).toBe(user.account_id);

    const second = make();
    expect((await second.login(email, password)).user.id).toBe(user.id);
    expect((await second.get('/api/v1/auth/me')).email).toBe(email);
    await second.logout();
    expect(second.session).toBeNull();
    expect((await failureOf(second.get('/api/v1/auth/me'))).code).toBe('auth.required');

    expect(sessions).toEqual([tideline.session]);
    expect(tideline.session).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
    expect((await failureOf(second.login(email, 'another-password'))).code).toBe('auth.invalid_credentials');
  });

  test('creates, reads, changes and deletes', async () => {
    const tideline = await signedUp();
    const company = await tideline.post('/api/v1/companies', { body: { name: 'Café Zürich AG' } });
    const made = await tideline.post('/api/v1/contacts', {
      body: { first_name: 'Grace', company_id: company.id, tags: ['vip'] },
    });
    const path = { id: made.id };
    const name: string = made.company_name;
    expect(name).toBe('Café Zürich AG');
    expect(await tideline.get('/api/v1/contacts/{id}', { path })).toEqual(made);
    const changed = await tideline.patch('/api/v1/contacts/{id}', { path, body: { job_title: 'Rear admiral' } });
    expect(changed).toMatchObject({ id: made.id, job_title: 'Rear admiral', tags: ['vip'] });

    const project = await tideline.post('/api/v1/projects', { body: { name: 'Compiler' } });
    const both = { id: project.id, contact_id: made.id };
    const member = await tideline.put('/api/v1/projects/{id}/contacts/{contact_id}', {
      path: both,
      body: { role: 'lead' },
    });
    expect(member.role).toBe('lead');
    expect(await tideline.delete('/api/v1/contacts/{id}', { path })).toEqual({});
    expect((await failureOf(tideline.get('/api/v1/contacts/{id}', { path }))).code).toBe('contacts.not_found');
  });

  test('throws what was refused', async () => {
    const tideline = await signedUp();
    const error = await failureOf(tideline.post('/api/v1/contacts', { body: { first_name: '' } }));
    expect(error).toMatchObject({
      name: 'TidelineError',
      code: 'contacts.first_name_required',
      status: 400,
      message: 'first_name is required',
      details: [{ field: 'first_name', message: 'first_name is required' }],
    });
    expect(program.log.join('')).toContain(error.requestId);
  });

  test('filters by values of custom fields and by several tags', async () => {
    const tideline = await signedUp();
    const field = await tideline.post('/api/v1/custom-fields', {
      body: { entity_type: 'contact', label: 'Level', field_type: 'number' },
    });
    for (const level of [1, 2, 3])
      await tideline.post('/api/v1/contacts', {
        body: { first_name: `Level ${level}`, tags: ['a', 'b'], custom_fields: { [field.id]: level } },
      });
    const find = async (filter: number | { gte?: number; lte?: number }, tags: string[]) => {
      const query = { custom_fields: { [field.id]: filter }, tags };
      return (await tideline.get('/api/v1/contacts', { query })).items.map(({ first_name }) => first_name);
    };
    expect(await find(2, ['a', 'b'])).toEqual(['Level 2']);
    expect(await find({ gte: 2, lte: 3 }, ['a'])).toEqual(['Level 3', 'Level 2']);
    expect(await find({ gte: 1 }, ['a', 'c'])).toEqual([]);
  });

  test('uploads the file of an import', async () => {
    const tideline = await signedUp();
    const { job, upload_url } = await tideline.post('/api/v1/imports', {
      body: { model_type: 'contacts', file_name: 'people.csv' },
    });
    await tideline.upload(upload_url, 'First Name\nAlan\nGrace\n');
    expect(sent.at(-1)).toMatchObject({ status: 200, authorization: null });
    const { preview } = await tideline.post('/api/v1/imports/{id}/complete-upload', { path: { id: job.id } });
    expect(preview.total_rows).toBe(2);
    const { code } = await failureOf(tideline.upload(`${upload_url}0`, 'First Name\n'));
    expect(code).toBe('imports.invalid_request');
  });

  test('carry the version of what was read, and tell of a conflict with the present value', async () => {
    const tideline = await signedUp();
    const path = '/api/v1/contacts/{id}';
    const { id } = await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' } });
    const [read, alsoRead] = [await tideline.get(path, { path: { id } }), await tideline.get(path, { path: { id } })];
    expect(await tideline.update(path, read, { city: 'Bern' })).toMatchObject({ city: 'Bern', version: 2 });
    const conflict = await failureOf(tideline.update(path, alsoRead, { city: 'Basel' }));
    expect([conflict.code, conflict.status]).toEqual(['contacts.edit_conflict', 400]);
    expect(conflict.details).toMatchObject([{ field: 'city', current: 'Bern' }]);
    expect(await tideline.update(path, alsoRead, { phone: '1' })).toMatchObject({
      city: 'Bern',
      phone: '1',
      version: 3,
    });

    const late = await failureOf(tideline.delete(path, { path: { id }, ifVersion: 2 }));
    expect(late.code).toBe('contacts.edit_conflict');
    await tideline.patch(path, { path: { id }, body: { city: 'Basel' }, ifVersion: 3 });
    await tideline.patch(path, { path: { id }, body: { city: 'Chur' } });
    expect(await tideline.delete(path, { path: { id }, ifVersion: 5 })).toEqual({});
    const source = await tideline.post('/api/v1/sources', { body: { name: 'Fair' } });
    expect(await tideline.update('/api/v1/sources/{id}', source, { name: 'Web' })).toMatchObject({ version: 2 });
  });

  test('takes a session or credentials', () => {
    const both = {
      session: { access_token: 'a', refresh_token: 'r' },
      credentials: { client_id: 'i', client_secret: 's' },
    };
    expect(() => make(both)).toThrow('Give a session or credentials, not both.');
    expect(() => make({ baseUrl: 'nowhere' })).toThrow('Invalid URL');
  });

  test('is typed: none of this compiles', () => {
    // Never called: the type check of the repository fails if one of these lines has no mistake.
    const mistakes = async (tideline: Tideline) => {
      // @ts-expect-error no such path
      await tideline.get('/api/v1/contcats');
      // @ts-expect-error no such method
      await tideline.delete('/api/v1/sources/{id}', { path: { id: '' } });
      // @ts-expect-error the id is missing
      await tideline.get('/api/v1/contacts/{id}');
      // @ts-expect-error the body is missing
      await tideline.post('/api/v1/contacts');
      // @ts-expect-error users have no version
      await tideline.patch('/api/v1/users/{id}', { path: { id: '' }, body: {}, ifVersion: 1 });
      // @ts-expect-error users have no version
      await tideline.update('/api/v1/users/{id}', { id: '', version: 1 }, {});
      // @ts-expect-error a typo in the body
      await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace', lats_name: 'Hopper' } });
      // @ts-expect-error no such stage
      await tideline.post('/api/v1/projects', { body: { name: 'Compiler', stage: 'lost' } });
      // @ts-expect-error webhooks cannot be tried out
      await tideline.delete('/api/v1/webhooks/{id}', { path: { id: '' }, dryRun: true });
      // @ts-expect-error nothing is written
      await tideline.get('/api/v1/contacts', { idempotencyKey: 'order-1042' });
      // @ts-expect-error routes of auth take no key
      await tideline.patch('/api/v1/auth/me', { body: { name: 'Ada' }, idempotencyKey: 'order-1042' });
      // @ts-expect-error no such parameter
      await tideline.get('/api/v1/contacts', { query: { sort: 'name' } });
      // @ts-expect-error the result has no such field
      void (await tideline.get('/api/v1/contacts/{id}', { path: { id: '' } })).lats_name;
      // @ts-expect-error not a list
      tideline.list('/api/v1/auth/me');
      // @ts-expect-error a contact has no such field
      for await (const contact of tideline.list('/api/v1/contacts')) void contact.stage;
    };
    expect(mistakes).toBeInstanceOf(Function);
  });
});

describe('tokens of users', () => {
  test('are refreshed when they have expired, and the request is made again with its body', async () => {
    const sessions: (Session | null)[] = [];
    const tideline = await signedUp({ onSession: (session) => void sessions.push(session) });
    const before = tideline.session;
    program.clock.move(minutes(16));
    const contact = await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' } });
    expect(contact.first_name).toBe('Grace');
    expect(statuses(creating)).toEqual([401, 200]);
    expect(count(refreshing)).toBe(1);
    expect(sessions).toEqual([before, tideline.session]);
    expect(tideline.session?.refresh_token).not.toBe(before?.refresh_token);
    await tideline.get('/api/v1/contacts');
    expect(count(refreshing)).toBe(1);
  });

  test('are refreshed once for ten requests at a time', async () => {
    const tideline = await signedUp();
    program.clock.move(minutes(16));
    const pages = await Promise.all(Array.from({ length: 10 }, () => tideline.get('/api/v1/contacts')));
    expect(pages).toHaveLength(10);
    expect(statuses(listing).filter((status) => status === 401)).toHaveLength(10);
    expect(statuses(listing).filter((status) => status === 200)).toHaveLength(10);
    expect(count(refreshing)).toBe(1);
  });

  test('are not refreshed again for an answer that was long under way', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const tideline = await signedUp({
      fetch: async (request) => {
        const response = await noting(request);
        if (response.status === 401 && request.url.includes('/companies')) await held;
        return response;
      },
    });
    program.clock.move(minutes(16));
    const late = tideline.get('/api/v1/companies');
    await tideline.get('/api/v1/contacts');
    while (!statuses('GET /api/v1/companies').includes(401)) await delay(1);
    release();
    expect((await late).items).toEqual([]);
    expect(count(refreshing)).toBe(1);
  });

  test('are refreshed ahead of their end', async () => {
    const tideline = await signedUp({ now: () => program.clock.now().getTime() });
    program.clock.move(minutes(14));
    await tideline.get('/api/v1/contacts');
    expect(count(refreshing)).toBe(0);
    program.clock.move(seconds(45));
    await Promise.all([tideline.get('/api/v1/contacts'), tideline.get('/api/v1/contacts')]);
    expect(count(refreshing)).toBe(1);
    expect(statuses(listing)).toEqual([200, 200, 200]);
  });

  test('come from a session that was kept', async () => {
    const session = (await signedUp()).session!;
    expect((await make({ session }).get('/api/v1/auth/me')).role).toBe('owner');
  });

  test('end with the session, which is told', async () => {
    const sessions: (Session | null)[] = [];
    const tideline = await signedUp({ onSession: (session) => void sessions.push(session) });
    await make({ session: tideline.session! }).logout();
    sent = [];
    const failures = await Promise.all([1, 2].map(() => failureOf(tideline.get('/api/v1/contacts'))));
    expect(failures.map(({ code, status }) => [code, status])).toEqual(Array(2).fill(['auth.invalid_token', 401]));
    expect(count(refreshing)).toBe(1);
    expect(sessions.at(-1)).toBeNull();
    expect(tideline.session).toBeNull();
  });
});

describe('tokens of apps', () => {
  async function newApp() {
    const owner = await signedUp();
    const { app, client_secret } = await owner.post('/api/v1/oauth-apps', { body: { name: 'Nightly export' } });
    sent = [];
    return { owner, id: app.id, credentials: { client_id: app.client_id, client_secret } };
  }
  const fetching = 'POST /api/v1/oauth/token';

  test('are fetched when needed and renewed when they have expired', async () => {
    const { credentials } = await newApp();
    const tideline = make({ credentials });
    const contact = await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' } });
    expect(contact.created_by).toBeNull();
    await Promise.all([tideline.get('/api/v1/contacts'), tideline.get('/api/v1/contacts')]);
    expect(count(fetching)).toBe(1);
    program.clock.move(minutes(61));
    await Promise.all([tideline.get('/api/v1/contacts'), tideline.get('/api/v1/contacts')]);
    expect(count(fetching)).toBe(2);
    expect(statuses(listing).sort()).toEqual([200, 200, 200, 200, 401, 401]);
  });

  test('are not given to a revoked app, nor to a user', async () => {
    const { owner, id, credentials } = await newApp();
    const tideline = make({ credentials });
    await tideline.get('/api/v1/contacts');
    await owner.delete('/api/v1/oauth-apps/{id}', { path: { id } });
    expect((await failureOf(tideline.get('/api/v1/contacts'))).code).toBe('oauth.invalid_client');
    await expect(tideline.login(newEmail(), password)).rejects.toThrow(TypeError);
  });
});

describe('repetitions', () => {
  const onNarrow = async (options: Partial<TidelineOptions>) => {
    narrow.clock.freeze();
    const tideline = await signedUp({ baseUrl: narrow.url, ...options });
    narrow.clock.move(seconds(10));
    return tideline;
  };

  test('wait as long as Retry-After says', async () => {
    const waits: number[] = [];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      narrow.clock.move(milliseconds);
    };
    const tideline = await onNarrow({ wait });
    for (const first_name of ['Grace', 'Alan', 'Ada'])
      await tideline.post('/api/v1/contacts', { body: { first_name } });
    expect(statuses(creating)).toEqual([200, 429, 200, 429, 200]);
    const told = sent.filter(({ status }) => status === 429).map(({ retryAfter }) => Number(retryAfter));
    expect(told).toEqual([1, 1]);
    for (const milliseconds of waits) {
      expect(milliseconds).toBeGreaterThanOrEqual(seconds(1));
      expect(milliseconds).toBeLessThan(seconds(1.25));
    }
    expect((await tideline.get('/api/v1/contacts')).items.map(({ first_name }) => first_name)).toEqual([
      'Ada',
      'Alan',
      'Grace',
    ]);
    expect(waits).toHaveLength(3);
  });

  test('come to an end', async () => {
    let waits = 0;
    const tideline = await onNarrow({ attempts: 3, wait: async () => void waits++ });
    await tideline.get('/api/v1/contacts');
    sent = [];
    expect((await failureOf(tideline.get('/api/v1/contacts'))).code).toBe('rate_limit.exceeded');
    expect(statuses(listing)).toEqual([429, 429, 429]);
    expect(waits).toBe(2);
  });

  test('end when the signal is aborted, with its reason', async () => {
    const abort = new AbortController();
    const reason = new Error('The page was left.');
    const never = () => {
      setImmediate(() => abort.abort(reason));
      return new Promise<void>(() => undefined);
    };
    const tideline = await onNarrow({ wait: never });
    await tideline.get('/api/v1/contacts');
    sent = [];
    await expect(tideline.get('/api/v1/contacts', { signal: abort.signal })).rejects.toBe(reason);
    expect(statuses(listing)).toEqual([429]);
    await expect(tideline.get('/api/v1/contacts', { signal: abort.signal })).rejects.toBe(reason);
    expect(count(listing)).toBe(1);
  });

  test('wait without help, too', async () => {
    const tideline = createTideline({
      baseUrl: narrow.url,
      session: (await onNarrow({})).session!,
      fetch: async (request) => {
        const response = await noting(request);
        narrow.clock.move(seconds(1));
        return response.status === 429 ? new Response(await response.text(), { status: 429, headers: zero }) : response;
      },
    });
    const zero = { 'Content-Type': 'application/json', 'Retry-After': '0' };
    await tideline.get('/api/v1/contacts');
    narrow.clock.move(seconds(-1));
    await tideline.get('/api/v1/contacts');
    expect(statuses(listing)).toEqual([200, 429, 200]);
  });

  const broken = () =>
    new Response('{"ok":false,"error":{"code":"contacts.internal","message":"Oh","request_id":"1"}}', { status: 500 });
  test.each([
    ['a failing server', 'contacts.internal', async () => broken()],
    ['a proxy with a page of its own', 'client.unexpected_answer', async () => new Response('<p>', { status: 502 })],
    ['no answer', 'client.network_error', () => Promise.reject(new TypeError('fetch failed'))],
  ])('are made where they do no harm: %s', async (_, code, fault) => {
    let faults = 0;
    const waits: number[] = [];
    const tideline = await signedUp({
      wait: async (milliseconds) => void waits.push(milliseconds),
      fetch: (request) => (faults-- > 0 ? fault() : noting(request)),
    });
    faults = 2;
    expect((await tideline.get('/api/v1/contacts')).items).toEqual([]);
    expect(waits).toHaveLength(2);
    faults = 3;
    expect((await failureOf(tideline.get('/api/v1/contacts'))).code).toBe(code);
    faults = 2;
    await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' } });
    expect(statuses(creating)).toEqual([200]);
    expect(waits).toHaveLength(6);
    // A sign-in takes no key.
    faults = 1;
    expect((await failureOf(tideline.login(newEmail(), password))).code).toBe(code);
    faults = 1;
    expect((await failureOf(tideline.patch('/api/v1/auth/me', { body: { name: 'Grace' } }))).code).toBe(code);
    expect(waits).toHaveLength(6);
  });

  test('of a write whose answer was lost take effect once', async () => {
    let lost = 0;
    const tideline = await signedUp({
      wait: async () => undefined,
      fetch: async (request) => {
        const response = await noting(request);
        if (lost-- > 0) throw new TypeError('fetch failed');
        return response;
      },
    });
    lost = 2;
    const made = await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' } });
    expect(statuses(creating)).toEqual([200, 200, 200]);
    lost = 1;
    const path = { id: made.id };
    await tideline.delete('/api/v1/contacts/{id}', { path });
    expect(await all(tideline.list('/api/v1/contacts'))).toEqual([]);
    expect((await all(tideline.list('/api/v1/events'))).map(({ event }) => event)).toEqual([
      'contact.created',
      'contact.deleted',
    ]);
    const keys = sent.filter(({ call }) => call === creating).map(({ key }) => key);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test('may go on with a key of one’s own', async () => {
    const tideline = await signedUp();
    const create = () =>
      tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' }, idempotencyKey: 'order-1042' });
    expect(await create()).toEqual(await create());
    const other = await tideline.post('/api/v1/contacts', { body: { first_name: 'Grace' } });
    expect(await all(tideline.list('/api/v1/contacts'))).toHaveLength(2);
    expect((await create()).id).not.toBe(other.id);
  });
});

test('writes can be tried out', async () => {
  const tideline = await signedUp();
  const body = { first_name: 'Grace' };
  expect(await tideline.post('/api/v1/contacts', { body, dryRun: true })).toMatchObject({ ...body, id: null });
  const { id } = await tideline.post('/api/v1/contacts', { body, dryRun: false });
  const changed = { path: { id }, body: { notes: 'Tried' }, dryRun: true };
  expect((await tideline.patch('/api/v1/contacts/{id}', changed)).notes).toBe('Tried');
  expect(await all(tideline.list('/api/v1/contacts'))).toMatchObject([{ id, notes: '' }]);
});

describe('lists', () => {
  test('are walked to their end', async () => {
    const tideline = await signedUp();
    const names = ['One', 'Two', 'Three', 'Four', 'Five'];
    for (const first_name of names)
      await tideline.post('/api/v1/contacts', { body: { first_name, tags: first_name === 'Two' ? [] : ['vip'] } });
    const found = await all(tideline.list('/api/v1/contacts', { query: { limit: 2 } }));
    expect(found.map((contact) => contact.first_name)).toEqual(names.toReversed());
    expect(count(listing)).toBe(3);

    sent = [];
    const some = await all(tideline.list('/api/v1/contacts', { query: { limit: 2, tags: ['vip'] } }));
    expect(some.map(({ first_name }) => first_name)).toEqual(['Five', 'Four', 'Three', 'One']);
    expect(count(listing)).toBe(2);

    sent = [];
    for await (const contact of tideline.list('/api/v1/contacts')) {
      expect(contact.first_name).toBe('Five');
      break;
    }
    expect(sent.map(({ query }) => query.get('limit'))).toEqual(['100']);
  });

  test('below a record', async () => {
    const tideline = await signedUp();
    const { id } = await tideline.post('/api/v1/projects', { body: { name: 'Compiler' } });
    expect(await all(tideline.list('/api/v1/projects/{id}/contacts', { path: { id } }))).toEqual([]);
  });

  test('of events end at an empty page, which keeps the place', async () => {
    const tideline = await signedUp();
    const create = async (first_name: string) => (await tideline.post('/api/v1/contacts', { body: { first_name } })).id;
    const ids = [await create('Grace'), await create('Alan'), await create('Ada')];
    const events = await all(tideline.list('/api/v1/events', { query: { limit: 2 } }));
    expect(events.map(({ event, data }) => [event, data?.id])).toEqual(ids.map((id) => ['contact.created', id]));
    expect(count('GET /api/v1/events')).toBe(3);

    const pages = await all(tideline.pages('/api/v1/events'));
    expect(pages.map(({ items }) => items.length)).toEqual([3, 0]);
    const after = pages.at(-1)!.next_cursor;
    const next = await create('Charles');
    const later = await all(tideline.list('/api/v1/events', { query: { after } }));
    expect(later.map(({ data }) => data?.id)).toEqual([next]);
  });
});
