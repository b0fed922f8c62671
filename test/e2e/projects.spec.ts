import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { behindLock, databaseOfWorker } from '../support/database';
import { asStored, hostileValues, verdictOnText } from '../support/hostile-values';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

/** As docs/contract.md, section 3.6, lists it, not as the program declares it. */
interface Project
  extends
    Readonly<Record<'id' | 'account_id' | 'created_at' | 'updated_at', string>>,
    Readonly<Record<'name' | 'description' | 'stage' | 'company_name' | 'assigned_name' | 'notes', string>>,
    Readonly<
      Record<'created_by' | 'company_id' | 'assigned_to' | 'start_date' | 'end_date' | 'renewal_date', string | null>
    > {
  readonly version: number;
  readonly value: number | null;
  readonly is_retainer: boolean;
  readonly tags: string[];
  readonly custom_fields: Record<string, unknown>;
}
type Company = Readonly<{ id: string; name: string }>;
type Contact = Readonly<{ id: string; first_name: string; company_name: string; created_at: string }>;
type Member = Contact & { readonly role: string };
type Told = Readonly<{ type: string; data: Project; previous: Partial<Project> | null; user_id: string | null }>;

const good = [200, undefined];
const notFound = [404, 'projects.not_found'];
const invalidId = [400, 'projects.invalid_id'];
const invalid = [400, 'projects.invalid_request'];
const refused = refusedWith('projects.invalid_request');
const wave = (length: number) => '🌊'.repeat(length);
const x = (length: number) => 'x'.repeat(length);
/** What is no text at all, or none that can be kept. */
const noTexts = [5, true, ['Fair'], { toString: 'x' }, 'a\0b', 'a\ud800'];

const { program, ada, client } = useApi({ accountFor: 'all tests' });
/** Members of Ada's account. Carol is renamed and deactivated by some tests. */
let bob: SignedIn;
let carol: SignedIn;
/** Of another account, and its owner's id. */
let grace: Client;
let graceId: string;
let acme: Company;

beforeAll(async () => {
  const other = await program.register();
  [grace, graceId] = [program.client.as(other), other.user.id];
  [bob, carol, acme] = await Promise.all([join('Bob Noyce'), join('Carol Shaw'), company('Acme')]);
});

const join = async (name: string) => {
  const invitation = { email: newEmail(), name };
  const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
};
/** Signed in to an account of its own, in which there is nothing yet. */
const newcomer = async () => program.client.as(await program.register());
const tryPost = (input: object, as = client) => as.post<Project>('/projects', { name: 'Relaunch', ...input });
const create = async (input: object = {}, as?: Client) => (await tryPost(input, as)).result;
const many = (count: number, as = client) => Promise.all(Array.from({ length: count }, () => create({}, as)));
const get = async (id: string, as = client) => (await as.get<Project>(`/projects/${id}`)).result;
const tryPatch = (id: string, input: object | string, as = client) => as.patch<Project>(`/projects/${id}`, input);
const patch = async (id: string, input: object | string, as?: Client) => (await tryPatch(id, input, as)).result;
const list = async (query = '', as = client) => (await as.get<Page<Project>>(`/projects${query}`)).result;
const names = ({ items }: Page<Project>) => items.map(({ name }) => name);
const company = async (name: string, as = client) => (await as.post<Company>('/companies', { name })).result;
const contact = async (first_name = 'Grace', more: object = {}, as = client) =>
  (await as.post<Contact>('/contacts', { first_name, ...more })).result;
const tryPut = (project: string, person: string, body: object = {}, as = client) =>
  as.put<Member>(`/projects/${project}/contacts/${person}`, body);
const put = async (project: string, person: string, body?: object) => (await tryPut(project, person, body)).result;
const members = async (id: string, query = '', as = client) =>
  (await as.get<Page<Member>>(`/projects/${id}/contacts${query}`)).result.items;
const newestFirst = <Item extends { id: string; created_at: string }>(items: readonly Item[]) =>
  [...items].sort((a, b) => (a.created_at + a.id < b.created_at + b.id ? 1 : -1));
const codeAndFields = async (answer: Answering) => {
  const { error } = (await answer).body as { error?: { code: string; details?: { field: string }[] } };
  return [error?.code, error?.details?.map(({ field }) => field)];
};
/** A row per line, the columns divided by |. */
const table = (text: string) =>
  text.split('\n').flatMap((line) => (line ? [line.split('|').map((cell) => cell.trim())] : []));

const full = () => ({
  ...{ name: 'Zürich & "Söhne"', description: 'Line one\nline two 🌊', stage: 'review', value: -(2 ** 53 - 1) },
  ...{ company_id: acme.id, assigned_to: bob.user.id, is_retainer: true, notes: "'); drop table projects;--" },
  ...{ start_date: '2024-02-29', end_date: '2024-12-31', renewal_date: '9999-12-31', tags: ['vip', 'eu'] },
  custom_fields: {},
});
const cleared = {
  ...{ description: null, company_id: null, assigned_to: null, value: null, start_date: null, end_date: null },
  ...{ renewal_date: null, notes: null, tags: null, custom_fields: null },
};

/** What the feed holds of the record, oldest first. */
const events = (id: string) =>
  program.sql<Told>('select type, data, previous, user_id from events where entity_id = $1 order by seq', [id]);
const event = (what: string, data: Project, previous: Partial<Project> | null = null): Told => ({
  ...{ type: `project.${what}`, data, previous, user_id: ada.user.id },
});

/** No project of Ada's account, and nothing in its feed. */
async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const state = () =>
    program.sql(
      `select 'project' as kind, id::text, md5(p::text) as content from projects p where account_id = $1
       union all select 'event', id::text, '' from events where account_id = $1 order by 1, 2`,
      [ada.user.account_id],
    );
  const before = await state();
  await work();
  expect(await state()).toEqual(before);
}

/** Neither POST nor PATCH takes one of the inputs (objects, or their JSON), each for these fields; nothing is changed. */
async function refuses(code: string, fields: readonly string[], inputs: (object | string)[]): Promise<void> {
  const { id } = await create();
  await changesNothing(async () => {
    const judged = async (input: object | string) => {
      const json = typeof input === 'string' ? input : JSON.stringify(input);
      const whole = 'name' in (JSON.parse(json) as object) ? json : json.replace('{', '{"name":"Relaunch",');
      const answers = await Promise.all([client.post('/projects', whole), tryPatch(id, json)].map(codeAndFields));
      const told = json.slice(0, 500);
      for (const answer of answers) expect([told, ...answer]).toEqual([told, code, fields]);
    };
    await Promise.all(inputs.map(judged));
  });
}

/** All items of a list, page by page. @param path with a limit. */
async function walk<Item>(path: string, as: Client, between?: (page: Page<Item>) => Promise<unknown>): Promise<Item[]> {
  const seen: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = (await as.get<Page<Item>>(`${path}${cursor ? `&cursor=${cursor}` : ''}`)).result;
    seen.push(...page.items);
    cursor = page.next_cursor;
    await between?.(page);
  } while (cursor);
  return seen;
}

describe('create', () => {
  it('a name alone is enough: the answer is the whole record, and GET gives the same', async () => {
    const before = program.clock.now().toISOString();
    const project = await create({ name: '  Relaunch \n' });
    expect(project).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      external_id: null,
      ...{ name: 'Relaunch', description: '', stage: 'proposal', notes: '', tags: [], custom_fields: {} },
      ...{ company_id: null, company_name: '', assigned_to: null, assigned_name: '' },
      ...{ value: null, start_date: null, end_date: null, renewal_date: null, is_retainer: false },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: project.created_at,
      version: 1,
    });
    expect(project.created_at >= before).toBe(true);
    expect(await get(project.id)).toEqual(project);
  });

  it('keeps every field, and makes one event that holds the record', async () => {
    const upper = { company_id: acme.id.toUpperCase(), assigned_to: bob.user.id.toUpperCase() };
    const project = await create({ ...full(), ...upper });
    expect(project).toMatchObject({ ...full(), company_name: 'Acme', assigned_name: 'Bob Noyce' });
    expect([await get(project.id), ...(await list(`?company_id=${acme.id}`)).items]).toEqual([project, project]);
    expect(await events(project.id)).toEqual([event('created', project)]);
  });

  it('takes null for what may be unset, and the same name twice', async () => {
    const [plain, { id, created_at, updated_at }] = await Promise.all([create(), create(cleared)]);
    expect(await get(id)).toEqual({ ...plain, id, created_at, updated_at });
  });
});

describe('fields', () => {
  const most = Array.from({ length: 50 }, (_, index) => wave(62) + String(50 - index).padStart(2, '0'));
  const days = (day: string | null) => ({ start_date: day, end_date: day, renewal_date: day });

  it('what they take, by POST and by PATCH', async () => {
    // What is given, and what is kept otherwise.
    const rows: [object, object?][] = [
      [
        {
          name: `\n ${wave(200)} `,
          description: ` ${wave(20_000)}\t`,
          notes: `${wave(20_000)}\u00a0`,
          value: 2 ** 53 - 1,
        },
        { name: wave(200), description: wave(20_000), notes: wave(20_000) },
      ],
      [{ name: x(200), description: x(20_000), notes: x(20_000), value: -(2 ** 53 - 1), ...days('9999-12-31') }],
      [{ stage: 'archived', value: 1, tags: most, is_retainer: true, ...days('0001-01-01') }],
      [{ stage: 'complete', value: -1, tags: null, is_retainer: false, ...days('0099-12-31') }, { tags: [] }],
      [{ stage: 'review', value: 0, tags: ['a', 'B', 'b', 'a,b', 'NULL', '{"x"}\\'], ...days('1900-02-28') }],
      [{ stage: 'active', tags: [' b ', 'a', 'b', 'a\t'], ...days('2000-02-29') }, { tags: ['b', 'a'] }],
      [{ stage: 'proposal', value: null, tags: [], is_retainer: true, ...days('2024-02-29') }],
      [
        { description: null, notes: null, custom_fields: null, ...days(null) },
        { description: '', notes: '', custom_fields: {} },
      ],
      [{ description: '', notes: ' \u00a0 ', custom_fields: {}, ...days('2025-03-30') }, { notes: '' }],
    ];
    const { id: company_id } = await company('Of this test');
    const kept = rows.map(([given, otherwise]) => ({ ...given, ...otherwise }));
    const made = await Promise.all(rows.map(([given]) => create({ company_id, ...given })));
    const stored = new Map((await list(`?company_id=${company_id}`)).items.map((item) => [item.id, item]));
    expect(made).toMatchObject(kept);
    expect(made).toEqual(made.map(({ id }) => stored.get(id)));
    const { id } = await create(full());
    for (const [index, [given]] of rows.entries()) expect(await patch(id, given)).toMatchObject(kept[index]!);
    expect(await get(id)).toMatchObject({ ...kept.at(-2), ...kept.at(-1) });
    for (const json of ['7.0', '1e3', '-0'])
      expect((await patch(id, `{"value":${json}}`)).value).toBe(Number(json) || 0);
  });

  // prettier-ignore
  const noDates = [
    '', 'today', 'infinity', '2025-02-29', '2025-02-30', '1900-02-29', '2025-13-01', '2025-00-10', '2025-01-00', '2025-1-1',
    '20250101', '01.02.2025', '12025-01-01', '2025-01-01T00:00:00Z', '2025-01-01 BC', '٢٠٢٥-٠١-٠١', 20250101, ['2025-01-01'],
  ];

  it('what they do not take: each tells of itself', async () => {
    const values = '9007199254740992 -9007199254740992 9007199254740993 0.5 1e300 1e400 -1e400 "1" "" true [] [5] {}';
    const json = (given: unknown[]) => given.map((value) => JSON.stringify(value));
    const longTexts = json([x(20_001), wave(20_001), ...noTexts]);
    const bad = {
      name: json([x(201), wave(201), ...noTexts]),
      description: longTexts,
      value: values.split(' '),
      ...{ start_date: json(noDates), end_date: json(noDates).reverse(), renewal_date: json(noDates) },
      is_retainer: json([null, 'true', 'false', '', 0, 1, [], {}]),
      notes: longTexts,
      tags: json([[...most, 'more'], 'vip', '', { 0: 'vip' }, 5, true]),
    };
    const inputs = noDates.map((_, index) => {
      const fields = Object.entries(bad).map(([field, given]) => `"${field}":${given[index % given.length]}`);
      return `{${fields.join(',')}}`;
    });
    await refuses('projects.invalid_request', Object.keys(bad), inputs);
  });

  it('tags: what is no tag is told with its place', () =>
    refuses(
      'projects.invalid_request',
      ['tags[1]'],
      [x(65), ' \t', null, 5, 'a\0b'].map((tag) => ({ tags: ['kept', tag] })),
    ));

  it('a project must have a name → projects.name_required', async () => {
    const absent = await client.post('/projects', { notes: 'nameless' });
    expect(absent.error).toMatchObject({ code: 'projects.name_required', details: [{ field: 'name' }] });
    const blank = [null, '', ' \t\u00a0 '].map((name) => ({ name }));
    await refuses('projects.name_required', ['name'], blank);
  });

  it('another stage → projects.invalid_stage', async () => {
    const bad = [null, '', 'Active', 'active,review', 'toString', ['active']].map((stage) => ({ stage }));
    await refuses('projects.invalid_stage', ['stage'], bad);
  });

  it('hostile values as name and description: stored and given back trimmed, or refused', async () => {
    const as = await newcomer();
    const codes = { missing: 'projects.name_required', refused: 'projects.invalid_request' };
    const stored = new Map<string, string>();
    const told = hostileValues.map(async (json, index) => {
      if (index % 12 !== 1) return [];
      const answer = await as.post<Project>('/projects', `{"name":${json},"description":${json}}`);
      if (answer.status === 200) stored.set(answer.result.id, answer.result.name);
      const got = answer.status === 200 ? answer.result.name : answer.error.code;
      const value: unknown = JSON.parse(json);
      const verdict = verdictOnText(value);
      const expected = verdict === 'stored' ? asStored(value as string) : codes[verdict];
      return got === expected ? [] : [`${json.slice(0, 60)}: ${got}`];
    });
    expect((await Promise.all(told)).flat()).toEqual([]);
    const { items } = await list('?limit=100', as);
    for (const field of ['name', 'description'] as const) {
      expect(new Map(items.map((item) => [item.id, item[field]]))).toEqual(stored);
    }
    expect(stored.size).toBeGreaterThan(5);
  });
});

describe('dates', () => {
  const period = (start_date: string | null, end_date: string | null) => ({ start_date, end_date });
  const march = period('2024-03-10', '2024-03-20');

  it.each([
    ['Pacific/Kiritimati', 'SQL, DMY'],
    ['Etc/GMT+12', 'German, DMY'],
  ])('stay what they are in a database of the zone %s that writes dates in the style %s', async (zone, style) => {
    const database = `alter database ${databaseOfWorker(process.env.JEST_WORKER_ID!)}`;
    await program.sql(`${database} set timezone = '${zone}'`);
    await program.sql(`${database} set datestyle = '${style}'`);
    let odd: TestApp | undefined;
    try {
      odd = await startApp();
      const session = "select current_setting('timezone') as zone, current_setting('datestyle') as style";
      expect(await program.sql(session)).toEqual([{ zone, style }]);
      const as = odd.client.as(ada);
      const dates = { start_date: '2024-03-01', end_date: '2024-12-31', renewal_date: '0001-01-01' };
      const project = await create({ ...dates, tags: [zone] }, as);
      expect(project).toMatchObject(dates);
      const age = program.clock.now().getTime() - Date.parse(project.created_at);
      expect(Math.abs(age)).toBeLessThan(minutes(1));
      const tagged = `?tags=${encodeURIComponent(zone)}`;
      expect([await get(project.id, as), ...(await list(tagged, as)).items]).toEqual([project, project]);
      expect((await list(`${tagged}&created_after=${project.created_at}`, as)).items).toEqual([]);
      odd.clock.move(minutes(1));
      expect(await patch(project.id, dates, as)).toEqual(project);
      await all(invalid, tryPatch(project.id, { start_date: '2025-01-01' }, as));
      const changed = await patch(project.id, period('0001-12-31', '9999-12-31'), as);
      expect(changed).toMatchObject(period('0001-12-31', '9999-12-31'));
      expect(await get(project.id, as)).toEqual(changed);
      const previous = period(dates.start_date, dates.end_date);
      expect(await events(project.id)).toEqual([event('created', project), event('updated', changed, previous)]);
    } finally {
      await program.sql(`${database} reset timezone`);
      await program.sql(`${database} reset datestyle`);
      await odd?.close();
    }
  });

  it('POST: an end before the start is refused; one day, and an open end or beginning, are fine', async () => {
    const day = '2024-03-01';
    await changesNothing(async () => {
      await refused(tryPost(period(day, '2024-02-29')), 'end_date');
      await refused(tryPost(period('2025-01-01', '2024-12-31')), 'end_date');
      await refused(tryPost(period('0100-01-01', '0099-12-31')), 'end_date');
    });
    for (const dates of [period(day, day), period(day, null), period(null, day), period('0099-12-31', '0100-01-01')]) {
      expect(await create({ ...dates, renewal_date: '0001-01-01' })).toMatchObject(dates);
    }
  });

  it.each([
    [march, { start_date: '2024-03-21' }],
    [march, { end_date: '2024-03-09', notes: 'Else' }],
    [march, period('2024-04-02', '2024-04-01')],
    [period('2024-03-10', null), { end_date: '2024-03-09' }],
    [period(null, '2024-03-20'), { start_date: '2024-03-21' }],
  ])('PATCH: %j changed by %j would end before it starts, and is refused', async (stored, input) => {
    const { id } = await create(stored);
    await changesNothing(() => all(invalid, tryPatch(id, input)));
  });

  it('PATCH judges what comes out: both moved, one cleared, and then the other', async () => {
    const { id } = await create(march);
    for (const input of [
      { start_date: '2024-03-20' },
      period('2025-03-20', '2025-03-20'),
      period('2030-01-01', null),
      period(null, '2020-01-01'),
      { start_date: '2020-01-01' },
    ]) {
      expect(await patch(id, input)).toMatchObject(input);
    }
    expect(await get(id)).toMatchObject(period('2020-01-01', '2020-01-01'));
  });

  it('two changes at once, each fine alone but not together: one is refused', async () => {
    const { id } = await create(march);
    const outcomes = await behindLock(
      ['select 1 from projects where id = $1 for update', id],
      () => outcome(tryPatch(id, { start_date: '2024-03-18' })),
      () => outcome(tryPatch(id, { end_date: '2024-03-12' })),
    );
    expect(outcomes.sort()).toEqual([good, invalid]);
    const { start_date, end_date } = await get(id);
    expect(['2024-03-18 2024-03-20', '2024-03-10 2024-03-12']).toContain(`${start_date} ${end_date}`);
  });
});

describe('unknown keys and the order of checks', () => {
  it('what is not for the caller to set is refused by name', async () => {
    const keys = 'id account_id created_by company_name assigned_name created_at updated_at colour'.split(' ');
    const inputs = [null, randomUUID()].map((value) => Object.fromEntries(keys.map((key) => [key, value])));
    await refuses('projects.invalid_request', keys, inputs);
  });

  it('what looks like a typo names the one that was meant', async () => {
    const answers = await Promise.all([
      tryPost({ assignd_to: null }),
      tryPut(randomUUID(), randomUUID(), { rol: 'x' }),
      client.get('/projects?stge=active'),
      client.get(`/projects/${randomUUID()}/contacts?limt=5`),
    ]);
    const meant = table('assignd_to|assigned_to\nrol|role\nstge|stage\nlimt|limit').map(([field, known]) => [
      ...['projects.invalid_request', [{ field, message: expect.stringContaining(`"${known}"`) }]],
    ]);
    expect(answers.map(({ error }) => [error.code, error.details])).toEqual(meant);
  });

  /** In the reverse of the order of docs/contract.md, section 3.6. */
  const wrong = {
    ...{ tags: 'a', notes: 5, is_retainer: 'yes', renewal_date: 5, end_date: 5, start_date: 5, value: 0.5 },
    ...{ assigned_to: 'x', company_id: 'x', stage: 'x', description: 5, name: ' ' },
  };
  const inOrder = Object.keys(wrong).reverse();

  it.each([
    ['projects.name_required', inOrder],
    ['projects.invalid_request', ['description', 'stage']],
    ['projects.invalid_stage', ['stage', 'company_id', 'value']],
    ['projects.invalid_company_id', ['company_id', 'assigned_to', 'notes']],
    ['projects.invalid_assigned_to', ['assigned_to', 'value', 'tags']],
  ])(
    'the first field in the order of docs/contract.md, section 3.6, answers, each is told: %s for %j',
    async (code, fields) => {
      const input = Object.entries(wrong).filter(([field]) => fields.includes(field));
      await refuses(code, fields, [Object.fromEntries(input)]);
    },
  );

  it('unknown keys before the fields, the fields before references', async () => {
    const { id } = await create();
    await refuses('projects.invalid_request', ['colour', ...inOrder], [{ ...wrong, colour: 0 }]);
    const input = { company_id: randomUUID(), assigned_to: randomUUID(), value: 0.5 };
    await all(invalid, tryPost(input), tryPatch(id, input));
  });

  it.each(
    table(`
no PUT                       | PUT /ID                     | {"name":"A"}         | yes | 404 api.not_found
no POST of members           | POST /ID/contacts           | {}                   | yes | 404 api.not_found
the route before the body    | POST /ID                    | {"name":             | no  | 404 api.not_found
the body before the token    | POST                        | {"name":             | no  | 400 projects.invalid_request
the body before the id       | PUT /abc/contacts/abc       | {"role":             | yes | 400 projects.invalid_request
the token before the id      | GET /abc                    |                      | no  | 401 auth.required
the token before the id      | PATCH /abc                  | {}                   | no  | 401 auth.required
the token before the id      | DELETE /abc                 |                      | no  | 401 auth.required
the token before the id      | GET /abc/contacts           |                      | no  | 401 auth.required
the token before the id      | PUT /abc/contacts/abc       | {}                   | no  | 401 auth.required
the token before the id      | DELETE /abc/contacts/ID     |                      | no  | 401 auth.required
the id before unknown keys   | PATCH /abc                  | {"nmae":1}           | yes | 400 projects.invalid_id
the id before unknown keys   | PUT /ID/contacts/abc        | {"rol":1}            | yes | 400 projects.invalid_id
the id before parameters     | DELETE /ID/contacts/abc?x=1 |                      | yes | 400 projects.invalid_id
keys before the record       | PATCH /ID                   | {"nmae":1}           | yes | 400 projects.invalid_request
keys before the record       | PUT /ID/contacts/ID         | {"rol":1}            | yes | 400 projects.invalid_request
keys before the record       | DELETE /ID                  | {"name":"A"}         | yes | 400 projects.invalid_request
parameters before the record | GET /ID?x=1                 |                      | yes | 400 projects.invalid_request
parameters before the record | GET /ID/contacts?limit=0    |                      | yes | 400 projects.invalid_request
no parameters                | PUT /ID/contacts/ID?role=x  | {}                   | yes | 400 projects.invalid_request
the fields before the record | PATCH /ID                   | {"name":""}          | yes | 400 projects.name_required
the fields before the record | PATCH /ID                   | {"stage":null}       | yes | 400 projects.invalid_stage
the fields before the record | PATCH /ID                   | {"company_id":"x"}   | yes | 400 projects.invalid_company_id
the fields before the record | PATCH /ID                   | {"assigned_to":"x"}  | yes | 400 projects.invalid_assigned_to
the fields before the record | PUT /ID/contacts/ID         | {"role":5}           | yes | 400 projects.invalid_request
the record before references | PATCH /ID                   | {"company_id":"ID"}  | yes | 404 projects.not_found
the record before references | PATCH /ID                   | {"assigned_to":"ID"} | yes | 404 projects.not_found
the record, though no change | PATCH /ID                   | {}                   | yes | 404 projects.not_found
`),
  )('%s: %s %s, signed in: %s → %s', async (_, request, body, signedIn, expected) => {
    const [method, path = ''] = request.replaceAll('ID', randomUUID()).split(' ');
    const sent = body.replaceAll('ID', randomUUID()) || undefined;
    const answer = (signedIn === 'yes' ? client : program.client).send(method!, `/projects${path}`, sent);
    expect((await outcome(answer)).join(' ')).toBe(expected);
  });
});

describe('an id', () => {
  type Call = (id: string, person: string, as?: Client) => Answering;
  const ofContact: Call[] = [
    (id, person, as) => tryPut(id, person, { role: 'Mine now' }, as),
    (id, person, as = client) => as.delete(`/projects/${id}/contacts/${person}`),
  ];
  const ofProject: Call[] = [
    (id, _, as = client) => as.get(`/projects/${id}`),
    (id, _, as) => tryPatch(id, { name: 'Mine now' }, as),
    (id, _, as = client) => as.get(`/projects/${id}/contacts`),
    ...ofContact,
    (id, _, as = client) => as.delete(`/projects/${id}`),
  ];

  it.each(["1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00'])(
    '%j is none: projects.invalid_id everywhere',
    async (text) => {
      const bad = encodeURIComponent(text);
      await all(invalidId, ...ofProject.map((call) => call(bad, randomUUID())));
      await all(invalidId, ...ofContact.map((call) => call(randomUUID(), bad)));
    },
  );

  it('of another account, of a project or of a contact, answers exactly like one of nothing', async () => {
    const [hers, member] = await Promise.all([create({}, grace), contact('Hers', {}, grace)]);
    const [mine, person] = await Promise.all([create(), contact('Mine'), tryPut(hers.id, member.id, {}, grace)]);
    const same = async (...calls: [Answering, Answering]) => {
      const [other, nothing] = await Promise.all(calls);
      expect([other.status, other.error.code]).toEqual(notFound);
      expect({ ...other.error, request_id: '' }).toEqual({ ...nothing.error, request_id: '' });
    };
    await Promise.all(ofProject.map((call) => same(call(hers.id, member.id), call(randomUUID(), member.id))));
    await Promise.all(ofContact.map((call) => same(call(hers.id, person.id), call(randomUUID(), person.id))));
    await Promise.all(ofContact.map((call) => same(call(mine.id, member.id), call(mine.id, randomUUID()))));
    expect(await get(hers.id, grace)).toEqual(hers);
    expect(await members(hers.id, '', grace)).toEqual([{ ...member, role: '' }]);
    expect(await members(mine.id)).toEqual([]);
  });

  it('may be in upper case, everywhere', async () => {
    const [project, person] = await Promise.all([create(), contact()]);
    await put(project.id, person.id);
    for (const call of ofProject) await all(good, call(project.id.toUpperCase(), person.id.toUpperCase()));
    await all(notFound, client.get(`/projects/${project.id}`));
  });
});

describe('references', () => {
  it('malformed, of nothing, of another account or gone: the first answers, each is told', async () => {
    const [hers, gone] = await Promise.all([company('Hers', grace), company('Gone')]);
    await client.delete(`/companies/${gone.id}`);
    const bad = ['', 'x', 5, [randomUUID()], randomUUID(), gone.id];
    const both = [...bad.map((id) => [id, id]), [hers.id, graceId]];
    await refuses(
      'projects.invalid_company_id',
      ['company_id', 'assigned_to'],
      both.map(([company_id, assigned_to]) => ({ assigned_to, company_id })),
    );
    const users = ['x', randomUUID(), graceId].map((assigned_to) => ({ assigned_to, company_id: acme.id }));
    await refuses('projects.invalid_assigned_to', ['assigned_to'], users);
    for (const [field, theirs] of Object.entries({ company_id: hers.id, assigned_to: graceId })) {
      const [other, nothing] = await Promise.all([theirs, randomUUID()].map((id) => tryPost({ [field]: id })));
      expect({ ...other!.error, request_id: '' }).toEqual({ ...nothing!.error, request_id: '' });
    }
  });

  it('a user who was deactivated stays but cannot be newly set → projects.invalid_assigned_to', async () => {
    const [project, other] = await Promise.all([create({ assigned_to: carol.user.id }), create()]);
    const { assigned_to, assigned_name } = project;
    await client.post(`/users/${carol.user.id}/deactivate`);
    expect(await get(project.id)).toEqual(project);
    expect(await patch(project.id, { assigned_to })).toEqual(project);
    expect(await patch(project.id, { assigned_to, notes: 'x' })).toMatchObject({ assigned_to, assigned_name });
    expect((await list(`?assigned_to=${assigned_to}`)).items.map(({ id }) => id)).toEqual([project.id]);
    await refuses('projects.invalid_assigned_to', ['assigned_to'], [{ assigned_to }]);
    await patch(project.id, { assigned_to: bob.user.id });
    await all([400, 'projects.invalid_assigned_to'], tryPatch(project.id, { assigned_to }));
    await client.post(`/users/${carol.user.id}/activate`);
    expect(await patch(other.id, { assigned_to })).toMatchObject({ assigned_to, assigned_name });
  });

  it('names follow those who are renamed, without a new updated_at and without an event', async () => {
    const globex = await company('Globex');
    const project = await create({ company_id: globex.id, assigned_to: carol.user.id });
    program.clock.move(minutes(1));
    await client.patch(`/companies/${globex.id}`, { name: 'Globex Corporation' });
    await client.patch(`/users/${carol.user.id}`, { name: 'Caroline' });
    const renamed = { ...project, company_name: 'Globex Corporation', assigned_name: 'Caroline' };
    expect([await get(project.id), ...(await list(`?company_id=${globex.id}`)).items]).toEqual([renamed, renamed]);
    expect(await events(project.id)).toHaveLength(1);
    const changed = await patch(project.id, { company_id: acme.id, assigned_to: bob.user.id });
    expect(changed).toMatchObject({ company_name: 'Acme', assigned_name: 'Bob Noyce' });
    const { company_id, company_name, assigned_to, assigned_name } = renamed;
    const previous = { company_id, company_name, assigned_to, assigned_name };
    expect((await events(project.id))[1]).toEqual(event('updated', changed, previous));
    const none = { company_id: null, assigned_to: null };
    expect(await patch(project.id, none)).toMatchObject({ ...none, company_name: '', assigned_name: '' });
  });

  it('a deleted company leaves its projects, with their updated_at and without an event', async () => {
    const gone = await company('Gone');
    const [project, other] = await Promise.all([create({ company_id: gone.id }), create({ company_id: acme.id })]);
    program.clock.move(minutes(1));
    await client.delete(`/companies/${gone.id}`);
    const left = { ...project, company_id: null, company_name: '' };
    expect(await Promise.all([get(project.id), get(other.id)])).toEqual([left, other]);
    expect(await events(project.id)).toHaveLength(1);
  });

  const isRefusedOrWithout = async (answer: Awaited<ReturnType<typeof tryPost>>) => {
    if (answer.status !== 200) expect(answer.error.code).toBe('projects.invalid_company_id');
    else expect(await get(answer.result.id)).toMatchObject({ company_id: null, company_name: '' });
  };

  it('a company whose deletion is under way: the project is refused or has none', async () => {
    const [{ id }, { id: company_id }] = await Promise.all([create(), company('Gone')]);
    const answers = await behindLock(
      ['delete from companies where id = $1', company_id],
      () => tryPost({ company_id }),
      () => tryPatch(id, { company_id }),
    );
    for (const answer of answers) await isRefusedOrWithout(answer);
    expect((await list(`?company_id=${company_id}`)).items).toEqual([]);
  });

  it('a company that is deleted at the same moment: the project is refused or has none, nothing else', async () => {
    for (let round = 0; round < 3; round++) {
      const [{ id }, { id: company_id }] = await Promise.all([create(), company('Gone')]);
      const [deleted, posted, patched] = await Promise.all([
        client.delete(`/companies/${company_id}`),
        ...[tryPost({ company_id }), tryPatch(id, { company_id })],
      ]);
      expect(deleted.result).toEqual({});
      await Promise.all([isRefusedOrWithout(posted!), isRefusedOrWithout(patched!)]);
      expect((await get(id)).company_id).toBeNull();
    }
  });
});

describe('PATCH', () => {
  it('moves updated_at, leaves what was left out, and makes one event with the earlier values', async () => {
    const project = await create(full());
    program.clock.move(minutes(1));
    const change = {
      ...{ name: 'Else', description: '', stage: 'active', company_id: null, assigned_to: ada.user.id },
      ...{ value: 2 ** 53 - 1, end_date: '2025-01-01', renewal_date: null, is_retainer: false, tags: ['eu', 'new'] },
    };
    const same = { notes: ` ${full().notes}\n`, start_date: full().start_date, custom_fields: {} };
    const changed = await patch(project.id, { ...change, ...same, description: null });
    const computed = { company_name: '', assigned_name: ada.user.name };
    expect(changed).toEqual({ ...project, ...change, ...computed, updated_at: expect.any(String), version: 2 });
    expect(Date.parse(changed.updated_at) - Date.parse(project.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(await get(project.id)).toEqual(changed);
    const keys = Object.keys({ ...change, ...computed }) as (keyof Project)[];
    const previous = Object.fromEntries(keys.map((key) => [key, project[key]]));
    expect(await events(project.id)).toEqual([event('created', project), event('updated', changed, previous)]);
  });

  it('that changes nothing makes no new updated_at and no event', async () => {
    const [whole, plain] = await Promise.all([create(full()), create({ value: 0 })]);
    program.clock.move(minutes(1));
    await changesNothing(async () => {
      for (const input of [
        {},
        full(),
        { name: ` ${whole.name}\t`, tags: ['vip', ' eu', 'vip'], custom_fields: null },
        { company_id: acme.id.toUpperCase(), assigned_to: bob.user.id.toUpperCase() },
      ]) {
        expect(await patch(whole.id, input)).toEqual(whole);
      }
      expect(await patch(plain.id, { ...cleared, value: 0, stage: 'proposal', is_retainer: false })).toEqual(plain);
      expect(await patch(plain.id, '{"value":-0}')).toEqual(plain);
    });
  });

  it('another case, another order of tags, 0 for null, true for false: each is a change, and of nothing else', async () => {
    let before = await create({ tags: ['a', 'b'] });
    for (const input of [{ name: 'RELAUNCH' }, { tags: ['b', 'a'] }, { value: 0 }, { is_retainer: true }]) {
      program.clock.move(seconds(1));
      const changed = await patch(before.id, input);
      expect(changed).toEqual({ ...before, ...input, updated_at: expect.any(String), version: before.version + 1 });
      expect(changed.updated_at > before.updated_at).toBe(true);
      const field = Object.keys(input)[0] as keyof Project;
      expect((await events(before.id)).at(-1)).toEqual(event('updated', changed, { [field]: before[field] }));
      before = changed;
    }
  });

  it('changes made at once are all kept, and their events form one history', async () => {
    const { id } = await create();
    const { name, stage, value, company_id, assigned_to, tags } = full();
    const inputs = { name, stage, value, company_id, assigned_to, tags };
    await Promise.all(Object.entries(inputs).map(([field, input]) => patch(id, { [field]: input })));
    const last = await get(id);
    expect(last).toMatchObject(inputs);
    const [created, ...updated] = await events(id);
    expect(updated).toHaveLength(Object.keys(inputs).length);
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
  it('answers {}, the project is gone everywhere, and its event holds the last state', async () => {
    const project = await create(full());
    const path = `/projects/${project.id}`;
    expect((await client.delete(path)).result).toEqual({});
    await all(notFound, client.get(path), tryPatch(project.id, {}), client.get(`${path}/contacts`));
    await all(notFound, client.delete(path));
    expect((await list('?search=zurich&limit=100')).items.filter(({ id }) => id === project.id)).toEqual([]);
    expect((await events(project.id)).slice(1)).toEqual([event('deleted', { ...project, version: 2 })]);
  });

  it('by several at once: one succeeds, one event', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 4 }, () => outcome(client.delete(`/projects/${id}`))));
    expect(answers.sort()).toEqual([good, notFound, notFound, notFound]);
    expect((await events(id)).map(({ type }) => type)).toEqual(['project.created', 'project.deleted']);
  });
});

describe('list', () => {
  it('newest first, 25 unless told otherwise, a cursor as long as there is more', async () => {
    const as = await newcomer();
    const older = await many(13, as);
    program.clock.move(seconds(1));
    const made = newestFirst([...older, ...(await many(13, as))]);
    const page = await list('', as);
    expect(page.items).toEqual(made.slice(0, 25));
    const rest = await list(`?cursor=${page.next_cursor}`, as);
    expect([rest.items, rest.next_cursor]).toEqual([made.slice(25), null]);
    expect((await list('?limit=26', as)).next_cursor).toBeNull();
    expect((await list('?limit=100&cursor=', as)).items).toEqual(made);
  });

  it('walks rows of one moment in the order of their ids, each exactly once, while others come and go', async () => {
    const as = await newcomer();
    program.clock.freeze();
    const made = await many(7, as);
    expect(new Set(made.map(({ created_at }) => created_at)).size).toBe(1);
    program.clock.move(minutes(1));
    const seen = await walk<Project>('/projects?limit=3', as, async ({ items }) => {
      await create({}, as);
      await as.delete(`/projects/${items.at(-1)!.id}`);
    });
    expect(seen).toEqual(newestFirst(made));
  });

  it('created_after and updated_after exclude the moment itself and take any offset', async () => {
    const as = await newcomer();
    const first = await create({ name: 'First' }, as);
    program.clock.move(minutes(1));
    const second = await create({ name: 'Second' }, as);
    program.clock.move(minutes(1));
    const changed = await patch(first.id, { name: 'First!' }, as);
    const inParis = `${new Date(Date.parse(first.created_at) + minutes(120)).toISOString().slice(0, -1)}%2B02:00`;
    expect(names(await list(`?created_after=${first.created_at}`, as))).toEqual(['Second']);
    expect(names(await list(`?created_after=${inParis}`, as))).toEqual(['Second']);
    expect(names(await list(`?created_after=${second.created_at}`, as))).toEqual([]);
    expect(names(await list(`?updated_after=${second.updated_at}`, as))).toEqual(['First!']);
    expect(names(await list(`?updated_after=${changed.updated_at}`, as))).toEqual([]);
  });

  it('filters by stage, company, user and all tags, each alone and together', async () => {
    const session = await program.register();
    const as = program.client.as(session);
    const [me, north, south] = [session.user.id, ...(await Promise.all(['N', 'S'].map((name) => company(name, as))))];
    const [N, S] = [north!.id, south!.id];
    await Promise.all([
      create({ name: 'A', stage: 'active', company_id: N, tags: ['vip', 'eu', 'a,b'] }, as),
      create({ name: 'B', stage: 'active', company_id: S, assigned_to: me, tags: ['vip'] }, as),
      create({ name: 'C', assigned_to: me, company_id: N, tags: ['eu'] }, as),
      create({ name: 'D' }, as),
    ]);
    const rows = table(`
ABCD | stage=&company_id=&assigned_to=&tags=&search=&created_after=&updated_after=&cursor=&limit=
AB   | stage=active; tags=vip; tags=%20vip%20&tags=&tags=vip
AC   | company_id=${N}; company_id=${N.toUpperCase()}; tags=eu
BC   | assigned_to=${me}; assigned_to=${me.toUpperCase()}
CD   | stage=proposal
A    | stage=active&company_id=${N}; tags=eu&tags=vip; tags=a%2Cb
B    | assigned_to=${me}&tags=vip&stage=active&company_id=${S}&search=b
C    | company_id=${N}&assigned_to=${me}; stage=proposal&tags=eu
     | stage=review; company_id=${S}&search=a; tags=vip%2Ceu; tags=VIP; tags=vip&tags=us
     | company_id=${randomUUID()}; assigned_to=${randomUUID()}; company_id=${acme.id}; assigned_to=${bob.user.id}
`);
    const expected = rows.flatMap(([found, queries]) => queries!.split('; ').map((query) => [query, found]));
    const found = async (query: string) => names(await list(`?${query}`, as)).sort();
    const told = expected.map(async ([query]) => [query, (await found(query!)).join('')]);
    expect(await Promise.all(told)).toEqual(expected);
  });

  it('shows nothing of other accounts, whatever the filter', async () => {
    const input = { company_id: (await company('Secret', grace)).id, assigned_to: graceId };
    const hers = await create({ name: 'Secret', tags: ['secret'], ...input }, grace);
    const ofFields = Object.entries(input).map(([field, id]) => `${field}=${id}`);
    for (const query of ['search=secret', 'search=se', 'tags=secret', ...ofFields]) {
      const [mine, own] = await Promise.all([list(`?${query}`), list(`?${query}`, grace)]);
      expect([query, mine.items, own.items]).toEqual([query, [], [hers]]);
    }
    const accounts = (await list('?limit=100')).items.map(({ account_id }) => account_id);
    expect(new Set(accounts)).toEqual(new Set([ada.user.account_id]));
  });

  const id = randomUUID();
  it.each([
    ['invalid_request', 'limit=0 limit=101 limit=1e1 limit=10&limit=20 cursor=abc cursor=a&cursor=b'],
    ['invalid_request', 'created_after=2025-02-30T00:00:00Z updated_after=infinity'],
    ['invalid_request', `search=a&search=b search=a%00b search=${x(501)} tags=${x(65)} tags=a%00`],
    ['invalid_request', 'search[]=a name=A offset=5 contact_id=x constructor=1'],
    ['invalid_stage', 'stage=Active stage=active,review stage=active&stage=review'],
    ['invalid_company_id', `company_id=null company_id=%00 company_id=${id}&company_id=${id}`],
    ['invalid_assigned_to', `assigned_to=me assigned_to=%00 assigned_to=${id}&assigned_to=${id}`],
  ])('malformed → projects.%s: %s', async (reason, queries) => {
    const judged = async (query: string) => {
      const told = await codeAndFields(client.get(`/projects?${query}`));
      const field = expect.stringContaining(/^\w+/.exec(query)![0]);
      expect([query, ...told]).toEqual([query, `projects.${reason}`, [field]]);
    };
    await Promise.all(queries.split(' ').map(judged));
  });

  it('refuses a cursor that was altered, is of another list or of another account', async () => {
    const [made, people] = await Promise.all([many(2), Promise.all([contact(), contact()])]);
    await Promise.all(made.flatMap((project) => people.map((person) => put(project.id, person.id))));
    const [first, second] = made.map((project) => `/projects/${project.id}/contacts`) as [string, string];
    const cursorOf = async (path: string) => (await client.get<Page<unknown>>(`${path}?limit=1`)).result.next_cursor!;
    const own = await cursorOf('/projects');
    const [ofFirst, ofContacts] = await Promise.all([cursorOf(first), cursorOf('/contacts')]);
    await all(good, client.get(`/projects?cursor=${own}`), client.get(`${first}?cursor=${ofFirst}`));
    const flip = (index: number) => own.slice(0, index) + (own[index] === 'A' ? 'B' : 'A') + own.slice(index + 1);
    const altered = [...own].flatMap((_, index) => (index % 16 === 0 ? [flip(index)] : []));
    const bad = {
      '/projects': [...altered, own.slice(0, -1), ofFirst, ofContacts],
      [first]: [own, ofContacts],
      [second]: [ofFirst],
    };
    const calls = Object.entries(bad).flatMap(([path, cursors]) => cursors.map((cursor) => `${path}?cursor=${cursor}`));
    await Promise.all(calls.map((path) => refused(client.get(path), 'cursor')));
    await refused(grace.get(`/projects?cursor=${own}`), 'cursor');
  });
});

describe('search', () => {
  // What it is called | name | terms that find it | terms that do not
  const rows = table(String.raw`
part of the name     | Northwind Traders | thwin; ind Tra; NORTH | westwind; northtraders
whatever the case    | MüLLer ÆON ŁÓDŹ | müller; MÜLLER; æon; łódź | mller
whatever the accents | Crème Brûlée | creme; BRULEE; brùlëe | crama
accents as marks     | Cafe${'\u0301'} Royal | café; CAFE; cafe${'\u0301'} | cafés
short: words begin   | Quux Zolar-Élan | q; QU; zo; É; el | ux; ol; an
signs of patterns    | 100% snake_case | 100%; 0% s; ke_ca | 1%0; %%%; ___; %; _; c%
a backslash          | C:\temp | c:\temp; :\t | c:temp; c:\\temp; \te%
Cyrillic             | Московский завод Ёлка | МОСКОВ; ский зав; мо; елка | ос; заводы
Chinese, and emoji   | 東京電力 Surf 🌊🏄 Shop | 東京; 東; 京電力; rf 🌊 | 大阪; 🏖🏖🏖
`);
  let as: Client;
  const search = async (term: string, more = '') =>
    names(await list(`?search=${encodeURIComponent(term)}&limit=100${more}`, as));

  beforeAll(async () => {
    as = await newcomer();
    const { id } = await company('Berlin', as);
    const elsewhere = { description: 'Berlin', notes: 'Berlin', tags: ['Berlin'], company_id: id };
    await Promise.all(rows.map(([, name]) => create({ name, ...elsewhere }, as)));
  });

  it.each(rows)('%s: %s, %s', async (_, name, found, missed) => {
    const finds = (terms: string) =>
      Promise.all(terms.split('; ').map(async (term) => [term, (await search(term)).includes(name.normalize('NFC'))]));
    expect(await finds(found)).toEqual(found.split('; ').map((term) => [term, true]));
    expect(await finds(missed)).toEqual(missed.split('; ').map((term) => [term, false]));
  });

  it('looks at nothing but the name; blanks count as absent', async () => {
    expect([await search('Berlin'), await search('be')]).toEqual([[], []]);
    for (const blank of ['', ' \t\u00a0']) expect(await search(blank)).toHaveLength(rows.length);
  });

  it('is right at once after a change, and goes together with filters and paging', async () => {
    const [one, two] = await Promise.all(['Before 1', 'Before 2'].map((name) => create({ name }, as)));
    await create({ name: 'Before 3', stage: 'active' }, as);
    expect((await search('before', '&stage=proposal')).sort()).toEqual(['Before 1', 'Before 2']);
    const walked = await walk<Project>('/projects?search=BEFORE&limit=1', as);
    expect(walked.map(({ name }) => name).sort()).toEqual(['Before 1', 'Before 2', 'Before 3']);
    await Promise.all([patch(one!.id, { name: 'After' }, as), as.delete(`/projects/${two!.id}`)]);
    expect([await search('before'), await search('after')]).toEqual([['Before 3'], ['After']]);
  });
});

describe('contacts of a project', () => {
  it('are given as GET gives a contact, with the role', async () => {
    const more = { last_name: 'Hopper', company_id: acme.id, tags: ['vip'], notes: 'x' };
    const [project, person] = await Promise.all([create(), contact('Grace', more)]);
    expect(await members(project.id)).toEqual([]);
    expect(await put(project.id, person.id, { role: '  Buyer\n' })).toEqual({ ...person, role: 'Buyer' });
    expect(await members(project.id)).toEqual([{ ...person, role: 'Buyer' }]);
    expect((await client.get(`/contacts/${person.id}`)).result).toEqual(person);
  });

  it('PUT again updates the role and keeps it when none is sent; null and blanks clear it', async () => {
    const [project, other, person] = await Promise.all([create(), create(), contact()]);
    await put(other.id, person.id, { role: 'Elsewhere' });
    for (const [body, role] of [
      [{}, ''],
      [{ role: 'Buyer' }, 'Buyer'],
      [{}, 'Buyer'],
      [{ role: null }, ''],
      [{ role: wave(500) }, wave(500)],
      [{ role: ' \t' }, ''],
    ] as const) {
      expect(await put(project.id, person.id, body)).toEqual({ ...person, role });
      expect(await members(project.id)).toEqual([{ ...person, role }]);
    }
    expect(await members(other.id)).toEqual([{ ...person, role: 'Elsewhere' }]);
  });

  it('refuses a role that is no text or too long, unknown keys, and an absent body', async () => {
    const [project, person] = await Promise.all([create(), contact()]);
    const path = `/projects/${project.id}/contacts/${person.id}`;
    for (const role of [x(501), wave(501), 5, ['Buyer'], 'a\0b', 'a\ud800'])
      await refused(client.put(path, { role }), 'role');
    await refused(client.put(path, { role: 5, contact_id: person.id }), 'contact_id', 'role');
    await all(invalid, client.put(path), client.put(path, '[]'), client.put(path, 'null'));
    expect(await members(project.id)).toEqual([]);
  });

  it('come, change and go without an event, and leave every updated_at', async () => {
    const [project, person, other] = await Promise.all([create(), contact(), contact()]);
    program.clock.move(minutes(1));
    await changesNothing(async () => {
      await Promise.all([put(project.id, person.id), put(project.id, other.id)]);
      await put(project.id, person.id, { role: 'Buyer' });
      expect((await client.delete(`/projects/${project.id}/contacts/${person.id}`)).result).toEqual({});
      expect(await members(project.id)).toEqual([{ ...other, role: '' }]);
    });
    expect((await client.get(`/contacts/${person.id}`)).result).toEqual(person);
    expect(await put(project.id, person.id)).toEqual({ ...person, role: '' });
  });

  it('go with the contact and with the project, without an event of the other', async () => {
    const [stays, goes, person, gone] = await Promise.all([create(), create(), contact(), contact()]);
    await Promise.all([stays, goes].flatMap(({ id }) => [put(id, person.id), put(id, gone.id)]));
    program.clock.move(minutes(1));
    await Promise.all([client.delete(`/projects/${goes.id}`), client.delete(`/contacts/${gone.id}`)]);
    expect(await members(stays.id)).toEqual([{ ...person, role: '' }]);
    expect(await get(stays.id)).toEqual(stays);
    expect((await client.get(`/contacts/${person.id}`)).result).toEqual(person);
    await all(notFound, client.get(`/projects/${goes.id}/contacts`), tryPut(stays.id, gone.id));
    expect([await events(stays.id), await events(person.id)]).toEqual([[expect.anything()], [expect.anything()]]);
  });

  it('a changed contact and a renamed company show at once', async () => {
    const [project, globex] = await Promise.all([create(), company('Globex')]);
    const person = await contact('Grace', { company_id: globex.id });
    await put(project.id, person.id, { role: 'Buyer' });
    await client.patch(`/companies/${globex.id}`, { name: 'Globex Corporation' });
    const { result } = await client.patch<Contact>(`/contacts/${person.id}`, { first_name: 'Mary' });
    expect(result).toMatchObject({ first_name: 'Mary', company_name: 'Globex Corporation' });
    expect(await members(project.id)).toEqual([{ ...result, role: 'Buyer' }]);
  });

  it('page with the newest contact first, whenever they were added, each exactly once while others go', async () => {
    const project = await create();
    const older = await Promise.all([contact(), contact(), contact()]);
    program.clock.move(seconds(1));
    const newer = await Promise.all([contact(), contact(), contact()]);
    for (const { id } of [newer[1], older[0], ...newer, ...older]) await put(project.id, id, { role: 'x' });
    const expected = newestFirst([...older, ...newer]).map((person) => ({ ...person, role: 'x' }));
    expect(await members(project.id, '?limit=&cursor=')).toEqual(expected);
    const path = `/projects/${project.id}/contacts`;
    const seen = await walk<Member>(`${path}?limit=2`, client, ({ items }) =>
      client.delete(`${path}/${items.at(-1)!.id}`),
    );
    expect(seen).toEqual(expected);
  });

  it('the list takes no other parameters, and none that is malformed', async () => {
    const { id } = await create();
    for (const query of ['limit=101', 'cursor=abc', 'limit=1&limit=2', 'stage=active']) {
      await refused(client.get(`/projects/${id}/contacts?${query}`), query.split('=', 1)[0]!);
    }
  });

  it('one contact put several times at once is there once', async () => {
    const [project, person] = await Promise.all([create(), contact()]);
    const roles = ['a', 'b', 'c', 'd'];
    await all(good, ...roles.map((role) => tryPut(project.id, person.id, { role })));
    const [member, ...more] = await members(project.id);
    expect([roles.includes(member!.role), more]).toEqual([true, []]);
  });

  it('a contact or a project that is deleted at the same moment: found or not found, and nothing is left', async () => {
    for (let round = 0; round < 2; round++) {
      const [stays, goes, person, gone] = await Promise.all([create(), create(), contact(), contact()]);
      const [one, two] = await Promise.all([
        ...[outcome(tryPut(stays.id, gone.id)), outcome(tryPut(goes.id, person.id))],
        all(good, client.delete(`/contacts/${gone.id}`), client.delete(`/projects/${goes.id}`)),
      ]);
      for (const put of [one, two]) expect([good, notFound]).toContainEqual(put);
      expect(await members(stays.id)).toEqual([]);
      await all(notFound, client.get(`/projects/${goes.id}/contacts`));
      expect((await client.get(`/contacts/${person.id}`)).result).toEqual(person);
    }
  });
});

describe('who may', () => {
  const app = async () => {
    type Shown = Readonly<{ app: { client_id: string }; client_secret: string }>;
    const { app, client_secret } = (await client.post<Shown>('/oauth-apps', { name: 'Importer' })).result;
    const body = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    return program.client.as((await program.client.post<SignedIn>('/oauth/token', body)).result);
  };

  it.each(['member', 'app'])('a %s may do all of it', async (kind) => {
    const as = kind === 'member' ? program.client.as(bob) : await app();
    const user_id = kind === 'member' ? bob.user.id : null;
    const [project, person] = await Promise.all([create(full(), as), contact()]);
    expect(project).toMatchObject({ created_by: user_id, assigned_to: bob.user.id });
    expect(await get(project.id, as)).toEqual(project);
    expect((await list('?limit=1', as)).items).toHaveLength(1);
    expect(await patch(project.id, { stage: 'active' }, as)).toMatchObject({ stage: 'active', created_by: user_id });
    await all(good, tryPut(project.id, person.id, { role: 'Buyer' }, as));
    expect(await members(project.id, '', as)).toEqual([{ ...person, role: 'Buyer' }]);
    await all(good, as.delete(`/projects/${project.id}/contacts/${person.id}`));
    await all(good, as.delete(`/projects/${project.id}`));
    const told = (await events(project.id)).map((event) => [event.type, event.user_id]);
    expect(told).toEqual(['created', 'updated', 'deleted'].map((what) => [`project.${what}`, user_id]));
  });
});

describe('when the database fails', () => {
  let project: string;
  let member: Member;
  let other: Contact;
  const post = () => tryPost({ name: 'Lost' });
  const change = () => tryPatch(project, { name: 'Lost' });
  const remove = () => client.delete(`/projects/${project}`);
  const path = () => `/projects/${project}/contacts`;

  beforeAll(async () => {
    const [made, person, outsider] = await Promise.all([create(), contact(), contact()]);
    [project, other] = [made.id, outsider];
    member = await put(project, person.id, { role: 'Buyer' });
  });
  afterAll(async () => expect(await members(project)).toEqual([member]));

  it.each<[string, RegExp, () => Answering]>([
    ['GET list', /from "?projects\b/i, () => client.get('/projects')],
    ['GET list with a search', /from "?projects\b/i, () => client.get('/projects?search=lost&stage=active')],
    ['GET', /from "?projects\b/i, () => client.get(`/projects/${project}`)],
    ['POST', /insert into "?projects\b/i, post],
    ['POST, at its event', /insert into "?events/i, post],
    ['PATCH', /update "?projects\b/i, change],
    ['PATCH, at its event', /insert into "?events/i, change],
    ['DELETE', /delete from "?projects\b/i, remove],
    ['DELETE, at its event', /insert into "?events/i, remove],
    ['GET contacts', /projects?_\w/i, () => client.get(path())],
    ['PUT of a contact', /insert into "?projects?_\w/i, () => tryPut(project, other.id, { role: 'Lost' })],
    ['DELETE of a contact', /delete from "?projects?_\w/i, () => client.delete(`${path()}/${member.id}`)],
  ])('%s → projects.internal, with the details in the log only, and nothing is changed', async (_, statement, call) => {
    await changesNothing(async () => {
      const restore = breakDatabase(statement);
      try {
        const { status, error } = await call();
        expect([status, error.code]).toEqual([500, 'projects.internal']);
        expect(error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
        const told = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
        expect(told).toMatch(/Connection terminated/);
      } finally {
        restore();
      }
    });
  });
});
