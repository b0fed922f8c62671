import { randomUUID } from 'node:crypto';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail, password } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { days, minutes, seconds } from '../support/clock';
import { asStored, hostileValues } from '../support/hostile-values';
import { all, outcome, refusedWith } from '../support/outcome';
import { breakDatabase } from '../support/statements';

type Kind = 'call' | 'email' | 'meeting';
type Link = 'contact_id' | 'company_id' | 'project_id';
type Name = 'created_by_name' | 'contact_name' | 'company_name' | 'project_name';
type Plain = Name | 'id' | 'account_id' | 'occurred_at' | 'created_at' | 'updated_at';
type Metadata = Record<string, unknown>;
/** As docs/contract.md, section 3.7, lists it, not as the program declares it. */
type Activity = Readonly<
  Record<Plain, string> &
    Record<Link | 'created_by', string | null> & { activity_type: Kind; metadata: Readonly<Metadata>; version: number }
>;
type Row = Readonly<{ id: string }>;

const links = ['contact_id', 'company_id', 'project_id'] as const;
const names: Readonly<Record<Link, Name>> = {
  contact_id: 'contact_name',
  company_id: 'company_name',
  project_id: 'project_name',
};
const kinds = ['call', 'email', 'meeting'] as const;

type Rule = readonly string[] | 'integer' | number;
/** Of each key of the metadata: what it may be, "integer", or how many code points. */
// prettier-ignore
const shapes: Readonly<Record<Kind, Readonly<Record<string, Rule>>>> = {
  call: {
    direction: ['inbound', 'outbound'], outcome: ['connected', 'voicemail', 'no_answer', 'busy'],
    duration_seconds: 'integer', notes: 20_000,
  },
  email: { direction: ['sent', 'received'], subject: 500, body: 20_000, source: ['manual', 'bcc'] },
  meeting: {
    subject: 500, location: 500, duration_minutes: 'integer',
    outcome: ['completed', 'cancelled', 'no_show'], notes: 20_000,
  },
};
const full: Readonly<Record<Kind, Metadata>> = {
  call: { direction: 'outbound', outcome: 'voicemail', duration_seconds: 95, notes: 'Zürich & "Söhne"\n🌊' },
  email: { direction: 'sent', subject: 'Offer', body: 'Dear Grace,\n\n…', source: 'bcc' },
  meeting: { subject: 'Kick-off', location: 'Room 1', duration_minutes: 30, outcome: 'no_show', notes: '-' },
};

const { program, ada, client } = useApi({ accountFor: 'all tests' });
/** Another account. */
let stranger: Client;
let linked: Readonly<Record<Link, string>>;
let hers: Readonly<Record<Link, string>>;

const make = async (path: string, body: object, as = client) => (await as.post<Row>(path, body)).result.id;
const contact = (as = client) => make('/contacts', { first_name: 'Grace', last_name: 'Hopper' }, as);
const company = (as = client) => make('/companies', { name: 'Acme' }, as);
const project = (as = client) => make('/projects', { name: 'Apollo' }, as);
const oneOfEach = async (as: Client): Promise<Record<Link, string>> => {
  const [contact_id, company_id, project_id] = await Promise.all([contact(as), company(as), project(as)]);
  return { contact_id, company_id, project_id };
};

beforeAll(async () => {
  stranger = program.client.as(await program.register());
  [linked, hers] = await Promise.all([oneOfEach(client), oneOfEach(stranger)]);
});

/** A call with the contact, unless told otherwise. */
const post = (input: object = {}, as = client) =>
  as.post<Activity>('/activities', { activity_type: 'call', contact_id: linked.contact_id, ...input });
const create = async (input: object = {}, as = client) => (await post(input, as)).result;
const get = async (id: string, as = client) => (await as.get<Activity>(`/activities/${id}`)).result;
const tryPatch = (id: string, input: object) => client.patch<Activity>(`/activities/${id}`, input);
const patch = async (id: string, input: object) => (await tryPatch(id, input)).result;
const list = async (query = '', as = client) => (await as.get<Page<Activity>>(`/activities${query}`)).result;
const notes = (page: Page<Activity>) => page.items.map(({ metadata }) => metadata.notes);

const invalidRequest = refusedWith('activities.invalid_request');
const invalidType = refusedWith('activities.invalid_type');
const entityRequired = refusedWith('activities.entity_required');
const invalidMetadata = refusedWith('activities.invalid_metadata');
const fieldsOf = ({ body }: Answer<unknown>) =>
  (body as { error?: Answer<unknown>['error'] }).error?.details?.map(({ field }) => field);
const good = [200, undefined];
const notFound = [404, 'activities.not_found'];

interface Event {
  readonly type: string;
  readonly data: Activity;
  readonly previous: Partial<Activity> | null;
  readonly user_id: string | null;
}
const events = (id: string) =>
  program.sql<Event>('select type, data, previous, user_id from events where entity_id = $1 order by seq', [id]);
const event = (what: string, data: Activity, previous: Partial<Activity> | null = null): Event => ({
  ...{ type: `activity.${what}`, data, previous, user_id: ada.user.id },
});

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  // A cursor of the same place is another text each time.
  const state = () =>
    Promise.all([
      list('?limit=100').then(({ items }) => items),
      program.sql('select count(*) from events where account_id = $1', [ada.user.account_id]),
    ]);
  const before = await state();
  await work();
  expect(await state()).toEqual(before);
}

/** Twenty at once. */
async function inTurns<T, R>(rows: readonly T[], call: (row: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let index = 0; index < rows.length; index += 20) {
    results.push(...(await Promise.all(rows.slice(index, index + 20).map(call))));
  }
  return results;
}

describe('create', () => {
  it('a type and a link are enough: the answer is the whole record, it happened now, and GET gives the same', async () => {
    program.clock.freeze();
    program.clock.move(minutes(3));
    const activity = await create();
    expect(activity).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      account_id: ada.user.account_id,
      created_by: ada.user.id,
      external_id: null,
      created_by_name: 'Ada Lovelace',
      activity_type: 'call',
      contact_id: linked.contact_id,
      contact_name: 'Grace Hopper',
      ...{ company_id: null, company_name: '', project_id: null, project_name: '' },
      occurred_at: program.clock.now().toISOString(),
      metadata: {},
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: activity.created_at,
      version: 1,
    });
    expect(await get(activity.id)).toEqual(activity);
  });

  it.each(kinds)('%s with everything is kept, and makes one event that holds the record', async (activity_type) => {
    const input = { activity_type, ...linked, occurred_at: '2024-02-29T12:00:00.123Z', metadata: full[activity_type] };
    const activity = await create(input);
    expect(activity).toMatchObject({ ...input, contact_name: 'Grace Hopper', company_name: 'Acme' });
    expect(activity.project_name).toBe('Apollo');
    expect(await get(activity.id)).toEqual(activity);
    expect(await events(activity.id)).toEqual([event('created', activity)]);
  });

  it('a type that is absent or no member → activities.invalid_type', () =>
    changesNothing(() =>
      Promise.all(
        [undefined, null, '', 5, true, 'Call', 'note', 'calls', 'toString', ['call'], { call: 1 }].map(
          (activity_type) => invalidType(post({ activity_type, metadata: { colour: 5 } }), 'activity_type'),
        ),
      ),
    ));

  it('details tell every failing field in their order, and the first decides on the code', async () => {
    const given = { metadata: { colour: 1 }, occurred_at: null, project_id: 'x', company_id: 5, contact_id: '' };
    await changesNothing(async () => {
      await invalidType(post({ activity_type: 5, ...given }), 'activity_type', ...links, 'occurred_at');
      await invalidRequest(post(given), ...links, 'occurred_at', 'metadata.colour');
      const wrong = ['colour', 'activity_type', ...links, 'occurred_at'];
      await invalidRequest(post({ ...given, activity_type: 5, colour: 1 }), ...wrong);
      await invalidType(client.post('/activities', {}), 'activity_type', 'contact_id');
      const unlinked = { activity_type: 'call', occurred_at: null, metadata: 5 };
      await entityRequired(client.post('/activities', unlinked), 'contact_id', 'occurred_at', 'metadata');
    });
  });

  it('what is not for the caller to set is refused by name, the type in PATCH too', async () => {
    const { id } = await create();
    const readOnly = ['id', 'account_id', 'created_by', ...Object.values(names), 'created_by_name', 'created_at'];
    const keys = [...readOnly, 'updated_at', 'type', 'notes'];
    const input = Object.fromEntries(keys.map((key) => [key, 'x']));
    await changesNothing(async () => {
      await invalidRequest(post(input), ...keys);
      await invalidRequest(tryPatch(id, { ...input, activity_type: 'call' }), ...keys, 'activity_type');
      const typo = await post({ ocurred_at: '2025-01-01T00:00:00Z' });
      expect(typo.error.details).toEqual([{ field: 'ocurred_at', message: expect.stringContaining('"occurred_at"') }]);
    });
  });
});

describe('metadata', () => {
  const goodValues = (rule: Rule): readonly unknown[] => {
    if (typeof rule === 'number') return ['', 'Straße 1\n🌊', 'x'.repeat(rule), '🌊'.repeat(rule)];
    return rule === 'integer' ? [0, 1, 2 ** 53 - 1] : rule;
  };
  const badValues = (rule: Rule): readonly unknown[] => {
    if (typeof rule === 'number') return ['x'.repeat(rule + 1), null, 5, true, ['x'], {}];
    if (rule === 'integer') return [-1, 1.5, 2 ** 53, '60', '', null, true, []];
    return [rule[0]!.toUpperCase(), 'other', '', null, 5, [rule[0]]];
  };
  const foreignTo = (kind: Kind) =>
    kinds.flatMap((other) => Object.keys(shapes[other])).filter((key) => !(key in shapes[kind]));
  /** Metadata, and the field that is refused, if any. */
  const rows = (kind: Kind): [unknown, string?][] => [
    [{}],
    [full[kind]],
    ...Object.entries(shapes[kind]).flatMap(([key, rule]): [unknown, string?][] => [
      ...goodValues(rule).map((value): [unknown] => [{ [key]: value }]),
      ...badValues(rule).map((value): [unknown, string] => [{ [key]: value }, `metadata.${key}`]),
    ]),
    ...[...new Set(foreignTo(kind)), 'Notes', 'toString', 'hasOwnProperty', '', 'a.b'].map((key): [unknown, string] => [
      { ...full[kind], [key]: 'x' },
      `metadata.${key}`,
    ]),
    ...[5, true, 'x', [], [full[kind]]].map((none): [unknown, string] => [none, 'metadata']),
  ];
  const told = (metadata: unknown) => JSON.stringify(metadata).slice(0, 80);

  it.each(kinds)('the JSON Schema that GET /activity-schemas gives of %s accepts what POST accepts', async (kind) => {
    const schemas = (await client.get<Record<Kind, object>>('/activity-schemas')).result;
    expect(Object.keys(schemas).sort()).toEqual(kinds);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(ajv);
    const validate = ajv.compile(schemas[kind]);
    const seen = await inTurns(rows(kind), async ([metadata]) => {
      const answer = post({ activity_type: kind, metadata });
      return [told(metadata), validate(metadata), ...(await outcome(answer)), fieldsOf(await answer)];
    });
    const expected = rows(kind).map(([metadata, field]) => [
      told(metadata),
      ...(field ? [false, 400, 'activities.invalid_metadata', [field]] : [true, ...good, undefined]),
    ]);
    expect(seen).toEqual(expected);
  });

  it.each(kinds)('of %s comes back as it was sent, from POST, PATCH and GET', async (activity_type) => {
    const whole = Object.fromEntries(
      Object.entries(shapes[activity_type]).map(([key, rule]) => [key, goodValues(rule).at(-1)]),
    );
    const { id, metadata } = await create({ activity_type, metadata: whole });
    expect(metadata).toEqual(whole);
    expect((await get(id)).metadata).toEqual(whole);
    expect((await patch(id, { metadata: full[activity_type] })).metadata).toEqual(full[activity_type]);
    expect((await get(id)).metadata).toEqual(full[activity_type]);
  });

  it.each(kinds)('PATCH judges by the type of the record: %s', async (activity_type) => {
    const activity = await create({ activity_type, metadata: full[activity_type] });
    await inTurns(Object.entries(shapes[activity_type]), async ([key, rule]) => {
      await invalidMetadata(tryPatch(activity.id, { metadata: { [key]: badValues(rule)[0] } }), `metadata.${key}`);
    });
    const [foreign] = foreignTo(activity_type);
    await invalidMetadata(tryPatch(activity.id, { metadata: { [foreign!]: 'sent' } }), `metadata.${foreign}`);
    expect(await get(activity.id)).toEqual(activity);
  });

  it('texts are trimmed, and then counted', async () => {
    const text = '🌊'.repeat(500);
    const metadata = { subject: ` \n ${text}\t`, location: '\u00a0Room 1 ', notes: `  ${'x'.repeat(20_000)} ` };
    const { id } = await create({ activity_type: 'meeting', metadata });
    expect((await get(id)).metadata).toEqual({ subject: text, location: 'Room 1', notes: 'x'.repeat(20_000) });
  });

  it('NUL and lone surrogates are refused, and each refused key is told', async () => {
    const { id } = await create({ activity_type: 'meeting' });
    const metadata = { subject: 'a\0b', location: 'a\ud800', notes: '\udc00a', duration_minutes: 5 };
    for (const answer of [post({ activity_type: 'meeting', metadata }), tryPatch(id, { metadata })]) {
      expect(await outcome(answer)).toEqual([400, 'activities.invalid_metadata']);
      expect(fieldsOf(await answer)?.sort()).toEqual(['metadata.location', 'metadata.notes', 'metadata.subject']);
    }
  });

  it('is replaced whole, and emptied by null', async () => {
    expect((await create({ metadata: null })).metadata).toEqual({});
    const { id } = await create({ metadata: full.call });
    expect((await patch(id, { metadata: { notes: 'Else' } })).metadata).toEqual({ notes: 'Else' });
    expect((await patch(id, { metadata: null })).metadata).toEqual({});
    await patch(id, { metadata: full.call });
    expect((await patch(id, { metadata: {} })).metadata).toEqual({});
    expect((await get(id)).metadata).toEqual({});
  });

  it('GET /activity-schemas takes no parameters and has no other routes', async () => {
    await invalidRequest(client.get('/activity-schemas?type=call'), 'type');
    await all([401, 'auth.required'], program.client.get('/activity-schemas'));
    await all([404, 'api.not_found'], client.get('/activity-schemas/call'), client.post('/activity-schemas', {}));
  });
});

describe('links', () => {
  it.each(links)('%s alone is enough, in capitals too', async (link) => {
    const activity = await create({ contact_id: undefined, [link]: linked[link].toUpperCase() });
    const alone = links.map((other) => (other === link ? linked[link] : null));
    expect(links.map((other) => activity[other])).toEqual(alone);
    expect(links.filter((other) => activity[names[other]] !== '')).toEqual([link]);
    expect(await get(activity.id)).toEqual(activity);
  });

  it('none → activities.entity_required', () =>
    changesNothing(async () => {
      const none = { contact_id: null, company_id: null, project_id: null };
      await entityRequired(client.post('/activities', { activity_type: 'call' }), 'contact_id');
      await entityRequired(post({ contact_id: null }), 'contact_id');
      await entityRequired(post(none), 'contact_id');
    }));

  it.each(links)('%s malformed, of nothing, of another kind or account → invalid_request', async (link) => {
    const base = link === 'contact_id' ? 'company_id' : 'contact_id';
    const { id } = await create({ contact_id: undefined, [base]: linked[base] });
    const values = ['x', '', 5, [linked[link]], `${linked[link]}0`, randomUUID(), linked[base], hers[link]];
    await changesNothing(() =>
      inTurns(values, async (value) => {
        await invalidRequest(post({ contact_id: undefined, [base]: linked[base], [link]: value }), link);
        await invalidRequest(tryPatch(id, { [link]: value }), link);
      }),
    );
    const [nothing, another] = await Promise.all([post({ [link]: randomUUID() }), post({ [link]: hers[link] })]);
    expect({ ...another.error, request_id: '' }).toEqual({ ...nothing.error, request_id: '' });
  });

  it('all that lead to nothing are told, after the fields and after the record', async () => {
    const nothing = { project_id: randomUUID(), company_id: hers.company_id, contact_id: randomUUID() };
    const { id } = await create();
    await changesNothing(async () => {
      await invalidRequest(post(nothing), ...links);
      await invalidRequest(tryPatch(id, nothing), ...links);
      await invalidRequest(post({ ...nothing, company_id: linked.company_id }), 'contact_id', 'project_id');
      await invalidMetadata(post({ ...nothing, metadata: { colour: 1 } }), 'metadata.colour');
      await invalidRequest(tryPatch(id, { ...nothing, contact_id: null }), 'company_id', 'project_id');
      await all(notFound, tryPatch(randomUUID(), nothing));
    });
  });

  it('PATCH sets, changes and clears them, but never the last', async () => {
    const { id } = await create();
    const both = { contact_id: linked.contact_id, company_id: linked.company_id };
    expect(await patch(id, { company_id: linked.company_id })).toMatchObject({ ...both, company_name: 'Acme' });
    expect(await patch(id, { contact_id: null })).toMatchObject({ contact_id: null, contact_name: '' });
    const moved = await patch(id, { company_id: null, project_id: linked.project_id });
    expect(moved).toMatchObject({ company_id: null, company_name: '', project_name: 'Apollo' });
    await changesNothing(async () => {
      await entityRequired(tryPatch(id, { project_id: null }), 'contact_id');
      await entityRequired(tryPatch(id, { project_id: null, occurred_at: '2025-01-01T00:00:00Z' }), 'contact_id');
      await entityRequired(tryPatch(id, { contact_id: null, company_id: null, project_id: null }), 'contact_id');
    });
    expect(await get(id)).toEqual(moved);
  });

  it('of two that clear the last two links at once, one is refused', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await create({ company_id: linked.company_id });
      const answers = [tryPatch(id, { contact_id: null }), tryPatch(id, { company_id: null })];
      const outcomes = await Promise.all(answers.map(outcome));
      expect(outcomes.sort()).toEqual([good, [400, 'activities.entity_required']]);
      const { contact_id, company_id } = await get(id);
      expect([contact_id, company_id].filter(Boolean)).toHaveLength(1);
    }
  });
});

describe('occurred_at', () => {
  it.each([
    ['2024-02-29T23:30:00.123+05:30', '2024-02-29T18:00:00.123Z'],
    ['2024-12-31T20:00:00-08:00', '2025-01-01T04:00:00.000Z'],
    ['1999-12-31T23:59:59Z', '1999-12-31T23:59:59.000Z'],
    ['2100-01-01T00:00:00.5+00:00', '2100-01-01T00:00:00.500Z'],
  ])('%s is %s', async (given, kept) => {
    const created = await create({ occurred_at: given });
    expect([created.occurred_at, (await get(created.id)).occurred_at]).toEqual([kept, kept]);
    const { id } = await create();
    expect((await patch(id, { occurred_at: given })).occurred_at).toBe(kept);
    expect((await get(id)).occurred_at).toBe(kept);
  });

  it('null and what is no moment → activities.invalid_request', async () => {
    const { id } = await create();
    const none = ['now', '2025-01-01', '2025-01-01T00:00:00', '2025-02-30T00:00:00Z', '2025-01-01T00:00:00+25:00'];
    await changesNothing(() =>
      inTurns([null, '', 5, 1735689600000, true, [], {}, ...none], async (occurred_at) => {
        await invalidRequest(post({ occurred_at }), 'occurred_at');
        await invalidRequest(tryPatch(id, { occurred_at }), 'occurred_at');
      }),
    );
  });
});

describe('PATCH', () => {
  it('changes what was sent, moves updated_at, and makes one event with the earlier values', async () => {
    const activity = await create({ company_id: linked.company_id, metadata: full.call });
    program.clock.move(minutes(1));
    const change = { occurred_at: '2025-01-01T00:00:00.000Z', metadata: { notes: 'x' }, project_id: linked.project_id };
    const changed = await patch(activity.id, { ...change, company_id: null, contact_id: linked.contact_id });
    expect(changed).toEqual({
      ...activity,
      ...change,
      ...{ project_name: 'Apollo', company_id: null, company_name: '', updated_at: expect.any(String), version: 2 },
    });
    expect(Date.parse(changed.updated_at) - Date.parse(activity.updated_at)).toBeGreaterThanOrEqual(minutes(1));
    expect(await get(activity.id)).toEqual(changed);
    const { occurred_at, metadata, company_id, company_name } = activity;
    const previous = { occurred_at, metadata, company_id, company_name, project_id: null, project_name: '' };
    expect(await events(activity.id)).toEqual([event('created', activity), event('updated', changed, previous)]);
  });

  it('that changes nothing leaves updated_at and makes no event', async () => {
    const activity = await create({ occurred_at: '2025-01-01T00:00:00Z', metadata: full.call });
    program.clock.move(minutes(1));
    const reversed = Object.fromEntries(Object.entries(full.call).reverse());
    for (const input of [
      {},
      { contact_id: linked.contact_id.toUpperCase(), company_id: null, project_id: null },
      { occurred_at: '2025-01-01T01:00:00+01:00' },
      { metadata: { ...reversed, notes: ` ${String(full.call.notes)}\n` } },
    ]) {
      expect(await patch(activity.id, input)).toEqual(activity);
    }
    expect(await get(activity.id)).toEqual(activity);
    expect(await events(activity.id)).toHaveLength(1);
  });

  it('judges the fields before the record, the inside of metadata after it', async () => {
    const { id } = await create();
    const wrong = { metadata: { colour: 1 }, occurred_at: null };
    await changesNothing(async () => {
      await invalidRequest(tryPatch(id, wrong), 'occurred_at');
      await invalidRequest(tryPatch(randomUUID(), { ...wrong, metadata: 5 }), 'occurred_at', 'metadata');
      await invalidRequest(tryPatch(randomUUID(), { contact_id: 'x', metadata: [] }), 'contact_id', 'metadata');
      await invalidMetadata(tryPatch(randomUUID(), { metadata: 'x' }), 'metadata');
      await all(notFound, tryPatch(randomUUID(), { metadata: wrong.metadata }));
    });
  });
});

describe('DELETE', () => {
  it('answers {}, is gone everywhere, and the one event has the last state', async () => {
    const contact_id = await contact();
    const activity = await create({ contact_id, company_id: linked.company_id, metadata: full.call });
    const path = `/activities/${activity.id}`;
    expect((await client.delete(path)).result).toEqual({});
    await all(notFound, client.get(path), client.patch(path, {}), client.delete(path));
    expect((await list(`?contact_id=${contact_id}`)).items).toEqual([]);
    expect(await events(activity.id)).toEqual([
      event('created', activity),
      event('deleted', { ...activity, version: 2 }),
    ]);
    await all(good, client.get(`/contacts/${contact_id}`), client.get(`/companies/${linked.company_id}`));
  });

  it('deleted at once by several: one succeeds, one event', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.delete(`/activities/${id}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    expect((await events(id)).map(({ type }) => type)).toEqual(['activity.created', 'activity.deleted']);
  });
});

describe('names', () => {
  it('follow every renaming, without an event and without a new updated_at', async () => {
    const as = program.client.as(await program.register({ name: 'Bob' }));
    const own = await oneOfEach(as);
    const made = await create(own, as);
    expect(made).toMatchObject({ created_by_name: 'Bob', contact_name: 'Grace Hopper', company_name: 'Acme' });
    program.clock.move(minutes(1));
    await all(
      good,
      as.patch('/auth/me', { name: 'Bo' }),
      as.patch(`/contacts/${own.contact_id}`, { first_name: 'Amazing', last_name: null }),
      as.patch(`/companies/${own.company_id}`, { name: 'Globex' }),
      as.patch(`/projects/${own.project_id}`, { name: 'Artemis' }),
    );
    const renamed = { contact_name: 'Amazing', company_name: 'Globex', project_name: 'Artemis', created_by_name: 'Bo' };
    expect(await get(made.id, as)).toEqual({ ...made, ...renamed });
    expect((await list('', as)).items).toEqual([{ ...made, ...renamed }]);
    expect((await events(made.id)).map(({ type }) => type)).toEqual(['activity.created']);
  });

  it('are of what is linked, not of what that is linked to', async () => {
    const contact_id = await make('/contacts', { first_name: 'Staff', company_id: linked.company_id });
    const project_id = await make('/projects', { name: 'Gemini', company_id: linked.company_id });
    const activity = await create({ contact_id, project_id });
    expect(activity).toMatchObject({ contact_name: 'Staff', project_name: 'Gemini', company_name: '' });
    expect(activity.company_id).toBeNull();
  });
});

describe('callers', () => {
  const everything = async (as: Client) => {
    const activity = await create({ metadata: full.call }, as);
    const path = `/activities/${activity.id}`;
    const { project_id } = linked;
    await all(good, as.get('/activity-schemas'), as.get('/activities'), as.patch(path, { project_id }));
    expect((await get(activity.id, as)).project_name).toBe('Apollo');
    await all(good, as.delete(path));
    return activity;
  };

  it('a member may do all of it', async () => {
    const invitation = { email: newEmail(), name: 'Mary Member', role: 'member' };
    const { invite_token } = (await client.post<{ invite_token: string }>('/users/invite', invitation)).result;
    const accepted = await program.client.post<SignedIn>('/auth/accept-invite', { token: invite_token, password });
    const member = accepted.result;
    const { created_by, created_by_name } = await everything(program.client.as(member));
    expect([created_by, created_by_name]).toEqual([member.user.id, 'Mary Member']);
  });

  it('an OAuth app may too; nobody created what it creates', async () => {
    const made = client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', { name: 'App' });
    const { app, client_secret } = (await made).result;
    const credentials = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
    const token = (await program.client.post<{ access_token: string }>('/oauth/token', credentials)).result;
    const { id, created_by, created_by_name } = await everything(program.client.as(token));
    expect([created_by, created_by_name]).toEqual([null, '']);
    const told = (await events(id)).map(({ type, user_id }) => [type, user_id]);
    expect(told).toEqual(['created', 'updated', 'deleted'].map((what) => [`activity.${what}`, null]));
  });
});

describe.each<[string, (id: string, as: Client) => Promise<Answer<unknown>>]>([
  ['GET', (id, as) => as.get(`/activities/${id}`)],
  ['PATCH', (id, as) => as.patch(`/activities/${id}`, { occurred_at: '2025-01-01T00:00:00Z' })],
  ['DELETE', (id, as) => as.delete(`/activities/${id}`)],
])('%s of one', (_, call) => {
  it('an id that is no UUID → activities.invalid_id', async () => {
    const bad = ['abc', '1', "1' or '1'='1", '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e7', '%00', 'g'.repeat(36)];
    await all([400, 'activities.invalid_id'], ...bad.map((id) => call(encodeURIComponent(id), client)));
  });

  it('an id of another account answers exactly like one of nothing; one in capitals is taken', async () => {
    const [theirs, mine] = [await create({ contact_id: hers.contact_id }, stranger), await create()];
    const [other, nothing] = [await call(theirs.id, client), await call(randomUUID(), client)];
    expect([other.status, other.error.code]).toEqual(notFound);
    expect({ ...other.error, request_id: '' }).toEqual({ ...nothing.error, request_id: '' });
    expect(await get(theirs.id, stranger)).toEqual(theirs);
    expect(await outcome(call(mine.id.toUpperCase(), client))).toEqual(good);
  });
});

describe('list', () => {
  /** What the tests list: the activities of a contact of their own. */
  let scope: string;
  beforeEach(async () => (scope = await contact()));

  const named = (text: string, input: object = {}) =>
    create({ contact_id: scope, metadata: { notes: text }, ...input });
  const found = async (query = '') => notes(await list(`?contact_id=${scope}${query}`));

  async function walk(query: string, between?: () => Promise<unknown>): Promise<Activity[]> {
    const seen: Activity[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Activity> = await list(`?contact_id=${scope}${query}${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items);
      cursor = page.next_cursor;
      await between?.();
    } while (cursor);
    return seen;
  }
  const namesOf = (activities: readonly Activity[]) => activities.map(({ metadata }) => metadata.notes);

  it('shows the records as GET gives them, 25 unless told otherwise, a cursor as long as there is more', async () => {
    program.clock.freeze();
    const made = await inTurns(Array.from({ length: 26 }), () => create({ contact_id: scope, metadata: full.call }));
    const expected = made.sort((a, b) => (a.id < b.id ? 1 : -1));
    const page = await list(`?contact_id=${scope}`);
    expect(page.items).toEqual(expected.slice(0, 25));
    const rest = await list(`?contact_id=${scope}&cursor=${page.next_cursor}`);
    expect(rest).toEqual({ items: expected.slice(25), next_cursor: null });
    expect(await list(`?contact_id=${scope}&limit=26&cursor=`)).toEqual({ items: expected, next_cursor: null });
    expect(await walk('&limit=5')).toEqual(expected);
  });

  it('newest first by default; -occurred_at goes by when it happened; each has cursors of its own', async () => {
    for (const [name, day] of Object.entries({ A: 3, B: 1, C: 2, D: 4 })) {
      await named(name, { occurred_at: `2025-01-0${day}T00:00:00Z` });
      program.clock.move(seconds(1));
    }
    for (const sort of ['', '&sort=', '&sort=-created_at']) expect(await found(sort)).toEqual(['D', 'C', 'B', 'A']);
    expect(await found('&sort=-occurred_at')).toEqual(['D', 'A', 'C', 'B']);
    expect(namesOf(await walk('&limit=1'))).toEqual(['D', 'C', 'B', 'A']);
    expect(namesOf(await walk('&limit=1&sort=-occurred_at'))).toEqual(['D', 'A', 'C', 'B']);
    const cursorOf = async (query: string) => (await list(`?contact_id=${scope}&limit=1${query}`)).next_cursor;
    const [byCreation, byOccurrence] = [await cursorOf(''), await cursorOf('&sort=-occurred_at')];
    const path = `/activities?contact_id=${scope}`;
    await invalidRequest(client.get(`${path}&sort=-occurred_at&cursor=${byCreation}`), 'cursor');
    await invalidRequest(client.get(`${path}&cursor=${byOccurrence}`), 'cursor');
  });

  it.each(['-created_at', '-occurred_at'])(
    '%s: walked while others come and go, each of one moment exactly once',
    async (sort) => {
      program.clock.freeze();
      const stays = await inTurns(Array.from({ length: 14 }), () => named('Stays'));
      const goes = await inTurns(Array.from({ length: 4 }), () => named('Goes'));
      const seen = await walk(`&limit=3&sort=${sort}`, async () => {
        const gone = goes.pop();
        if (gone) await client.delete(`/activities/${gone.id}`);
        await named('Comes');
      });
      const ids = seen.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const expected = stays.map(({ id }) => id).sort();
      expect(ids.filter((id) => expected.includes(id)).sort()).toEqual(expected);
    },
  );

  it('filters by contact, company, project and types; all together', async () => {
    const [company_id, project_id] = await Promise.all([company(), project()]);
    const inputs = {
      A: { company_id },
      B: { project_id, activity_type: 'meeting' },
      C: { contact_id: undefined, company_id, project_id },
      D: { company_id, project_id, activity_type: 'meeting' },
    };
    for (const [name, input] of Object.entries(inputs)) {
      await named(name, input);
      program.clock.move(seconds(1));
    }
    const expected: Record<string, string[]> = {
      [`contact_id=${scope}`]: ['D', 'B', 'A'],
      [`contact_id=${scope.toUpperCase()}`]: ['D', 'B', 'A'],
      [`company_id=${company_id}`]: ['D', 'C', 'A'],
      [`project_id=${project_id}`]: ['D', 'C', 'B'],
      [`contact_id=${scope}&company_id=${company_id}`]: ['D', 'A'],
      [`contact_id=${scope}&company_id=${company_id}&project_id=${project_id}`]: ['D'],
      [`contact_id=${scope}&types=call`]: ['A'],
      [`contact_id=${scope}&types=call&types=meeting`]: ['D', 'B', 'A'],
      [`contact_id=${scope}&types=meeting&types=meeting`]: ['D', 'B'],
      [`contact_id=${scope}&types=email`]: [],
      [`contact_id=${scope}&company_id=&project_id=&types=&occurred_after=&created_after=`]: ['D', 'B', 'A'],
      [`company_id=${company_id}&types=meeting&types=email`]: ['D'],
      [`contact_id=${company_id}`]: [],
      [`contact_id=${scope}&project_id=${randomUUID()}`]: [],
      [`company_id=${hers.company_id}`]: [],
    };
    const seen = await inTurns(Object.keys(expected), async (query) => [query, notes(await list(`?${query}`))]);
    expect(Object.fromEntries(seen)).toEqual(expected);
  });

  it('occurred_after and occurred_before exclude the moment itself and take any offset', async () => {
    for (const day of [1, 2, 3]) {
      await named(String(day), { occurred_at: `2025-01-0${day}T00:00:00Z` });
      program.clock.move(seconds(1));
    }
    expect(await found('&occurred_after=2025-01-01T00:00:00Z')).toEqual(['3', '2']);
    expect(await found('&occurred_before=2025-01-03T00:00:00Z')).toEqual(['2', '1']);
    expect(await found('&occurred_after=2025-01-01T00:00:00Z&occurred_before=2025-01-03T00:00:00.000Z')).toEqual(['2']);
    expect(await found('&occurred_after=2025-01-02T23:59:59.999Z&sort=-occurred_at')).toEqual(['3']);
    expect(await found(`&occurred_before=${encodeURIComponent('2025-01-02T02:00:00+02:00')}`)).toEqual(['1']);
    expect(await found('&occurred_after=2025-01-03T00:00:00Z')).toEqual([]);
    const walked = await walk('&limit=1&sort=-occurred_at&occurred_after=2025-01-01T00:00:00Z&types=call');
    expect(namesOf(walked)).toEqual(['3', '2']);
  });

  it('created_after and updated_after exclude the moment itself', async () => {
    const first = await named('First', { occurred_at: new Date(Date.now() + days(9)).toISOString() });
    program.clock.move(minutes(1));
    const second = await named('Second');
    program.clock.move(minutes(1));
    const changed = await patch(first.id, { occurred_at: '2020-01-01T00:00:00Z' });
    expect(await found(`&created_after=${first.created_at}`)).toEqual(['Second']);
    expect(await found(`&created_after=${second.created_at}`)).toEqual([]);
    expect(await found(`&updated_after=${second.updated_at}`)).toEqual(['First']);
    expect(await found(`&updated_after=${changed.updated_at}`)).toEqual([]);
  });

  it.each([
    ['contact_id', `contact_id=abc contact_id=%00 contact_id=${randomUUID()}&contact_id=${randomUUID()}`],
    ['company_id', 'company_id=abc company_id=null'],
    ['project_id', 'project_id=abc project_id=1'],
    ['occurred_after', 'occurred_after=now occurred_after=2025-01-01 occurred_after=2025-02-30T00:00:00Z'],
    ['occurred_before', 'occurred_before=1735689600 occurred_before=2025-01-01T00:00:00'],
    ['sort', 'sort=created_at sort=occurred_at sort=-updated_at sort=-created_at&sort=-occurred_at'],
    ['types', 'types=note types=Call types=call,email types=call&types=x types=%00 types=toString'],
    ['limit', 'limit=0 limit=101 limit=1.5 limit=ten'],
    ['cursor', 'cursor=abc cursor=%00 cursor=a&cursor=b'],
    ['moments', 'created_after=now updated_after=2025-01-01'],
    ['others', 'type=call tags=vip search=x offset=5 occured_after=x types[]=call contact_ids=x'],
  ])('malformed: %s → the field’s own code, or activities.invalid_request', (parameter, queries) =>
    inTurns(queries.split(' '), async (query) => {
      const answer = client.get(`/activities?${query}`);
      const code = parameter === 'types' ? 'activities.invalid_type' : 'activities.invalid_request';
      expect([query, ...(await outcome(answer))]).toEqual([query, 400, code]);
      expect(fieldsOf(await answer)).toEqual([expect.stringContaining(/^\w+/.exec(query)![0])]);
    }),
  );

  it('refuses a cursor that was altered, is of another list or of another account', async () => {
    await Promise.all([named('A'), named('B'), company(), company()]);
    const cursor = (await list('?limit=1')).next_cursor!;
    const foreign = (await client.get<Page<Row>>('/companies?limit=1')).result.next_cursor!;
    const altered = Array.from({ length: 8 }, (_, eighth) => {
      const index = Math.floor((cursor.length * eighth) / 8);
      return cursor.slice(0, index) + (cursor[index] === 'A' ? 'B' : 'A') + cursor.slice(index + 1);
    });
    await inTurns([foreign, cursor.slice(0, -1), `${cursor}A`, ...altered], (bad) =>
      invalidRequest(client.get(`/activities?cursor=${bad}`), 'cursor'),
    );
    await invalidRequest(stranger.get(`/activities?cursor=${cursor}`), 'cursor');
    expect((await list(`?limit=1&cursor=${cursor}`)).items).toHaveLength(1);
  });

  it('shows nothing of other accounts, whatever the filter', async () => {
    const { id } = await create({ ...hers, activity_type: 'email', occurred_at: '1990-01-01T00:00:00Z' }, stranger);
    const idsOf = (page: Page<Activity>) => page.items.map((item) => item.id);
    for (const query of [...links.map((link) => `?${link}=${hers[link]}`), '?occurred_before=1991-01-01T00:00:00Z']) {
      expect(idsOf(await list(query))).toEqual([]);
      expect(idsOf(await list(query, stranger))).toContain(id);
    }
    const mine = (await list('?limit=100')).items.map(({ account_id }) => account_id);
    expect([...new Set(mine)]).toEqual([ada.user.account_id]);
  });
});

describe('the order of checks', () => {
  it.each(
    `
no PUT                       | PUT /ID     | {}                                                 | yes | 404 api.not_found
nothing deletes all          | DELETE      |                                                    | yes | 404 api.not_found
the route before the body    | POST /ID    | {"a":                                              | no  | 404 api.not_found
the body before the token    | POST        | {"a":                                              | no  | 400 activities.invalid_request
the body before the id       | PATCH /abc  | {"a":                                              | yes | 400 activities.invalid_request
an object for a body         | POST        | ["call"]                                           | yes | 400 activities.invalid_request
keys of prototypes           | POST        | {"activity_type":"x","metadata":{"constructor":1}} | yes | 400 activities.invalid_request
the token before parameters  | GET ?sort=x |                                                    | no  | 401 auth.required
the token before the fields  | POST        | {"activity_type":"x"}                              | no  | 401 auth.required
the token before the id      | PATCH /abc  | {}                                                 | no  | 401 auth.required
the id before unknown keys   | PATCH /abc  | {"colour":1}                                       | yes | 400 activities.invalid_id
the type before links        | POST        | {"activity_type":"x","contact_id":"y"}             | yes | 400 activities.invalid_type
metadata before references   | POST        | {CALL,"metadata":{"x":1}}                          | yes | 400 activities.invalid_metadata
references at last           | POST        | {CALL}                                             | yes | 400 activities.invalid_request
no parameters                | POST ?x=1   | {CALL}                                             | yes | 400 activities.invalid_request
keys before the record       | PATCH /ID   | {"activity_type":"call"}                           | yes | 400 activities.invalid_request
parameters before the record | GET /ID?x=1 |                                                    | yes | 400 activities.invalid_request
the record before references | PATCH /ID   | {"contact_id":"ID"}                                | yes | 404 activities.not_found
the record before its links  | PATCH /ID   | {"contact_id":null}                                | yes | 404 activities.not_found
the record, though no change | PATCH /ID   | {}                                                 | yes | 404 activities.not_found
`
      .trim()
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim())),
  )('%s: %s %s, signed in: %s → %s', async (_, request, body, signedIn, expected) => {
    const [method, path = ''] = request.split(' ');
    const as = signedIn === 'yes' ? client : program.client;
    const linkedToNothing = `"activity_type":"call","contact_id":"ID"`;
    const fill = (text: string) => text.replace('CALL', linkedToNothing).replace('ID', randomUUID());
    const answer = await outcome(as.send(method!, `/activities${fill(path)}`, body ? fill(body) : undefined));
    expect(answer.join(' ')).toBe(expected);
  });
});

describe('hostile values', () => {
  const scalars = hostileValues.filter((text) => !/^[[{]/.test(text) && text.length < 30_000);
  const isBlank = (value: unknown) => typeof value === 'string' && value.trim() === '';
  const some = scalars.filter((text, index) => index % 12 === 3 && !isBlank(JSON.parse(text)));
  const cut = (text: string) => text.slice(0, 60);

  it('as notes: stored and given back trimmed and equal, or refused', async () => {
    const seen = await inTurns(some, async (text) => {
      const body = `{"activity_type":"call","contact_id":"${linked.contact_id}","metadata":{"notes":${text}}}`;
      const answer = await client.post<Activity>('/activities', body);
      return [cut(text), answer.status === 200 ? (await get(answer.result.id)).metadata.notes : answer.error.code];
    });
    const expected = some.map((text) => {
      const value: unknown = JSON.parse(text);
      const isKept = typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
      return [cut(text), isKept ? asStored(value) : 'activities.invalid_metadata'];
    });
    expect(seen).toEqual(expected);
  });

  it.each([
    ['activity_type', 'activities.invalid_type'],
    ['company_id', 'activities.invalid_request'],
    ['occurred_at', 'activities.invalid_request'],
  ])('as %s → %s', async (field, code) => {
    const bad = some.filter((text) => text !== 'null');
    const seen = await inTurns(bad, async (text) => {
      const type = field === 'activity_type' ? '' : '"activity_type":"call",';
      const body = `{${type}"contact_id":"${linked.contact_id}","${field}":${text}}`;
      return [cut(text), ...(await outcome(client.post('/activities', body)))];
    });
    expect(seen).toEqual(bad.map((text) => [cut(text), 400, code]));
  });

  it('as metadata, whatever is no object of its keys is refused', async () => {
    const wholes = hostileValues.filter((text, index) => index % 2 === 0 && /^[[{]./.test(text) && text !== '{}');
    const seen = await inTurns(wholes, async (text) => {
      const body = `{"activity_type":"call","contact_id":"${linked.contact_id}","metadata":${text}}`;
      return [cut(text), (await client.post('/activities', body)).status];
    });
    expect(seen).toEqual(wholes.map((text) => [cut(text), 400]));
  });
});

describe('when the database fails', () => {
  const lost = { metadata: { notes: 'Lost' } };
  it.each<[string, RegExp, (id: string) => Promise<Answer<unknown>>]>([
    ['GET list', /from "?activities/i, () => client.get('/activities')],
    ['GET', /from "?activities/i, (id) => client.get(`/activities/${id}`)],
    ['POST', /insert into "?activities/i, () => post(lost)],
    ['POST, at the contact', /\bcontacts\b/i, () => post(lost)],
    ['PATCH', /update "?activities/i, (id) => tryPatch(id, lost)],
    ['DELETE', /delete from "?activities/i, (id) => client.delete(`/activities/${id}`)],
    ['POST, at its event', /insert into "?events/i, () => post(lost)],
    ['PATCH, at its event', /insert into "?events/i, (id) => tryPatch(id, lost)],
    ['DELETE, at its event', /insert into "?events/i, (id) => client.delete(`/activities/${id}`)],
  ])('%s → activities.internal, details in the log only, nothing is changed', async (_, statement, call) => {
    const activity = await create();
    await changesNothing(async () => {
      const restore = breakDatabase(statement);
      try {
        const { status, error } = await call(activity.id);
        expect([status, error.code]).toEqual([500, 'activities.internal']);
        expect(error.message).not.toMatch(/terminated|sql|select|insert|update|delete/i);
        const logged = program.log.find((line) => line.includes(error.request_id) && line.includes('"error"'));
        expect(logged).toMatch(/Connection terminated/);
      } finally {
        restore();
      }
    });
    expect(await get(activity.id)).toEqual(activity);
  });
});

it('of very many keys that are refused the first 200 are told, and how many there are besides', async () => {
  const { id } = await create();
  const metadata = Object.fromEntries(Array.from({ length: 203 }, (_, index) => [`key-${index}`, index]));
  for (const answer of [await post({ metadata }), await tryPatch(id, { metadata })]) {
    const fields = fieldsOf(answer)!;
    expect([fields.length, fields[199], fields[200]]).toEqual([201, 'metadata.key-199', 'metadata']);
  }
});
