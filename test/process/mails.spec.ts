import { randomUUID } from 'node:crypto';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { newDataDir, printed, run, start, stop, until } from '../support/server-process';
import { startSmtp } from '../support/smtp';

it('invitations that a killed server acknowledged are sent, each once, by a worker', async () => {
  const { path: dataDir, dispose } = await newDataDir();
  const smtp = await startSmtp();
  const environment = { SMTP_URL: smtp.url, WORKERS: 'off' };
  try {
    const server = await start({ dataDir, port: await freePort(), environment });
    const client = new Client(server.url);
    const ada = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
    const session = (await client.post<SignedIn>('/auth/register', ada)).result;
    const invited = Array.from({ length: 12 }, () => `${randomUUID()}@example.com`);
    const answers = await Promise.all(
      invited.map((email) => client.as(session).post('/users/invite', { email, name: 'Grace' })),
    );
    server.process.kill('SIGKILL');
    await server.ended;
    expect(answers.map(({ status }) => status)).toEqual(invited.map(() => 200));
    expect(smtp.taken).toEqual([]);

    const next = await start({ dataDir, port: await freePort(), environment });
    const worker = run('worker', { dataDir, environment });
    await printed(worker, 'worker is ready');
    // The first one asks Ada to confirm her address.
    await until(() => smtp.taken.length > invited.length);
    await stop(worker);
    await stop(next);
    expect(smtp.taken.map(({ to }) => to?.[0]?.address).sort()).toEqual([ada.email, ...invited].sort());
  } finally {
    await smtp.stop();
    await dispose();
  }
});
