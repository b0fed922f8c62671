// Takes webhooks by HTTPS, in a process of its own, and tells its parent how many came and when.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './server.mjs';

const self = fileURLToPath(import.meta.url);
export const certificates = join(root, 'test/support/certificates');

/** @returns `take(count)`, which waits for so many requests and gives the seconds from the first to the last of them. */
export async function startReceiver(port) {
  const child = fork(self, [String(port)]);
  const told = () => new Promise((resolve) => child.once('message', resolve));
  await told();
  return {
    take: (count) => {
      const seconds = told();
      child.send(count);
      return seconds;
    },
    stop: () => child.kill(),
  };
}

if (process.argv[1] === self) {
  const options = {
    key: readFileSync(join(certificates, 'server-key.pem')),
    cert: readFileSync(join(certificates, 'server.pem')),
  };
  let [left, first] = [0, 0];
  const server = createServer(options, (request, response) => {
    request.resume();
    request.on('end', () => {
      response.end('ok');
      if (left === 0) return;
      first ||= performance.now();
      if (--left === 0) process.send((performance.now() - first) / 1_000);
    });
  });
  server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send('ready'));
  process.on('message', (count) => ([left, first] = [count, 0]));
}
