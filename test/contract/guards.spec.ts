import { Controller, Get, Module } from '@nestjs/common';
import { Public, Roles } from '../../src/platform/http/request';
import { startApp, type TestApp } from '../support/app';
import type { SignedIn } from '../support/client';
import { seconds } from '../support/clock';

/** Routes of the test's own behind the program's guards. */
@Controller('probe')
class ProbeController {
  @Get('everybody')
  @Public()
  everybody(): { reached: string } {
    return { reached: 'everybody' };
  }

  @Get('callers')
  callers(): { reached: string } {
    return { reached: 'callers' };
  }

  @Get('staff')
  @Roles('owner', 'admin')
  staff(): { reached: string } {
    return { reached: 'staff' };
  }
}

@Module({ controllers: [ProbeController] })
class ProbeModule {}

let program: TestApp;
beforeAll(async () => {
  program = await startApp({}, (root) => ({ module: ProbeModule, imports: [root] }));
});
afterAll(() => program.close());

async function call(path: string, session?: SignedIn): Promise<string> {
  const headers = session ? { Authorization: `Bearer ${session.access_token}` } : undefined;
  const response = await fetch(`${program.url}/api/v1/probe/${path}`, { headers });
  const body = (await response.json()) as { result?: { reached: string }; error?: { code: string } };
  return `${response.status} ${body.result?.reached ?? body.error?.code}`;
}

async function withRole(role: string): Promise<SignedIn> {
  const session = await program.register();
  await program.sql('update users set role = $2 where id = $1', [session.user.id, role]);
  return session;
}

it.each([
  ['owner', '200 staff'],
  ['admin', '200 staff'],
  ['member', '403 auth.forbidden'],
])('a route for owners and admins: %s → %s', async (role, answer) => {
  const session = await withRole(role);
  expect(await call('staff', session)).toBe(answer);
  expect(await call('callers', session)).toBe('200 callers');
});

it('a route that says nothing is for callers, a public one for everybody', async () => {
  expect(await call('callers')).toBe('401 auth.required');
  expect(await call('staff')).toBe('401 auth.required');
  expect(await call('everybody')).toBe('200 everybody');
});

it('a role that changes acts within a second, not when the token expires', async () => {
  const session = await withRole('admin');
  expect(await call('staff', session)).toBe('200 staff');
  await program.sql(`update users set role = 'member' where id = $1`, [session.user.id]);
  program.clock.move(seconds(1));
  expect(await call('staff', session)).toBe('403 auth.forbidden');
});
