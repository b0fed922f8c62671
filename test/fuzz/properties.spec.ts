import { asStored } from '../support/hostile-values';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc, { type Arbitrary } from 'fast-check';
import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { newEmail } from '../support/app';
import type { Answer, Client, SignedIn } from '../support/client';
import { withClient, workerDatabaseUrl } from '../support/database';

/**
 * Whatever is sent, the answer is 200 and every value is read back, or it is 400 with the documented code and nothing has
 * changed. The verdicts are written from docs/contract.md.
 *
 * PROPERTY_RUNS: the runs of each property, shared among its kinds of record. PROPERTY_SEED repeats an earlier run.
 */
const runs = Number(process.env.PROPERTY_RUNS ?? 66);
const seed = process.env.PROPERTY_SEED ? { seed: Number(process.env.PROPERTY_SEED) } : {};
/** Long enough to shrink a counterexample. */
const timeoutMs = 60_000 + runs * 500;

function holds<Case>(cases: Arbitrary<Case>, predicate: (given: Case) => Promise<void>, kinds = 3): Promise<void> {
  return fc.assert(fc.asyncProperty(cases, predicate), {
    ...seed,
    numRuns: Math.ceil(runs / kinds),
    plugins: [fc.interruptAfterTimeLimit(timeoutMs / 2)],
  });
}

type Values = Record<string, unknown>;
type Entry = [string, unknown];
type Row = Values & { readonly id: string; readonly updated_at: string; readonly version: number };

/** One of the codes, and details that name the fields; not told: docs/contract.md leaves them open. */
interface Violation {
  readonly codes: readonly string[];
  readonly fields?: readonly string[];
  /** What of the fields is compared. */
  readonly by?: (fields: readonly string[]) => readonly string[];
}
type Verdict<Kept> = Violation | { readonly kept: Kept };

const entityTypes = ['contact', 'company', 'project'] as const;
const fieldTypes = ['text', 'number', 'date', 'boolean', 'enum'] as const;
interface Definition {
  readonly id: string;
  readonly entity_type: (typeof entityTypes)[number];
  readonly field_type: (typeof fieldTypes)[number];
  readonly required: boolean;
  readonly display_order: number;
}
const options = ['Gold', 'gold', 'a, b', '"{}\\', 'Zürich 🌊', '0', 'toString', '__proto__'];
const roots = {
  contact: { ns: 'contacts', least: { first_name: 'Grace' } },
  company: { ns: 'companies', least: { name: 'Acme' } },
  project: { ns: 'projects', least: { name: 'Launch' } },
};
const nothing = randomUUID();

const { program } = useApi({ keepClock: true });
/** Some of its fields are required. */
let ada: SignedIn;
let strict: Client;
let strictFields: Definition[];
let removedField: string;
/** None of its fields is required. */
let grace: SignedIn;
let lax: Client;
let laxFields: Definition[];

const make = async (as: Client, path: string, body?: object) => (await as.post<Row>(path, body)).result;
const named = async (as: Client, path: string, names: string[], field = 'name') =>
  new Map(await Promise.all(names.map(async (name) => [(await make(as, path, { [field]: name })).id, name] as const)));

function define(as: Client, entities: readonly string[], required: readonly string[]): Promise<Definition[]> {
  const kinds = [...fieldTypes.map((type) => [type, false]), ...required.map((type) => [type, true])];
  const all = entities.flatMap((entity_type) =>
    kinds.map(([field_type, isRequired]) => ({ entity_type, field_type, required: isRequired })),
  );
  return Promise.all(
    all.map(async (input, index) => {
      const rest = { label: `Field ${index}`, display_order: (index * 7) % 40 };
      const body = { ...input, ...rest, options: input.field_type === 'enum' ? options : null };
      return { ...body, id: (await make(as, '/custom-fields', body)).id } as Definition;
    }),
  );
}

beforeAll(async () => {
  [ada, grace] = await Promise.all([program.register(), program.register({ name: 'Grace Hopper' })]);
  [strict, lax] = [program.client.as(ada), program.client.as(grace)];
  [strictFields, laxFields] = await Promise.all([
    define(strict, entityTypes, ['text', 'number', 'boolean']),
    define(lax, ['contact', 'project'], []),
  ]);
  const gone = { entity_type: 'contact', label: 'Gone', field_type: 'text' };
  removedField = (await make(strict, '/custom-fields', gone)).id;
  expect((await strict.delete(`/custom-fields/${removedField}`)).status).toBe(200);
});

/** Says also what JSON.stringify does not: −0, and numbers too large to be one. */
function toJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return value > 0 ? '1e400' : '-1e400';
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(toJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const said = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${said.map(([key, inner]) => `${JSON.stringify(key)}:${toJson(inner)}`).join(',')}}`;
}

function isUnreadable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return Object.entries(body).some(([key, inner]) => ['__proto__', 'constructor'].includes(key) || isUnreadable(inner));
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const pick = (from: Values, keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, from[key]]));
const sorted = (fields: readonly string[]) => [...fields].sort();
const lower = (text: string) => text.toLowerCase();

function expectRefusal(answer: Answer<unknown>, { codes, fields, by = (given) => given }: Violation): void {
  expect(answer.status).toBe(400);
  expect(codes).toContain(answer.error.code);
  // Long keys are told by their beginnings.
  const shown = fields?.map((field) => field.replace(/\..*/s, (path) => path.slice(0, 100)));
  if (shown) expect(by(answer.error.details?.map(({ field }) => field) ?? [])).toEqual(by(shown));
}

/** How many records and events of them the account has. */
async function countAll(as: Client, session: SignedIn, ns: string, noun: string): Promise<[number, number]> {
  let records = 0;
  let cursor: string | null = null;
  do {
    const page: Page<Row> = (await as.get<Page<Row>>(`/${ns}?limit=100${cursor ? `&cursor=${cursor}` : ''}`)).result;
    records += page.items.length;
    cursor = page.next_cursor;
  } while (cursor);
  const events = await program.sql('select 1 from events where account_id = $1 and type like $2', [
    session.user.account_id,
    `${noun}.%`,
  ]);
  return [records, events.length];
}

// What is sent.

const weighted = <Value>(...choices: [number, Arbitrary<Value>][]) =>
  fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const rarely = <Value>(arbitrary: Arbitrary<Value>) =>
  weighted<Value | undefined>([15, fc.constant(undefined)], [1, arbitrary]);
const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const junk = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
const fairText = anyText.map((text) => text.replaceAll('\0', ''));
const badTexts: unknown[] = [5, 0, true, ['a'], [], {}, { toString: 'a' }, 'a\0b', '\0', 'a\ud800', '\udc00a'];
const longest = (most: number) => ['x'.repeat(most), ` ${'🌊'.repeat(most)}\t`, '\u3000'.repeat(most + 1)];
const tooLong = (most: number) => ['x'.repeat(most + 1), '🌊'.repeat(most + 1), 'e\u0301'.repeat(most)];
// prettier-ignore
const fairTexts = ['a', ' a ', 'A', '', ' \t\u00a0', '0', 'null', 'é', 'e\u0301', "'; --", '\u200b', '\uffff', 'toString'];

const day = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([y, m, d]) => `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`);
const fairDates = ['2025-01-31', '0001-01-01', '9999-12-31', '2024-02-29', '2000-02-29', '1582-10-10'];
// prettier-ignore
const badDates = [
  '2025-02-29', '1900-02-29', '2025-04-31', '2025-13-01', '2025-00-01', '2025-01-00', '2025-1-1', '25-01-01', '20250101', '10000-01-01',
  '2025-01-01T00:00:00Z', 'today', 'infinity', '２０２５-01-01', '', 20250101, true, ['2025-01-01'],
];

const fair: Record<Definition['field_type'], Arbitrary<unknown>> = {
  text: weighted<unknown>([2, fc.constantFrom(...fairTexts)], [2, fairText], [1, fc.constantFrom(...longest(500))]),
  number: fc.oneof(
    fc.constantFrom(0, -0, 1, 0.1, -1e-7, 1e21, 5e-324, -Number.MAX_VALUE, 2 ** 53, 2 ** 53 - 1),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  date: fc.oneof(fc.constantFrom(...fairDates), day.filter(isDate)),
  boolean: fc.boolean(),
  enum: fc.constantFrom(...options, ...options.map((option) => ` ${option}\n`)),
};
const near: Record<Definition['field_type'], unknown[]> = {
  text: [...badTexts, ...tooLong(500), '', ' \u00a0'],
  number: [Infinity, -Infinity, '5', '', '1e3', true, [5], {}],
  date: [...badDates, ' 2025-01-01', '2025-01-01\n', '0000-01-01'],
  boolean: ['true', 'false', '', 0, 1, [true], {}],
  enum: ['GOLD', 'Gol', 'Gold gold', 'valueOf', '', 0, ['Gold'], { Gold: 1 }, 'Gold\0', 'Zürich \ud83c', true],
};

const keyOf = ({ id }: Definition) =>
  weighted([3, fc.constant(id)], [1, fc.constant(id.toUpperCase())], [1, fc.mixedCase(fc.constant(id))]);
const fairEntry = (field: Definition): Arbitrary<Entry> => {
  const value = field.required
    ? fair[field.field_type].filter((given) => typeof given !== 'string' || given.trim() !== '')
    : weighted<unknown>([4, fair[field.field_type]], [1, fc.constant(null)]);
  return fc.tuple(keyOf(field), value);
};
const anyEntry = (field: Definition): Arbitrary<Entry> => {
  const nearly = fc.constantFrom<unknown>(null, ...near[field.field_type]);
  return fc.tuple(keyOf(field), weighted<unknown>([4, fair[field.field_type]], [4, nearly], [1, junk]));
};
// prettier-ignore
const oddNames = [
  'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'prototype', 'then', 'toJSON', 'length', 'Field 0', '', ' ', 'a.b', '5',
  '__proto__', 'constructor', 'null', "'; drop table contacts; --", 'x'.repeat(300), 'a\0b', 'a\ud800', '🌊',
];
/** Keys that are no field of a record of `own`. */
function strangeEntry(own: readonly Definition[]): Arbitrary<Entry> {
  const id = own[0]!.id;
  const others = [...strictFields, ...laxFields].filter((field) => !own.includes(field)).map((field) => field.id);
  const misspelt = [` ${id}`, `{${id}}`, id.replaceAll('-', ''), `${id}0`, id.slice(1)];
  const keys = fc.oneof(fc.constantFrom(removedField, ...others), fc.constantFrom(...oddNames, ...misspelt), anyText);
  return fc.tuple(fc.oneof(keys, fc.uuid()), weighted<unknown>([3, fc.constantFrom('a', 1, true, null)], [1, junk]));
}

/** An object with these entries and up to five more, no key twice in any case. */
function objectOf(base: Arbitrary<Entry>[], more: Arbitrary<Entry>): Arbitrary<Values> {
  const rest = fc.uniqueArray(more, { selector: ([key]) => lower(key), maxLength: 5 });
  return fc.tuple(fc.tuple(...base), rest, fc.boolean()).map(([first, others, isLast]) => {
    const taken = first.map(([key]) => lower(key));
    const added = others.filter(([key]) => !taken.includes(lower(key)));
    return Object.fromEntries(isLast ? [...added, ...first] : [...first, ...added]);
  });
}

function customFields(own: readonly Definition[], isCreate: boolean, fairness = 3): Arbitrary<unknown> {
  const required = isCreate ? own.filter((field) => field.required) : [];
  const any = weighted([3, fc.oneof(...own.map(anyEntry))], [1, strangeEntry(own)]);
  return weighted<unknown>(
    [fairness, objectOf(required.map(fairEntry), fc.oneof(...own.map(fairEntry)))],
    [1, objectOf(required.map(fairEntry), any)],
    [1, objectOf(required.map(anyEntry), any)],
    [1, fc.oneof(objectOf([], any), fc.constantFrom<unknown>(undefined, null, {}, [], 'a', 5, true), junk)],
  );
}

// What docs/contract.md says of it.

function isDate(value: unknown): boolean {
  const parts = typeof value === 'string' && /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
  if (!parts) return false;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year >= 1 && date >= 1 && date <= days;
}

/** @returns what is kept of a value; undefined: it is refused. */
function textOf(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return undefined;
  const stored = asStored(value);
  return [...stored].length > most ? undefined : stored;
}
const memberOf = (value: unknown, members: readonly string[]) =>
  members.includes(value as string) ? value : undefined;
/** −0 is 0. */
const wholeOf = (value: unknown, least: number) =>
  Number.isSafeInteger(value) && (value as number) >= least ? (value as number) + 0 : undefined;

function valueOf({ field_type, required }: Definition, value: unknown): unknown {
  if (field_type === 'text') return required && textOf(value, 500) === '' ? undefined : textOf(value, 500);
  if (field_type === 'number') return typeof value === 'number' && Number.isFinite(value) ? value + 0 : undefined;
  if (field_type === 'date') return isDate(value) ? value : undefined;
  if (field_type === 'boolean') return typeof value === 'boolean' ? value : undefined;
  return typeof value === 'string' ? memberOf(asStored(value), options) : undefined;
}

/** @param before the values of the record, when it is a PATCH. */
function verdictOnCustomFields(ns: string, own: Definition[], given: unknown, before?: Values): Verdict<Values> {
  const refused = (fields: string[], by?: Violation['by']) => ({ codes: [`${ns}.invalid_custom_fields`], fields, by });
  const required = own.filter((field) => field.required).sort((a, b) => a.display_order - b.display_order);
  if (given === undefined && before) return { kept: before };
  if (given === null && before) {
    return required.length > 0 ? refused(required.map(({ id }) => `custom_fields.${id}`)) : { kept: {} };
  }
  if (!isObject(given ?? {})) return refused(['custom_fields']);
  const sent = Object.entries(given ?? {}).map(([key, value]) => {
    const field = own.find(({ id }) => id === lower(key));
    return { key, value, field, kept: field && valueOf(field, value) };
  });
  const bad = sent.filter(({ field, value, kept }) => !field || (value === null ? field.required : kept === undefined));
  const missing = before ? [] : required.filter((field) => !sent.some((entry) => entry.field === field));
  // Null for a required field of a new record is a refused key or a missing field: where among the details is open.
  const isOpen = !before && bad.some(({ field, value }) => field && value === null);
  const fields = [...bad.map(({ key }) => key), ...missing.map(({ id }) => id)].map((key) => `custom_fields.${key}`);
  if (fields.length > 0) return refused(fields, isOpen ? (all) => sorted(all.map(lower)) : undefined);
  const kept = { ...before };
  for (const { field, value, kept: next } of sent) {
    if (value === null) delete kept[field!.id];
    else kept[field!.id] = next;
  }
  return { kept };
}

type MetadataField = number | readonly string[] | 'count';
/** A text of so many characters, one of these words, or a number of something. */
const schemas: Record<'call' | 'email' | 'meeting', Record<string, MetadataField>> = {
  call: {
    direction: ['inbound', 'outbound'],
    outcome: ['connected', 'voicemail', 'no_answer', 'busy'],
    ...{ duration_seconds: 'count', notes: 20_000 },
  },
  email: { direction: ['sent', 'received'], subject: 500, body: 20_000, source: ['manual', 'bcc'] },
  meeting: {
    ...{ subject: 500, location: 500, duration_minutes: 'count', notes: 20_000 },
    outcome: ['completed', 'cancelled', 'no_show'],
  },
};
type ActivityType = keyof typeof schemas;
const activityTypes = Object.keys(schemas) as ActivityType[];

function metadataValueOf(field: MetadataField, value: unknown): unknown {
  if (typeof field === 'number') return textOf(value, field);
  return field === 'count' ? wholeOf(value, 0) : memberOf(value, field);
}

/** @param before of the record, when it is a PATCH. */
function verdictOnMetadata(type: ActivityType, given: unknown, before: Values = {}): Verdict<Values> {
  const codes = ['activities.invalid_metadata'];
  if (given === undefined) return { kept: before };
  if (given !== null && !isObject(given)) return { codes, fields: ['metadata'] };
  const sent = Object.entries(given ?? {}).map(([key, value]): Entry => {
    const field = Object.hasOwn(schemas[type], key) ? schemas[type][key] : undefined;
    return [key, field && metadataValueOf(field, value)];
  });
  const bad = sent.filter(([, kept]) => kept === undefined).map(([key]) => `metadata.${key}`);
  return bad.length > 0 ? { codes, fields: bad, by: sorted } : { kept: Object.fromEntries(sent) };
}

function metadata(type: ActivityType, fairness = 3): Arbitrary<unknown> {
  const fairOf = (field: MetadataField): Arbitrary<unknown> => {
    if (field === 'count') return fc.oneof(fc.constantFrom(0, -0, 60, 2 ** 53 - 1), fc.nat());
    if (typeof field !== 'number') return fc.constantFrom(...field);
    return weighted([3, fc.constantFrom(...fairTexts)], [3, fairText], [1, fc.constantFrom(...longest(field))]);
  };
  const nearOf = (field: MetadataField): unknown[] => {
    if (field === 'count') return [-1, 1.5, 2 ** 53, Infinity, -Infinity, 1e300, '5', '', null, true, [5]];
    if (typeof field === 'number') return [...badTexts, null, ...tooLong(field)];
    return ['inbound', 'sent', 'busy', 'completed', 'Inbound', 'toString', '', 5, null, [field[0]], true];
  };
  const own = Object.entries(schemas[type]);
  const fairEntries = fc.oneof(...own.map(([key, field]) => fc.tuple(fc.constant(key), fairOf(field))));
  const nearEntries = own.map(([key, field]) => fc.tuple(fc.constant(key), fc.constantFrom(...nearOf(field))));
  const keys = activityTypes.flatMap((other) => Object.keys(schemas[other]));
  const oddKeys = fc.oneof(fc.constantFrom(...keys, 'Notes', 'metadata', ...oddNames), anyText);
  const odd = fc.tuple(oddKeys, fc.oneof(fc.constantFrom<unknown>('a', 1, null), junk));
  return weighted<unknown>(
    [fairness, objectOf([], fairEntries)],
    [2, objectOf([], weighted([3, fairEntries], [2, fc.oneof(...nearEntries)], [1, odd]))],
    [1, fc.oneof(fc.constantFrom<unknown>(undefined, null, {}, [], 'a', 5, true), junk)],
  );
}

interface Subject {
  readonly as: Client;
  readonly session: SignedIn;
  readonly noun: 'activity' | (typeof entityTypes)[number];
  readonly ns: string;
  readonly field: 'custom_fields' | 'metadata';
  readonly bodies: (isCreate: boolean) => Arbitrary<Values>;
  /** @param before the record, when it is a PATCH; an id alone: there is none. */
  readonly judge: (body: Values, before?: { id: string } | Row) => Verdict<Values>;
}

async function createsAndPatches({ as, session, noun, ns, field, bodies, judge }: Subject): Promise<void> {
  const [records, events] = await countAll(as, session, ns, noun);
  let made = 0;
  let changed = 0;
  const verdictOn: Subject['judge'] = (body, before) =>
    isUnreadable(body) ? { codes: [`${ns}.invalid_request`] } : judge(body, before);
  const cases = fc.record({ post: bodies(true), patch: bodies(false), isNowhere: rarely(fc.constant(true)) });

  await holds(cases, async ({ post, patch, isNowhere }) => {
    const created = await as.post<Row>(`/${ns}`, toJson(post));
    const verdict = verdictOn(post);
    if ('codes' in verdict) return expectRefusal(created, verdict);
    made++;
    const before = created.result;
    expect(before[field]).toEqual(verdict.kept);

    program.clock.move(1);
    const target = isNowhere ? { id: nothing } : before;
    const answer = await as.patch<Row>(`/${ns}/${target.id}`, toJson(patch));
    const next = verdictOn(patch, target);
    let after = before;
    if ('codes' in next) expectRefusal(answer, next);
    else if (isNowhere) expect([answer.status, answer.error.code]).toEqual([404, `${ns}.not_found`]);
    else {
      after = answer.result;
      const isChange = !isDeepStrictEqual(before[field], next.kept);
      if (isChange) changed++;
      const version = before.version + Number(isChange);
      expect(after).toEqual({ ...before, [field]: next.kept, updated_at: after.updated_at, version });
      expect([isChange, after.updated_at > before.updated_at]).toEqual([isChange, isChange]);
    }
    expect((await as.get<Row>(`/${ns}/${before.id}`)).result).toEqual(after);
  });
  expect(await countAll(as, session, ns, noun)).toEqual([records + made, events + made + changed]);
}

describe('custom fields: any values, on create and then on PATCH', () => {
  /** Other fields that fail, by the names that are told; of the values nothing is told then. */
  const flaws: Record<string, object> = { notes: { notes: 5 }, 'tags[1]': { tags: ['a', 5] }, owner: { owner: null } };

  it.each(entityTypes)(
    'of a %s',
    async (noun) => {
      const { ns, least } = roots[noun];
      const own = strictFields.filter(({ entity_type }) => entity_type === noun);
      await createsAndPatches({
        ...{ as: strict, session: ada, noun, ns, field: 'custom_fields' },
        bodies: (isCreate) =>
          fc
            .tuple(customFields(own, isCreate), rarely(fc.constantFrom(...Object.values(flaws))))
            .map(([custom_fields, flaw]) => ({ ...(isCreate && least), custom_fields, ...flaw })),
        judge: (body, before) => {
          const flaw = Object.keys(flaws).find((name) => name.replace(/\W.*/, '') in body);
          const isNone = !isObject(body.custom_fields ?? {});
          if (flaw) return { codes: [`${ns}.invalid_request`], fields: [flaw, ...(isNone ? ['custom_fields'] : [])] };
          const values = before && ((before as Row).custom_fields ?? {});
          return verdictOnCustomFields(ns, own, body.custom_fields, values as Values | undefined);
        },
      });
    },
    timeoutMs,
  );
});

describe('metadata: anything, on create and then on PATCH', () => {
  const noTypes = [undefined, null, '', 'Call', 'sms', 'toString', 5, ['call'], {}];

  it.each(activityTypes)(
    'of a %s',
    async (type) => {
      const contact_id = (await make(lax, '/contacts', { first_name: 'Ada' })).id;
      const types = weighted<unknown>([15, fc.constant(type)], [1, fc.constantFrom(...noTypes)]);
      await createsAndPatches({
        ...{ as: lax, session: grace, noun: 'activity', ns: 'activities', field: 'metadata' },
        bodies: (isCreate) =>
          fc
            .tuple(metadata(type), types)
            .map(([given, activity_type]) => ({ metadata: given, ...(isCreate && { activity_type, contact_id }) })),
        judge: ({ metadata: given, activity_type }, before) => {
          const isInside = isObject(given ?? {});
          if (!before && activity_type !== type) {
            return { codes: ['activities.invalid_type'], ...(isInside && { fields: ['activity_type'] }) };
          }
          // The inside is judged by the type of the record, which must be there.
          if (before?.id === nothing && isInside) return { kept: {} };
          return verdictOnMetadata(type, given, (before as Row | undefined)?.metadata as Values | undefined);
        },
      });
    },
    timeoutMs,
  );
});

describe('a sequence of PATCHes against a model of docs/contract.md', () => {
  interface Field {
    /** What is kept of a value; undefined: it is refused. */
    readonly keep: (value: unknown) => unknown;
    readonly values: Arbitrary<unknown>;
    /** How often it is sent. */
    readonly weight?: number;
    /** `invalid_request` unless said. */
    readonly code?: (value: unknown) => string;
    /** What follows the field's name in the detail. */
    readonly at?: (value: unknown) => string;
    /** The names of what it may refer to. */
    readonly known?: ReadonlyMap<string, string>;
  }
  interface Kind {
    readonly initial: object;
    /** In the order of docs/contract.md, section 3. */
    readonly fields: Record<string, Field>;
    /** Keys that it does not take. */
    readonly strange: Values;
    readonly own?: Definition[];
    readonly type?: ActivityType;
  }

  const pool = (good: unknown[], bad: unknown[]) =>
    weighted<unknown>([10, fc.constantFrom(...good)], [1, fc.constantFrom(...bad)]);
  const orNull = (keep: Field['keep']) => (value: unknown) => (value === null ? null : keep(value));

  const text = (most: number): Field => ({
    keep: (value) => textOf(value ?? '', most),
    values: pool([null, '', ' ', 'a', ' a\t', 'A', '🌊', ...longest(most)], [...badTexts, ...tooLong(most)]),
  });
  const isBlank = (value: unknown) => value === null || (typeof value === 'string' && value.trim() === '');
  const name = (field: string): Field => ({
    keep: (value) => (isBlank(value) ? undefined : textOf(value, 200)),
    code: (value) => (isBlank(value) ? `${field}_required` : 'invalid_request'),
    values: pool(['a', ' a ', 'A', '🌊'.repeat(200)], [null, '', ' \u00a0', ...badTexts, ...tooLong(200)]),
  });
  /** One tag more than there may be. */
  const many = Array.from({ length: 51 }, (_, index) => `tag ${index}`);
  const tag = (value: unknown) => textOf(value, 64) || undefined;
  const tags: Field = {
    keep: (value) => {
      const kept = Array.isArray(value ?? []) ? new Set(((value ?? []) as unknown[]).map(tag)) : undefined;
      return kept?.has(undefined) || kept?.size === 51 ? undefined : kept && [...kept];
    },
    at: (value) => (Array.isArray(value) && value !== many ? `[${value.map(tag).indexOf(undefined)}]` : ''),
    values: pool(
      [null, [], ['a'], ['a', 'b', ' a '], ['b', 'a'], ['A', '🌊'.repeat(64)], many.slice(1)],
      ['a', 5, {}, many, ['a', 5], ['a', ' '], [null], ['x'.repeat(65)], ['a\0'], ['\ud800']],
    ),
  };
  const isId = (value: unknown) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value as string);
  const reference = (known: ReadonlyMap<string, string>, dead: string[], code = 'invalid_request'): Field => ({
    known,
    keep: orNull((value) => (typeof value === 'string' && isId(value) ? lower(value) : undefined)),
    code: () => code,
    values: weighted<unknown>(
      [8, fc.constant(null)],
      [8, fc.constantFrom(...[...known.keys()].flatMap((id) => [id, id.toUpperCase()]))],
      [1, fc.constantFrom<unknown>('x', 5, true, [nothing], {}, nothing, ...dead)],
    ),
  });
  const date: Field = {
    weight: 5,
    keep: orNull((value) => (isDate(value) ? value : undefined)),
    values: pool([null, '2025-01-01', '2025-06-30', '2025-12-31', '2024-02-29', '1999-12-31'], badDates),
  };
  const badCents = [2 ** 53, -(2 ** 53), 0.5, Infinity, '1', '', true, []];
  const cents: Field = {
    keep: orNull((value) => wholeOf(value, 1 - 2 ** 53)),
    values: pool([null, 0, -0, 1, -5, 2 ** 53 - 1, 1 - 2 ** 53], badCents),
  };
  const flag: Field = {
    keep: (value) => (typeof value === 'boolean' ? value : undefined),
    values: pool([true, false], [null, 0, 1, 'true', '', []]),
  };
  const stages = ['proposal', 'active', 'review', 'complete', 'archived'];
  const stage: Field = {
    keep: (value) => memberOf(value, stages),
    code: () => 'invalid_stage',
    values: pool(stages, [null, '', 'Active', 'toString', 5, ['active']]),
  };
  const moments: Record<string, string> = {
    '2025-01-01T10:00:00Z': '2025-01-01T10:00:00.000Z',
    '2025-01-01T12:00:00.000+02:00': '2025-01-01T10:00:00.000Z',
    '2024-12-31T23:30:00.5-05:00': '2025-01-01T04:30:00.500Z',
    '2031-07-01T00:00:00.001Z': '2031-07-01T00:00:00.001Z',
  };
  const badMoments = [null, 'today', '2025-02-30T00:00:00Z', '2025-01-01', '2025-01-01T00:00:00', 5, true];
  const moment: Field = {
    keep: (value) => moments[value as string] ?? memberOf(value, Object.values(moments)),
    values: pool(Object.keys(moments), badMoments),
  };
  /** Their insides are judged after the other fields. */
  const values = (own: Definition[]): Field => ({
    keep: orNull((value) => (isObject(value) ? value : undefined)),
    code: () => 'invalid_custom_fields',
    values: customFields(own, false, 20).map((value) => value ?? null),
  });
  const metadataOf = (type: ActivityType): Field => ({
    keep: orNull((value) => (isObject(value) ? value : undefined)),
    code: () => 'invalid_metadata',
    values: metadata(type, 12).map((value) => value ?? null),
  });

  function verdictOn(ns: string, { fields, own, type }: Kind, before: Row, body: Values): Verdict<Row> {
    const coded = (...codes: string[]) => codes.map((code) => `${ns}.${code}`);
    if (isUnreadable(body)) return { codes: coded('invalid_request') };
    const faults = Object.keys(body)
      .filter((key) => !Object.hasOwn(fields, key))
      .map((field) => ({ code: 'invalid_request', field }));
    const after: Values = { ...before };
    const sent = Object.keys(fields).filter((field) => Object.hasOwn(body, field));
    for (const field of sent) {
      const { keep, code = () => 'invalid_request', at = () => '' } = fields[field]!;
      const value = body[field];
      const kept = keep(value);
      if (kept === undefined) faults.push({ code: code(value), field: field + at(value) });
      else after[field] = kept;
    }
    const { start_date: start, end_date: end } = after as Record<string, string | null | undefined>;
    const isReversed = !!start && !!end && end < start;
    const isAlone = !!type && ['contact_id', 'company_id', 'project_id'].every((field) => after[field] === null);
    const conflict = isReversed ? ['invalid_request'] : isAlone ? ['entity_required'] : [];
    // What needs the record may be told with the fields or later: where both fail, the first code of either will do.
    const open = conflict.length > 0;
    if (faults.length > 0) {
      const codes = coded(faults[0]!.code, ...(isAlone ? conflict : []));
      return open ? { codes } : { codes, fields: faults.map(({ field }) => field) };
    }
    if (own && sent.includes('custom_fields')) {
      const verdict = verdictOnCustomFields(ns, own, body.custom_fields, before.custom_fields as Values);
      if ('codes' in verdict) return open ? { codes: [...verdict.codes, ...coded(...conflict)] } : verdict;
      after.custom_fields = verdict.kept;
    }
    const late: Violation[] = open ? [{ codes: coded(...conflict), ...(isAlone && { fields: ['contact_id'] }) }] : [];
    const refers = (field: string) => after[field] === null || fields[field]!.known?.has(after[field] as string);
    const lost = sent.filter((field) => refers(field) === false);
    if (lost.length > 0) late.push({ codes: coded(fields[lost[0]!]!.code!(nothing)), fields: lost });
    if (type && sent.includes('metadata')) {
      const verdict = verdictOnMetadata(type, body.metadata);
      if ('codes' in verdict) late.push(verdict);
      else after.metadata = verdict.kept;
    }
    if (late.length > 0) return late.length === 1 ? late[0]! : { codes: late.flatMap(({ codes }) => codes) };
    for (const [field, { known }] of Object.entries(fields)) {
      if (known) after[field.replace(/_(id|to)$/, '_name')] = known.get(after[field] as string) ?? '';
    }
    return { kept: after as Row };
  }

  /** A body, or the fields that are sent back as they were read. */
  function patches({ fields, strange }: Kind): Arbitrary<{ body: Values } | { echo: string[] }> {
    const known = Object.entries(fields).map(([key, { weight = 1, values }]): [number, Arbitrary<Entry>] => [
      weight,
      fc.tuple(fc.constant(key), values),
    ]);
    const entry = weighted<Entry>([25, weighted(...known)], [1, fc.constantFrom(...Object.entries(strange))]);
    const bodies = fc.uniqueArray(entry, { selector: ([key]) => key, maxLength: 4 }).map(Object.fromEntries<unknown>);
    return weighted<{ body: Values } | { echo: string[] }>(
      [6, bodies.map((body) => ({ body }))],
      [1, fc.subarray(Object.keys(fields)).map((echo) => ({ echo }))],
    );
  }

  type Names = Map<string, string>;
  let companies: Names, contacts: Names, projects: Names, sources: Names, archived: Names;
  let foreign: string;
  let deactivated: string;
  beforeAll(async () => {
    const some = { text: 'a', number: 0, boolean: false, date: null, enum: null };
    const its = strictFields.filter(({ entity_type }) => entity_type === 'company');
    const custom_fields = Object.fromEntries(its.map(({ id, field_type }) => [id, some[field_type]]));
    const invitation = { email: newEmail(), name: 'Gone' };
    [companies, contacts, projects, sources, archived, foreign, deactivated] = await Promise.all([
      named(lax, '/companies', ['Acme', 'Globex']),
      named(lax, '/contacts', ['Ada', 'Bob'], 'first_name'),
      named(lax, '/projects', ['One', 'Two']),
      named(lax, '/sources', ['Fair', 'Web']),
      named(lax, '/sources', ['Old']),
      make(strict, '/companies', { name: 'Hers', custom_fields }).then(({ id }) => id),
      lax.post<{ user: Row }>('/users/invite', invitation).then(({ result }) => result.user.id),
    ]);
    const [old] = [...archived.keys()];
    await Promise.all([make(lax, `/sources/${old}/archive`), make(lax, `/users/${deactivated}/deactivate`)]);
  });

  const contact = (): Kind => {
    const own = laxFields.filter(({ entity_type }) => entity_type === 'contact');
    return {
      initial: { first_name: 'Ada', last_name: 'King', company_id: [...companies.keys()][0], tags: ['a'] },
      fields: {
        ...{ first_name: name('first_name'), last_name: text(200), phone: text(50), notes: text(20_000) },
        company_id: reference(companies, [foreign], 'invalid_company_id'),
        source_id: reference(sources, [...archived.keys()], 'invalid_source_id'),
        ...{ tags, custom_fields: values(own) },
      },
      strange: { company_name: 'Acme', colour: 1, id: nothing },
      own,
    };
  };
  const project = (): Kind => {
    const own = laxFields.filter(({ entity_type }) => entity_type === 'project');
    const users = new Map([[grace.user.id, grace.user.name]]);
    return {
      initial: { name: 'Launch', start_date: '2025-01-01', end_date: '2025-06-30', assigned_to: grace.user.id },
      fields: {
        ...{ name: name('name'), description: text(20_000), stage },
        company_id: reference(companies, [foreign], 'invalid_company_id'),
        assigned_to: reference(users, [ada.user.id, deactivated], 'invalid_assigned_to'),
        ...{ value: cents, start_date: date, end_date: date, renewal_date: date, is_retainer: flag },
        ...{ notes: text(20_000), tags, custom_fields: values(own) },
      },
      strange: { assigned_name: 'Ada', owner: null, created_by: nothing },
      own,
    };
  };
  const activity = (type: ActivityType) => (): Kind => ({
    initial: { activity_type: type, contact_id: [...contacts.keys()][0], occurred_at: Object.keys(moments)[0] },
    fields: {
      contact_id: reference(contacts, []),
      company_id: reference(companies, [foreign]),
      project_id: reference(projects, []),
      occurred_at: moment,
      metadata: metadataOf(type),
    },
    strange: { activity_type: type, contact_name: 'Ada', notes: 'a' },
    type,
  });

  const changedKeys = (before: Values, after: Values) =>
    Object.keys(before).filter((key) => !isDeepStrictEqual(before[key], after[key]));
  /** Whether an event tells the earlier custom fields whole or those that changed is open. */
  function previousOf(before: Row, after: Row): Values {
    const previous = pick(
      before,
      changedKeys(before, { ...after, updated_at: before.updated_at, version: before.version }),
    );
    if (!('custom_fields' in previous)) return previous;
    const [old, current] = [before.custom_fields, after.custom_fields] as [Values, Values];
    return { ...previous, custom_fields: expect.objectContaining(pick(old, changedKeys(old, current))) };
  }

  type Case = [type: string, noun: string, ns: string, kindOf: () => Kind, kinds: number];
  it.each<Case>([
    ['contact', 'contact', 'contacts', contact, 3],
    ['project', 'project', 'projects', project, 3],
    ...activityTypes.map((type): Case => [type, 'activity', 'activities', activity(type), 9]),
  ])(
    'of a %s',
    async (_, noun, ns, kindOf, kinds) => {
      const kind = kindOf();
      await withClient(workerDatabaseUrl(), (direct) =>
        holds(
          fc.array(patches(kind), { minLength: 1, maxLength: 5 }),
          async (sequence) => {
            let state = await make(lax, `/${ns}`, kind.initial);
            const user_id = grace.user.id;
            const history: object[] = [{ type: `${noun}.created`, data: state, previous: null, user_id }];
            for (const patch of sequence) {
              program.clock.move(1);
              const before = state;
              const body = 'echo' in patch ? pick(before, patch.echo) : patch.body;
              const answer = await lax.patch<Row>(`/${ns}/${before.id}`, toJson(body));
              const verdict = verdictOn(ns, kind, before, body);
              if ('codes' in verdict) {
                expectRefusal(answer, verdict);
                continue;
              }
              const changed = changedKeys(before, verdict.kept);
              state = answer.result;
              const version = before.version + Number(changed.length > 0);
              expect(state).toEqual({ ...verdict.kept, updated_at: state.updated_at, version });
              expect([changed, state.updated_at > before.updated_at]).toEqual([changed, changed.length > 0]);
              if (changed.length === 0) continue;
              history.push({ type: `${noun}.updated`, data: state, previous: previousOf(before, state), user_id });
            }
            expect((await lax.get<Row>(`/${ns}/${state.id}`)).result).toEqual(state);
            const query = 'select type, data, previous, user_id from events where entity_id = $1 order by seq';
            expect((await direct.query(query, [state.id])).rows).toEqual(history);
          },
          kinds,
        ),
      );
    },
    timeoutMs,
  );
});
