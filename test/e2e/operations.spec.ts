import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { startApp, password } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { operationCalls } from '../support/document';

const { program } = useApi({ environment: { WORKERS: 'on' } });

type Result = Record<string, unknown> & { id: string };
type Door = (operation: string, body?: Record<string, unknown>) => Promise<Answer<Result>>;

const operationDoor =
  (client: Client): Door =>
  (operation, body) =>
    client.call(operation, body);

const singular: Record<string, string> = {
  contacts: 'contact_id',
  companies: 'company_id',
  projects: 'project_id',
  activities: 'activity_id',
  sources: 'source_id',
  'custom-fields': 'custom_field_id',
  webhooks: 'endpoint_id',
  'oauth-apps': 'app_id',
  imports: 'job_id',
  users: 'user_id',
};

/** The same calls as a client of the routes would make them, spelled out without the program's table. */
const routeDoor =
  (client: Client): Door =>
  (operation, sent = {}) => {
    const [, context, verb] = /^(projects-contacts|custom-fields|oauth-apps|activity-schemas|[a-z]+)-(.+)$/.exec(
      operation,
    ) as unknown as [string, string, string];
    const { [singular[context] ?? '']: id, ...rest } = sent as Record<string, string>;
    const query = () => {
      const pairs = Object.entries(rest as Record<string, unknown>).flatMap(([key, value]) =>
        Array.isArray(value) ? value.map((each) => [key, String(each)]) : [[key, String(value)]],
      );
      return pairs.length > 0 ? `?${new URLSearchParams(pairs as [string, string][]).toString()}` : '';
    };
    if (context === 'projects-contacts') {
      const { project_id, contact_id, ...others } = sent as Record<string, string>;
      const path = `/projects/${project_id}/contacts`;
      if (verb === 'list') return client.get(path);
      return verb === 'add' ? client.put(`${path}/${contact_id}`, others) : client.delete(`${path}/${contact_id}`);
    }
    switch (`${context} ${verb}`) {
      case 'auth me':
        return client.get('/auth/me');
      case 'auth update-me':
        return client.patch('/auth/me', sent);
      case 'users invite':
        return client.post('/users/invite', sent);
      case 'users set-active':
        return client.post(`/users/${id}/${sent.active === true ? 'activate' : 'deactivate'}`);
      case 'users change-password':
        return client.post('/auth/change-password', sent);
      case 'oauth-apps revoke':
        return client.delete(`/oauth-apps/${id}`);
      case 'imports request-upload':
        return client.post('/imports', sent);
      case 'webhooks deliveries':
        return client.get(`/webhooks/${id}/deliveries${query()}`);
    }
    switch (verb) {
      case 'list':
        return client.get(`/${context}${query()}`);
      case 'get':
        return client.get(`/${context}/${id}`);
      case 'create':
        return client.post(`/${context}`, sent);
      case 'update':
        return client.patch(`/${context}/${id}`, rest);
      case 'delete':
        return client.delete(`/${context}/${id}`);
      default:
        return client.post(`/${context}/${id}/${verb}`, Object.keys(rest).length > 0 ? rest : undefined);
    }
  };

/** A day's work of an account, through whichever door. @returns all that was answered. */
async function scenario(door: Door): Promise<object[]> {
  const told: object[] = [];
  const call: Door = async (operation, body) => {
    const answer = await door(operation, body);
    told.push({ operation, status: answer.status, body: answer.body as object });
    return answer;
  };
  const make = async (operation: string, body: Record<string, unknown>) => (await call(operation, body)).result;

  await call('auth-me');
  await call('auth-update-me', { name: 'Ada King' });
  const source = await make('sources-create', { name: 'Fair' });
  await call('sources-update', { source_id: source.id, name: 'Trade fair' });
  await call('sources-archive', { source_id: source.id });
  await call('sources-unarchive', { source_id: source.id });
  await call('sources-list');
  const field = await make('custom-fields-create', {
    entity_type: 'contact',
    label: 'Level',
    field_type: 'enum',
    options: ['gold', 'silver'],
  });
  await call('custom-fields-update', { custom_field_id: field.id, required: false, options: ['gold'] });
  await call('custom-fields-get', { custom_field_id: field.id });
  await call('custom-fields-list', { entity_type: 'contact' });
  const company = await make('companies-create', { name: 'Café Zürich AG', tags: ['vip'], annual_revenue: 100 });
  await call('companies-update', { company_id: company.id, city: 'Zürich', annual_revenue: null });
  const contact = await make('contacts-create', {
    first_name: 'Grace',
    company_id: company.id,
    source_id: source.id,
    custom_fields: { [field.id]: 'gold' },
    tags: ['vip', 'navy'],
  });
  await call('contacts-get', { contact_id: contact.id });
  await call('contacts-update', { contact_id: contact.id, job_title: 'Rear admiral', source_id: null });
  for (let index = 0; index < 3; index++) await make('contacts-create', { first_name: `Contact ${index}` });
  await call('contacts-list', { tags: ['vip', 'navy'], company_id: company.id, search: 'zurich' });
  await call('contacts-list', { company_ids: [company.id], limit: 2 });
  const first = (await call('contacts-list', { limit: 3 })).result;
  await call('contacts-list', { limit: 3, cursor: first.next_cursor });
  await call('contacts-list', { limit: 0 });
  await call('contacts-list', { search: 'grace', unknown: 1 });
  const project = await make('projects-create', { name: 'Website', company_id: company.id, is_retainer: true });
  await call('projects-contacts-add', { project_id: project.id, contact_id: contact.id, role: 'lead' });
  await call('projects-contacts-list', { project_id: project.id });
  await call('projects-contacts-remove', { project_id: project.id, contact_id: contact.id });
  await call('projects-update', { project_id: project.id, stage: 'active' });
  await call('projects-update', { project_id: project.id, stage: 'nonsense' });
  const activity = await make('activities-create', {
    activity_type: 'call',
    contact_id: contact.id,
    metadata: { direction: 'outbound' },
    occurred_at: '2026-01-31T09:30:00Z',
  });
  await call('activities-update', { activity_id: activity.id, company_id: company.id, contact_id: null });
  await call('activities-list', { types: ['call'], sort: '-occurred_at', company_id: company.id });
  await call('activity-schemas-list');
  const endpoint = await make('webhooks-create', { url: 'https://hooks.example.com/x', events: ['contact.created'] });
  await call('webhooks-update', { endpoint_id: endpoint.id, is_active: false });
  await call('webhooks-test', { endpoint_id: endpoint.id });
  await call('webhooks-deliveries', { endpoint_id: endpoint.id, limit: 5 });
  await call('webhooks-get', { endpoint_id: endpoint.id });
  await call('webhooks-list');
  await call('webhooks-delete', { endpoint_id: endpoint.id });
  const made = await make('oauth-apps-create', { name: 'Sync' });
  const app_id = (made.app as { id: string }).id;
  await call('oauth-apps-update', { app_id, name: 'Nightly sync' });
  await call('oauth-apps-rotate-secret', { app_id });
  await call('oauth-apps-revoke', { app_id });
  await call('oauth-apps-list');
  await call('imports-list');
  await call('imports-get', { job_id: randomUUID() });
  await call('contacts-delete', { contact_id: contact.id });
  await call('contacts-get', { contact_id: contact.id });
  await call('companies-delete', { company_id: company.id });
  await call('contacts-create', { first_name: '' });
  await call('contacts-create', { frist_name: 'Grace' });
  await call('contacts-update', { contact_id: contact.id, company_id: 'nonsense' });
  return told;
}

/** Ids, times and secrets by the order in which they first come. */
function comparable(told: object[]): unknown {
  const seen = new Map<string, string>();
  const text = JSON.stringify(told).replaceAll(
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|user-[\w-]+@example\.com|whsec_[\w+/=]+|dw_c[is]_[\w-]+|\d{4}-\d\d-\d\dT[\d:.]+Z/g,
    (match) => {
      if (/^\d{4}-\d\d-\d\dT/.test(match)) return 'a time';
      seen.set(match, seen.get(match) ?? `value ${seen.size}`);
      return seen.get(match)!;
    },
  );
  return JSON.parse(text, (key, value: unknown) => (key === 'next_cursor' ? (value ? 'a cursor' : '') : value));
}

it('a whole scenario has equal results through both doors', async () => {
  const [one, other] = [await program.register(), await program.register()];
  const throughRoutes = comparable(await scenario(routeDoor(program.client.as(one)))) as object[];
  const throughOperations = comparable(await scenario(operationDoor(program.client.as(other)))) as object[];
  expect(throughOperations).toHaveLength(throughRoutes.length);
  for (const [index, told] of throughOperations.entries()) expect(told).toEqual(throughRoutes[index]);
});

describe('sessions', () => {
  it('register, login, refresh, logout', async () => {
    const email = `${randomUUID()}@example.com`;
    await program.client.call('auth-register', { email, password, name: 'Ada' });
    const { result: session } = await program.client.call<SignedIn>('auth-login', { email, password });
    const { refresh_token } = session;
    const { result: next } = await program.client.call<SignedIn>('auth-refresh-token', { refresh_token });
    const client = program.client.as(next);
    expect((await client.call<{ email: string }>('auth-me')).result.email).toBe(email);
    expect((await client.call('auth-logout')).status).toBe(200);
    expect((await client.call('auth-me', {})).error.code).toBe('auth.invalid_token');
  });

  it('a lost password comes back, an invitation is accepted, a password is changed', async () => {
    const owner = await program.register();
    const client = program.client.as(owner);
    const email = `${randomUUID()}@example.com`;
    const { result: invited } = await client.call<{ invite_token: string; user: { id: string } }>('users-invite', {
      email,
      name: 'Charles',
    });
    const accept = { token: invited.invite_token, password };
    const { result: session } = await program.client.call<SignedIn>('auth-accept-invite', accept);
    const change = { current_password: password, new_password: 'another-horse-battery' };
    expect((await program.client.as(session).call('users-change-password', change)).status).toBe(200);
    expect((await program.client.call('users-forgot-password', { email })).status).toBe(200);
    const mail = (await program.mailsTo(email)).at(-1)!;
    const token = /token=([\w-]+)/.exec(mail.text)![1]!;
    const reset = { token, new_password: 'third-horse-battery' };
    expect((await program.client.call('users-reset-password', reset)).status).toBe(200);
    expect((await program.client.call('auth-login', { email, password: 'third-horse-battery' })).status).toBe(200);
  });

  it('users are deactivated and activated by one operation', async () => {
    const client = program.client.as(await program.register());
    const email = `${randomUUID()}@example.com`;
    const { result } = await client.call<{ user: { id: string } }>('users-invite', { email, name: 'Charles' });
    const user_id = result.user.id;
    const set = async (active: unknown) =>
      client.call<{ deactivated_at: string | null }>('users-set-active', { user_id, active });
    expect((await set(false)).result.deactivated_at).not.toBeNull();
    expect((await set(true)).result.deactivated_at).toBeNull();
    for (const active of ['false', null, 0]) expect((await set(active)).error.code).toBe('users.invalid_request');
    expect((await client.call('users-set-active', { user_id })).error.code).toBe('users.invalid_request');
    const last = { user_id: (await client.call<{ id: string }>('auth-me')).result.id, active: false };
    expect((await client.call('users-set-active', last)).error.code).toBe('users.last_owner');
  });

  it('an app gets its token', async () => {
    const client = program.client.as(await program.register());
    const { result } = await client.call<{ app: { client_id: string }; client_secret: string }>('oauth-apps-create', {
      name: 'Sync',
    });
    const credentials = { client_id: result.app.client_id, client_secret: result.client_secret };
    const answer = await program.client.call<{ access_token: string }>('oauth-token', {
      grant_type: 'client_credentials',
      ...credentials,
    });
    expect(answer.body).toMatchObject({ access_token: answer.result.access_token });
    expect((await program.client.as(answer.result).call('contacts-list')).status).toBe(200);
    const basic = (secret: string) => ({
      Authorization: `Basic ${Buffer.from(`${credentials.client_id}:${secret}`).toString('base64')}`,
    });
    const byBasic = (secret: string) =>
      program.client.call<{ access_token: string }>('oauth-token', { grant_type: 'client_credentials' }, basic(secret));
    expect((await byBasic(credentials.client_secret)).result.access_token).toEqual(expect.any(String));
    const refused = await byBasic('wrong');
    expect([refused.error.code, refused.headers['www-authenticate']]).toEqual([
      'oauth.invalid_client',
      'Basic realm="tideline"',
    ]);
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...credentials }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await program.client.call('oauth-token', form, headers)).error.code).toBe('oauth.invalid_request');
  });
});

describe('habits of the hosted API', () => {
  it('all is said in the body: a parameter in the address is refused', async () => {
    const { access_token } = await program.register();
    const answer = await fetch(`${program.url}/api/contacts-list?limit=1`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' },
      body: '{}',
    });
    const { error } = (await answer.json()) as { error: { code: string; details: object[] } };
    expect([answer.status, error.code]).toEqual([400, 'contacts.invalid_request']);
    expect(error.details).toEqual([expect.objectContaining({ field: 'limit' })]);
  });

  it('users-list takes limit and offset', async () => {
    const client = program.client.as(await program.register());
    for (let index = 0; index < 4; index++)
      await client.call('users-invite', { email: `${randomUUID()}@example.com`, name: `Person ${index}` });
    const list = (body?: object) => client.call<{ users: { name: string }[]; total: number }>('users-list', body);
    const { users: everybody } = (await list()).result;
    expect(everybody.map(({ name }) => name)).toEqual(['Person 3', 'Person 2', 'Person 1', 'Person 0', 'Ada Lovelace']);
    expect((await list({ limit: 2, offset: 1 })).result).toEqual({ users: everybody.slice(1, 3), total: 5 });
    expect((await list({ offset: 9 })).result).toEqual({ users: [], total: 5 });
    expect((await list({ search: 'person', limit: 1 })).result).toMatchObject({
      users: [{ name: 'Person 3' }],
      total: 4,
    });
    for (const body of [{ limit: 0 }, { limit: 101 }, { limit: '2' }, { offset: -1 }, { offset: 0.5 }, { cursor: 'x' }])
      expect((await list(body)).error.code).toBe('users.invalid_request');
  });

  it('lists that answer all do so beyond a page, and take no limit', async () => {
    const client = program.client.as(await program.register());
    const made: string[] = [];
    for (let index = 0; index < 103; index++)
      made.push((await client.call<Result>('sources-create', { name: `Source ${index}` })).result.id);
    const { result } = await client.call<{ items: Result[]; next_cursor: string }>('sources-list');
    expect(result.items.map(({ id }) => id)).toEqual(made.reverse());
    expect(result.next_cursor).toBe('');
    expect((await client.call('sources-list', { limit: 5 })).error.details).toMatchObject([{ field: 'limit' }]);
  });

  it('pages: the last one has an empty cursor, which is taken for the first', async () => {
    const client = program.client.as(await program.register());
    for (const first_name of ['A', 'B', 'C']) await client.call('contacts-create', { first_name });
    const page = async (cursor: string) => {
      const { result } = await client.call<{ items: { first_name: string }[]; next_cursor: string }>('contacts-list', {
        limit: 2,
        cursor,
      });
      return [result.items.map((item) => item.first_name).join(''), result.next_cursor] as const;
    };
    const [first, next] = await page('');
    expect(first).toBe('CB');
    expect(await page(next)).toEqual(['A', '']);
  });

  it('null leaves texts, arrays and objects, and clears ids, dates and numbers', async () => {
    const client = program.client.as(await program.register());
    const { result: company } = await client.call<Result>('companies-create', { name: 'Acme' });
    const full = { tags: ['vip'], notes: 'A note', company_id: company.id, value: 5, end_date: '2026-12-31' };
    const { result: project } = await client.call<Result>('projects-create', { name: 'Website', ...full });
    const nothing = {
      notes: null,
      tags: null,
      custom_fields: null,
      name: null,
      company_id: null,
      value: null,
      end_date: null,
    };
    const { result } = await client.call<Result>('projects-update', { project_id: project.id, ...nothing });
    expect(result).toMatchObject({
      name: 'Website',
      tags: ['vip'],
      notes: 'A note',
      company_id: null,
      value: null,
      end_date: null,
    });
    const cleared = await client.call<Result>('projects-update', { project_id: project.id, notes: '' });
    expect(cleared.result.notes).toBe('');
    // Not so through the route, nor where a record is made.
    expect((await client.patch<Result>(`/projects/${project.id}`, { tags: null })).result.tags).toEqual([]);
    const { error } = await client.call('projects-create', { name: null });
    expect(error.code).toBe('projects.name_required');
    const activity = { activity_type: 'call', company_id: company.id, metadata: { direction: 'outbound' } };
    const { id: activity_id } = (await client.call<Result>('activities-create', activity)).result;
    const kept = await client.call<Result>('activities-update', { activity_id, metadata: null });
    expect(kept.result.metadata).toEqual(activity.metadata);
    for (const body of [{ stage: null }, { is_retainer: null }])
      expect((await client.call('projects-update', { project_id: project.id, ...body })).status).toBe(400);
  });

  it('custom fields filter by an object', async () => {
    const client = program.client.as(await program.register());
    const field = { entity_type: 'contact', label: 'Age', field_type: 'number' };
    const { id } = (await client.call<Result>('custom-fields-create', field)).result;
    for (const age of [10, 20, 30])
      await client.call('contacts-create', { first_name: `${age}`, custom_fields: { [id]: age } });
    const found = async (condition: unknown) => {
      const { result } = await client.call<{ items: { first_name: string }[] }>('contacts-list', {
        custom_fields: { [id]: condition },
      });
      return result.items.map((item) => item.first_name);
    };
    expect(await found(20)).toEqual(['20']);
    expect(await found({ gte: 20 })).toEqual(['30', '20']);
    expect(await found({ gte: 15, lte: 25 })).toEqual(['20']);
    const { error } = await client.call('contacts-list', { custom_fields: 'nonsense' });
    expect(error.code).toBe('contacts.invalid_custom_fields');
  });

  it('an upload address', async () => {
    const client = program.client.as(await program.register());
    const { result } = await client.call<{ job_id: string; signed_url: string }>('imports-request-upload', {
      model_type: 'contacts',
      file_name: 'people.csv',
    });
    expect(Object.keys(result)).toEqual(['job_id', 'signed_url']);
    const sent = await fetch(result.signed_url, { method: 'PUT', body: 'First Name\nGrace\n' });
    expect(sent.status).toBe(200);
    const { job_id } = result;
    const uploaded = await client.call<{ preview: object }>('imports-complete-upload', { job_id });
    expect(uploaded.result.preview).toBeDefined();
    const confirmed = await client.call('imports-confirm', { job_id, column_mapping: { 'First Name': 'first_name' } });
    expect(confirmed.status).toBe(200);
    expect((await client.call<{ id: string }>('imports-get', { job_id })).result.id).toBe(job_id);
    expect((await client.call('imports-errors', { job_id })).result).toEqual({ items: [], next_cursor: '' });
  });
});

describe('what is wrong', () => {
  it.each([undefined, {}, { contact_id: null }, { contact_id: 5 }, { contact_id: 'x' }, { contact_id: ['x'] }])(
    'an id that is absent or malformed: %j',
    async (body) => {
      const client = program.client.as(await program.register());
      for (const operation of ['contacts-get', 'contacts-update', 'contacts-delete']) {
        const { status, error } = await client.call(operation, body);
        expect([status, error.code]).toEqual([400, 'contacts.invalid_id']);
        expect(error.details).toMatchObject([{ field: 'contact_id' }]);
      }
    },
  );

  it('the record may be called just id; both names at once are one too many', async () => {
    const client = program.client.as(await program.register());
    const { id } = (await client.call<Result>('contacts-create', { first_name: 'Grace' })).result;
    expect((await client.call<Result>('contacts-get', { id })).result.id).toBe(id);
    expect((await client.call('contacts-get', { id, contact_id: id })).error.code).toBe('contacts.invalid_request');
  });

  it('an id of another account is the id of nothing', async () => {
    const stranger = program.client.as(await program.register());
    const client = program.client.as(await program.register());
    const { id: contact_id } = (await client.call<Result>('contacts-create', { first_name: 'Grace' })).result;
    for (const operation of ['contacts-get', 'contacts-update', 'contacts-delete'])
      expect((await stranger.call(operation, { contact_id })).error.code).toBe('contacts.not_found');
  });

  it.each(['nonsense', 'contacts', 'contacts-get/x', 'v1', '', 'toString', '__proto__'])(
    'no operation: %j',
    async (name) => {
      const { status, error } = await program.client.call(name, {});
      expect([status, error.code]).toEqual([404, 'api.not_found']);
    },
  );

  it('another method is no operation', async () => {
    const answer = await fetch(`${program.url}/api/contacts-list`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['[]', 'null', '"x"', '{', '{"__proto__":{}}'])('the body %s', async (body) => {
    const { error } = await program.client.call('users-forgot-password', body);
    expect(error.code).toBe('auth.invalid_request');
  });

  it('parameters beside the body are refused by name', async () => {
    const client = program.client.as(await program.register());
    for (const name of ['contacts-list?limit=5', 'contacts-create?x=1', 'sources-list?limit=5']) {
      const { status, error } = await client.call(name, { first_name: 'x' });
      expect([status, error.message]).toEqual([400, expect.stringMatching(/^unknown parameter/)]);
    }
  });

  it.each([
    { search: {} },
    { tags: 'a', limit: true },
    { limit: [5] },
    { company_id: { a: 1 } },
    { tags: [{}] },
    { created_after: 5 },
  ])('filters that no query string could carry: %j', async (body) => {
    const client = program.client.as(await program.register());
    const { status } = await client.call('contacts-list', body);
    expect(status).toBe(400);
  });

  it('members get no further than through the routes', async () => {
    const owner = program.client.as(await program.register());
    const email = `${randomUUID()}@example.com`;
    const { result } = await owner.call<{ invite_token: string }>('users-invite', { email, name: 'Charles' });
    const session = await program.client.call<SignedIn>('auth-accept-invite', { token: result.invite_token, password });
    const { status, error } = await program.client.as(session.result).call('webhooks-list');
    expect([status, error.code]).toEqual([403, 'auth.forbidden']);
  });
});

describe('without a token', () => {
  it.each(operationCalls.filter(({ isPublic }) => !isPublic))('$path → auth.required', async ({ path }) => {
    const { status, error } = await program.client.call(path.replace('/api/', ''));
    expect([status, error.code]).toEqual([401, 'auth.required']);
  });
});

describe('rate limits', () => {
  it('count calls of operations with those of routes, and sign-ins apart', async () => {
    const limited = await startApp({ RATE_LIMITS: 'on', RATE_LIMIT_USER: '1/2', RATE_LIMIT_LOGIN: '1/2' });
    // So that no budget flows in meanwhile.
    limited.clock.freeze();
    try {
      const client = limited.client.as(await limited.register());
      await client.get('/contacts');
      expect((await client.call('contacts-list')).status).toBe(200);
      const { error, headers } = await client.call('contacts-list');
      expect([error.code, headers['retry-after']]).toEqual(['rate_limit.exceeded', '1']);
      const login = () => limited.client.call('auth-login', { email: 'nobody@example.com', password: 'x' });
      expect([(await login()).status, (await login()).status]).toEqual([401, 429]);
    } finally {
      await limited.close();
    }
  });
});
