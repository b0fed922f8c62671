-- The statements that the program sends by a name of their own, as PostgreSQL gets them, so that a change of one shows in
-- review. A list has one for each set of filters that was asked for. Made by `npm run queries`; not edited by hand.

-- accounts-by-id
select id, name, created_at, updated_at from accounts where id = $1;

-- accounts-lock
select id from accounts where id = $1 for no key update;

-- activities-by-id
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at from activities where account_id = $1 and id = $2;

-- activities-delete
delete from activities where account_id = $1 and id = any($2::uuid[]);

-- activities-delete-linkless
delete from activities
where account_id = $1 and contact_id is null and company_id is null and project_id is null;

-- activities-insert
insert into activities (id, account_id, created_by, activity_type, contact_id, company_id, project_id, occurred_at, metadata, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- activities-list-created_at-00000000
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at from activities where account_id = $1 order by created_at desc, id desc limit $2;

-- activities-list-created_at-00000001
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at from activities where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- activities-list-occurred_at-00000000
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at from activities where account_id = $1 order by occurred_at desc, id desc limit $2;

-- activities-list-occurred_at-00000001
select id, account_id, created_by, coalesce((select name from users as target
where target.account_id = activities.account_id and target.id = activities.created_by), '') as created_by_name, activity_type, contact_id, coalesce((select trim(first_name || ' ' || last_name)
from contacts as target
where target.account_id = activities.account_id and target.id = activities.contact_id), '') as contact_name, company_id, coalesce((select name
from companies as target
where target.account_id = activities.account_id and target.id = activities.company_id), '') as company_name, project_id, coalesce((select name
from projects as target
where target.account_id = activities.account_id and target.id = activities.project_id), '') as project_name, occurred_at, metadata, created_at, updated_at from activities where account_id = $1 and (occurred_at, id) < ($2, $3::uuid) order by occurred_at desc, id desc limit $4;

-- activities-lock
select id,
  account_id,
  created_by,
  activity_type,
  contact_id,
  company_id,
  project_id,
  occurred_at,
  metadata,
  created_at,
  updated_at
from activities
where account_id = $1 and id = any($2::uuid[])
order by id for update;

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

-- allow-long-statements
select set_config('statement_timeout', '120s', true);

-- check-as-commit
set constraints all immediate;

-- companies-by-forms
select found.* from unnest($3::text[]) as wanted (form) cross join lateral (
  select id, created_at, name_form(name) as name, name_form(domain) as domain from companies
  where account_id = $1 and domain <> '' and name_form(domain) = wanted.form order by (created_at, id) limit 1
) as found
union
select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
  select id, created_at, name_form(name) as name, name_form(domain) as domain from companies
  where account_id = $1 and name_form(name) = wanted.form order by (created_at, id) limit 1
) as found
union
select found.* from unnest($2::text[]) as wanted (form) cross join lateral (
  select id, created_at, name_form(name) as name, name_form(domain) as domain from companies
  where account_id = $1 and name_form(name) = wanted.form and domain = '' order by (created_at, id) limit 1
) as found
order by created_at, id;

-- companies-by-id
select id,
  account_id,
  created_by,
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
  updated_at
from companies
where account_id = $1 and id = $2;

-- companies-delete
delete from companies where account_id = $1 and id = any($2::uuid[]);

-- companies-insert
insert into companies (id, account_id, created_by, name, domain, industry, website, linkedin_url, phone, address, city, state, zip_code, country, notes, employee_count, annual_revenue, tags, custom_fields, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21);

-- companies-insert-many
insert into companies (id, account_id, created_by, name, domain, industry, website, linkedin_url, phone, address, city, state, zip_code, country, notes, employee_count, annual_revenue, tags, custom_fields, created_at, updated_at) select id,
  account_id,
  created_by,
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
  updated_at
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, name text, domain text, industry text, website text, linkedin_url text, phone text, address text, city text, state text, zip_code text, country text, notes text, employee_count bigint, annual_revenue bigint, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz);

-- companies-list-00000
select id,
  account_id,
  created_by,
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
  updated_at
from companies
where account_id = $1 order by created_at desc, id desc limit $2;

-- companies-list-00001
select id,
  account_id,
  created_by,
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
  updated_at
from companies
where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- companies-list-00100
select id,
  account_id,
  created_by,
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
  updated_at
from companies
where account_id = $1 and created_at > $2 order by created_at desc, id desc limit $3;

-- companies-list-00101
select id,
  account_id,
  created_by,
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
  updated_at
from companies
where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc,
  id desc limit $5;

-- companies-lock
select id,
  account_id,
  created_by,
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
  updated_at
from companies
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- companies-update-many
update companies set created_by = given.created_by,
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
  updated_at = given.updated_at
from json_to_recordset($2::json) as given (id uuid, created_by uuid, name text, domain text, industry text, website text, linkedin_url text, phone text, address text, city text, state text, zip_code text, country text, notes text, employee_count bigint, annual_revenue bigint, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz)
where companies.account_id = $1 and companies.id = any($3::uuid[]) and companies.id = given.id;

-- contacts-by-email-forms
select wanted.form, found.id from unnest($2::text[]) as wanted (form) cross join lateral (
  select id from contacts where account_id = $1 and email_form(email) = wanted.form
  order by (created_at, id) limit 1
) as found;

-- contacts-by-id
select id,
  account_id,
  created_by,
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
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at from contacts where account_id = $1 and id = $2;

-- contacts-by-ids
select id,
  account_id,
  created_by,
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
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at from contacts where account_id = $1 and id = any($2::uuid[]);

-- contacts-delete
delete from contacts where account_id = $1 and id = any($2::uuid[]);

-- contacts-insert
insert into contacts (id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state, zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- contacts-insert-many
insert into contacts (id, account_id, created_by, first_name, last_name, email, phone, job_title, address, city, state, zip_code, country, notes, company_id, source_id, tags, custom_fields, created_at, updated_at) select id,
  account_id,
  created_by,
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
  updated_at
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, first_name text, last_name text, email text, phone text, job_title text, address text, city text, state text, zip_code text, country text, notes text, company_id uuid, source_id uuid, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz);

-- contacts-list-000000
select id,
  account_id,
  created_by,
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
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at from contacts
 where account_id = $1 order by created_at desc, id desc limit $2;

-- contacts-list-000001
select id,
  account_id,
  created_by,
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
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at from contacts
 where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- contacts-list-000100
select id,
  account_id,
  created_by,
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
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at from contacts
 where account_id = $1 and created_at > $2 order by created_at desc, id desc limit $3;

-- contacts-list-000101
select id,
  account_id,
  created_by,
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
where target.account_id = contacts.account_id and target.id = contacts.source_id), '') as source_name, tags, custom_fields, created_at, updated_at from contacts
 where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
 order by created_at desc,
   id desc limit $5;

-- contacts-lock
select id,
  account_id,
  created_by,
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
  updated_at
from contacts
where account_id = $1 and id = any($2::uuid[])
order by id for update;

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
  updated_at = given.updated_at
from json_to_recordset($2::json) as given (id uuid, created_by uuid, first_name text, last_name text, email text, phone text, job_title text, address text, city text, state text, zip_code text, country text, notes text, company_id uuid, source_id uuid, tags text[], custom_fields jsonb, created_at timestamptz, updated_at timestamptz)
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
  display_order,
  created_at
from custom_fields
where account_id = $1 and id = $2 for update;

-- custom-fields-count
select count(*) from custom_fields where account_id = $1 and entity_type = $2;

-- custom-fields-list-00
select id,
  account_id,
  entity_type,
  label,
  field_type,
  options,
  required,
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
  display_order,
  created_at
from custom_fields
where account_id = $1 and entity_type = $2 and id = any($3::uuid[]);

-- custom-fields-to-write
select id, account_id, entity_type, label, field_type, options, required, display_order, created_at from custom_fields
where account_id = $1 and entity_type = $2 and (required or id = any($3::uuid[]))
order by display_order, created_at, id for key share;

-- custom-fields-trigger-stands-aside
select set_config('tideline.custom_field_values', 'removed', true);

-- custom-fields-trigger-works
select set_config('tideline.custom_field_values', '', true);

-- events-behind
select exists (
  select from events where position is null
) as behind;

-- events-behind-of-account
select exists (
  select from events where position is null and account_id = $1
) as behind;

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
  select id, nextval('events_position_seq') as position
  from (select id from events where position is null order by seq limit $1) as waiting
)
update events set position = placed.position from placed where events.id = placed.id
returning events.id, events.account_id, events.type;

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

-- import-chunks-count
select count(*) from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3;

-- import-chunks-insert
insert into import_chunks (account_id, import_id, upload_id, number, data, created_at)
values ($1, $2, $3, $4, $5, $6);

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
       where imports.upload_id is distinct from held.upload_id
         and not exists (
           select from import_chunks as newer
           where newer.import_id = held.import_id and newer.upload_id = held.upload_id and newer.created_at >= $1
         )
       limit $2
     ))
     returning 1 as removed;

-- import-chunks-remove-others
delete from import_chunks where account_id = $1 and import_id = $2 and upload_id is distinct from $3::uuid;

-- import-chunks-remove-upload
delete from import_chunks where account_id = $1 and import_id = $2 and upload_id = $3;

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
  name_key as name,
  domain_key as domain
from import_rehearsals
where account_id = $1 and import_id = $2 and name_key <> '' and name_key = any($3::text[])
union select id,
  name_key,
  domain_key
from import_rehearsals
where account_id = $1 and import_id = $2 and domain_key <> '' and domain_key = any($4::text[])
union select id,
  name_key,
  domain_key
from import_rehearsals
where account_id = $1 and import_id = $2 and id = any($5::uuid[])
order by id;

-- import-rehearsals-forget
delete from import_rehearsals where account_id = $1 and import_id = $2;

-- import-rehearsals-keep
insert into import_rehearsals (id, account_id, import_id, name_key, domain_key)
select id,
  $1,
  $2,
  name_key,
  domain_key
from unnest($3::uuid[], $4::text[], $5::text[]) as made (id, name_key, domain_key)
on conflict on constraint import_rehearsals_pkey
do update set name_key = excluded.name_key, domain_key = excluded.domain_key
where import_rehearsals.account_id = $1;

-- imports-advance
update imports set processed_rows = processed_rows + $5, created_count = created_count + $6,
  updated_count = updated_count + $7, skipped_count = skipped_count + $8, failed_count = failed_count + $9, failures = 0
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
     returning id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, shape,
column_mapping,
  on_duplicate,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
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
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, shape,
column_mapping,
  on_duplicate,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
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
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, shape,
column_mapping,
  on_duplicate,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
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
select pg_advisory_xact_lock($1);

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
update imports set lease_until = $4 where account_id = $1 and id = $2 and attempt = $3 and status = 'processing';

-- imports-finish
update imports set status = $4, error = $5, finished_at = $6, expires_at = $7, undo_until = $8, lease_until = null
where account_id = $1 and id = $2 and attempt = $3 and status = 'processing'
returning 1 as finished;

-- imports-list-0
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, null as shape,
column_mapping,
  on_duplicate,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
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
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, null as shape,
column_mapping,
  on_duplicate,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
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
select id, account_id, created_by, app_id, model_type, file_name, content_type, status, task, upload_id, shape,
column_mapping,
  on_duplicate,
  dry_run,
  total_rows,
  processed_rows,
  created_count,
  updated_count,
  skipped_count,
  failed_count,
conflict_count,
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

-- mails-claim
update mails set attempt = attempt + 1, lease_until = $2
where id = any (array(
  select id from mails where next_attempt_at <= $1 and (lease_until is null or lease_until <= $1)
  order by next_attempt_at limit $3 for update skip locked
))
returning id, content, expires_at, attempt;

-- mails-post
insert into mails (id, content, created_at, expires_at, attempt, next_attempt_at) values ($1, $2, $3, $4, 0, $3);

-- mails-postpone
update mails set next_attempt_at = $3, lease_until = null where id = $1 and attempt = $2;

-- mails-remove
delete from mails where id = $1 and attempt = $2;

-- mails-write
update mails set content = $3 where id = $1 and attempt = $2 returning id;

-- name-forms
select text, name_form(text) as form from unnest($1::text[]) as text;

-- oauth-apps-by-client-id
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
last_used_at, created_at, updated_at from oauth_apps where client_id = $1;

-- oauth-apps-by-id-for-update
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
last_used_at, created_at, updated_at from oauth_apps where account_id = $1 and id = $2 for update;

-- oauth-apps-list-0
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
last_used_at, created_at, updated_at from oauth_apps where account_id = $1 order by created_at desc, id desc limit $2;

-- oauth-apps-list-1
select id, account_id, created_by, name, client_id, client_secret_hash, client_secret_prefix, revoked_at,
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
select revoked_at, last_used_at from oauth_apps where account_id = $1 and id = $2;

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
select id, account_id, created_by, name, description, stage, company_id, coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at from projects where account_id = $1 and id = $2;

-- projects-delete
delete from projects where account_id = $1 and id = any($2::uuid[]);

-- projects-insert
insert into projects (id, account_id, created_by, name, description, stage, company_id, assigned_to, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- projects-list-00000000
select id, account_id, created_by, name, description, stage, company_id, coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at from projects
 where account_id = $1 order by created_at desc, id desc limit $2;

-- projects-list-00000001
select id, account_id, created_by, name, description, stage, company_id, coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at from projects
 where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- projects-list-00000100
select id, account_id, created_by, name, description, stage, company_id, coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at from projects
 where account_id = $1 and created_at > $2 order by created_at desc, id desc limit $3;

-- projects-list-00000101
select id, account_id, created_by, name, description, stage, company_id, coalesce((select name from companies as target
where target.account_id = projects.account_id and target.id = projects.company_id), '') as company_name, assigned_to, coalesce((select name
from users as target
where target.account_id = projects.account_id and target.id = projects.assigned_to), '') as assigned_name, value, start_date, end_date, renewal_date, is_retainer, notes, tags, custom_fields, created_at, updated_at from projects
 where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
 order by created_at desc,
   id desc limit $5;

-- projects-lock
select id,
  account_id,
  created_by,
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
  updated_at
from projects
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- projects-references
select 'company' as target, id, name as title, null::timestamptz as closed_at
from companies
where account_id = $1 and id = any($2::uuid[])
union all select 'user' as target,
  id,
  name as title,
  deactivated_at as closed_at
from users where account_id = $1 and id = any($3::uuid[]);

-- refresh-tokens-remove-expired
delete from refresh_tokens where token_hash = any (array(
  select token_hash from refresh_tokens where expires_at < $1 order by expires_at limit $2
))
returning session_id;

-- refresh-tokens-state
select t.account_id, t.session_id, s.user_id, t.expires_at as token_expires_at, t.used_at,
  u.role, u.deactivated_at, s.ended_at, s.expires_at
from refresh_tokens t
  join sessions s on s.account_id = t.account_id and s.id = t.session_id
  join users u on u.account_id = s.account_id and u.id = s.user_id
where t.token_hash = $1;

-- refresh-tokens-use
update refresh_tokens t set used_at = coalesce(t.used_at, $2)
from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
where t.token_hash = $1 and s.account_id = t.account_id and s.id = t.session_id
  and s.ended_at is null and s.expires_at > $2 and u.deactivated_at is null
  and t.expires_at > $2 and (t.used_at is null or t.used_at >= $3)
returning t.account_id, t.session_id, s.user_id, s.expires_at;

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
select u.role, u.deactivated_at, s.ended_at, s.expires_at
from sessions s join users u on u.account_id = s.account_id and u.id = s.user_id
where s.account_id = $1 and s.id = $2 and s.user_id = $3;

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
  select id, name_form(name) as name, archived_at is not null as is_archived from sources
  where account_id = $1 and name_form(name) = wanted.form
  order by (archived_at is not null, created_at, id) limit 1
) as found;

-- sources-by-id
select id,
  account_id,
  created_by,
  name,
  archived_at,
  created_at,
  updated_at
from sources
where account_id = $1 and id = $2;

-- sources-delete
delete from sources where account_id = $1 and id = any($2::uuid[]);

-- sources-insert
insert into sources (id, account_id, created_by, name, archived_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7);

-- sources-insert-many
insert into sources (id, account_id, created_by, name, archived_at, created_at, updated_at) select id,
  account_id,
  created_by,
  name,
  archived_at,
  created_at,
  updated_at
from json_to_recordset($1::json) as given (id uuid, account_id uuid, created_by uuid, name text, archived_at timestamptz, created_at timestamptz, updated_at timestamptz);

-- sources-list-0000
select id, account_id, created_by, name, archived_at, created_at, updated_at from sources
where account_id = $1 order by created_at desc, id desc limit $2;

-- sources-list-0001
select id, account_id, created_by, name, archived_at, created_at, updated_at from sources
where account_id = $1 and (created_at, id) < ($2, $3::uuid) order by created_at desc, id desc limit $4;

-- sources-list-1000
select id, account_id, created_by, name, archived_at, created_at, updated_at from sources
where account_id = $1 and archived_at is null order by created_at desc, id desc limit $2;

-- sources-list-1001
select id, account_id, created_by, name, archived_at, created_at, updated_at from sources
where account_id = $1 and archived_at is null and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- sources-list-1100
select id, account_id, created_by, name, archived_at, created_at, updated_at from sources
where account_id = $1 and archived_at is null and created_at > $2 order by created_at desc, id desc limit $3;

-- sources-list-1101
select id, account_id, created_by, name, archived_at, created_at, updated_at from sources
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
  updated_at
from sources
where account_id = $1 and id = any($2::uuid[])
order by id for update;

-- sources-update-many
update sources set created_by = given.created_by,
  name = given.name,
  archived_at = given.archived_at,
  created_at = given.created_at,
  updated_at = given.updated_at
from json_to_recordset($2::json) as given (id uuid, created_by uuid, name text, archived_at timestamptz, created_at timestamptz, updated_at timestamptz)
where sources.account_id = $1 and sources.id = any($3::uuid[]) and sources.id = given.id;

-- users-active-owners
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and role = 'owner' and deactivated_at is null and password_hash is not null order by id;

-- users-by-email
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where email_key = $1;

-- users-by-id
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and id = $2;

-- users-by-id-for-update
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and id = $2 for update;

-- users-count-active-owners
select count(*) from users
where account_id = $1 and role = 'owner' and deactivated_at is null and password_hash is not null;

-- users-list-0000
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1
order by created_at desc,
  id desc limit $2;

-- users-list-0001
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- users-list-0100
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and created_at > $2
order by created_at desc,
  id desc limit $3;

-- users-list-0101
select id,
  account_id,
  email,
  email_key,
  name,
  role,
  password_hash,
  invited_at,
  deactivated_at,
  last_login_at,
  created_at,
  updated_at
from users
where account_id = $1 and created_at > $2 and (created_at, id) < ($3, $4::uuid)
order by created_at desc,
  id desc limit $5;

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
  webhooks.previous_secret_until, events.entity_id, events.data, events.previous, events.created_at as happened_at
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
endpoints as (
  (select endpoint_id, due_at from webhook_deliveries where status = 'pending' order by endpoint_id, due_at limit 1)
  union all
  select next.endpoint_id, next.due_at from endpoints cross join lateral (
    select endpoint_id, due_at from webhook_deliveries
    where status = 'pending' and endpoint_id > endpoints.endpoint_id order by endpoint_id, due_at limit 1
  ) as next
),
room as (
  select endpoint_id, (select count(*) from leased where leased.endpoint_id = endpoints.endpoint_id) as under_way
  from endpoints where due_at <= $1
),
due as (
  select id, account_id, due_at, under_way + row_number() over (partition by endpoint_id order by due_at) as turn
  from room cross join lateral (
    select id, account_id, due_at from webhook_deliveries
    where status = 'pending' and endpoint_id = room.endpoint_id and due_at <= $1
    order by due_at limit greatest(0, $2 - under_way)
  ) as delivery
),
fair as (
  select id, turn, due_at, row_number() over (partition by account_id order by turn, due_at)
    + (select count(*) from leased where leased.account_id = due.account_id) as turn_of_account
  from due
),
       begun as (
         update webhook_deliveries set lease_until = $5, due_at = $5, attempt = attempt + 1 where id = any (array(
  select id from webhook_deliveries
  where id = any (array(select id from fair where turn_of_account <= $3 order by turn, due_at limit $4))
    and (status = 'pending') is true and due_at <= $1
  for update skip locked
))
         returning id, account_id, endpoint_id, url_version, event_id, event, attempt, attempt_count, created_at
       )
     select begun.*, webhooks.url, webhooks.secret, webhooks.previous_secret,
  webhooks.previous_secret_until, events.entity_id, events.data, events.previous, events.created_at as happened_at
from begun
left join webhooks on webhooks.account_id = begun.account_id and webhooks.id = begun.endpoint_id
  and webhooks.is_active and webhooks.url_version = begun.url_version
left join events on events.account_id = begun.account_id and events.id = begun.event_id;

-- webhook-deliveries-claim-lock
select pg_advisory_xact_lock($1),
  set_config('enable_seqscan', 'off', true),
  set_config('enable_bitmapscan', 'off', true),
set_config('plan_cache_mode', 'force_generic_plan', true), set_config('synchronous_commit', 'off', true);

-- webhook-deliveries-count-due
with recursive endpoints as (
  (select endpoint_id, due_at from webhook_deliveries where status = 'pending' order by endpoint_id, due_at limit 1)
  union all
  select next.endpoint_id, next.due_at from endpoints cross join lateral (
    select endpoint_id, due_at from webhook_deliveries
    where status = 'pending' and endpoint_id > endpoints.endpoint_id order by endpoint_id, due_at limit 1
  ) as next
)
     select count(*) as count from (
       select 1 from endpoints cross join lateral (
         select 1 from webhook_deliveries
         where status = 'pending' and endpoint_id = endpoints.endpoint_id and due_at <= $1 limit $2
       ) as due limit $2
     ) as counted;

-- webhook-deliveries-events
select id, type, position from events
where account_id = $1 and position > $4 and created_at >= $3 and type = any($2::text[]) order by position limit $5;

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
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[])
    as made (account_id, endpoint_id, id, attempt, added)
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
  select webhooks.account_id, webhooks.id from webhooks
  join (select distinct account_id, endpoint_id from made) as reached
    on reached.account_id = webhooks.account_id and reached.endpoint_id = webhooks.id
  where webhooks.id = any($2) and (failed_attempts > 0 or healthy_at < $7)
  order by webhooks.id for update of webhooks
)
update webhooks set healthy_at = $6, failing_since = null, failed_attempts = 0, given_up_told_at = null
from healthy where webhooks.account_id = healthy.account_id and webhooks.id = healthy.id;

-- webhook-deliveries-waiting-since
with recursive endpoints as (
  (select endpoint_id, due_at from webhook_deliveries where status = 'pending' order by endpoint_id, due_at limit 1)
  union all
  select next.endpoint_id, next.due_at from endpoints cross join lateral (
    select endpoint_id, due_at from webhook_deliveries
    where status = 'pending' and endpoint_id > endpoints.endpoint_id order by endpoint_id, due_at limit 1
  ) as next
)
     select least(
       (select created_at from events where position is null order by seq limit 1),
       (select min(due_at) from endpoints where due_at <= $1)
     ) as since;

-- webhooks-by-id-for-update
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason, secret,
secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts, given_up_told_at,
created_at, updated_at from webhooks where account_id = $1 and id = $2 for update;

-- webhooks-count
select count(*) from webhooks where account_id = $1;

-- webhooks-foreign-secrets
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason, secret,
secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts, given_up_told_at,
created_at, updated_at from webhooks
     where substr(secret, 1, length($1::bytea)) <> $1 or substr(previous_secret, 1, length($1::bytea)) <> $1
     limit $2 for update skip locked;

-- webhooks-forget-previous-secrets
update webhooks set previous_secret = null, previous_secret_until = null
where id = any (array(select id from webhooks where previous_secret_until <= $1 limit $2 for update skip locked))
returning 1 as forgotten;

-- webhooks-list-0
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason, secret,
secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts, given_up_told_at,
created_at, updated_at from webhooks where account_id = $1 order by created_at desc, id desc limit $2;

-- webhooks-list-1
select id, account_id, created_by, url, url_version, description, events, is_active, disabled_reason, secret,
secret_prefix, previous_secret, previous_secret_until, healthy_at, failing_since, failed_attempts, given_up_told_at,
created_at,
  updated_at
from webhooks
where account_id = $1 and (created_at, id) < ($2, $3::uuid)
order by created_at desc,
  id desc limit $4;

-- webhooks-subscriptions
select id, account_id, events, url_version from webhooks where account_id = any($1::uuid[]) and is_active;
