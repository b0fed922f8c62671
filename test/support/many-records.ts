import type { Client } from 'pg';
import { withClient, workerDatabaseUrl } from './database';

export interface Filling {
  /** Whose the records are. */
  readonly owner: { readonly account_id: string; readonly id: string };
  readonly count: number;
  /** Those of the contact `n`, in SQL. */
  readonly customFields?: string;
}

const tables = ['companies', 'contacts', 'projects', 'activities', 'custom_field_values'];
const moment = `timestamptz '2026-01-01' + n * interval '1 minute'`;
const tags = `case when n % 1000 = 0 then array['rare', 'all'] else array['all'] end`;
const numbered = (table: string) =>
  `select id, row_number() over (order by created_at) as n from ${table} where account_id = $1`;

/**
 * Companies, contacts, projects and activities, so many of each. Every one has names of its own and is linked with those of its
 * number, and every thousandth one has a tag of few. Of the first 30,000 contacts the source is the one named "Old", of every
 * thousandth one after them the one named "Rare", where the account has them.
 */
export async function fillRecords(...fillings: readonly Filling[]): Promise<void> {
  await unchecked(async (direct) => {
    const makeIndexes = await dropIndexes(direct);
    for (const filling of fillings) await fill(direct, filling);
    await makeIndexes();
  });
}

/** SQL of which neither foreign keys nor triggers hear, which would take several times as long: it keeps their rules by itself. */
export async function unchecked(work: (direct: Client) => Promise<void>): Promise<void> {
  await withClient(workerDatabaseUrl(), async (direct) => {
    await direct.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'; begin`);
    await work(direct);
    await direct.query('commit');
  });
}

/** To make an index takes a fraction of the time in which it grows. @returns makes them again. */
async function dropIndexes(direct: Client): Promise<() => Promise<void>> {
  const { rows } = await direct.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = any($1::regclass[]) and not indisunique`,
    [tables],
  );
  await direct.query(`drop index ${rows.map(({ name }) => name).join(', ')}`);
  return async () => {
    for (const { definition } of rows) await direct.query(definition);
  };
}

/** Statistics keep the joins on numbers quick. */
async function fill(
  direct: Client,
  { owner: { account_id, id }, count, customFields = `'{}'::jsonb` }: Filling,
): Promise<void> {
  await direct.query(
    `insert into companies (id, account_id, created_by, name, domain, industry, website, linkedin_url, phone, address, city,
       state, zip_code, country, notes, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'Company ' || n || ' ' || md5(n::text), md5(n || 'd') || '.example', '', '', '', '', '', '',
       '', '', '', '', ${tags}, '{}', ${moment}, ${moment}
     from generate_series(1, $3::int) n`,
    [account_id, id, count],
  );
  await direct.query('analyze companies');
  await direct.query(
    `with numbered as (${numbered('companies')})
     insert into contacts (id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state,
       zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2, 'First' || md5(n || 'f'), 'Жуков' || md5(n || 'l'), md5(n || 'e') || '@mail.example',
       '+' || n, '', '', '', '', '', '', '', c.id, case when n <= 30000 then old.id when n % 1000 = 0 then rare.id end,
       ${tags}, ${customFields}, ${moment}, ${moment}
     from generate_series(1, $3::int) as n left join numbered c using (n)
       left join sources old on old.account_id = $1 and old.name = 'Old'
       left join sources rare on rare.account_id = $1 and rare.name = 'Rare'`,
    [account_id, id, count],
  );
  await direct.query(
    `insert into custom_field_values (account_id, record_id, definition_id, value, created_at)
     select account_id, id, key::uuid, value, created_at from contacts cross join jsonb_each(custom_fields)
     where account_id = $1 on conflict do nothing`,
    [account_id],
  );
  await direct.query(
    `with numbered as (${numbered('companies')})
     insert into projects (id, account_id, created_by, name, description, stage, company_id, assigned_to, is_retainer, notes,
       tags, custom_fields, created_at, updated_at)
     select gen_random_uuid(), $1, $2::uuid, 'Project ' || n || ' ' || md5(n::text), '',
       case when n % 1000 = 0 then 'review' else 'active' end, c.id, case when n % 1000 = 0 then $2::uuid end, false, '',
       ${tags}, '{}', ${moment}, ${moment}
     from generate_series(1, $3::int) as n left join numbered c using (n)`,
    [account_id, id, count],
  );
  await direct.query('analyze contacts, projects');
  await direct.query(
    `with c as (${numbered('companies')}), p as (${numbered('contacts')}), j as (${numbered('projects')})
     insert into activities (id, account_id, created_by, activity_type, contact_id, company_id, project_id, occurred_at, metadata,
       created_at, updated_at)
     select gen_random_uuid(), $1, $2, case when n <= 30 then 'meeting' when n % 2 = 0 then 'call' else 'email' end, p.id, c.id, j.id,
       ${moment} - interval '1 day', '{}', ${moment}, ${moment}
     from generate_series(1, $3::int) as n left join c using (n) left join p using (n) left join j using (n)`,
    [account_id, id, count],
  );
}
