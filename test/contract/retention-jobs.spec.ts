import { PreviousRelease } from '../../src/kernel/previous-release';
import { AuthRetentionJob } from '../../src/contexts/auth/auth-retention-job';
import { WebhooksRetentionJob } from '../../src/contexts/webhooks/webhooks-retention-job';
import { Encryption } from '../../src/platform/encryption/encryption';
import { useApi } from '../support/api';
import { newEmail, startApp } from '../support/app';
import type { SignedIn } from '../support/client';
import { days, minutes } from '../support/clock';
import { verifyEmail } from '../support/proof';

const { program } = useApi();
beforeAll(async () => {
  // What other tests of this database left behind.
  for (const table of ['sessions', 'one_time_tokens', 'sign_in_failures']) await program.sql(`delete from ${table}`);
});

const kept = async () => ({
  sessions: Number((await program.sql('select count(*) from sessions'))[0]!.count),
  tokens: Number((await program.sql('select count(*) from refresh_tokens'))[0]!.count),
});

it('removes what nobody can use any more, and nothing else', async () => {
  const job = program.app.get(AuthRetentionJob, { strict: false });
  const ada = await program.register();
  const grace = await program.register();
  for (const { user } of [ada, grace]) await verifyEmail(program, user.email);
  await program.client.as(grace).post('/auth/logout');
  expect(await job.run()).toBe(0);

  program.clock.move(days(13));
  const second = (await program.client.post<SignedIn>('/auth/refresh', { refresh_token: ada.refresh_token })).result;
  expect(await job.run()).toBe(0);
  program.clock.move(days(2));
  // A first token that idled away, and a session that ended two weeks ago. A token that was used stays with its successor.
  expect(await job.run()).toBe(2);
  expect(await kept()).toEqual({ sessions: 1, tokens: 2 });
  expect((await program.client.post('/auth/refresh', { refresh_token: second.refresh_token })).status).toBe(200);

  program.clock.move(days(90));
  await job.run();
  expect(await kept()).toEqual({ sessions: 0, tokens: 0 });
});

it('removes links that nobody used and failures that nobody repeated', async () => {
  const job = program.app.get(AuthRetentionJob, { strict: false });
  program.clock.reset();
  const ada = await program.register();
  const left = async () => ({
    links: Number((await program.sql('select count(*) from one_time_tokens'))[0]!.count),
    failures: Number((await program.sql('select count(*) from sign_in_failures'))[0]!.count),
  });
  await program.client.as(ada).post('/users/invite', { email: newEmail(), name: 'Grace' });
  await program.client.post('/auth/forgot-password', { email: ada.user.email });
  await program.mailsTo(ada.user.email);
  await program.client.post('/auth/login', { email: ada.user.email, password: 'not the password' });
  await program.client.post('/auth/login', { email: newEmail(), password: 'not the password' });
  program.clock.move(minutes(59));
  expect(await job.run()).toBe(0);

  program.clock.move(minutes(2));
  expect([await job.run(), await left()]).toEqual([1, { links: 2, failures: 2 }]);
  program.clock.move(days(1));
  expect([await job.run(), await left()]).toEqual([2, { links: 2, failures: 0 }]);
  program.clock.move(days(6));
  // The invitation, and the link that proves Ada's address.
  expect([await job.run(), await left()]).toEqual([2, { links: 0, failures: 0 }]);
});

it('brings secrets of webhooks under the present key, and forgets those that were replaced', async () => {
  program.clock.reset();
  const ada = await program.register();
  const client = program.client.as(ada);
  const endpoint = { url: 'https://hooks.example.com', events: ['contact.created'] };
  const { id, secret: first } = (await client.post<{ id: string; secret: string }>('/webhooks', endpoint)).result;
  const { secret: second } = (await client.post<{ secret: string }>(`/webhooks/${id}/rotate-secret`)).result;
  const keys = { old: program.config.encryptionKeys[0], new: 'another test key for secrets that is long enough' };
  const stored = async () =>
    (
      await program.sql<{ secret: Buffer; previous_secret: Buffer | null }>(
        'select secret, previous_secret from webhooks where id = $1',
        [id],
      )
    )[0]!;
  const read = (encrypted: Buffer | null, ...encryptionKeys: [string, ...string[]]) =>
    encrypted &&
    new Encryption({ ...program.config, encryptionKeys }, program.app.get(PreviousRelease)).decrypt(
      'webhook secret',
      id,
      encrypted,
    );
  const before = await stored();
  expect([read(before.secret, keys.old), read(before.previous_secret, keys.old)]).toEqual([second, first]);

  const rotated = await startApp({ ENCRYPTION_KEY: keys.new, ENCRYPTION_KEY_PREVIOUS: keys.old });
  const job = rotated.app.get(WebhooksRetentionJob, { strict: false });
  await job.run();
  const after = await stored();
  expect([read(after.secret, keys.new), read(after.previous_secret, keys.new)]).toEqual([second, first]);
  expect(await job.run()).toBe(0);

  rotated.clock.move(days(1) + minutes(1));
  await job.run();
  expect(await stored()).toEqual({ secret: after.secret, previous_secret: null });
  await rotated.close();
});
