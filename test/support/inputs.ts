import Ajv2020 from 'ajv/dist/2020';
import { newEmail, password, type TestApp } from './app';
import type { Client, SignedIn } from './client';
import type { Operation, Schema } from './document';
import { asStored, verdictOnAddress, verdictOnPassword } from './hostile-values';

/**
 * What goes into an operation, enumerated from the document, and what is to become of a value there: by the document's
 * schemas and by the rules of docs/contract.md that a schema cannot say, never by the program.
 */

export type Key = string | number;
export type Values = Record<string, unknown>;

/** Where a value goes. */
export interface Place {
  readonly operation: Operation;
  readonly where: 'path' | 'query' | 'body';
  /** From the parameter or the body's field on. */
  readonly keys: readonly [string, ...Key[]];
  /** Of the parameter or the body's field. */
  readonly top: Schema;
  /** Of the very place. */
  readonly schema: Schema;
  /** Which of the operation's bodies. */
  readonly body?: Schema;
  /** A part of the path that an operation call has in its body. */
  readonly isId: boolean;
  /** Codes of its own. */
  readonly codes: readonly string[];
  /** Which of several shapes of an object it is inside. */
  readonly shape?: number;
  /** The kind of the custom field that the last key names. */
  readonly fieldType?: FieldType;
}

export const fieldTypes = ['text', 'number', 'date', 'boolean', 'enum'] as const;
export type FieldType = (typeof fieldTypes)[number];
export const options = ['gold', 'silver'];

/** `metadata.subject`, `tags[0]`: as details name it. */
export const nameOf = ({ keys }: Pick<Place, 'keys'>): string =>
  keys.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');

export const isCall = ({ path }: Operation): boolean => !path.startsWith('/api/v1/');
export const typesOf = ({ type, anyOf = [] }: Schema): readonly string[] =>
  type === undefined ? anyOf.flatMap(typesOf) : [type].flat();

/** Records to which requests refer, one of each kind. */
export interface Fixtures {
  readonly owner: SignedIn;
  readonly as: Client;
  /** By the name that a body has for it. */
  readonly ids: Readonly<Record<string, string>>;
  /** A call, an e-mail, a meeting: in the order in which the document shows them. */
  readonly activities: readonly string[];
  /** Of contacts, companies and projects, by type. */
  readonly customFields: Readonly<Record<string, Readonly<Record<FieldType, string>>>>;
}

const contexts: Readonly<Record<string, string>> = {
  users: 'user_id',
  contacts: 'contact_id',
  companies: 'company_id',
  projects: 'project_id',
  activities: 'activity_id',
  sources: 'source_id',
  'custom-fields': 'custom_field_id',
  webhooks: 'endpoint_id',
  'oauth-apps': 'app_id',
  imports: 'job_id',
};
const entities = { contacts: 'contact', companies: 'company', projects: 'project' };
const contextOf = ({ path }: Operation) =>
  Object.keys(contexts).find((context) => path.replace('/api/v1/', '/api/').startsWith(`/api/${context}`)) ?? '';
export const isList = ({ path, parameters }: Operation): boolean =>
  /-(list|deliveries|errors)$/.test(path) || parameters.some((each) => each.in === 'query' && each.name !== 'dry_run');

export async function makeFixtures(program: TestApp): Promise<Fixtures> {
  const owner = await program.register();
  const as = program.client.as(owner);
  const make = async (path: string, body?: object) => (await as.post<{ id: string }>(path, body)).result.id;
  const customFields = Object.fromEntries(
    await Promise.all(
      Object.entries(entities).map(async ([context, entity_type]) => {
        const made = fieldTypes.map(async (field_type) => {
          const body = { entity_type, label: `A ${field_type}`, field_type };
          const id = await make('/custom-fields', { ...body, options: field_type === 'enum' ? options : null });
          return [field_type, id] as const;
        });
        return [context, Object.fromEntries(await Promise.all(made))] as const;
      }),
    ),
  ) as Record<string, Record<FieldType, string>>;
  const company_id = await make('/companies', { name: 'Acme' });
  const contact_id = await make('/contacts', { first_name: 'Grace' });
  const project_id = await make('/projects', { name: 'Launch' });
  await as.put(`/projects/${project_id}/contacts/${contact_id}`, {});
  const endpoint_id = await make('/webhooks', { url: 'https://hooks.example.com/', events: ['contact.created'] });
  const invitation = { email: newEmail(), name: 'Bob' };
  const { invite_token: token } = (await as.post<{ invite_token: string }>('/users/invite', invitation)).result;
  const { user } = (await program.client.post<SignedIn>('/auth/accept-invite', { token, password })).result;
  const { app } = (await as.post<{ app: { id: string } }>('/oauth-apps', { name: 'Sync' })).result;
  const { job } = (await as.post<{ job: { id: string } }>('/imports', { model_type: 'contacts', file_name: 'a.csv' }))
    .result;
  const links = { contact_id, company_id, project_id };
  const activities = await Promise.all(
    ['call', 'email', 'meeting'].map((activity_type) => make('/activities', { activity_type, ...links })),
  );
  const ids = {
    ...links,
    endpoint_id,
    user_id: user.id,
    assigned_to: user.id,
    app_id: app.id,
    job_id: job.id,
    entity_id: contact_id,
    source_id: await make('/sources', { name: 'Fair' }),
    activity_id: activities[0]!,
    custom_field_id: customFields.companies!.enum,
    delivery_id: await make(`/webhooks/${endpoint_id}/test`),
  };
  return { owner, as, ids, activities, customFields };
}

/** Every place of an operation into which a value can be put. */
export function placesOf(operation: Operation, { customFields }: Fixtures): Place[] {
  const parameters = operation.parameters.map(({ name, in: where, schema, 'x-error-codes': codes = [] }): Place => ({
    ...{ operation, where, keys: [name], top: schema, schema, isId: where === 'path', codes },
  }));
  const definitions = customFields[contextOf(operation)] ?? {};
  const bodies = operation.bodies.flatMap((body) =>
    Object.entries(body.properties ?? {}).flatMap(([name, top]) => {
      const isId = isCall(operation) && top.format === 'uuid' && (body.required ?? []).includes(name);
      const place = { operation, where: 'body', top, body, isId, codes: top['x-error-codes'] ?? [] } as const;
      const inside = within(top).map(([keys, schema, shape]): Place => ({
        ...{ ...place, keys: [name, ...keys], schema },
        ...(shape === undefined ? {} : { shape }),
      }));
      const custom: [string, string][] =
        name === 'custom_fields' && !isList(operation) ? Object.entries(definitions) : [];
      return [
        { ...place, keys: [name], schema: top } satisfies Place,
        ...inside,
        ...custom.map(([type, id]): Place => ({
          ...place,
          keys: [name, id],
          schema: {},
          fieldType: type as FieldType,
        })),
      ];
    }),
  );
  return [...parameters, ...bodies];
}

function within({ properties = {}, items, anyOf = [] }: Schema): [Key[], Schema, number?][] {
  return [
    ...Object.entries(properties).flatMap(([key, schema]): [Key[], Schema][] => [
      [[key], schema],
      ...within(schema).map(([keys, each]): [Key[], Schema] => [[key, ...keys], each]),
    ]),
    ...(items ? [[[0], items] as [Key[], Schema]] : []),
    ...anyOf.flatMap((each, index) =>
      within(each).map(([keys, schema, shape = index]): [Key[], Schema, number] => [keys, schema, shape]),
    ),
  ];
}

let made = 0;
/** A value that the schema allows, and the program takes as far as a schema can say. */
export function fairValue(
  name: string,
  { type, format, enum: members, minimum = 0, items }: Schema,
  ids: Fixtures['ids'],
) {
  if (members) return members[0];
  if (format === 'uuid') return ids[name];
  if (format === 'email') return newEmail();
  if (format === 'date-time') return '2026-01-31T09:30:00Z';
  if (format === 'date') return '2026-01-31';
  if (/password/.test(name)) return password;
  if (name === 'url') return 'https://hooks.example.com/';
  if (name === 'label') return `Label ${made++}`;
  if (type === 'boolean') return true;
  if (type === 'integer') return minimum;
  if (type === 'array') return [items?.enum?.[0] ?? 'a'];
  if (type === 'object') return {};
  return 'Fair';
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly body?: Values;
}

/** A request with all that is required, and for an activity a link. */
export function fairRequest(
  operation: Operation,
  { ids: all, activities }: Fixtures,
  body: Schema | undefined = operation.bodies[0],
  shape = 0,
): Request {
  const ids: Fixtures['ids'] = { ...all, activity_id: activities[shape]! };
  const { method, path } = operation;
  const context = contextOf(operation);
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name === 'id' ? contexts[context]! : name]!);
  if (!body) return { method, url };
  if (hasRecords(operation)) return { method, url, body: exampleOf(body, ids) };
  const required = (body.required ?? []).map((name) => [name, fairValue(name, body.properties![name]!, ids)]);
  const links = /activities(-create)?$/.test(path) ? { contact_id: ids.contact_id } : {};
  return { method, url, body: { ...links, ...(Object.fromEntries(required) as Values) } };
}

/** Whether the body has whole records, which the program judges one by one (docs/contract.md, sections 8.2 and 8.3). */
const hasRecords = ({ path }: Operation) => /\/(upsert|bulk)$/.test(path);

/** The examples of what is required, about records that there are. */
function exampleOf({ required = [], properties = {} }: Schema, ids: Fixtures['ids']): Values {
  const examples = Object.fromEntries(required.map((name) => [name, properties[name]!.example]));
  const text = JSON.stringify(examples).replaceAll(/"contact_id":"[^"]+"/g, `"contact_id":"${ids.contact_id}"`);
  return JSON.parse(text) as Values;
}

// What is to become of a value.

/** `open`: neither document nor contract says whether it is taken. `absent`: 404, or 400 as a reference. */
export type Verdict = 'good' | 'bad' | 'unreadable' | 'open' | 'absent';

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isDay = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && text > '0001' && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
const moment = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;
const ajv = new Ajv2020({ strict: false });
ajv.addFormat('uuid', uuid);
ajv.addFormat('date', { validate: isDay });
ajv.addFormat('date-time', { validate: (text: string) => isDay(moment.exec(text)?.[1] ?? '') });
ajv.addFormat('email', { validate: (text: string) => verdictOnAddress(text) !== 'refused' });
ajv.addFormat('binary', true);
const compiled = new WeakMap<Schema, (value: unknown) => boolean>();

export function fits(schema: Schema, value: unknown): boolean {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv.compile(schema) as (value: unknown) => boolean));
  return validate(value);
}

/** Taken exactly as sent (docs/contract.md, section 1.3: passwords, tokens, secrets), and cursors. */
export const isSecret = (name: string): boolean =>
  /password|token|secret|signature|^client_id$|^cursor$|^after$/.test(name);

const isUrl = (name: string) => /^(url|website|linkedin_url)$/.test(name);

/** As docs/contract.md, sections 1.3 and 3.10, have it read: texts trimmed, repeated tags and events dropped. */
export function asRead(name: string, schema: Schema, value: unknown): unknown {
  if (typeof value === 'string') {
    const isText = schema.format === undefined || schema.format === 'email';
    return isText && !schema.enum && !isSecret(name) ? (isUrl(name) ? value.trim() : asStored(value)) : value;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => asRead(name, schema.items ?? {}, item));
    return /^(tags|events)$/.test(name) ? [...new Set(items)] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const shapes = [schema, ...(schema.anyOf ?? []).flatMap((each) => [each, ...(each.anyOf ?? [])])];
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const inner = shapes.map(({ properties }) => properties?.[key]).find(Boolean);
      return [key, inner ? asRead(key, inner, each) : each];
    }),
  );
}

/** PostgreSQL takes neither NUL nor half a surrogate pair; docs/contract.md, section 1.3, refuses both. */
export function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  return typeof value !== 'object' || value === null || Object.entries(value).flat().every(isPlain);
}

export function isUnreadable(value: unknown, depth = 2): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth > 32) return true;
  return Object.entries(value).some(
    ([key, each]) => /^(__proto__|constructor)$/.test(key) || isUnreadable(each, depth + 1),
  );
}

const customRules: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string' && [...asStored(value)].length <= 500,
  number: (value) => Number.isFinite(value),
  date: (value) => typeof value === 'string' && isDay(value),
  boolean: (value) => typeof value === 'boolean',
  enum: (value) => typeof value === 'string' && options.includes(value.trim()),
};

/** @param value what stands at the place: JSON, or the text of a parameter, or the texts of a repeated one. */
export function verdictOn(place: Place, value: unknown, ids: Fixtures['ids']): Verdict {
  const { keys, where, schema, top, operation, isId, fieldType } = place;
  const [name] = keys;
  if (where === 'body' && isUnreadable(value, keys.length + 1)) return 'unreadable';
  if (hasRecords(operation) && /^(data|items|match_by)$/.test(name)) return 'open';
  if (isId) return typeof value === 'string' && uuid.test(value) ? (known(value, ids) ? 'good' : 'absent') : 'bad';
  const isFilter = where === 'query' || isList(operation);
  if (isFilter) return verdictOnFilter(place, value);
  if (!isPlain(value)) return 'bad';
  if (fieldType) return value === null || customRules[fieldType](value) ? 'good' : 'bad';
  if (name === 'custom_fields') {
    return value === null || (isObject(value) && Object.keys(value).length === 0) ? 'good' : 'bad';
  }
  const isWhole = keys.length === 1;
  const read = asRead(String(keys.at(-1)), schema, value);
  if (!fits(schema, read)) return isOpen(place, value) ? 'open' : 'bad';
  if (!isWhole) return 'good';
  // Another record may have it.
  if (name === 'external_id' && read !== null && read !== '') return 'open';
  if (/_external_id$/.test(name)) {
    // It cannot stand beside the id that a fair activity has. Elsewhere no record has it.
    if (/activities/.test(operation.path)) return 'open';
    if (read !== null && read !== '') return 'absent';
  }
  if (/^(new_)?password$/.test(name) && !/login$/.test(operation.path)) {
    return ({ taken: 'good', refused: 'bad', either: 'open' } as const)[verdictOnPassword(value)];
  }
  if (schema.format === 'email') return verdictOnAddress(value) === 'refused' ? 'bad' : 'open';
  if (name === 'url') return value === null || isSecureUrl(value as string) ? 'open' : 'bad';
  if (typesOf(top).includes('string') && top.format === 'uuid' && typeof value === 'string') {
    return known(value, ids) ? 'good' : 'absent';
  }
  return isOpen(place, value) ? 'open' : 'good';
}

const known = (id: string, ids: Fixtures['ids']) => Object.values(ids).includes(id.toLowerCase());
export const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text.trim())) return false;
  const { protocol, username, password: secret } = new URL(text);
  return protocol === 'https:' && username + secret === '';
}

/** Where other fields of the request or the record decide. */
function isOpen({ keys: [name], operation: { path } }: Place, value: unknown): boolean {
  // A record may lose its last link.
  if (/activities/.test(path) && /_id$/.test(name) && value === null) return true;
  // A credential that is empty is one that is missing.
  if (/^client_(id|secret)$/.test(name)) return value === null || value === '';
  // An enum wants options, another type none; neither it nor a boolean can be unique.
  return /custom-fields/.test(path) && (name === 'options' || name === 'unique' || value === 'enum');
}

/**
 * Parameters are text; an operation's filters are read as if they stood in a query string, so that "5" is 5 and one value an
 * array of it. Empty and null are absent.
 */
function verdictOnFilter(place: Place, sent: unknown): Verdict {
  const { keys, schema, where, operation } = place;
  const types = typesOf(schema);
  const [name] = keys;
  // These two are not handed on to the route, and are what the document says.
  if (/users-list$/.test(operation.path) && /^(limit|offset)$/.test(name)) return fits(schema, sent) ? 'good' : 'bad';
  const empty = where === 'query' ? [''] : ['', null];
  if (keys.length > 1) {
    if (sent === '') return 'good';
    return verdictOnFilter({ ...place, keys: [name], schema: { type: 'array', items: schema } }, [sent]);
  }
  if (empty.includes(sent as string)) return 'good';
  // What conditions there are of custom fields, and how each is written, has a suite of its own.
  if (name === 'custom_fields')
    return isObject(sent) && Object.keys(sent).length > 0 ? 'open' : isObject(sent) ? 'good' : 'open';
  // A parameter that is repeated no times is absent.
  if (Array.isArray(sent) && sent.every((item) => item === '')) return 'good';
  if (/^(expires|signature)$/.test(name)) return 'open';
  if (types.includes('array')) {
    const items = [sent].flat().filter((item) => item !== '');
    if (items.length === 0) return 'good';
    if (items.some((item) => item === null || typeof item === 'object')) return 'bad';
    const read = items.map((item) => asRead(name, schema.items!, String(item)));
    return items.every((item) => isPlain(String(item))) && fits(schema, name === 'tags' ? [...new Set(read)] : read)
      ? 'good'
      : 'bad';
  }
  if (typeof sent === 'object' && sent !== null) return 'bad';
  const text = String(sent);
  if (!isPlain(text)) return 'bad';
  if (/^(cursor|after)$/.test(name)) return 'bad';
  if (types.includes('integer')) {
    if (/^0+\d|e|\.0+$/i.test(text)) return 'open';
    return /^-?\d+$/.test(text) && fits(schema, Number(text)) ? 'good' : 'bad';
  }
  if (types.includes('boolean')) return /^(true|false)$/.test(text) ? 'good' : 'bad';
  const read = asRead(name, schema, text);
  return read === '' ? 'open' : fits(schema, read) ? 'good' : 'bad';
}

// What is sent.

/** What is tried at one place: JSON, and in a path or query the text that says it. */
export interface Trial {
  readonly place: Place;
  readonly text: string;
  readonly verdict: Verdict;
  /** How a path or query spells it. */
  readonly spelling: readonly string[];
}

const own = (lengths: readonly (number | undefined)[]) =>
  lengths.flatMap((length) => (length === undefined ? [] : [length]));

/** At the limits that the schema sets, and just beyond. */
export function limitsOf({ schema, fieldType }: Place): string[] {
  const { maxLength, minimum, maximum, maxItems, enum: members = [] } = schema;
  const lengths = fieldType === 'text' ? [500, 501] : own([maxLength, maxLength && maxLength + 1]);
  const below = minimum === undefined ? undefined : minimum - 1;
  const numbers = own([minimum, below, maximum, maximum && maximum + 1, maximum && maximum * 2]);
  const items = own([maxItems && maxItems + 1]).map((length) => Array.from({ length }, (_, index) => `Item ${index}`));
  const values = [...lengths.map((length) => '🌊'.repeat(length)), ...numbers, ...items, ...members];
  return [...values, ...members.map((member) => String(member).toUpperCase())].map((value) => JSON.stringify(value));
}

const isScalar = (value: unknown) => typeof value !== 'object' || value === null;
const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** @returns nothing where no path or query could say it. */
export function trialOf(place: Place, text: string, ids: Fixtures['ids']): Trial | undefined {
  const { where, schema } = place;
  const value = JSON.parse(text) as unknown;
  if (where === 'body') return { place, text, spelling: [], verdict: verdictOn(place, value, ids) };
  const isRepeated = where === 'query' && Array.isArray(value) && value.length > 0 && value.every(isScalar);
  const spellings = isRepeated ? value.map(textOf) : [typeof value === 'string' ? value : text];
  if (!spellings.every((each) => each.isWellFormed())) return undefined;
  const spelling = spellings.map(encodeURIComponent);
  // Of other paths than this.
  if (spelling.join().length > 12_000 || (where === 'path' && ['', '.', '..'].includes(spelling[0]!))) return undefined;
  // A parameter that is repeated is no text.
  const isOne = spellings.length === 1;
  const isFair = isOne || schema.type === 'array';
  return { place, text, spelling, verdict: isFair ? verdictOn(place, isOne ? spellings[0] : spellings, ids) : 'bad' };
}

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body?: string | undefined;
}

/** The request with these values, each at its place. Not all of them survive JSON.stringify. */
export function withTrials({ method, url, body }: Request, operation: Operation, trials: readonly Trial[]): Sent {
  const parts = operation.path.split('/');
  let path = url.split('/');
  let values = body;
  const query: string[] = [];
  const marked = new Map<string, string>();
  for (const { place, text, spelling } of trials) {
    const { keys, where, schema } = place;
    const [name, ...rest] = keys;
    if (where === 'path') path = path.map((part, index) => (parts[index] === `{${name}}` ? spelling[0]! : part));
    if (where === 'query') {
      const key = schema.type === 'object' ? `${name}[00000000-0000-0000-0000-000000000000]` : name;
      query.push(...spelling.map((each) => `${key}=${each}`));
    }
    if (where !== 'body') continue;
    const mark = `the value of ${name}`;
    marked.set(mark, text);
    const inner = rest.reduceRight((each: unknown, key) => (typeof key === 'number' ? [each] : { [key]: each }), mark);
    // Only enums have them.
    const isOfEnum = name === 'options' && place.body?.properties?.field_type;
    values = { ...values, ...(isOfEnum ? { field_type: 'enum' } : {}), [name]: inner };
  }
  let json = values && JSON.stringify(values);
  for (const [mark, text] of marked) json = json!.replace(`"${mark}"`, () => text);
  return { method, url: path.join('/') + (query.length > 0 ? `?${query.join('&')}` : ''), body: json };
}
