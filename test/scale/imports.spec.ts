import { randomUUID } from 'node:crypto';
import { ImportsRetentionJob } from '../../src/contexts/imports/imports-retention-job';
import { startApp, type TestApp } from '../support/app';
import type { Client } from '../support/client';
import { indexesUsed } from '../support/plans';
import { until } from '../support/server-process';

/** How PostgreSQL answers what imports ask when there is very much of everything. */
const many = 100_000;
const records = ['companies', 'contacts', 'sources'];
const own = ['imports', 'import_chunks', 'import_errors', 'import_changes', 'import_rehearsals', 'import_rows'];

interface Job {
  readonly id: string;
  readonly status: string;
  readonly created_count: number;
  readonly skipped_count: number;
  readonly failed_count: number;
}

let program: TestApp;
let client: Client;
/** A finished import with very many errors. */
let old: string;

beforeAll(async () => {
  program = await startApp({ WORKERS: 'on' });
  const session = await program.register();
  client = program.client.as(session);
  const { account_id, id } = session.user;
  await program.sql(`truncate ${[...own, ...records].join(', ')} cascade`);
  const moment = `timestamptz '2026-01-01' + n * interval '1 minute'`;
  await program.sql(
    `insert into companies (id, account_id, created_by, name, domain, industry, website, linkedin_url, phone, address, city,
       state, zip_code, country, notes, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'Company ' || n, case when n % 2 = 0 then 'd' || n || '.example' else '' end, '', '', '', '',
       '', '', '', '', '', '', '{}', '{}', ${moment}, ${moment} from generate_series(1, $3::int) n`,
    [account_id, id, many],
  );
  await program.sql(
    `insert into contacts (id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state,
       zip_code, country, notes, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'First ' || n, 'Last', 'person-' || n || '@mail.example', '', '', '', '', '', '', '', '', '{}', '{}',
       ${moment}, ${moment} from generate_series(1, $3::int) n`,
    [account_id, id, many],
  );
  await program.sql(
    `insert into sources (id, account_id, created_by, name, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'Source ' || n, ${moment}, ${moment} from generate_series(1, $3::int) n`,
    [account_id, id, many],
  );
  await program.sql(
    `insert into imports (id, account_id, created_by, model_type, file_name, content_type, status, task, upload_id, on_duplicate,
       dry_run, processed_rows, created_count, updated_count, skipped_count, failed_count, conflict_count, warning_count, attempt, failures,
       created_at, finished_at, undo_until)
     select gen_random_uuid(), $1, $2, 'contacts', 'x', '', 'completed', 'import', gen_random_uuid(), 'skip', false, 0, 0, 0, 0, 0,
       0, 0, 1, 0, now() - n * interval '1 minute', now(), now() + interval '1 day' from generate_series(1, 20000) n`,
    [account_id, id],
  );
  old = (await program.sql<{ id: string }>('select id from imports limit 1'))[0]!.id;
  await program.sql(
    `insert into import_errors (id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, cells)
     select gen_random_uuid(), $1, case when n % 2 = 0 then $2::uuid else i.id end, n, false, 'a', 'b', 'c', 'd', '["c"]'
     from generate_series(1, $3::int) n
     join (select id, row_number() over () as m from imports) i on i.m = n % 20000 + 1`,
    [account_id, old, 2 * many],
  );
  await program.sql(
    `insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
     select account_id, id, upload_id, 0, 'x', now() from imports`,
  );
  await program.sql(
    `insert into import_changes (account_id, import_id, entity, created_ids, created_rows, updated, restored_ids)
     select account_id, id, 'contact', '{}', '{}', '[]', '{}' from imports`,
  );
  await program.sql(
    `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key)
     select gen_random_uuid(), account_id, id, 'name', 'domain' from imports`,
  );
  await program.sql(
    `insert into import_rows (account_id, import_id, first_row, last_row, outcome, record_ids, messages)
     select account_id, case when n % 2 = 0 then $1::uuid else id end, n, n, case when n % 1000 = 0 then 'failed' else 'skipped' end,
       array[id], case when n % 1000 = 2 then '[]'::json end
     from (select id, account_id, row_number() over () as m from imports) i
     join generate_series(1, $2::int) n on i.m = n % 20000 + 1`,
    [old, 2 * many],
  );
  await program.sql('vacuum analyze');
});

afterAll(async () => {
  // Other files use this database after us.
  await program.sql(`truncate ${[...own, ...records].join(', ')} cascade`);
  await program.close();
});

async function run(model_type: string, file: string, column_mapping: object, options: object): Promise<Job> {
  const made = await client.post<{ job: Job; upload_url: string }>('/imports', { model_type, file_name: 'x.csv' });
  const { job, upload_url } = made.result;
  expect((await fetch(upload_url, { method: 'PUT', body: file })).status).toBe(200);
  await client.post(`/imports/${job.id}/complete-upload`);
  await client.post(`/imports/${job.id}/confirm`, { column_mapping, ...options });
  return ended(job.id);
}

async function ended(id: string): Promise<Job> {
  let job: Job;
  await until(async () => {
    job = (await client.get<Job>(`/imports/${id}`)).result;
    return !['queued', 'processing'].includes(job.status);
  });
  return job!;
}

const people = [
  'First,Mail,Firm,From,Town',
  'Known,PERSON-77@mail.example,Company 5,Source 8,',
  `New,${randomUUID()}@mail.example,company 6,source 9,`,
  `New,${randomUUID()}@mail.example,A new one,A new one,`,
  // Nothing in it could be a name.
  ',,,,London',
].join('\n');
const peopleMapping = { First: 'first_name', Mail: 'email', Firm: 'company_name', From: 'source_name', Town: 'city' };

it('an import of contacts, tried out, run and undone, reads no table as a whole', async () => {
  const used = await indexesUsed([...own, ...records], async () => {
    const tried = await run('contacts', people, peopleMapping, { dry_run: true, on_duplicate: 'update' });
    expect(tried).toMatchObject({ status: 'completed', created_count: 2, updated_count: 1, failed_count: 1 });
    await client.post(`/imports/${tried.id}/confirm`, { column_mapping: peopleMapping, on_duplicate: 'update' });
    expect(await ended(tried.id)).toMatchObject({ status: 'completed', created_count: 2, updated_count: 1 });
    await client.get(`/imports/${tried.id}/errors`);
    await client.get(`/imports/${tried.id}/rows?outcome=failed&limit=1`);
    await client.post(`/imports/${tried.id}/undo`);
    expect((await ended(tried.id)).status).toBe('undone');
  });
  const wanted = ['contacts_email_idx', 'companies_name_match_idx', 'sources_name_match_idx', 'imports_queue_idx'];
  expect([...used]).toEqual(expect.arrayContaining(wanted));
});

it('companies by their domains and names, sources by their names', async () => {
  const companies = 'Name,Domain\nCompany 1,new.example\nOther,D2.example\nCompany 4,other.example\ncompany 3,\n';
  const used = await indexesUsed([...own, ...records], async () => {
    const mapping = { Name: 'name', Domain: 'domain' };
    expect(await run('companies', companies, mapping, {})).toMatchObject({ created_count: 1, skipped_count: 3 });
    expect(await run('sources', 'Name\nSOURCE 1\nNew\n', { Name: 'name' }, {})).toMatchObject({
      created_count: 1,
      skipped_count: 1,
    });
  });
  const wanted = ['companies_name_match_idx', 'companies_host_match_idx', 'sources_name_match_idx'];
  expect([...used]).toEqual(expect.arrayContaining(wanted));
});

it('errors are read page by page, and as a file', async () => {
  await indexesUsed(['import_errors'], async () => {
    const page = await client.get<{ items: { row: number }[]; next_cursor: string }>(
      `/imports/${old}/errors?limit=100`,
    );
    expect(page.result.items.map(({ row }) => row)).toEqual(Array.from({ length: 100 }, (_, index) => 2 * index + 2));
    const next = await client.get<{ items: { row: number }[] }>(
      `/imports/${old}/errors?limit=100&cursor=${page.result.next_cursor}`,
    );
    expect(next.result.items[0]!.row).toBe(202);
  });
});

it.each(['', '&outcome=failed', '&outcome=failed&outcome=created', '&warnings=true'])(
  'what became of rows is read page by page%s',
  async (filter) => {
    await indexesUsed(['import_rows', 'import_errors'], async () => {
      type Rows = { items: { row: number }[]; next_cursor: string };
      const page = await client.get<Rows>(`/imports/${old}/rows?limit=2${filter}`);
      const [first, second] = filter === '' ? [2, 4] : filter.includes('failed') ? [1_000, 2_000] : [2, 1_002];
      expect(page.result.items.map(({ row }) => row)).toEqual([first, second]);
      const next = await client.get<Rows>(`/imports/${old}/rows?limit=2${filter}&cursor=${page.result.next_cursor}`);
      expect(next.result.items[0]!.row).toBe(filter === '' ? 6 : second + 1_000);
    });
  },
);

it.each([
  ['phone', 'Name,Phone\nKnown,+1 555 01234\n', { Name: 'first_name', Phone: 'phone' }, 'contacts_phone_match_idx'],
  [
    'name_and_company',
    'Name,Family,Firm\nFirst 5,Last,Company 5\n',
    { Name: 'first_name', Family: 'last_name', Firm: 'company_name' },
    'contacts_name_match_idx',
  ],
])('contacts by %s', async (match_by, file, mapping, index) => {
  const used = await indexesUsed([...own, ...records], async () => {
    expect(await run('contacts', file, mapping, { match_by })).toMatchObject({ status: 'completed', failed_count: 0 });
  });
  expect([...used]).toContain(index);
});

it('removes what is old in small steps', async () => {
  await program.sql(`update imports set finished_at = now() - interval '31 days', undo_until = now() where id <> $1`, [
    old,
  ]);
  await program.sql('vacuum analyze imports');
  const before = Number((await program.sql('select count(*) from import_errors'))[0]!.count);
  await program.app.get(ImportsRetentionJob, { strict: false }).run();
  expect(Number((await program.sql('select count(*) from import_errors'))[0]!.count)).toBeLessThan(before / 2 + 10_000);
  expect(await program.sql('select 1 from import_rows where import_id <> $1 limit 1', [old])).toEqual([]);
  const changes = await program.sql('select import_id from import_changes where import_id <> $1', [old]);
  expect(changes).toEqual([]);
});
