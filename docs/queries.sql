-- The statements that the program sends by a name of their own, as PostgreSQL gets them, so that a change of one shows in
-- review. A list has one for each set of filters that was asked for. Made by `npm run queries`; not edited by hand.

-- accounts-by-id
select id, name, created_at, updated_at from accounts where id = $1;

-- accounts-lock
select id from accounts where id = $1 for no key update;

-- activities-by-id
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, external_id, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at, version from activities where account_id = $1 and id = $2;

-- activities-delete
delete from activities where account_id = $1 and id = any($2::uuid[]);

-- activities-delete-linkless
delete from activities
where account_id = $1 and contact_id is null and company_id is null and project_id is null;

-- activities-external-ids
select 'activity' as kind, id, external_id
from activities
where account_id = $1 and external_id = any($2::text[])
union all select 'contact' as kind,
  id,
  external_id
from contacts
where account_id = $1 and external_id = any($3::text[])
union all select 'company' as kind,
  id,
  external_id
from companies
where account_id = $1 and external_id = any($4::text[])
union all select 'project' as kind,
  id,
  external_id
from projects where account_id = $1 and external_id = any($5::text[]);

-- activities-insert
insert into activities (id, account_id, created_by, external_id, activity_type, contact_id, company_id, project_id, occurred_at, metadata, created_at, updated_at, version, field_versions)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- activities-list-created_at-000000000
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, external_id, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at, version from activities where account_id = $1 order by created_at desc, id desc limit $2;

-- activities-list-created_at-000000001
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, external_id, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at, version from activities where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- activities-list-created_at-100000000
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, external_id, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at, version from activities where account_id = $1 and external_id = $2 order by created_at desc, id desc limit $3;

-- activities-list-occurred_at-000000000
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, external_id, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at, version from activities where account_id = $1 order by occurred_at desc, id desc limit $2;

-- activities-list-occurred_at-000000001
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, external_id, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at, version from activities where account_id = $1 and (occurred_at, id) < ($2, $3::uuid) order by occurred_at desc, id desc limit $4;

-- activities-lock
select id,
  account_id,
  created_by,
  external_id,
  activity_type,
  contact_id,
  company_id,
  project_id,
  occurred_at,
  metadata,
  created_at,
  updated_at,
  version,
  field_versions
from activities
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- activities-match-external_id
select wanted.form, found.id
from (
  select distinct form, spelled from unnest($2::text[]) as each (form) cross join unnest(array[form]) as spelled
) as wanted cross join lateral (
  select id from activities where account_id = $1 and external_id = wanted.spelled order by (created_at, id) limit 11
) as found;

-- activities-references
select 'user' as target, id, name as title, null::timestamptz as closed_at
from users
where account_id = $1 and id = any($2::uuid[])
union all select 'contact' as target,
  id,
  trim(first_name || ' ' || last_name) as title,
  null::timestamptz as closed_at
from contacts
where account_id = $1 and id = any($3::uuid[])
union all select 'company' as target,
  id,
  name as title,
  null::timestamptz as closed_at
from companies
where account_id = $1 and id = any($4::uuid[])
union all select 'project' as target,
  id,
  name as title,
  null::timestamptz as closed_at
from projects where account_id = $1 and id = any($5::uuid[]);

-- addresses-empty-invitations
update users set email = '', email_key = id::text, mailbox_key = null, updated_at = $2 where id = any($1::uuid[]);

-- addresses-invited
select u.id, u.account_id, u.email, a.name as account_name from users u join accounts a on a.id = u.account_id
where u.email_key = $1 and u.password_hash is null and u.deactivated_at is null
order by u.invited_at desc, u.id desc limit $2;

-- addresses-is-taken
select 1 as taken from users where email_key = $2 and (email_verified_at is not null or account_id = $1) limit 1;

-- addresses-lock
select pg_advisory_xact_lock($1);

-- addresses-lock-invitations
select id, account_id from users where email_key = $1 and password_hash is null and id <> $2 order by id for update;

-- addresses-remove-invitations
delete from users where id = any($1::uuid[]) and not exists (
  select 1 from projects where projects.account_id = users.account_id and projects.assigned_to = users.id
);

-- addresses-remove-links
delete from one_time_tokens using unnest($1::uuid[], $2::uuid[]) as lapsed (account_id, user_id)
where one_time_tokens.account_id = lapsed.account_id and one_time_tokens.user_id = lapsed.user_id;

-- allow-long-statements
select set_config('statement_timeout', '120s', true);

-- check-as-commit
set constraints all immediate;

-- commit-without-waiting
select set_config('synchronous_commit', 'off', true);

-- companies-by-forms
select found.* from unnest($3::text[]) as wanted (form) cross join lateral (
  select id,
    created_at,
    name,
    match_name(name) as name_form,
    coalesce(match_host(domain), '') as host_form
  from companies
  where account_id = $1 and domain <> '' and match_host(domain) = wanted.form order by (created_at, id) limit 1
) as found
union
select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
  select id,
    created_at,
    name,
    match_name(name) as name_form,
    coalesce(match_host(domain), '') as host_form
  from companies
  where account_id = $1 and match_name(name) = wanted.form order by (created_at, id) limit 1
) as found
union
select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
  select id,
    created_at,
    name,
    match_name(name) as name_form,
    coalesce(match_host(domain), '') as host_form
  from companies
  where account_id = $1 and match_name(name) = wanted.form and match_host(domain) is null
  order by (created_at, id) limit 1
) as found
order by created_at, id;

-- companies-by-id
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version
from companies
where account_id = $1 and id = $2;

-- companies-count-links
select count(*)
from ((select from activities where account_id = $1 and company_id = any($2::uuid[]) limit $3) union all (select from contacts where account_id = $1 and company_id = any($2::uuid[]) limit $3) union all (select from projects where account_id = $1 and company_id = any($2::uuid[]) limit $3)) as links;

-- companies-delete
delete from companies where account_id = $1 and id = any($2::uuid[]);

-- companies-external-ids
select 'company' as kind, id, external_id
from companies where account_id = $1 and external_id = any($2::text[]);

-- companies-insert
insert into companies (id, account_id, created_by, external_id, name, domain, industry, website, linkedin_url, phone, address, city, state, zip_code, country, notes, employee_count, annual_revenue, tags, custom_fields, created_at, updated_at, version, field_versions)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- companies-insert-many
insert into companies (id, account_id, created_by, external_id, name, domain, industry, website, linkedin_url, phone, address, city, state, zip_code, country, notes, employee_count, annual_revenue, tags, custom_fields, created_at, updated_at, version, field_versions) select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version,
  field_versions
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, external_id text, name text, domain text, industry text, website text, linkedin_url text, phone text, address text, city text, state text, zip_code text, country text, notes text, employee_count bigint, annual_revenue bigint, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb);

-- companies-list-00000
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version
from companies
where account_id = $1 order by created_at desc, id desc limit $2;

-- companies-list-00001
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version
from companies
where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- companies-list-00100
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version
from companies
where account_id = $1 and created_at > $2 order by created_at desc, id desc limit $3;

-- companies-list-00101
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version
from companies
where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc,
  id desc limit $5;

-- companies-list-10000
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version
from companies
where account_id = $1 and external_id = $2 order by created_at desc, id desc limit $3;

-- companies-lock
select id,
  account_id,
  created_by,
  external_id,
  name,
  domain,
  industry,
  website,
  linkedin_url,
  phone,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  employee_count,
  annual_revenue,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version,
  field_versions
from companies
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- companies-match-name
select wanted.form, found.id
from (
  select distinct form, spelled from unnest($2::text[]) as each (form) cross join unnest(array[form]) as spelled
) as wanted cross join lateral (
  select id
  from companies
  where account_id = $1 and match_name(name) = wanted.spelled
  order by (created_at, id) limit 11
) as found;

-- companies-update-many
update companies set created_by = given.created_by,
  external_id = given.external_id,
  name = given.name,
  domain = given.domain,
  industry = given.industry,
  website = given.website,
  linkedin_url = given.linkedin_url,
  phone = given.phone,
  address = given.address,
  city = given.city,
  state = given.state,
  zip_code = given.zip_code,
  country = given.country,
  notes = given.notes,
  employee_count = given.employee_count,
  annual_revenue = given.annual_revenue,
  tags = given.tags,
  custom_fields = given.custom_fields,
  created_at = given.created_at,
  updated_at = given.updated_at,
  version = given.version,
  field_versions = given.field_versions
from json_to_recordset($2::json) as given (id uuid, created_by uuid, external_id text, name text, domain text, industry text, website text, linkedin_url text, phone text, address text, city text, state text, zip_code text, country text, notes text, employee_count bigint, annual_revenue bigint, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb)
where companies.account_id = $1 and companies.id = any($3::uuid[]) and companies.id = given.id;

-- contacts-by-addresses
select wanted.form, found.* from (
       select * from unnest($3::text[], $4::text[]) as given (form, name) cross join lateral (
  values (given.form), (email_form(normalize(given.form, nfd)))
) as each (spelled)
     ) as wanted cross join lateral (
     select id,
       created_at,
       first_name || E'\n' || last_name as title,
       match_name(first_name || ' ' || last_name) as name_form
     from contacts
     where account_id = $1 and match_name(first_name || ' ' || last_name) = wanted.name and email_form(email) = wanted.spelled
     order by (created_at, id) limit 1
   ) as found
   union
   select wanted.form, found.* from (select * from unnest($2::text[]) as given (form) cross join lateral (
  values (given.form), (email_form(normalize(given.form, nfd)))
) as each (spelled)) as wanted cross join lateral (
     select id,
       created_at,
       first_name || E'\n' || last_name as title,
       match_name(first_name || ' ' || last_name) as name_form
     from contacts
     where account_id = $1 and email_form(email) = wanted.spelled order by (created_at, id) limit 1
   ) as found
   order by created_at, id;

-- contacts-by-id
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts where account_id = $1 and id = $2;

-- contacts-by-ids
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts where account_id = $1 and id = any($2::uuid[]);

-- contacts-by-names-and-companies
select wanted.form, found.* from unnest($2::text[], $3::text[]) as wanted (name, form) cross join lateral (
  (select id, first_name || E'\n' || last_name as title, match_name(first_name || ' ' || last_name) as name_form from contacts
 where account_id = $1 and match_name(first_name || ' ' || last_name) = wanted.name and company_id is null and wanted.form = ''
 order by (created_at, id) limit 1) union all (select id,
   first_name || E'\n' || last_name as title,
   match_name(first_name || ' ' || last_name) as name_form
 from contacts
 where account_id = $1 and match_name(first_name || ' ' || last_name) = wanted.name and company_id = any (array(select id from companies where account_id = $1 and match_name(name) = wanted.form))
 order by (created_at, id) limit 1)
) as found;

-- contacts-by-phones
select wanted.form, found.* from unnest($2::text[]) as wanted (form) cross join lateral (
  select id,
    first_name || E'\n' || last_name as title,
    match_name(first_name || ' ' || last_name) as name_form
  from contacts
  where account_id = $1 and phone <> '' and match_phone(phone) = wanted.form
  order by (created_at, id) limit 1
) as found;

-- contacts-count-links
select count(*)
from ((select from activities where account_id = $1 and contact_id = any($2::uuid[]) limit $3) union all (select from project_contacts where account_id = $1 and contact_id = any($2::uuid[]) limit $3)) as links;

-- contacts-delete
delete from contacts where account_id = $1 and id = any($2::uuid[]);

-- contacts-external-ids
select 'contact' as kind, id, external_id
from contacts
where account_id = $1 and external_id = any($2::text[])
union all select 'company' as kind,
  id,
  external_id
from companies where account_id = $1 and external_id = any($3::text[]);

-- contacts-insert
insert into contacts (id, account_id, created_by, external_id, first_name, last_name, email, phone, job_title, address, city, state, zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at, version, field_versions)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23);

-- contacts-insert-many
insert into contacts (id, account_id, created_by, external_id, first_name, last_name, email, phone, job_title, address, city, state, zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at, version, field_versions) select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  source_id,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version,
  field_versions
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, external_id text, first_name text, last_name text, email text, phone text, job_title text, address text, city text, state text, zip_code text, country text, notes text, company_id uuid, source_id uuid, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb);

-- contacts-list-000000
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts
 where account_id = $1 order by created_at desc, id desc limit $2;

-- contacts-list-000010
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts
 where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- contacts-list-001000
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts
 where account_id = $1 and created_at > $2 order by created_at desc, id desc limit $3;

-- contacts-list-001010
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts
 where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
 order by created_at desc,
   id desc limit $5;

-- contacts-list-100000
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  coalesce((select name from companies as target
where target.account_id = contacts.account_id and target.id = contacts.company_id), '') as company_name, source_id, coalesce((select name
from sources as target
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at, version from contacts
 where account_id = $1 and external_id = $2 order by created_at desc, id desc limit $3;

-- contacts-lock
select id,
  account_id,
  created_by,
  external_id,
  first_name,
  last_name,
  email,
  phone,
  job_title,
  address,
  city,
  state,
  zip_code,
  country,
  notes,
  company_id,
  source_id,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version,
  field_versions
from contacts
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- contacts-match-email
select wanted.form, found.id
from (
  select distinct form,
    spelled
  from unnest($2::text[]) as each (form) cross join unnest(array[form, email_form(normalize(form, nfd))]) as spelled
) as wanted cross join lateral (
  select id
  from contacts
  where account_id = $1 and email_form(email) = wanted.spelled
  order by (created_at, id) limit 11
) as found;

-- contacts-references
select 'company' as target, id, name as title, null::timestamptz as closed_at
from companies
where account_id = $1 and id = any($2::uuid[])
union all select 'source' as target,
  id,
  name as title,
  archived_at as closed_at
from sources where account_id = $1 and id = any($3::uuid[]);

-- contacts-update-many
update contacts set created_by = given.created_by,
  external_id = given.external_id,
  first_name = given.first_name,
  last_name = given.last_name,
  email = given.email,
  phone = given.phone,
  job_title = given.job_title,
  address = given.address,
  city = given.city,
  state = given.state,
  zip_code = given.zip_code,
  country = given.country,
  notes = given.notes,
  company_id = given.company_id,
  source_id = given.source_id,
  tags = given.tags,
  custom_fields = given.custom_fields,
  created_at = given.created_at,
  updated_at = given.updated_at,
  version = given.version,
  field_versions = given.field_versions
from json_to_recordset($2::json) as given (id uuid, created_by uuid, external_id text, first_name text, last_name text, email text, phone text, job_title text, address text, city text, state text, zip_code text, country text, notes text, company_id uuid, source_id uuid, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb)
where contacts.account_id = $1 and contacts.id = any($3::uuid[]) and contacts.id = given.id;

-- contacts-used-sources
select asked.id from unnest($2::uuid[]) as asked (id)
where exists (select from contacts where contacts.account_id = $1 and contacts.source_id = asked.id);

-- custom-fields-by-id-for-update
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1 and id = $2 for update;

-- custom-fields-count
select count(*), count(*) filter (where "unique") as unique_count from custom_fields
where account_id = $1 and entity_type = $2;

-- custom-fields-list-00
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1
order by display_order,
  created_at,
  id limit $2;

-- custom-fields-list-01
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1 and (display_order, created_at, id) > ($2, $3, $4::uuid)
order by display_order,
  created_at,
  id limit $5;

-- custom-fields-list-10
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1 and entity_type = $2
order by display_order,
  created_at,
  id limit $3;

-- custom-fields-list-11
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1 and entity_type = $2 and (display_order, created_at, id) > ($3, $4, $5::uuid)
order by display_order,
  created_at,
  id limit $6;

-- custom-fields-lock
select pg_advisory_xact_lock(hashtextextended($1, 0));

-- custom-fields-some
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1 and entity_type = $2 and id = any($3::uuid[]);

-- custom-fields-to-write
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
  "unique",
  display_order,
  created_at
from custom_fields
where account_id = $1 and entity_type = $2 and (required or id = any($3::uuid[]))
order by display_order, created_at, id for key share;

-- custom-fields-trigger-stands-aside
select set_config('tideline.custom_field_values', 'removed', true);

-- custom-fields-trigger-works
select set_config('tideline.custom_field_values', '', true);

-- custom-fields-with-label
select from custom_fields where account_id = $1 and entity_type = $2 and id <> $3
and lower(normalize(label, nfc)) = lower($4) limit 1;

-- dry-run-lock
select pg_try_advisory_xact_lock(hashtextextended('dry run ' || $1::text, 0)) as locked;

-- events-behind
with recursive in_turn as (
  (select account_id, seq, 1 as place from events where position is null and account_id > $1 order by account_id, seq limit 1)
  union all
  select next.account_id, next.seq, in_turn.place + 1 from in_turn cross join lateral (
    select account_id,
      seq
    from events
    where position is null and account_id > in_turn.account_id
    order by account_id,
      seq limit 1
  ) as next
  where in_turn.place < $2
) select account_id from in_turn order by place;

-- events-behind-of-account
select exists (select from events where position is null and account_id = $1) as behind;

-- events-latest-position
select pg_sequence_last_value('events_position_seq') as position;

-- events-list-00
select latest, event.* from (select max(position) as latest from events where account_id = $1) as feed
left join (select id, account_id, type, entity_id, data, previous, created_at, position from events where account_id = $1 and position > $2 order by position limit $3) as event on true
order by position;

-- events-list-01
select latest, event.* from (select max(position) as latest from events where account_id = $1) as feed
left join (select id, account_id, type, entity_id, data, previous, created_at, position from events where account_id = $1 and position > $2 and created_at >= $3 order by position limit $4) as event on true
order by position;

-- events-list-10
select latest, event.* from (select max(position) as latest from events where account_id = $1) as feed
left join (select id, account_id, type, entity_id, data, previous, created_at, position from events where account_id = $1 and position > $2 and entity_id = $3 order by position limit $4) as event on true
order by position;

-- events-list-11
select latest, event.* from (select max(position) as latest from events where account_id = $1) as feed
left join (select id, account_id, type, entity_id, data, previous, created_at, position from events where account_id = $1 and position > $2 and entity_id = $3 and created_at >= $4 order by position limit $5) as event on true
order by position;

-- events-lock
select pg_advisory_xact_lock($1);

-- events-place
with placed as materialized (
  select id, nextval('events_position_seq') as position from (
    select waiting.id from unnest($1::uuid[]) as behind (account_id) cross join lateral (
      select id, seq from events where events.account_id = behind.account_id and position is null
      order by seq limit $2
    ) as waiting order by behind.account_id, waiting.seq
  ) as ordered
),
updated as (
  update events set position = placed.position from placed where events.id = placed.id
  returning events.account_id, events.position
)
select account_id, min(position) as first_position, max(position) as last_position, count(*) as count
from updated group by account_id;

-- events-record
insert into events (id, account_id, type, entity_id, data, previous, user_id, app_id, created_at)
select id, $1, type, entity_id, data::json, previous::json, $7, $8, $9
from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[]) as made (id, type, entity_id, data, previous);

-- events-remove-old
delete from events where id = any (array(
  select id from events where id < $1 and created_at < $2 and position is not null order by id limit $3
))
returning 1 as removed;

-- health-ping
select 1;

-- idempotency-find
select request_hash, answer, ids from idempotency_keys
where account_id = $1 and caller_id = $2 and key = $3 and created_at > $4;

-- idempotency-insert
insert into idempotency_keys (account_id, caller_id, key, request_hash, answer, bytes, ids, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (account_id, caller_id, key) do update set request_hash = excluded.request_hash,
  answer = excluded.answer, bytes = excluded.bytes, ids = excluded.ids, created_at = excluded.created_at;

-- idempotency-lock
select pg_try_advisory_xact_lock(hashtextextended('idempotency ' || $1::text || ' ' || $2::text, 0)) as locked;

-- idempotency-remove-expired
delete from idempotency_keys where ctid = any (array(
  select ctid from idempotency_keys where created_at <= $1 order by created_at limit $2
))
returning 1 as removed;

-- idempotency-trim
with newest as (
  select created_at, sum(bytes) over (order by created_at desc) as total from idempotency_keys
  where account_id = $1 and answer is not null
)
update idempotency_keys set answer = null where account_id = $1 and answer is not null
  and created_at <= (select max(created_at) from newest where total > $2);

-- import-changes-count
select count(*) from import_changes where account_id = $1 and import_id = $2 and undone_at is null;

-- import-changes-created
with made as materialized (
  select unnest(created_ids) as record_id from import_changes
  where account_id = $1 and import_id = $2 and undone_at is null
)
select record_id from made where record_id = any($3::uuid[]);

-- import-changes-insert
insert into import_changes (account_id, import_id, entity, created_ids, created_rows, updated, restored_ids)
values ($1, $2, $3, $4, $5, $6, '{}');

-- import-changes-last
select number, entity, created_ids, created_rows, updated from import_changes
where account_id = $1 and import_id = $2 and undone_at is null order by number desc limit 1 for update;

-- import-changes-mark-undone
update import_changes set undone_at = $4, restored_ids = $5 where account_id = $1 and import_id = $2 and number = $3;

-- import-changes-remove-old
with recursive held as (
  (select account_id, import_id from import_changes order by import_id limit 1)
  union all
  select next.* from held cross join lateral (
    select account_id, import_id from import_changes
    where (import_id) > (held.import_id) order by import_id limit 1
  ) as next
)
     delete from import_changes where ctid = any (array(
       select import_changes.ctid from held
       join imports on imports.account_id = held.account_id and imports.id = held.import_id
       join import_changes on import_changes.import_id = held.import_id
       where imports.status in ('completed', 'failed', 'cancelled', 'undone') and imports.undo_until <= $1 limit $2
     ))
     returning 1 as removed;

-- import-changes-restored
with done as materialized (
  select changes.undone_at, change.id, change.at, change.was from import_changes as changes
  cross join lateral json_to_recordset(changes.updated) as change (id uuid, at timestamptz, was timestamptz)
  where account_id = $1 and import_id = $2 and undone_at is not null
    and change.id = any ($3::uuid[]) and change.id = any (changes.restored_ids)
)
select distinct asked.id from unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) as asked (id, present, left_at)
join done on done.id = asked.id and done.was = asked.left_at
where done.undone_at = asked.present
  or exists (select from done as other where other.id = asked.id and other.at = asked.present);

-- import-chunks-bytes
select coalesce(sum(octet_length(data)), 0)::bigint as bytes from import_chunks
where account_id = $1 and import_id = $2 and upload_id = $3;

-- import-chunks-count
select count(*) from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3;

-- import-chunks-insert
insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
       select $1::uuid, $2::uuid, $3::uuid, $4::bigint, $5::bytea, $6::timestamptz
       where (
  select coalesce(sum(chunks.bytes), 0)::bigint from imports cross join lateral (
    select sum(octet_length(data)) as bytes from import_chunks where account_id = $1 and import_id = imports.id
  ) as chunks
  where imports.account_id = $1 and imports.expires_at is not null and imports.status = 'pending_upload'
) + octet_length($5::bytea) <= $7::bigint
       returning 1 as inserted;

-- import-chunks-read
select data from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3 and number = $4;

-- import-chunks-remove-left-over
with recursive held as (
  (select account_id, import_id, upload_id from import_chunks order by import_id, upload_id limit 1)
  union all
  select next.* from held cross join lateral (
    select account_id, import_id, upload_id from import_chunks
    where (import_id, upload_id) > (held.import_id, held.upload_id) order by import_id, upload_id limit 1
  ) as next
)
     delete from import_chunks where ctid = any (array(
       select chunk.ctid from held
       join imports on imports.account_id = held.account_id and imports.id = held.import_id
       join import_chunks as chunk on chunk.import_id = held.import_id and chunk.upload_id = held.upload_id
       where imports.upload_id is distinct from held.upload_id and imports.original_id is distinct from held.upload_id
         and not exists (
           select from import_chunks as newer
           where newer.import_id = held.import_id and newer.upload_id = held.upload_id and newer.created_at >= $1
         )
       limit $2
     ))
     returning 1 as removed;

-- import-chunks-remove-others
delete from import_chunks where account_id = $1 and import_id = $2 and upload_id <> all ($3::uuid[]);

-- import-chunks-remove-upload
delete from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3;

-- import-chunks-waiting
select (
  select coalesce(sum(chunks.bytes), 0)::bigint from imports cross join lateral (
    select sum(octet_length(data)) as bytes from import_chunks where account_id = $1 and import_id = imports.id
  ) as chunks
  where imports.account_id = $1 and imports.expires_at is not null and imports.status = 'pending_upload'
) as bytes;

-- import-errors-conflicts
select value from import_errors
where account_id = $1 and import_id = $2 and is_conflict and value = any($3::text[]);

-- import-errors-insert
insert into import_errors (id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, cells)
select id, $1, $2, row_number, $3, column_name, field, value, message, cells::json
from unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
  as found (id, row_number, column_name, field, value, message, cells);

-- import-errors-list-0
select id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, null as cells
from import_errors where account_id = $1 and import_id = $2 order by row_number, id limit $3;

-- import-errors-list-1
select id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, null as cells
from import_errors
where account_id = $1 and import_id = $2 and (row_number, id) > ($3::bigint, $4::uuid)
order by row_number,
  id limit $5;

-- import-errors-of-rows
select id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, null as cells
from import_errors
where account_id = $1 and import_id = $2 and row_number = any ($3::bigint[]) and not is_conflict
order by row_number, id;

-- import-errors-remove-all
delete from import_errors where account_id = $1 and import_id = $2;

-- import-errors-remove-old
with recursive held as (
  (select account_id, import_id from import_errors order by import_id limit 1)
  union all
  select next.* from held cross join lateral (
    select account_id, import_id from import_errors
    where (import_id) > (held.import_id) order by import_id limit 1
  ) as next
)
     delete from import_errors where ctid = any (array(
       select import_errors.ctid from held
       join imports on imports.account_id = held.account_id and imports.id = held.import_id
       join import_errors on import_errors.import_id = held.import_id
       where imports.finished_at < $1 limit $2
     ))
     returning 1 as removed;

-- import-errors-rows
select refused.row_number, refused.cells, array(
  select message from import_errors
  where account_id = $1 and import_id = $2 and row_number = refused.row_number and not is_conflict order by id
) as messages
from (
  select row_number, cells, sum(octet_length(cells::text)) over (order by row_number) as size,
    row_number() over (order by row_number) as place
  from (
    select row_number, cells from import_errors
    where account_id = $1 and import_id = $2 and row_number > $3 and cells is not null order by row_number limit $4
  ) as next
) as refused
where size < $5 or place = 1 order by row_number;

-- import-rehearsals-find
select id,
  domain_key as primary,
  name_key as secondary,
  title
from import_rehearsals
where account_id = $1 and import_id = $2 and name_key <> '' and name_key = any($3::text[])
union select id,
  domain_key,
  name_key,
  title
from import_rehearsals
where account_id = $1 and import_id = $2 and domain_key <> '' and domain_key = any($4::text[])
union select id,
  domain_key,
  name_key,
  title
from import_rehearsals
where account_id = $1 and import_id = $2 and id = any($5::uuid[])
order by id;

-- import-rehearsals-forget
delete from import_rehearsals where account_id = $1 and import_id = $2;

-- import-rehearsals-keep
insert into import_rehearsals (id, account_id, import_id, name_key, domain_key, title)
select id, $1, $2, name_key, domain_key, title
from unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) as made (id, name_key, domain_key, title)
on conflict on constraint import_rehearsals_pkey
do update set name_key = excluded.name_key, domain_key = excluded.domain_key, title = excluded.title
where import_rehearsals.account_id = $1;

-- import-rows-insert
insert into import_rows (account_id, import_id, first_row, last_row, outcome, record_ids, messages)
select $1,
  $2,
  first_row,
  last_row,
  outcome,
  ($3::uuid[])[first_row - $4::bigint + 1 : last_row - $4::bigint + 1],
  messages::json
from unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[]) as found (first_row, last_row, outcome, messages);

-- import-rows-list-00
select first_row, last_row, outcome, record_ids, messages from (
  select *, sum(rows) over (order by last_row) - rows as rows_before from (
    select *, last_row - greatest(first_row, $3::bigint + 1) + 1 as rows
    from import_rows
    where account_id = $1 and import_id = $2 and last_row > $3::bigint
    order by last_row limit $4::bigint
  ) as next
) as counted
where rows_before < $4::bigint order by last_row;

-- import-rows-list-01
select first_row, last_row, outcome, record_ids, messages from (
  select *, sum(rows) over (order by last_row) - rows as rows_before from (
    select *, last_row - greatest(first_row, $3::bigint + 1) + 1 as rows
    from import_rows
    where account_id = $1 and import_id = $2 and last_row > $3::bigint and messages is not null
    order by last_row limit $4::bigint
  ) as next
) as counted
where rows_before < $4::bigint order by last_row;

-- import-rows-list-10
select first_row, last_row, outcome, record_ids, messages from (
  select *, sum(rows) over (order by last_row) - rows as rows_before from (
    select *, last_row - greatest(first_row, $3::bigint + 1) + 1 as rows
    from import_rows
    where account_id = $1 and import_id = $2 and last_row > $3::bigint and outcome = any ($4::text[])
    order by last_row limit $5::bigint
  ) as next
) as counted
where rows_before < $5::bigint order by last_row;

-- import-rows-remove-all
delete from import_rows where account_id = $1 and import_id = $2;

-- import-rows-remove-old
with recursive held as (
  (select account_id, import_id from import_rows order by import_id limit 1)
  union all
  select next.* from held cross join lateral (
    select account_id, import_id from import_rows
    where (import_id) > (held.import_id) order by import_id limit 1
  ) as next
)
     delete from import_rows where ctid = any (array(
       select import_rows.ctid from held
       join imports on imports.account_id = held.account_id and imports.id = held.import_id
       join import_rows on import_rows.import_id = held.import_id
       where imports.finished_at < $1 limit $2
     ))
     returning 1 as removed;

-- imports-advance
update imports set processed_rows = processed_rows + $5, created_count = created_count + $6,
  updated_count = updated_count + $7, skipped_count = skipped_count + $8, failed_count = failed_count + $9,
  warning_count = warning_count + $10, failures = 0
where account_id = $1 and id = $2 and attempt = $3 and status = 'processing' and processed_rows = $4
returning 1 as advanced;

-- imports-advance-undo
update imports set undo_left = undo_left - 1, conflict_count = conflict_count + $4, failures = 0
where account_id = $1 and id = $2 and attempt = $3 and status = 'processing' and task = 'undo'
returning 1 as advanced;

-- imports-begin
update imports set status = 'processing', attempt = attempt + 1, failures = failures + 1, lease_until = $4,
       started_at = case when task = 'undo' then started_at else coalesce(started_at, $3) end
     where id = $1 and attempt = $2 and status in ('queued', 'processing') and lease_until > $3
     returning id,
       account_id,
       created_by,
       app_id,
       model_type,
       file_name,
       content_type,
       status,
       task,
       upload_id,
       original_id,
shape,
column_mapping,
  on_duplicate,
  match_by,
  options,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
  warning_count,
  undo_total,
  undo_left,
  error,
  attempt,
  failures,
  queued_at,
  lease_until,
  expires_at,
  undo_until,
  created_at,
started_at, finished_at;

-- imports-by-id
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, original_id,
shape,
column_mapping,
  on_duplicate,
  match_by,
  options,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
  warning_count,
  undo_total,
  undo_left,
  error,
  attempt,
  failures,
  queued_at,
  lease_until,
  expires_at,
  undo_until,
  created_at,
started_at, finished_at from imports where account_id = $1 and id = $2;

-- imports-by-id-for-update
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, original_id,
shape,
column_mapping,
  on_duplicate,
  match_by,
  options,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
  warning_count,
  undo_total,
  undo_left,
  error,
  attempt,
  failures,
  queued_at,
  lease_until,
  expires_at,
  undo_until,
  created_at,
started_at, finished_at from imports where account_id = $1 and id = $2 for no key update;

-- imports-claim
update imports set lease_until = $3
where id = any (array(
  select id from imports
  where id = any (array(
    select id from (
      select distinct on (account_id) id, queued_at, lease_until from imports
      where status in ('queued', 'processing') order by account_id, status = 'processing' desc, queued_at, id
    ) as first
    where lease_until is null or lease_until <= $1 order by queued_at limit $2
  )) and status in ('queued', 'processing')
  for no key update skip locked
))
returning id, attempt;

-- imports-claim-lock
select pg_advisory_xact_lock($1), set_config('tideline.knows_import_options', 'on', true);

-- imports-count-open
select (select count(*) from imports where account_id = $1 and status in ('queued', 'processing'))
+ (select count(*) from imports where account_id = $1 and expires_at is not null) as count;

-- imports-count-waiting
select count(*) as count from (
  select 1 from imports where status in ('queued', 'processing') and (lease_until is null or lease_until <= $1) limit $2
) as waiting;

-- imports-end-lease
update imports set lease_until = null, failures = failures - 1
where account_id = $1 and id = $2 and attempt = $3 and status = 'processing' and failures > 0;

-- imports-expired
select account_id, id, status from imports where expires_at <= $1 order by expires_at limit $2 for update skip locked;

-- imports-extend-lease
update imports set lease_until = $4 from (select set_config('tideline.knows_import_options', 'on', true)) as told
where account_id = $1 and id = $2 and attempt = $3 and status = 'processing';

-- imports-finish
update imports set status = $4, error = $5, finished_at = $6, expires_at = $7, undo_until = $8, lease_until = null
where account_id = $1 and id = $2 and attempt = $3 and status = 'processing'
returning 1 as finished;

-- imports-list-0
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, original_id,
null as shape,
column_mapping,
  on_duplicate,
  match_by,
  options,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
  warning_count,
  undo_total,
  undo_left,
  error,
  attempt,
  failures,
  queued_at,
  lease_until,
  expires_at,
  undo_until,
  created_at,
started_at, finished_at from imports where account_id = $1 order by created_at desc, id desc limit $2;

-- imports-list-1
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, original_id,
null as shape,
column_mapping,
  on_duplicate,
  match_by,
  options,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
  warning_count,
  undo_total,
  undo_left,
  error,
  attempt,
  failures,
  queued_at,
  lease_until,
  expires_at,
  undo_until,
  created_at,
started_at,
  finished_at
from imports
where account_id = $1 and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- imports-release
update imports set lease_until = null from unnest($1::uuid[], $2::bigint[]) as released (id, attempt)
where imports.id = released.id and imports.attempt = released.attempt and status in ('queued', 'processing');

-- imports-signed
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, original_id,
shape,
column_mapping,
  on_duplicate,
  match_by,
  options,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
  warning_count,
  undo_total,
  undo_left,
  error,
  attempt,
  failures,
  queued_at,
  lease_until,
  expires_at,
  undo_until,
  created_at,
started_at, finished_at from imports where id = $1;

-- invitations-mailbox-use
select (
  select invited_at from users where mailbox_key = $2 and invited_at > $3 and account_id = $1
  order by invited_at desc offset $4::int - 1 limit 1
) as own, (
  select count(*) from (select 1 from users where mailbox_key = $2 and invited_at > $3 limit $5) as sent
) as total;

-- invitations-used-budgets
select (
  select invited_at from users where account_id = $1 and created_at > $2 and invited_at is not null
  order by created_at desc offset $3::int - 1 limit 1
) as hourly, (
  select invited_at from users where account_id = $1 and created_at > $4 and invited_at is not null
    and password_hash is null and deactivated_at is null and email <> ''
  order by created_at desc offset $5::int - 1 limit 1
) as open;

-- mails-claim
with recursive urgent as materialized (
         select id
         from mails
         where is_urgent and next_attempt_at <= $1 and (lease_until is null or lease_until <= $1)
         order by next_attempt_at limit $2 for update skip locked
       ),
       turns as (
  select $4::uuid as turn, false as is_second_part, true as is_start
  union all
  select next.turn, next.is_second_part, false from turns cross join lateral (
    (select coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as turn, false as is_second_part from mails
     where is_due and not is_urgent and coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') > turns.turn and not turns.is_second_part
     order by coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') limit 1)
    union all
    (select coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), true from mails
     where is_due and not is_urgent and coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') > case when turns.is_second_part then turns.turn else '00000000-0000-0000-0000-000000000000' end and coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') <= $4
     order by coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') limit 1)
    order by is_second_part limit 1
  ) as next
),
       ordinary as (
         select mail.id from turns cross join lateral (
           select id
           from mails
           where is_due and not is_urgent and coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') = turns.turn and next_attempt_at <= $1 and (lease_until is null or lease_until <= $1)
           order by next_attempt_at limit 1 for update skip locked
         ) as mail
         where not turns.is_start and turns.turn <> all ($5)
         limit least($3, $2 - (select count(*) from urgent))
       )
       update mails set attempt = attempt + 1, is_due = false, lease_until = $6, next_attempt_at = $6
       where id = any (array(select id from urgent union all select id from ordinary))
       returning id, account_id, is_urgent, content, expires_at, attempt;

-- mails-post
insert into mails (id, account_id, is_urgent, is_due, content, created_at, expires_at, attempt, next_attempt_at)
values ($1, $2, $3, $8, $4, $5, $6, 0, $7);

-- mails-postpone
update mails set next_attempt_at = $3, lease_until = null where id = $1 and attempt = $2;

-- mails-prefer-indexes
select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
set_config('plan_cache_mode', 'force_generic_plan', true);

-- mails-remove
delete from mails where id = $1 and attempt = $2;

-- mails-retry
update mails set is_due = true where id = any (array(
  select id
  from mails
  where not is_due and not is_urgent and next_attempt_at <= $1 and (lease_until is null or lease_until <= $1)
  order by next_attempt_at limit $2 for update skip locked
));

-- mails-write
update mails set content = $3 where id = $1 and attempt = $2 returning id;

-- match-forms
select form, text, case form
  when 'name' then match_name(text)
  when 'host' then match_host(text)
  when 'phone' then match_phone(text)
  when 'address' then case when text ~ '^[^@\s]+@[^@\s]+$' then email_form(normalize(text, nfc)) end
  when 'value' then unique_form(text::jsonb)
  when 'id' then text
end as made
from unnest($1::text[], $2::text[]) as wanted (form, text);

-- oauth-apps-by-client-id
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
suspended_at, tokens_refused_until, last_used_at, created_at, updated_at from oauth_apps where client_id = $1;

-- oauth-apps-by-id-for-update
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
suspended_at,
  tokens_refused_until,
  last_used_at,
  created_at,
  updated_at
from oauth_apps
where account_id = $1 and id = $2 for update;

-- oauth-apps-confirm
update oauth_apps set suspended_at = null, updated_at = $2
where account_id = $1 and suspended_at is not null and revoked_at is null returning id;

-- oauth-apps-list-0
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
suspended_at,
  tokens_refused_until,
  last_used_at,
  created_at,
  updated_at
from oauth_apps
where account_id = $1
order by created_at desc,
  id desc limit $2;

-- oauth-apps-list-1
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
suspended_at,
  tokens_refused_until,
  last_used_at,
  created_at,
  updated_at
from oauth_apps
where account_id = $1 and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- oauth-apps-record-use
update oauth_apps set last_used_at = $3
where account_id = $1 and id = $2 and (last_used_at is null or last_used_at <= $4);

-- oauth-apps-state
select revoked_at, suspended_at, tokens_refused_until, last_used_at, exists (
  select 1 from users where users.account_id = $1 and users.email_verified_at is not null
) as is_verified
from oauth_apps where account_id = $1 and id = $2;

-- oauth-apps-suspend
update oauth_apps set suspended_at = $2, updated_at = $2
where account_id = $1 and revoked_at is null and suspended_at is null returning id;

-- oauth-apps-suspended
select id, name from oauth_apps where account_id = $1 and suspended_at is not null and revoked_at is null
order by created_at, id limit $2;

-- one-time-tokens-find
select account_id, user_id from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3;

-- one-time-tokens-insert
insert into one_time_tokens (token_hash, account_id, user_id, purpose, created_at, expires_at)
select $3, account_id, id, $4, $5, $6 from users
where account_id = $1 and id = $2 and deactivated_at is null and (
  select count(*) from one_time_tokens t
  where t.account_id = $1 and t.user_id = $2 and t.purpose = $4 and t.created_at > $7
) < $8::int
returning user_id;

-- one-time-tokens-remove-expired
delete from one_time_tokens where token_hash = any (array(
  select token_hash from one_time_tokens where expires_at < $1 order by expires_at limit $2
))
returning user_id;

-- one-time-tokens-take-turns
select pg_advisory_xact_lock($1);

-- one-time-tokens-use
delete from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3 returning user_id;

-- project-contacts-list-0
select m.contact_id, m.role, c.created_at
from project_contacts m join contacts c on c.account_id = m.account_id and c.id = m.contact_id
where m.account_id = $1 and m.project_id = $2 order by c.created_at desc, c.id desc limit $3;

-- project-contacts-list-1
select m.contact_id, m.role, c.created_at
from project_contacts m join contacts c on c.account_id = m.account_id and c.id = m.contact_id
where m.account_id = $1 and m.project_id = $2 and (c.created_at, c.id) < ($3, $4::uuid)
order by c.created_at desc,
  c.id desc limit $5;

-- project-contacts-put
insert into project_contacts (account_id, project_id, contact_id, role) values ($1, $2, $3, coalesce($4, ''))
on conflict (account_id, project_id, contact_id) do update set role = coalesce($4, project_contacts.role)
returning role;

-- project-contacts-remove
delete from project_contacts where account_id = $1 and project_id = $2 and contact_id = $3 returning 1;

-- projects-by-id
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version from projects where account_id = $1 and id = $2;

-- projects-count-links
select count(*)
from ((select from activities where account_id = $1 and project_id = any($2::uuid[]) limit $3) union all (select from project_contacts where account_id = $1 and project_id = any($2::uuid[]) limit $3)) as links;

-- projects-delete
delete from projects where account_id = $1 and id = any($2::uuid[]);

-- projects-external-ids
select 'project' as kind, id, external_id
from projects
where account_id = $1 and external_id = any($2::text[])
union all select 'company' as kind,
  id,
  external_id
from companies where account_id = $1 and external_id = any($3::text[]);

-- projects-insert
insert into projects (id, account_id, created_by, external_id, name, description, stage, company_id, assigned_to, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version, field_versions)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- projects-insert-many
insert into projects (id, account_id, created_by, external_id, name, description, stage, company_id, assigned_to, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version, field_versions) select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  assigned_to,
  value,
  start_date,
  end_date,
  renewal_date,
  is_retainer,
  notes,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version,
  field_versions
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, external_id text, name text, description text, stage text, company_id uuid, assigned_to uuid, value bigint, start_date date, end_date date, renewal_date date, is_retainer bool, notes text, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb);

-- projects-list-000000000
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version from projects
 where account_id = $1 order by created_at desc, id desc limit $2;

-- projects-list-000000001
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version from projects
 where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- projects-list-000000100
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version from projects
 where account_id = $1 and created_at > $2 order by created_at desc, id desc limit $3;

-- projects-list-000000101
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version from projects
 where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
 order by created_at desc,
   id desc limit $5;

-- projects-list-100000000
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at, version from projects
 where account_id = $1 and external_id = $2 order by created_at desc, id desc limit $3;

-- projects-lock
select id,
  account_id,
  created_by,
  external_id,
  name,
  description,
  stage,
  company_id,
  assigned_to,
  value,
  start_date,
  end_date,
  renewal_date,
  is_retainer,
  notes,
  tags,
  custom_fields,
  created_at,
  updated_at,
  version,
  field_versions
from projects
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- projects-match-external_id
select wanted.form, found.id
from (
  select distinct form, spelled from unnest($2::text[]) as each (form) cross join unnest(array[form]) as spelled
) as wanted cross join lateral (
  select id from projects where account_id = $1 and external_id = wanted.spelled order by (created_at, id) limit 11
) as found;

-- projects-references
select 'company' as target, id, name as title, null::timestamptz as closed_at
from companies
where account_id = $1 and id = any($2::uuid[])
union all select 'user' as target,
  id,
  name as title,
  case when password_hash is null then invited_at else deactivated_at end as closed_at
from users where account_id = $1 and id = any($3::uuid[]);

-- refresh-tokens-remove-expired
delete from refresh_tokens where token_hash = any (array(
  select token_hash from refresh_tokens where expires_at < $1 order by expires_at limit $2
))
returning session_id;

-- refresh-tokens-retire-siblings
update refresh_tokens set successor_used_at = $3
where account_id = $1 and token_hash = $2 and successor_used_at is null;

-- refresh-tokens-state
select t.account_id, t.session_id, s.user_id, t.pair_id, t.token_generation as issued_generation,
       t.created_at as issued_at, t.expires_at as token_expires_at, t.used_at, t.parent_hash,
       parent.successor_used_at as sibling_used_at,
         u.role,
         u.email_verified_at is not null as is_verified,
         u.deactivated_at,
         s.ended_at,
         s.expires_at,
s.token_generation, s.pairs_ended_at, s.kept_pair_id
     from refresh_tokens t
       join sessions s on s.account_id = t.account_id and s.id = t.session_id
       join users u on u.account_id = s.account_id and u.id = s.user_id
       left join refresh_tokens parent on parent.account_id = t.account_id and parent.token_hash = t.parent_hash
     where t.token_hash = $1;

-- refresh-tokens-use
update refresh_tokens set used_at = coalesce(used_at, $3), expires_at = greatest(expires_at, $4)
where account_id = $1 and token_hash = $2;

-- sessions-end-pairs
update sessions set token_generation = token_generation + 1, pairs_ended_at = $4, kept_pair_id = $3
where account_id = $1 and id = $2;

-- sessions-lock-by-token
select s.id from sessions s join refresh_tokens t on t.account_id = s.account_id and t.session_id = s.id
where t.token_hash = $1
for no key update of s;

-- sessions-remove-old
delete from sessions where id = any (array(
  select id from (
    (select id from sessions where expires_at < $1 order by expires_at limit $3)
    union
    (select id from sessions where ended_at < $2 order by ended_at limit $3)
  ) as old limit $3
))
returning id;

-- sessions-state
select u.role, u.email_verified_at is not null as is_verified, u.deactivated_at, s.ended_at, s.expires_at,
s.token_generation, s.pairs_ended_at, s.kept_pair_id
     from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
     where s.account_id = $1 and s.id = $2 and s.user_id = $3;

-- sessions-state-for-update
select u.role, u.email_verified_at is not null as is_verified, u.deactivated_at, s.ended_at, s.expires_at,
s.token_generation, s.pairs_ended_at, s.kept_pair_id
     from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
     where s.account_id = $1 and s.id = $2 and s.user_id = $3
     for no key update of s;

-- set-timeout
select set_config('statement_timeout', $1, true);

-- sign-in-failures-find
select failed_at, locks, locked_until, forget_at from sign_in_failures where address_hash = $1;

-- sign-in-failures-find-for-update
select failed_at, locks, locked_until, forget_at from sign_in_failures where address_hash = $1 for update;

-- sign-in-failures-find-or-insert
insert into sign_in_failures (address_hash, failed_at, locks, forget_at) values ($1, '{}', 0, $2)
on conflict (address_hash) do update set address_hash = excluded.address_hash
returning failed_at,
  locks,
  locked_until,
  forget_at;

-- sign-in-failures-remove
delete from sign_in_failures where address_hash = $1;

-- sign-in-failures-remove-forgotten
delete from sign_in_failures where address_hash = any (array(
  select address_hash from sign_in_failures where forget_at < $1 order by forget_at limit $2
))
returning locks;

-- sign-in-failures-update
update sign_in_failures set failed_at = $2, locks = $3, locked_until = $4, forget_at = $5 where address_hash = $1;

-- sources-by-forms
select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
  select id, wanted.form, name, archived_at is not null as is_archived from sources
  where account_id = $1 and match_name(name) = wanted.form
  order by (archived_at is not null, created_at, id) limit 1
) as found;

-- sources-by-id
select id,
  account_id,
  created_by,
  name,
  archived_at,
  created_at,
  updated_at,
  version
from sources
where account_id = $1 and id = $2;

-- sources-delete
delete from sources where account_id = $1 and id = any($2::uuid[]);

-- sources-insert
insert into sources (id, account_id, created_by, name, archived_at, created_at, updated_at, version, field_versions)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- sources-insert-many
insert into sources (id, account_id, created_by, name, archived_at, created_at, updated_at, version, field_versions) select id,
  account_id,
  created_by,
  name,
  archived_at,
  created_at,
  updated_at,
  version,
  field_versions
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, name text, archived_at timestamptz, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb);

-- sources-list-0000
select id, account_id, created_by, name, archived_at, created_at, updated_at, version from sources
where account_id = $1 order by created_at desc, id desc limit $2;

-- sources-list-0001
select id, account_id, created_by, name, archived_at, created_at, updated_at, version from sources
where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- sources-list-1000
select id, account_id, created_by, name, archived_at, created_at, updated_at, version from sources
where account_id = $1 and archived_at is null order by created_at desc, id desc limit $2;

-- sources-list-1001
select id, account_id, created_by, name, archived_at, created_at, updated_at, version from sources
where account_id = $1 and archived_at is null and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- sources-list-1100
select id, account_id, created_by, name, archived_at, created_at, updated_at, version from sources
where account_id = $1 and archived_at is null and created_at > $2 order by created_at desc, id desc limit $3;

-- sources-list-1101
select id, account_id, created_by, name, archived_at, created_at, updated_at, version from sources
where account_id = $1 and archived_at is null and created_at > $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc,
  id desc limit $5;

-- sources-lock
select id,
  account_id,
  created_by,
  name,
  archived_at,
  created_at,
  updated_at,
  version,
  field_versions
from sources
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- sources-match-name
select wanted.form, found.id
from (
  select distinct form, spelled from unnest($2::text[]) as each (form) cross join unnest(array[form]) as spelled
) as wanted cross join lateral (
  select id from sources where account_id = $1 and match_name(name) = wanted.spelled order by (created_at, id) limit 11
) as found;

-- sources-update-many
update sources set created_by = given.created_by,
  name = given.name,
  archived_at = given.archived_at,
  created_at = given.created_at,
  updated_at = given.updated_at,
  version = given.version,
  field_versions = given.field_versions
from json_to_recordset($2::json) as given (id uuid, created_by uuid, name text, archived_at timestamptz, created_at timestamptz, updated_at timestamptz, version bigint, field_versions jsonb)
where sources.account_id = $1 and sources.id = any($3::uuid[]) and sources.id = given.id;

-- unique-fields-free
delete from unique_values where account_id = $1 and definition_id = $2::uuid;

-- unique-values-by-forms
select record_id, form from unique_values
where account_id = $1 and definition_id = $2::uuid and form = any($3::text[]);

-- unique-values-look-up
select form, (
  select record_id from unique_values kept
  where kept.account_id = $1 and kept.definition_id = given.definition_id and kept.form = made.form
) as holder
from unnest($2::uuid[], $3::jsonb[]) with ordinality as given (definition_id, value, position)
cross join lateral (select unique_form(given.value) as form) as made
order by position;

-- upsert-lock-all
select pg_advisory_xact_lock($1::bigint), (select count(pg_advisory_xact_lock(key)) from unnest($2::bigint[]) as key);

-- upsert-lock-some
select pg_advisory_xact_lock_shared($1::bigint),
  (select count(pg_advisory_xact_lock(key)) from unnest($2::bigint[]) as key);

-- users-activate-suspended
update users set deactivated_at = null, suspended_at = null, updated_at = $2
where account_id = $1 and suspended_at = deactivated_at and (email <> '' or password_hash is not null);

-- users-active-owners
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at, deactivated_at, suspended_at, last_login_at, created_at, updated_at from users
     where account_id = $1 and role = 'owner' and deactivated_at is null and password_hash is not null order by id;

-- users-by-email
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where email_key = $1 and password_hash is not null;

-- users-by-id
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and id = $2 and (email <> '' or password_hash is not null);

-- users-by-id-for-update
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and id = $2 and (email <> '' or password_hash is not null) for update;

-- users-count-active-owners
select count(*) from users
where account_id = $1 and role = 'owner' and deactivated_at is null and password_hash is not null;

-- users-list-0000
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and (email <> '' or password_hash is not null)
order by created_at desc,
  id desc limit $2;

-- users-list-0001
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and (email <> '' or password_hash is not null) and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- users-list-0100
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and (email <> '' or password_hash is not null) and created_at > $2
order by created_at desc,
  id desc limit $3;

-- users-list-0101
select id, account_id, email, email_key, mailbox_key, name, role, password_hash, email_verified_at,
invited_at,
  deactivated_at,
  suspended_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and (email <> '' or password_hash is not null) and created_at > $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc,
  id desc limit $5;

-- users-lock-others
select id
from users
where account_id = $1 and id <> $2 and deactivated_at is null and (email <> '' or password_hash is not null)
order by id for update;

-- users-suspend
update users set deactivated_at = $3, suspended_at = $3, updated_at = $3
where account_id = $1 and id = any($2::uuid[]);

-- users-suspended
select id,
  name,
  email
from users
where account_id = $1 and suspended_at = deactivated_at and (email <> '' or password_hash is not null)
order by created_at, id limit $2;

-- webhook-deliveries-begin
with good as (
       select webhook_deliveries.id from webhook_deliveries
       join unnest($1::uuid[], $2::bigint[]) as job (id, attempt)
         on job.id = webhook_deliveries.id and job.attempt = webhook_deliveries.attempt
       where webhook_deliveries.id = any($1) and (status = 'pending') is true and lease_until >= $3
       order by webhook_deliveries.id for update of webhook_deliveries
     ),
     begun as (
       update webhook_deliveries set attempt = attempt + 1
       where id = any(array(select id from good))
       returning id, account_id, endpoint_id, url_version, event_id, event, attempt, attempt_count, created_at
     )
     select begun.*, webhooks.url, webhooks.secret, webhooks.previous_secret,
  webhooks.previous_secret_until, webhooks.timeouts, webhooks.missed_since,
  events.entity_id, events.data, events.previous, events.created_at as happened_at
from begun
left join webhooks on webhooks.account_id = begun.account_id and webhooks.id = begun.endpoint_id
  and webhooks.is_active and webhooks.url_version = begun.url_version
left join events on events.account_id = begun.account_id and events.id = begun.event_id;

-- webhook-deliveries-by-id
select id,
  account_id,
  endpoint_id,
  event_id,
  event,
  status,
  attempt_count,
  attempts,
  next_attempt_at,
  created_at
from webhook_deliveries
where account_id = $1 and endpoint_id = $2 and id = $3;

-- webhook-deliveries-cancel-due
update webhook_deliveries set status = 'cancelled', next_attempt_at = null, due_at = null, lease_until = null
where account_id = $1 and id = any (array(
  select id from webhook_deliveries as waiting
  where account_id = $1 and endpoint_id = $2 and status = 'pending' and due_at <= $3 and not exists (
    select 1 from webhooks where webhooks.account_id = $1 and webhooks.id = $2 and webhooks.is_active
      and webhooks.url_version = waiting.url_version
  )
  limit $4 for update skip locked
));

-- webhook-deliveries-claim-and-begin
with recursive leased as materialized (
  select endpoint_id, account_id from webhook_deliveries where lease_until is not null and lease_until > $1
),
busy_accounts as materialized (select account_id, count(*) as under_way from leased group by account_id),
busy_endpoints as materialized (select endpoint_id, count(*) as under_way from leased group by endpoint_id),
in_turn as (
  (select account_id, due_at, 1 as place from webhook_deliveries where status = 'pending' and account_id > $8::uuid order by account_id, due_at limit 1)
  union all
  select next.account_id, next.due_at, in_turn.place + 1 from in_turn cross join lateral (
    select account_id,
      due_at
    from webhook_deliveries
    where status = 'pending' and account_id > in_turn.account_id
    order by account_id,
      due_at limit 1
  ) as next
  where in_turn.place < $9::bigint
),
turns as (
  select in_turn.account_id, coalesce(busy.under_way, 0) as under_way, in_turn.account_id <= $7::uuid as is_later
  from in_turn left join busy_accounts as busy on busy.account_id = in_turn.account_id
  where in_turn.due_at <= $1 and coalesce(busy.under_way, 0) < $3::bigint
  order by under_way, is_later, in_turn.account_id
  limit $4 + (select count(*) from busy_accounts)
),
due as (
  select delivery.id, account_id, is_later, is_new, under_way, turn
  from turns cross join lateral (
    select found.id, is_new, turn from (
      select webhooks.id, webhooks.is_quick is null as is_new, nth, coalesce(busy.under_way, 0) + nth as turn
      from webhooks left join busy_endpoints as busy on busy.endpoint_id = webhooks.id
      cross join generate_series(1, $2::bigint) as nth
      where webhooks.account_id = turns.account_id
        and coalesce(busy.under_way, 0) + nth <= $2::bigint
        and (webhooks.timeouts is null or coalesce(busy.under_way, 0) + nth <= 1)
        and (not $6::boolean or webhooks.is_quick or (webhooks.is_quick is null and turns.under_way = 0))
      order by turn, random()
    ) as endpoint cross join lateral (
      select id from webhook_deliveries
      where status = 'pending' and endpoint_id = endpoint.id and due_at <= $1
      order by due_at offset endpoint.nth - 1 limit 1
    ) as found
    limit least($4, $3::bigint - turns.under_way)
  ) as delivery
  union all
  select delivery.id, account_id, is_later, false, under_way, 1
  from turns cross join lateral (
    select id, endpoint_id from webhook_deliveries
    where status = 'pending' and account_id = turns.account_id and due_at <= $1 order by due_at limit 1
  ) as delivery
  where not $6::boolean and not exists (
    select from webhooks where webhooks.account_id = turns.account_id and webhooks.id = delivery.endpoint_id
  )
),
fair as (
  select id, account_id, is_later, is_new,
    under_way + row_number() over (partition by account_id order by turn) as turn_of_account
  from due
),
       begun as (
         update webhook_deliveries set lease_until = $5, due_at = $5, attempt = attempt + 1 where id = any (array(
  select id from webhook_deliveries
  where id = any (array(
      select id from fair
      where turn_of_account <= case when is_new and $6::boolean then 1 else $3::bigint end
      order by turn_of_account, is_later, account_id limit $4
    ))
    and (status = 'pending') is true and due_at <= $1
  for update skip locked
))
         returning id, account_id, endpoint_id, url_version, event_id, event, attempt, attempt_count, created_at
       ),
       started as (select begun.*, webhooks.url, webhooks.secret, webhooks.previous_secret,
  webhooks.previous_secret_until, webhooks.timeouts, webhooks.missed_since,
  events.entity_id, events.data, events.previous, events.created_at as happened_at
from begun
left join webhooks on webhooks.account_id = begun.account_id and webhooks.id = begun.endpoint_id
  and webhooks.is_active and webhooks.url_version = begun.url_version
left join events on events.account_id = begun.account_id and events.id = begun.event_id)
     select search.searched_to,
       started.*
     from (select (select account_id from in_turn where place = $9::bigint) as searched_to) as search left join started on true;

-- webhook-deliveries-claim-lock
select pg_advisory_xact_lock($1),
  set_config('enable_seqscan', 'off', true),
  set_config('enable_bitmapscan', 'off', true),
set_config('plan_cache_mode', 'force_generic_plan', true), set_config('synchronous_commit', 'off', true);

-- webhook-deliveries-count-due
with recursive in_turn as (
  (select account_id, due_at, 1 as place from webhook_deliveries where status = 'pending' and account_id > $3::uuid order by account_id, due_at limit 1)
  union all
  select next.account_id, next.due_at, in_turn.place + 1 from in_turn cross join lateral (
    select account_id,
      due_at
    from webhook_deliveries
    where status = 'pending' and account_id > in_turn.account_id
    order by account_id,
      due_at limit 1
  ) as next
  where in_turn.place < $4::bigint
)
     select count(*) as count from (
       select 1 from in_turn cross join lateral (
         select 1 from webhook_deliveries
         where status = 'pending' and account_id = in_turn.account_id and due_at <= $1 limit $2
       ) as due limit $2
     ) as counted;

-- webhook-deliveries-events
select id, account_id, type, position, created_at from events
where account_id = $1 and position > $3 and (created_at >= $4 or position >= $5) and type = any($2::text[])
order by position limit $6;

-- webhook-deliveries-finish
update webhook_deliveries set status = $4, next_attempt_at = $5, due_at = $5, lease_until = null,
  attempts = case when jsonb_array_length(attempts) >= 50 then attempts - 0 else attempts end || $6::jsonb,
    attempt_count = attempt_count + $7
where account_id = $1 and id = $2 and attempt = $3 and (status = 'pending') is true
returning 1 as finished;

-- webhook-deliveries-insert
insert into webhook_deliveries (id, account_id, endpoint_id, event_id, event, url_version, status, attempt,
  attempt_count, attempts, next_attempt_at, due_at, created_at)
select id, account_id, endpoint_id, event_id, event, url_version, 'pending', 0, 0, '[]', $7, $7, $7
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bigint[])
  as made (id, account_id, endpoint_id, event_id, event, url_version);

-- webhook-deliveries-latest-event
select max(position) as position from events where account_id = $1;

-- webhook-deliveries-list-000
select id,
  account_id,
  endpoint_id,
  event_id,
  event,
  status,
  attempt_count,
  attempts,
  next_attempt_at,
  created_at
from webhook_deliveries
where account_id = $1 and endpoint_id = $2
order by created_at desc, id desc limit $3;

-- webhook-deliveries-list-001
select id,
  account_id,
  endpoint_id,
  event_id,
  event,
  status,
  attempt_count,
  attempts,
  next_attempt_at,
  created_at
from webhook_deliveries
where account_id = $1 and endpoint_id = $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc, id desc limit $5;

-- webhook-deliveries-lock-replay
select pg_try_advisory_xact_lock(hashtextextended('replay ' || $1::text, 0)) as locked;

-- webhook-deliveries-release
update webhook_deliveries set lease_until = null, due_at = next_attempt_at
from unnest($1::uuid[], $2::bigint[]) as released (id, attempt)
where webhook_deliveries.id = released.id and webhook_deliveries.attempt = released.attempt and (status = 'pending') is true;

-- webhook-deliveries-remove-old
delete from webhook_deliveries where id = any (array(
  select id from webhook_deliveries where id < $1 and created_at < $2 order by id limit $3
))
returning 1 as removed;

-- webhook-deliveries-retry
update webhook_deliveries set status = 'pending', next_attempt_at = $5, due_at = $5, url_version = $4
where account_id = $1 and endpoint_id = $2 and id = $3 and lease_until is null;

-- webhook-deliveries-succeed
with made as (
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[], $6::boolean[])
    as made (account_id, endpoint_id, id, attempt, added, is_quick)
),
good as (
  select made.account_id, made.id, made.added from webhook_deliveries
  join made on made.account_id = webhook_deliveries.account_id and made.id = webhook_deliveries.id
    and made.attempt = webhook_deliveries.attempt
  where webhook_deliveries.id = any($3) and (status = 'pending') is true
  order by webhook_deliveries.id for update of webhook_deliveries
),
finished as (
  update webhook_deliveries set status = 'succeeded', next_attempt_at = null, due_at = null, lease_until = null,
    attempts = case when jsonb_array_length(attempts) >= 50 then attempts - 0 else attempts end || good.added,
      attempt_count = attempt_count + 1
  from good where webhook_deliveries.account_id = good.account_id and webhook_deliveries.id = good.id
),
healthy as (
  select webhooks.account_id, webhooks.id, reached.is_quick from webhooks
  join (
    select account_id, endpoint_id, bool_and(is_quick) as is_quick from made group by account_id, endpoint_id
  ) as reached on reached.account_id = webhooks.account_id and reached.endpoint_id = webhooks.id
  where webhooks.id = any($2) and (
    failed_attempts > 0 or timeouts is not null or healthy_at < $8 or webhooks.is_quick is distinct
    from reached.is_quick
  )
  order by webhooks.id for update of webhooks
)
update webhooks set healthy_at = $7, failing_since = null, failed_attempts = 0, given_up_told_at = null,
  timeouts = null, is_quick = healthy.is_quick
from healthy where webhooks.account_id = healthy.account_id and webhooks.id = healthy.id;

-- webhook-deliveries-wait-for-replay
select pg_advisory_xact_lock(hashtextextended('replay ' || $1::text, 0));

-- webhook-deliveries-waiting-since
with recursive in_turn as (
  (select account_id, due_at, 1 as place from webhook_deliveries where status = 'pending' and account_id > $2::uuid order by account_id, due_at limit 1)
  union all
  select next.account_id, next.due_at, in_turn.place + 1 from in_turn cross join lateral (
    select account_id,
      due_at
    from webhook_deliveries
    where status = 'pending' and account_id > in_turn.account_id
    order by account_id,
      due_at limit 1
  ) as next
  where in_turn.place < $3::bigint
)
     select min(since) as since from (
       (select created_at as since from events where position is null order by seq limit 1)
       union all (select created_at from webhook_fan_outs order by created_at limit 1)
       union all (select due_at from in_turn where due_at <= $1)
     ) as waiting;

-- webhook-fan-outs-events
select event.*
from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as wanted (account_id, first_position, last_position)
cross join lateral (
  select id, account_id, type, position, created_at from events
  where account_id = wanted.account_id and position between first_position and last_position
  order by position limit last_position - first_position + 1
) as event
order by event.position;

-- webhook-fan-outs-finish
with finished as (
  select * from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as finished (account_id, first_position, last_position)
),
removed as (
  delete from webhook_fan_outs using finished where webhook_fan_outs.account_id = finished.account_id
    and webhook_fan_outs.first_position = finished.first_position
    and webhook_fan_outs.last_position = finished.last_position
)
update webhook_fan_outs set first_position = finished.last_position + 1 from finished
where webhook_fan_outs.account_id = finished.account_id
  and webhook_fan_outs.first_position = finished.first_position
  and webhook_fan_outs.last_position > finished.last_position;

-- webhook-fan-outs-first
select own.* from unnest($1::uuid[]) as wanted (account_id) cross join lateral (
  select account_id, first_position, last_position from webhook_fan_outs
  where webhook_fan_outs.account_id = wanted.account_id order by first_position limit $2
) as own;

-- webhook-fan-outs-in-turn
with recursive in_turn as (
  (select account_id, first_position, 1 as place from webhook_fan_outs where true and account_id > $1 order by account_id, first_position limit 1)
  union all
  select next.account_id, next.first_position, in_turn.place + 1 from in_turn cross join lateral (
    select account_id,
      first_position
    from webhook_fan_outs
    where true and account_id > in_turn.account_id
    order by account_id,
      first_position limit 1
  ) as next
  where in_turn.place < $2
) select account_id, first_position from in_turn order by place;

-- webhook-fan-outs-insert
insert into webhook_fan_outs (account_id, first_position, last_position, created_at)
select account_id, first_position, last_position, $4
from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as placed (account_id, first_position, last_position)
where exists (select from webhooks where webhooks.account_id = placed.account_id and webhooks.is_active)
returning 1 as inserted;

-- webhook-fan-outs-lock
select webhook_fan_outs.account_id from webhook_fan_outs
join unnest($1::uuid[], $2::bigint[]) as wanted (account_id, first_position)
  on wanted.account_id = webhook_fan_outs.account_id and wanted.first_position = webhook_fan_outs.first_position
for update of webhook_fan_outs skip locked;

-- webhooks-backlog
select id, account_id, events, url_version, is_active, after_position, waiting_at_most, count_again_at,
  missed_since, missed_position
from webhooks where account_id = any($1::uuid[]) order by id for no key update;

-- webhooks-backlog-count
select endpoint.id, waiting.count from unnest($1::uuid[]) as endpoint (id) cross join lateral (
  select count(*) as count from (
    select 1 from webhook_deliveries where endpoint_id = endpoint.id and status = 'pending' limit $2
  ) as pending
) as waiting;

-- webhooks-backlog-save
update webhooks set waiting_at_most = made.waiting_at_most, count_again_at = made.count_again_at,
  missed_since = made.missed_since, missed_position = made.missed_position
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::bigint[])
  as made (account_id, id, waiting_at_most, count_again_at, missed_since, missed_position)
where webhooks.account_id = made.account_id and webhooks.id = made.id;

-- webhooks-by-id-for-update
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason,
suspended_at, secret, secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts,
given_up_told_at, is_quick, timeouts, after_position, waiting_at_most, count_again_at, missed_since, missed_position,
created_at, updated_at from webhooks where account_id = $1 and id = $2 for update;

-- webhooks-confirm
update webhooks set is_active = true, disabled_reason = null, suspended_at = null, healthy_at = $2,
  failing_since = null, failed_attempts = 0, given_up_told_at = null, updated_at = $2
where account_id = $1 and suspended_at is not null and not is_active;

-- webhooks-count
select count(*) from webhooks where account_id = $1;

-- webhooks-foreign-secrets
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason,
suspended_at, secret, secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts,
given_up_told_at, is_quick, timeouts, after_position, waiting_at_most, count_again_at, missed_since, missed_position,
created_at, updated_at from webhooks
     where substr(secret, 1, length($1::bytea)) <> $1 or substr(previous_secret, 1, length($1::bytea)) <> $1
     limit $2 for update skip locked;

-- webhooks-forget-previous-secrets
update webhooks set previous_secret = null, previous_secret_until = null
where id = any (array(select id from webhooks where previous_secret_until <= $1 limit $2 for update skip locked))
returning 1 as forgotten;

-- webhooks-list-0
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason,
suspended_at, secret, secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts,
given_up_told_at, is_quick, timeouts, after_position, waiting_at_most, count_again_at, missed_since, missed_position,
created_at, updated_at from webhooks where account_id = $1 order by created_at desc, id desc limit $2;

-- webhooks-list-1
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason,
suspended_at, secret, secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts,
given_up_told_at, is_quick, timeouts, after_position, waiting_at_most, count_again_at, missed_since, missed_position,
created_at,
  updated_at
from webhooks
where account_id = $1 and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- webhooks-suspend
update webhooks set is_active = false, disabled_reason = $2, suspended_at = $3, updated_at = $3
where account_id = $1 and id = any (array(
  select id from webhooks where account_id = $1 and is_active order by id for update
));

-- webhooks-suspended
select id, url from webhooks where account_id = $1 and suspended_at is not null and not is_active
order by created_at, id limit $2;
