import { AuthCleanUp } from '../../src/contexts/auth/auth-clean-up';
import { newEmail, startApp, type TestApp } from '../support/app';
import type { SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';

let program: TestApp;
beforeAll(async () => {
  program = await startApp();
  // What other tests of this database left behind.
  for (const table of ['sessions', 'one_time_tokens', 'sign_in_failures']) await program.sql(`delete from ${table}`);
});
afterAll(() => program.close());

const kept = async () => ({
  sessions: Number((await program.sql('select count(*) from sessions'))[0]!.count),
  tokens: Number((await program.sql('select count(*) from refresh_tokens'))[0]!.count),
});

it('removes what nobody can use any more, and nothing else', async () => {
  const cleanUp = program.app.get(AuthCleanUp, { strict: false });
  const ada = await program.register();
  const grace = await program.register();
  await program.client.as(grace).post('/auth/logout');
  expect(await cleanUp.run()).toBe(0);

  program.clock.move(days(13));
  const second = (await program.client.post<SignedIn>('/auth/refresh', { refresh_token: ada.refresh_token })).result;
  expect(await cleanUp.run()).toBe(0);
  program.clock.move(days(2));
  // Two first tokens that idled away, and a session that ended two weeks ago.
  expect(await cleanUp.run()).toBe(3);
  expect(await kept()).toEqual({ sessions: 1, tokens: 1 });
  expect((await program.client.post('/auth/refresh', { refresh_token: second.refresh_token })).status).toBe(200);

  program.clock.move(days(90));
  await cleanUp.run();
  expect(await kept()).toEqual({ sessions: 0, tokens: 0 });
});

it('removes links that nobody used and failures that nobody repeated', async () => {
  const cleanUp = program.app.get(AuthCleanUp, { strict: false });
  program.clock.reset();
  const ada = await program.register();
  const left = async () => ({
    links: Number((await program.sql('select count(*) from one_time_tokens'))[0]!.count),
    failures: Number((await program.sql('select count(*) from sign_in_failures'))[0]!.count),
  });
  await program.client.as(ada).post('/users/invite', { email: newEmail(), name: 'Grace' });
  await program.client.post('/auth/forgot-password', { email: ada.user.email });
  await program.client.post('/auth/login', { email: ada.user.email, password: 'not the password' });
  await program.client.post('/auth/login', { email: newEmail(), password: 'not the password' });
  program.clock.move(minutes(59));
  expect(await cleanUp.run()).toBe(0);

  program.clock.move(minutes(2));
  expect([await cleanUp.run(), await left()]).toEqual([1, { links: 1, failures: 2 }]);
  program.clock.move(days(1));
  expect([await cleanUp.run(), await left()]).toEqual([2, { links: 1, failures: 0 }]);
  program.clock.move(days(6));
  expect([await cleanUp.run(), await left()]).toEqual([1, { links: 0, failures: 0 }]);
});
