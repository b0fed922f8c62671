import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/app';
import { type Client as ApiClient, Client, type SignedIn } from '../support/client';
import { Importing } from '../support/imports';
import { follow, newDataDir, type Program, root, start, stop } from '../support/server-process';

/** The program of docs/syncing.md, beside another system that is a file. */

const documentation = readFileSync(join(root, 'docs/syncing.md'), 'utf8');
const blocks = [...documentation.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code!);
const directory = join(root, 'test-results', 'syncing');
const file = (name: string) => join(directory, name);

/** Reads other.json, and writes it at the end. With KILL_AT=n it kills the program while that batch is under way. */
const otherSystem = `
import { readFileSync, writeFileSync } from 'node:fs';
const system = JSON.parse(readFileSync('other.json', 'utf8'));
process.on('exit', () => writeFileSync('other.json', JSON.stringify(system)));
const fields = { companies: ['name', 'domain'], contacts: ['first_name', 'last_name', 'email', 'city'] };
let batches = 0;
export async function* all(kind) {
  const records = Object.values(system[kind]);
  for (let from = 0; from < records.length; from += 500) {
    if (++batches === Number(process.env.KILL_AT)) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    yield records.slice(from, from + 500);
  }
}
export async function changes() {
  const { changed, removed } = system;
  const of = (kind) => changed[kind].map((number) => system[kind][number]);
  return { companies: of('companies'), contacts: of('contacts'), removed };
}
export async function confirm() {
  Object.assign(system, { changed: { companies: [], contacts: [] }, removed: [] });
}
export async function save(kind, record, names) {
  const external_id = record.external_id ?? (system.numbers[record.id] ??= 'new-' + record.id);
  const row = (system[kind][external_id] ??= { external_id });
  for (const name of names) if (fields[kind].includes(name)) row[name] = record[name];
  return external_id;
}
export async function remove(kind, external_id) {
  delete system[kind][external_id];
}
`;

type Row = Record<string, string>;
interface OtherSystem {
  readonly companies: Record<string, Row>;
  readonly contacts: Record<string, Row>;
  readonly changed: Record<'companies' | 'contacts', string[]>;
  readonly removed: { readonly kind: string; readonly external_id: string }[];
  readonly numbers: Record<string, string>;
}
const readOther = () => JSON.parse(readFileSync(file('other.json'), 'utf8')) as OtherSystem;
async function changeOther(change: (system: OtherSystem) => void): Promise<void> {
  const system = readOther();
  change(system);
  await writeFile(file('other.json'), JSON.stringify(system));
}

const companyCount = 300;
const contactCount = 3_000;
const rows = (count: number, row: (index: number) => Row) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [row(index).external_id!, row(index)]));

let server: Program & { readonly url: string };
let dispose: () => Promise<void>;
let client: ApiClient;
let importing: Importing;
let environment: Record<string, string>;
beforeAll(async () => {
  await mkdir(directory, { recursive: true });
  const dataDir = await newDataDir();
  ({ dispose } = dataDir);
  server = await start({ dataDir: dataDir.path, port: await freePort() });
  const anonymous = new Client(server.url);
  const ada = await anonymous.post<SignedIn>('/auth/register', {
    ...{ email: 'ada@example.com', password: 'correct-horse-battery', name: 'Ada' },
  });
  client = anonymous.as(ada.result);
  importing = new Importing({ client: anonymous }, client);
  const { result } = await client.post<{ app: { client_id: string }; client_secret: string }>('/oauth-apps', {
    name: 'Syncing',
  });
  environment = {
    ...{ PATH: process.env.PATH!, HOME: process.env.HOME! },
    ...{ TIDELINE_URL: server.url, CLIENT_ID: result.app.client_id, CLIENT_SECRET: result.client_secret },
  };
  const here = (code: string) => code.replace("'@tideline/client'", "'../../demo/client.mjs'");
  await writeFile(file('sync.mjs'), here(blocks.slice(0, -1).join('\n')));
  const day = "const day = '2026-11-30';\nconst items = JSON.parse(readFileSync('calls.json', 'utf8'));\n";
  await writeFile(file('calls.mjs'), here(`${blocks[0]}${day}${blocks.at(-1)}`));
  await writeFile(file('other-system.mjs'), otherSystem);
  const other: OtherSystem = {
    companies: rows(companyCount, (index) => ({
      ...{ external_id: `C${index}`, name: `Company ${index}`, domain: `company-${index}.example` },
    })),
    contacts: rows(contactCount, (index) => ({
      ...{ external_id: `P${index}`, first_name: `First ${index}`, last_name: `Last ${index}`, city: '' },
      ...{ email: `person-${index}@example.com`, company_external_id: `C${index % companyCount}` },
    })),
    changed: { companies: [], contacts: [] },
    ...{ removed: [], numbers: {} },
  };
  await writeFile(file('other.json'), JSON.stringify(other));
});
afterAll(async () => {
  await stop(server);
  await dispose();
  await rm(directory, { recursive: true, force: true });
});

async function run(args: string[], more: Record<string, string> = {}) {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const env = { ...environment, ...more };
  const program = follow(spawn(process.execPath, args, { cwd: directory, env, stdio: [...stdio] }));
  return { code: await program.ended, output: program.output() };
}

interface Contact {
  readonly id: string;
  readonly version: number;
  readonly external_id: string | null;
  readonly first_name: string;
  readonly company_name: string;
}
const contacts = () => importing.all<Contact & Row>('/contacts');
const idOf = async (external_id: string) => {
  const { items } = (await client.get<{ items: Contact[] }>(`/contacts?external_id=${external_id}`)).result;
  return items[0]?.id;
};

interface Events {
  readonly items: object[];
  readonly next_cursor: string;
}
/** How many events there are, and the cursor behind the last one. */
async function feed(): Promise<{ count: number; end: string }> {
  for (let [after, count] = ['', 0]; ;) {
    const path = `/events?limit=100&after=${encodeURIComponent(after)}`;
    const { items, next_cursor } = (await client.get<Events>(path)).result;
    if (items.length === 0) return { count, end: next_cursor };
    [after, count] = [next_cursor, count + items.length];
  }
}

it('brings everything in, killed in the middle and started again, with one event for each record', async () => {
  const { code } = await run(['sync.mjs', 'bring-in'], { KILL_AT: '4' });
  expect(code).not.toBe(0);
  expect((await contacts()).length).toBeLessThan(contactCount);
  const { output, ...ended } = await run(['sync.mjs', 'bring-in']);
  expect([ended.code, output]).toEqual([0, expect.stringContaining('contacts: 500 more')]);
  const made = await contacts();
  expect(made.map((each) => [each.external_id, each.first_name, each.company_name, each.version]).sort()).toEqual(
    Object.values(readOther().contacts)
      .map((row) => [row.external_id, row.first_name, `Company ${row.company_external_id!.slice(1)}`, 1])
      .sort(),
  );
  expect(await importing.all('/companies')).toHaveLength(companyCount);
  expect((await feed()).count).toBe(companyCount + contactCount);
});

it('keeps both in line: what was changed, made and deleted on either side, and who wins a conflict', async () => {
  const before = readOther();
  expect(await run(['sync.mjs', 'keep-in-line'])).toMatchObject({ code: 0, output: '' });
  expect(readOther()).toEqual(before);

  await client.patch(`/contacts/${await idOf('P1')}`, { city: 'Bern' });
  await client.patch(`/contacts/${await idOf('P2')}`, { first_name: 'Two, here' });
  await client.delete(`/contacts/${await idOf('P3')}`);
  const { id } = (await client.post<Contact>('/contacts', { first_name: 'Grace' })).result;
  await changeOther(({ companies, contacts: people, changed, removed }) => {
    people.P1!.first_name = 'One, there';
    people.P2!.last_name = 'Hopper, there';
    people.P9 = { external_id: 'P9', first_name: 'Nine, there' };
    people.new = { external_id: 'new', first_name: 'New, there', company_external_id: 'C-new' };
    companies['C-new'] = { external_id: 'C-new', name: 'New' };
    delete people.P4;
    changed.contacts.push('P1', 'P2', 'P9', 'new');
    changed.companies.push('C-new');
    removed.push({ kind: 'contacts', external_id: 'P4' });
  });
  expect(await run(['sync.mjs', 'keep-in-line'])).toMatchObject({ code: 0, output: '' });
  const number = `new-${id}`;
  const [here, there] = [
    new Map((await contacts()).map((each) => [each.external_id, each])),
    new Map(Object.entries(readOther().contacts)),
  ];
  expect([...here.keys()].sort()).toEqual([...there.keys()].sort());
  expect(here.has('P3') || here.has('P4')).toBe(false);
  for (const side of [here, there]) {
    expect(side.get('P1')).toMatchObject({ first_name: 'One, there', city: 'Bern' });
    expect(side.get('P2')).toMatchObject({ first_name: 'Two, here', last_name: 'Hopper, there' });
    expect(side.get('P9')).toMatchObject({ first_name: 'Nine, there' });
    expect(side.get(number)).toMatchObject({ first_name: 'Grace' });
  }
  expect(here.get('new')).toMatchObject({ first_name: 'New, there', company_name: 'New' });

  // Nothing goes in circles.
  const [system, all] = [readOther(), await contacts()];
  expect(await run(['sync.mjs', 'keep-in-line'])).toMatchObject({ code: 0, output: '' });
  expect([readOther(), await contacts()]).toEqual([system, all]);
});

it('tells of a conflict that came up between reading and writing, and the value of Tideline stays', async () => {
  const id = (await idOf('P5'))!;
  // As if somebody wrote behind the last look at the feed: the program knows version 1.
  await client.patch(`/contacts/${id}`, { city: 'Basel' });
  const state = JSON.parse(readFileSync(file('state.json'), 'utf8')) as { records: Record<string, object> };
  await writeFile(file('state.json'), JSON.stringify({ ...state, cursor: (await feed()).end }));
  await changeOther(({ contacts: people, changed }) => {
    people.P5!.city = 'Chur';
    changed.contacts.push('P5');
  });
  const { output } = await run(['sync.mjs', 'keep-in-line']);
  expect(output).toBe('contacts P5: Tideline has changed it, too\n');
  expect((await client.get<Row>(`/contacts/${id}`)).result.city).toBe('Basel');
});

it('creates records without a number once, with a key', async () => {
  const contact_id = await idOf('P6');
  const call = { activity_type: 'call', contact_id };
  await writeFile(file('calls.json'), JSON.stringify(Array(1_200).fill({ action: 'create', data: call })));
  expect(await run(['calls.mjs'])).toMatchObject({ code: 0, output: '' });
  expect(await run(['calls.mjs'])).toMatchObject({ code: 0, output: '' });
  expect(await importing.all('/activities')).toHaveLength(1_200);
  await writeFile(file('calls.json'), JSON.stringify(Array(3).fill({ action: 'create', data: call })));
  expect(await run(['calls.mjs'])).toMatchObject({
    code: 1,
    output: expect.stringContaining('idempotency.key_reused'),
  });
});
