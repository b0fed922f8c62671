import { randomUUID } from 'node:crypto';
import { RequestMethod } from '@nestjs/common';
import { GUARDS_METADATA, INTERCEPTORS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';
import type { FastifyContextConfig } from 'fastify';
import { guardChain } from '../../src/app.module';
import { type ConnectionUse, routeMetadata } from '../../src/platform/http/request';
import { useApi } from '../support/api';
import { operations } from '../support/document';

const { program } = useApi();

/** Not below the prefix of the API, and not in its document. */
const outsideApi = /^(health\/|metrics$)/;

interface Declared {
  /** "GET sources/:id" */
  readonly route: string;
  readonly path: string;
  /** What a decorator says of the route, or of its controller. */
  readonly read: (key: string) => unknown;
}

/** Every route that the modules declare. */
function declared(): Declared[] {
  const found: Declared[] = [];
  for (const module of program.app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      const type = metatype as { prototype: Record<string, object> };
      for (const name of Object.getOwnPropertyNames(type.prototype)) {
        const handler = type.prototype[name]!;
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        if (method === undefined) continue;
        const read = (key: string): unknown => Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, type);
        const path = [Reflect.getMetadata(PATH_METADATA, type), Reflect.getMetadata(PATH_METADATA, handler)]
          .filter((part) => part !== '/')
          .join('/');
        found.push({ route: `${RequestMethod[method]} ${path}`, path, read });
      }
    }
  }
  return found;
}

/** Route → who may call it | whose budget counts | guards of its own. */
function routes(): Record<string, string> {
  return Object.fromEntries(
    declared().map(({ route, path, read }) => {
      const roles = read(routeMetadata.roles) as string[] | undefined;
      const who = read(routeMetadata.public) ? 'public' : (roles?.join(', ') ?? 'every caller');
      const { rateClass = 'caller' } = (read(FASTIFY_ROUTE_CONFIG_METADATA) ?? {}) as FastifyContextConfig;
      const budget = outsideApi.test(path) ? 'none' : rateClass;
      const guards = ((read(GUARDS_METADATA) ?? []) as { name: string }[]).map(({ name }) => name);
      return [route, [who, budget, ...guards].join(' | ')];
    }),
  );
}

it('the guards that every request passes, in order', () => {
  expect(guardChain.map(({ name }) => name)).toEqual([
    'TokenGuard',
    'ActiveUserGuard',
    'OAuthClientGuard',
    'CallerGuard',
    'VerifiedEmailGuard',
    'RolesGuard',
    'IdempotencyKeyGuard',
    'OperationGuard',
    'StoredAnswerGuard',
    'InputGuard',
    'ConnectionGuard',
  ]);
});

it('interceptors, which make each request of their routes dearer: none for all routes, and these', () => {
  expect(program.app.get(ApplicationConfig).getGlobalInterceptors()).toEqual([]);
  const intercepted = declared().flatMap(({ route, read }) => {
    const interceptors = (read(INTERCEPTORS_METADATA) ?? []) as { name: string }[];
    return interceptors.map(({ name }) => `${route} | ${name}`);
  });
  expect(intercepted.sort()).toEqual([
    'GET custom-fields | WholeListInterceptor',
    'GET sources | WholeListInterceptor',
    'GET users | WholeListInterceptor',
    'GET webhooks | WholeListInterceptor',
  ]);
});

it('route → who may call it | whose budget counts | guards of its own, so that a change shows in review', () => {
  expect(routes()).toEqual({
    'GET health/live': 'public | none',
    'GET health/ready': 'public | none',
    'GET metrics': 'public | none',
    'GET errors': 'public | public',
    'POST auth/register': 'public | login | RegistrationGuard',
    'POST auth/login': 'public | login',
    'POST auth/refresh': 'public | public',
    'POST auth/logout': 'owner, admin, member | caller',
    'GET auth/me': 'owner, admin, member | caller',
    'PATCH auth/me': 'owner, admin, member | caller',
    'POST auth/change-password': 'owner, admin, member | caller',
    'POST auth/forgot-password': 'public | login',
    'POST auth/reset-password': 'public | public',
    'POST auth/accept-invite': 'public | public',
    'POST auth/verify-email': 'public | public',
    'GET account': 'every caller | caller',
    'POST account/confirm-before': 'owner | caller',
    'GET users': 'owner, admin, member | caller',
    'GET users/:id': 'owner, admin, member | caller',
    'POST users/invite': 'owner, admin | caller',
    'PATCH users/:id': 'owner, admin | caller',
    'POST users/:id/deactivate': 'owner, admin | caller',
    'POST users/:id/activate': 'owner, admin | caller',
    'POST oauth/token': 'public | public',
    'GET oauth-apps': 'owner, admin | caller',
    'GET oauth-apps/:id': 'owner, admin | caller',
    'POST oauth-apps': 'owner, admin | caller',
    'PATCH oauth-apps/:id': 'owner, admin | caller',
    'POST oauth-apps/:id/rotate-secret': 'owner, admin | caller',
    'DELETE oauth-apps/:id': 'owner, admin | caller',
    'GET events': 'every caller | caller',
    'GET webhooks': 'owner, admin, app | caller',
    'GET webhooks/:id': 'owner, admin, app | caller',
    'POST webhooks': 'owner, admin, app | caller',
    'PATCH webhooks/:id': 'owner, admin, app | caller',
    'DELETE webhooks/:id': 'owner, admin, app | caller',
    'POST webhooks/:id/rotate-secret': 'owner, admin, app | caller',
    'POST webhooks/:id/test': 'owner, admin, app | caller',
    'GET webhooks/:id/deliveries': 'owner, admin, app | caller',
    'GET webhooks/:id/deliveries/:delivery_id': 'owner, admin, app | caller',
    'POST webhooks/:id/deliveries/:delivery_id/retry': 'owner, admin, app | caller',
    'POST webhooks/:id/replay': 'owner, admin, app | caller',
    'GET sources': 'every caller | caller',
    'GET sources/:id': 'every caller | caller',
    'POST sources': 'every caller | caller',
    'PATCH sources/:id': 'every caller | caller',
    'POST sources/:id/archive': 'every caller | caller',
    'POST sources/:id/unarchive': 'every caller | caller',
    'POST sources/upsert': 'every caller | caller',
    'GET companies': 'every caller | caller',
    'GET companies/:id': 'every caller | caller',
    'POST companies': 'every caller | caller',
    'POST companies/bulk': 'every caller | caller | ItemsCost',
    'POST companies/upsert': 'every caller | caller',
    'PATCH companies/:id': 'every caller | caller',
    'DELETE companies/:id': 'every caller | caller',
    'GET contacts': 'every caller | caller',
    'GET contacts/:id': 'every caller | caller',
    'POST contacts': 'every caller | caller',
    'POST contacts/bulk': 'every caller | caller | ItemsCost',
    'POST contacts/upsert': 'every caller | caller',
    'PATCH contacts/:id': 'every caller | caller',
    'DELETE contacts/:id': 'every caller | caller',
    'GET imports': 'every caller | caller',
    'GET imports/:id': 'every caller | caller',
    'POST imports': 'every caller | caller',
    'PUT imports/:id/upload': 'public | public',
    'POST imports/:id/complete-upload': 'every caller | caller',
    'POST imports/:id/confirm': 'every caller | caller',
    'GET imports/:id/again': 'every caller | caller',
    'GET imports/:id/rows': 'every caller | caller',
    'GET imports/:id/errors': 'every caller | caller',
    'GET imports/:id/errors.csv': 'every caller | caller',
    'POST imports/:id/cancel': 'every caller | caller',
    'POST imports/:id/undo': 'every caller | caller',
    'GET custom-fields': 'every caller | caller',
    'GET custom-fields/:id': 'every caller | caller',
    'POST custom-fields': 'owner, admin | caller',
    'PATCH custom-fields/:id': 'owner, admin | caller',
    'DELETE custom-fields/:id': 'owner, admin | caller',
    'GET projects': 'every caller | caller',
    'GET projects/:id': 'every caller | caller',
    'POST projects': 'every caller | caller',
    'POST projects/bulk': 'every caller | caller | ItemsCost',
    'POST projects/upsert': 'every caller | caller',
    'PATCH projects/:id': 'every caller | caller',
    'DELETE projects/:id': 'every caller | caller',
    'GET projects/:id/contacts': 'every caller | caller',
    'PUT projects/:id/contacts/:contact_id': 'every caller | caller',
    'DELETE projects/:id/contacts/:contact_id': 'every caller | caller',
    'GET activities': 'every caller | caller',
    'GET activities/:id': 'every caller | caller',
    'POST activities': 'every caller | caller',
    'POST activities/bulk': 'every caller | caller | ItemsCost',
    'POST activities/upsert': 'every caller | caller',
    'PATCH activities/:id': 'every caller | caller',
    'DELETE activities/:id': 'every caller | caller',
    'GET activity-schemas': 'every caller | caller',
  });
});

it('routes whose handlers use the database’s connections in another way than most', () => {
  const found = declared().flatMap(({ route, read }) => {
    const use = read(routeMetadata.connectionUse) as ConnectionUse | undefined;
    if (use === undefined) return [];
    return [typeof use === 'string' ? `${route} | ${use}` : `${route} | slow: ${String(use.slow)}`];
  });
  expect(found.sort()).toEqual([
    'DELETE companies/:id | slow: true',
    'DELETE contacts/:id | slow: true',
    'DELETE custom-fields/:id | slow: true',
    'DELETE projects/:id | slow: true',
    'GET companies | slow: search',
    'GET contacts | slow: search',
    'GET projects | slow: search',
    'PATCH custom-fields/:id | slow: options,unique',
    'POST activities/bulk | slow: true',
    'POST auth/accept-invite | as needed',
    'POST auth/change-password | as needed',
    'POST auth/login | as needed',
    'POST auth/register | as needed',
    'POST auth/reset-password | as needed',
    'POST companies/bulk | slow: true',
    'POST contacts/bulk | slow: true',
    'POST imports/:id/cancel | slow: true',
    'POST imports/:id/complete-upload | as needed',
    'POST imports/:id/confirm | slow: true',
    'POST projects/bulk | slow: true',
    'POST webhooks/:id/replay | slow: true',
    'PUT imports/:id/upload | as needed',
  ]);
});

it('routes that take large bodies, and the fields with their lists', () => {
  const found = declared().flatMap(({ route, read }) => {
    const { bodyLimits } = (read(FASTIFY_ROUTE_CONFIG_METADATA) ?? {}) as FastifyContextConfig;
    return bodyLimits ? [`${route} | ${bodyLimits.list}`] : [];
  });
  expect(found.sort()).toEqual(
    ['activities', 'companies', 'contacts', 'projects'].map((kind) => `POST ${kind}/bulk | items`),
  );
});

it('routes that change something for a caller, whether they take keys, and whether they can be tried out', () => {
  const found = declared().flatMap(({ route, read }) => {
    if (route.startsWith('GET ') || read(routeMetadata.public)) return [];
    const keys = read(routeMetadata.idempotent) as true | string | undefined;
    const told = [keys === undefined ? 'no key' : keys === true ? 'key' : `key, ${keys}`];
    return [`${route} | ${told.join()}${read(routeMetadata.dryRun) ? ', dry_run' : ''}`];
  });
  expect(found.sort()).toEqual([
    'DELETE activities/:id | key, dry_run',
    'DELETE companies/:id | key, dry_run',
    'DELETE contacts/:id | key, dry_run',
    'DELETE custom-fields/:id | key, dry_run',
    'DELETE oauth-apps/:id | key',
    'DELETE projects/:id | key, dry_run',
    'DELETE projects/:id/contacts/:contact_id | key, dry_run',
    'DELETE webhooks/:id | key',
    'PATCH activities/:id | key, dry_run',
    'PATCH auth/me | no key',
    'PATCH companies/:id | key, dry_run',
    'PATCH contacts/:id | key, dry_run',
    'PATCH custom-fields/:id | key, dry_run',
    'PATCH oauth-apps/:id | key',
    'PATCH projects/:id | key, dry_run',
    'PATCH sources/:id | key, dry_run',
    'PATCH users/:id | key',
    'PATCH webhooks/:id | key',
    'POST account/confirm-before | key',
    'POST activities | key, dry_run',
    'POST activities/bulk | key, dry_run',
    'POST activities/upsert | key, dry_run',
    'POST auth/change-password | no key',
    'POST auth/logout | no key',
    'POST companies | key, dry_run',
    'POST companies/bulk | key, dry_run',
    'POST companies/upsert | key, dry_run',
    'POST contacts | key, dry_run',
    'POST contacts/bulk | key, dry_run',
    'POST contacts/upsert | key, dry_run',
    'POST custom-fields | key, dry_run',
    'POST imports | key',
    'POST imports/:id/cancel | key',
    'POST imports/:id/complete-upload | key, own transactions',
    'POST imports/:id/confirm | key',
    'POST imports/:id/undo | key',
    'POST oauth-apps | key',
    'POST oauth-apps/:id/rotate-secret | key',
    'POST projects | key, dry_run',
    'POST projects/bulk | key, dry_run',
    'POST projects/upsert | key, dry_run',
    'POST sources | key, dry_run',
    'POST sources/:id/archive | key, dry_run',
    'POST sources/:id/unarchive | key, dry_run',
    'POST sources/upsert | key, dry_run',
    'POST users/:id/activate | key',
    'POST users/:id/deactivate | key',
    'POST users/invite | key',
    'POST webhooks | key',
    'POST webhooks/:id/deliveries/:delivery_id/retry | key',
    'POST webhooks/:id/replay | key, own transactions',
    'POST webhooks/:id/rotate-secret | key',
    'POST webhooks/:id/test | key',
    'PUT projects/:id/contacts/:contact_id | key, dry_run',
  ]);
});

it('the document has every route of the API and no other, and says of each whether it wants a token', () => {
  const declared = Object.entries(routes())
    .filter(([route]) => !outsideApi.test(route.split(' ')[1]!))
    .map(
      ([route, who]) => `${route.replace(' ', ' /api/v1/').replaceAll(/:(\w+)/g, '{$1}')} ${who.startsWith('public')}`,
    );
  const documented = operations.map(({ method, path, isPublic }) => `${method} ${path} ${isPublic}`);
  expect(documented.sort()).toEqual(declared.sort());
});

describe('without a token', () => {
  const call = (method: string, path: string, id = 'not-even-an-id') => {
    const url = path.replaceAll(/\{\w+\}/g, id).replace('/api/v1', '');
    return program.client.send(method, `${url}?unknown=1`, method === 'GET' ? undefined : {});
  };

  it.each(operations.filter(({ isPublic }) => !isPublic))('$method $path → auth.required', async ({ method, path }) => {
    const { status, error } = await call(method, path);
    expect([status, error.code]).toEqual([401, 'auth.required']);
  });

  it.each(operations.filter(({ isPublic }) => isPublic))(
    '$method $path looks at the request',
    async ({ method, path }) => {
      const { status, error } = await call(method, path, randomUUID());
      expect([status, error.code]).toEqual([400, expect.stringMatching(/\.invalid_request$/)]);
    },
  );

  // The router decodes paths: whoever else looks at one must see what the router sees.
  it.each(operations)('$method $path answers the same with every letter in code', async ({ method, path }) => {
    const plain = path.replaceAll(/\{\w+\}/g, randomUUID());
    const coded = plain.replaceAll(/[a-z\d-]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    const [first, second] = await Promise.all(
      [plain, coded].map(async (url) => {
        const body = method === 'GET' || method === 'DELETE' ? null : '[';
        const headers: Record<string, string> = body === null ? {} : { 'Content-Type': 'application/json' };
        const response = await fetch(`${program.url}${url}?unknown=1`, { method, body, headers });
        const { error } = (await response.json()) as { error: { code: string } };
        return [response.status, error.code, response.headers.get('cache-control')];
      }),
    );
    expect(second).toEqual(first);
    expect(first![1]).not.toBe('api.not_found');
  });
});
