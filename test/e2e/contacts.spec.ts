import { randomUUID } from 'node:crypto';
import type { Client as Direct } from 'pg';
import type { CompanyView } from '../../src/contexts/companies/company.view';
import type { ContactView } from '../../src/contexts/contacts/contact.view';
import type { SourceView } from '../../src/contexts/sources/source.view';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import type { Client } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { withClient, workerDatabaseUrl } from '../support/database';
import { hostileValues, verdictOnText } from '../support/hostile-values';
import { breakDatabase } from '../support/statements';

const { program, ada, client } = useApi({ accountFor: 'each test' });

const create = async (body: object = { first_name: 'Grace' }, as: Client = client) =>
  (await as.post<ContactView>('/contacts', body)).result;
const company = async (name: string, as: Client = client) =>
  (await as.post<CompanyView>('/companies', { name })).result;
const source = async (name: string, as: Client = client) => (await as.post<SourceView>('/sources', { name })).result;
const get = async (id: string, as: Client = client) => (await as.get<ContactView>(`/contacts/${id}`)).result;
const patch = async (id: string, body: object) => (await client.patch<ContactView>(`/contacts/${id}`, body)).result;
const list = async (query = '', as: Client = client) => (await as.get<Page<ContactView>>(`/contacts${query}`)).result;
const search = async (term: string, more = '') =>
  (await list(`?search=${encodeURIComponent(term)}${more}`)).items.map(({ first_name }) => first_name);
const names = (page: Page<ContactView>) => page.items.map(({ first_name }) => first_name);

interface Event {
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly previous: Record<string, unknown> | null;
  readonly user_id: string | null;
}
const events = (id: string) =>
  program.sql<Event>('select type, data, previous, user_id from events where entity_id = $1 order by seq', [id]);
/** Until some statement in this database waits for a lock. */
async function untilWaiting(direct: Direct): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  while ((await direct.query(waiting)).rowCount === 0);
}
const changesNothing = async (work: () => Promise<unknown>) => {
  const account = [ada.user.account_id];
  const state = () =>
    Promise.all(
      ['contacts', 'companies', 'sources', 'events'].map((table) =>
        program.sql(`select * from ${table} where account_id = $1 order by id`, account),
      ),
    );
  const before = await state();
  await work();
  expect(await state()).toEqual(before);
};

const unset = {
  last_name: '',
  email: '',
  phone: '',
  job_title: '',
  address: '',
  city: '',
  state: '',
  zip_code: '',
  country: '',
  notes: '',
  company_id: null,
  company_name: '',
  source_id: null,
  source_name: '',
  tags: [],
  custom_fields: {},
};

describe('create', () => {
  it('with a first name only: the rest is unset, and GET gives the same', async () => {
    const contact = await create({ first_name: '  Grace ' });
    expect(contact).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      external_id: null,
      first_name: 'Grace',
      ...unset,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: contact.created_at,
      version: 1,
    });
    expect(await get(contact.id)).toEqual(contact);
  });

  it('with everything', async () => {
    const acme = await company('Acme');
    const fair = await source('Trade fair');
    const body = {
      first_name: 'Grace',
      last_name: 'Hopper',
      email: 'Grace@Navy.example',
      phone: '+1 (555) 0100',
      job_title: 'Rear admiral',
      address: '1 Main St',
      city: 'Arlington',
      state: 'VA',
      zip_code: '22201',
      country: 'USA',
      notes: 'Line one\nline two',
      company_id: acme.id,
      source_id: fair.id,
      tags: ['vip', 'eu'],
      custom_fields: {},
    };
    const contact = await create(body);
    expect(contact).toMatchObject({ ...body, company_name: 'Acme', source_name: 'Trade fair' });
    expect(await get(contact.id)).toEqual(contact);
    expect((await list()).items).toEqual([contact]);
  });

  it('records one event, with the record as GET gives it', async () => {
    const acme = await company('Acme');
    const contact = await create({ first_name: 'Grace', company_id: acme.id });
    expect(await events(contact.id)).toEqual([
      { type: 'contact.created', data: { ...contact }, previous: null, user_id: ada.user.id },
    ]);
  });

  it.each([
    ['absent', {}],
    ['null', { first_name: null }],
    ['empty', { first_name: '' }],
    ['blank', { first_name: ' \t\u00a0 ' }],
    ['absent beside other wrong fields', { last_name: 5, company_id: 'x' }],
  ])('a first name that is %s → contacts.first_name_required', async (_, body) => {
    await changesNothing(async () => {
      const { status, error } = await client.post('/contacts', body);
      expect([status, error.code]).toEqual([400, 'contacts.first_name_required']);
      expect(error.details?.[0]).toEqual({ field: 'first_name', message: 'first_name is required' });
    });
  });

  it.each([5, true, ['Grace'], { name: 'Grace' }, 'x'.repeat(201), 'a\0b', 'a\ud800'])(
    'a first name that is %j → contacts.invalid_request',
    async (first_name) => {
      await changesNothing(async () => {
        const { status, error } = await client.post('/contacts', { first_name });
        expect([status, error.code]).toEqual([400, 'contacts.invalid_request']);
        expect(error.details?.map(({ field }) => field)).toEqual(['first_name']);
      });
    },
  );

  const limits = {
    first_name: 200,
    last_name: 200,
    email: 500,
    phone: 50,
    job_title: 500,
    address: 500,
    city: 500,
    state: 500,
    zip_code: 500,
    country: 500,
    notes: 20_000,
  };
  it.each(Object.entries(limits))('%s takes %i code points and not one more', async (field, most) => {
    const longest = '🌊'.repeat(most);
    expect(await create({ first_name: 'Grace', [field]: longest })).toMatchObject({ [field]: longest });
    const { error } = await client.post('/contacts', { first_name: 'Grace', [field]: `${longest}🌊` });
    expect(error).toMatchObject({ code: 'contacts.invalid_request', details: [{ field }] });
  });

  it.each(Object.keys(limits).filter((field) => field !== 'first_name'))('null clears %s to ""', async (field) => {
    const contact = await create({ first_name: 'Grace', [field]: ' x ' });
    expect(contact).toMatchObject({ [field]: 'x' });
    expect(await patch(contact.id, { [field]: null })).toMatchObject({ [field]: '' });
    expect(await create({ first_name: 'Grace', [field]: null })).toMatchObject({ [field]: '' });
  });

  it('whatever the text, it is stored as it is or refused, and found again', async () => {
    for (const json of hostileValues) {
      const value: unknown = JSON.parse(json);
      const answer = await client.post<ContactView>('/contacts', `{"first_name":"Grace","last_name":${json}}`);
      const verdict = verdictOnText(value);
      const emptied = value === null || (typeof value === 'string' && verdict === 'missing');
      if (verdict === 'refused') expect(answer.error.code).toBe('contacts.invalid_request');
      else expect(answer.result.last_name).toBe(emptied ? '' : (value as string).normalize('NFC').trim());
    }
  });

  it('unknown keys answer first and are told with what was meant, the fields in their order', async () => {
    const { error } = await client.post('/contacts', { firstname: 'Grace', tags: 1, first_name: null, colour: 'red' });
    expect(error.code).toBe('contacts.invalid_request');
    expect(error.details?.map(({ field }) => field)).toEqual(['firstname', 'colour', 'first_name', 'tags']);
    expect(error.details?.[0]?.message).toContain('"first_name"');
  });

  it.each(['id', 'account_id', 'created_by', 'company_name', 'source_name', 'created_at', 'updated_at', 'search_text'])(
    '%s is not for the caller to set',
    async (field) => {
      const { error } = await client.post('/contacts', { first_name: 'Grace', [field]: randomUUID() });
      expect(error).toMatchObject({ code: 'contacts.invalid_request', details: [{ field }] });
    },
  );
});

describe('tags', () => {
  it('are trimmed, without repetitions and in order', async () => {
    const contact = await create({ first_name: 'Grace', tags: [' vip', 'eu', 'vip ', 'EU'] });
    expect(contact.tags).toEqual(['vip', 'eu', 'EU']);
    expect((await get(contact.id)).tags).toEqual(['vip', 'eu', 'EU']);
  });

  it('are replaced whole, emptied by null', async () => {
    const contact = await create({ first_name: 'Grace', tags: ['vip', 'eu'] });
    expect((await patch(contact.id, { tags: ['us'] })).tags).toEqual(['us']);
    expect((await patch(contact.id, { tags: null })).tags).toEqual([]);
  });

  it('take 50 of 64 characters', async () => {
    const tags = Array.from({ length: 50 }, (_, index) => '🌊'.repeat(62) + String(index).padStart(2, '0'));
    expect((await create({ first_name: 'Grace', tags: [...tags, tags[0]] })).tags).toEqual(tags);
    const { error } = await client.post('/contacts', { first_name: 'Grace', tags: [...tags, 'more'] });
    expect(error).toMatchObject({ code: 'contacts.invalid_request', details: [{ field: 'tags' }] });
  });

  it.each([
    ['a text', 'vip', 'tags'],
    ['an object', { 0: 'vip' }, 'tags'],
    ['a number in it', ['vip', 5], 'tags[1]'],
    ['null in it', [null], 'tags[0]'],
    ['a blank one', ['vip', 'eu', ' '], 'tags[2]'],
    ['a number behind repetitions', ['vip', 'vip', 'vip', 5], 'tags[3]'],
    ['an array in it', [['vip']], 'tags[0]'],
    ['65 characters', ['x'.repeat(65)], 'tags[0]'],
    ['NUL', ['a\0'], 'tags[0]'],
    ['a lone surrogate', ['\ud800'], 'tags[0]'],
  ])('%s → contacts.invalid_request', async (_, tags, field) => {
    const { error } = await client.post('/contacts', { first_name: 'Grace', tags });
    expect(error).toMatchObject({ code: 'contacts.invalid_request', details: [{ field }] });
    expect(error.details?.[0]?.message.startsWith(field)).toBe(true);
  });
});

describe('custom fields', () => {
  it('nothing and null are no values', async () => {
    expect((await create({ first_name: 'Grace', custom_fields: null })).custom_fields).toEqual({});
    expect((await create({ first_name: 'Grace', custom_fields: {} })).custom_fields).toEqual({});
  });

  it.each([
    ['a text', 'x', ['custom_fields']],
    ['an array', [], ['custom_fields']],
    ['a number', 5, ['custom_fields']],
    [
      'unknown keys',
      { '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70': 1, x: null },
      ['custom_fields.0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70', 'custom_fields.x'],
    ],
  ])('%s → contacts.invalid_custom_fields', async (_, custom_fields, fields) => {
    const contact = await create();
    await changesNothing(async () => {
      for (const answer of [
        await client.post('/contacts', { first_name: 'Grace', custom_fields }),
        await client.patch(`/contacts/${contact.id}`, { custom_fields }),
      ]) {
        expect([answer.status, answer.error.code]).toEqual([400, 'contacts.invalid_custom_fields']);
        expect(answer.error.details?.map(({ field }) => field)).toEqual(fields);
      }
    });
  });

  it('each of two hundred refused keys is told of, and how many more there are', async () => {
    const custom_fields = Object.fromEntries(Array.from({ length: 203 }, (_, index) => [`key-${index}`, index]));
    const { error } = await client.post('/contacts', { first_name: 'Grace', custom_fields });
    expect(error.details).toHaveLength(201);
    expect(error.details?.[199]?.field).toBe('custom_fields.key-199');
    expect(error.details?.[200]).toEqual({
      field: 'custom_fields',
      message: 'custom_fields has 3 more that are refused',
    });
  });
});

describe('more than there can be', () => {
  const keys = Object.fromEntries(Array.from({ length: 14_000 }, (_, index) => [`key-${index}`, index]));
  const deep = { ['k'.repeat(700_000)]: Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [index, 1])) };
  const inMetadata = { activity_type: 'call', contact_id: randomUUID() };

  it('of custom fields: two hundred are told, the others counted, and keys are cut', async () => {
    await changesNothing(async () => {
      const { error } = await client.post('/contacts', { first_name: 'Grace', custom_fields: keys });
      expect([error.code, error.details?.length]).toEqual(['contacts.invalid_custom_fields', 201]);
      expect(error.details?.at(-1)?.message).toBe('custom_fields has 13800 more that are refused');
      const long = (await client.post('/contacts', { first_name: 'Grace', custom_fields: deep })).error;
      expect([long.code, long.details]).toEqual([
        'contacts.invalid_custom_fields',
        [{ field: `custom_fields.${'k'.repeat(99)}`, message: expect.stringContaining('is no custom field') }],
      ]);
    });
  });

  it.each([
    ['keys', keys, 'custom_fields takes at most 10 conditions'],
    ['leaves below a long key', deep, 'custom_fields takes at most 10 conditions'],
    ['empty objects', { [randomUUID()]: {} }, /must be one custom_fields\[<id>\]=value/],
  ])('of conditions: %s', async (_, custom_fields, message) => {
    const { error } = await client.call('contacts-list', { custom_fields });
    expect([error.code, error.details?.length]).toEqual(['contacts.invalid_custom_fields', 1]);
    expect(error.message).toMatch(message);
  });

  it('of unknown keys: twenty are told, the others counted', async () => {
    for (const answer of [
      await client.post('/contacts', { first_name: 'Grace', ...keys }),
      await client.call('contacts-list', keys),
    ]) {
      expect([answer.error.code, answer.error.details?.length]).toEqual(['contacts.invalid_request', 21]);
      expect(answer.error.details?.at(-1)?.message).toMatch(/^and 13980 more unknown (fields|parameters)$/);
    }
  });

  it('of metadata', async () => {
    const { error } = await client.post('/activities', { ...inMetadata, metadata: keys });
    expect([error.code, error.details?.length]).toEqual(['activities.invalid_metadata', 201]);
    expect(error.details?.at(-1)?.message).toBe('metadata has 13800 more that are refused');
  });

  it('of the same tag are one, of different ones too many', async () => {
    expect((await create({ first_name: 'Grace', tags: Array<string>(14_000).fill(' vip ') })).tags).toEqual(['vip']);
    const { error } = await client.post('/contacts', { first_name: 'Grace', tags: Object.keys(keys) });
    expect(error).toMatchObject({ code: 'contacts.invalid_request', details: [{ field: 'tags' }] });
  });

  it('of values at all cannot be read, whoever asks', async () => {
    const body = `{"first_name":"Grace","tags":[${Array<number>(15_000).fill(1).join()}]}`;
    for (const as of [client, program.client]) {
      const { error } = await as.post('/contacts', body);
      expect(error.code).toBe('contacts.invalid_request');
      expect(error.details).toEqual([{ field: 'body', message: 'The body has more than 15,000 values.' }]);
    }
  });
});

describe('references', () => {
  it.each([
    ['company_id', 'contacts.invalid_company_id'],
    ['source_id', 'contacts.invalid_source_id'],
  ])('%s that is malformed, of nothing or of another account → %s', async (field, code) => {
    const grace = program.client.as(await program.register());
    const hers = field === 'company_id' ? await company('Hers', grace) : await source('Hers', grace);
    const contact = await create();
    await changesNothing(async () => {
      for (const value of ['', 'x', 5, {}, [randomUUID()], randomUUID(), hers.id]) {
        for (const answer of [
          await client.post('/contacts', { first_name: 'Grace', [field]: value }),
          await client.patch(`/contacts/${contact.id}`, { [field]: value }),
        ]) {
          expect([answer.status, answer.error.code]).toEqual([400, code]);
          expect(answer.error.details?.map((detail) => detail.field)).toEqual([field]);
        }
      }
    });
    const other = await client.post('/contacts', { first_name: 'Grace', [field]: hers.id });
    const nothing = await client.post('/contacts', { first_name: 'Grace', [field]: randomUUID() });
    expect({ ...other.error, request_id: '' }).toEqual({ ...nothing.error, request_id: '' });
  });

  it('both wrong: the first answers, both are told', async () => {
    const { error } = await client.post('/contacts', {
      first_name: 'Grace',
      source_id: randomUUID(),
      company_id: randomUUID(),
    });
    expect(error.code).toBe('contacts.invalid_company_id');
    expect(error.details?.map(({ field }) => field)).toEqual(['company_id', 'source_id']);
  });

  it('are checked after the record', async () => {
    const { error } = await client.patch(`/contacts/${randomUUID()}`, { company_id: randomUUID() });
    expect(error.code).toBe('contacts.not_found');
  });

  it('names follow: set, changed, renamed, cleared', async () => {
    const [acme, globex, fair] = [await company('Acme'), await company('Globex'), await source('Fair')];
    const contact = await create({ first_name: 'Grace', company_id: acme.id.toUpperCase(), source_id: fair.id });
    expect(contact).toMatchObject({ company_id: acme.id, company_name: 'Acme', source_name: 'Fair' });
    expect(await patch(contact.id, { company_id: globex.id })).toMatchObject({
      company_name: 'Globex',
      source_name: 'Fair',
    });
    await client.patch(`/companies/${globex.id}`, { name: 'Globex Corporation' });
    await client.patch(`/sources/${fair.id}`, { name: 'Trade fair' });
    expect(await get(contact.id)).toMatchObject({ company_name: 'Globex Corporation', source_name: 'Trade fair' });
    expect(await patch(contact.id, { last_name: 'Hopper' })).toMatchObject({
      company_name: 'Globex Corporation',
      source_name: 'Trade fair',
    });
    expect(await patch(contact.id, { company_id: null, source_id: null })).toMatchObject({
      company_id: null,
      company_name: '',
      source_id: null,
      source_name: '',
    });
  });

  it('an archived source stays but cannot be newly set', async () => {
    const fair = await source('Fair');
    const contact = await create({ first_name: 'Grace', source_id: fair.id });
    const other = await create({ first_name: 'Ada' });
    await client.post(`/sources/${fair.id}/archive`);
    expect(await patch(contact.id, { source_id: fair.id, last_name: 'Hopper' })).toMatchObject({
      source_id: fair.id,
      source_name: 'Fair',
      last_name: 'Hopper',
    });
    await changesNothing(async () => {
      for (const answer of [
        await client.patch(`/contacts/${other.id}`, { source_id: fair.id }),
        await client.post('/contacts', { first_name: 'New', source_id: fair.id }),
      ]) {
        expect([answer.status, answer.error.code]).toEqual([400, 'contacts.invalid_source_id']);
        expect(answer.error.message).toContain('archived');
      }
    });
    await client.post(`/sources/${fair.id}/unarchive`);
    expect((await patch(other.id, { source_id: fair.id })).source_id).toBe(fair.id);
  });

  it('a company that is deleted while a contact is made for it → contacts.invalid_company_id', async () => {
    const acme = await company('Acme');
    const answer = await withClient(workerDatabaseUrl(), async (other) => {
      await other.query('begin');
      await other.query('delete from companies where id = $1', [acme.id]);
      const creating = client.post('/contacts', { first_name: 'Grace', company_id: acme.id });
      // For the deletion, which is not committed yet.
      await untilWaiting(other);
      await other.query('commit');
      return creating;
    });
    expect([answer.status, answer.error.code]).toEqual([400, 'contacts.invalid_company_id']);
    expect(answer.error.details?.map(({ field }) => field)).toEqual(['company_id']);
    expect((await list()).items).toEqual([]);
  });
});

describe('update', () => {
  it('changes what was sent, moves updated_at and tells the earlier values', async () => {
    const acme = await company('Acme');
    const contact = await create({ first_name: 'Grace', last_name: 'Murray', tags: ['a'], company_id: acme.id });
    program.clock.move(minutes(1));
    const changed = await patch(contact.id, { last_name: ' Hopper ', tags: ['a', 'b'], first_name: 'Grace' });
    const moved = { updated_at: expect.any(String) as string, version: 2 };
    expect(changed).toEqual({ ...contact, last_name: 'Hopper', tags: ['a', 'b'], ...moved });
    expect(Date.parse(changed.updated_at) - Date.parse(contact.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(await get(contact.id)).toEqual(changed);
    expect((await events(contact.id)).slice(1)).toEqual([
      {
        type: 'contact.updated',
        data: { ...changed },
        previous: { last_name: 'Murray', tags: ['a'] },
        user_id: ada.user.id,
      },
    ]);
  });

  it('tells the earlier name with the earlier reference', async () => {
    const [acme, globex] = [await company('Acme'), await company('Globex')];
    const contact = await create({ first_name: 'Grace', company_id: acme.id });
    await patch(contact.id, { company_id: globex.id });
    expect((await events(contact.id))[1]?.previous).toEqual({ company_id: acme.id, company_name: 'Acme' });
  });

  it('that changes nothing leaves updated_at and makes no event', async () => {
    const acme = await company('Acme');
    const contact = await create({ first_name: 'Grace', company_id: acme.id, tags: ['vip', 'eu'], notes: 'x' });
    program.clock.move(minutes(1));
    for (const body of [
      {},
      { first_name: ' Grace ' },
      { last_name: null, phone: '', custom_fields: {}, source_id: null },
      { company_id: acme.id.toUpperCase(), tags: ['vip', 'vip', ' eu'], notes: 'x' },
    ]) {
      await changesNothing(async () => expect(await patch(contact.id, body)).toEqual(contact));
    }
    expect(await events(contact.id)).toHaveLength(1);
  });

  it.each([null, '', '  '])('the first name cannot become %j', async (first_name) => {
    const contact = await create();
    await changesNothing(async () => {
      const { status, error } = await client.patch(`/contacts/${contact.id}`, { first_name, last_name: 'Changed' });
      expect([status, error.code]).toEqual([400, 'contacts.first_name_required']);
    });
  });

  it('that waited for another change tells the names of what the contact then refers to', async () => {
    const contact = await create();
    await withClient(workerDatabaseUrl(), async (other) => {
      await other.query('begin');
      await other.query('select 1 from contacts where id = $1 for update', [contact.id]);
      const patching = patch(contact.id, { first_name: 'Late' });
      await untilWaiting(other);
      const late = await company('Newer than the wait');
      await other.query('update contacts set company_id = $2 where id = $1', [contact.id, late.id]);
      await other.query('commit');
      expect(await patching).toMatchObject({ company_id: late.id, company_name: 'Newer than the wait' });
    });
    expect((await events(contact.id)).at(-1)?.data).toEqual(await get(contact.id));
  });

  it('that waits too long for the company it is to have is turned away, as is a new contact', async () => {
    const [contact, { id: company_id }] = [await create(), await company('Being changed')];
    await withClient(workerDatabaseUrl(), async (other) => {
      await other.query('begin');
      await other.query('select 1 from companies where id = $1 for update', [company_id]);
      await changesNothing(async () => {
        const answers = await Promise.all([
          client.patch(`/contacts/${contact.id}`, { company_id }),
          client.post('/contacts', { first_name: 'Late', company_id }),
        ]);
        for (const { status, error } of answers) {
          expect([status, error.code]).toEqual([429, 'rate_limit.exceeded']);
        }
      });
      await other.query('rollback');
    });
  });

  it('two at once both have their effect, one after the other', async () => {
    const contact = await create();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        patch(contact.id, { [index % 2 ? 'city' : 'state']: `Value ${index}`, notes: `Note ${index}` }),
      ),
    );
    const told = await events(contact.id);
    expect(told).toHaveLength(11);
    // Each tells as its earlier values what the one before it had left.
    for (const [index, { previous }] of told.entries()) {
      if (index > 0) expect(told[index - 1]!.data).toMatchObject(previous!);
    }
    expect(await get(contact.id)).toEqual(told.at(-1)!.data);
  });
});

describe('delete', () => {
  it('is for good, and the event has the last state', async () => {
    const acme = await company('Acme');
    const contact = await create({ first_name: 'Grace', company_id: acme.id });
    expect((await client.delete(`/contacts/${contact.id}`)).body).toEqual({ ok: true, result: {} });
    for (const answer of [
      await client.get(`/contacts/${contact.id}`),
      await client.patch(`/contacts/${contact.id}`, { last_name: 'x' }),
      await client.delete(`/contacts/${contact.id}`),
    ]) {
      expect([answer.status, answer.error.code]).toEqual([404, 'contacts.not_found']);
    }
    expect((await list()).items).toEqual([]);
    expect((await events(contact.id)).slice(1)).toEqual([
      { type: 'contact.deleted', data: { ...contact, version: 2 }, previous: null, user_id: ada.user.id },
    ]);
  });

  it('twice at once: one deletes, the other finds nothing', async () => {
    const contact = await create();
    const answers = await Promise.all([1, 2, 3].map(() => client.delete(`/contacts/${contact.id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    expect((await events(contact.id)).map(({ type }) => type)).toEqual(['contact.created', 'contact.deleted']);
  });
});

describe('an id', () => {
  const calls: [string, (id: string) => ReturnType<Client['get']>][] = [
    ['GET', (id) => client.get(`/contacts/${id}`)],
    ['PATCH', (id) => client.patch(`/contacts/${id}`, { last_name: 'Mine now' })],
    ['DELETE', (id) => client.delete(`/contacts/${id}`)],
  ];

  describe.each(calls)('%s', (_, call) => {
    it.each(['abc', '1', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36)])(
      '%j → contacts.invalid_id',
      async (id) => {
        const { status, error } = await call(encodeURIComponent(id));
        expect([status, error.code]).toEqual([400, 'contacts.invalid_id']);
      },
    );

    it('of another account answers exactly like one of nothing', async () => {
      const grace = program.client.as(await program.register());
      const hers = await create({ first_name: 'Hers' }, grace);
      const [other, nothing] = [await call(hers.id), await call(randomUUID())];
      expect([other.status, other.error.code]).toEqual([404, 'contacts.not_found']);
      expect({ ...other.error, request_id: '' }).toEqual({ ...nothing.error, request_id: '' });
      expect(await get(hers.id, grace)).toEqual(hers);
    });
  });

  it('answers before unknown keys, these before fields, these before the record', async () => {
    expect((await client.patch('/contacts/abc', { nmae: 1 })).error.code).toBe('contacts.invalid_id');
    const nothing = `/contacts/${randomUUID()}`;
    expect((await client.patch(nothing, { nmae: 1, company_id: 'x' })).error.code).toBe('contacts.invalid_request');
    expect((await client.patch(nothing, { company_id: 'x' })).error.code).toBe('contacts.invalid_company_id');
  });
});

describe('list', () => {
  it('newest first, with a cursor as long as there is more', async () => {
    for (const first_name of ['One', 'Two', 'Three']) {
      await create({ first_name });
      program.clock.move(seconds(1));
    }
    expect(names(await list())).toEqual(['Three', 'Two', 'One']);
    const page = await list('?limit=2');
    expect(names(page)).toEqual(['Three', 'Two']);
    const rest = await list(`?limit=2&cursor=${page.next_cursor}`);
    expect([names(rest), rest.next_cursor]).toEqual([['One'], null]);
    expect((await list('?limit=3')).next_cursor).toBeNull();
  });

  it('shows nothing of other accounts, whatever the filter', async () => {
    const grace = program.client.as(await program.register());
    const [hers, fair] = [await company('Secret', grace), await source('Fair', grace)];
    await create(
      { first_name: 'Hers', email: 'x@y.example', tags: ['vip'], company_id: hers.id, source_id: fair.id },
      grace,
    );
    for (const query of [
      '',
      '?search=hers',
      '?search=secret',
      '?search=se',
      '?tags=vip',
      '?email=x@y.example',
      `?company_id=${hers.id}`,
      `?company_ids=${hers.id}`,
      `?source_ids=${fair.id}`,
    ]) {
      expect((await list(query)).items).toEqual([]);
      expect(names(await list(query, grace))).toEqual(['Hers']);
    }
  });

  it('refuses a cursor that was altered, or is of another list or account', async () => {
    for (const first_name of ['One', 'Two']) await create({ first_name });
    for (const name of ['One', 'Two']) await company(name);
    const cursor = (await list('?limit=1')).next_cursor!;
    const foreign = (await client.get<Page<unknown>>('/companies?limit=1')).result.next_cursor!;
    const grace = program.client.as(await program.register());
    for (const answer of [
      await client.get(`/contacts?cursor=${foreign}`),
      await client.get(`/contacts?cursor=${cursor.slice(0, -1)}`),
      await client.get(`/contacts?cursor=A${cursor.slice(1)}B`),
      await grace.get(`/contacts?cursor=${cursor}`),
    ]) {
      expect([answer.status, answer.error.code]).toEqual([400, 'contacts.invalid_request']);
      expect(answer.error.details?.[0]?.field).toBe('cursor');
    }
  });

  it('created_after and updated_after exclude the moment itself', async () => {
    const first = await create({ first_name: 'First' });
    program.clock.move(minutes(1));
    const second = await create({ first_name: 'Second' });
    program.clock.move(minutes(1));
    const changed = await patch(first.id, { last_name: 'Changed' });
    expect(names(await list(`?created_after=${first.created_at}`))).toEqual(['Second']);
    expect(names(await list(`?created_after=${second.created_at}`))).toEqual([]);
    expect(names(await list(`?updated_after=${second.updated_at}`))).toEqual(['First']);
    expect(names(await list(`?updated_after=${changed.updated_at}`))).toEqual([]);
    expect(names(await list(`?created_after=${first.created_at}&updated_after=${second.updated_at}`))).toEqual([]);
  });

  it('filters: tags all of them; ids any of them; all filters together', async () => {
    const [acme, globex, fair] = [await company('Acme'), await company('Globex'), await source('Fair')];
    await create({ first_name: 'A', tags: ['vip', 'eu'], company_id: acme.id });
    await create({ first_name: 'B', tags: ['vip'], company_id: globex.id, source_id: fair.id });
    await create({ first_name: 'C', tags: ['eu', 'us'] });
    const found = async (query: string) =>
      names(await list(query))
        .sort()
        .join('');
    expect(await found('?tags=vip')).toBe('AB');
    expect(await found('?tags=vip&tags=eu')).toBe('A');
    expect(await found('?tags=%20vip%20&tags=')).toBe('AB');
    expect(await found('?tags=VIP')).toBe('');
    expect(await found(`?company_id=${acme.id.toUpperCase()}`)).toBe('A');
    expect(await found(`?company_ids=${acme.id}`)).toBe('A');
    expect(await found(`?company_ids=${acme.id}&company_ids=${globex.id}&company_ids=${randomUUID()}`)).toBe('AB');
    expect(await found(`?company_id=${acme.id}&company_ids=${globex.id}`)).toBe('');
    expect(await found(`?source_ids=${fair.id}&source_ids=${randomUUID()}`)).toBe('B');
    expect(await found(`?source_ids=${fair.id}&source_ids=${fair.id}`)).toBe('B');
    expect(await found(`?company_ids=${acme.id}&company_ids=${globex.id}&source_ids=${fair.id}`)).toBe('B');
    expect(await found(`?company_ids=${acme.id}&company_ids=${globex.id}&source_ids=${randomUUID()}`)).toBe('');
    expect(await found(`?company_ids=${acme.id}&company_ids=${globex.id}&search=acme`)).toBe('A');
    expect(await found(`?company_id=${randomUUID()}`)).toBe('');
    expect(await found('?company_id=&company_ids=&source_ids=&tags=&email=&search=&created_after=')).toBe('ABC');
    expect(await found(`?tags=vip&company_ids=${acme.id}&company_ids=${globex.id}&source_ids=${fair.id}`)).toBe('B');
    expect(await found(`?search=glob&tags=vip&source_ids=${fair.id}`)).toBe('B');
    expect(await found(`?search=glob&tags=eu`)).toBe('');
  });

  it('email is exact but for its case', async () => {
    await create({ first_name: 'A', email: 'Grace@Navy.example' });
    await create({ first_name: 'B', email: 'other.grace@navy.example' });
    await create({ first_name: 'C', email: 'GRÄCE@NAVY.EXAMPLE' });
    expect(names(await list('?email=grace@NAVY.example'))).toEqual(['A']);
    expect(names(await list('?email=gräce@navy.example'))).toEqual(['C']);
    expect(names(await list('?email=%25'))).toEqual([]);
    expect(names(await list('?email=race@navy.example'))).toEqual([]);
  });

  it.each([
    ['company_id=abc', 'contacts.invalid_company_id', 'company_id'],
    [`company_id=${randomUUID()}&company_id=${randomUUID()}`, 'contacts.invalid_company_id', 'company_id'],
    [`company_ids=${randomUUID()}&company_ids=x`, 'contacts.invalid_company_id', 'company_ids[1]'],
    ['source_ids=x', 'contacts.invalid_source_id', 'source_ids[0]'],
    ['limit=0', 'contacts.invalid_request', 'limit'],
    ['limit=101', 'contacts.invalid_request', 'limit'],
    ['limit=ten', 'contacts.invalid_request', 'limit'],
    ['cursor=abc', 'contacts.invalid_request', 'cursor'],
    ['created_after=yesterday', 'contacts.invalid_request', 'created_after'],
    ['updated_after=2025-02-30T00:00:00Z', 'contacts.invalid_request', 'updated_after'],
    ['search=a&search=b', 'contacts.invalid_request', 'search'],
    ['search=a%00', 'contacts.invalid_request', 'search'],
    [`search=${'x'.repeat(501)}`, 'contacts.invalid_request', 'search'],
    ['email=a&email=b', 'contacts.invalid_request', 'email'],
    ['tags=%20', 'contacts.invalid_request', 'tags[0]'],
    [`tags=${'x'.repeat(65)}`, 'contacts.invalid_request', 'tags[0]'],
    ['tag=vip', 'contacts.invalid_request', 'tag'],
    ['company=x', 'contacts.invalid_request', 'company'],
    ['offset=5', 'contacts.invalid_request', 'offset'],
    ['__proto__=1', 'contacts.invalid_request', '__proto__'],
  ])('?%s → %s', async (query, code, field) => {
    const { status, error } = await client.get(`/contacts?${query}`);
    expect([status, error.code]).toEqual([400, code]);
    expect(error.details?.map((detail) => detail.field)).toEqual([field]);
  });

  it('takes a hundred ids and no more', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => `company_ids=${randomUUID()}`).join('&');
    expect((await list(`?${ids(100)}`)).items).toEqual([]);
    expect((await client.get(`/contacts?${ids(101)}`)).error.details?.[0]?.field).toBe('company_ids');
  });
});

describe('search', () => {
  it('finds parts of first, last and full name, e-mail, phone and company name', async () => {
    const acme = await company('Müller & Söhne GmbH');
    await create({
      first_name: 'José',
      last_name: 'García-Márquez',
      email: 'pepe@cien.example',
      phone: '+57 (5) 430-1234',
      job_title: 'Writer',
      company_id: acme.id,
    });
    await create({ first_name: 'Other', last_name: 'Person' });
    for (const term of [
      'José',
      'jose',
      'OSÉ',
      'arc',
      'marquez',
      'José Garc',
      'jose  garcia',
      'pepe@',
      'cien.ex',
      '430-1',
    ]) {
      expect([term, await search(term)]).toEqual([term, ['José']]);
    }
    for (const term of ['muller', 'söhne', 'ller & s', 'gmbh'])
      expect([term, await search(term)]).toEqual([term, ['José']]);
    for (const term of ['writer', 'garcia jose', 'marquez pepe', 'josegarcia', 'zzz']) {
      expect([term, await search(term)]).toEqual([term, []]);
    }
  });

  it('one or two characters are the beginning of a word', async () => {
    const acme = await company('Umbrella Xy');
    await create({ first_name: 'Quentin', last_name: "O'Neil-Smith", email: 'qn@mail.example', phone: '+49 30 1' });
    await create({ first_name: 'Élise', company_id: acme.id });
    for (const term of ['q', 'Q', 'qu', 'o', "o'", 'ne', 'sm', 'ma', 'ex', '+4', '49', '30']) {
      expect([term, await search(term)]).toEqual([term, ['Quentin']]);
    }
    for (const term of ['e', 'él', 'EL', 'um', 'xy', 'x'])
      expect([term, await search(term)]).toContainEqual(expect.arrayContaining(['Élise']));
    for (const term of ['ue', 'li', 'mb', 'ei', '9', '%', '_', '@', '-', '.', '🌊'])
      expect([term, await search(term)]).toEqual([term, []]);
  });

  it('%, _ and \\ are plain characters', async () => {
    await create({ first_name: '100%' });
    await create({ first_name: '100x' });
    await create({ first_name: 'a_b' });
    await create({ first_name: 'axb' });
    await create({ first_name: 'back\\slash' });
    await create({ first_name: '%%%' });
    expect(await search('100%')).toEqual(['100%']);
    expect(await search('a_b')).toEqual(['a_b']);
    expect(await search('k\\s')).toEqual(['back\\slash']);
    expect(await search('ack\\')).toEqual(['back\\slash']);
    expect(await search('%%%')).toEqual(['%%%']);
    expect(await search('%')).toEqual(['%%%']);
    expect(await search('___')).toEqual([]);
    expect(await search('\\\\\\')).toEqual([]);
  });

  it('knows other scripts, their cases and forms', async () => {
    for (const first_name of [
      'Жуков',
      'Ωνάσης',
      '李小龙',
      'محمد',
      'Straße',
      'ﬁnn',
      'I\u0307pek',
      'Ａlice',
      'e\u0301mile',
    ]) {
      await create({ first_name });
    }
    expect(await search('ЖУК')).toEqual(['Жуков']);
    expect(await search('жу')).toEqual(['Жуков']);
    expect(await search('ωνασ')).toEqual(['Ωνάσης']);
    expect(await search('李')).toEqual(['李小龙']);
    expect(await search('李小龙')).toEqual(['李小龙']);
    expect(await search('محم')).toEqual(['محمد']);
    expect(await search('strasse')).toEqual(['Straße']);
    expect(await search('STRAßE')).toEqual(['Straße']);
    expect(await search('finn')).toEqual(['ﬁnn']);
    expect(await search('ipek')).toEqual(['\u0130pek']);
    expect(await search('alice')).toEqual(['Ａlice']);
    expect(await search('ÉMILE')).toEqual(['\u00e9mile']);
  });

  it('a company that was renamed is found by its new name at once, and by the old one no more', async () => {
    const acme = await company('Acme');
    await create({ first_name: 'Grace', company_id: acme.id });
    expect(await search('acme')).toEqual(['Grace']);
    await client.patch(`/companies/${acme.id}`, { name: 'Globex', domain: 'acme.example' });
    expect(await search('acme')).toEqual([]);
    expect(await search('globex')).toEqual(['Grace']);
    expect(await search('gl')).toEqual(['Grace']);
    await client.delete(`/companies/${acme.id}`);
    expect(await search('globex')).toEqual([]);
  });

  it('who is found by name and by company is listed once, in the order of the list, page by page', async () => {
    const acme = await company('Acme');
    for (let index = 0; index < 12; index++) {
      program.clock.move(seconds(1));
      await create({ first_name: `Acme ${index}`, company_id: index % 3 ? acme.id : null });
      await create({ first_name: `Other ${index}` });
      await create({ first_name: `Staff ${index}`, company_id: acme.id });
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<ContactView> = await list(`?search=ACME&limit=5${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...names(page));
      cursor = page.next_cursor;
    } while (cursor);
    const expected = names(await list('?limit=100')).filter((name) => !name.startsWith('Other'));
    expect(seen).toEqual(expected);
    expect(seen).toHaveLength(24);
  });

  it('a blank term counts as absent, one of which nothing is left finds nothing', async () => {
    await create();
    expect(await search('  ')).toEqual(['Grace']);
    expect(await search('\u0301')).toEqual([]);
  });

  it('whatever the term, it is an answer', async () => {
    await create({ first_name: 'Fair' });
    for (const json of hostileValues) {
      const value: unknown = JSON.parse(json);
      if (typeof value !== 'string' || !value.isWellFormed() || value.length > 2_000) continue;
      const { status } = await client.get(`/contacts?search=${encodeURIComponent(value)}`);
      expect([200, 400]).toContain(status);
    }
  });
});

describe('when the database fails', () => {
  const cases: [string, RegExp, (id: string) => ReturnType<Client['get']>][] = [
    ['GET list', /from contacts/, () => client.get('/contacts')],
    ['search', /search_pattern/, () => client.get('/contacts?search=grace')],
    ['GET', /from contacts/, (id) => client.get(`/contacts/${id}`)],
    ['POST', /insert into contacts/i, () => client.post('/contacts', { first_name: 'Lost' })],
    ['the event of POST', /insert into events/i, () => client.post('/contacts', { first_name: 'Lost' })],
    ['PATCH', /update contacts/i, (id) => client.patch(`/contacts/${id}`, { first_name: 'Lost' })],
    ['the event of PATCH', /insert into events/i, (id) => client.patch(`/contacts/${id}`, { first_name: 'Lost' })],
    ['DELETE', /delete from contacts/i, (id) => client.delete(`/contacts/${id}`)],
    ['the event of DELETE', /insert into events/i, (id) => client.delete(`/contacts/${id}`)],
  ];

  it.each(cases)('%s → contacts.internal, and nothing has changed', async (_, statement, call) => {
    const { id } = await create();
    await changesNothing(async () => {
      const restore = breakDatabase(statement);
      try {
        const { status, error } = await call(id);
        expect([status, error.code]).toEqual([500, 'contacts.internal']);
        expect(error.message).not.toMatch(/terminated|sql|select|insert/i);
      } finally {
        restore();
      }
    });
  });

  it('a statement that takes too long → rate_limit.exceeded, and the log tells why', async () => {
    const restore = breakDatabase(/from contacts/, Object.assign(new Error('canceling statement'), { code: '57014' }));
    try {
      const { status, error, headers } = await client.get('/contacts?search=grace');
      expect([status, error.code]).toEqual([429, 'rate_limit.exceeded']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(program.log.find((line) => line.includes(error.request_id) && line.includes('57014'))).toBeDefined();
    } finally {
      restore();
    }
  });

  it('a deadlock is not the client’s business: the change and its event happen once', async () => {
    const { id } = await create();
    const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
    const restore = breakDatabase(/insert into events/i, deadlock, 3);
    await patch(id, { last_name: 'Again' });
    restore();
    expect((await events(id)).map(({ type }) => type)).toEqual(['contact.created', 'contact.updated']);
  });
});

describe('the conventions', () => {
  it('another body than an object of JSON → contacts.invalid_request', async () => {
    for (const body of ['', '[]', '"Grace"', 'null', '{"first_name":', '{"first_name":"Grace"}x']) {
      const { status, error } = await client.post('/contacts', body);
      expect([body, status, error.code]).toEqual([body, 400, 'contacts.invalid_request']);
    }
    const form = await client.post('/contacts', 'first_name=Grace', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect([form.status, form.error.code]).toEqual([400, 'contacts.invalid_request']);
  });

  it('the caller’s request id comes back, in errors too', async () => {
    const id = 'my-request-1';
    const { headers, error } = await client.with({ 'X-Request-Id': id }).get('/contacts/abc');
    expect([headers['x-request-id'], error.request_id]).toEqual([id, id]);
  });

  it('no token → auth.required, also for what would be malformed', async () => {
    for (const answer of [
      await program.client.get('/contacts?limit=x'),
      await program.client.post('/contacts', { nmae: 1 }),
      await program.client.patch('/contacts/abc', {}),
      await program.client.delete('/contacts/abc'),
    ]) {
      expect([answer.status, answer.error.code]).toEqual([401, 'auth.required']);
    }
  });

  it('no such route or method → api.not_found', async () => {
    const { id } = await create();
    for (const answer of [
      await client.put(`/contacts/${id}`, {}),
      await client.get(`/contacts/${id}/notes`),
      await client.delete('/contacts'),
    ]) {
      expect([answer.status, answer.error.code]).toEqual([404, 'api.not_found']);
    }
  });

  it('every success is a 200', async () => {
    const { id } = await create();
    const answers = [
      await client.post('/contacts', { first_name: 'Grace' }),
      await client.get('/contacts'),
      await client.get(`/contacts/${id}`),
      await client.patch(`/contacts/${id}`, { last_name: 'x' }),
      await client.delete(`/contacts/${id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});
