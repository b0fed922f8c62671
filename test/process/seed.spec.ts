import { spawn } from 'node:child_process';
import { freePort } from '../support/app';
import { Client, type SignedIn } from '../support/client';
import { Importing } from '../support/imports';
import { follow, newDataDir, type Program, root, start, stop } from '../support/server-process';

const kinds = ['companies', 'contacts', 'projects', 'activities'] as const;

let server: Program & { readonly url: string };
let dispose: () => Promise<void>;
beforeAll(async () => {
  const dataDir = await newDataDir();
  ({ dispose } = dataDir);
  server = await start({ dataDir: dataDir.path, port: await freePort() });
});
afterAll(async () => {
  await stop(server);
  await dispose();
});

async function seed(...options: string[]): Promise<{ code: unknown; output: string }> {
  const { PATH, HOME } = process.env;
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const program = follow(
    spawn('npm', ['run', '-s', 'seed', '--', ...options], { cwd: root, env: { PATH, HOME }, stdio: [...stdio] }),
  );
  return { code: await program.ended, output: program.output() };
}

const here = (email: string, ...options: string[]) => ['--url', server.url, '--email', email, ...options];

/** Everything the account has, oldest first, as far as it does not differ by account. */
async function contentOf(email: string) {
  const client = new Client(server.url);
  const password = 'correct-horse-battery';
  const importing = new Importing(
    { client },
    client.as((await client.post<SignedIn>('/auth/login', { email, password })).result),
  );
  const fields = await importing.all<{ id: string; label: string }>('/custom-fields');
  const label = (id: string) => fields.find((field) => field.id === id)!.label;
  const named = (values: object) => Object.entries(values).map(([id, value]) => `${label(id)}: ${String(value)}`);
  const varying = /(^|_)id$|^created_|^updated_at$|^assigned/;
  const content: Record<string, Record<string, unknown>[]> = {};
  for (const kind of kinds) {
    const rows = await importing.all(`/${kind}`);
    content[kind] = rows.toReversed().map(({ custom_fields = {}, ...row }) => ({
      ...Object.fromEntries(Object.entries(row).filter(([name]) => !varying.test(name))),
      custom_fields: named(custom_fields as object).sort(),
    }));
  }
  return content;
}

const sorted = (rows: Record<string, unknown>[]) => rows.map((row) => JSON.stringify(row)).sort();

it('fills an account, the same for the same seed, and not twice', async () => {
  const first = await seed(...here('one@seed.example', '--contacts', '300'));
  expect(first).toEqual({ code: 0, output: expect.any(String) });
  expect(first.output).toMatch(/^contacts {3}300 of 300, \d+\/s$/m);
  expect(first.output).toContain('Made 30 companies, 300 contacts, 15 projects, 30 activities in ');
  expect(first.output).toContain('as one@seed.example with the password correct-horse-battery');
  const content = await contentOf('one@seed.example');
  expect(kinds.map((kind) => content[kind]!.length)).toEqual([30, 300, 15, 30]);
  const different = (kind: string, field: string) => new Set(content[kind]!.map((row) => row[field])).size;
  expect([different('contacts', 'email'), different('companies', 'name')]).toEqual([300, 30]);
  expect(different('contacts', 'first_name')).toBeGreaterThan(100);
  expect(content.contacts!.filter(({ company_name }) => company_name !== '').length).toBeGreaterThan(200);
  expect(content.contacts!.filter(({ custom_fields }) => JSON.stringify(custom_fields).includes('gold'))).not.toEqual(
    [],
  );
  expect(content.projects!.every(({ company_name }) => company_name !== '')).toBe(true);
  expect(content.activities!.every(({ contact_name }) => contact_name !== '')).toBe(true);

  const again = await seed(...here('one@seed.example', '--contacts', '300'));
  expect(again.output).toContain('Made 0 companies, 0 contacts, 0 projects, 0 activities in ');
  expect(await contentOf('one@seed.example')).toEqual(content);

  expect((await seed(...here('two@seed.example', '--contacts', '300'))).code).toBe(0);
  const other = await contentOf('two@seed.example');
  for (const kind of kinds) expect(sorted(other[kind]!)).toEqual(sorted(content[kind]!));
  // Fewer are the first of more.
  const more = await seed(...here('two@seed.example', '--contacts', '320'));
  expect(more.output).toContain('Made 2 companies, 20 contacts');

  const few = ['--contacts', '20', '--activities', '5', '--seed', '2'];
  expect((await seed(...here('three@seed.example', ...few))).output).toContain('Made 2 companies, 20 contacts');
  const third = await contentOf('three@seed.example');
  expect(kinds.map((kind) => third[kind]!.length)).toEqual([2, 20, 1, 5]);
  const addresses = new Set(content.contacts!.map(({ email }) => email));
  expect(third.contacts!.filter(({ email }) => addresses.has(email))).toEqual([]);
});

it('says what is wrong', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await seed('--url', url)).toEqual({
    code: 1,
    output: expect.stringContaining(`No server answers on ${url}.`),
  });
  expect((await seed(...here('four@seed.example', '--contacts', '1'))).code).toBe(0);
  const wrong = await seed(...here('four@seed.example', '--password', 'another-horse-battery'));
  expect(wrong).toEqual({ code: 1, output: 'The seed failed: The password does not fit four@seed.example.\n' });
});

it.each([
  [['--contact', '5'], "Unknown option '--contact'"],
  [['--contacts', 'many'], '--contacts must be a number from 1 to 9999999, not "many".'],
  [['--url', 'nowhere'], '--url must be a URL, not "nowhere".'],
  [['500'], "Unexpected argument '500'"],
])('refuses %j, and shows how it is used', async (options, message) => {
  const { code, output } = await seed(...options);
  expect([code, output]).toEqual([2, expect.stringContaining(message)]);
  expect(output).toContain('--activities <n>');
});

it('explains itself', async () => {
  expect(await seed('--help')).toEqual({ code: 0, output: expect.stringContaining('npm run seed -- [options]') });
});
