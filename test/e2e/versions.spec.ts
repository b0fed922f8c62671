import { randomUUID } from 'node:crypto';
import { namespaceOf } from '../../src/platform/http/namespaces';
import { useApi } from '../support/api';
import { startApp, type TestApp } from '../support/app';
import type { Answer, Body } from '../support/client';
import { minutes } from '../support/clock';
import { allOperations } from '../support/document';
import { Importing } from '../support/imports';
import { outcome } from '../support/outcome';

const { program, ada, client } = useApi({ environment: { WORKERS: 'on' }, accountFor: 'all tests', keepClock: true });

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };
type Event = Readonly<{ event: string; data: Row; previous?: object }>;

interface Kind {
  readonly plural: string;
  readonly id: string;
  readonly create: () => Promise<object>;
  /** Two fields with values that follow each other. */
  readonly one: readonly [string, unknown, unknown];
  readonly other: readonly [string, unknown, unknown];
}

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;
const kinds: readonly Kind[] = [
  {
    ...{ plural: 'contacts', id: 'contact_id', create: async () => ({ first_name: 'Grace' }) },
    ...{ one: ['last_name', 'Hopper', 'Murray'], other: ['tags', ['a'], ['b', 'a']] },
  },
  {
    ...{ plural: 'companies', id: 'company_id', create: async () => ({ name: 'Acme' }) },
    ...{ one: ['name', 'Globex', 'Initech'], other: ['employee_count', 5, 0] },
  },
  {
    ...{ plural: 'projects', id: 'project_id', create: async () => ({ name: 'Apollo' }) },
    ...{ one: ['stage', 'active', 'review'], other: ['start_date', '2026-01-31', '2026-02-28'] },
  },
  {
    plural: 'activities',
    id: 'activity_id',
    create: async () => ({ activity_type: 'call', contact_id: (await make('/contacts', { first_name: 'Alan' })).id }),
    one: ['occurred_at', '2026-01-31T09:30:00.000Z', '2026-02-28T09:30:00.000Z'],
    other: ['metadata', { notes: 'x' }, { outcome: 'busy' }],
  },
  {
    ...{ plural: 'sources', id: 'source_id', create: async () => ({ name: 'Fair' }) },
    ...{ one: ['name', 'Web', 'Post'], other: ['archived_at', null, null] },
  },
];
const named = kinds.map((kind) => [kind.plural, kind] as const);
const withTwoFields = named.filter(([plural]) => plural !== 'sources');
const deletable = withTwoFields;

const madeOf = async ({ plural, create }: Kind) => make(`/${plural}`, await create());
const get = async ({ plural }: Kind, { id }: Row) => (await client.get<Row>(`/${plural}/${id}`)).result;
const edit = ({ plural }: Kind, { id }: Row, body: Body, ifMatch?: string) =>
  client.patch<Row>(`/${plural}/${id}`, body, ifMatch === undefined ? {} : { 'If-Match': ifMatch });
const remove = ({ plural }: Kind, { id }: Row, ifMatch: string) =>
  client.with({ 'If-Match': ifMatch }).delete<object>(`/${plural}/${id}`);
const call = ({ plural, id: name }: Kind, what: string, { id }: Row, body: object = {}) =>
  client.call<Row>(`${plural}-${what}`, { [name]: id, ...body });

/** Code, then the details without their messages. */
async function refusal(answer: Promise<Answer<unknown>>): Promise<unknown[]> {
  const { status, error } = await answer;
  expect(status).toBe(error.code.endsWith('.not_found') ? 404 : 400);
  return [error.code, ...(error.details ?? []).map(({ field, current }) => [field, current])];
}

/** The record in version 3: `one` was changed in version 2, and `other` in version 3. */
async function inThird(kind: Kind): Promise<Row> {
  const record = await madeOf(kind);
  await edit(kind, record, { [kind.one[0]]: kind.one[1] });
  return (await edit(kind, record, { [kind.other[0]]: kind.other[1] })).result;
}

async function feedOf({ id }: Row): Promise<Event[]> {
  return (await client.get<{ items: Event[] }>(`/events?entity_id=${id}&limit=100`)).result.items;
}

describe.each(named)('%s', (plural, kind) => {
  it('have version 1 when they are made, and one more with each change', async () => {
    const made = await madeOf(kind);
    const [field, first, second] = kind.one;
    const seen = [made.version];
    for (const value of [first, first, second, first])
      seen.push((await edit(kind, made, { [field]: value })).result.version);
    expect(seen).toEqual([1, 2, 2, 3, 4]);
    const { items } = (await client.get<{ items: Row[] }>(`/${plural}?limit=1`)).result;
    expect(items).toMatchObject([{ id: made.id, version: 4 }]);
  });

  it('a single one comes with its version as ETag, by both doors; If-None-Match is ignored', async () => {
    const created = await client.post<Row>(`/${plural}`, await kind.create());
    const record = created.result;
    const called = await client.call<Row>(`${plural}-create`, await kind.create());
    const [field, value] = kind.one;
    const answers = [
      [created, '"1"'],
      [called, '"1"'],
      [await client.with({ 'If-None-Match': '"1"' }).get(`/${plural}/${record.id}`), '"1"'],
      [await call(kind, 'get', record), '"1"'],
      [await edit(kind, record, { [field]: value }), '"2"'],
      [await call(kind, 'update', record, { [field]: kind.one[2] }), '"3"'],
      [await client.get(`/${plural}`), undefined],
      [await client.get(`/${plural}/${randomUUID()}`), undefined],
    ] as const;
    expect(answers.map(([{ headers }]) => headers.etag)).toEqual(answers.map(([, eTag]) => eTag));
  });

  it.each(['"1"', 'W/"1"', '1', '*'])('If-Match: %s is met by version 1', async (ifMatch) => {
    const record = await madeOf(kind);
    const [field, value] = kind.one;
    expect((await edit(kind, record, { [field]: value }, ifMatch)).result).toMatchObject({
      [field]: value,
      version: 2,
    });
  });

  it('If-Match: * asks only that the record exists', async () => {
    const record = await madeOf(kind);
    const [field, first, second] = kind.one;
    await edit(kind, record, { [field]: first });
    expect((await edit(kind, record, { [field]: second }, '*')).result).toMatchObject({ [field]: second, version: 3 });
    const gone = { ...record, id: randomUUID() };
    expect(await refusal(edit(kind, gone, {}, '*'))).toEqual([`${plural}.not_found`]);
    expect(await refusal(edit(kind, gone, {}, '"1"'))).toEqual([`${plural}.not_found`]);
  });

  it.each(['', '0', '"0"', '-1', '"01"', '1.0', '"1', "'1'", 'w/"1"', 'W/1', '"1", "2"', '1,2', '"*"', '"abc"', '1e1'])(
    'If-Match: %s is refused',
    async (ifMatch) => {
      const record = await madeOf(kind);
      const [field, value] = kind.one;
      const refused = await refusal(edit(kind, record, { [field]: value }, ifMatch));
      expect(refused).toEqual([`${plural}.invalid_request`, ['If-Match', undefined]]);
      expect(await get(kind, record)).toEqual(record);
    },
  );

  it.each(['"2"', '"999"', '99999999999999999999'])(
    'If-Match: %s, a version yet to come, is a conflict',
    async (ifMatch) => {
      const record = await madeOf(kind);
      const [field, value] = kind.one;
      const conflict = [`${plural}.edit_conflict`, ['version', 1]];
      expect(await refusal(edit(kind, record, { [field]: value }, ifMatch))).toEqual(conflict);
      expect(await refusal(edit(kind, record, {}, ifMatch))).toEqual(conflict);
      expect(await get(kind, record)).toEqual(record);
    },
  );

  it('a field that was changed since, to another value than is sent, is a conflict that tells the present value', async () => {
    const record = await madeOf(kind);
    const [field, first, second] = kind.one;
    const changed = (await edit(kind, record, { [field]: first })).result;
    const { message, details } = (await edit(kind, record, { [field]: second }, '"1"')).error;
    expect(details).toEqual([{ field, message: `${field} was changed in version 2`, current: first }]);
    expect(message).toBe(`${field} was changed in version 2`);
    expect(await get(kind, record)).toEqual(changed);
    // The value that is there already is no conflict, and neither is a change that is based on the present version.
    expect((await edit(kind, record, { [field]: first }, '"1"')).result).toEqual(changed);
    expect((await edit(kind, record, { [field]: second }, '"2"')).result).toMatchObject({
      [field]: second,
      version: 3,
    });
  });

  it('there and back again is a change, too', async () => {
    const record = await madeOf(kind);
    const [field, first, second] = kind.one;
    for (const value of [first, second, first]) await edit(kind, record, { [field]: value });
    expect(await refusal(edit(kind, record, { [field]: second }, '"2"'))).toEqual([
      `${plural}.edit_conflict`,
      [field, first],
    ]);
    expect((await edit(kind, record, { [field]: first }, '"2"')).result.version).toBe(4);
  });

  it('operations take if_version in the body, or the header, and not both', async () => {
    const record = await madeOf(kind);
    const [field, first, second] = kind.one;
    const update = (body: object) => call(kind, 'update', record, body);
    expect((await update({ [field]: first, if_version: 1 })).result.version).toBe(2);
    const conflict = [`${plural}.edit_conflict`, [field, first]];
    expect(await refusal(update({ [field]: second, if_version: 1 }))).toEqual(conflict);
    const operation = `/api/${plural}-update`;
    const sent = { [kind.id]: record.id, [field]: second };
    const byHeader = client.with({ 'If-Match': '"1"' });
    expect(await refusal(byHeader.sendTo('POST', operation, sent))).toEqual(conflict);
    const invalid = [`${plural}.invalid_request`, ['if_version', undefined]];
    expect(await refusal(byHeader.sendTo('POST', operation, { ...sent, if_version: 1 }))).toEqual(invalid);
    for (const if_version of [0, -1, 1.5, '1', '"1"', '*', null, true, [1], 2 ** 53]) {
      expect(await refusal(update({ [field]: second, if_version }))).toEqual(invalid);
    }
    expect(await refusal(update({ [field]: second, if_version: 2 ** 53 - 1 }))).toEqual([
      `${plural}.edit_conflict`,
      ['version', 2],
    ]);
    // Routes take the header only.
    expect(await refusal(edit(kind, record, { if_version: 2 }))).toEqual([
      `${plural}.invalid_request`,
      ['if_version', undefined],
    ]);
    expect(await refusal(call(kind, 'get', record, { if_version: 2 }))).toEqual([
      `${plural}.invalid_request`,
      ['if_version', undefined],
    ]);
    expect((await get(kind, record)).version).toBe(2);
  });

  it('a change of the previous release counts: every field is of that version', async () => {
    const record = await madeOf(kind);
    const [field, first, second] = kind.one;
    await edit(kind, record, { [field]: first });
    const byPreviousRelease = (set: string) => program.sql(`update ${plural} set ${set} where id = $1`, [record.id]);
    // What leaves "updated_at" is no change: a link that is cleared, a value of a custom field that is removed.
    await byPreviousRelease('created_at = created_at');
    expect((await get(kind, record)).version).toBe(2);
    await byPreviousRelease(`updated_at = updated_at + interval '1 second'`);
    expect((await get(kind, record)).version).toBe(3);
    expect(await refusal(edit(kind, record, { [field]: second }, '"2"'))).toEqual([
      `${plural}.edit_conflict`,
      [field, first],
    ]);
    expect((await edit(kind, record, { [field]: second }, '"3"')).result.version).toBe(4);
  });
});

describe.each(withTwoFields)('%s that others changed elsewhere', (plural, kind) => {
  const [one, , third] = kind.one;
  const [other, value, another] = kind.other;

  it('take a change of what was left alone, and refuse one of what was not: all of it', async () => {
    const record = await inThird(kind);
    const both = { [one]: third, [other]: another };
    const refused = await refusal(edit(kind, record, both, '"2"'));
    expect(refused).toEqual([`${plural}.edit_conflict`, [other, value]]);
    expect(await get(kind, record)).toEqual(record);
    const changed = (await edit(kind, record, { [one]: third, [other]: value }, '"2"')).result;
    expect(changed).toMatchObject({ [one]: third, [other]: value, version: 4 });
  });

  it('refuse with a detail for each field', async () => {
    const record = await inThird(kind);
    const answer = refusal(edit(kind, record, { [other]: another, [one]: third }, '"1"'));
    expect(new Set(await answer)).toEqual(
      new Set([`${plural}.edit_conflict`, [one, kind.one[1]] as const, [other, value] as const]),
    );
  });

  it('are checked in this order: the header, the fields, the record, the conflict, the references', async () => {
    const record = await inThird(kind);
    const bad = { [other]: another, nmae: 'x' };
    expect((await refusal(edit(kind, record, bad, '"2"')))[0]).toBe(`${plural}.invalid_request`);
    expect(await refusal(edit(kind, { ...record, id: randomUUID() }, { [other]: another }, '"2"'))).toEqual([
      `${plural}.not_found`,
    ]);
    const link = plural === 'companies' ? 'custom_fields' : 'company_id';
    const nothing = plural === 'companies' ? {} : randomUUID();
    const refused = await refusal(edit(kind, record, { [other]: another, [link]: nothing }, '"2"'));
    expect(refused).toEqual([`${plural}.edit_conflict`, [other, value]]);
  });
});

describe.each(deletable)('DELETE of %s', (plural, kind) => {
  it('goes through with the present version, or *', async () => {
    for (const ifMatch of ['"3"', 'W/"3"', '3', '*']) {
      const record = await inThird(kind);
      expect((await remove(kind, record, ifMatch)).result).toEqual({});
      expect(await outcome(client.get(`/${plural}/${record.id}`))).toEqual([404, `${plural}.not_found`]);
      expect(await refusal(remove(kind, record, ifMatch))).toEqual([`${plural}.not_found`]);
    }
  });

  it('with any other version is a conflict, whatever was changed since', async () => {
    const record = await inThird(kind);
    const conflict = [`${plural}.edit_conflict`, ['version', 3]];
    for (const ifMatch of ['"1"', '"2"', '"4"']) expect(await refusal(remove(kind, record, ifMatch))).toEqual(conflict);
    expect(await refusal(call(kind, 'delete', record, { if_version: 2 }))).toEqual(conflict);
    expect(await refusal(remove(kind, record, '"0"'))).toEqual([`${plural}.invalid_request`, ['If-Match', undefined]]);
    expect(await get(kind, record)).toEqual(record);
    expect((await call(kind, 'delete', record, { if_version: 3 })).result).toEqual({});
  });

  it('tells the version after the last one, and updates tell theirs', async () => {
    const record = await inThird(kind);
    await remove(kind, record, '"3"');
    const told = (await feedOf(record)).map(({ event, data }) => [event.split('.')[1], data.version]);
    expect(told).toEqual([
      ['created', 1],
      ['updated', 2],
      ['updated', 3],
      ['deleted', 4],
    ]);
    expect((await feedOf(record)).map(({ previous }) => previous && 'version' in previous)).toEqual([
      ...[undefined, false, false, undefined],
    ]);
  });
});

describe('values of custom fields', () => {
  const entityTypes = { contacts: 'contact', companies: 'company', projects: 'project' } as const;

  it.each(named.filter(([plural]) => plural in entityTypes))('of %s are fields of their own', async (plural, kind) => {
    const entity_type = entityTypes[plural as keyof typeof entityTypes];
    const define = async (label: string) =>
      (await make('/custom-fields', { entity_type, label, field_type: 'text' })).id;
    const [first, second] = [await define('First'), await define('Second')];
    const record = await madeOf(kind);
    const set = (values: object | null, ifMatch?: string) => edit(kind, record, { custom_fields: values }, ifMatch);
    await set({ [first]: 'a' });
    expect((await set({ [second]: 'b' }, '"1"')).result).toMatchObject({
      custom_fields: { [first]: 'a', [second]: 'b' },
      version: 3,
    });
    const conflict = (id: string, current: unknown) => [
      ...[`${plural}.edit_conflict`, [`custom_fields.${id}`, current]],
    ];
    expect(await refusal(set({ [first]: 'c', [second]: 'c' }, '"2"'))).toEqual(conflict(second, 'b'));
    expect(await refusal(set({ [first]: null }, '"1"'))).toEqual(conflict(first, 'a'));
    // Null for all sends every value; what is gone already is no conflict.
    expect(await refusal(set(null, '"2"'))).toEqual(conflict(second, 'b'));
    await set({ [second]: null });
    expect(await refusal(set({ [second]: 'b' }, '"3"'))).toEqual(conflict(second, null));
    expect((await set(null, '"2"')).result).toMatchObject({ custom_fields: {}, version: 5 });
  });

  it('that go with their definition leave the version', async () => {
    const { id } = await make('/custom-fields', { entity_type: 'contact', label: 'Third', field_type: 'text' });
    const contact = await make('/contacts', { first_name: 'Grace', custom_fields: { [id]: 'x' } });
    await client.delete(`/custom-fields/${id}`);
    expect((await client.get<Row>(`/contacts/${contact.id}`)).result).toEqual({ ...contact, custom_fields: {} });
  });
});

it('cleared links and changed names leave the version, and are no conflict', async () => {
  const company = await make('/companies', { name: 'Acme' });
  const contact = await make('/contacts', { first_name: 'Grace', company_id: company.id });
  await client.patch(`/companies/${company.id}`, { name: 'Globex' });
  const read = async () => (await client.get<Row>(`/contacts/${contact.id}`)).result;
  expect(await read()).toEqual({ ...contact, company_name: 'Globex' });
  await client.delete(`/companies/${company.id}`);
  expect(await read()).toEqual({ ...contact, company_id: null, company_name: '' });
  const other = await make('/companies', { name: 'Initech' });
  const body = { company_id: other.id };
  const changed = await client.patch<Row>(`/contacts/${contact.id}`, body, { 'If-Match': '"1"' });
  expect(changed.result).toMatchObject({ ...body, version: 2 });
});

it('archiving a source is a change, and its ETag says so', async () => {
  const source = await make('/sources', { name: 'Fair' });
  const post = (what: string) => client.post<Row>(`/sources/${source.id}/${what}`);
  const answers = [await post('archive'), await post('archive'), await post('unarchive')];
  expect(answers.map(({ result, headers }) => [result.version, headers.etag])).toEqual([
    ...[
      [2, '"2"'],
      [2, '"2"'],
      [3, '"3"'],
    ],
  ]);
  const called = await client.call<Row>('sources-archive', { source_id: source.id });
  expect([called.result.version, called.headers.etag]).toEqual([4, '"4"']);
});

it('each row of an import adds one, and so does the undo of each record', async () => {
  const imports = new Importing(program, client);
  const emails = ['a', 'b', 'c'].map((name) => `${name}.${randomUUID()}@example.com`);
  const versions = async () => {
    const pages = emails.map((email) => client.get<{ items: Row[] }>(`/contacts?email=${email}`));
    return (await Promise.all(pages)).map(({ result }) => result.items.map(({ version }) => version));
  };
  const table = (...rows: string[][]) => [['First name', 'Email', 'City'], ...rows];
  await imports.run('contacts', table(...emails.map((email) => ['Grace', email, 'Bern'])));
  expect(await versions()).toEqual([[1], [1], [1]]);
  // Of the second record nothing changes; the third is changed by two rows.
  const rows = [
    ['Ada', emails[0]!, 'Bern'],
    ['Grace', emails[1]!, 'Bern'],
    ['Grace', emails[2]!, 'Basel'],
    ['Grace', emails[2]!, 'Genf'],
  ];
  const job = await imports.run('contacts', table(...rows), { on_duplicate: 'update' });
  expect(await versions()).toEqual([[2], [1], [3]]);
  const { items } = (await client.get<{ items: Row[] }>(`/contacts?email=${emails[2]}`)).result;
  expect((await feedOf(items[0]!)).map(({ data }) => [data.version, data.city])).toEqual([
    [1, 'Bern'],
    [2, 'Basel'],
    [3, 'Genf'],
  ]);
  const stale = client.patch(`/contacts/${items[0]!.id}`, { city: 'Chur' }, { 'If-Match': '"1"' });
  expect(await refusal(stale)).toEqual(['contacts.edit_conflict', ['city', 'Genf']]);
  await imports.undone(job);
  expect(await versions()).toEqual([[3], [1], [4]]);
  expect((await feedOf(items[0]!)).at(-1)).toMatchObject({ data: { version: 4, city: 'Bern' } });
});

describe('by two servers on one database', () => {
  let other: TestApp;
  beforeAll(async () => {
    other = await startApp();
  });
  afterAll(() => other.close());

  it('of several changes of one field with one If-Match, exactly one wins', async () => {
    const doors = [client, other.client.as(ada)];
    for (let round = 0; round < 10; round++) {
      const contact = await make('/contacts', { first_name: 'Grace' });
      const cities = ['Bern', 'Basel', 'Genf', 'Chur', 'Zug', 'Thun'];
      const answers = await Promise.all(
        cities.map((city, index) =>
          doors[index % 2]!.patch<Row>(`/contacts/${contact.id}`, { city }, { 'If-Match': '"1"' }),
        ),
      );
      const winners = cities.filter((_, index) => answers[index]!.status === 200);
      expect(winners).toHaveLength(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        expect(await refusal(Promise.resolve(answer))).toEqual(['contacts.edit_conflict', ['city', winners[0]]]);
      }
      const read = (await client.get<Row>(`/contacts/${contact.id}`)).result;
      expect(read).toMatchObject({ city: winners[0], version: 2 });
    }
  });

  it('changes of different fields with one If-Match all win, and versions have no gap', async () => {
    const doors = [client, other.client.as(ada)];
    const contact = await make('/contacts', { first_name: 'Grace' });
    const fields = ['last_name', 'phone', 'city', 'state', 'country', 'job_title', 'address', 'notes'];
    const answers = await Promise.all(
      fields.map((field, index) =>
        doors[index % 2]!.patch<Row>(`/contacts/${contact.id}`, { [field]: 'x' }, { 'If-Match': '"1"' }),
      ),
    );
    const versions = answers.map(({ result }) => result.version).sort((one, two) => one - two);
    expect(versions).toEqual(fields.map((_, index) => index + 2));
  });

  it('of a change and a deletion with one If-Match, exactly one wins', async () => {
    for (let round = 0; round < 5; round++) {
      const contact = await make('/contacts', { first_name: 'Grace' });
      const path = `/contacts/${contact.id}`;
      const headers = { 'If-Match': '"1"' };
      const [changed, deleted] = await Promise.all([
        client.patch<Row>(path, { city: 'Bern' }, headers),
        other.client.as(ada).with(headers).delete<object>(path),
      ]);
      expect([changed.status, deleted.status].filter((status) => status === 200)).toHaveLength(1);
    }
  });
});

describe('what has no version', () => {
  const calls = allOperations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

  it('is everything but changes and deletions of records', () => {
    const taking = calls.filter(([, { takesVersion }]) => takesVersion).map(([name]) => name);
    const expected = kinds.flatMap(({ plural }) => {
      const deletes = plural !== 'sources';
      return [
        ...[`PATCH /api/v1/${plural}/{id}`, `POST /api/${plural}-update`],
        ...(deletes ? [`DELETE /api/v1/${plural}/{id}`, `POST /api/${plural}-delete`] : []),
      ];
    });
    expect(taking.sort()).toEqual(expected.sort());
  });

  it.each(calls.filter(([, { takesVersion }]) => !takesVersion))('%s refuses If-Match', async (_, operation) => {
    const { method, path, bodies } = operation;
    const url = path.replaceAll(/\{\w+\}/g, () => randomUUID());
    const required = (bodies[0]?.required ?? []).flatMap((name): [string, unknown][] => {
      const { type, format } = bodies[0]!.properties![name]!;
      return type === 'boolean' ? [[name, true]] : format === 'uuid' ? [[name, randomUUID()]] : [];
    });
    const body = method === 'GET' || path.endsWith('/upload') ? undefined : Object.fromEntries(required);
    const refused = (ifMatch: string) => refusal(client.with({ 'If-Match': ifMatch }).sendTo(method, url, body));
    const expected = [`${namespaceOf(url)}.invalid_request`, ['If-Match', undefined]];
    expect([await refused('"1"'), await refused('*')]).toEqual([expected, expected]);
  });
});

it('versions are kept when the clock stands still', async () => {
  program.clock.freeze();
  const contact = await make('/contacts', { first_name: 'Grace' });
  const change = async (city: string) => (await client.patch<Row>(`/contacts/${contact.id}`, { city })).result;
  const [first, second] = [await change('Bern'), await change('Basel')];
  expect([first.updated_at, second.updated_at]).toEqual([contact.updated_at, contact.updated_at]);
  expect([first.version, second.version]).toEqual([2, 3]);
  program.clock.move(minutes(1));
});
