import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Client, SignedIn } from '../support/client';
import { minutes, seconds } from '../support/clock';
import { behindLock, databaseOfWorker } from '../support/database';
import { hostileValues, verdictOnText } from '../support/hostile-values';
import { all, type Answering, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

/** As the contract lists it, not as the program declares it. */
interface Project {
  readonly id: string;
  readonly account_id: string;
  readonly created_by: string | null;
  readonly name: string;
  readonly description: string;
  readonly stage: string;
  readonly company_id: string | null;
  readonly company_name: string;
  readonly assigned_to: string | null;
  readonly assigned_name: string;
  readonly value: number | null;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly renewal_date: string | null;
  readonly is_retainer: boolean;
  readonly notes: string;
  readonly tags: string[];
  readonly custom_fields: Record<string, unknown>;
  readonly created_at: string;
  readonly updated_at: string;
}
type Company = Readonly<{ id: string; name: string }>;
type Contact = Readonly<{ id: string; first_name: string; company_name: string; created_at: string }>;
type Member = Contact & { readonly role: string };
interface Event {
  readonly type: string;
  readonly data: Project;
  readonly previous: Partial<Project> | null;
  readonly user_id: string | null;
}

const stages = ['proposal', 'active', 'review', 'complete', 'archived'];
const good = [200, undefined];
const notFound = [404, 'projects.not_found'];
const invalidId = [400, 'projects.invalid_id'];
const invalid = [400, 'projects.invalid_request'];
const refused = refusedWith('projects.invalid_request');
/** What is no text at all, or none that can be kept. */
const noTexts = [5, true, ['Fair'], { toString: 'x' }, 'a\0b', 'a\ud800'];
const dateFields = ['start_date', 'end_date', 'renewal_date'] as const;

let program: TestApp;
let ada: SignedIn;
/** Members of Ada's account. Carol is renamed and deactivated by some tests. */
let bob: SignedIn;
let carol: SignedIn;
let client: Client;
/** Of another account. */
let grace: Client;
let acme: Company;

beforeAll(async () => {
  program = await startApp();
  const [own, other] = await Promise.all([program.register(), program.register()]);
  ada = own;
  [client, grace] = [program.client.as(own), program.client.as(other)];
  [bob, carol, acme] = await Promise.all([join('Bob Noyce'), join('Carol Shaw'), company('Acme')]);
});
afterAll(() => program.close());
beforeEach(() => program.clock.reset());

const join = async (name: string) => {
  const invitation = { email: newEmail(), name };
  const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result;
  return (await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password })).result;
};
/** Signed in to an account of its own, in which there is nothing yet. */
const newcomer = async () => program.client.as(await program.register());
const create = async (input: object = {}, as = client) =>
  (await as.post<Project>('/projects', { name: 'Relaunch', ...input })).result;
const get = async (id: string, as = client) => (await as.get<Project>(`/projects/${id}`)).result;
const tryPatch = (id: string, input: object, as = client) => as.patch<Project>(`/projects/${id}`, input);
const patch = async (id: string, input: object, as?: Client) => (await tryPatch(id, input, as)).result;
const list = async (query = '', as = client) => (await as.get<Page<Project>>(`/projects${query}`)).result;
const names = ({ items }: Page<Project>) => items.map(({ name }) => name);
const company = async (name: string, as = client) => (await as.post<Company>('/companies', { name })).result;
const contact = async (first_name: string, more: object = {}, as = client) =>
  (await as.post<Contact>('/contacts', { first_name, ...more })).result;
const tryPut = (project: string, person: string, body: object | undefined = {}, as = client) =>
  as.put<Member>(`/projects/${project}/contacts/${person}`, body);
const put = async (project: string, person: string, body?: object) => (await tryPut(project, person, body)).result;
const members = async (id: string, query = '', as = client) =>
  (await as.get<Page<Member>>(`/projects/${id}/contacts${query}`)).result.items;
const parameter = (name: string, ...values: string[]) =>
  values.map((value) => `${name}=${encodeURIComponent(value)}`).join('&');
/** A row per line, the columns divided by |. */
const table = (text: string) =>
  text.split('\n').flatMap((line) => (line ? [line.split('|').map((cell) => cell.trim())] : []));

const full = () => ({
  name: 'Zürich & "Söhne"',
  description: 'Line one\nline two 🌊',
  stage: 'review',
  company_id: acme.id,
  assigned_to: bob.user.id,
  value: -(2 ** 53 - 1),
  start_date: '2024-02-29',
  end_date: '2024-12-31',
  renewal_date: '9999-12-31',
  is_retainer: true,
  notes: "Robert'); drop table projects;--",
  tags: ['vip', 'eu'],
  custom_fields: {},
});
/** Null for every field that takes it. */
const cleared = Object.fromEntries(
  ['description', 'company_id', 'assigned_to', 'value', ...dateFields, 'notes', 'tags', 'custom_fields'].map(
    (field): [string, null] => [field, null],
  ),
);

/** What the feed holds of the record, oldest first. */
const events = (id: string) =>
  program.sql<Event>('select type, data, previous, user_id from events where entity_id = $1 order by seq', [id]);
const event = (what: string, data: Project, previous: Partial<Project> | null = null): Event => ({
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
async function refuses(code: string, fields: string[], inputs: (object | string)[]): Promise<void> {
  const { id } = await create();
  await changesNothing(async () => {
    const told = inputs.flatMap((input) => {
      const json = typeof input === 'string' ? input : JSON.stringify(input);
      const whole = 'name' in (JSON.parse(json) as object) ? json : json.replace('{', '{"name":"Relaunch",');
      return [client.post('/projects', whole), client.patch(`/projects/${id}`, json)].map(async (answering) => {
        const { body } = await answering;
        const { error } = body as { error?: { code: string; details?: { field: string }[] } };
        return [json.slice(0, 99), error?.code, error?.details?.map(({ field }) => field)];
      });
    });
    for (const [json, ...answer] of await Promise.all(told)) expect([json, ...answer]).toEqual([json, code, fields]);
  });
}

/** All items of a list, page by page. @param path with a limit. */
async function walk<Item>(
  path: string,
  as: Client,
  between: (page: Page<Item>) => Promise<unknown> = () => Promise.resolve(),
): Promise<Item[]> {
  const seen: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = (await as.get<Page<Item>>(`${path}${cursor ? `&cursor=${cursor}` : ''}`)).result;
    seen.push(...page.items);
    cursor = page.next_cursor;
    await between(page);
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
      ...{ name: 'Relaunch', description: '', stage: 'proposal', notes: '' },
      ...{ company_id: null, company_name: '', assigned_to: null, assigned_name: '' },
      ...{ value: null, start_date: null, end_date: null, renewal_date: null, is_retainer: false },
      ...{ tags: [], custom_fields: {} },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: project.created_at,
    });
    expect(project.created_at >= before).toBe(true);
    expect(await get(project.id)).toEqual(project);
  });

  it('keeps every field, and makes one event that holds the record', async () => {
    const project = await create(full());
    expect(project).toMatchObject({ ...full(), company_name: 'Acme', assigned_name: 'Bob Noyce' });
    expect(await get(project.id)).toEqual(project);
    expect((await list(`?company_id=${acme.id}&limit=1`)).items).toEqual([project]);
    expect(await events(project.id)).toEqual([event('created', project)]);
  });

  it('takes null for what may be unset, and the same name twice', async () => {
    const plain = await create();
    const { id, created_at, updated_at } = await create(cleared);
    expect(id).not.toBe(plain.id);
    expect(await get(id)).toEqual({ ...plain, id, created_at, updated_at });
  });
});

describe('fields', () => {
  it('a project must have a name → projects.name_required', async () => {
    const absent = await client.post('/projects', { notes: 'nameless' });
    expect(absent.error).toMatchObject({ code: 'projects.name_required', details: [{ field: 'name' }] });
    const blank = [null, '', ' \t\u00a0 '].map((name) => ({ name }));
    await refuses('projects.name_required', ['name'], blank);
  });

  // prettier-ignore
  it.each([['name', 200], ['description', 20_000], ['notes', 20_000]] as const)(
    '%s is trimmed, has at most %i code points, and is refused when it is longer or no text',
    async (field, limit) => {
      const project = await create({ [field]: `  ${'🌊'.repeat(limit)}\n` });
      expect((await get(project.id))[field]).toBe('🌊'.repeat(limit));
      expect((await patch(project.id, { [field]: ` ${'x'.repeat(limit)}` }))[field]).toBe('x'.repeat(limit));
      const bad = ['🌊'.repeat(limit + 1), 'x'.repeat(limit + 1), ...noTexts].map((value) => ({ [field]: value }));
      await refuses('projects.invalid_request', [field], bad);
    },
  );

  it.each(['description', 'notes'] as const)('null, "" and blanks clear %s', async (field) => {
    const { id } = await create();
    for (const nothing of [null, '', ' \u00a0 ']) {
      expect((await patch(id, { [field]: ' Else ' }))[field]).toBe('Else');
      expect((await patch(id, { [field]: nothing }))[field]).toBe('');
      expect((await get(id))[field]).toBe('');
    }
  });

  it.each([
    ['name', '{', 3],
    ['description', '{"name":"Fair",', 7],
  ] as const)('whatever %s is, it is stored and given back trimmed, or refused', async (field, before, offset) => {
    /** The text that is stored, or the code. */
    const verdict = (value: unknown) => {
      const kept = typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
      if (field === 'description' && (kept || value === null)) return kept ? value.trim() : '';
      if (field === 'name' && verdictOnText(value) === 'missing') return 'projects.name_required';
      return kept && verdictOnText(value) === 'stored' ? value.trim() : 'projects.invalid_request';
    };
    const as = await newcomer();
    const values = hostileValues.filter((_, index) => index % 10 === offset);
    const stored = new Map<string, string>();
    const told = values.map(async (json) => {
      const answer = await as.post<Project>('/projects', `${before}"${field}":${json}}`);
      if (answer.status === 200) stored.set(answer.result.id, answer.result[field]);
      const got = answer.status === 200 ? answer.result[field] : answer.error.code;
      return got === verdict(JSON.parse(json)) ? [] : [`${json.slice(0, 60)}: ${got}`];
    });
    expect((await Promise.all(told)).flat()).toEqual([]);
    const { items } = await list('?limit=100', as);
    expect(new Map(items.map((item) => [item.id, item[field]]))).toEqual(stored);
    expect(stored.size).toBeGreaterThan(5);
  });

  it('stage takes each of its members, and nothing else → projects.invalid_stage', async () => {
    const { id } = await create({ stage: 'active' });
    for (const stage of stages) {
      expect((await create({ stage })).stage).toBe(stage);
      expect((await patch(id, { stage })).stage).toBe(stage);
      expect((await get(id)).stage).toBe(stage);
    }
    const bad = [null, '', 'won', 'Active', 'ARCHIVED', 'active,review', 'toString', 0, true, ['active'], {}];
    await refuses(
      'projects.invalid_stage',
      ['stage'],
      bad.map((stage) => ({ stage })),
    );
  });

  it.each(['0', '-0', '1', '-1', '7.0', '1e3', '9007199254740991', '-9007199254740991', 'null'])(
    'value takes %s cents, exactly',
    async (json) => {
      const expected = json === 'null' ? null : Number(json) || 0;
      const [made, { id }] = await Promise.all([
        client.post<Project>('/projects', `{"name":"Relaunch","value":${json}}`),
        create({ value: 42 }),
      ]);
      await client.patch(`/projects/${id}`, `{"value":${json}}`);
      expect([(await get(made.result.id)).value, (await get(id)).value]).toEqual([expected, expected]);
    },
  );

  it('value takes no fraction, nothing beyond ±(2⁵³−1), and only numbers', () =>
    refuses(
      'projects.invalid_request',
      ['value'],
      '9007199254740992 -9007199254740992 9007199254740993 0.5 1e300 1e400 -1e400 "1" "" true [] [5] {}'
        .split(' ')
        .map((json) => `{"value":${json}}`),
    ));

  it('is_retainer is true or false', async () => {
    const { id } = await create({ is_retainer: true });
    for (const is_retainer of [false, true]) {
      expect((await create({ is_retainer })).is_retainer).toBe(is_retainer);
      expect((await patch(id, { is_retainer })).is_retainer).toBe(is_retainer);
      expect((await get(id)).is_retainer).toBe(is_retainer);
    }
    const bad = [null, 'true', 'false', '', 0, 1, [], {}].map((value) => ({ is_retainer: value }));
    await refuses('projects.invalid_request', ['is_retainer'], bad);
  });

  it('tags are trimmed, without repetitions and in order; replaced whole, emptied by null', async () => {
    const { id, tags } = await create({ tags: [' b ', 'a', 'b', 'a\t', 'B', 'a,b', 'NULL', '{"x"}\\'] });
    expect(tags).toEqual(['b', 'a', 'B', 'a,b', 'NULL', '{"x"}\\']);
    expect((await get(id)).tags).toEqual(tags);
    const most = Array.from({ length: 50 }, (_, index) => '🌊'.repeat(62) + String(50 - index).padStart(2, '0'));
    for (const input of [['us'], most, null, ['us'], []]) {
      expect((await patch(id, { tags: input })).tags).toEqual(input ?? []);
      expect((await get(id)).tags).toEqual(input ?? []);
    }
    const lists = [[...most, 'more'], 'vip', '', { 0: 'vip' }, 5, true].map((value) => ({ tags: value }));
    await refuses('projects.invalid_request', ['tags'], lists);
    const bad = ['x'.repeat(65), ' \t', null, ...noTexts].map((tag) => ({ tags: ['kept', tag] }));
    await refuses('projects.invalid_request', ['tags[1]'], bad);
  });

  it.each([null, {}])('custom_fields: %j is fine and changes nothing', async (custom_fields) => {
    const project = await create({ custom_fields });
    expect(project.custom_fields).toEqual({});
    expect(await patch(project.id, { custom_fields })).toEqual(project);
  });
});

describe('dates', () => {
  const period = (start_date: string | null, end_date: string | null) => ({ start_date, end_date });

  it.each(['0001-01-01', '0099-12-31', '1900-02-28', '2000-02-29', '2024-02-29', '2025-03-30', '9999-12-31'])(
    '%s is kept as it is',
    async (date) => {
      const dates = Object.fromEntries(dateFields.map((field) => [field, date]));
      const [made, { id }] = await Promise.all([create(dates), create()]);
      expect(await patch(id, dates)).toMatchObject(dates);
      for (const project of await Promise.all([get(made.id), get(id)])) expect(project).toMatchObject(dates);
      expect((await events(made.id))[0]!.data).toMatchObject(dates);
    },
  );

  // prettier-ignore
  const bad = [
    '', 'today', 'infinity', '2025-02-29', '2025-02-30', '1900-02-29', '2025-04-31', '2025-13-01', '2025-00-10', '2025-01-00',
    '2025-1-1', '20250101', '2025/01/01', '01.02.2025', '2025-001', '2025-W01-1', '12025-01-01', '+002025-01-01', '-2025-01-01',
    '2025-01-01T00:00:00Z', '2025-01-01 BC', '٢٠٢٥-٠١-٠١', 20250101, 1735689600000, true, ['2025-01-01'], {},
  ];
  it('what is no day of the calendar, or written otherwise, is refused', () =>
    refuses(
      'projects.invalid_request',
      [...dateFields],
      bad.map((date) => Object.fromEntries(dateFields.map((field) => [field, date]))),
    ));

  it.each([
    ['Pacific/Kiritimati', 'SQL, DMY'],
    ['Etc/GMT+12', 'German, DMY'],
  ])('stay what they are in a database of the zone %s that writes dates in the style %s', async (zone, style) => {
    const database = `alter database ${databaseOfWorker(process.env.JEST_WORKER_ID!)}`;
    const dates = { start_date: '2024-03-01', end_date: '2024-12-31', renewal_date: '0001-01-01' };
    await program.sql(`${database} set timezone = '${zone}'`);
    await program.sql(`${database} set datestyle = '${style}'`);
    const odd = await startApp();
    try {
      const session = "select current_setting('timezone') as zone, current_setting('datestyle') as style";
      expect(await program.sql(session)).toEqual([{ zone, style }]);
      const as = odd.client.as(ada);
      const before = program.clock.now();
      const project = await create({ ...dates, tags: [zone] }, as);
      expect(project).toMatchObject(dates);
      const age = Date.parse(project.created_at) - before.getTime();
      expect(Math.abs(age)).toBeLessThan(minutes(1));
      const tagged = `?${parameter('tags', zone)}`;
      expect([await get(project.id, as), ...(await list(tagged, as)).items]).toEqual([project, project]);
      expect((await list(`${tagged}&created_after=${project.created_at}`, as)).items).toEqual([]);
      odd.clock.move(minutes(1));
      expect(await patch(project.id, dates, as)).toEqual(project);
      await all(invalid, tryPatch(project.id, { start_date: '2025-01-01' }, as));
      await all(invalid, tryPatch(project.id, { end_date: '2024-02-29' }, as));
      const changed = await patch(project.id, period('0001-12-31', '9999-12-31'), as);
      expect(changed).toMatchObject(period('0001-12-31', '9999-12-31'));
      expect(await get(project.id, as)).toEqual(changed);
      expect(await events(project.id)).toEqual([
        event('created', project),
        event('updated', changed, period(dates.start_date, dates.end_date)),
      ]);
    } finally {
      await odd.close();
      await program.sql(`${database} reset timezone`);
      await program.sql(`${database} reset datestyle`);
    }
  });
  it.each([
    ['2024-03-01', '2024-02-29'],
    ['2025-01-01', '2024-12-31'],
    ['0100-01-01', '0099-12-31'],
    ['9999-12-31', '0001-01-01'],
  ])('POST: from %s to %s is refused', (start, end) =>
    changesNothing(() => refused(client.post('/projects', { name: 'Back', ...period(start, end) }), 'end_date')),
  );

  it('a day, an open end or beginning, and a renewal at any time are fine', async () => {
    const day = '2024-03-01';
    for (const dates of [period(day, day), period(day, null), period(null, day), period('0099-12-31', '0100-01-01')]) {
      expect(await create({ ...dates, renewal_date: '0001-01-01' })).toMatchObject(dates);
    }
  });

  it.each([
    [period('2024-03-10', '2024-03-20'), { start_date: '2024-03-21' }],
    [period('2024-03-10', '2024-03-20'), { end_date: '2024-03-09' }],
    [period('2024-03-10', '2024-03-20'), period('2024-04-02', '2024-04-01')],
    [period('2024-03-10', '2024-03-20'), { start_date: '2024-04-01', name: 'Else', notes: 'Else' }],
    [period('2024-03-10', null), { end_date: '2024-03-09' }],
    [period(null, '2024-03-20'), { start_date: '2024-03-21' }],
  ])('PATCH: %j changed by %j would end before it starts, and is refused', async (stored, input) => {
    const { id } = await create(stored);
    await changesNothing(() => all(invalid, tryPatch(id, input)));
  });

  it('PATCH judges what comes out: both moved, one cleared, and then the other', async () => {
    const { id } = await create(period('2024-03-10', '2024-03-20'));
    for (const input of [
      { start_date: '2024-03-20' },
      period('2025-03-20', '2025-03-20'),
      { end_date: null, start_date: '2030-01-01' },
      { notes: 'no dates at all' },
      { start_date: null, end_date: '2020-01-01' },
      { start_date: '2020-01-01' },
    ]) {
      expect(await patch(id, input)).toMatchObject(input);
    }
    expect(await get(id)).toMatchObject(period('2020-01-01', '2020-01-01'));
  });

  it('two changes at once, each fine alone but not together: one is refused', async () => {
    const { id } = await create(period('2024-03-10', '2024-03-20'));
    const outcomes = await behindLock<unknown[]>(
      ['select 1 from projects where id = $1 for update', id],
      () => outcome(tryPatch(id, { start_date: '2024-03-18' })),
      () => outcome(tryPatch(id, { end_date: '2024-03-12' })),
    );
    expect(outcomes).toHaveLength(2);
    expect(outcomes).toEqual(expect.arrayContaining([good, invalid]));
    const { start_date, end_date } = await get(id);
    expect(['2024-03-18 2024-03-20', '2024-03-10 2024-03-12']).toContain(`${start_date} ${end_date}`);
    expect(await events(id)).toHaveLength(2);
  });
});

describe('unknown keys and the order of checks', () => {
  // prettier-ignore
  const notForCallers = [
    'id', 'account_id', 'created_by', 'company_name', 'assigned_name', 'created_at', 'updated_at', 'contact_id', 'contacts',
  ];
  it.each(notForCallers)('%s is not for the caller to set', (key) =>
    refuses('projects.invalid_request', [key], [{ [key]: randomUUID() }, { [key]: null }]),
  );

  it('what looks like a typo names the one that was meant', async () => {
    const { id } = await create();
    const answers = await Promise.all([
      client.post('/projects', { name: 'A', assignd_to: null }),
      client.patch(`/projects/${id}`, { is_retaner: true }),
      client.put(`/projects/${id}/contacts/${randomUUID()}`, { rol: 'x' }),
      client.get('/projects?stge=active'),
      client.get(`/projects/${id}/contacts?limt=5`),
    ]);
    const told = answers.map(({ error }) => [error.code, error.details]);
    expect(told).toEqual(
      table('assignd_to|assigned_to\nis_retaner|is_retainer\nrol|role\nstge|stage\nlimt|limit').map(
        ([field, meant]) => ['projects.invalid_request', [{ field, message: expect.stringContaining(`"${meant}"`) }]],
      ),
    );
  });

  const wrong = {
    ...{ tags: 'a', notes: 5, is_retainer: 'yes', renewal_date: 5, end_date: 5, start_date: 5, value: 0.5 },
    ...{ assigned_to: 'x', company_id: 'x', stage: 'x', description: 5, name: ' ' },
  };
  const inOrder = Object.keys(wrong).reverse();

  it('details tell every failing field: unknown keys, then the fields in the order of the contract', async () => {
    await refuses('projects.name_required', inOrder, [wrong]);
    await refuses('projects.invalid_request', ['colour', ...inOrder], [{ ...wrong, colour: 0 }]);
  });

  it.each([
    ['projects.invalid_request', ['description', 'stage']],
    ['projects.invalid_stage', ['stage', 'company_id', 'value']],
    ['projects.invalid_company_id', ['company_id', 'assigned_to']],
    ['projects.invalid_assigned_to', ['assigned_to', 'value', 'tags']],
    ['projects.invalid_request', ['value', 'tags']],
  ])('the first field that fails answers: %s for %j', async (code, fields) => {
    const input = Object.entries(wrong).filter(([field]) => fields.includes(field));
    await refuses(code, fields, [Object.fromEntries(input)]);
  });

  it('the fields before references', async () => {
    const { id } = await create();
    const input = { name: 'A', company_id: randomUUID(), assigned_to: randomUUID(), value: 0.5 };
    await all(invalid, client.post('/projects', input), tryPatch(id, input));
  });

  it.each(
    table(`
no PUT                       | PUT /ID                 | {"name":"A"}         | yes | 404 api.not_found
no DELETE of all             | DELETE                  |                      | yes | 404 api.not_found
no POST of members           | POST /ID/contacts       | {}                   | yes | 404 api.not_found
no GET of a member           | GET /ID/contacts/ID     |                      | yes | 404 api.not_found
the route before the body    | POST /ID                | {"name":             | no  | 404 api.not_found
the body before the token    | POST                    | {"name":             | no  | 400 projects.invalid_request
the body before the id       | PATCH /abc              | {"name":             | yes | 400 projects.invalid_request
the body before the id       | PUT /abc/contacts/abc   | {"role":             | yes | 400 projects.invalid_request
an object it must be         | POST                    | ["name"]             | yes | 400 projects.invalid_request
the token before parameters  | GET ?limit=x            |                      | no  | 401 auth.required
the token before the fields  | POST                    | {"nmae":5}           | no  | 401 auth.required
the token before the id      | GET /abc                |                      | no  | 401 auth.required
the token before the id      | PATCH /abc              | {}                   | no  | 401 auth.required
the token before the id      | DELETE /abc             |                      | no  | 401 auth.required
the token before the id      | GET /abc/contacts       |                      | no  | 401 auth.required
the token before the id      | PUT /abc/contacts/abc   | {}                   | no  | 401 auth.required
the token before the id      | DELETE /abc/contacts/ID |                      | no  | 401 auth.required
the id before unknown keys   | PATCH /abc              | {"nmae":1}           | yes | 400 projects.invalid_id
the id before unknown keys   | PUT /abc/contacts/ID    | {"rol":1}            | yes | 400 projects.invalid_id
the id before unknown keys   | PUT /ID/contacts/abc    | {"rol":1}            | yes | 400 projects.invalid_id
the id before parameters     | GET /abc?x=1            |                      | yes | 400 projects.invalid_id
the id before parameters     | GET /abc/contacts?x=1   |                      | yes | 400 projects.invalid_id
the id before parameters     | DELETE /ID/contacts/abc?x=1 |                  | yes | 400 projects.invalid_id
keys before the name         | POST                    | {"x":1}              | yes | 400 projects.invalid_request
keys before the record       | PATCH /ID               | {"nmae":1}           | yes | 400 projects.invalid_request
keys before the record       | PUT /ID/contacts/ID     | {"rol":1}            | yes | 400 projects.invalid_request
keys before the record       | DELETE /ID              | {"name":"A"}         | yes | 400 projects.invalid_request
parameters before the record | GET /ID?x=1             |                      | yes | 400 projects.invalid_request
parameters before the record | GET /ID/contacts?limit=0 |                     | yes | 400 projects.invalid_request
no parameters                | POST ?x=1               | {"name":"A"}         | yes | 400 projects.invalid_request
no parameters                | PUT /ID/contacts/ID?role=x | {}                | yes | 400 projects.invalid_request
the fields before the record | PATCH /ID               | {"name":""}          | yes | 400 projects.name_required
the fields before the record | PATCH /ID               | {"stage":null}       | yes | 400 projects.invalid_stage
the fields before the record | PATCH /ID               | {"company_id":"x"}   | yes | 400 projects.invalid_company_id
the fields before the record | PATCH /ID               | {"assigned_to":"x"}  | yes | 400 projects.invalid_assigned_to
the fields before the record | PUT /ID/contacts/ID     | {"role":5}           | yes | 400 projects.invalid_request
the record before references | PATCH /ID               | {"company_id":"ID"}  | yes | 404 projects.not_found
the record before references | PATCH /ID               | {"assigned_to":"ID"} | yes | 404 projects.not_found
the record, though no change | PATCH /ID               | {}                   | yes | 404 projects.not_found
the record                   | GET /ID                 |                      | yes | 404 projects.not_found
the record                   | DELETE /ID              |                      | yes | 404 projects.not_found
the record                   | GET /ID/contacts        |                      | yes | 404 projects.not_found
the record                   | PUT /ID/contacts/ID     | {}                   | yes | 404 projects.not_found
the record                   | DELETE /ID/contacts/ID  |                      | yes | 404 projects.not_found
`),
  )('%s: %s %s, signed in: %s → %s', async (_, request, body, signedIn, expected) => {
    const [method, path = ''] = request!.replaceAll('ID', randomUUID()).split(' ');
    const sent = body!.replaceAll('ID', randomUUID()) || undefined;
    const answer = (signedIn === 'yes' ? client : program.client).send(method!, `/projects${path}`, sent);
    expect((await outcome(answer)).join(' ')).toBe(expected);
  });
});

describe('an id', () => {
  type Call = (id: string, person: string, as?: Client) => Answering;
  const ofProject: [string, Call][] = [
    ['GET', (id, _, as = client) => as.get(`/projects/${id}`)],
    ['PATCH', (id, _, as) => tryPatch(id, { name: 'Mine now' }, as)],
    ['GET contacts', (id, _, as = client) => as.get(`/projects/${id}/contacts`)],
    ['PUT of a contact', (id, person, as) => tryPut(id, person, { role: 'Mine now' }, as)],
    ['DELETE of a contact', (id, person, as = client) => as.delete(`/projects/${id}/contacts/${person}`)],
    ['DELETE', (id, _, as = client) => as.delete(`/projects/${id}`)],
  ];
  const ofContact = ofProject.filter(([name]) => name.endsWith('of a contact'));
  const malformed = ['abc', '1', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36), '{}'];
  const bare = ({ error }: Awaited<Answering>) => ({ ...error, request_id: '' });

  it.each(ofProject)('%s: no UUID → projects.invalid_id', async (_, call) => {
    await all(invalidId, ...malformed.map((id) => call(encodeURIComponent(id), randomUUID())));
  });

  it.each(ofContact)('%s: no UUID of a contact → projects.invalid_id', async (_, call) => {
    const { id } = await create();
    await all(invalidId, ...malformed.map((person) => call(id, encodeURIComponent(person))));
  });

  it.each(ofProject)('%s: of another account answers exactly like one of nothing', async (_, call) => {
    const [hers, member] = await Promise.all([create({}, grace), contact('Hers', {}, grace)]);
    const [mine] = await Promise.all([contact('Mine'), tryPut(hers.id, member.id, {}, grace)]);
    for (const person of [mine, member]) {
      const [other, nothing] = await Promise.all([call(hers.id, person.id), call(randomUUID(), person.id)]);
      expect([other.status, other.error.code]).toEqual(notFound);
      expect(bare(other)).toEqual(bare(nothing));
    }
    expect(await get(hers.id, grace)).toEqual(hers);
    expect(await members(hers.id, '', grace)).toEqual([{ ...member, role: '' }]);
  });

  it.each(ofContact)('%s: a contact of another account answers exactly like one of nothing', async (_, call) => {
    const [mine, hers] = await Promise.all([create(), contact('Hers', {}, grace)]);
    const [other, nothing] = await Promise.all([call(mine.id, hers.id), call(mine.id, randomUUID())]);
    expect([other.status, other.error.code]).toEqual(notFound);
    expect(bare(other)).toEqual(bare(nothing));
    expect(await members(mine.id)).toEqual([]);
  });

  it('may be in upper case, everywhere', async () => {
    const [project, person] = await Promise.all([create(), contact('Grace')]);
    await put(project.id, person.id);
    for (const [, call] of ofProject) {
      await all(good, call(project.id.toUpperCase(), person.id.toUpperCase()));
    }
    await all(notFound, client.get(`/projects/${project.id}`));
  });
});

describe('references', () => {
  it.each([
    ['company_id', 'projects.invalid_company_id'],
    ['assigned_to', 'projects.invalid_assigned_to'],
  ])('%s that is malformed, of nothing, of another account or gone → %s', async (field, code) => {
    const [hers, gone, me] = await Promise.all([
      company('Hers', grace),
      company('Gone'),
      grace.get<Company>('/auth/me'),
    ]);
    await client.delete(`/companies/${gone.id}`);
    const theirs = field === 'company_id' ? hers.id : me.result.id;
    const bad = ['', 'x', 5, true, {}, [randomUUID()], randomUUID(), theirs, gone.id];
    await refuses(
      code,
      [field],
      bad.map((value) => ({ [field]: value })),
    );
    const [other, nothing] = await Promise.all(
      [theirs, randomUUID()].map((value) => client.post('/projects', { name: 'Relaunch', [field]: value })),
    );
    expect({ ...other!.error, request_id: '' }).toEqual({ ...nothing!.error, request_id: '' });
  });

  it('both of nothing: the first answers, both are told', () =>
    refuses(
      'projects.invalid_company_id',
      ['company_id', 'assigned_to'],
      [{ assigned_to: randomUUID(), company_id: randomUUID() }],
    ));

  it('may be given in upper case', async () => {
    const ids = { company_id: acme.id, assigned_to: bob.user.id };
    const upper = Object.fromEntries(Object.entries(ids).map(([field, id]) => [field, id.toUpperCase()]));
    const [made, { id }] = await Promise.all([create(upper), create()]);
    expect([made, await patch(id, upper)]).toEqual([expect.objectContaining(ids), expect.objectContaining(ids)]);
  });

  it('a user who was deactivated stays but cannot be newly set → projects.invalid_assigned_to', async () => {
    const [project, other] = await Promise.all([create({ assigned_to: carol.user.id }), create()]);
    const { assigned_to, assigned_name } = project;
    await client.post(`/users/${carol.user.id}/deactivate`);
    expect(await get(project.id)).toEqual(project);
    expect(await patch(project.id, { assigned_to })).toEqual(project);
    expect(await patch(project.id, { assigned_to, notes: 'x' })).toMatchObject({ assigned_to, assigned_name });
    await refuses('projects.invalid_assigned_to', ['assigned_to'], [{ assigned_to }]);
    expect((await list(`?assigned_to=${assigned_to}`)).items.map(({ id }) => id)).toEqual([project.id]);
    await patch(project.id, { assigned_to: bob.user.id });
    await all([400, 'projects.invalid_assigned_to'], tryPatch(project.id, { assigned_to }));
    await client.post(`/users/${carol.user.id}/activate`);
    expect(await patch(other.id, { assigned_to })).toMatchObject({ assigned_to, assigned_name });
  });

  it('names follow those who are renamed, without a new updated_at and without an event', async () => {
    const globex = await company('Globex');
    const project = await create({ company_id: globex.id, assigned_to: carol.user.id });
    program.clock.move(minutes(1));
    await Promise.all([
      client.patch(`/companies/${globex.id}`, { name: 'Globex Corporation' }),
      client.patch(`/users/${carol.user.id}`, { name: 'Caroline' }),
    ]);
    const renamed = { ...project, company_name: 'Globex Corporation', assigned_name: 'Caroline' };
    expect(await get(project.id)).toEqual(renamed);
    expect((await list(`?company_id=${globex.id}`)).items).toEqual([renamed]);
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
    const globex = await company('Globex');
    const [project, other] = await Promise.all([create({ company_id: globex.id }), create({ company_id: acme.id })]);
    program.clock.move(minutes(1));
    await client.delete(`/companies/${globex.id}`);
    expect(await get(project.id)).toEqual({ ...project, company_id: null, company_name: '' });
    expect(await get(other.id)).toEqual(other);
    expect(await events(project.id)).toHaveLength(1);
  });

  it('a company whose deletion is under way: the project waits, and is refused or has none', async () => {
    const { id } = await create();
    const gone = await company('Gone');
    const [posted, patched] = await behindLock<Awaited<ReturnType<typeof tryPatch>>>(
      ['delete from companies where id = $1', gone.id],
      () => client.post<Project>('/projects', { name: 'Late', company_id: gone.id }),
      () => tryPatch(id, { company_id: gone.id }),
    );
    for (const answer of [posted!, patched!]) {
      if (answer.status === 200) expect((await get(answer.result.id)).company_id).toBeNull();
      else expect(answer.error.code).toBe('projects.invalid_company_id');
    }
    expect((await list(`?company_id=${gone.id}`)).items).toEqual([]);
  });

  it('a company that is deleted at the same moment: the project is refused or has none, nothing else', async () => {
    for (let round = 0; round < 5; round++) {
      const [gone, stored] = await Promise.all([company('Gone'), create()]);
      const [deleted, ...answers] = await Promise.all([
        client.delete(`/companies/${gone.id}`),
        client.post<Project>('/projects', { name: 'Late', company_id: gone.id }),
        tryPatch(stored.id, { company_id: gone.id }),
      ]);
      expect(deleted.result).toEqual({});
      for (const answer of answers) {
        if (answer.status !== 200) expect(answer.error.code).toBe('projects.invalid_company_id');
        else expect(await get(answer.result.id)).toMatchObject({ company_id: null, company_name: '' });
      }
      expect((await get(stored.id)).company_id).toBeNull();
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
    const input = { ...change, description: null, notes: ` ${full().notes}\n`, start_date: full().start_date };
    const changed = await patch(project.id, { ...input, custom_fields: {} });
    const names = { company_name: '', assigned_name: ada.user.name };
    expect(changed).toEqual({ ...project, ...change, ...names, updated_at: expect.any(String) });
    expect(Date.parse(changed.updated_at) - Date.parse(project.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(await get(project.id)).toEqual(changed);
    const keys = Object.keys({ ...change, ...names }) as (keyof Project)[];
    const previous = Object.fromEntries(keys.map((key) => [key, project[key]]));
    expect(await events(project.id)).toEqual([event('created', project), event('updated', changed, previous)]);
  });

  it('that changes nothing makes no new updated_at and no event', async () => {
    const [whole, plain] = await Promise.all([create(full()), create({ value: 0 })]);
    program.clock.move(minutes(1));
    const inputs: [Project, object | string][] = [
      [whole, {}],
      [whole, full()],
      [whole, { name: ` ${whole.name}\t`, tags: ['vip', ' eu', 'vip'], custom_fields: null }],
      [whole, { company_id: acme.id.toUpperCase(), assigned_to: bob.user.id.toUpperCase() }],
      [plain, { ...cleared, value: 0, stage: 'proposal', is_retainer: false }],
      [plain, '{"value":-0}'],
    ];
    await changesNothing(async () => {
      for (const [project, input] of inputs) {
        expect((await client.patch<Project>(`/projects/${project.id}`, input)).result).toEqual(project);
      }
    });
  });

  it.each([
    [{ name: 'RELAUNCH' }],
    [{ tags: ['b', 'a'] }],
    [{ value: 0 }],
    [{ stage: 'archived' }],
    [{ is_retainer: true }],
    [{ renewal_date: '2025-01-01' }],
  ])('%j is a change, and of nothing else', async (input) => {
    const project = await create({ tags: ['a', 'b'] });
    program.clock.move(minutes(1));
    const changed = await patch(project.id, input);
    expect(changed).toEqual({ ...project, ...input, updated_at: expect.any(String) });
    expect(changed.updated_at > project.updated_at).toBe(true);
    const field = Object.keys(input)[0] as keyof Project;
    expect((await events(project.id))[1]).toEqual(event('updated', changed, { [field]: project[field] }));
  });

  it('changes made at once are all kept, and their events form one history', async () => {
    const project = await create();
    const { custom_fields, renewal_date, ...inputs } = full();
    await Promise.all(Object.entries(inputs).map(([field, value]) => patch(project.id, { [field]: value })));
    const last = await get(project.id);
    expect(last).toMatchObject({ ...inputs, renewal_date: null });
    const [created, ...updated] = await events(project.id);
    expect(updated).toHaveLength(Object.keys(inputs).length);
    let state = created!.data;
    for (const { data, previous } of updated) {
      expect({ ...data, ...previous, updated_at: '' }).toEqual({ ...state, updated_at: '' });
      state = data;
    }
    expect([state, custom_fields, renewal_date]).toEqual([last, {}, '9999-12-31']);
  });
});

describe('DELETE', () => {
  it('answers {}, the project is gone everywhere, and its event holds the last state', async () => {
    const project = await create(full());
    const path = `/projects/${project.id}`;
    expect((await client.delete(path)).result).toEqual({});
    await all(
      notFound,
      client.get(path),
      tryPatch(project.id, {}),
      client.get(`${path}/contacts`),
      client.delete(path),
    );
    const found = await list(`?${parameter('search', project.name)}&limit=100`);
    expect(found.items.filter(({ id }) => id === project.id)).toEqual([]);
    expect((await events(project.id)).slice(1)).toEqual([event('deleted', project)]);
  });

  it('by several at once: one succeeds, one event', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 4 }, () => outcome(client.delete(`/projects/${id}`))));
    expect(answers.sort()).toEqual([good, notFound, notFound, notFound]);
    expect((await events(id)).map(({ type }) => type)).toEqual(['project.created', 'project.deleted']);
  });
});

describe('list', () => {
  const many = (count: number, as: Client) =>
    Promise.all(Array.from({ length: count }, (_, index) => create({ name: `Project ${index}` }, as)));

  it('newest first, 25 unless told otherwise, a cursor as long as there is more', async () => {
    const as = await newcomer();
    const made: string[] = [];
    for (let index = 0; index < 26; index++) {
      program.clock.move(seconds(1));
      made.unshift((await create({ name: `Project ${index}` }, as)).name);
    }
    const page = await list('', as);
    expect(names(page)).toEqual(made.slice(0, 25));
    const rest = await list(`?cursor=${page.next_cursor}`, as);
    expect([names(rest), rest.next_cursor]).toEqual([made.slice(25), null]);
    expect((await list('?limit=26', as)).next_cursor).toBeNull();
    expect(names(await list('?limit=100&cursor=', as))).toEqual(made);
  });

  it('walks rows of one moment in the order of their ids, each exactly once, while others come and go', async () => {
    const as = await newcomer();
    program.clock.freeze();
    const made = await many(14, as);
    expect(new Set(made.map(({ created_at }) => created_at)).size).toBe(1);
    program.clock.move(minutes(1));
    const seen = await walk<Project>('/projects?limit=3', as, async ({ items }) => {
      await create({ name: 'Comes' }, as);
      await as.delete(`/projects/${items.at(-1)!.id}`);
    });
    expect(seen).toEqual(made.sort((a, b) => (a.id < b.id ? 1 : -1)));
  });

  it('created_after and updated_after exclude the moment itself and take any offset', async () => {
    const as = await newcomer();
    const first = await create({ name: 'First' }, as);
    program.clock.move(minutes(1));
    const second = await create({ name: 'Second' }, as);
    program.clock.move(minutes(1));
    const changed = await patch(first.id, { name: 'First!' }, as);
    const inParis = `${new Date(Date.parse(first.created_at) + minutes(120)).toISOString().slice(0, -1)}+02:00`;
    expect(names(await list(`?created_after=${first.created_at}`, as))).toEqual(['Second']);
    expect(names(await list(`?${parameter('created_after', inParis)}`, as))).toEqual(['Second']);
    expect(names(await list(`?created_after=${second.created_at}`, as))).toEqual([]);
    expect(names(await list(`?updated_after=${second.updated_at}`, as))).toEqual(['First!']);
    expect(names(await list(`?updated_after=${changed.updated_at}`, as))).toEqual([]);
  });

  it('filters by stage, company, user and all tags, together and each alone', async () => {
    const session = await program.register();
    const as = program.client.as(session);
    const me = session.user.id;
    const [north, south] = await Promise.all([company('North', as), company('South', as)]);
    await Promise.all([
      create({ name: 'A', stage: 'active', company_id: north.id, tags: ['vip', 'eu', 'a,b'] }, as),
      create({ name: 'B', stage: 'active', company_id: south.id, assigned_to: me, tags: ['vip'] }, as),
      create({ name: 'C', assigned_to: me, company_id: north.id, tags: ['eu'] }, as),
      create({ name: 'D' }, as),
    ]);
    const rows = {
      ABCD: ['stage=&company_id=&assigned_to=&tags=&search=&created_after=&updated_after=&cursor=&limit='],
      AB: ['stage=active', 'tags=vip', 'tags=vip&tags=vip', 'tags=%20vip%20&tags='],
      CD: ['stage=proposal'],
      AC: [`company_id=${north.id}`, `company_id=${north.id.toUpperCase()}`, 'tags=eu'],
      BC: [`assigned_to=${me}`, `assigned_to=${me.toUpperCase()}`],
      A: [`stage=active&company_id=${north.id}`, 'tags=eu&tags=vip', 'tags=a%2Cb', `company_id=${north.id}&tags=vip`],
      B: [`stage=active&assigned_to=${me}`, `assigned_to=${me}&tags=vip&stage=active&company_id=${south.id}&search=b`],
      C: [`company_id=${north.id}&assigned_to=${me}`, `stage=proposal&tags=eu`],
      '': [
        ...['stage=review', `stage=review&company_id=${north.id}`, `company_id=${south.id}&search=a`, 'tags=vip%2Ceu'],
        ...['tags=VIP', 'tags=vi', 'tags=%25', 'tags=vip&tags=us', `assigned_to=${bob.user.id}`],
        ...[`company_id=${randomUUID()}`, `assigned_to=${randomUUID()}`, `company_id=${acme.id}`],
      ],
    };
    const queries = Object.entries(rows).flatMap(([found, list]) => list.map((query) => [query, found]));
    const answers = queries.map(async ([query]) => [
      query,
      names(await list(`?${query}`, as))
        .sort()
        .join(''),
    ]);
    expect(await Promise.all(answers)).toEqual(queries);
  });

  it('shows nothing of other accounts, whatever the filter', async () => {
    const her = await grace.get<{ id: string }>('/auth/me');
    const company_id = (await company('Secret', grace)).id;
    const input = { company_id, assigned_to: her.result.id, tags: ['secret'] };
    const hers = await create({ name: 'Secret', ...input }, grace);
    for (const query of [
      '?search=secret',
      '?search=se',
      '?tags=secret',
      `?company_id=${company_id}`,
      `?assigned_to=${input.assigned_to}`,
    ]) {
      const [mine, own] = await Promise.all([list(query), list(query, grace)]);
      expect([query, mine.items, own.items]).toEqual([query, [], [hers]]);
    }
    expect((await list('?limit=100')).items.filter(({ account_id }) => account_id !== ada.user.account_id)).toEqual([]);
  });

  const long = (length: number) => 'x'.repeat(length);
  it.each([
    ['limit', 'invalid_request', 'limit=0 limit=-1 limit=101 limit=1e1 limit=abc limit=1.5 limit=10&limit=20'],
    ['cursor', 'invalid_request', `cursor=abc cursor=%00 cursor=a&cursor=b cursor=${long(600)}`],
    [
      'created_after',
      'invalid_request',
      'created_after=now created_after=2025-02-30T00:00:00Z created_after=2025-01-01',
    ],
    ['updated_after', 'invalid_request', 'updated_after=infinity updated_after=1735689600'],
    ['search', 'invalid_request', `search=a&search=b search=%00 search=a%00b search=${long(501)}`],
    ['tags', 'invalid_request', `tags=${long(65)} tags=a%00 tags=vip&tags=${long(65)}`],
    ['stage', 'invalid_stage', 'stage=won stage=Active stage=active,review stage=active&stage=review stage=%00'],
    ['company_id', 'invalid_company_id', `company_id=abc company_id=null company_id=%00 ${twice('company_id')}`],
    ['assigned_to', 'invalid_assigned_to', `assigned_to=me assigned_to=null assigned_to=%00 ${twice('assigned_to')}`],
    ['others', 'invalid_request', 'search[]=a tags[]=vip name=A offset=5 sort=name contact_id=x constructor=1'],
  ])('malformed: %s → projects.%s', async (_, reason, queries) => {
    const told = queries.split(' ').map(async (query) => {
      const { body } = await client.get(`/projects?${query}`);
      const { error } = body as { error?: { code: string; details?: { field: string }[] } };
      return [query, error?.code, error?.details?.map(({ field }) => field)];
    });
    for (const [query, ...answer] of await Promise.all(told)) {
      const field = expect.stringContaining(/^\w+/.exec(query as string)![0]);
      expect([query, ...answer]).toEqual([query, `projects.${reason}`, [field]]);
    }
  });
  function twice(field: string): string {
    return parameter(field, randomUUID(), randomUUID());
  }

  it('refuses a cursor that was altered, is of another list or of another account', async () => {
    const made = await many(2, client);
    const people = await Promise.all([contact('One'), contact('Two')]);
    await Promise.all(made.flatMap(({ id }) => people.map((person) => put(id, person.id))));
    const cursorOf = async (path: string) =>
      (await client.get<{ next_cursor: string }>(`${path}?limit=1`)).result.next_cursor;
    const [first, second] = made.map(({ id }) => `/projects/${id}/contacts`) as [string, string];
    const [own, ofFirst, ofContacts] = await Promise.all(['/projects', first, '/contacts'].map(cursorOf));
    await all(good, client.get(`/projects?cursor=${own}`), client.get(`${first}?cursor=${ofFirst}`));
    const altered = [...own!].flatMap((character, index) =>
      index % 8 === 0 ? [own!.slice(0, index) + (character === 'A' ? 'B' : 'A') + own!.slice(index + 1)] : [],
    );
    for (const [path, cursors] of [
      ['/projects', [...altered, own!.slice(0, -1), ofFirst, ofContacts]],
      [first, [own, ofContacts]],
      [second, [ofFirst]],
    ] as const) {
      await Promise.all(cursors.map((cursor) => refused(client.get(`${path}?cursor=${cursor}`), 'cursor')));
    }
    await refused(grace.get(`/projects?cursor=${own}`), 'cursor');
  });
});

describe('search', () => {
  // What it is called | name | terms that find it | terms that do not
  const rows = table(String.raw`
part of the name       | Northwind Traders | thwin; Northwind; ind Tra; NORTH; ${' traders '} | westwind; winds; northtraders
whatever the case      | MüLLer ÆON ŁÓDŹ | müller; MÜLLER; æon; łódź | mller
whatever the accents   | Crème Brûlée Ñandú | creme; BRULEE; brùlëe; ñandu | crama
accents as marks       | Cafe${'\u0301'} Royal | café; CAFE; cafe${'\u0301'} | cafés
short: words begin     | Quux Zolar-Élan | q; QU; zo; z; É; el | ux; ol; an; xz
% is a percent sign    | 100% Cotton | 100%; 0% C | 1%0; %%%; %; c%
% begins a word        | %off | %; %o; %of | o%; %%
_ is an underscore     | snake_case | ke_ca; snake_ | snak__case; ___; _; s_
\ is a backslash       | C:\temp\ | c:\temp; :\t; mp\ | c:temp; c:\\temp; \; \te%
quotes and brackets    | O'Neil "(x)" [y] & Co. | o'neil; "(x)" [; co. | '''; .*.; (((
Cyrillic               | Московский завод Ёлка | МОСКОВ; ский зав; мо; елка | ос; заводы
Chinese                | 東京電力 | 東京; 東; 京電力 | 大阪
emoji                  | Surf 🌊🏄 Shop | 🌊🏄 Sh; rf 🌊 | 🏖🏖🏖
`);
  let as: Client;
  const search = async (term: string, more = '') =>
    names(await list(`?${parameter('search', term)}&limit=100${more}`, as));

  beforeAll(async () => {
    as = await newcomer();
    const berlin = await company('Berlin', as);
    const elsewhere = { description: 'Berlin', notes: 'Berlin', tags: ['Berlin'], company_id: berlin.id };
    await Promise.all(rows.map(([, name]) => create({ name, ...elsewhere }, as)));
  });

  it.each(rows)('%s: %s, %s', async (_, name, found, missed) => {
    const told = async (terms: string, finds: boolean) =>
      Promise.all(terms.split('; ').map(async (term) => ((await search(term)).includes(name) === finds ? [] : [term])));
    expect({ found: (await told(found, true)).flat(), missed: (await told(missed, false)).flat() }).toEqual({
      found: [],
      missed: [],
    });
  });

  it('looks at nothing but the name; blanks count as absent', async () => {
    expect(await search('Berlin')).toEqual([]);
    expect(await search('be')).toEqual([]);
    for (const blank of ['', ' ', ' \t\u00a0']) expect(await search(blank)).toHaveLength(rows.length);
  });

  it('is right at once after a change, and goes together with filters and paging', async () => {
    const steps = ['Before 1', 'Before 2', 'Before 3'].map((name, index) =>
      create({ name, stage: stages[index % 2] }, as),
    );
    const made = await Promise.all(steps);
    expect((await search('before', '&stage=proposal')).sort()).toEqual(['Before 1', 'Before 3']);
    const walked = await walk<Project>('/projects?search=BEFORE&limit=1', as);
    expect(walked.map(({ name }) => name).sort()).toEqual(['Before 1', 'Before 2', 'Before 3']);
    await patch(made[0]!.id, { name: 'After' }, as);
    await as.delete(`/projects/${made[1]!.id}`);
    expect([await search('before'), await search('after')]).toEqual([['Before 3'], ['After']]);
  });
});

describe('contacts of a project', () => {
  it('are given as GET gives a contact, with the role', async () => {
    const [project, person] = await Promise.all([
      create(),
      contact('Grace', { last_name: 'Hopper', company_id: acme.id, tags: ['vip'], notes: 'x' }),
    ]);
    expect(await members(project.id)).toEqual([]);
    expect(await put(project.id, person.id, { role: '  Buyer\n' })).toEqual({ ...person, role: 'Buyer' });
    expect(await members(project.id)).toEqual([{ ...person, role: 'Buyer' }]);
    expect((await client.get(`/contacts/${person.id}`)).result).toEqual(person);
  });

  it('PUT again updates the role and keeps it when none is sent; null and blanks clear it', async () => {
    const [project, other, person] = await Promise.all([create(), create(), contact('Grace')]);
    await put(other.id, person.id, { role: 'Elsewhere' });
    for (const [body, role] of [
      [{}, ''],
      [{ role: 'Buyer' }, 'Buyer'],
      [{}, 'Buyer'],
      [{ role: '🌊'.repeat(500) }, '🌊'.repeat(500)],
      [{ role: null }, ''],
      [{ role: 'Lead' }, 'Lead'],
      [{ role: ' \t' }, ''],
    ] as const) {
      expect(await put(project.id, person.id, body)).toEqual({ ...person, role });
      expect(await members(project.id)).toEqual([{ ...person, role }]);
    }
    expect(await members(other.id)).toEqual([{ ...person, role: 'Elsewhere' }]);
  });

  it('refuses a role that is no text or too long, unknown keys, and an absent body', async () => {
    const [project, person] = await Promise.all([create(), contact('Grace')]);
    const path = `/projects/${project.id}/contacts/${person.id}`;
    for (const role of ['x'.repeat(501), '🌊'.repeat(501), ...noTexts])
      await refused(client.put(path, { role }), 'role');
    await refused(client.put(path, { role: 5, contact_id: person.id }), 'contact_id', 'role');
    await all(invalid, client.put(path), client.put(path, '[]'), client.put(path, 'null'));
    expect(await members(project.id)).toEqual([]);
  });

  it('come, change and go without an event, and leave every updated_at', async () => {
    const [project, person, other] = await Promise.all([create(), contact('Grace'), contact('Mary')]);
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
    const [stays, goes, person, gone] = await Promise.all([create(), create(), contact('Grace'), contact('Gone')]);
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
    await Promise.all([
      client.patch(`/contacts/${person.id}`, { first_name: 'Mary' }),
      client.patch(`/companies/${globex.id}`, { name: 'Globex Corporation' }),
    ]);
    const [member] = await members(project.id);
    const now = await client.get<Contact>(`/contacts/${person.id}`);
    expect(member).toMatchObject({ first_name: 'Mary', company_name: 'Globex Corporation' });
    expect(member).toEqual({ ...now.result, role: 'Buyer' });
  });

  it('page with the newest contact first, whenever they were added, each exactly once while others go', async () => {
    const project = await create();
    const people: Contact[] = [];
    for (let index = 0; index < 9; index++) {
      if (index % 3 === 0) program.clock.move(seconds(1));
      people.push(await contact(`Contact ${index}`));
    }
    await Promise.all(people.map(({ id }) => put(project.id, id, { role: 'x' })));
    const order = (a: Contact, b: Contact) => (a.created_at + a.id < b.created_at + b.id ? 1 : -1);
    const expected = people.sort(order).map((person) => ({ ...person, role: 'x' }));
    expect(await members(project.id)).toEqual(expected);
    const path = `/projects/${project.id}/contacts`;
    const seen = await walk<Member>(`${path}?limit=2`, client, ({ items }) =>
      client.delete(`${path}/${items.at(-1)!.id}`),
    );
    expect(seen).toEqual(expected);
  });

  it('are 25 to a page unless told otherwise', async () => {
    const project = await create();
    const add = async (index: number) => put(project.id, (await contact(`Contact ${index}`)).id);
    await Promise.all(Array.from({ length: 26 }, (_, index) => add(index)));
    expect(await members(project.id)).toHaveLength(25);
    expect(await members(project.id, '?limit=100')).toHaveLength(26);
  });

  it('the list takes no other parameters, and none that is malformed', async () => {
    const { id } = await create();
    for (const query of ['limit=0', 'limit=101', 'cursor=abc', 'limit=1&limit=2', 'colour=red', 'stage=active']) {
      await refused(client.get(`/projects/${id}/contacts?${query}`), query.split('=', 1)[0]!);
    }
    expect(await members(id, '?limit=&cursor=')).toEqual([]);
  });

  it('one contact put several times at once is there once', async () => {
    const [project, person] = await Promise.all([create(), contact('Grace')]);
    const roles = ['a', 'b', 'c', 'd'];
    await all(good, ...roles.map((role) => tryPut(project.id, person.id, { role })));
    const [member, ...more] = await members(project.id);
    expect([roles.includes(member!.role), more]).toEqual([true, []]);
  });

  it('a contact or a project that is deleted at the same moment: found or not found, and nothing is left', async () => {
    for (let round = 0; round < 3; round++) {
      const [stays, goes, person, gone] = await Promise.all([create(), create(), contact('Grace'), contact('Gone')]);
      const [one, two] = await Promise.all([
        ...[outcome(tryPut(stays.id, gone.id)), outcome(tryPut(goes.id, person.id))],
        ...[client.delete(`/contacts/${gone.id}`), client.delete(`/projects/${goes.id}`)].map((answer) =>
          all(good, answer),
        ),
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
    const [project, person] = await Promise.all([create(full(), as), contact('Grace')]);
    expect(project).toMatchObject({ created_by: user_id, assigned_to: bob.user.id });
    expect(await get(project.id)).toEqual(project);
    expect((await list('?limit=1', as)).items).toHaveLength(1);
    expect(await patch(project.id, { stage: 'active' }, as)).toMatchObject({ stage: 'active', created_by: user_id });
    await all(good, tryPut(project.id, person.id, { role: 'Buyer' }, as));
    expect(await members(project.id, '', as)).toEqual([{ ...person, role: 'Buyer' }]);
    await all(good, as.delete(`/projects/${project.id}/contacts/${person.id}`));
    await all(good, as.delete(`/projects/${project.id}`));
    expect((await events(project.id)).map(({ type, user_id: by }) => [type, by])).toEqual(
      ['project.created', 'project.updated', 'project.deleted'].map((type) => [type, user_id]),
    );
  });
});

describe('when the database fails', () => {
  type Call = (id: string, member: string, other: string) => Answering;
  const post = () => client.post('/projects', { name: 'Lost' });
  it.each<[string, RegExp, Call]>([
    ['GET list', /from "?projects\b/i, () => client.get('/projects')],
    ['GET list with a search', /from "?projects\b/i, () => client.get('/projects?search=lost&stage=active')],
    ['GET', /from "?projects\b/i, (id) => client.get(`/projects/${id}`)],
    ['POST', /insert into "?projects\b/i, post],
    ['POST, at its event', /insert into "?events/i, post],
    ['PATCH', /update "?projects\b/i, (id) => tryPatch(id, { name: 'Lost' })],
    ['PATCH, at its event', /insert into "?events/i, (id) => tryPatch(id, { name: 'Lost' })],
    ['DELETE', /delete from "?projects\b/i, (id) => client.delete(`/projects/${id}`)],
    ['DELETE, at its event', /insert into "?events/i, (id) => client.delete(`/projects/${id}`)],
    ['GET contacts', /projects?_\w/i, (id) => client.get(`/projects/${id}/contacts`)],
    ['PUT of a contact', /insert into "?projects?_\w/i, (id, _, other) => tryPut(id, other, { role: 'Lost' })],
    [
      'DELETE of a contact',
      /delete from "?projects?_\w/i,
      (id, member) => client.delete(`/projects/${id}/contacts/${member}`),
    ],
  ])('%s → projects.internal, with the details in the log only, and nothing is changed', async (_, statement, call) => {
    const [project, member, other] = await Promise.all([create(), contact('Grace'), contact('Mary')]);
    const before = await put(project.id, member.id, { role: 'Buyer' });
    await changesNothing(async () => {
      const restore = breakDatabase(statement);
      try {
        const { status, error } = await call(project.id, member.id, other.id);
        expect([status, error.code]).toEqual([500, 'projects.internal']);
        expect(error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
        const told = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
        expect(told).toMatch(/Connection terminated/);
      } finally {
        restore();
      }
    });
    expect(await members(project.id)).toEqual([before]);
  });
});
