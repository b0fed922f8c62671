import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idsOf, operations as operationsByName, type Operation } from '../../src/platform/http/operations';
import { password } from '../support/app';
import type { Answer, Body, Client, Headers } from '../support/client';
import { operationCalls, operations } from '../support/document';
import { type Account, type CallerName, type Door, fieldValue, type Kind } from './account';

/**
 * A line for every operation of the document: where it takes ids, of what kind of record, and what else makes a good request
 * of it. `isolation.spec.ts` compares the places with those that the document has.
 */
interface Line {
  /** By place: `path:id`, `query:company_ids[]`, `body.custom_fields.<key>`. */
  readonly ids?: Readonly<Record<string, Kind>>;
  /** Why it takes none. */
  readonly none?: string;
  /** Why keys of the caller's choice are no ids. */
  readonly freeKeys?: string;
  readonly query?: (account: Account, door: Door) => string;
  readonly body?: object | ((account: Account, door: Door) => Body);
}

const own = 'acts for its caller, whom the token names';
const made = 'makes a record that refers to none';
const all = 'lists all of the account';
const secret = 'knows its caller by a secret alone';
const id = (kind: Kind, more: Omit<Line, 'ids'> = {}): Line => ({ ids: { 'path:id': kind }, ...more });

const links = {
  'body.company_id': 'company',
  'body.source_id': 'source',
  'body.custom_fields.<key>': 'contact_field',
} as const;
const ownership = {
  'body.company_id': 'company',
  'body.assigned_to': 'user',
  'body.custom_fields.<key>': 'project_field',
} as const;
const subjects = { 'body.contact_id': 'contact', 'body.company_id': 'company', 'body.project_id': 'project' } as const;
/** The places of a record's fields in a body that has the record. */
const inside = (where: string, places: Readonly<Record<string, Kind>>): Record<string, Kind> =>
  Object.fromEntries(Object.entries(places).map(([place, kind]) => [place.replace('body.', `body.${where}.`), kind]));
/** A bulk that answers as its item does. */
const bulk = (data: object) => ({ atomic: true, items: [{ action: 'create', data }] });
const membership = { 'path:id': 'project', 'path:contact_id': 'contact' } as const;
const attempt = { 'path:id': 'webhook', 'path:delivery_id': 'delivery' } as const;
const invited = { email: 'somebody-new@example.com', name: 'Somebody' };

export const lines: Readonly<Record<string, Line>> = {
  'GET /errors': { none: 'the catalogue is the same for everybody' },
  'POST /auth/register': { none: 'makes an account' },
  'POST /auth/login': { none: secret },
  'POST /auth/refresh': { none: secret },
  'POST /auth/logout': { none: own },
  'GET /auth/me': { none: own },
  'PATCH /auth/me': { none: own, body: { name: 'Renamed' } },
  'POST /auth/change-password': { none: own, body: { current_password: password, new_password: `${password}-new` } },
  'POST /auth/forgot-password': { none: 'answers the same for any address' },
  'POST /auth/reset-password': { none: secret },
  'POST /auth/accept-invite': { none: secret },
  'POST /auth/verify-email': { none: secret },
  'GET /account': { none: own },
  'POST /account/confirm-before': { none: own },
  'GET /users': { none: all },
  'GET /users/{id}': id('user'),
  'PATCH /users/{id}': id('user', { body: { name: 'Renamed' } }),
  'POST /users/invite': { none: made, body: invited },
  'POST /users/{id}/deactivate': id('user'),
  'POST /users/{id}/activate': id('user'),
  'POST /oauth/token': {
    ids: { 'body.client_id': 'client' },
    freeKeys: 'RFC 6749, 3.2: parameters of a form that are not known are ignored',
    body: (account, door) => ({ grant_type: 'client_credentials', client_secret: account.clientSecrets[door] }),
  },
  'GET /oauth-apps': { none: all },
  'POST /oauth-apps': { none: made, body: { name: 'Exporter' } },
  'GET /oauth-apps/{id}': id('oauth_app'),
  'PATCH /oauth-apps/{id}': id('oauth_app', { body: { name: 'Renamed' } }),
  'DELETE /oauth-apps/{id}': id('oauth_app'),
  'POST /oauth-apps/{id}/rotate-secret': id('oauth_app'),
  'GET /sources': { none: all },
  'POST /sources': { none: made, body: { name: 'Fair' } },
  'GET /sources/{id}': id('source'),
  'PATCH /sources/{id}': id('source', { body: { name: 'Renamed' } }),
  'POST /sources/{id}/archive': id('source'),
  'POST /sources/{id}/unarchive': id('source'),
  'POST /sources/upsert': { none: made, body: { match_by: 'name', data: { name: 'Fair' } } },
  'GET /custom-fields': { none: all },
  'POST /custom-fields': { none: made, body: { entity_type: 'contact', label: 'Size', field_type: 'number' } },
  'GET /custom-fields/{id}': id('contact_field'),
  'PATCH /custom-fields/{id}': id('contact_field', { body: { display_order: 7 } }),
  'DELETE /custom-fields/{id}': id('contact_field'),
  'GET /companies': { ids: { 'query:custom_fields.<key>': 'company_field' } },
  'POST /companies': { ids: { 'body.custom_fields.<key>': 'company_field' }, body: { name: 'Acme' } },
  'GET /companies/{id}': id('company'),
  'PATCH /companies/{id}': {
    ids: { 'path:id': 'company', 'body.custom_fields.<key>': 'company_field' },
    body: { notes: 'Changed' },
  },
  'DELETE /companies/{id}': id('company'),
  'POST /companies/upsert': {
    ids: { 'body.data.custom_fields.<key>': 'company_field' },
    body: { match_by: 'name', data: { name: 'Acme' } },
  },
  'POST /companies/bulk': {
    ids: { 'body.items[].id': 'company', 'body.items[].data.custom_fields.<key>': 'company_field' },
    body: bulk({ name: 'Acme' }),
  },
  'GET /contacts': {
    ids: {
      'query:company_id': 'company',
      'query:company_ids[]': 'company',
      'query:source_ids[]': 'source',
      'query:custom_fields.<key>': 'contact_field',
    },
  },
  'POST /contacts': { ids: links, body: { first_name: 'Grace' } },
  'GET /contacts/{id}': id('contact'),
  'PATCH /contacts/{id}': { ids: { 'path:id': 'contact', ...links }, body: { notes: 'Changed' } },
  'DELETE /contacts/{id}': id('contact'),
  'POST /contacts/upsert': {
    ids: inside('data', links),
    body: { match_by: 'email', data: { first_name: 'Grace', email: 'grace@example.com' } },
  },
  'POST /contacts/bulk': {
    ids: { 'body.items[].id': 'contact', ...inside('items[].data', links) },
    body: bulk({ first_name: 'Grace' }),
  },
  'GET /projects': {
    ids: { 'query:company_id': 'company', 'query:assigned_to': 'user', 'query:custom_fields.<key>': 'project_field' },
  },
  'POST /projects': { ids: ownership, body: { name: 'Launch' } },
  'GET /projects/{id}': id('project'),
  'PATCH /projects/{id}': { ids: { 'path:id': 'project', ...ownership }, body: { notes: 'Changed' } },
  'DELETE /projects/{id}': id('project'),
  'POST /projects/upsert': {
    ids: inside('data', ownership),
    body: { match_by: 'external_id', data: { name: 'Launch', external_id: 'launch-1' } },
  },
  'POST /projects/bulk': {
    ids: { 'body.items[].id': 'project', ...inside('items[].data', ownership) },
    body: bulk({ name: 'Launch' }),
  },
  'GET /projects/{id}/contacts': id('project'),
  'PUT /projects/{id}/contacts/{contact_id}': { ids: membership, body: { role: 'sponsor' } },
  'DELETE /projects/{id}/contacts/{contact_id}': { ids: membership },
  'GET /activities': {
    ids: { 'query:contact_id': 'contact', 'query:company_id': 'company', 'query:project_id': 'project' },
  },
  'POST /activities': { ids: subjects, body: { activity_type: 'call' } },
  'GET /activities/{id}': id('activity'),
  'PATCH /activities/{id}': { ids: { 'path:id': 'activity', ...subjects }, body: { metadata: { notes: 'Changed' } } },
  'DELETE /activities/{id}': id('activity'),
  'POST /activities/upsert': {
    ids: inside('data', subjects),
    body: { match_by: 'external_id', data: { activity_type: 'call', external_id: 'call-1' } },
  },
  'POST /activities/bulk': {
    ids: { 'body.items[].id': 'activity', ...inside('items[].data', subjects) },
    body: bulk({ activity_type: 'call' }),
  },
  'GET /activity-schemas': { none: 'the schemas are the same for everybody' },
  'POST /imports': { none: made, body: { model_type: 'contacts', file_name: 'people.csv' } },
  'GET /imports': { none: all },
  'PUT /imports/{id}/upload': id('open_import', {
    query: ({ uploadQueries }, door) => uploadQueries[door],
    body: () => Buffer.from('Name\nAcme\n'),
  }),
  'POST /imports/{id}/complete-upload': id('sent_import'),
  'POST /imports/{id}/confirm': {
    ids: {
      'path:id': 'previewed_import',
      'body.column_mapping.<key>': 'contact_field',
      'body.defaults.<key>': 'contact_field',
    },
    body: { column_mapping: { 'First name': 'first_name' }, dry_run: true },
  },
  'GET /imports/{id}': id('finished_import'),
  'GET /imports/{id}/errors': id('finished_import'),
  'GET /imports/{id}/again': id('finished_import'),
  'GET /imports/{id}/rows': id('finished_import'),
  'GET /imports/{id}/errors.csv': id('finished_import'),
  'POST /imports/{id}/cancel': id('open_import'),
  'POST /imports/{id}/undo': id('finished_import'),
  'GET /events': { ids: { 'query:entity_id': 'contact' } },
  'GET /webhooks': { none: all },
  'POST /webhooks': { none: made, body: { url: 'https://localhost/other', events: ['contact.created'] } },
  'GET /webhooks/{id}': id('webhook'),
  'PATCH /webhooks/{id}': id('webhook', { body: { description: 'Changed' } }),
  'DELETE /webhooks/{id}': id('webhook'),
  'POST /webhooks/{id}/rotate-secret': id('webhook'),
  'POST /webhooks/{id}/test': id('webhook'),
  'GET /webhooks/{id}/deliveries': id('webhook'),
  'GET /webhooks/{id}/deliveries/{delivery_id}': { ids: attempt },
  'POST /webhooks/{id}/deliveries/{delivery_id}/retry': { ids: attempt },
  'POST /webhooks/{id}/replay': id('webhook', { body: { since: '2020-01-01T00:00:00Z' } }),
};

/** Ids by place; a list of them where the place takes one. */
export type Given = Readonly<Record<string, string | readonly string[]>>;

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly body?: Body;
}

/** One operation of the document, at one of its doors. */
export interface Case {
  readonly name: string;
  readonly door: Door;
  /** As in the document. */
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly isRead: boolean;
  readonly ids: Readonly<Record<string, Kind>>;
  /** The places without which there is no request: they name what it is about. */
  readonly needed: readonly string[];
  readonly hasFreeKeys: boolean;
  request(given: Given, account: Account): Request;
}

const prefix = '/api/v1';

function routeCase({ method, path, isPublic }: (typeof operations)[number]): Case {
  const line = lines[`${method} ${path.slice(prefix.length)}`] ?? {};
  return {
    name: `${method} ${path}`,
    ...{ door: 0, method, path, isPublic, isRead: method === 'GET', ids: line.ids ?? {} },
    needed: Object.keys(line.ids ?? {}).filter(isInPath),
    hasFreeKeys: line.freeKeys !== undefined,
    request: (given, account) => {
      const { path: segments, query, body } = sorted(given);
      const search = new URLSearchParams(line.query?.(account, 0));
      for (const [name, value] of query) for (const each of [value].flat()) search.append(name, String(each));
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(segments.get(name))));
      const url = search.size > 0 ? `${filled}?${search.toString()}` : filled;
      return { method, url, body: bodyOf(line, body, account, 0) };
    },
  };
}

/** An operation that stands for two routes is a case for each. */
function operationCases({ path, method, isPublic }: (typeof operationCalls)[number]): Case[] {
  const operation = operationsByName.get(path.slice('/api/'.length))!;
  return operation.routes.map((route, index) => {
    const key = route.replace(' ', ' /').replaceAll(/:(\w+)/g, '{$1}');
    const line = lines[key] ?? {};
    const active = operation.routes.length > 1 ? { active: index === 0 } : {};
    const places = Object.keys(line.ids ?? {}).map((place) => [placeInCall(place, operation), place] as const);
    return {
      name: `POST ${path}${operation.routes.length > 1 ? ` ${JSON.stringify(active)}` : ''}`,
      ...{ door: 1, method, path, isPublic, isRead: key.startsWith('GET ') },
      ids: Object.fromEntries(places.map(([called, place]) => [called, line.ids![place]!])),
      needed: places.filter(([, place]) => isInPath(place)).map(([called]) => called),
      hasFreeKeys: false,
      request: (given, account) => {
        const body = bodyOf(line, sorted(given).body, account, 1) as object | undefined;
        return { method, url: path, body: { ...body, ...active } };
      },
    };
  });
}

function isInPath(place: string): boolean {
  return place.startsWith('path:');
}

function placeInCall(place: string, operation: Operation): string {
  const [, parameter] = /^path:(.+)/.exec(place) ?? [];
  if (parameter === undefined) return place.replace(/^query:/, 'body.');
  return `body.${idsOf(operation).find((each) => each.parameter === parameter)!.fields[0]}`;
}

type Entries = [string, unknown][];

/** The ids by where they go, with the names of fields and parameters. */
function sorted(given: Given): { path: Map<string, unknown>; query: Entries; body: Entries } {
  const path = new Map<string, unknown>();
  const query: Entries = [];
  const body: Entries = [];
  for (const [place, value] of Object.entries(given)) {
    const [, where, name, suffix] = /^(path:|query:|body\.)(\w+)(.*)$/.exec(place)!;
    if (where === 'path:') path.set(name!, value);
    else if (where === 'query:')
      query.push(suffix === '.<key>' ? [`${name}[${String(value)}]`, fieldValue] : [name!, value]);
    else if (name === 'data' || name === 'items') body.push([`${name}${suffix}`, value]);
    else if (suffix !== '.<key>') body.push([name!, suffix === '[]' ? [value].flat() : value]);
    else if (name === 'column_mapping')
      body.push([name, { 'First name': 'first_name', 'E-mail': `custom_fields.${String(value)}` }]);
    else if (name === 'defaults') body.push([name, { [`custom_fields.${String(value)}`]: fieldValue }]);
    else body.push([name!, { [String(value)]: fieldValue }]);
  }
  return { path, query, body };
}

function bodyOf({ body: base }: Line, ids: Entries, account: Account, door: Door): Body {
  const body = typeof base === 'function' ? (base as (account: Account, door: Door) => Body)(account, door) : base;
  if (Buffer.isBuffer(body)) return body;
  if (body === undefined && ids.length === 0) return undefined;
  const isInside = ([name]: [string, unknown]) => /^(data|items\[\])\./.test(name);
  const flat = { ...(body as object), ...Object.fromEntries(ids.filter((each) => !isInside(each))) };
  return ids.filter(isInside).reduce<object>((filled, [name, value]) => withInside(filled, name, value), flat);
}

/** @param name `data.company_id`, `items[].id`, or `items[].data.custom_fields.<key>`. */
function withInside(body: object, name: string, value: unknown): object {
  const { data, items } = body as { data?: object; items?: { data?: object }[] };
  const [, list, field, isKey] = /^(items\[\]\.)?(?:data\.)?(\w+)(\.<key>)?$/.exec(name)!;
  const set = { [field!]: isKey ? { [String(value)]: fieldValue } : value };
  if (!list) return { ...body, data: { ...data, ...set } };
  const item = items![0]!;
  // An item with an id is a change. It keeps the fields that others have set.
  if (field === 'id')
    return { ...body, items: [{ ...item, action: 'update', id: value, data: referencesIn(item.data) }] };
  return { ...body, items: [{ ...item, data: { ...item.data, ...set } }] };
}

function referencesIn(data: object = {}): object {
  return Object.fromEntries(Object.entries(data).filter(([name]) => name.endsWith('_id') || name === 'custom_fields'));
}

export const cases: readonly Case[] = [...operations.map(routeCase), ...operationCalls.flatMap(operationCases)];

/** Of the account's own records, at every place. */
export function ownIds({ ids, door }: Case, { records }: Account): Record<string, string> {
  return Object.fromEntries(Object.entries(ids).map(([place, kind]) => [place, records[kind][door]]));
}

/** The same, only where there must be one. */
export function neededIds(each: Case, account: Account): Record<string, string> {
  return Object.fromEntries(Object.entries(ownIds(each, account)).filter(([place]) => each.needed.includes(place)));
}

export function send<Result>(client: Client, { method, url, body }: Request): Promise<Answer<Result>> {
  const headers: Headers = Buffer.isBuffer(body) ? { 'Content-Type': 'text/csv' } : {};
  return url.startsWith(`${prefix}/`)
    ? client.send<Result>(method, url.slice(prefix.length), body, headers)
    : client.call<Result>(url.slice('/api/'.length), body, headers);
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: object;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
interface Shown {
  readonly description?: string;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Shown>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
}

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, '../..', file), 'utf8')) as Document;
const document = read('openapi.json');
const paths = { ...document.paths, ...read('openapi-operations.json').paths };

function shownOf({ method, path }: Pick<Case, 'method' | 'path'>): Shown {
  return paths[path]![method.toLowerCase()]!;
}

/** Every place at which the document has the operation take an id, or keys of its caller's choice, which may be ids. */
export function placesOf(operation: Pick<Case, 'method' | 'path'>): string[] {
  const { requestBody } = shownOf(operation);
  const places = [
    ...parametersOf(operation).flatMap(({ in: where, name, schema }) =>
      where === 'path' ? [`path:${name}`] : within(schema, `${where}:${name}`),
    ),
    ...Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => within(schema, 'body')),
  ];
  return [...new Set(places)].sort();
}

function parametersOf(operation: Pick<Case, 'method' | 'path'>): Parameter[] {
  const { parameters = [] } = shownOf(operation);
  const { parameters: shared } = document.components;
  return parameters.map((each) => ('$ref' in each ? shared[each.$ref.split('/').at(-1)!]! : each));
}

function within(schema: Schema, place: string): string[] {
  if (schema.$ref) return within(document.components.schemas[schema.$ref.split('/').at(-1)!]!, place);
  const { format, items, properties = {}, additionalProperties, patternProperties } = schema;
  // Ids of other systems are texts of the account's own (`e2e/external-ids.spec.ts`).
  const isExternal = place.endsWith('external_id');
  const isId = format === 'uuid' || (!items && !isExternal && /(^|[_:.])ids?(\[\])?$/.test(place));
  return [
    ...(isId ? [place] : []),
    ...(items ? within(items, `${place}[]`) : []),
    ...Object.entries(properties).flatMap(([name, each]) => within(each, `${place}.${name}`)),
    ...(additionalProperties || patternProperties ? [`${place}.<key>`] : []),
    ...[schema.allOf, schema.oneOf, schema.anyOf].flatMap((some) =>
      (some ?? []).flatMap((each) => within(each, place)),
    ),
  ];
}

/** Whether the operation takes this filter or place in a list. */
export function takes({ method, path }: Case, name: string): boolean {
  const { requestBody } = shownOf({ method, path });
  const schema = requestBody?.content['application/json']?.schema;
  const properties = schema?.$ref
    ? document.components.schemas[schema.$ref.split('/').at(-1)!]!.properties
    : schema?.properties;
  return parametersOf({ method, path }).some((parameter) => parameter.name === name) || name in (properties ?? {});
}

/** Who may call it, as the document says: all callers unless it names some; apps only where it lists their scheme. */
export function callersOf(operation: Case): CallerName[] {
  const { description = '', security = [] } = shownOf(operation);
  const [, named] = /\*\*Callers:\*\* (.+)\.$/m.exec(description) ?? [];
  const names: readonly (readonly [string, CallerName])[] = [
    ['owners', 'owner'],
    ['admins', 'admin'],
    ['members', 'member'],
    ['OAuth apps', 'app'],
  ];
  const listed = names
    .filter(([text]) => named === undefined || named.split(', ').includes(text))
    .map(([, name]) => name);
  return listed.filter((name) => security.some((each) => (name === 'app' ? 'app' : 'bearer') in each));
}

/** What ends something comes last; memberships and activities end before the records that they hang on. */
const turns = [/contacts\/\{contact_id\}|contacts-remove/, /activities/, /^/];
const ends = /DELETE|delete|remove|revoke|cancel|undo|deactivate|"active":false/;
const turnOf = ({ name }: Case) => (ends.test(name) ? 1 + turns.findIndex((turn) => turn.test(name)) : 0);

/** In an order in which all of them find their records. */
export function inTurn(some: readonly Case[]): Case[] {
  return [...some].sort((one, other) => turnOf(one) - turnOf(other));
}
