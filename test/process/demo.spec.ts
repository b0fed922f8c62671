import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { databasePid, follow, newDataDir, printed, type Program, root, until } from '../support/server-process';

let dataDir: string;
let dispose: () => Promise<void>;
beforeAll(async () => {
  ({ path: dataDir, dispose } = await newDataDir());
});
afterAll(() => dispose());

/** In a process group of its own, as on a terminal. */
function demo(command: readonly string[], port: number): Program {
  const { PATH, HOME } = process.env;
  // Of the user's configuration nothing counts but the port.
  const env = { PATH, HOME, PORT: String(port), DEMO_DATA_DIR: dataDir, DATABASE_URL: 'nothing', LOG_LEVEL: 'nothing' };
  return follow(
    spawn(command[0]!, command.slice(1), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
  );
}

const isInGroup = (pid: number) => {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
};

async function expectNothingLeft({ process: { pid } }: Program): Promise<void> {
  await until(() => !isInGroup(pid!));
  expect(databasePid(dataDir)).toBeUndefined();
}

/** What the demo printed behind this name. */
function shown({ output }: Program, name: string): string {
  const [, value] = new RegExp(`${name} +(\\S+)`).exec(output())!;
  return value!;
}

it('npm run demo -- --once shows everything, and leaves nothing behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const program = demo(['npm', 'run', 'demo', '--', '--once'], port);
  expect([await program.ended, program.output()]).toEqual([0, expect.any(String)]);
  const output = program.output();
  const numbers = [...output.matchAll(/^ ?(\d+)\. /gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  for (const line of [
    'POST   /api/v1/auth/register 200',
    '20 rows: 19 created, 1 skipped as a duplicate, 0 refused; 0 with something to tell',
    '60 rows: 59 created, 1 skipped as a duplicate, 0 refused; 2 with something to tell',
    'row 44: Customer level ',
    'Anaïs Rochat, Head of purchasing, Café Zürich AG',
    '14 contacts are gold',
    'the same company three times: created, updated, unchanged',
    '3 contacts created, who all work there',
    'item 2: contacts.first_name_required: first_name is required',
    'call ',
    'version 3 has both changes: Managing director, Prefers mornings',
    'contacts.edit_conflict: job_title was changed in version 2, now "Managing director"',
    'both answers tell of contact ',
    'tried out: "Rear admiral"; kept: ""',
    'verified: project.created, "Espresso machines for three branches"',
    'refused: the same with one more space',
    'POST   /api/v1/oauth/token 200',
    'the app reads: Hopper Instruments, Blue Ridge Outfitters Inc., Atelier Poiré & Fils',
    'POST   /api/v1/contacts 400',
    'contacts.invalid_request: unknown field "frist_name": did you mean "first_name"?',
    'Stopped.',
  ])
    expect(output).toContain(line);
  expect(/http:\/\/127\.0\.0\.1:(\d+), PostgreSQL/.exec(output)![1]).not.toBe(String(port));
  // Not a terminal.
  expect(output).not.toContain('\x1b');
  expect(output.split('\n').filter((line) => line.length > 100)).toEqual([]);
  taken.close();
  await expectNothingLeft(program);
});

it('again, to stay: what it prints opens the API, webhooks go on arriving, Ctrl-C stops everything', async () => {
  const port = await freePort();
  const program = demo(['node', 'demo/demo.mjs'], port);
  await printed(program, 'Stop with Ctrl-C.');
  const url = `http://127.0.0.1:${port}`;
  expect(shown(program, 'Swagger UI {2}')).toBe(`${url}/docs`);
  expect((await fetch(`${url}/docs`)).status).toBe(200);
  const client = new Client(url);
  const token = /^eyJ\S+$/m.exec(program.output())![0];
  const email = shown(program, 'E-mail {2}');
  expect((await client.as({ access_token: token }).get<{ email: string }>('/auth/me')).result.email).toBe(email);
  const password = shown(program, 'Password');
  const ada = client.as((await client.post<SignedIn>('/auth/login', { email, password })).result);
  const app = { client_id: shown(program, 'client_id'), client_secret: shown(program, 'client_secret') };
  const grant = { grant_type: 'client_credentials', ...app };
  const answer = await fetch(`${url}/api/v1/oauth/token`, { method: 'POST', body: new URLSearchParams(grant) });
  const asApp = client.as((await answer.json()) as SignedIn);
  expect((await asApp.get<{ items: object[] }>('/contacts?limit=100')).result.items).toHaveLength(62);

  const { id } = (await ada.post<{ id: string }>('/contacts', { first_name: 'Grace' })).result;
  await printed(program, `webhook verified contact.created ${id}`);

  const second = demo(['node', 'demo/demo.mjs', '--once'], port);
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`${dataDir} is already in use`);
  expect(second.output()).toContain('The demo failed. The server ended with 1.');
  expect((await client.get<{ email: string }>('/contacts')).error.code).toBe('auth.required');

  process.kill(-program.process.pid!, 'SIGINT');
  expect(await program.ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  await expectNothingLeft(program);
});

it.each([
  { stopped: 'npm', signal: 'SIGTERM' },
  { stopped: 'node', signal: 'SIGKILL' },
] as const)('$signal for $stopped alone stops everything', async ({ stopped, signal }) => {
  const command = stopped === 'npm' ? ['npm', 'run', 'demo'] : ['node', 'demo/demo.mjs'];
  const program = demo(command, await freePort());
  await printed(program, 'Stop with Ctrl-C.');
  expect(databasePid(dataDir)).toBeDefined();
  program.process.kill(signal);
  await program.ended;
  await until(() => databasePid(dataDir) === undefined);
  await expectNothingLeft(program);
});
