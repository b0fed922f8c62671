import { randomUUID } from 'node:crypto';
import { useApi } from '../support/api';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import { allOf, feedOf, type Row, told, upsert, type Upserted } from '../support/bulk';
import type { Client, SignedIn } from '../support/client';
import { all } from '../support/outcome';
import { digestsOfAccount } from '../support/snapshot';

const { program, ada, client } = useApi({ accountFor: 'each test' });

const email = 'grace@navy.example';
const grace = { first_name: 'Grace', email };
const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const key = (value: string) => ({ 'Idempotency-Key': value });

/** Code and fields of a refusal, after which no event has been made. */
async function refusal(path: string, body: unknown): Promise<unknown[]> {
  const before = (await feedOf(client)).length;
  const { status, error } = await client.post(path, body as object);
  expect([status, (await feedOf(client)).length]).toEqual([400, before]);
  return told(error);
}

describe('match_by', () => {
  it.each([
    ['contacts', grace, ['phone', 'name', 'id', 'first_name', 'Email', 'name_and_company']],
    ['companies', { name: 'Acme', domain: 'acme.example' }, ['email', 'id', 'website', 'DOMAIN']],
    ['projects', { name: 'Apollo' }, ['name', 'email', 'id']],
    ['activities', { activity_type: 'call' }, ['activity_type', 'email', 'id']],
    ['sources', { name: 'Fair' }, ['email', 'id', 'external_id']],
  ])('of %s: another way is refused', async (kind, data, unknown) => {
    const none = [
      '',
      ' ',
      null,
      5,
      true,
      ['email'],
      {},
      `custom_fields.${randomUUID()}`,
      'custom_fields.',
      'custom_fields',
    ];
    for (const match_by of [...unknown, ...none]) {
      const refused = await refusal(`/${kind}/upsert`, { match_by, data });
      expect([match_by, ...refused]).toEqual([match_by, `${kind}.invalid_request`, 'match_by']);
    }
    expect(await refusal(`/${kind}/upsert`, { data })).toEqual([`${kind}.invalid_request`, 'match_by']);
  });

  it('a custom field that is not unique is none', async () => {
    const field = await make('/custom-fields', { entity_type: 'contact', label: 'No', field_type: 'text' });
    const data = { ...grace, custom_fields: { [field.id]: 'x' } };
    expect(await refusal('/contacts/upsert', { match_by: `custom_fields.${field.id}`, data })).toEqual([
      'contacts.invalid_request',
      'match_by',
    ]);
  });
});

describe('data', () => {
  it.each([undefined, null, 'x', 5, [], [grace]])('%j is none', async (data) => {
    expect(await refusal('/contacts/upsert', { match_by: 'email', data })).toEqual([
      'contacts.invalid_request',
      'data',
    ]);
  });

  it.each<[string, string, object, string, ...unknown[]]>([
    ['an unknown field', 'contacts', { ...grace, nmae: 'x' }, 'email', 'contacts.invalid_request', 'nmae'],
    ['a read-only field', 'contacts', { ...grace, id: randomUUID() }, 'email', 'contacts.invalid_request', 'id'],
    ['a version', 'contacts', { ...grace, if_version: 1 }, 'email', 'contacts.invalid_request', 'if_version'],
    ['an empty name', 'contacts', { email, first_name: ' ' }, 'email', 'contacts.first_name_required', 'first_name'],
    ['no name', 'contacts', { email }, 'email', 'contacts.first_name_required', 'first_name'],
    ['no name of a company', 'companies', { domain: 'a.example' }, 'domain', 'companies.invalid_request', 'name'],
    ['no text', 'contacts', { ...grace, last_name: 5 }, 'email', 'contacts.invalid_request', 'last_name'],
    ['too long', 'contacts', { ...grace, phone: '1'.repeat(51) }, 'email', 'contacts.invalid_request', 'phone'],
    ['a NUL', 'companies', { name: 'a\0b' }, 'name', 'companies.invalid_request', 'name'],
  ])('%s is refused as by POST', async (_, kind, data, match_by, ...expected) => {
    expect(await refusal(`/${kind}/upsert`, { match_by, data })).toEqual(expected);
  });

  it('every failing field is told', async () => {
    const data = { ...grace, last_name: 5, tags: 'x' };
    expect(await refusal('/contacts/upsert', { match_by: 'email', data })).toEqual([
      ...['contacts.invalid_request', 'last_name', 'tags'],
    ]);
  });

  it('what is found needs no required field, and may not lose it', async () => {
    const made = await make('/contacts', grace);
    expect((await upsert(client, 'contacts', 'email', { email })).result.record).toEqual(made);
    expect(await refusal('/contacts/upsert', { match_by: 'email', data: { email, first_name: null } })).toEqual([
      ...['contacts.first_name_required', 'first_name'],
    ]);
  });

  it('required custom fields are required of what is made, and may not be cleared', async () => {
    const before = await make('/contacts', { first_name: 'Anne', email: 'anne@navy.example' });
    const definition = { entity_type: 'contact', label: 'Size', field_type: 'number', required: true };
    const { id: field } = await make('/custom-fields', definition);
    const path = `custom_fields.${field}`;
    const sent = (custom_fields?: object, data: object = grace) => ({
      match_by: 'email',
      data: { ...data, ...(custom_fields && { custom_fields }) },
    });
    expect(await refusal('/contacts/upsert', sent())).toEqual(['contacts.invalid_custom_fields', path]);
    const made = (await client.post<Upserted>('/contacts/upsert', sent({ [field]: 1 }))).result;
    expect(made).toMatchObject({ outcome: 'created', record: { custom_fields: { [field]: 1 } } });
    expect(await refusal('/contacts/upsert', sent({ [field]: null }))).toEqual([
      'contacts.invalid_custom_fields',
      path,
    ]);
    expect((await client.post<Upserted>('/contacts/upsert', sent())).result.outcome).toBe('unchanged');
    // As by PATCH: what never had it may go on without it.
    const old = sent(undefined, { email: before.email, last_name: 'Frank' });
    expect((await client.post<Upserted>('/contacts/upsert', old)).result.outcome).toBe('updated');
  });
});

describe('the value to match by', () => {
  it.each([
    ['contacts', 'email', { first_name: 'Grace' }, ['', '  ', null, 'none', 'grace', 'grace@']],
    ['companies', 'domain', { name: 'Acme' }, ['', '  ', null, 'acme', 'not a host', 'http://', '127.0.0.1']],
    ['companies', 'name', {}, ['', '  ', null]],
  ])('of %s by %s: empty, absent or without the form of one is refused', async (kind, by, data, values) => {
    const expected = [`${kind}.invalid_request`, by];
    expect(await refusal(`/${kind}/upsert`, { match_by: by, data })).toEqual(expected);
    // There is one in which it is unset, and that is not meant.
    if (by !== 'name') await make(`/${kind}`, data);
    for (const value of values) {
      const refused = await refusal(`/${kind}/upsert`, { match_by: by, data: { ...data, [by]: value } });
      expect([value, ...refused]).toEqual([value, ...expected]);
    }
  });

  it.each([{}, { name: '' }, { name: ' ' }, { name: null }])('of sources: %j is refused', async (data) => {
    const [code, field] = await refusal('/sources/upsert', { match_by: 'name', data });
    expect(['sources.invalid_request', 'sources.name_required']).toContain(code);
    expect(field).toBe('name');
  });
});

describe('the body', () => {
  it.each(['x', '[]', '{', ''])('%j is none', async (body) => {
    const { status, error } = await client.post('/contacts/upsert', body);
    expect([status, error.code]).toEqual([400, 'contacts.invalid_request']);
  });

  it('takes no other keys, and no If-Match', async () => {
    const body = { match_by: 'email', data: grace };
    for (const more of ['dry_run', 'if_version', 'id', 'action']) {
      expect(await refusal('/contacts/upsert', { ...body, [more]: 1 })).toEqual(['contacts.invalid_request', more]);
    }
    const { error } = await client.post('/contacts/upsert', body, { 'If-Match': '"1"' });
    expect([error.code, error.details?.[0]?.field]).toEqual(['contacts.invalid_request', 'If-Match']);
    expect(await allOf(client, 'contacts')).toEqual([]);
  });
});

it('members and apps may; without a token nobody', async () => {
  const invited = { email: newEmail(), name: 'Alan' };
  const { invite_token: token } = (await client.post<{ invite_token: string }>('/users/invite', invited)).result;
  const alan = program.client.as(
    (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result,
  );
  const app = (
    await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Sync' })
  ).result;
  const grant = { client_id: app.app.client_id, client_secret: app.client_secret, grant_type: 'client_credentials' };
  const sync = program.client.as((await program.client.post<{ access_token: string }>('/oauth/token', grant)).result);
  const made = (await upsert(sync, 'contacts', 'email', grace)).result;
  expect(made).toMatchObject({ outcome: 'created', record: { created_by: null } });
  const changed = (await upsert(alan, 'contacts', 'email', { email, last_name: 'Hopper' })).result;
  expect([changed.outcome, changed.record.id]).toEqual(['updated', made.record.id]);
  for (const kind of ['contacts', 'companies', 'projects', 'activities', 'sources'])
    await all([401, 'auth.required'], program.client.post(`/${kind}/upsert`, { match_by: 'email', data: grace }));
});

describe('a dry run', () => {
  it('answers as the upsert would, with a null id of what would be made, and leaves nothing', async () => {
    program.clock.freeze();
    const before = await digestsOfAccount(program, ada.user.account_id);
    const path = '/contacts/upsert?dry_run=true';
    const body = { match_by: 'email', data: grace };
    const tried = await client.post<Upserted>(path, body);
    expect([tried.headers['dry-run'], await digestsOfAccount(program, ada.user.account_id)]).toEqual(['true', before]);
    const { record } = (await client.post<Upserted>('/contacts/upsert', body)).result;
    expect(tried.result).toEqual({ outcome: 'created', record: { ...record, id: null } });
    const kept = await digestsOfAccount(program, ada.user.account_id);
    const changed = await client.post<Upserted>(path, { ...body, data: { email, last_name: 'Hopper' } });
    expect(changed.result).toEqual({ outcome: 'updated', record: { ...record, last_name: 'Hopper', version: 2 } });
    expect((await client.post<Upserted>(path, body)).result).toEqual({ outcome: 'unchanged', record });
    expect((await client.post(path, { ...body, data: { email, tags: 5 } })).error.code).toBe(
      'contacts.invalid_request',
    );
    expect(await digestsOfAccount(program, ada.user.account_id)).toEqual(kept);
  });
});

describe('with a key', () => {
  it('takes effect once, and is answered the same again', async () => {
    const send = (data: object, value: string) => upsert(client, 'contacts', 'email', data, key(value));
    const first = await send(grace, 'one');
    const change = await send({ email, last_name: 'Hopper' }, 'two');
    const none = await send({ email }, 'three');
    expect([first, change, none].map(({ result }) => result.outcome)).toEqual(['created', 'updated', 'unchanged']);
    await client.delete(`/contacts/${first.result.record.id}`);
    for (const [before, again] of [
      [first, await send(grace, 'one')],
      [change, await send({ email, last_name: 'Hopper' }, 'two')],
      [none, await send({ email }, 'three')],
    ] as const) {
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect([again.body, again.headers.etag]).toEqual([before.body, before.headers.etag]);
    }
    expect((await send({ email }, 'one')).error.code).toBe('idempotency.key_reused');
    expect(await allOf(client, 'contacts')).toEqual([]);
    expect((await feedOf(client)).map(({ event }) => event)).toEqual([
      ...['contact.created', 'contact.updated', 'contact.deleted'],
    ]);
  });
});

describe('at the same moment', () => {
  let second: TestApp;
  beforeAll(async () => void (second = await startApp()));
  afterAll(() => second.close());

  it.each([
    ['contacts', 'email', { first_name: 'Grace' }, (n: number) => (n % 2 ? email : email.toUpperCase())],
    ['companies', 'domain', { name: 'Acme' }, (n: number) => (n % 2 ? 'acme.example' : 'https://www.Acme.example/')],
    ['companies', 'name', {}, (n: number) => (n % 2 ? 'Acme AG' : 'ACME  ag')],
    ['sources', 'name', {}, (n: number) => (n % 2 ? 'Fair' : 'FAIR')],
  ] as const)('20 upserters of one of %s by %s, at two servers, make one', async (kind, by, data, form) => {
    const servers: Client[] = [client, second.client.as(ada)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        upsert(servers[index % 2]!, kind, by, { ...data, [by]: form(Math.floor(index / 2)) }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const outcomes = answers.map(({ result }) => result.outcome);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    const records = await allOf(client, kind);
    expect(records).toHaveLength(1);
    expect(new Set(answers.map(({ result }) => result.record.id))).toEqual(new Set([records[0]!.id]));
    const updated = outcomes.filter((outcome) => outcome === 'updated');
    expect(records[0]!.version).toBe(updated.length + 1);
  });

  it('20 upserters of different values make one each', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        upsert(client, 'contacts', 'email', { ...grace, email: `${index}@navy.example` }),
      ),
    );
    expect(answers.map(({ result }) => result.outcome)).toEqual(answers.map(() => 'created'));
  });
});
