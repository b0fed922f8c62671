import { Controller, Get, Module } from '@nestjs/common';
import { Public, Roles } from '../../src/platform/http/request';
import { useApi } from '../support/api';
import type { SignedIn } from '../support/client';
import { seconds } from '../support/clock';
import { statementsDuring } from '../support/statements';

interface Shown {
  readonly app: { readonly client_id: string };
  readonly client_secret: string;
}

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

const { program } = useApi({ wrap: (root) => ({ module: ProbeModule, imports: [root] }) });

async function call(path: string, session?: Pick<SignedIn, 'access_token'>): Promise<string> {
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

it('asks the database who calls once a second, not once a request: for users and for apps', async () => {
  const session = await program.register();
  const created = await program.client.as(session).post<Shown>('/oauth-apps', { name: 'Export' });
  const { app, client_secret } = created.result;
  const asked = { grant_type: 'client_credentials', client_id: app.client_id, client_secret };
  const token = (await program.client.post<{ access_token: string }>('/oauth/token', asked)).result.access_token;
  program.clock.freeze();
  for (const access_token of [session.access_token, token]) {
    program.clock.move(seconds(1));
    const statements = await statementsDuring(async () => {
      for (let turn = 0; turn < 20; turn++) expect(await call('callers', { access_token })).toBe('200 callers');
    });
    expect(statements).toHaveLength(1);
  }
});
