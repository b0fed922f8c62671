import { recordKinds } from '../../kernel/record-kinds';
import { apiPrefix } from './api-prefix';

/**
 * The operations, `POST /api/{operation}` with one JSON body (docs/contract.md, section 5), and the routes that answer
 * them. An operation has no code of its own.
 */

/** The answer of an operation where it differs from that of its route. */
export type OperationAnswer =
  /** All records at once, without `limit` and `cursor`. */
  | 'all'
  /** `{ users, total }`, with `limit` and `offset`. */
  | 'users'
  /** `{ job_id, signed_url }`. */
  | 'upload';

export interface Operation {
  readonly name: string;
  /**
   * For example `GET contacts/:id`. If there are two, `active: true` calls the first and `active: false` the second.
   */
  readonly routes: readonly [string] | readonly [string, string];
  readonly answer?: OperationAnswer;
}

const answers: Readonly<Record<string, OperationAnswer>> = {
  'users-list': 'users',
  'sources-list': 'all',
  'custom-fields-list': 'all',
  'webhooks-list': 'all',
  'imports-request-upload': 'upload',
};

const routes: Readonly<Record<string, Operation['routes']>> = {
  'auth-register': ['POST auth/register'],
  'auth-login': ['POST auth/login'],
  'auth-refresh-token': ['POST auth/refresh'],
  'auth-logout': ['POST auth/logout'],
  'auth-me': ['GET auth/me'],
  'auth-update-me': ['PATCH auth/me'],
  'auth-accept-invite': ['POST auth/accept-invite'],
  'users-list': ['GET users'],
  'users-get': ['GET users/:id'],
  'users-invite': ['POST users/invite'],
  'users-update': ['PATCH users/:id'],
  'users-set-active': ['POST users/:id/activate', 'POST users/:id/deactivate'],
  'users-change-password': ['POST auth/change-password'],
  'users-forgot-password': ['POST auth/forgot-password'],
  'users-reset-password': ['POST auth/reset-password'],
  ...recordRoutes('contacts'),
  ...recordRoutes('companies'),
  ...recordRoutes('projects'),
  'projects-contacts-list': ['GET projects/:id/contacts'],
  'projects-contacts-add': ['PUT projects/:id/contacts/:contact_id'],
  'projects-contacts-remove': ['DELETE projects/:id/contacts/:contact_id'],
  ...recordRoutes('activities'),
  'activity-schemas-list': ['GET activity-schemas'],
  'sources-list': ['GET sources'],
  'sources-get': ['GET sources/:id'],
  'sources-create': ['POST sources'],
  'sources-update': ['PATCH sources/:id'],
  'sources-archive': ['POST sources/:id/archive'],
  'sources-unarchive': ['POST sources/:id/unarchive'],
  ...recordRoutes('custom-fields'),
  'events-list': ['GET events'],
  ...recordRoutes('webhooks'),
  'webhooks-rotate-secret': ['POST webhooks/:id/rotate-secret'],
  'webhooks-test': ['POST webhooks/:id/test'],
  'webhooks-deliveries': ['GET webhooks/:id/deliveries'],
  'webhooks-delivery-get': ['GET webhooks/:id/deliveries/:delivery_id'],
  'webhooks-delivery-retry': ['POST webhooks/:id/deliveries/:delivery_id/retry'],
  'webhooks-replay': ['POST webhooks/:id/replay'],
  'oauth-token': ['POST oauth/token'],
  'oauth-apps-list': ['GET oauth-apps'],
  'oauth-apps-get': ['GET oauth-apps/:id'],
  'oauth-apps-create': ['POST oauth-apps'],
  'oauth-apps-update': ['PATCH oauth-apps/:id'],
  'oauth-apps-rotate-secret': ['POST oauth-apps/:id/rotate-secret'],
  'oauth-apps-revoke': ['DELETE oauth-apps/:id'],
  'imports-request-upload': ['POST imports'],
  'imports-complete-upload': ['POST imports/:id/complete-upload'],
  'imports-confirm': ['POST imports/:id/confirm'],
  'imports-get': ['GET imports/:id'],
  'imports-list': ['GET imports'],
  'imports-errors': ['GET imports/:id/errors'],
  'imports-cancel': ['POST imports/:id/cancel'],
  'imports-undo': ['POST imports/:id/undo'],
  'errors-list': ['GET errors'],
};

function recordRoutes(path: string): Readonly<Record<string, [string]>> {
  return {
    [`${path}-list`]: [`GET ${path}`],
    [`${path}-get`]: [`GET ${path}/:id`],
    [`${path}-create`]: [`POST ${path}`],
    [`${path}-update`]: [`PATCH ${path}/:id`],
    [`${path}-delete`]: [`DELETE ${path}/:id`],
  };
}

/** All operations by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries(routes).map(([name, of]) => {
    const answer = answers[name];
    return [name, { name, routes: of, ...(answer ? { answer } : {}) }];
  }),
);

const operationPrefix = '/api/';

export function operationPath({ name }: Operation): string {
  return `${operationPrefix}${name}`;
}

/** @returns the operation of a path, if there is one. */
export function operationAt(path: string): Operation | undefined {
  return path.startsWith(operationPrefix) ? operations.get(path.slice(operationPrefix.length)) : undefined;
}

/** @returns method and path of a route as Fastify knows them. */
export function routeOf(route: string): { readonly method: string; readonly url: string } {
  const [method, path] = route.split(' ') as [string, string];
  return { method, url: `${apiPrefix}/${path}` };
}

/** The field of a body for a path's `:id`. The other ids have the same name in path and body. */
const idNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(recordKinds).map(([kind, { plural }]) => [plural, `${kind}_id`])),
  users: 'user_id',
  'custom-fields': 'custom_field_id',
  webhooks: 'endpoint_id',
  'oauth-apps': 'app_id',
  imports: 'job_id',
};

export interface OperationId {
  /** The name in the path of the route. */
  readonly parameter: string;
  /** The names in the body, the usual one first. */
  readonly fields: readonly [string, ...string[]];
}

/** The ids of an operation, in the order of its route's path. */
export function idsOf({ routes: [route] }: Operation): OperationId[] {
  const [context, ...segments] = route.split(' ')[1]!.split('/') as [string, ...string[]];
  return segments
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1))
    .map((parameter) => ({ parameter, fields: parameter === 'id' ? [idNames[context]!, 'id'] : [parameter] }));
}
