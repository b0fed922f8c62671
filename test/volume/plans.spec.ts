import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../support/app';
import type { Client } from '../support/client';
import { withClient, workerDatabaseUrl } from '../support/database';
import { type Statement, statementsDuring } from '../support/statements';

const cyrillic = encodeURIComponent('ЖУКОВc81e');

/** How PostgreSQL answers the lists when there are 100,000 records. */
const many = 100_000;

let program: TestApp;
let big: Client;
let small: Client;
let companyId: string;
/** Of the first 30,000 contacts, and of every thousandth one after them. */
let old: string;
let rare: string;

beforeAll(async () => {
  program = await startApp();
  const [ada, grace] = [await program.register(), await program.register()];
  [big, small] = [program.client.as(ada), program.client.as(grace)];
  old = (await big.post<{ id: string }>('/sources', { name: 'Old' })).result.id;
  rare = (await big.post<{ id: string }>('/sources', { name: 'Rare' })).result.id;
  // What other files left here would have its say in the statistics.
  await program.sql('truncate contacts, companies cascade');
  await fill(ada.user, many);
  await fill(grace.user, 500);
  await program.sql('analyze companies, contacts');
  companyId = (await program.sql<{ id: string }>('select id from companies where name like $1', ['%4711 %']))[0]!.id;
}, 180_000);

afterAll(async () => {
  // Other files use this database after us.
  await program.sql('truncate contacts, companies cascade');
  await program.close();
});

/** Every record has names of its own, and every thousandth one a tag of few. */
async function fill({ account_id, id }: { account_id: string; id: string }, count: number): Promise<void> {
  const moment = `timestamptz '2026-01-01' + n * interval '1 minute'`;
  await program.sql(
    `insert into companies (id, account_id, created_by, name, domain, industry, website, linkedin_url, phone, address, city,
       state, zip_code, country, notes, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'Company ' || n || ' ' || md5(n::text), md5(n || 'd') || '.example', '', '', '', '', '', '',
       '', '', '', '', case when n % 1000 = 0 then array['rare', 'all'] else array['all'] end, '{}', ${moment}, ${moment}
     from generate_series(1, $3::int) n`,
    [account_id, id, count],
  );
  await program.sql(
    `with numbered as (select id, row_number() over (order by created_at) as n from companies where account_id = $1)
     insert into contacts (id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state,
       zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'First' || md5(n || 'f'), 'Жуков' || md5(n || 'l'), md5(n || 'e') || '@mail.example',
       '+' || n, '', '', '', '', '', '', '', c.id,
       (select id from sources where account_id = $1 and name = case when n <= 30000 then 'Old' when n % 1000 = 0 then 'Rare' end),
       case when n % 1000 = 0 then array['rare', 'all'] else array['all'] end, '{}', ${moment}, ${moment}
     from generate_series(1, $3::int) as n left join numbered c using (n)`,
    [account_id, id, count],
  );
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

async function planOf({ text, values = [] }: Statement): Promise<Plan[]> {
  return withClient(workerDatabaseUrl(), async (direct) => {
    const { rows } = await direct.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, [
      ...values,
    ]);
    return nodes(rows[0]!['QUERY PLAN'][0].Plan);
  });
}

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
];

/** @returns the indexes used. */
async function expectIndexes(call: () => Promise<unknown>): Promise<Set<string>> {
  const sent = await statementsDuring(call);
  const statements = sent.filter(({ text }) => /\b(from|update|into) "?(contacts|companies)\b/.test(text));
  expect(statements.length).toBeGreaterThan(0);
  const plans = (await Promise.all(statements.map(planOf))).flat();
  const read = plans.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
  expect(read.filter((table) => table === 'contacts' || table === 'companies')).toEqual([]);
  return new Set(plans.flatMap((node) => node['Index Name'] ?? []));
}

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

it('nothing that is done to one record reads a whole table', async () => {
  const company = (await big.post<{ id: string }>('/companies', { name: 'New' })).result;
  await expectIndexes(async () => {
    const { id } = (await big.post<{ id: string }>('/contacts', { first_name: 'New', company_id: company.id })).result;
    await big.get(`/contacts/${id}`);
    await big.patch(`/contacts/${id}`, { first_name: 'Newer', company_id: null });
    await big.delete(`/contacts/${id}`);
    await big.get(`/companies/${company.id}`);
    await big.patch(`/companies/${company.id}`, { name: 'Newer' });
    await big.delete(`/companies/${company.id}`);
  });
});

it('there is no index that none of these uses, but for those behind constraints', async () => {
  const indexes = await program.sql<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index
     where indrelid in ('contacts'::regclass, 'companies'::regclass) and not indisunique`,
  );
  const used = new Set([...lists.map(([, index]) => index), 'companies_created_by_idx', 'contacts_created_by_idx']);
  expect(indexes.map(({ name }) => name).sort()).toEqual([...used].sort());
});

it('every foreign key has an index that begins with its columns', async () => {
  const missing = await program.sql(
    `select conname from pg_constraint c
     where contype = 'f' and conrelid in ('contacts'::regclass, 'companies'::regclass) and not exists (
       select 1 from pg_index i where i.indrelid = c.conrelid
         and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey)`,
  );
  expect(missing).toEqual([]);
});
