import { idsOf, operationPath, operations, routeOf } from '../../src/platform/http/operations';
import { operationCalls, operations as routes } from '../support/document';

/** The table of docs/contract.md, section 5. */
const records = ['contacts', 'companies', 'projects', 'activities', 'custom-fields', 'webhooks'];
const wanted = [
  'auth-register auth-login auth-refresh-token auth-logout auth-me auth-accept-invite',
  'users-list users-get users-invite users-update users-set-active users-change-password users-forgot-password',
  'users-reset-password projects-contacts-list projects-contacts-add projects-contacts-remove activity-schemas-list',
  'errors-list events-list sources-list sources-get sources-create sources-update sources-archive sources-unarchive',
  'webhooks-rotate-secret webhooks-test webhooks-deliveries webhooks-delivery-get webhooks-delivery-retry webhooks-replay',
  'oauth-token oauth-apps-list oauth-apps-get oauth-apps-create oauth-apps-update oauth-apps-rotate-secret oauth-apps-revoke',
  'imports-request-upload imports-complete-upload imports-confirm imports-get imports-list imports-errors imports-cancel',
  'imports-undo',
]
  .flatMap((line) => line.split(' '))
  .concat(records.flatMap((name) => ['list', 'get', 'create', 'update', 'delete'].map((verb) => `${name}-${verb}`)));

/** Bytes and a file are no JSON; what is newer than the hosted API has no operation (docs/contract.md, section 5). */
const without = [
  ...['PUT /api/v1/imports/{id}/upload', 'GET /api/v1/imports/{id}/errors.csv'],
  ...['GET /api/v1/imports/{id}/again', 'GET /api/v1/imports/{id}/rows'],
  ...records.slice(0, 4).map((name) => `POST /api/v1/${name}/bulk`),
  ...[...records.slice(0, 4), 'sources'].map((name) => `POST /api/v1/${name}/upsert`),
  ...['POST /api/v1/auth/verify-email', 'GET /api/v1/account', 'POST /api/v1/account/confirm-before'],
];

const documented = (route: string) => {
  const { method, url } = routeOf(route);
  return `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;
};

it.each(wanted)('%s is an operation', (name) => {
  expect(operations.has(name)).toBe(true);
});

it('every route has one operation, and every operation a route', () => {
  const stoodFor = [...operations.values()].flatMap(({ routes: each }) => each.map(documented));
  const served = routes.map(({ method, path }) => `${method} ${path}`);
  expect([...stoodFor, ...without].sort()).toEqual(served.sort());
});

it('the document shows them all, and nothing else beside the routes', () => {
  expect(operationCalls.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
    [...operations.values()].map((each) => `POST ${operationPath(each)}`).sort(),
  );
});

it('every id of a path has a name in the body', () => {
  for (const operation of operations.values()) {
    const ids = idsOf(operation);
    expect(ids).toHaveLength(operation.routes[0].split(':').length - 1);
    for (const { fields } of ids) expect(fields[0]).toMatch(/^[a-z_]+_id$/);
  }
});
