import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../support/app';
import type { Client } from '../support/client';
import { fillRecords } from '../support/many-records';
import { indexesUsed } from '../support/plans';

const cyrillic = encodeURIComponent('ЖУКОВc81e');

/** How PostgreSQL answers the lists when there are 100,000 records. */
const many = 100_000;

let program: TestApp;
let big: Client;
let small: Client;
let companyId: string;
let contactId: string;
let projectId: string;
let userId: string;
/** Custom fields of contacts: half have the flag, the oldest are tin, every thousandth is gold, the number is everybody's own. */
let flag: string;
let level: string;
let size: string;
/** Of the first 30,000 contacts, and of every thousandth one after them. */
let old: string;
let rare: string;

beforeAll(async () => {
  program = await startApp();
  const [ada, grace] = [await program.register(), await program.register()];
  [big, small] = [program.client.as(ada), program.client.as(grace)];
  old = (await big.post<{ id: string }>('/sources', { name: 'Old' })).result.id;
  rare = (await big.post<{ id: string }>('/sources', { name: 'Rare' })).result.id;
  userId = ada.user.id;
  const define = async (field: object) =>
    (await big.post<{ id: string }>('/custom-fields', { entity_type: 'contact', ...field })).result.id;
  flag = await define({ label: 'Flag', field_type: 'boolean' });
  level = await define({ label: 'Level', field_type: 'enum', options: ['gold', 'silver', 'tin'] });
  size = await define({ label: 'Size', field_type: 'number' });
  // What other files left here would have its say in the statistics.
  await program.sql('truncate contacts, companies cascade');
  const customFields = `jsonb_build_object('${flag}', n % 2 = 0, '${size}', n,
    '${level}', case when n <= 20000 then 'tin' when n % 1000 = 0 then 'gold' else 'silver' end)`;
  await fillRecords({ owner: ada.user, count: many, customFields }, { owner: grace.user, count: 500 });
  await program.sql('vacuum analyze');
  const ids = async (table: string) =>
    (await program.sql<{ id: string }>(`select id from ${table} order by created_at limit 1 offset 4710`))[0]!.id;
  [companyId, contactId, projectId] = [await ids('companies'), await ids('contacts'), await ids('projects')];
});

afterAll(async () => {
  // Other files use this database after us.
  await program.sql('truncate contacts, companies, projects, activities, custom_field_values cascade');
  await program.close();
});

const valueIndex = 'custom_field_values_value_idx';

/** What is asked, and by which index it is found in the big account. */
const lists: readonly [string, string, () => string][] = [
  ['companies, all', 'companies_list_idx', () => '/companies'],
  ['companies by a part of the name', 'companies_search_idx', () => '/companies?search=any%204711'],
  ['companies by what all have', 'companies_list_idx', () => '/companies?search=.example'],
  ['companies by a term that none has', 'companies_search_idx', () => '/companies?search=qqqqq'],
  ['companies by the beginning of a word that none has', 'companies_search_idx', () => '/companies?search=qq'],
  ['companies by a tag that few have', 'companies_tags_idx', () => '/companies?tags=rare'],
  ['companies by a tag that all have', 'companies_list_idx', () => '/companies?tags=all'],
  ['companies made lately', 'companies_list_idx', () => '/companies?created_after=2026-03-10T00:00:00Z'],
  ['companies changed lately', 'companies_updated_at_idx', () => '/companies?updated_after=2026-03-11T10:00:00Z'],
  ['companies by an external id', 'companies_external_id_key', () => '/companies?external_id=crm-4711'],
  ['contacts, all', 'contacts_list_idx', () => '/contacts?limit=100'],
  ['contacts by a part of a name', 'contacts_search_idx', () => '/contacts?search=c4ca4238a0'],
  ['contacts by a name in another script', 'contacts_search_idx', () => `/contacts?search=${cyrillic}`],
  ['contacts by a company’s name', 'contacts_company_id_idx', () => '/contacts?search=any%204711'],
  ['contacts by a company’s name', 'companies_search_idx', () => '/contacts?search=any%204711'],
  ['contacts by what all have', 'contacts_list_idx', () => '/contacts?search=first'],
  ['contacts by the beginning of a word that none has', 'contacts_search_idx', () => '/contacts?search=qq'],
  ['contacts by a term that none has', 'contacts_search_idx', () => '/contacts?search=qqqqq'],
  ['contacts by a tag that few have', 'contacts_tags_idx', () => '/contacts?tags=rare'],
  ['contacts by a tag that all have', 'contacts_list_idx', () => '/contacts?tags=all'],
  ['contacts of a company', 'contacts_company_id_idx', () => `/contacts?company_id=${companyId}`],
  [
    'contacts of some companies',
    'contacts_company_id_idx',
    () => `/contacts?company_ids=${companyId}&company_ids=${randomUUID()}`,
  ],
  ['contacts from a rare source', 'contacts_source_id_idx', () => `/contacts?source_ids=${rare}`],
  ['contacts from a source of old', 'contacts_source_id_idx', () => `/contacts?source_ids=${old}`],
  ['contacts from some sources', 'contacts_source_id_idx', () => `/contacts?source_ids=${old}&source_ids=${rare}`],
  ['contacts by e-mail', 'contacts_email_idx', () => '/contacts?email=Somebody%40mail.example'],
  ['contacts made lately', 'contacts_list_idx', () => '/contacts?created_after=2026-03-10T00:00:00Z'],
  ['contacts changed lately', 'contacts_updated_at_idx', () => '/contacts?updated_after=2026-03-11T10:00:00Z'],
  ['contacts by a custom value that few have', valueIndex, () => `/contacts?custom_fields[${level}]=gold`],
  ['contacts by a custom value that many have', valueIndex, () => `/contacts?custom_fields[${flag}]=true`],
  ['contacts by a custom value that only the oldest have', valueIndex, () => `/contacts?custom_fields[${level}]=tin`],
  ['contacts by a custom number', valueIndex, () => `/contacts?custom_fields[${size}]=4711`],
  ['contacts by few custom numbers', valueIndex, () => `/contacts?custom_fields[${size}][gte]=99990`],
  ['contacts by custom numbers that none has', valueIndex, () => `/contacts?custom_fields[${size}][gte]=${many + 1}`],
  ['contacts by many old custom numbers', valueIndex, () => `/contacts?custom_fields[${size}][lte]=20000`],
  [
    'contacts by two custom values that none has both',
    valueIndex,
    () => `/contacts?custom_fields[${level}]=tin&custom_fields[${size}][gte]=50000`,
  ],
  [
    'contacts by a custom value that many have and a tag that few have',
    'contacts_tags_idx',
    () => `/contacts?custom_fields[${flag}]=true&tags=rare`,
  ],
  ['contacts by an external id', 'contacts_external_id_key', () => '/contacts?external_id=crm-4711'],
  ['projects, all', 'projects_list_idx', () => '/projects'],
  ['projects by a part of the name', 'projects_search_idx', () => '/projects?search=ect%204711'],
  ['projects by a tag that few have', 'projects_tags_idx', () => '/projects?tags=rare'],
  ['projects in a rare stage', 'projects_stage_idx', () => '/projects?stage=review'],
  ['projects for a company', 'projects_company_id_idx', () => `/projects?company_id=${companyId}`],
  ['projects of a user', 'projects_assigned_to_idx', () => `/projects?assigned_to=${userId}`],
  ['projects changed lately', 'projects_updated_at_idx', () => '/projects?updated_after=2026-03-11T10:00:00Z'],
  ['projects by an external id', 'projects_external_id_key', () => '/projects?external_id=crm-4711'],
  ['activities, all', 'activities_list_idx', () => '/activities'],
  ['activities by an external id', 'activities_external_id_key', () => '/activities?external_id=crm-4711'],
  ['activities as they happened', 'activities_occurred_at_idx', () => '/activities?sort=-occurred_at'],
  ['activities of a type of old', 'activities_type_idx', () => '/activities?types=meeting'],
  [
    'activities of types of old and new as they happened',
    'activities_type_occurred_at_idx',
    () => '/activities?types=meeting&types=call&sort=-occurred_at',
  ],
  ['activities with a contact', 'activities_contact_id_idx', () => `/activities?contact_id=${contactId}`],
  ['activities with a company', 'activities_company_id_idx', () => `/activities?company_id=${companyId}`],
  ['activities of a project', 'activities_project_id_idx', () => `/activities?project_id=${projectId}`],
  [
    'activities with a contact as they happened',
    'activities_contact_id_occurred_at_idx',
    () => `/activities?sort=-occurred_at&contact_id=${contactId}`,
  ],
  [
    'activities with a company as they happened',
    'activities_company_id_occurred_at_idx',
    () => `/activities?sort=-occurred_at&company_id=${companyId}`,
  ],
  [
    'activities of a project as they happened',
    'activities_project_id_occurred_at_idx',
    () => `/activities?sort=-occurred_at&project_id=${projectId}`,
  ],
  ['activities changed lately', 'activities_updated_at_idx', () => '/activities?updated_after=2026-03-11T10:00:00Z'],
];

const records = ['contacts', 'companies', 'projects', 'activities', 'custom_field_values'];
const tables = [...records, 'project_contacts'];

const expectIndexes = (call: () => Promise<unknown>) => indexesUsed(records, call, ['project_contacts']);

describe.each(lists)('%s → %s', (_, index, path) => {
  it('in a big account and in a small one, on the first page and behind it', async () => {
    for (const client of [big, small]) {
      let cursor: string | null = null;
      const used = await expectIndexes(async () => {
        cursor = (await client.get<{ next_cursor: string | null }>(path())).result.next_cursor;
      });
      if (client === big) expect([...used]).toContain(index);
      if (cursor) await expectIndexes(() => client.get(`${path()}${path().includes('?') ? '&' : '?'}cursor=${cursor}`));
    }
  });
});

/** Parameters, and what they mean in SQL. */
const manyHave: readonly [string, () => string, string][] = [
  ['a value', () => `custom_fields[${flag}]=true`, `flag = 'true'`],
  ['a value of old', () => `custom_fields[${level}]=tin`, `level = '"tin"'`],
  ['a range', () => `custom_fields[${size}][gte]=1001&custom_fields[${size}][lte]=90000`, 'n between 1001 and 90000'],
  [
    'a range and a value',
    () => `custom_fields[${size}][lte]=60000&custom_fields[${flag}]=false`,
    `n <= 60000 and flag = 'false'`,
  ],
  ['two values that none has both', () => `custom_fields[${level}]=tin&custom_fields[${size}][gte]=20001`, 'false'],
  [
    'a value, made lately',
    () => `custom_fields[${flag}]=true&created_after=2026-03-01T00:00:00Z`,
    `flag = 'true' and lately`,
  ],
  ['a value, and a tag', () => `custom_fields[${flag}]=true&tags=rare`, `flag = 'true' and rare`],
  [
    'a value, and another that few have',
    () => `custom_fields[${flag}]=true&custom_fields[${level}]=gold`,
    `flag = 'true' and level = '"gold"'`,
  ],
];

it.each(manyHave)('contacts by custom fields that many have: %s', async (_, query, condition) => {
  const expected = await program.sql<{ id: string }>(
    `select id from (
       select id, created_at, custom_fields -> $1 as flag, custom_fields -> $2 as level, (custom_fields ->> $3)::int as n,
         created_at > '2026-03-01' as lately, tags @> '{rare}' as rare
       from contacts where custom_fields ? $1) c
     where ${condition} order by created_at desc, id desc limit 250`,
    [flag, level, size],
  );
  const found: string[] = [];
  for (let cursor: string | null = '', page = 0; cursor !== null && page < 3; page++) {
    const path: string = `/contacts?limit=100&${query()}${cursor && `&cursor=${cursor}`}`;
    const { items, next_cursor } = (await big.get<{ items: { id: string }[]; next_cursor: string | null }>(path))
      .result;
    found.push(...items.map(({ id }) => id));
    cursor = next_cursor;
  }
  expect(found.slice(0, 250)).toEqual(expected.map(({ id }) => id));
  expect(found.length > 0).toBe(condition !== 'false');
});

it('there is no index that none of these uses, but for those behind constraints', async () => {
  const indexes = await program.sql<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index
     where indrelid = any($1::regclass[]) and not indisunique`,
    [tables],
  );
  const others = ['activities', 'companies', 'contacts', 'projects'].map((table) => `${table}_created_by_idx`);
  // For deletions: of a contact in projects, and of what they left without a link.
  others.push('project_contacts_contact_id_idx', 'activities_linkless_idx');
  // For imports: see imports.spec.ts.
  others.push(
    'companies_name_match_idx',
    'companies_host_match_idx',
    'contacts_phone_match_idx',
    'contacts_name_match_idx',
  );
  const ofLists = lists.map(([, index]) => index).filter((name) => !name.endsWith('_key'));
  const used = new Set([...ofLists, ...others]);
  expect(indexes.map(({ name }) => name).sort()).toEqual([...used].sort());
});

it('every foreign key has an index that begins with its columns', async () => {
  const missing = await program.sql(
    `select conname from pg_constraint c
     where contype = 'f' and conrelid = any($1::regclass[]) and not exists (
       select 1 from pg_index i where i.indrelid = c.conrelid
         and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey)`,
    [tables],
  );
  expect(missing).toEqual([]);
});
