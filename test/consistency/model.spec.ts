import { randomUUID } from 'node:crypto';
import type { Page } from '../../src/kernel/page';
import codes from '../contract/error-codes.json';
import { newEmail, password, startApp, type TestApp } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { minutes } from '../support/clock';
import { databaseOfWorker, onServer } from '../support/database';
import { digestsOfAccount } from '../support/snapshot';
import { measured } from '../support/measured';
import { randomOf } from '../support/random';
import { type Definition, type Filter, type Input, type Kind, kinds, Model, type Row, singular } from './model';

/** A walk of so many steps; a failure is walked once more with its seed. */
const steps = Number(process.env.MODEL_STEPS ?? 2_000);
const { seed, below, chance, pick } = randomOf('MODEL_SEED');
const some = <T>(from: readonly T[]): T[] => from.filter(() => chance(0.4));
const maybe = (share: number, make: () => Input): Input => (chance(share) ? make() : {});

const words = {
  names: ['Acme GmbH', 'Ácme Ünion', 'Globex', 'globex-trade', 'Initech 42', 'Zürich  Bank'],
  domains: ['acme.example', 'globex.example', 'bank.example', ''],
  first: ['Grace', 'Grâce', 'Ada', 'alan', 'Zoë', 'Anne Marie'],
  last: ['Hopper', 'Lovelace', 'Turing', "O'Neil", '', null],
  emails: ['Grace.H@acme.example', 'grace.h@ACME.example', 'ada@globex.example', '', null],
  phones: ['+49 30 901820', '030-4242', '', null],
  tags: ['vip', 'eu', ' vip ', 'Önorm', 'new'],
  days: ['2025-01-31', '2025-12-31', '2026-02-28', '2026-06-30', null],
};
const stages = ['proposal', 'active', 'review', 'complete', 'archived'];
const metadata: Readonly<Record<string, readonly Input[]>> = {
  call: [{}, { direction: 'inbound', duration_seconds: 60 }, { outcome: 'busy', notes: 'Again tomorrow' }],
  email: [{}, { direction: 'sent', subject: 'Offer', source: 'bcc' }, { body: 'Dear Grace' }],
  meeting: [{}, { location: 'Berlin', duration_minutes: 0 }, { outcome: 'no_show', subject: 'Kick-off' }],
};
const linkFields = { contact_id: 'contacts', company_id: 'companies', project_id: 'projects' } as const;

let program: TestApp;
let ada: SignedIn;
let model: Model;
/** A user and an app of the account; of what the app makes nobody is the author. */
let callers: { client: Client; author: string | null }[];
let signedInAt: Date;
let appKeys: object;
let deactivated: string;
/** Of another account, or gone. */
const nothing: Record<Kind, string[]> = { companies: [], contacts: [], projects: [], activities: [] };
/** The last steps, in words. */
let told: string[] = [];
let cursorOfFeed = '';
let eventsRead = 0;

const now = () => program.clock.now().toISOString();
const own = () => callers[0]!.client;
const idsOf = (kind: Kind) => [...model.records[kind].keys()];
const anyId = (kind: Kind) => (model.records[kind].size > 0 ? pick(idsOf(kind)) : null);
const definitionsOf = (kind: Kind) => [...model.definitions.values()].filter((definition) => definition.kind === kind);

async function signIn(): Promise<void> {
  const session = (await program.client.post<SignedIn>('/auth/login', { email: ada.user.email, password })).result;
  const token = await program.client.post<{ access_token: string }>('/oauth/token', appKeys);
  callers = [
    { client: program.client.as(session), author: ada.user.id },
    { client: program.client.as(token.result), author: null },
  ];
  signedInAt = program.clock.now();
}

async function define(
  kind: Kind,
  field_type: Definition['field_type'],
  options: readonly string[] = [],
): Promise<void> {
  const input = {
    entity_type: singular[kind],
    label: randomUUID(),
    field_type,
    ...(options.length ? { options } : {}),
  };
  const { id } = (await own().post<Row>('/custom-fields', input)).result;
  model.definitions.set(id, { id, kind, field_type, options });
}

/** With the plans that no index puts in order: the order of a list must come from its statement. */
const settings = (...changes: string[]) =>
  onServer(async (server) => {
    const database = databaseOfWorker(process.env.JEST_WORKER_ID!);
    for (const change of changes) await server.query(`alter database ${database} ${change}`);
  });

beforeAll(async () => {
  await settings('set enable_indexscan = off', 'set enable_indexonlyscan = off');
  program = await startApp();
  program.clock.freeze();
  ada = await program.register({ name: 'Ada Lovelace' });
  model = new Model(ada.user.account_id);
  model.users.set(ada.user.id, 'Ada Lovelace');
  callers = [{ client: program.client.as(ada), author: ada.user.id }];
  const app = (await own().post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'Sync' }))
    .result;
  const { client_id } = app.app;
  appKeys = { grant_type: 'client_credentials', client_id, client_secret: app.client_secret };
  await signIn();
  for (const name of ['Alan Turing', 'Gone Gunther']) {
    const invited = { email: newEmail(), name };
    const { user, invite_token: token } = (
      await own().post<{ user: Row; invite_token: string }>('/users/invite', invited)
    ).result;
    await says('accept', program.client.post('/auth/accept-invite', { token, password }));
    if (name === 'Alan Turing') model.users.set(user.id, name);
    else deactivated = user.id;
  }
  await says('deactivate', own().post(`/users/${deactivated}/deactivate`));
  for (const name of ['Fair', 'Web']) {
    const { id } = (await own().post<Row>('/sources', { name })).result;
    model.sources.set(id, name);
  }
  await define('contacts', 'text');
  await define('contacts', 'number');
  await define('contacts', 'enum', ['red', 'green', 'blue']);
  await define('companies', 'date');
  await define('projects', 'boolean');
  const stranger = program.client.as(await program.register());
  const foreign = async (kind: Kind, input: Input) =>
    nothing[kind].push((await stranger.post<Row>(`/${kind}`, input)).result.id);
  await foreign('companies', { name: 'Foreign' });
  await foreign('contacts', { first_name: 'Foreign' });
  await foreign('projects', { name: 'Foreign' });
  await foreign('activities', { activity_type: 'call', company_id: nothing.companies[0] });
  for (const ids of Object.values(nothing)) ids.push(randomUUID());
});
afterAll(async () => {
  await program.close();
  await settings('reset all');
});

/** `….edit_conflict` and `idempotency.key_reused` are not in the reference. */
const statusOf = (code: string) => codes.find((each) => each.code === code)?.status ?? 400;

/** One answer beside what the model says of it. */
async function says<T>(wording: string, answer: Promise<Answer<T>>, expected?: string): Promise<Answer<T>> {
  told.push(`${now()} ${wording} → ${expected ?? 200}`);
  told = told.slice(-20);
  const { status, body } = await answer;
  const { code } = (body as { error?: { code: string } }).error ?? {};
  const wanted = expected === undefined ? 200 : statusOf(expected);
  expect([status, code]).toEqual([wanted, expected]);
  return answer;
}

/** Fields of an input that is good. @param before the record that it is to change. */
function goodInput(kind: Kind, before?: Row): Input {
  const isNew = before === undefined;
  const often = isNew ? 0.6 : 0.35;
  const shared = () => ({
    ...maybe(often, () => ({ tags: chance(0.05) ? null : some(words.tags) })),
    ...maybe(often, () => ({ custom_fields: chance(0.05) ? (isNew ? null : {}) : goodValues(kind, isNew) })),
    ...maybe(0.2, () => ({ notes: pick(['Met at the fair.', '', null, '  trimmed  ']) })),
  });
  switch (kind) {
    case 'companies':
      return {
        ...maybe(isNew ? 1 : often, () => ({ name: pick(words.names).replace('  ', ' ') })),
        ...maybe(often, () => ({ domain: pick(words.domains) })),
        ...maybe(often, () => ({ employee_count: pick([0, 12, 4_000, null]) })),
        ...maybe(often, () => ({ annual_revenue: pick([-1, 0, 9_007_199_254_740_991, null]) })),
        ...shared(),
      };
    case 'contacts': {
      const live = [...model.sources.keys()].filter((id) => !model.archived.has(id) || id === before?.source_id);
      return {
        ...maybe(isNew ? 1 : often, () => ({ first_name: pick(words.first) })),
        ...maybe(often, () => ({ last_name: pick(words.last) })),
        ...maybe(often, () => ({ email: pick(words.emails) })),
        ...maybe(0.3, () => ({ phone: pick(words.phones) })),
        ...maybe(often, () => ({ company_id: chance(0.15) ? null : anyId('companies') })),
        ...maybe(often, () => ({ source_id: pick([...live, null]) })),
        ...shared(),
      };
    }
    case 'projects': {
      const dates = maybe(often, () => ({ start_date: pick(words.days), end_date: pick(words.days) }));
      const [start, end] = [dates.start_date, dates.end_date] as (string | null)[];
      return {
        ...maybe(isNew ? 1 : often, () => ({ name: pick(words.names).replace('  ', ' ') })),
        ...maybe(often, () => ({ stage: pick(stages) })),
        ...maybe(often, () => ({ company_id: chance(0.15) ? null : anyId('companies') })),
        ...maybe(often, () => ({ assigned_to: pick([...model.users.keys(), null]) })),
        ...maybe(0.3, () => ({ value: pick([0, 120_000, null]) })),
        ...maybe(0.3, () => ({ is_retainer: chance(0.5) })),
        ...(start && end && end < start ? { start_date: end, end_date: start } : dates),
        ...shared(),
      };
    }
    case 'activities': {
      const type = isNew ? pick(Object.keys(metadata)) : (before.activity_type as string);
      const sent = Object.fromEntries(
        Object.entries(linkFields).flatMap(([field, of]) => {
          if (!chance(often)) return [];
          return [[field, chance(0.2) ? null : anyId(of)]];
        }),
      );
      const links = Object.keys(linkFields).map((field) => ({ ...before, ...sent })[field]);
      return {
        ...(isNew ? { activity_type: type } : {}),
        // One link at least must be left.
        ...(links.some(Boolean) ? sent : isNew ? { company_id: anyId('companies') } : {}),
        ...maybe(0.4, () => ({ occurred_at: new Date(Date.parse(now()) - below(5) * 3_600_000).toISOString() })),
        ...maybe(often, () => ({ metadata: chance(0.1) ? null : pick(metadata[type]!) })),
      };
    }
  }
}

function goodValues(kind: Kind, isNew: boolean): Input {
  const offered = { text: ['Ready', 'ready', 'Set'], number: [-1.5, 0, 42], date: ['2025-02-28', '2026-01-01'] };
  const values = some(definitionsOf(kind)).map(({ id, field_type, options }) => {
    if (!isNew && chance(0.2)) return [id, null];
    if (field_type === 'boolean') return [id, chance(0.5)];
    return [id, pick<unknown>(field_type === 'enum' ? options : offered[field_type])];
  });
  return Object.fromEntries(values) as Input;
}

/** What is wrong with an input and nothing else, and the code that tells. */
function fault(kind: Kind, before?: Row): readonly [Input, string] {
  const reference = (of: Kind) => pick([...nothing[of], 'nonsense', '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7']);
  const archived = [...model.archived].filter((id) => id !== before?.source_id);
  const numbers = definitionsOf('contacts').filter(({ field_type }) => field_type === 'number');
  const common: (readonly [Input, string])[] = [
    [{ nmae: 'x' }, 'invalid_request'],
    [{ tags: [' '] }, 'invalid_request'],
    [{ custom_fields: { [randomUUID()]: 'x' } }, 'invalid_custom_fields'],
  ];
  const faults: Readonly<Record<Kind, readonly (readonly [Input, string])[]>> = {
    companies: [
      [{ name: pick(['', '  ', null]) }, 'invalid_request'],
      [{ employee_count: 1.5 }, 'invalid_request'],
      ...definitionsOf('companies').map(
        ({ id }) => [{ custom_fields: { [id]: '2025-02-30' } }, 'invalid_custom_fields'] as const,
      ),
      ...common,
    ],
    contacts: [
      [{ first_name: pick(['', '  ', null]) }, 'first_name_required'],
      [{ company_id: reference('companies') }, 'invalid_company_id'],
      [{ source_id: pick([randomUUID(), 'nonsense', ...archived]) }, 'invalid_source_id'],
      ...numbers.map(({ id }) => [{ custom_fields: { [id]: '42' } }, 'invalid_custom_fields'] as const),
      ...common,
    ],
    projects: [
      [{ name: pick(['', '  ', null]) }, 'name_required'],
      [{ stage: pick(['nope', null, 5]) }, 'invalid_stage'],
      [{ company_id: reference('companies') }, 'invalid_company_id'],
      [{ assigned_to: pick([deactivated, randomUUID(), 'nonsense']) }, 'invalid_assigned_to'],
      [{ start_date: '2026-01-02', end_date: '2026-01-01' }, 'invalid_request'],
      [{ start_date: '2025-02-30', end_date: null }, 'invalid_request'],
      [{ is_retainer: null }, 'invalid_request'],
      ...common,
    ],
    activities: [
      [{ contact_id: null, company_id: null, project_id: null }, 'entity_required'],
      [{ company_id: reference('companies') }, 'invalid_request'],
      [{ contact_id: pick(nothing.contacts) }, 'invalid_request'],
      [{ project_id: pick(nothing.projects) }, 'invalid_request'],
      [{ metadata: { mood: 'good' } }, 'invalid_metadata'],
      [{ activity_type: 'fax' }, before ? 'invalid_request' : 'invalid_type'],
      [{ nmae: 'x' }, 'invalid_request'],
    ],
  };
  const [wrong, reason] = pick(faults[kind]);
  return [wrong, `${kind}.${reason}`];
}

interface Write {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** The whole path. */
  readonly url: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered extends Write {
  /** Index of `callers`. */
  readonly caller: number;
  readonly key: string;
  readonly answer: unknown;
}

/** Writes with a key. */
const answered: Answered[] = [];

const aCaller = () => below(callers.length);
const aKey = () => (chance(0.4) ? randomUUID() : undefined);
const sendAs = <T>(caller: number, { method, url, body, headers }: Write, key?: string) =>
  callers[caller]!.client.sendTo<T>(method, url, body, {
    ...headers,
    ...(key === undefined ? {} : { 'Idempotency-Key': key }),
  });
const isRoute = ({ url }: Write) => url.startsWith('/api/v1/');

/** Sends a write that is good. Sometimes it is tried out before, and sometimes it has a key. */
async function write<T extends object>(caller: number, sent: Write): Promise<Answer<T>> {
  const tried = chance(0.1) ? await tryOut<T>(caller, sent) : undefined;
  const key = aKey();
  const answer = await sendAs<T>(caller, sent, key);
  if (key !== undefined && answer.status === 200) answered.push({ ...sent, caller, key, answer: answer.body });
  if (tried && answer.status === 200) {
    const isNew = sent.method === 'POST' && (isRoute(sent) || sent.url.endsWith('-create'));
    expect(tried).toEqual(isNew ? { ...answer.result, id: null } : answer.result);
  }
  return answer;
}

/** Nothing of it is left. */
async function tryOut<T>(caller: number, sent: Write): Promise<T> {
  const before = await digestsOfAccount(program, ada.user.account_id);
  const dry = isRoute(sent)
    ? { ...sent, url: `${sent.url}?dry_run=true` }
    : { ...sent, body: { ...sent.body, dry_run: true } };
  const answer = await says(`try out ${sent.url} ${JSON.stringify(sent.body)}`, sendAs<T>(caller, dry));
  expect(await digestsOfAccount(program, ada.user.account_id)).toEqual(before);
  return answer.result;
}

/** A write of before with its key has no effect; nor has another one with that key. */
async function repeat(): Promise<void> {
  if (answered.length === 0) return create('companies');
  const { caller, key, answer, ...sent } = pick(answered);
  if (chance(0.7)) {
    const again = await says(`again ${sent.method} ${sent.url}`, sendAs<object>(caller, sent, key));
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([answer, 'true']);
    return;
  }
  const other = pick<Write>([
    { ...sent, body: { ...sent.body, notes: 'Another' } },
    { ...sent, url: `${sent.url}?limit=1` },
    { method: 'POST', url: '/api/v1/companies', body: { name: 'Another' } },
  ]);
  // An operation takes no parameters, and its ids come with the body.
  const isOperationWithQuery = !isRoute(other) && other.url.endsWith('?limit=1');
  const kind = kinds.find((each) => other.url.includes(each))!;
  const expected = isOperationWithQuery ? `${kind}.invalid_request` : 'idempotency.key_reused';
  await says(`reuse for ${other.method} ${other.url}`, sendAs(caller, other, key), expected);
}

async function create(kind: Kind): Promise<void> {
  const caller = aCaller();
  const { author } = callers[caller]!;
  const input = goodInput(kind);
  if (kind === 'activities' && !Object.keys(linkFields).some((field) => input[field])) return create('companies');
  const isOperation = chance(0.2);
  const wording = `POST /${kind} ${JSON.stringify(input)}`;
  const url = isOperation ? `/api/${kind}-create` : `/api/v1/${kind}`;
  const sent = write<Row>(caller, { method: 'POST', url, body: input });
  const { result } = await says(wording, sent);
  expect(result.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(kinds.some((each) => model.records[each].has(result.id))).toBe(false);
  expect(result).toEqual(model.create(kind, result.id, input, author, now()));
}

async function update(kind: Kind): Promise<void> {
  const id = anyId(kind);
  if (id === null) return create(kind);
  const before = model.view(kind, id);
  let input = goodInput(kind, before);
  const merged: Input = { ...before, ...input };
  if (kind === 'projects' && merged.start_date && merged.end_date && merged.end_date < merged.start_date) {
    input = { ...input, end_date: null };
  }
  // What is there already is no change, an archived source neither.
  if (chance(0.15)) input = Object.fromEntries(Object.keys(input).map((field) => [field, before[field]]));
  const caller = aCaller();
  const isOperation = chance(0.2);
  const meant = isOperation ? model.hosted(kind, input) : input;
  const version = chance(0.5) ? versionNear(before.version) : undefined;
  const conflicts = version === undefined ? [] : model.conflicts(kind, id, meant, version);
  const basis = version === undefined ? {} : { if_version: version };
  const sent: Write = isOperation
    ? { method: 'POST', url: `/api/${kind}-update`, body: { [`${singular[kind]}_id`]: id, ...input, ...basis } }
    : { method: 'PATCH', url: `/api/v1/${kind}/${id}`, body: input, headers: ifMatch(version) };
  const wording = `${sent.method} ${sent.url} ${id} ${JSON.stringify({ ...input, ...basis })}`;
  if (conflicts.length > 0) {
    const answer = await says(wording, sendAs<Row>(caller, sent, aKey()), `${kind}.edit_conflict`);
    expect(conflictsIn(answer)).toEqual(new Map(conflicts));
    return;
  }
  const { result } = await says(wording, write<Row>(caller, sent));
  expect(result).toEqual(model.update(kind, id, meant, now()));
}

/** The present one, an earlier one, or one that is yet to come. */
function versionNear(version: number): number {
  return chance(0.1) ? version + 1 + below(3) : 1 + below(version);
}

const ifMatch = (version: number | undefined): Record<string, string> =>
  version === undefined ? {} : { 'If-Match': pick([`"${version}"`, `W/"${version}"`, String(version)]) };

const conflictsIn = ({ error }: Answer<unknown>) =>
  new Map(error.details!.map(({ field, current }) => [field, current]));

async function remove(kind: Kind): Promise<void> {
  const id = anyId(kind);
  if (id === null) return create(kind);
  const caller = aCaller();
  const { version: present } = model.view(kind, id);
  const version = chance(0.5) ? versionNear(present) : undefined;
  const basis = version === undefined ? {} : { if_version: version };
  const sent: Write = chance(0.2)
    ? { method: 'POST', url: `/api/${kind}-delete`, body: { [`${singular[kind]}_id`]: id, ...basis } }
    : { method: 'DELETE', url: `/api/v1/${kind}/${id}`, headers: ifMatch(version) };
  const wording = `DELETE /${kind}/${id} ${JSON.stringify(basis)}`;
  if (version !== undefined && version !== present) {
    const answer = await says(wording, sendAs<object>(caller, sent, aKey()), `${kind}.edit_conflict`);
    expect(conflictsIn(answer)).toEqual(new Map([['version', present]]));
    return;
  }
  expect((await says(wording, write<object>(caller, sent))).result).toEqual({});
  model.delete(kind, id, now());
  nothing[kind].push(id);
}

async function get(kind: Kind): Promise<void> {
  const id = anyId(kind);
  if (id === null) return create(kind);
  const { client } = pick(callers);
  const sent = chance(0.2)
    ? client.call<Row>(`${kind}-get`, { [`${singular[kind]}_id`]: id })
    : client.get<Row>(`/${kind}/${id}`);
  const { result, headers } = await says(`GET /${kind}/${id}`, sent);
  expect(result).toEqual(model.view(kind, id));
  expect(headers.etag).toBe(`"${result.version}"`);
}

/** Every call of a record that is none, and every input that is not good. */
async function refused(kind: Kind): Promise<void> {
  const { client } = pick(callers);
  const id = anyId(kind);
  const gone = pick(nothing[kind]);
  const of = `/${kind}/${gone}`;
  // There is more to be wrong in inputs than in ids.
  switch (chance(0.6) ? 4 + below(2) : below(kind === 'projects' ? 8 : 7)) {
    case 0:
      await says(`GET ${of}`, client.get(of), `${kind}.not_found`);
      return;
    case 1:
      await says(`DELETE ${of}`, client.delete(of), `${kind}.not_found`);
      return;
    case 2:
      await says(
        `PATCH ${of}`,
        client.patch(of, goodInput(kind, { id: gone, version: 1, activity_type: 'call' })),
        `${kind}.not_found`,
      );
      return;
    case 3:
      await says(`GET /${kind}/nonsense`, client.get(`/${kind}/nonsense`), `${kind}.invalid_id`);
      return;
    case 4: {
      if (id === null) return;
      const [bad, code] = fault(kind, model.view(kind, id));
      const wording = `PATCH /${kind}/${id} ${JSON.stringify(bad)}`;
      await says(wording, client.patch(`/${kind}/${id}`, bad), code);
      return;
    }
    case 5: {
      const [bad, code] = fault(kind);
      const input = { ...goodInput(kind), ...bad };
      await says(`POST /${kind} ${JSON.stringify(input)}`, client.post(`/${kind}`, input), code);
      return;
    }
    case 6: {
      const [own, other] = [pick(kinds), pick(kinds)];
      const page = (await client.get<Page<Row>>(`/${own}?limit=1`)).result;
      if (page.next_cursor === null || own === other) return;
      const path = `/${other}?cursor=${page.next_cursor}`;
      await says(`GET ${path}`, client.get(path), `${other}.invalid_request`);
      return;
    }
    default: {
      const [project, contact] = [anyId('projects'), anyId('contacts')];
      if (project === null || contact === null) return;
      const path = pick([
        `/projects/${project}/contacts/${pick(nothing.contacts)}`,
        `/projects/${pick(nothing.projects)}/contacts/${contact}`,
      ]);
      const call = chance(0.5) ? client.put(path, { role: 'x' }) : client.delete(path);
      await says(`PUT or DELETE ${path}`, call, 'projects.not_found');
    }
  }
}

async function membership(): Promise<void> {
  const [project, contact] = [anyId('projects'), anyId('contacts')];
  if (project === null || contact === null) return;
  const people = model.members.get(project) ?? new Map<string, string>();
  model.members.set(project, people);
  const { client } = pick(callers);
  const path = `/projects/${project}/contacts/${contact}`;
  if (people.has(contact) && chance(0.3)) {
    expect((await says(`DELETE ${path}`, client.delete<object>(path))).result).toEqual({});
    people.delete(contact);
  } else {
    const input = pick([{}, { role: 'Buyer' }, { role: ' Sponsor ' }, { role: null }]);
    const { result } = await says(`PUT ${path} ${JSON.stringify(input)}`, client.put<Row>(path, input));
    people.set(contact, 'role' in input ? (input.role ?? '').trim() : (people.get(contact) ?? ''));
    expect(result).toEqual({ ...model.view('contacts', contact), role: people.get(contact) });
  }
  expect(await walk(`/projects/${project}/contacts`, {})).toEqual(model.membersOf(project));
}

/** The whole list, page by page, of sizes that differ. */
async function walk(path: string, filter: Filter): Promise<Row[]> {
  const parameters = Object.entries(filter).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const limit = pick([3 + below(8), 10 + below(30), 25, 100]);
    const query: string =
      new URLSearchParams([...parameters, ['limit', String(limit)]]).toString() + (cursor && `&cursor=${cursor}`);
    const sent: Promise<Answer<Page<Row>>> = pick(callers).client.get(`${path}?${query}`);
    const { result }: { result: Page<Row> } = await says(`GET ${path}?${query}`, sent);
    // A page is full unless it is the last one.
    if (result.next_cursor !== null) expect(result.items).toHaveLength(limit);
    rows.push(...result.items);
    cursor = result.next_cursor;
  }
  return rows;
}

/** The same through the other door, where the last page has an empty cursor. */
async function walkOperation(kind: Kind, filter: Filter): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined; cursor !== '';) {
    const body = { ...filter, limit: pick([5 + below(40), 100]), ...(cursor === undefined ? {} : { cursor }) };
    const sent: Promise<Answer<Page<Row>>> = pick(callers).client.call(`${kind}-list`, body);
    const { result }: { result: Page<Row> } = await says(`${kind}-list ${JSON.stringify(body)}`, sent);
    rows.push(...result.items);
    cursor = result.next_cursor as string;
  }
  return rows;
}

/** A part of a text that is there somewhere, or of one that is not. */
function term(): string {
  const text = [...pick([...words.names, ...words.first, 'Grace Hopper', 'acme.example', '+49 30', 'qqq', "O'Neil"])];
  const [from, length] = [below(text.length), 1 + below(6)];
  const part = text
    .slice(from, from + length)
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return /[^\p{L}\p{N}]/u.test(part) && part.length < 4 ? 'acm' : part || 'a';
}

function anyFilter(kind: Kind): Filter {
  const moments = (field: string) => {
    const id = anyId(kind);
    return id === null ? now() : (model.view(kind, id)[field] as string);
  };
  const any = (of: Kind) => pick([anyId(of), pick(nothing[of])].filter((id) => id !== null));
  const ways: Readonly<Record<Kind, readonly (() => Filter)[]>> = {
    companies: [() => ({ search: term() })],
    contacts: [
      () => ({ search: term() }),
      () => ({ company_id: any('companies') }),
      () => ({ company_ids: [any('companies'), any('companies')] }),
      () => ({ source_ids: some([...model.sources.keys(), randomUUID()]) }),
      () => ({ email: pick(['GRACE.h@acme.example', 'ada@globex.example', 'ada@globex']) }),
    ],
    projects: [
      () => ({ search: term() }),
      () => ({ company_id: any('companies') }),
      () => ({ stage: pick(stages) }),
      () => ({ assigned_to: pick([...model.users.keys(), deactivated]) }),
    ],
    activities: [
      ...Object.entries(linkFields).map(([field, of]) => () => ({ [field]: any(of) })),
      () => ({ types: some(Object.keys(metadata)) }),
      () => ({ occurred_after: moments('occurred_at') }),
      () => ({ occurred_before: moments('occurred_at') }),
      () => ({ sort: pick(['-created_at', '-occurred_at']) }),
      () => ({ sort: '-occurred_at' }),
    ],
  };
  const tags = ['vip', 'eu', 'Önorm', 'new'];
  const every: (() => Filter)[] = [
    () => ({ created_after: moments('created_at') }),
    () => ({ updated_after: moments('updated_at') }),
    ...(kind === 'activities'
      ? []
      : [() => ({ tags: [pick(tags), pick(tags)] }), () => ({ tags: some(tags) }), () => valueFilter(kind)]),
  ];
  const chosen = Array.from({ length: pick([0, 1, 1, 1, 2, 2, 3]) }, () => pick(chance(0.6) ? ways[kind] : every)());
  // A parameter without a value is none.
  const given = Object.entries(Object.assign({}, ...chosen) as Filter).filter(([, value]) => value.length > 0);
  return Object.fromEntries(given);
}

function valueFilter(kind: Kind): Filter {
  const definitions = definitionsOf(kind);
  if (definitions.length === 0) return {};
  const { id, field_type, options } = pick(definitions);
  const name = `custom_fields[${id}]`;
  switch (field_type) {
    case 'text':
      return { [name]: pick(['Ready', 'ready', 'Nobody']) };
    case 'boolean':
      return { [name]: pick(['true', 'false']) };
    case 'enum':
      return { [name]: pick(options) };
    case 'number':
      return { [`${name}${pick(['', '[gte]', '[lte]'])}`]: pick(['-1.5', '0', '42']) };
    case 'date':
      return { [`${name}${pick(['', '[gte]', '[lte]'])}`]: pick(['2025-02-28', '2025-12-31', '2026-01-01']) };
  }
}

/** Lists that show some of the records, and not all. */
let choices = 0;

async function list(kind: Kind, filter = anyFilter(kind)): Promise<void> {
  const expected = model.list(kind, filter);
  const isOperation = chance(0.2) && !Object.keys(filter).some((name) => name.startsWith('custom_fields'));
  expect(await (isOperation ? walkOperation(kind, filter) : walk(`/${kind}`, filter))).toEqual(expected);
  if (expected.length > 0 && expected.length < model.records[kind].size) choices++;
}

/** What others decide about records without telling anybody. */
async function surroundings(): Promise<void> {
  const definition = pick([...model.definitions.values()]);
  const source = pick([...model.sources.keys()]);
  const path = `/custom-fields/${definition.id}`;
  if (chance(0.5)) {
    const archives = !model.archived.has(source);
    await says(`archive ${source}`, own().post(`/sources/${source}/${archives ? 'archive' : 'unarchive'}`));
    if (archives) model.archived.add(source);
    else model.archived.delete(source);
  } else if (definition.field_type === 'enum' && definition.options.length > 1) {
    const [removed, ...options] = definition.options;
    await says(`PATCH ${path} ${JSON.stringify({ options })}`, own().patch(path, { options }));
    model.forget(definition, [removed!]);
    model.definitions.set(definition.id, { ...definition, options });
  } else {
    await says(`DELETE ${path}`, own().delete(path));
    model.forget(definition);
    model.definitions.delete(definition.id);
    const options = definition.field_type === 'enum' ? ['red', 'green', 'blue'] : [];
    await define(definition.kind, definition.field_type, options);
  }
}

type Told = Readonly<{ id: string; event: string; timestamp: string; account_id: string; data: Row; previous?: Input }>;
const seenEvents = new Set<string>();

/** The feed from where it was left: what happened since, in this order. */
async function feed(): Promise<void> {
  const items: Told[] = [];
  for (;;) {
    const path = `/events?limit=${pick([7, 50, 100])}&after=${cursorOfFeed}`;
    const { result } = await says(`GET ${path}`, own().get<{ items: Told[]; next_cursor: string }>(path));
    cursorOfFeed = result.next_cursor;
    items.push(...result.items);
    if (result.items.length === 0) break;
  }
  const since = model.events.slice(eventsRead);
  expect(items).toEqual(since.map((event) => ({ ...event, id: expect.any(String) as string })));
  for (const { id } of items) seenEvents.add(id);
  eventsRead = model.events.length;
  expect(seenEvents.size).toBe(eventsRead);
}

async function everything(): Promise<void> {
  for (const kind of kinds) await list(kind, {});
  for (const project of idsOf('projects')) {
    expect(await walk(`/projects/${project}/contacts`, {})).toEqual(model.membersOf(project));
  }
  await feed();
}

async function step(): Promise<void> {
  program.clock.move(pick([0, 0, 0, 1, 1, 5, 20, below(1_000)]));
  if (program.clock.now().getTime() - signedInAt.getTime() > minutes(10)) await signIn();
  const kind = pick([...kinds, 'contacts' as const]);
  const crowd = model.records[kind].size / 60;
  const turn = below(100);
  if (turn < 26) await (chance(crowd) ? remove(kind) : create(kind));
  else if (turn < 50) await update(kind);
  else if (turn < 54) await remove(kind);
  else if (turn < 58) await get(kind);
  else if (turn < 74) for (const each of kinds) await list(each);
  else if (turn < 78) await membership();
  else if (turn < 82) await repeat();
  else if (turn < 97) await refused(kind === 'contacts' ? pick(kinds) : kind);
  else if (turn < 99) await feed();
  else await surroundings();
}

it(`does what the model does in ${steps} steps at random (MODEL_SEED=${seed})`, async () => {
  try {
    for (let count = 1; count <= steps; count++) {
      await step();
      if (count % 250 === 0) await everything();
    }
    await everything();
    // Or all of it would be easy to be right about.
    expect(model.events.length).toBeGreaterThan(steps / 4 - 100);
    expect(choices).toBeGreaterThan(steps / 8 - 100);
    measured('walk', { seed, steps, events: model.events.length, differences: 0 });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${message}\nMODEL_SEED=${seed}\n${told.join('\n')}`, { cause: error });
  }
});
