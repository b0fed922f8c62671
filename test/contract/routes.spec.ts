import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import { routeMetadata } from '../../src/platform/http/request';
import { startApp, type TestApp } from '../support/app';
import { operations } from '../support/document';

let program: TestApp;
beforeAll(async () => {
  program = await startApp();
});
afterAll(() => program.close());

/** Every route that the program's modules declare: "GET sources/:id" → who may call it. */
function routes(): Record<string, string> {
  const found: Record<string, string> = {};
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
        const roles = read(routeMetadata.roles) as string[] | undefined;
        found[`${RequestMethod[method]} ${path}`] = read(routeMetadata.public)
          ? 'public'
          : (roles?.join(', ') ?? 'every caller');
      }
    }
  }
  return found;
}

it('route → who may call it, so that a change shows in review', () => {
  expect(routes()).toEqual({
    'GET health/live': 'public',
    'GET health/ready': 'public',
    'POST auth/register': 'public',
    'POST auth/login': 'public',
    'POST auth/refresh': 'public',
    'POST auth/logout': 'every caller',
    'GET auth/me': 'every caller',
    'PATCH auth/me': 'every caller',
    'POST auth/change-password': 'every caller',
    'GET sources': 'every caller',
    'GET sources/:id': 'every caller',
    'POST sources': 'every caller',
    'PATCH sources/:id': 'every caller',
    'POST sources/:id/archive': 'every caller',
    'POST sources/:id/unarchive': 'every caller',
  });
});

it('the document has every route of the API and no other', () => {
  const declared = Object.keys(routes())
    .filter((route) => !route.includes('health/'))
    .map((route) => route.replace(' ', ' /api/v1/').replaceAll(/:(\w+)/g, '{$1}'));
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(declared.sort());
});

it('the document says of each route whether it wants a token', () => {
  const open = operations
    .filter(({ statuses }) => !statuses.includes('401') || !statuses.includes('403'))
    .map(({ path }) => path);
  // Sign-in routes answer 401 and 403 too, for credentials rather than for a missing token.
  expect(open.every((path) => path.startsWith('/api/v1/auth/'))).toBe(true);
});

describe('without a token', () => {
  const guarded = operations.filter(
    ({ method, path }) => !/auth\/(register|login|refresh)$/.test(path) || method !== 'POST',
  );

  it.each(guarded)('$method $path → auth.required', async ({ method, path }) => {
    const url = path.replaceAll(/\{\w+\}/g, 'not-even-an-id').replace('/api/v1', '');
    const { status, error } = await program.client.send(method, `${url}?unknown=1`, method === 'GET' ? undefined : {});
    expect([status, error.code]).toEqual([401, 'auth.required']);
  });
});
