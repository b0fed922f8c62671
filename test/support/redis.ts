import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './app';

export interface TestRedis {
  readonly url: string;
  /** Like a crash: nothing is said to anybody. */
  stop(): Promise<void>;
  /** On the same port, with nothing in it. */
  start(): Promise<void>;
}

/** Skipped where there is no `redis-server` on the PATH; in CI a skipped test is a failure. */
export const describeWithRedis = spawnSync('redis-server', ['--version']).status === 0 ? describe : describe.skip;

/** A Redis of this test's own, from the `redis-server` on the PATH. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  let server: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      server.kill('SIGKILL');
      await gone;
    },
    start: async () => {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
      server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      for await (const chunk of server.stdout!) {
        said += String(chunk);
        if (said.includes('Ready to accept connections')) break;
      }
      if (!said.includes('Ready to accept connections')) throw new Error(`redis-server did not start: ${said}`);
    },
  };
  await redis.start();
  return redis;
}
