import type { Page } from '../../src/kernel/page';
import { useApi } from '../support/api';
import { measured } from '../support/measured';

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** So many records of the same millisecond, of which some go while the list is walked. */
const crowd = 1_000;
const limit = 23;
const goingPerPage = 2;

const { program, ada, client } = useApi({ accountFor: 'all tests', keepClock: true });
let field: string;
let project: string;
/** The first record of each table, which the others are like. */
const first: Record<string, Row> = {};

const make = async (path: string, body: object) => (await client.post<Row>(path, body)).result;

/** Columns that are written, by table. */
const written = new Map<string, string>();

/** Copies the first record so many times, with other ids. */
async function copy(table: string, count: number): Promise<void> {
  const names = written.get(table);
  await program.sql(
    `insert into ${table} (id, ${names}) select gen_random_uuid(), ${names} from ${table}, generate_series(1, $3)
     where account_id = $1 and id = $2`,
    [ada.user.account_id, first[table]!.id, count],
  );
}

/** Every contact in the project. */
async function takePart(): Promise<void> {
  await program.sql(
    `insert into project_contacts (account_id, project_id, contact_id, role)
     select account_id, $2, id, '' from contacts where account_id = $1 on conflict do nothing`,
    [ada.user.account_id, project],
  );
}

beforeAll(async () => {
  program.clock.freeze();
  field = (await make('/custom-fields', { entity_type: 'contact', label: 'Motto', field_type: 'text' })).id;
  first.companies = await make('/companies', { name: 'Acme', tags: ['vip'] });
  const company_id = first.companies.id;
  const custom_fields = { [field]: 'Ready' };
  first.contacts = await make('/contacts', { first_name: 'Grace', company_id, tags: ['vip'], custom_fields });
  first.projects = await make('/projects', { name: 'Apollo', company_id });
  project = first.projects.id;
  first.activities = await make('/activities', { activity_type: 'call', company_id });
  const columns = await program.sql<{ table: string; names: string }>(
    `select table_name as table, string_agg(column_name, ', ') as names from information_schema.columns
     where table_schema = 'public' and is_generated = 'NEVER' and column_name <> 'id' group by 1`,
  );
  for (const { table, names } of columns) written.set(table, names);
  for (const table of Object.keys(first)) await copy(table, crowd - 1);
  await takePart();
  // As PostgreSQL does by itself within a minute. Without statistics a search takes hundreds of milliseconds.
  await program.sql(`analyze project_contacts, ${Object.keys(first).join(', ')}`);
});
afterAll(() => measured('paging', { 'records of one millisecond': crowd, 'missed or twice': 0 }));

it.each([
  // First, since contacts that go take their memberships along.
  ['contacts', '/projects/PROJECT/contacts?'],
  ['contacts', '/contacts?'],
  ['contacts', '/contacts?search=gra&'],
  ['contacts', '/contacts?search=acm&tags=vip&'],
  ['contacts', '/contacts?company_ids=COMPANY&company_ids=PROJECT&'],
  ['contacts', '/contacts?custom_fields[FIELD]=Ready&'],
  ['companies', '/companies?'],
  ['companies', '/companies?search=acme&'],
  ['projects', '/projects?'],
  ['projects', '/projects?stage=proposal&'],
  ['activities', '/activities?'],
  ['activities', '/activities?sort=-occurred_at&'],
  ['activities', '/activities?sort=-occurred_at&types=call&types=email&'],
])(
  '%s of one millisecond, walked by %s while others come and go: each that stays exactly once',
  async (table, text) => {
    const path = text
      .replaceAll('COMPANY', first.companies!.id)
      .replaceAll('PROJECT', project)
      .replaceAll('FIELD', field);
    const inside = path.startsWith(`/projects/${project}/`);
    const all = await program.sql<Row & { created_at: Date }>(
      inside
        ? 'select contact_id as id, c.created_at from project_contacts m join contacts c on c.id = m.contact_id where m.project_id = $1'
        : `select id, created_at from ${table} where account_id = $1`,
      [inside ? project : ada.user.account_id],
    );
    expect(new Set(all.map(({ created_at }) => created_at.getTime())).size).toBe(1);
    const records = all.filter(({ id }) => id !== first[table]!.id && id !== project);
    const going = records.filter((_, index) => index % 10 === 0).map(({ id }) => id);
    const gone: string[] = [];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<Row> = (await client.get<Page<Row>>(`${path}limit=${limit}&cursor=${cursor}`)).result;
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
      // Some of them were already given out, some were not.
      const go = going.splice(0, goingPerPage);
      await Promise.all(go.map((id) => client.delete(`/${table}/${id}`).then(({ result }) => result)));
      gone.push(...go);
      // Ids made by others lie anywhere among ours.
      await copy(table, 1);
    }
    expect(gone.length).toBeGreaterThan(50);
    expect(new Set(seen).size).toBe(seen.length);
    const [seenOnce, isGone] = [new Set(seen), new Set(gone)];
    const stayed = all.filter(({ id }) => !isGone.has(id));
    expect(stayed.length).toBeGreaterThan(800);
    expect(stayed.filter(({ id }) => !seenOnce.has(id))).toEqual([]);
    await copy(table, gone.length);
  },
);
