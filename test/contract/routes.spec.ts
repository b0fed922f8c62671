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
    'GET errors': 'public',
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
    'GET companies': 'every caller',
    'GET companies/:id': 'every caller',
    'POST companies': 'every caller',
    'PATCH companies/:id': 'every caller',
    'DELETE companies/:id': 'every caller',
    'GET contacts': 'every caller',
    'GET contacts/:id': 'every caller',
    'POST contacts': 'every caller',
    'PATCH contacts/:id': 'every caller',
    'DELETE contacts/:id': 'every caller',
  });
});

it('the document has every route of the API and no other, and says of each whether it wants a token', () => {
  const declared = Object.entries(routes())
    .filter(([route]) => !route.includes('health/'))
    .map(([route, who]) => `${route.replace(' ', ' /api/v1/').replaceAll(/:(\w+)/g, '{$1}')} ${who === 'public'}`);
  const documented = operations.map(({ method, path, isPublic }) => `${method} ${path} ${isPublic}`);
  expect(documented.sort()).toEqual(declared.sort());
});

describe('without a token', () => {
  const call = (method: string, path: string) => {
    const url = path.replaceAll(/\{\w+\}/g, 'not-even-an-id').replace('/api/v1', '');
    return program.client.send(method, `${url}?unknown=1`, method === 'GET' ? undefined : {});
  };

  it.each(operations.filter(({ isPublic }) => !isPublic))('$method $path → auth.required', async ({ method, path }) => {
    const { status, error } = await call(method, path);
    expect([status, error.code]).toEqual([401, 'auth.required']);
  });

  it.each(operations.filter(({ isPublic }) => isPublic))(
    '$method $path looks at the request',
    async ({ method, path }) => {
      const { status, error } = await call(method, path);
      expect([status, error.code]).toEqual([400, expect.stringMatching(/\.invalid_request$/)]);
    },
  );
});
