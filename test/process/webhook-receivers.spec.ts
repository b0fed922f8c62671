import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { newSecret, signedHeaders } from '../../src/contexts/webhooks/signature';
import { freePort } from '../support/app';
import { root, until } from '../support/server-process';

const documentation = readFileSync(join(root, 'docs/webhooks.md'), 'utf8');
const codeIn = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(documentation)![1]!;

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });

/** Below the project, so that it finds the packages. */
const directory = join(root, 'test-results', 'receivers');
let receiver: ChildProcess | undefined;
beforeAll(() => mkdir(directory, { recursive: true }));
afterEach(() => receiver?.kill('SIGKILL'));
afterAll(() => rm(directory, { recursive: true, force: true }));

it.each([
  { language: 'js', file: 'receiver.mjs', command: process.execPath },
  { language: 'python', file: 'receiver.py', command: 'python3' },
])('the receiver in $language verifies, and takes an event once', async ({ language, file, command }) => {
  const code = codeIn(language);
  expect(code.split('\n').length).toBeLessThanOrEqual(26);
  await writeFile(join(directory, file), code);
  const secret = newSecret();
  const port = await freePort();
  receiver = spawn(command, [join(directory, file)], {
    env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  receiver.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => isListening(port));

  const body = JSON.stringify({ id: 'msg_1', event: 'contact.created', data: { first_name: 'Gräce' } });
  const now = new Date();
  const send = async (headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body })).status;
  const good = signedHeaders('msg_1', now, body, [newSecret(), secret]);
  expect(await send(good)).toBe(204);
  expect(await send(signedHeaders('msg_1', now, body, [secret]))).toBe(204);
  expect(await send(signedHeaders('msg_1', now, body, [newSecret()]))).toBe(401);
  expect(await send({ ...good, 'webhook-id': 'msg_2' })).toBe(401);
  const old = new Date(now.getTime() - 10 * 60_000);
  expect(await send(signedHeaders('msg_1', old, body, [secret]))).toBe(401);
  await until(() => output.includes('contact.created'));
  expect(output.match(/contact\.created/g)).toHaveLength(1);
});
