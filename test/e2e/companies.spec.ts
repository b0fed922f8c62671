import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { password } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { asStored, hostileValues, verdictOnText } from '../support/hostile-values';
import { breakDatabase } from '../support/statements';

/** The texts that may be empty, in the order of docs/contract.md, section 3.4. */
// prettier-ignore
const texts = [
  'domain', 'industry', 'website', 'linkedin_url', 'phone', 'address', 'city', 'state', 'zip_code', 'country', 'notes',
] as const;

/** In code points; of all others 500. */
// prettier-ignore
const limits: Partial<Record<Text, number>> = { name: 200, website: 2_048, linkedin_url: 2_048, phone: 50, notes: 20_000 };

type Text = 'name' | (typeof texts)[number];
/** As docs/contract.md, section 3.4, lists it, not as the program declares it. */
interface Company extends Readonly<Record<Text | 'id' | 'account_id' | 'created_at' | 'updated_at', string>> {
  readonly version: number;
  readonly created_by: string | null;
  readonly employee_count: number | null;
  readonly annual_revenue: number | null;
  readonly tags: string[];
  readonly custom_fields: Record<string, unknown>;
}
type Contact = Readonly<{ id: string; company_id: string | null; company_name: string }>;

const full = {
  ...(Object.fromEntries(texts.map((field) => [field, `The ${field}: Zürich & "Söhne"\n🌊`])) as Record<Text, string>),
  ...{ name: 'Zürich & Söhne', employee_count: 120, annual_revenue: -(2 ** 53 - 1), tags: ['vip', 'eu'] },
  custom_fields: {},
};
/** Null for every field but the name. */
const cleared = Object.fromEntries(Object.keys(full).flatMap((key) => (key === 'name' ? [] : [[key, null]])));
/** What is no text at all, or none that can be kept. */
const noTexts = [5, true, ['Acme'], { toString: 'x' }, 'a\0b', 'a\ud800', '\udc00a'];

const { program, ada, client } = useApi({ accountFor: 'each test' });

const create = async (input: object = {}, as: Client = client) =>
  (await as.post<Company>('/companies', { name: 'Acme', ...input })).result;
const get = async (id: string, as: Client = client) => (await as.get<Company>(`/companies/${id}`)).result;
const patch = async (id: string, input: object) => (await client.patch<Company>(`/companies/${id}`, input)).result;
const list = async (query = '', as: Client = client) => (await as.get<Page<Company>>(`/companies${query}`)).result;
const names = (page: Page<Company>) => page.items.map(({ name }) => name);
const search = async (term: string, rest = '') =>
  names(await list(`?search=${encodeURIComponent(term)}${rest}`)).sort();
const stranger = async () => program.client.as(await program.register());
const outcome = (answer: Answer<unknown>) => (answer.status === 200 ? '200' : `${answer.status} ${answer.error.code}`);
const fieldsOf = (answer: Answer<unknown>) =>
  answer.status === 200 ? undefined : answer.error.details?.map(({ field }) => field);
/** A row per line, the columns divided by |. */
const table = (text: string) =>
  text.split('\n').flatMap((line) => (line ? [line.split('|').map((cell) => cell.trim())] : []));

/** What the account's feed holds, oldest first. */
const events = () =>
  program.sql<{ type: string; entity_id: string; data: Company; previous: Partial<Company> | null; user_id: string }>(
    'select type, entity_id, data, previous, user_id from events where account_id = $1 order by seq',
    [ada.user.account_id],
  );
const event = (what: string, data: Company, previous: Partial<Company> | null = null) => ({
  ...{ type: `company.${what}`, entity_id: data.id, data, previous, user_id: ada.user.id },
});

/** Neither POST nor PATCH takes one of the inputs (objects, or their JSON), each for these fields; nothing is changed. */
async function refuses(fields: string[], inputs: (object | string)[]): Promise<void> {
  const code = fields[0]!.startsWith('custom_fields') ? 'invalid_custom_fields' : 'invalid_request';
  const company = await create(full);
  for (const input of inputs) {
    const json = typeof input === 'string' ? input : JSON.stringify(input);
    const whole = 'name' in (JSON.parse(json) as object) ? json : json.replace('{', '{"name":"Acme",');
    const told = json.slice(0, 99);
    for (const answer of [
      await client.post('/companies', whole),
      await client.patch(`/companies/${company.id}`, json),
    ]) {
      expect([told, outcome(answer), fieldsOf(answer)]).toEqual([told, `400 companies.${code}`, fields]);
    }
  }
  expect((await list()).items).toEqual([company]);
  expect(await events()).toHaveLength(1);
}

/** All names of a list, walked page by page. */
async function walk(query: string): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Company> = await list(`?${query}${cursor ? `&cursor=${cursor}` : ''}`);
    seen.push(...names(page));
    cursor = page.next_cursor;
  } while (cursor);
  return seen;
}

describe('create', () => {
  it('a name alone is enough: the answer is the whole record, and GET gives the same', async () => {
    const before = program.clock.now().toISOString();
    const company = await create({ name: '  Acme GmbH ' });
    expect(company).toEqual({
      ...(Object.fromEntries(texts.map((field) => [field, ''])) as object),
      ...{ name: 'Acme GmbH', employee_count: null, annual_revenue: null, tags: [], custom_fields: {} },
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      external_id: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: company.created_at,
      version: 1,
    });
    expect(company.created_at >= before).toBe(true);
    expect(await get(company.id)).toEqual(company);
  });

  it('keeps every field, and makes one event that holds the record', async () => {
    const company = await create(full);
    expect(company).toMatchObject(full);
    expect(await get(company.id)).toEqual(company);
    expect(await events()).toEqual([event('created', company)]);
  });

  it('takes null for everything but the name, and the same name twice', async () => {
    const plain = await create();
    const { id, created_at, updated_at } = await create(cleared);
    expect(id).not.toBe(plain.id);
    expect(await get(id)).toEqual({ ...plain, id, created_at, updated_at });
  });

  it('a member may do all of it', async () => {
    await program.sql("update users set role = 'member' where id = $1", [ada.user.id]);
    const login = await program.client.post<SignedIn>('/auth/login', { email: ada.user.email, password });
    const member = program.client.as(login.result);
    const { id } = await create({}, member);
    expect(login.result.user.role).toBe('member');
    expect(outcome(await member.patch(`/companies/${id}`, { city: 'Berlin' }))).toBe('200');
    expect(outcome(await member.delete(`/companies/${id}`))).toBe('200');
  });
});

describe('texts', () => {
  it('a company must have a name', async () => {
    expect(fieldsOf(await client.post('/companies', {}))).toEqual(['name']);
    await refuses(['name'], [{ name: null }, { name: '' }, { name: ' \t\u00a0 ' }]);
  });

  it.each(['name', ...texts] as const)('%s is trimmed, and its code points are counted', async (field) => {
    const limit = limits[field] ?? 500;
    expect((await create({ [field]: ' \n Straße 1\t' }))[field]).toBe('Straße 1');
    const company = await create({ [field]: `  ${'🌊'.repeat(limit)} ` });
    expect((await get(company.id))[field]).toBe('🌊'.repeat(limit));
    expect((await patch(company.id, { [field]: 'x'.repeat(limit) }))[field]).toBe('x'.repeat(limit));
  });

  it.each(['name', ...texts] as const)('%s is refused when it is too long, or no text', async (field) => {
    const tooLong = ['🌊', 'x'].map((character) => character.repeat((limits[field] ?? 500) + 1));
    await refuses(
      [field],
      [...tooLong, ...noTexts].map((value) => ({ [field]: value })),
    );
  });

  it.each(texts)('PATCH changes %s and nothing else; null, "" and blanks clear it', async (field) => {
    const company = await create(full);
    for (const [turn, nothing] of [null, '', ' \u00a0 '].entries()) {
      const [set, cleared] = [2 * turn + 2, 2 * turn + 3];
      const changed = await patch(company.id, { [field]: ' Else ' });
      expect(changed).toEqual({ ...company, [field]: 'Else', updated_at: expect.any(String), version: set });
      expect(await patch(company.id, { [field]: nothing })).toMatchObject({ [field]: '' });
      expect(await get(company.id)).toEqual({
        ...company,
        [field]: '',
        updated_at: expect.any(String),
        version: cleared,
      });
    }
  });
});

describe('numbers', () => {
  it.each([
    ['employee_count', '0 -0 3000000000 1e3 7.0 9007199254740991 null'],
    ['annual_revenue', '0 -1 9007199254740991 -9007199254740991 null'],
  ] as const)('%s takes each of %s', async (field, values) => {
    const { id } = await create();
    for (const value of values.split(' ')) {
      const expected = value === 'null' ? null : Number(value) || 0;
      const created = (await client.post<Company>('/companies', `{"name":"Acme","${field}":${value}}`)).result;
      expect((await get(created.id))[field]).toBe(expected);
      await patch(id, { [field]: 42 });
      await client.patch(`/companies/${id}`, `{"${field}":${value}}`);
      expect((await get(id))[field]).toBe(expected);
    }
  });

  it.each([
    ['employee_count', '-1 1.5 1e400 123456789012345678901234567890 "5" "" true [] [5] {}'],
    ['annual_revenue', '9007199254740992 -9007199254740992 0.5 1e300 1e400 -1e400 "1" "" false [] {}'],
  ])('%s takes none of %s', async (field, values) => {
    await refuses(
      [field],
      values.split(' ').map((value) => `{"${field}":${value}}`),
    );
  });
});

describe('tags', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `tag ${count - index}`);

  it.each<[string, unknown, string[]]>([
    ['trimmed, duplicates dropped, in their order', [' b ', 'a', 'b', 'a\t', 'c'], ['b', 'a', 'c']],
    ['upper and lower case are two', ['VIP', 'vip'], ['VIP', 'vip']],
    ['a comma, a quote, a brace, a backslash', ['a,b', '"', '{x}', '\\'], ['a,b', '"', '{x}', '\\']],
    ['NULL is a word', ['NULL', 'null'], ['NULL', 'null']],
    ['64 code points', ['🌊'.repeat(64), ` ${'x'.repeat(64)} `], ['🌊'.repeat(64), 'x'.repeat(64)]],
    ['50 of them', many(50), many(50)],
    ['none', [], []],
    ['null', null, []],
  ])('%s', async (_, given, kept) => {
    const created = await create({ tags: given });
    expect((await get(created.id)).tags).toEqual(kept);
    const { id } = await create({ tags: ['before', 'c'] });
    expect((await patch(id, { tags: given })).tags).toEqual(kept);
    expect((await get(id)).tags).toEqual(kept);
  });

  it.each<[string, string, unknown[]]>([
    ['no list, and more than 50', 'tags', [many(51), 'vip', '', { 0: 'vip' }, 5, true]],
    ['no tag', 'tags[1]', [...['x'.repeat(65), '', ' \t', null], ...noTexts].map((bad) => ['kept', bad])],
  ])('%s: refused, with the field %s', (_, field, values) =>
    refuses(
      [field],
      values.map((tags) => ({ tags })),
    ),
  );
});

describe('custom fields', () => {
  it.each([null, {}])('%j is fine and changes nothing', async (custom_fields) => {
    const company = await create({ custom_fields });
    expect(company.custom_fields).toEqual({});
    program.clock.move(minutes(1));
    expect(await patch(company.id, { custom_fields })).toEqual(company);
  });

  it.each<[string, Record<string, unknown>]>([
    ['ids of nothing', { [randomUUID()]: 'x', [randomUUID()]: 5 }],
    ['an id of nothing, to be removed', { [randomUUID()]: null }],
    ['no ids', { size: 5, '': true, 'a.b': null, 'a b': [], prototype: {} }],
    ['names that every object has', { toString: 'x', valueOf: 5, hasOwnProperty: null, isPrototypeOf: true }],
  ])('%s: not defined, one detail per key', (_, custom_fields) =>
    refuses(
      Object.keys(custom_fields).map((key) => `custom_fields.${key}`),
      [{ custom_fields }],
    ),
  );

  it('what is no object of values: the same code', () =>
    refuses(
      ['custom_fields'],
      ['text', 5, true, [], ['x']].map((custom_fields) => ({ custom_fields })),
    ));
});

describe('unknown keys and the order of checks', () => {
  it.each(['id', 'account_id', 'created_by', 'created_at', 'updated_at', 'company_id', 'colour'])(
    'refuses %s by name',
    (key) => refuses([key], [{ [key]: randomUUID() }, { [key]: null }]),
  );

  it('what looks like a typo names the one that was meant', async () => {
    const field = await client.post('/companies', { name: 'Acme', anual_revenue: 5 });
    expect(field.error.details).toEqual([
      { field: 'anual_revenue', message: expect.stringContaining('"annual_revenue"') },
    ]);
    const parameter = await client.get('/companies?serch=x');
    expect(parameter.error.details).toEqual([{ field: 'serch', message: expect.stringContaining('"search"') }]);
  });

  it('details tell every failing field: unknown keys, then in the order of docs/contract.md, section 3.4', () =>
    refuses(
      ['colour', 'name', 'notes', 'employee_count', 'annual_revenue', 'tags', 'custom_fields'],
      ['{"custom_fields":["x"],"tags":"a","annual_revenue":0.5,"employee_count":-1,"notes":5,"name":" ","colour":0}'],
    ));

  it.each(
    table(`
no PUT                        | PUT /ID           | {"name":"A"}                                   | yes | 404 api.not_found
the route before the body     | POST /ID          | {"name":                                       | no  | 404 api.not_found
the body before the token     | POST              | {"name":                                       | no  | 400 companies.invalid_request
the body before the id        | PATCH /abc        | {"name":                                       | yes | 400 companies.invalid_request
the token before parameters   | GET ?limit=x      |                                                | no  | 401 auth.required
the token before the fields   | POST              | {"nmae":5}                                     | no  | 401 auth.required
the token before the id       | GET /abc          |                                                | no  | 401 auth.required
the token before the id       | PATCH /abc        | {}                                             | no  | 401 auth.required
the token before the id       | DELETE /abc       |                                                | no  | 401 auth.required
the id before unknown keys    | PATCH /abc        | {"nmae":1}                                     | yes | 400 companies.invalid_id
the id before parameters      | GET /abc?x=1      |                                                | yes | 400 companies.invalid_id
the id before parameters      | DELETE /abc?x=1   |                                                | yes | 400 companies.invalid_id
keys before custom fields     | POST              | {"x":1,"name":"A","custom_fields":{"y":1}}     | yes | 400 companies.invalid_request
the name before custom fields | POST              | {"custom_fields":{"y":1}}                      | yes | 400 companies.invalid_request
tags before custom fields     | POST              | {"name":"A","custom_fields":{"y":1},"tags":[1]} | yes | 400 companies.invalid_request
keys before the record        | PATCH /ID         | {"nmae":1}                                     | yes | 400 companies.invalid_request
keys before the record        | DELETE /ID        | {"name":"A"}                                   | yes | 400 companies.invalid_request
parameters before the record  | GET /ID?x=1       |                                                | yes | 400 companies.invalid_request
parameters before the record  | DELETE /ID?x=1    |                                                | yes | 400 companies.invalid_request
parameters before the record  | PATCH /ID?x=1     | {"name":"A"}                                   | yes | 400 companies.invalid_request
no parameters                 | POST ?x=1         | {"name":"A"}                                   | yes | 400 companies.invalid_request
the fields before the record  | PATCH /ID         | {"name":""}                                    | yes | 400 companies.invalid_request
the fields before the record  | PATCH /ID         | {"custom_fields":{"y":1}}                      | yes | 400 companies.invalid_custom_fields
the record                    | PATCH /ID         | {"name":"A"}                                   | yes | 404 companies.not_found
the record, though no change  | PATCH /ID         | {}                                             | yes | 404 companies.not_found
`),
  )('%s: %s %s, signed in: %s → %s', async (_, request, body, signedIn, expected) => {
    const [method, path = ''] = request.split(' ');
    const as = signedIn === 'yes' ? client : program.client;
    const answer = await as.send(method!, `/companies${path.replace('ID', randomUUID())}`, body || undefined);
    expect(outcome(answer)).toBe(expected);
    expect((await list()).items).toEqual([]);
  });
});

describe.each<[string, (id: string, as: Client) => Promise<Answer<unknown>>]>([
  ['GET', (id, as) => as.get(`/companies/${id}`)],
  ['PATCH', (id, as) => as.patch(`/companies/${id}`, { name: 'Mine now' })],
  ['DELETE', (id, as) => as.delete(`/companies/${id}`)],
])('%s of one', (_, call) => {
  it('an id that is no UUID → companies.invalid_id', async () => {
    for (const id of [
      'abc',
      '123',
      "1' or '1'='1",
      '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7',
      '%00',
      'g'.repeat(36),
      '{}',
    ]) {
      expect([id, outcome(await call(encodeURIComponent(id), client))]).toEqual([id, '400 companies.invalid_id']);
    }
  });

  it('an id of another account answers exactly like one of nothing', async () => {
    const grace = await stranger();
    const hers = await create({}, grace);
    const other = await call(hers.id, client);
    const random = await call(randomUUID(), client);
    expect(outcome(other)).toBe('404 companies.not_found');
    expect({ ...other.error, request_id: '' }).toEqual({ ...random.error, request_id: '' });
    expect(await get(hers.id, grace)).toEqual(hers);
    expect(await events()).toEqual([]);
  });

  it('takes ids in upper case', async () => {
    const company = await create();
    expect(outcome(await call(company.id.toUpperCase(), client))).toBe('200');
  });
});

describe('PATCH', () => {
  it('moves updated_at, leaves what was left out, and makes one event with the earlier values', async () => {
    const company = await create(full);
    program.clock.move(minutes(1));
    const change = { name: 'Else', notes: null, employee_count: null, annual_revenue: 5, tags: ['eu', 'new'] };
    const changed = await patch(company.id, { ...change, city: ` ${full.city} `, custom_fields: {} });
    expect(changed).toEqual({ ...company, ...change, notes: '', updated_at: expect.any(String), version: 2 });
    expect(Date.parse(changed.updated_at) - Date.parse(company.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(await get(company.id)).toEqual(changed);
    const { name, notes, employee_count, annual_revenue, tags } = company;
    const previous = { name, notes, employee_count, annual_revenue, tags };
    expect(await events()).toEqual([event('created', company), event('updated', changed, previous)]);
  });

  it.each<[string, object, object]>([
    ['nothing', full, {}],
    ['all it has', full, full],
    ['the same with blanks around', full, { name: ` ${full.name} `, city: `${full.city}\t` }],
    ['the same tags said twice', full, { tags: ['vip', ' eu', 'vip'] }],
    ['null for what is empty', {}, cleared],
  ])('with %s changes nothing: no new updated_at, no event', async (_, before, input) => {
    const company = await create(before);
    program.clock.move(minutes(1));
    expect(await patch(company.id, input)).toEqual(company);
    expect(await get(company.id)).toEqual(company);
    expect(await events()).toHaveLength(1);
  });

  it('-0 is 0', async () => {
    const company = await create({ employee_count: 0, annual_revenue: 0 });
    program.clock.move(minutes(1));
    const body = '{"employee_count":-0,"annual_revenue":-0}';
    expect((await client.patch<Company>(`/companies/${company.id}`, body)).result).toEqual(company);
    expect(await events()).toHaveLength(1);
  });

  it('other case, another order of tags, 0 for null: each is a change', async () => {
    const company = await create({ tags: ['a', 'b'] });
    for (const input of [{ name: 'ACME' }, { tags: ['b', 'a'] }, { employee_count: 0 }, { annual_revenue: 0 }]) {
      program.clock.move(minutes(1));
      const before = await get(company.id);
      const after = await patch(company.id, input);
      expect(after).toEqual({ ...before, ...input, updated_at: expect.any(String), version: before.version + 1 });
      expect(after.updated_at > before.updated_at).toBe(true);
      const field = Object.keys(input)[0] as keyof Company;
      expect((await events()).at(-1)).toEqual(event('updated', after, { [field]: before[field] }));
    }
  });

  it('changes made at once are all kept, and their events form one history', async () => {
    const company = await create();
    const inputs = texts.map((field) => ({ [field]: 'set' }));
    await Promise.all(inputs.map((input) => patch(company.id, input)));
    const last = await get(company.id);
    expect(last).toMatchObject(Object.assign({}, ...inputs) as object);
    const [created, ...updated] = await events();
    expect(updated).toHaveLength(inputs.length);
    let state = created!.data;
    for (const { data, previous } of updated) {
      expect({ ...data, ...previous, updated_at: '' }).toEqual({
        ...state,
        updated_at: '',
        version: state.version + 1,
      });
      state = data;
    }
    expect(state).toEqual(last);
  });
});

describe('DELETE', () => {
  const contact = async (company: Company) =>
    (await client.post<Contact>('/contacts', { first_name: 'Grace', company_id: company.id })).result;

  it('answers {}, is gone everywhere, and a second time → companies.not_found', async () => {
    const company = await create(full);
    const other = await create();
    const path = `/companies/${company.id}`;
    expect((await client.delete(path)).result).toEqual({});
    for (const answer of [await client.get(path), await client.patch(path, {}), await client.delete(path)]) {
      expect(outcome(answer)).toBe('404 companies.not_found');
    }
    expect((await list()).items).toEqual([other]);
    expect(await search('Zürich')).toEqual([]);
    expect((await events()).slice(2)).toEqual([event('deleted', { ...company, version: 2 })]);
  });

  it('its contacts stay without a company, with their updated_at and without an event', async () => {
    const company = await create();
    const [worker, guest] = [await contact(company), await contact(await create({ name: 'Other' }))];
    expect(worker).toMatchObject({ company_id: company.id, company_name: 'Acme' });
    const before = await events();
    program.clock.move(minutes(1));
    await client.delete(`/companies/${company.id}`);
    const [left, untouched] = [await client.get(`/contacts/${worker.id}`), await client.get(`/contacts/${guest.id}`)];
    expect(left.result).toEqual({ ...worker, company_id: null, company_name: '' });
    expect(untouched.result).toEqual(guest);
    expect((await events()).slice(before.length)).toEqual([event('deleted', { ...company, version: 2 })]);
  });

  it('deleted at once by several: one succeeds, one event', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.delete(`/companies/${id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect((await events()).map(({ type }) => type)).toEqual(['company.created', 'company.deleted']);
  });

  it('a contact that comes at the same moment is refused or loses its company, nothing else', async () => {
    for (let round = 0; round < 10; round++) {
      const company = await create();
      const [made] = await Promise.all([
        client.post<Contact>('/contacts', { first_name: 'Late', company_id: company.id }),
        client.delete(`/companies/${company.id}`).then(({ result }) => expect(result).toEqual({})),
      ]);
      if (made.status === 200) {
        const { result } = await client.get<Contact>(`/contacts/${made.result.id}`);
        expect([result.company_id, result.company_name]).toEqual([null, '']);
      } else {
        expect(outcome(made)).toBe('400 contacts.invalid_company_id');
      }
    }
  });
});

describe('list', () => {
  it('newest first, 25 unless told otherwise, a cursor as long as there is more', async () => {
    const made: string[] = [];
    for (let index = 0; index < 26; index++) {
      program.clock.move(seconds(1));
      made.unshift((await create({ name: `Company ${index}` })).name);
    }
    const page = await list();
    expect(names(page)).toEqual(made.slice(0, 25));
    const rest = await list(`?cursor=${page.next_cursor}`);
    expect([names(rest), rest.next_cursor]).toEqual([made.slice(25), null]);
    expect((await list('?limit=26')).next_cursor).toBeNull();
    expect(names(await list('?limit=100&cursor='))).toEqual(made);
    expect(await walk('limit=1')).toEqual(made);
  });

  it('shows the records as GET gives them, and nothing of other accounts', async () => {
    await create(full, await stranger());
    const mine = await create(full);
    expect((await list()).items).toEqual([mine]);
    expect(await search('Zürich', '&tags=vip')).toEqual([mine.name]);
  });

  it('walks rows of one moment in the order of their ids, each exactly once, while others come and go', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => create({ name: `Stays ${index}` })));
    await program.sql('update companies set created_at = $2 where account_id = $1', [
      ada.user.account_id,
      new Date(program.clock.now().getTime() - minutes(1)),
    ]);
    const expected = made.sort((a, b) => (a.id < b.id ? 1 : -1)).map(({ name }) => name);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Company> = await list(`?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...names(page));
      cursor = page.next_cursor;
      await create({ name: 'Comes' });
      await client.delete(`/companies/${page.items.at(-1)!.id}`);
    } while (cursor);
    expect(seen).toEqual(expected);
  });

  it('created_after and updated_after exclude the moment itself and take any offset', async () => {
    const first = await create({ name: 'First' });
    program.clock.move(minutes(1));
    const second = await create({ name: 'Second' });
    program.clock.move(minutes(1));
    const changed = await patch(first.id, { name: 'First!' });
    expect(names(await list(`?created_after=${first.created_at}`))).toEqual(['Second']);
    expect(names(await list(`?created_after=${second.created_at}`))).toEqual([]);
    expect(names(await list(`?updated_after=${second.updated_at}`))).toEqual(['First!']);
    expect(names(await list(`?updated_after=${changed.updated_at}`))).toEqual([]);
    const inParis = `${new Date(Date.parse(first.created_at) + minutes(120)).toISOString().slice(0, -1)}+02:00`;
    expect(names(await list(`?created_after=${encodeURIComponent(inParis)}`))).toEqual(['Second']);
  });

  it('tags: a company must have all of them', async () => {
    await create({ name: 'Both', tags: ['vip', 'eu', 'a,b'] });
    await create({ name: 'One', tags: ['vip'] });
    await create({ name: 'None' });
    const tagged = async (...tags: string[]) =>
      names(await list(`?${tags.map((tag) => `tags=${encodeURIComponent(tag)}`).join('&')}`)).sort();
    for (const both of [['vip'], ['vip', 'vip'], [' vip ']]) expect(await tagged(...both)).toEqual(['Both', 'One']);
    for (const one of [['eu', 'vip'], ['a,b'], ['', 'eu']]) expect(await tagged(...one)).toEqual(['Both']);
    for (const none of [['vip', 'us'], ['vip,eu'], ['vi'], ['VIP'], ['%'], ['{vip}']])
      expect(await tagged(...none)).toEqual([]);
    expect(await tagged('')).toEqual(['Both', 'None', 'One']);
  });

  const long = (length: number) => 'x'.repeat(length);
  const many = Array.from({ length: 51 }, (_, index) => `tags=${index}`).join('&');

  it.each([
    ['limit', 'limit=0 limit=-1 limit=101 limit=1e1 limit=abc limit=1.5 limit=10&limit=20'],
    ['cursor', `cursor=abc cursor=%00 cursor=a&cursor=b cursor=${long(600)}`],
    ['created_after', 'created_after=now created_after=2025-02-30T00:00:00Z created_after=2025-01-01'],
    ['updated_after', 'updated_after=infinity updated_after=1735689600 updated_after=2025-01-01T00:00:00'],
    ['search', `search=a&search=b search=%00 search=a%00b search=${long(501)}`],
    ['tags', `tags=${long(65)} tags=a%00 tags=vip&tags=${long(65)} ${many}`],
    ['others', 'search[]=a tags[]=vip tags[0]=vip serch=x name=A offset=5 sort=name company_id=x constructor=1'],
  ])('malformed: %s → companies.invalid_request', async (_, queries) => {
    for (const query of queries.split(' ')) {
      const answer = await client.get(`/companies?${query}`);
      expect([query, outcome(answer)]).toEqual([query, '400 companies.invalid_request']);
      expect(fieldsOf(answer)).toEqual([expect.stringContaining(/^\w+/.exec(query)![0])]);
    }
  });

  it('refuses a cursor that was altered, is of another list or of another account', async () => {
    const refused = async (cursor: string | null, as = client) =>
      expect(outcome(await as.get(`/companies?cursor=${cursor}`))).toBe('400 companies.invalid_request');
    for (let index = 0; index < 2; index++) {
      await create();
      await client.post('/contacts', { first_name: 'Grace' });
    }
    const cursor = (await list('?limit=1')).next_cursor!;
    expect((await list(`?cursor=${cursor}`)).items).toHaveLength(1);
    await refused(cursor, await stranger());
    await refused((await client.get<Page<Contact>>('/contacts?limit=1')).result.next_cursor);
    for (let index = 0; index < cursor.length; index++) {
      await refused(cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1));
    }
  });
});

describe('search', () => {
  // What it is called | name | domain | terms that find it | terms that do not
  it.each(
    table(String.raw`
part of the name       | Northwind Traders | x.example | thwin; Northwind; Traders; ind Tra; NORTH | westwind; winds; Northwind  Traders Ltd
part of the domain     | X | mail.northwind.example | northw; wind.ex; MAIL. | northwindexample
not over their edge    | Alpha | beta.example | alpha; beta | alphabeta; phabet; lpha beta
whatever the case      | MüLLer ÆON ŁÓDŹ | | müller; MÜLLER; æon; łódź | mller
whatever the accents   | Crème Brûlée Ñandú | | creme; BRULEE; brùlëe; nandu; ñandu | crama
accents of the term    | Cafe Muller | | café; müll; CAFÉ; cafe${'\u0301'} | cafés
accents as marks       | Cafe${'\u0301'} Mu${'\u0308'}ller | | café; cafe; müller; MULLER | cafés
short: words begin     | Acme Solar-Élan | qrs.example | a; ac; so; S; e; él; É; q; QR | c; me; ol; ar; rs; la; z; an
long: anywhere         | Acme Solar | | cme; ola; e S; lar | cma; acme  x
% is a percent sign    | 100% Cotton | | 100%; 0% C; 100% cotton | 1%0; %%%; %; %%; 1%; c%; %cotton; 100%%
% begins a word        | %off | | %; %o; %of | o%; %%
_ is an underscore     | snake_case | | ke_ca; snake_ | snak__case; ___; _; __; s_; sn_ke
\ is a backslash       | C:\temp | | c:\temp; :\t | c:temp; c:\\temp; \\\; \%; \_; \te%
a backslash at the end | ends in abc\ | | abc\; bc\ | abc\\; d\
quotes and brackets    | O'Neil "(x)" [y] & Co. | | o'neil; "(x)"; [y] &; co. | '''; .*.; (((
Cyrillic               | Московский завод Ёлка | | МОСКОВ; завод; ский зав; мо; з; За; ёлк; елка | ос; од; заводы
Cyrillic, the domain   | X | почта.рф | ПОЧТА; рф; чта. | чт
Greek                  | Αθήνα Εταιρεία | | αθηνα; ΑΘΉΝΑ; εταιρ; Ετ | θη
Greek, the last sigma  | Γιώργος ΟΔΟΣ | | ΓΙΏΡΓΟΣ; γιώργος; οδος | σος
Chinese and Japanese   | 東京電力 ホールディングス | | 東京; 東; 京電力; ルディン; ホー | 京電; 大阪
Korean                 | 한국전력 | | 한국; 한; 국전력 | 국; 전력; 삼성
other scripts          | شركة النور חברה कंपनी บริษัท | | شركة; النو; חברה; कंपनी; บริษัท; חב | رك; רה
emoji                  | Surf 🌊🏄 Shop | | 🌊🏄 Sh; rf 🌊 | 🏖🏖🏖
`),
  )('%s: %s, %s', async (_, name, domain, found, missed) => {
    await create({ name: 'Unrelated' });
    await create({ name, domain, city: 'Berlin', notes: 'Berlin', tags: ['Berlin'] });
    const wrong: string[] = [];
    for (const term of found.split('; ')) {
      const all = await search(term);
      if (!all.includes(name.normalize('NFC'))) wrong.push(`"${term}" does not find it`);
      if (all.includes('Unrelated')) wrong.push(`"${term}" finds the other`);
    }
    for (const term of [...missed.split('; '), 'Berlin']) {
      if ((await search(term)).includes(name.normalize('NFC'))) wrong.push(`"${term}" finds it`);
    }
    expect(wrong).toEqual([]);
  });

  it.each(['', ' ', '%20%09', '%C2%A0'])('"%s" counts as absent', async (term) => {
    await create({ name: 'One' });
    await create({ name: 'Two' });
    expect(names(await list(`?search=${term}`)).sort()).toEqual(['One', 'Two']);
  });

  it('is trimmed, and then its code points are counted', async () => {
    await create({ domain: '🌊'.repeat(500) });
    for (const term of [' ac ', ' cme ', ` ${'🌊'.repeat(500)} `]) expect(await search(term)).toEqual(['Acme']);
    expect(await search(' me ')).toEqual([]);
  });

  it('is right at once after a change', async () => {
    const { id } = await create({ name: 'Before', domain: 'before.example' });
    await patch(id, { name: 'After', domain: null });
    expect([await search('before'), await search('after')]).toEqual([[], ['After']]);
  });

  it('goes together with tags, moments and paging', async () => {
    for (let index = 0; index < 12; index++) {
      program.clock.move(seconds(1));
      const tags = index % 3 === 0 ? ['vip', 'eu'] : ['eu'];
      await create({ name: `${index % 2 === 0 ? 'Søren' : 'Northwind'} ${index}`, tags });
    }
    expect(await walk('limit=1&search=northwind&tags=vip')).toEqual(['Northwind 9', 'Northwind 3']);
    expect(await walk('limit=2&search=NO&tags=eu')).toEqual([11, 9, 7, 5, 3, 1].map((n) => `Northwind ${n}`));
    const third = (await list('?search=northwind%203')).items[0]!;
    expect(await walk(`limit=1&search=rthwi&tags=vip&tags=eu&created_after=${third.created_at}`)).toEqual([
      'Northwind 9',
    ]);
  });
});

describe('hostile values', () => {
  const refused = '400 companies.invalid_request';
  const cut = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…(${text.length})` : text);
  const kept = (value: unknown) =>
    typeof value === 'string' && !value.includes('\0') && value.isWellFormed() ? asStored(value) : undefined;

  /** @param judge tells what is wrong, if anything. */
  async function each(judge: (text: string, value: unknown) => Promise<string | false | undefined>): Promise<void> {
    const wrong: string[] = [];
    // Some of them; all are tried, at every field, by test/fuzz/bad-input.spec.ts.
    for (const text of hostileValues.filter((_, index) => index % 7 === 0)) {
      const fault = await judge(text, JSON.parse(text));
      if (fault) wrong.push(`${cut(text)}: ${cut(fault)}`);
    }
    expect(wrong).toEqual([]);
  }

  it('as the name: stored and given back trimmed and equal, or refused; what is stored is found by its name', async () => {
    let stored = 0;
    await each(async (text, value) => {
      const answer = await client.post<Company>('/companies', `{"name":${text}}`);
      const expected = verdictOnText(value) === 'stored' ? '200' : refused;
      if (outcome(answer) !== expected) return outcome(answer);
      if (expected === refused) return;
      stored++;
      const { id } = answer.result;
      const name = kept(value)!;
      if ((await get(id)).name !== name) return 'came back otherwise';
      const { items } = await list(`?search=${encodeURIComponent(name)}`);
      return [...name].length > 2 && !items.some((item) => item.id === id) && 'not found';
    });
    expect(await walk('limit=100')).toHaveLength(stored);
  });

  it.each<['notes' | 'tags', (text: string) => string, (value: unknown) => unknown]>([
    ['notes', (text) => text, (value) => (value === null ? '' : kept(value))],
    [
      'tags',
      (text) => `[${text}]`,
      (value) => (kept(value) && [...kept(value)!].length <= 64 ? [kept(value)] : undefined),
    ],
  ])('as %s of an update: the same', async (field, json, expected) => {
    const { id } = await create();
    await each(async (text, value) => {
      const answer = await client.patch(`/companies/${id}`, `{"${field}":${json(text)}}`);
      const got = answer.status === 200 ? JSON.stringify((await get(id))[field]) : outcome(answer);
      return got !== (JSON.stringify(expected(value)) ?? refused) && got;
    });
  });

  it.each(['search', 'tags', 'limit', 'cursor', 'created_after', 'updated_after'])(
    'as the parameter %s: an answer, or companies.invalid_request',
    (parameter) =>
      each(async (text, value) => {
        const plain = typeof value === 'string' ? value : text;
        if (!plain.isWellFormed() || encodeURIComponent(plain).length > 12_000) return;
        const answer = await client.get(`/companies?${parameter}=${encodeURIComponent(plain)}`);
        return !['200', refused].includes(outcome(answer)) && outcome(answer);
      }),
  );

  it('as custom fields and as a key of theirs: only null and {} are taken', () =>
    each(async (text) => {
      const whole = await client.post('/companies', `{"name":"Acme","custom_fields":${text}}`);
      if (['null', '{}'].includes(text)) return outcome(whole) !== '200' && outcome(whole);
      const key = text.startsWith('"') ? `{"name":"Acme","custom_fields":{${text}:1}}` : '{}';
      const answers = [whole, await client.post('/companies', key)];
      return answers.find(({ status }) => status !== 400) && 'not refused';
    }));
});

describe('when the database fails', () => {
  it.each<[string, RegExp, (id: string) => Promise<Answer<unknown>>]>([
    ['GET list', /from companies/i, () => client.get('/companies')],
    ['GET list with a search', /from companies/i, () => client.get('/companies?search=acme&tags=vip')],
    ['GET', /from companies/i, (id) => client.get(`/companies/${id}`)],
    ['POST', /insert into companies/i, () => client.post('/companies', { name: 'Lost' })],
    ['PATCH', /update "?companies/i, (id) => client.patch(`/companies/${id}`, { name: 'Lost' })],
    ['DELETE', /delete from "?companies/i, (id) => client.delete(`/companies/${id}`)],
    ['POST, at its event', /insert into "?events/i, () => client.post('/companies', { name: 'Lost' })],
    ['PATCH, at its event', /insert into "?events/i, (id) => client.patch(`/companies/${id}`, { name: 'Lost' })],
    ['DELETE, at its event', /insert into "?events/i, (id) => client.delete(`/companies/${id}`)],
  ])(
    '%s → companies.internal, with the details in the log only, and nothing is changed',
    async (_, statement, call) => {
      const company = await create();
      const restore = breakDatabase(statement);
      try {
        const answer = await call(company.id);
        expect(outcome(answer)).toBe('500 companies.internal');
        expect(answer.error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
        expect(program.log.find((line) => line.includes(answer.error.request_id) && line.includes('"error"'))).toMatch(
          /Connection terminated/,
        );
      } finally {
        restore();
      }
      expect((await list()).items).toEqual([company]);
      expect(await events()).toHaveLength(1);
    },
  );
});
