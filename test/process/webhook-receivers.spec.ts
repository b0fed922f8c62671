import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { newSecret, signedHeaders } from '../../src/contexts/webhooks/signature';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { newDataDir, root, start, stop, until } from '../support/server-process';

const documentation = readFileSync(join(root, 'docs/webhooks.md'), 'utf8');
const codeIn = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(documentation)![1]!;

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });

/** The commands below a mark such as `<!-- run: feed -->`. */
const documented = (name: string) =>
  new RegExp(`<!-- run: ${name} -->\n\n\`\`\`sh\n([^]*?)\`\`\``).exec(documentation)![1]!;

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

it('the commands of the documentation make an endpoint and read the change feed', async () => {
  const { path: dataDir, dispose } = await newDataDir();
  const server = await start({ dataDir, port: await freePort() });
  try {
    const client = new Client(server.url);
    const ada = await client.post<SignedIn>('/auth/register', {
      email: 'ada@example.com',
      password: 'correct-horse-battery',
      name: 'Ada',
    });
    const { result: contact } = await client.as(ada.result).post<{ id: string }>('/contacts', { first_name: 'Grace' });
    const run = <T>(commands: string, variables: Record<string, string> = {}) => {
      const env = { PATH: process.env.PATH, URL: server.url, TOKEN: ada.result.access_token, ...variables };
      return JSON.parse(execFileSync('bash', ['-ec', commands], { encoding: 'utf8', env })) as { result: T };
    };
    const { result: endpoint } = run<{ secret: string }>(documented('endpoint'));
    expect(endpoint.secret).toMatch(/^whsec_/);
    const [oldest, behind] = documented('feed').trim().split('\n');
    interface Feed {
      readonly items: { readonly event: string; readonly data: { readonly id: string } }[];
      readonly next_cursor: string;
    }
    let feed = run<Feed>(oldest!);
    await until(async () => (feed = run<Feed>(oldest!)).result.items.length > 0);
    expect(feed.result.items.map(({ event, data }) => [event, data.id])).toEqual([['contact.created', contact.id]]);
    expect(run<Feed>(behind!, { NEXT: feed.result.next_cursor }).result.items).toEqual([]);
  } finally {
    await stop(server);
    await dispose();
  }
});
