import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { behindLock } from '../support/database';
import { asStored, hostileValues, verdictOnText } from '../support/hostile-values';
import { all, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

const entityTypes = ['contact', 'company', 'project'] as const;
const fieldTypes = ['text', 'number', 'date', 'boolean', 'enum'] as const;
type FieldType = (typeof fieldTypes)[number];

interface Definition extends Readonly<
  Record<'id' | 'account_id' | 'entity_type' | 'label' | 'field_type' | 'created_at', string>
> {
  readonly options: string[] | null;
  readonly required: boolean;
  readonly unique: boolean;
  readonly display_order: number;
}

type Values = Record<string, unknown>;

/** A contact, company or project. */
interface Entity extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly custom_fields: Values;
  readonly updated_at: string;
}

const { program, ada, client, newAccount } = useApi();
/** The owner of another account. */
let grace: Client;

beforeAll(async () => {
  grace = program.client.as(await program.register());
});

const good = [200, undefined];
const forbidden = [403, 'auth.forbidden'];
const notFound = [404, 'custom_fields.not_found'];
const refused = [400, 'custom_fields.invalid_request'];
const invalid = refusedWith('custom_fields.invalid_request');

let labels = 0;
const tryDefine = (input: object = {}, as = client) =>
  as.post<Definition>('/custom-fields', {
    ...{ entity_type: 'contact', label: `Label ${++labels}`, field_type: 'text' },
    ...input,
  });
const define = async (input?: object, as?: Client) => (await tryDefine(input, as)).result;
const tryGet = (id: string, as = client) => as.get<Definition>(`/custom-fields/${id}`);
const get = async (id: string, as?: Client) => (await tryGet(id, as)).result;
const tryPatch = (id: string, input: object, as = client) => as.patch<Definition>(`/custom-fields/${id}`, input);
const patch = async (id: string, input: object) => (await tryPatch(id, input)).result;
const remove = (id: string, as = client) => as.delete<object>(`/custom-fields/${id}`);
const list = async (query = '', as = client) => (await as.get<Page<Definition>>(`/custom-fields${query}`)).result;

const changesNothing = async (work: () => Promise<unknown>) => {
  const before = await list('?limit=100');
  await work();
  expect(await list('?limit=100')).toEqual(before);
};

/** Of Ada's account, or of one record in it, oldest first. */
const events = (entity: string | null = null) =>
  program.sql(
    `select type, entity_id, data, previous, user_id from events
     where account_id = $1 and entity_id = coalesce($2, entity_id) order by seq`,
    [ada.user.account_id, entity],
  );

/** All pages of a list; in between it is told the last item of the page. */
async function walk<Item>(path: string, between: (last: Item) => Promise<unknown> = async () => {}): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = (await client.get<Page<Item>>(`${path}${cursor ? `&cursor=${cursor}` : ''}`)).result;
    items.push(...page.items);
    cursor = page.next_cursor;
    await between(page.items.at(-1)!);
  } while (cursor);
  return items;
}

type Row = [string, string, string, string, string];
/** A row per line, the columns divided by |. */
const table = (text: string) =>
  [...text.matchAll(/^.+$/gm)].map(([line]) => line.split('|').map((cell) => cell.trim()) as Row);

const ofOne: [string, (id: string, as: Client) => Promise<Answer<unknown>>][] = [
  ['GET', tryGet],
  ['PATCH', (id, as) => tryPatch(id, { label: `Label ${++labels}` }, as)],
  ['DELETE', remove],
];

describe('who may', () => {
  beforeAll(newAccount);
  const callers: Record<string, Client> = {};

  beforeAll(async () => {
    const invited = async (role: string) => {
      const invitation = { email: newEmail(), name: 'Bob', role };
      const token = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result.invite_token;
      return (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
    };
    const { app, client_secret } = (
      await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Importer' })
    ).result;
    const grant = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    const token = (await program.client.post<{ access_token: string }>('/oauth/token', grant)).result;
    const [admin, member] = await Promise.all([invited('admin'), invited('member')]);
    const signedIn = { owner: ada, admin, member, app: token };
    for (const [name, session] of Object.entries(signedIn)) callers[name] = program.client.as(session);
  });

  it.each(['owner', 'admin'])('the %s may do everything', async (name) => {
    const as = callers[name]!;
    const { id } = await define({}, as);
    await all(good, tryGet(id, as), as.get('/custom-fields'));
    await all(good, tryPatch(id, { required: true }, as));
    await all(good, remove(id, as));
  });

  it.each(['member', 'app'])('a mere %s may read: all else → auth.forbidden, whatever is asked', async (name) => {
    const as = callers[name]!;
    const definition = await define();
    expect(await get(definition.id, as)).toEqual(definition);
    expect((await list('', as)).items).toContainEqual(definition);
    await changesNothing(() =>
      all(
        forbidden,
        ...[tryDefine({}, as), tryDefine({ label: '', colour: 1 }, as)],
        ...[definition.id, randomUUID(), 'abc'].flatMap((id) => [tryPatch(id, { lable: 1 }, as), remove(id, as)]),
        tryPatch(definition.id, { label: 'Mine' }, as),
      ),
    );
  });
});

describe('definitions', () => {
  beforeAll(newAccount);

  it('each entity type takes each field type: the answer is the whole definition, and no event is made', async () => {
    const before = program.clock.now().toISOString();
    const made = await Promise.all(
      entityTypes.flatMap((entity_type) =>
        fieldTypes.map(async (field_type) => {
          const options = field_type === 'enum' ? ['Red', 'Green'] : null;
          const definition = await define({ entity_type, label: ` ${field_type}\t`, field_type, options });
          expect(definition).toEqual({
            id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
            account_id: ada.user.account_id,
            ...{
              entity_type,
              label: field_type,
              field_type,
              options,
              required: false,
              unique: false,
              display_order: 0,
            },
            created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          });
          expect(definition.created_at >= before).toBe(true);
          return definition;
        }),
      ),
    );
    expect(await get(made[4]!.id)).toEqual(made[4]);
    const { items } = await list('?limit=100');
    expect(items).toHaveLength(made.length);
    expect(items).toEqual(expect.arrayContaining(made));
    expect(await events()).toEqual([]);
  });

  it('keeps all that it is given', async () => {
    const given = { entity_type: 'project', label: '🌊'.repeat(200), required: true, display_order: 2 ** 31 - 1 };
    const definition = await define(given);
    expect(definition).toMatchObject(given);
    expect(await get(definition.id)).toEqual(definition);
  });

  const plain = {};
  const choice = { field_type: 'enum', options: ['Red', 'Green'] };
  const many = (count: number) => Array.from({ length: count }, (_, index) => `Option ${count - index}`);

  // prettier-ignore
  it.each<[string, string, object, unknown[]]>([
    ['label', 'label_required', plain, [null, '', ' \t\u00a0 ']],
    ['label', 'invalid_request', plain, [5, ['x'], { toString: 'x' }, 'a\0b', 'a\ud800', 'x'.repeat(201)]],
    ['required', 'invalid_request', plain, [null, 1, 'true']],
    ['unique', 'invalid_request', plain, [null, 1, 'true']],
    ['display_order', 'invalid_request', plain, [null, -1, 1.5, 2 ** 31, '1']],
    ['options', 'options_required', choice, [null, [], 'Red', {}, ['Red', ''], ['Red', 5], ['Red', ' Red '], many(201)]],
  ])('%s, on create and on PATCH → custom_fields.%s for unfit values', async (field, reason, input, values) => {
    const { id } = await define(input);
    const named = expect.stringMatching(new RegExp(`^${field}(\\[\\d+\\])?$`)) as string;
    const is = refusedWith(`custom_fields.${reason}`);
    const attempts = values.map((value) => ({ [field]: value }));
    await changesNothing(() =>
      Promise.all(
        attempts.flatMap((bad) => [is(tryDefine({ ...input, ...bad }), named), is(tryPatch(id, bad), named)]),
      ),
    );
  });

  it.each<[string, string, unknown[]]>([
    ['entity_type', 'invalid_entity_type', [undefined, null, 5, ['contact'], 'Contact', 'activity', 'constructor']],
    ['field_type', 'invalid_field_type', [undefined, null, 5, ['text'], 'Text', 'string', 'constructor']],
    ['label', 'label_required', [undefined]],
  ])('%s on create → custom_fields.%s for unfit values', (field, reason, values) =>
    changesNothing(() =>
      Promise.all(values.map((value) => refusedWith(`custom_fields.${reason}`)(tryDefine({ [field]: value }), field))),
    ),
  );

  it('an enum without options → custom_fields.options_required', () =>
    changesNothing(() => refusedWith('custom_fields.options_required')(tryDefine({ field_type: 'enum' }), 'options')));

  it.each([[['x'.repeat(501)]], [['a\0b']], [['a\ud800']]])(
    'options that no value could be are refused',
    async (options) => {
      const reason = expect.stringMatching(/^custom_fields\.(options_required|invalid_request)$/) as string;
      await all([400, reason], tryDefine({ field_type: 'enum', options }));
    },
  );

  it.each([
    [[' Red\t', 'red', 'NULL', 'null', 'a,b', '"', '{x}', '\\', "'", '🌊'.repeat(500), ` ${'x'.repeat(500)} `]],
    [many(200)],
  ])('options are trimmed, and kept as they are in their order', async (options) => {
    const kept = options.map((option) => option.trim());
    const made = await define({ field_type: 'enum', options });
    const changed = await patch((await define(choice)).id, { options });
    expect([made.options, changed.options]).toEqual([kept, kept]);
    expect([await get(made.id), await get(changed.id)]).toEqual([made, changed]);
  });

  it.each(fieldTypes.filter((type) => type !== 'enum'))('a %s takes no options but null', async (field_type) => {
    const definition = await define({ field_type, options: null });
    for (const options of [['Red'], []]) await invalid(tryDefine({ field_type, options }), 'options');
    await invalid(tryPatch(definition.id, { options: ['Red'] }), 'options');
    expect(await patch(definition.id, { options: null })).toEqual(definition);
  });

  it('details tell every failing field, unknown keys first', async () => {
    const fields = ['entity_type', 'label', 'field_type'];
    await refusedWith('custom_fields.invalid_entity_type')(client.post('/custom-fields', {}), ...fields);
    const bad = { display_order: -1, required: null, options: [], label: ' ', entity_type: 'x', field_type: 'enum' };
    const order = ['entity_type', 'label', 'options', 'required', 'display_order'];
    await refusedWith('custom_fields.invalid_entity_type')(client.post('/custom-fields', bad), ...order);
    await invalid(client.post('/custom-fields', { ...bad, colour: 1 }), 'colour', ...order);
  });

  it('PATCH changes what it is given and nothing else', async () => {
    let definition = await define({ ...choice, entity_type: 'project' });
    program.clock.move(minutes(1));
    for (const change of [
      { label: 'Hue' },
      { options: ['Blue', 'Red'] },
      { required: true },
      { unique: false },
      { display_order: 7 },
    ]) {
      const expected = { ...definition, ...change };
      expect(await patch(definition.id, change)).toEqual(expected);
      definition = await get(definition.id);
      expect(definition).toEqual(expected);
    }
    const { label, options, required, display_order } = definition;
    for (const same of [{}, { label: ` ${label} `, options, required, display_order }]) {
      expect(await patch(definition.id, same)).toEqual(definition);
    }
    expect(await events()).toEqual([]);
  });

  it('what only the server sets is unknown, on PATCH the types too, and typos name what was meant', async () => {
    const { id, created_at, account_id } = await define();
    await changesNothing(() =>
      Promise.all([
        ...Object.entries({ id, created_at, account_id, created_by: null, updated_at: null }).flatMap(([key, value]) =>
          [tryDefine({ [key]: value }), tryPatch(id, { [key]: value })].map((answer) => invalid(answer, key)),
        ),
        invalid(tryPatch(id, { entity_type: 'contact' }), 'entity_type'),
        invalid(tryPatch(id, { field_type: 'text' }), 'field_type'),
      ]),
    );
    const { error } = await tryPatch(id, { lable: 'x' });
    expect(error.details).toEqual([{ field: 'lable', message: expect.stringContaining('"label"') }]);
  });

  it('whatever the label, it is kept or refused', async () => {
    const { id } = await define();
    for (const json of hostileValues.filter((_, index) => index % 13 === 0)) {
      const value: unknown = JSON.parse(json);
      const answer = await client.patch<Definition>(`/custom-fields/${id}`, `{"label":${json}}`);
      const told = answer.status === 200 ? answer.result.label : answer.error.code;
      const expected = {
        stored: typeof value === 'string' && asStored(value),
        missing: 'custom_fields.label_required',
        refused: 'custom_fields.invalid_request',
      }[verdictOnText(value)];
      expect([json.slice(0, 99), told]).toEqual([json.slice(0, 99), expected]);
    }
  });

  describe('a label', () => {
    it('is taken within its entity type, whatever the case, until it is given up', async () => {
      const { id } = await define({ label: 'Élan Vital' });
      const other = await define();
      const spellings = ['Élan Vital', ' éLAN vITAL\t', 'ÉLAN VITAL'];
      await changesNothing(async () => {
        for (const label of spellings) {
          await invalid(tryDefine({ label }), 'label');
          await invalid(tryPatch(other.id, { label }), 'label');
        }
      });
      const elsewhere = { label: 'Élan Vital', entity_type: 'company' };
      await all(good, tryDefine(elsewhere), tryDefine({ label: 'Élan Vital' }, grace));
      expect((await patch(id, { label: 'éLAN vITAL' })).label).toBe('éLAN vITAL');
      await patch(id, { label: 'Else' });
      expect((await patch(other.id, { label: 'ÉLAN VITAL' })).label).toBe('ÉLAN VITAL');
      await remove(other.id);
      await all(good, tryDefine({ label: 'Élan Vital' }));
    });

    it('wanted by several at once goes to one', async () => {
      const ids = [(await define()).id, (await define()).id];
      const made = ['Size', 'SIZE', ' size '].map((label) => outcome(tryDefine({ label })));
      expect((await Promise.all(made)).sort()).toEqual([good, refused, refused]);
      const renamed = ids.map((id) => outcome(tryPatch(id, { label: 'Weight' })));
      expect((await Promise.all(renamed)).sort()).toEqual([good, refused]);
    });
  });

  describe.each(ofOne)('%s of one', (_, call) => {
    it('an id that is no UUID → custom_fields.invalid_id', async () => {
      const ids = ['abc', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36)];
      await all([400, 'custom_fields.invalid_id'], ...ids.map((id) => call(encodeURIComponent(id), client)));
    });

    it('an id of another account answers exactly like one of nothing', async () => {
      const hers = await define({}, grace);
      const [other, random] = [await call(hers.id, client), await call(randomUUID(), client)];
      expect([other.status, other.error.code]).toEqual(notFound);
      expect({ ...other.error, request_id: '' }).toEqual({ ...random.error, request_id: '' });
      expect(await get(hers.id, grace)).toEqual(hers);
    });

    it('takes ids in upper case', async () => {
      await all(good, call((await define()).id.toUpperCase(), client));
    });
  });

  it('DELETE answers {}, and then it is gone', async () => {
    const { id } = await define();
    expect((await remove(id)).result).toEqual({});
    await all(notFound, ...ofOne.map(([, call]) => call(id, client)));
    expect((await list('?limit=100')).items.map((item) => item.id)).not.toContain(id);
  });

  it('deleted at once by several: one succeeds', async () => {
    const { id } = await define();
    const outcomes = await Promise.all([1, 2, 3].map(() => outcome(remove(id))));
    expect(outcomes.sort()).toEqual([good, notFound, notFound]);
  });

  it.each(
    table(`
no PUT                       | PUT /ID            | {"label":"A"}            | yes | 404 api.not_found
the route before the body    | POST /ID           | {"label":                | no  | 404 api.not_found
the body before the token    | POST               | {"label":                | no  | 400 custom_fields.invalid_request
a body that is no object     | POST               | []                       | yes | 400 custom_fields.invalid_request
the body before the id       | PATCH /abc         | {"label":                | yes | 400 custom_fields.invalid_request
the token before parameters  | GET ?entity_type=x |                          | no  | 401 auth.required
the token before the fields  | POST               | {"lable":5}              | no  | 401 auth.required
the token before the id      | GET /abc           |                          | no  | 401 auth.required
the token before the id      | PATCH /abc         | {}                       | no  | 401 auth.required
the token before the id      | DELETE /abc        |                          | no  | 401 auth.required
the id before unknown keys   | PATCH /abc         | {"lable":1}              | yes | 400 custom_fields.invalid_id
the id before parameters     | GET /abc?x=1       |                          | yes | 400 custom_fields.invalid_id
keys before the fields       | PATCH /ID          | {"lable":1,"label":""}   | yes | 400 custom_fields.invalid_request
keys before the record       | PATCH /ID          | {"lable":1}              | yes | 400 custom_fields.invalid_request
parameters before the record | GET /ID?x=1        |                          | yes | 400 custom_fields.invalid_request
parameters before the record | DELETE /ID?x=1     |                          | yes | 400 custom_fields.invalid_request
no parameters                | POST ?x=1          | {}                       | yes | 400 custom_fields.invalid_request
the fields before the record | PATCH /ID          | {"label":""}             | yes | 400 custom_fields.label_required
the record                   | PATCH /ID          | {"label":"A"}            | yes | 404 custom_fields.not_found
the record, though no change | PATCH /ID          | {}                       | yes | 404 custom_fields.not_found
`),
  )('%s: %s %s, signed in: %s → %s', async (_, request, body, signedIn, expected) => {
    const [method, path = ''] = request.split(' ');
    const as = signedIn === 'yes' ? client : program.client;
    const answer = as.send(method!, `/custom-fields${path.replace('ID', randomUUID())}`, body || undefined);
    expect((await outcome(answer)).join(' ')).toBe(expected);
  });

  describe('when the database fails', () => {
    let id: string;
    let contact: Entity;
    beforeAll(async () => {
      ({ id } = await define());
      const body = { first_name: 'Grace', custom_fields: { [id]: 'x' } };
      contact = (await client.post<Entity>('/contacts', body)).result;
    });

    it.each<[string, RegExp, () => Promise<Answer<unknown>>]>([
      ['GET list', /custom_fields/, () => client.get('/custom-fields')],
      ['GET', /custom_fields/, () => tryGet(id)],
      ['POST', /insert into "?custom_fields/i, () => tryDefine()],
      ['PATCH', /update "?custom_fields/i, () => tryPatch(id, { label: 'Lost' })],
      ['DELETE', /delete from "?custom_fields"?\s/i, () => remove(id)],
      ['the values of DELETE', /\bcontacts\b/i, () => remove(id)],
    ])('%s → custom_fields.internal, and nothing changes', async (_, statement, call) => {
      await changesNothing(async () => {
        const restore = breakDatabase(statement);
        const answer = await call().finally(restore);
        expect([answer.status, answer.error.code]).toEqual([500, 'custom_fields.internal']);
        expect(answer.error.message).not.toMatch(/terminated|sql|select|insert/i);
      });
      expect((await client.get<Entity>(`/contacts/${contact.id}`)).result).toEqual(contact);
    });
  });
});

describe('the list of definitions', () => {
  beforeAll(newAccount);

  it('goes by display_order, then created_at, then id, and entity_type narrows it', async () => {
    program.clock.freeze();
    const made: Definition[] = [];
    for (const display_order of [1, 0, 1]) {
      program.clock.move(seconds(1));
      const group = entityTypes.map((entity_type) => define({ entity_type, display_order }));
      made.push(...(await Promise.all(group)));
    }
    const earlier = (a: Definition, b: Definition) =>
      a.display_order - b.display_order ||
      Date.parse(a.created_at) - Date.parse(b.created_at) ||
      (a.id < b.id ? -1 : 1);
    expect((await list()).items).toEqual(made.toSorted(earlier));
    expect(await walk('/custom-fields?entity_type=&limit=2')).toEqual(made.toSorted(earlier));
    for (const type of entityTypes) {
      const expected = made.filter(({ entity_type }) => entity_type === type).sort(earlier);
      expect((await list(`?entity_type=${type}`)).items).toEqual(expected);
    }
    const last = await patch(made[3]!.id, { display_order: 2 });
    expect((await list()).items.at(-1)).toEqual(last);
  });

  it('a walk gives each exactly once, while others come and go', async () => {
    program.clock.freeze();
    const stays = await Promise.all(Array.from({ length: 9 }, () => define({ display_order: 5 })));
    const seen = await walk<Definition>('/custom-fields?entity_type=contact&limit=2', async (last) => {
      await Promise.all([remove(last.id), define()]);
    });
    const ids = seen.filter(({ display_order }) => display_order === 5).map(({ id }) => id);
    expect(ids).toEqual(stays.map(({ id }) => id).sort());
  });

  it.each([
    ['invalid_entity_type', 'entity_type=Contact entity_type=contacts entity_type=activity entity_type=%00'],
    ['invalid_entity_type', 'entity_type=constructor entity_type=contact&entity_type=company'],
    ['invalid_request', 'limit=0 limit=101 limit=abc limit=1&limit=2 cursor=abc cursor=%00 search=x entity=x'],
  ])('malformed → custom_fields.%s: %s', async (reason, queries) => {
    for (const query of queries.split(' ')) {
      const field = /^\w+/.exec(query)![0];
      await refusedWith(`custom_fields.${reason}`)(client.get(`/custom-fields?${query}`), field);
    }
  });

  it('refuses a cursor that was altered, is of another list or of another account', async () => {
    await Promise.all([define(), define(), ...['A', 'B'].map((name) => client.post('/sources', { name }))]);
    const cursor = (await list('?limit=1')).next_cursor!;
    const ofSources = (await client.get<Page<unknown>>('/sources?limit=1')).result.next_cursor!;
    const altered = [...cursor].flatMap((character, index) =>
      index % 10 ? [] : [cursor.slice(0, index) + (character === 'A' ? 'B' : 'A') + cursor.slice(index + 1)],
    );
    await all(good, client.get(`/custom-fields?cursor=${cursor}`));
    await all(refused, grace.get(`/custom-fields?cursor=${cursor}`));
    await all(refused, ...[ofSources, ...altered].map((other) => client.get(`/custom-fields?cursor=${other}`)));
  });

  it('at most 200 per entity type, whoever comes at the same moment; 25 a page', async () => {
    const first = await define({ entity_type: 'company' });
    const kept = (await list('?entity_type=company')).items.length;
    await program.sql(
      `insert into custom_fields (id, account_id, entity_type, label, field_type, required, display_order, created_at)
       select gen_random_uuid(), $1, 'company', 'Filler ' || n, 'text', false, 0, $2 from generate_series(1, $3::int) n`,
      [ada.user.account_id, program.clock.now(), 198 - kept],
    );
    const company = { entity_type: 'company' };
    const race = await Promise.all([1, 2, 3, 4, 5].map(() => outcome(tryDefine(company))));
    expect(race.sort()).toEqual([good, good, refused, refused, refused]);
    await all(refused, tryDefine(company));
    await all(good, tryDefine(), tryDefine(company, grace), tryPatch(first.id, { label: 'Still mine' }));
    expect((await list('?entity_type=company')).items).toHaveLength(25);
    const ids = (await walk<Definition>('/custom-fields?entity_type=company&limit=100')).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([200, 200]);
    await remove(first.id);
    await all(good, tryDefine(company));
    await all(refused, tryDefine(company));
  });
});

/** Values as JSON, a column for each type; each row is fit, or unfit, for all five. */
const fit: [text: string, number: string, date: string, boolean: string, choice: string][] = [
  ['" a b\\t"', '-0', '"2024-02-29"', 'true', '" Gold "'],
  ['""', '9007199254740993', '"0001-01-01"', 'false', '"Silver"'],
  [`"  ${'🌊'.repeat(500)} "`, '-1.7976931348623157e308', '"9999-12-31"', 'true', '"Gold"'],
  [`"${'x'.repeat(500)}"`, '5e-324', '"2000-02-29"', 'false', '"100%"'],
];
const unfit: typeof fit = [
  ['5', '"5"', '"2025-02-30"', '0', '"gold"'],
  ['true', '""', '"2023-02-29"', '1', '"Platinum"'],
  ['[]', 'true', '"2025-2-3"', '"true"', '""'],
  ['{}', '[]', '" 2025-01-01"', '"false"', '5'],
  ['["a"]', '[5]', '"2025-01-01T00:00:00Z"', '""', '["Gold"]'],
  ['"a\\u0000b"', '{}', '"0000-01-01"', '[]', 'true'],
  ['"a\\ud800"', '1e400', '"10000-01-01"', '{}', '{}'],
  [`"${'x'.repeat(501)}"`, '-1e400', '20250101', '[true]', '"toString"'],
];

describe.each([
  { route: 'contacts', entity: 'contact', name: 'first_name' },
  { route: 'companies', entity: 'company', name: 'name' },
  { route: 'projects', entity: 'project', name: 'name' },
] as const)('$route', ({ route, entity, name }) => {
  const code = `${route}.invalid_custom_fields`;
  const refusedValues = [400, code];
  const badValues = (answer: Promise<Answer<unknown>>, ...keys: string[]) =>
    refusedWith(code)(answer, ...keys.map((key) => `custom_fields.${key}`));

  const tryCreate = (custom_fields: unknown, more: object = {}) =>
    client.post<Entity>(`/${route}`, { [name]: 'Some', custom_fields, ...more });
  const create = async (custom_fields?: Values, more?: object) => (await tryCreate(custom_fields, more)).result;
  const read = async (id: string) => (await client.get<Entity>(`/${route}/${id}`)).result;
  const trySet = (id: string, custom_fields: unknown, more: object = {}) =>
    client.patch<Entity>(`/${route}/${id}`, { custom_fields, ...more });
  const set = async (id: string, custom_fields: unknown, more?: object) =>
    (await trySet(id, custom_fields, more)).result;
  const records = async (query = 'limit=100') => (await client.get<Page<Entity>>(`/${route}?${query}`)).result.items;
  const defineHere = async (input: object = {}) => (await define({ entity_type: entity, ...input })).id;

  /** A definition of each type. */
  const defineAll = async () => {
    const options = ['Gold', 'Silver', '100%'];
    const made = fieldTypes.map(async (field_type) => [
      field_type,
      await defineHere({ field_type, options: field_type === 'enum' ? options : null }),
    ]);
    return Object.fromEntries(await Promise.all(made)) as Record<FieldType, string>;
  };

  beforeAll(newAccount);

  let ids: Record<FieldType, string>;
  /** Definitions that are none of this entity's. */
  let foreign: string[];
  const keyed = (values: Partial<Record<FieldType, unknown>>): Values =>
    Object.fromEntries(Object.entries(values).map(([type, value]) => [ids[type as FieldType], value]));

  beforeAll(async () => {
    ids = await defineAll();
    const other = entityTypes.find((type) => type !== entity);
    const hers = await define({ entity_type: entity }, grace);
    foreign = [(await define({ entity_type: other })).id, hers.id, randomUUID()];
  });

  describe('values', () => {
    const event = (what: string, data: Entity, previous: Entity | null = null) => ({
      ...{ type: `${entity}.${what}`, entity_id: data.id, data, user_id: ada.user.id },
      previous: previous && { custom_fields: previous.custom_fields },
    });
    const json = (row: string[], more = '') =>
      `{${more}"custom_fields":{${row.map((value, index) => `"${ids[fieldTypes[index]!]}":${value}`).join()}}}`;
    const post = (body: string) => client.post<Entity>(`/${route}`, body);

    it('are kept as sent, but for blanks around', async () => {
      const { id } = await create(keyed({ text: 'before' }));
      const made: Entity[] = [];
      for (const row of fit) {
        const kept = row.map((text): unknown => {
          const value: unknown = JSON.parse(text);
          return typeof value === 'string' ? asStored(value) : Object.is(value, -0) ? 0 : value;
        });
        const expected = Object.fromEntries(fieldTypes.map((type, index) => [ids[type], kept[index]]));
        made.push((await post(json(row, `"${name}":"Some",`))).result);
        const after = (await client.patch<Entity>(`/${route}/${id}`, json(row))).result;
        expect([made.at(-1)!.custom_fields, after.custom_fields]).toEqual([expected, expected]);
      }
      expect(await records()).toEqual(expect.arrayContaining(made));
      expect((await read(id)).custom_fields).toEqual(made.at(-1)!.custom_fields);
    });

    it('of another type, or not offered: refused, one detail per key, and nothing is changed', async () => {
      const { id } = await create(keyed({ text: 'a', number: 1, enum: 'Gold' }));
      const before = await records();
      for (const [index, row] of unfit.entries()) {
        const answer = index % 2 ? post(json(row, `"${name}":"Some",`)) : client.patch(`/${route}/${id}`, json(row));
        await badValues(answer, ...Object.values(ids));
      }
      expect(await records()).toEqual(before);
      expect(await events(id)).toHaveLength(1);
    });

    it('details come in the order of the keys sent; keys that are none of this entity’s are refused, with null too', async () => {
      const [elsewhere, hers, nothing] = foreign as [string, string, string];
      const shouted = ids.enum.toUpperCase();
      const sent = {
        ...{ [elsewhere]: 'x', [ids.text]: 'fine', size: 5, [ids.number]: 'x', [hers]: null },
        ...{ [shouted]: 'x', [nothing]: null, 'a b': [] },
      };
      const told = [elsewhere, 'size', ids.number, hers, shouted, nothing, 'a b'];
      const { id } = await create();
      await badValues(tryCreate(sent), ...told);
      await badValues(trySet(id, sent), ...told);
      expect((await read(id)).custom_fields).toEqual({});
    });

    it('what is no object is refused as a whole', async () => {
      const { id } = await create();
      for (const wrong of ['x', []]) {
        await refusedWith(code)(tryCreate(wrong), 'custom_fields');
        await refusedWith(code)(trySet(id, wrong), 'custom_fields');
      }
    });

    it('are judged after all other fields and before the record', async () => {
      const isRequest = refusedWith(`${route}.invalid_request`);
      await isRequest(tryCreate({ size: 1 }, { tags: 'a' }), 'tags');
      await isRequest(trySet(randomUUID(), { size: 1 }, { tags: 'a' }), 'tags');
      await badValues(trySet(randomUUID(), { size: 1 }), 'size');
      await all([404, `${route}.not_found`], trySet(randomUUID(), keyed({ text: 'x' })));
    });

    it('PATCH merges by key in any case, null removes a key or all; events tell the values and those before', async () => {
      const before = await create(keyed({ text: 'a', number: 1, enum: 'Gold' }));
      program.clock.move(minutes(1));
      const change = { ...keyed({ number: null, date: '2025-01-01' }), [ids.enum.toUpperCase()]: ' Silver ' };
      const after = await set(before.id, change);
      const merged = keyed({ text: 'a', date: '2025-01-01', enum: 'Silver' });
      expect(after).toEqual({ ...before, custom_fields: merged, updated_at: expect.any(String), version: 2 });
      expect(after.updated_at > before.updated_at).toBe(true);
      expect(await read(before.id)).toEqual(after);
      const emptied = await set(before.id, null);
      expect(emptied.custom_fields).toEqual({});
      await client.delete(`/${route}/${before.id}`);
      expect(await events(before.id)).toEqual([
        ...[event('created', before), event('updated', after, before), event('updated', emptied, after)],
        event('deleted', { ...emptied, version: 4 }),
      ]);
    });

    it('PATCH with what is there, or without what is not there, changes nothing', async () => {
      const values = { text: 'a', number: 0, boolean: false, enum: 'Gold' };
      const record = await create(keyed(values));
      program.clock.move(minutes(1));
      for (const same of [{}, keyed(values), keyed({ text: ' a\t', enum: 'Gold ', date: null })]) {
        expect(await set(record.id, same)).toEqual(record);
      }
      const negative = `{"custom_fields":{"${ids.number}":-0}}`;
      expect((await client.patch(`/${route}/${record.id}`, negative)).result).toEqual(record);
      const empty = await create();
      expect(await set(empty.id, null)).toEqual(empty);
      expect([await events(record.id), await events(empty.id)]).toEqual([[expect.anything()], [expect.anything()]]);
    });
  });

  describe('removed', () => {
    const options = ['Red', 'Doomed', 'Blue'];

    it('the values of a deleted definition go, and nothing else: no event, no new updated_at', async () => {
      const [gone, stays] = [await defineHere(), await defineHere()];
      const both = await create({ [gone]: 'x', [stays]: 'x' });
      const one = await create({ [gone]: 'y' });
      const before = await events();
      program.clock.move(minutes(1));
      expect((await remove(gone)).result).toEqual({});
      expect(await read(both.id)).toEqual({ ...both, custom_fields: { [stays]: 'x' } });
      expect(await read(one.id)).toEqual({ ...one, custom_fields: {} });
      expect(await events()).toEqual(before);
      await badValues(tryCreate({ [gone]: 'x' }), gone);
      await badValues(trySet(both.id, { [gone]: null }), gone);
      expect(await records(`custom_fields[${gone}]=x`)).toEqual([]);
    });

    it('the values of a removed option go, and nothing else: no event, no new updated_at', async () => {
      const choice = { field_type: 'enum', options };
      const [field, other] = [await defineHere(choice), await defineHere(choice)];
      const doomed = await create({ [field]: 'Doomed', [other]: 'Doomed', ...keyed({ text: 'Doomed' }) });
      const red = await create({ [field]: 'Red' });
      const before = await events();
      program.clock.move(minutes(1));
      expect((await patch(field, { options: ['Yellow', 'Blue', ' Red '] })).options).toEqual(['Yellow', 'Blue', 'Red']);
      const left = { ...doomed, custom_fields: { [other]: 'Doomed', ...keyed({ text: 'Doomed' }) } };
      expect([await read(doomed.id), await read(red.id)]).toEqual([left, red]);
      expect(await events()).toEqual(before);
      await badValues(tryCreate({ [field]: 'Doomed' }), field);
      await patch(field, { options, label: `Back ${field}` });
      expect([await read(doomed.id), await read(red.id)]).toEqual([left, red]);
      expect((await set(doomed.id, { [field]: 'Doomed' })).custom_fields).toEqual(doomed.custom_fields);
    });

    describe.each<[string, (id: string) => Promise<Answer<unknown>>]>([
      ['its definition is deleted', (id) => remove(id)],
      ['its option is removed', (id) => tryPatch(id, { options: ['Red'] })],
    ])('a value that comes while %s does not stay', (_, removeIt) => {
      const lockOf = ({ id }: Entity) => [`select 1 from ${route} where id = $1 for update`, id] as const;
      const start = async () => {
        const field = await defineHere({ field_type: 'enum', options });
        const value = { [field]: 'Doomed' };
        return { field, value, bare: await create() };
      };
      const endsWell = async (field: string, removal: unknown[], others: unknown[][]) => {
        expect(removal).toEqual(good);
        for (const other of others) expect([good, refusedValues]).toContainEqual(other);
        const { items, next_cursor } = (await client.get<Page<Entity>>(`/${route}?limit=100`)).result;
        expect(next_cursor).toBeNull();
        expect(items.filter(({ custom_fields }) => custom_fields[field] === 'Doomed')).toEqual([]);
      };

      const at = (...answers: Promise<Answer<unknown>>[]) => Promise.all(answers.map(outcome));

      it('the value first, and one that is just coming', async () => {
        const { field, value, bare } = await start();
        const steps = [() => at(trySet(bare.id, value)), () => at(removeIt(field), tryCreate(value))];
        const [others, [removal, more]] = (await behindLock(lockOf(bare), ...steps)) as [unknown[][], unknown[][]];
        await endsWell(field, removal!, [...others, more!]);
      });

      it('the removal first', async () => {
        const { field, value, bare } = await start();
        const carrier = await create(value);
        const steps = [() => at(removeIt(field)), () => at(trySet(carrier.id, value))];
        const last = () => at(tryCreate(value), trySet(bare.id, value));
        const [removal, ...others] = (await behindLock(lockOf(carrier), ...steps, last)).flat();
        await endsWell(field, removal!, others);
      });
    });
  });

  describe('filters', () => {
    beforeAll(async () => {
      // Records of other tests have values of other definitions.
      ids = await defineAll();
      const rows: [string, string[], Parameters<typeof keyed>[0]][] = [
        ['Anton', ['vip', 'eu'], { text: 'Red wine', number: 1, date: '2025-01-01', boolean: true, enum: 'Gold' }],
        ['Berta', ['vip'], { text: 'red wine', number: 2.5, date: '2025-06-15', boolean: false, enum: 'Silver' }],
        ['Carla', ['eu'], { text: '100%', number: -3, date: '2024-02-29', boolean: true, enum: 'Gold' }],
        ['Doris', [], { text: 'true', number: 0, date: '9999-12-31' }],
        ['Emily', [], { text: '', number: 10 }],
      ];
      for (const [title, tags, values] of rows) {
        program.clock.move(seconds(1));
        await create(keyed(values), { [name]: title, tags });
      }
    });

    /** Types stand for the parameters of their definitions: `number[gte]=1`. */
    const path = (filter: string) => {
      const types = /\b(?:text|number|date|boolean|enum)(?=\[|=)/g;
      const query = filter.replace(types, (type) => `custom_fields[${ids[type as FieldType]}]`);
      return `/${route}?limit=100${query && `&${query}`}`;
    };
    const titles = (items: readonly Entity[]) => items.map((item) => item[name]);
    const find = async (filter: string) => titles((await client.get<Page<Entity>>(path(filter))).result.items);

    it.each([
      ['text=Red%20wine', 'Anton'],
      ['text=%20red%20wine%20', 'Berta'],
      ['text=Red', ''],
      ['text=100%25', 'Carla'],
      ['text=true', 'Doris'],
      ['number=10e-1', 'Anton'],
      ['number=-3.0', 'Carla'],
      ['number=-0', 'Doris'],
      ['number[gte]=2.5', 'Emily Berta'],
      ['number[gte]=0&number[lte]=1', 'Doris Anton'],
      ['date=2024-02-29&number[gte]=2', ''],
      ['date[gte]=2025-06-15', 'Doris Berta'],
      ['date[gte]=2025-01-02&date[lte]=9999-12-30', 'Berta'],
      ['boolean=false', 'Berta'],
      ['enum=Gold', 'Carla Anton'],
      ['enum=Gold&number[gte]=0&text=&date[lte]=', 'Anton'],
      ['boolean=true&tags=eu&tags=vip', 'Anton'],
      ['enum=Gold&search=carl', 'Carla'],
    ])('%s finds "%s"', async (filter, found) => {
      expect((await find(filter)).join(' ')).toBe(found);
    });

    it('pages with a filter give each record once', async () => {
      const filter = path('number[gte]=0&boolean=').replace('limit=100', 'limit=1');
      expect(titles(await walk<Entity>(filter))).toEqual(['Emily', 'Doris', 'Berta', 'Anton']);
    });

    it('an id in upper case is the same, a parameter’s name may be coded, an empty one counts as absent', async () => {
      expect(await find(`custom_fields[${ids.enum.toUpperCase()}]=Silver`)).toEqual(['Berta']);
      expect(await find(`custom_fields%5B${ids.number}%5D%5Bgte%5D=10`)).toEqual(['Emily']);
      expect(await find('text=&number[gte]=')).toEqual(await find(''));
    });

    it('an id that is no definition of this entity’s matches nothing, also beside one that is', async () => {
      for (const id of foreign) expect(await find(`custom_fields[${id}]=Gold&enum=Gold`)).toEqual([]);
      expect(await find(`custom_fields[${foreign[0]}][gte]=1`)).toEqual([]);
      expect(await find(`custom_fields[${foreign[0]}]=%00`)).toEqual([]);
    });

    const expectAll = async (filters: string[], expected: unknown[]) => {
      const told = async (filter: string) => [filter, ...(await outcome(client.get(path(filter))))];
      expect(await Promise.all(filters.map(told))).toEqual(filters.map((filter) => [filter, ...expected]));
    };
    const conditions = (count: number) =>
      Array.from({ length: count }, () => `custom_fields[${randomUUID()}]=x`).join('&');

    // prettier-ignore
    it.each([
      ['a number', 'number=abc number=0x10 number=Infinity number[gte]=x'],
      ['another value', 'date=2025-02-30 date[lte]=now boolean=1 enum=gold enum=Platinum text=a%00b'],
      ['an operator', 'text[gte]=a boolean[lte]=true enum[gte]=Gold date[gt]=2025-01-01 number[GTE]=1'],
      ['a repetition', 'number=1&number=1 number[gte]=1&number[gte]=2'],
      ['an id', 'custom_fields[abc]=x custom_fields[0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7]=1'],
      ['more than ten', conditions(11)],
    ])('malformed, by %s → the code of custom fields', (_, filters) => expectAll(filters.split(' '), refusedValues));

    it('ten conditions are not too many', () => expectAll([conditions(10)], good));

    it('what only looks like a filter is refused', () =>
      expectAll(
        ['custom_fields=x', 'custom_fields[]=x', 'custom_fields[abc=x', 'number[gte][lte]=1', 'custom_field[abc]=x'],
        [400, expect.stringMatching(/\.invalid_(custom_fields|request)$/)],
      ));

    it('whatever the number, it is an answer', async () => {
      for (const number of ['1e400', '1e-400', '1e999999999', '9'.repeat(400)]) {
        const { status } = await client.get(path(`number[gte]=${number}`));
        expect([number, [200, 400].includes(status)]).toEqual([number, true]);
      }
    });
  });

  // The last of this entity: nothing else could be created beside required fields.
  describe('required', () => {
    beforeAll(newAccount);
    let old: Entity;
    let late: string;
    let early: string;
    let note: string;

    beforeAll(async () => {
      [old, late, note] = [
        await create(),
        await defineHere({ display_order: 2 }),
        await defineHere({ display_order: 0, field_type: 'number' }),
      ];
      early = await defineHere({ display_order: 1, field_type: 'boolean', required: true });
      await patch(late, { required: true });
    });

    it('what is missing on create is told by display_order, after the keys sent', async () => {
      for (const nothing of [undefined, null, {}]) await badValues(tryCreate(nothing), early, late);
      await badValues(tryCreate({ [note]: 'x', size: 1 }), note, 'size', early, late);
      await badValues(tryCreate({ [early]: null }), early, late);
      for (const blank of ['', ' \t']) await badValues(tryCreate({ [late]: blank, [early]: false }), late);
      expect(await records()).toEqual([old]);
    });

    it('PATCH cannot remove it, by null for the key or for everything; other keys can come and go', async () => {
      const values = { [late]: 'x', [early]: false };
      const record = await create({ ...values, [note]: 0 });
      await badValues(trySet(record.id, { [note]: null, [early]: null, [late]: null }), early, late);
      await badValues(trySet(record.id, { [late]: ' ' }), late);
      await badValues(trySet(record.id, null), early, late);
      expect(await read(record.id)).toEqual(record);
      expect((await set(record.id, { [note]: null })).custom_fields).toEqual(values);
    });

    it('a record from before may be patched otherwise', async () => {
      expect((await set(old.id, undefined, { notes: 'Seen' })).notes).toBe('Seen');
      expect((await set(old.id, { [note]: 5 })).custom_fields).toEqual({ [note]: 5 });
      expect((await set(old.id, { [late]: 'x' })).custom_fields).toEqual({ [note]: 5, [late]: 'x' });
    });

    it('is so until the definition says otherwise, or is gone', async () => {
      await patch(late, { required: false });
      await badValues(tryCreate({}), early);
      await remove(early);
      expect((await create()).custom_fields).toEqual({});
    });
  });
});

describe('many', () => {
  beforeAll(newAccount);

  it('cleans 10,000 contacts', async () => {
    const [gone, stays] = [(await define()).id, (await define()).id];
    const moment = new Date(program.clock.now().getTime() - minutes(5));
    await program.sql(
      `insert into contacts (id, account_id, first_name, last_name, email, phone, job_title, address, city, state, zip_code,
         country, notes, tags, custom_fields, created_at, updated_at)
       select gen_random_uuid(), $1, 'Contact ' || n, '', '', '', '', '', '', '', '', '', '', '{}',
         jsonb_build_object($2::text, 'x', $3::text, 'Contact ' || n), $4, $4 from generate_series(1, 10000) n`,
      [ada.user.account_id, gone, stays, moment],
    );
    expect((await remove(gone)).result).toEqual({});
    const counted = await program.sql(
      `select count(*)::int as contacts, count(*) filter (where custom_fields ? $2)::int as carrying,
         count(*) filter (where custom_fields = jsonb_build_object($3::text, first_name))::int as intact,
         count(*) filter (where updated_at = $4)::int as untouched
       from contacts where account_id = $1`,
      [ada.user.account_id, gone, stays, moment],
    );
    expect(counted).toEqual([{ contacts: 10_000, carrying: 0, intact: 10_000, untouched: 10_000 }]);
    expect(await events()).toEqual([]);
    const found = await walk<Entity>(`/contacts?custom_fields[${stays}]=Contact%204711`);
    expect(found.map(({ first_name }) => first_name)).toEqual(['Contact 4711']);
  });
});
