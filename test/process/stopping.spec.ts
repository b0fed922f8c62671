import { connect } from 'node:net';
import { Client as SqlClient } from 'pg';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { databasePid, doorOf, newDataDir, start, until } from '../support/server-process';

let dataDir: string;
let dispose: () => Promise<void>;
beforeEach(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
});
afterEach(() => dispose());

it('SIGTERM with a slow request under way: it gets its answer, then the process ends and the database with it', async () => {
  const server = await start({ dataDir, port: await freePort() });
  const client = new Client(server.url);
  const input = { email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' };
  const ada = (await client.post<SignedIn>('/auth/register', input)).result;

  const other = new SqlClient(doorOf(dataDir));
  // The server's last step takes this connection away too.
  other.on('error', () => undefined);
  await other.connect();
  await other.query('begin');
  await other.query('lock table sources in exclusive mode');
  const slow = client.as(ada).post<{ name: string }>('/sources', { name: 'Slow' });
  await until(async () => {
    const { rowCount } = await other.query(`select 1 from pg_locks where not granted`);
    return rowCount! > 0;
  });
  server.process.kill('SIGTERM');
  await until(() => server.output().includes('"stopping"'));
  // As terminals, npm and supervisors do: the same signal again, a moment later.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) server.process.kill(signal);
  // No new connections any more, while the old request is still waiting.
  await until(
    async () =>
      !(await fetch(`${server.url}/health/live`).then(
        () => true,
        () => false,
      )),
  );
  await other.query('rollback');
  expect((await slow).result.name).toBe('Slow');
  expect(await server.ended).toBe(0);
  expect(databasePid(dataDir)).toBeUndefined();

  const again = await start({ dataDir, port: await freePort() });
  expect(
    (await new Client(again.url).as(ada).get<{ items: { name: string }[] }>('/sources')).result.items,
  ).toMatchObject([{ name: 'Slow' }]);
  again.process.kill('SIGINT');
  expect(await again.ended).toBe(0);
});

it('a request that never ends is cut off in time to stop everything else in order', async () => {
  const port = await freePort();
  const server = await start({ dataDir, port });
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const head = ['POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 100'];
  socket.write(`${head.join('\r\n')}\r\nExpect: 100-continue\r\n\r\n`);
  // The server has read the head when it says "continue".
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('{');
  server.process.kill('SIGTERM');
  // Not 1, with which the program cuts itself off after nine seconds.
  expect(await server.ended).toBe(0);
  expect(databasePid(dataDir)).toBeUndefined();
  socket.destroy();
});
