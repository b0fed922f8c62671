import { SessionCleanUp } from '../../src/contexts/auth/session-clean-up';
import { startApp, type TestApp } from '../support/app';
import type { SignedIn } from '../support/client';
import { days } from '../support/clock';

let program: TestApp;
beforeAll(async () => {
  program = await startApp();
  // What other tests of this database left behind.
  await program.sql('delete from sessions');
});
afterAll(() => program.close());

const kept = async () => ({
  sessions: Number((await program.sql('select count(*) from sessions'))[0]!.count),
  tokens: Number((await program.sql('select count(*) from refresh_tokens'))[0]!.count),
});

it('removes what nobody can use any more, and nothing else', async () => {
  const cleanUp = program.app.get(SessionCleanUp, { strict: false });
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
