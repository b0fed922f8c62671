create table projects (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  name text not null,
  description text not null,
  stage text not null,
  company_id uuid,
  assigned_to uuid,
  value bigint,
  start_date date,
  end_date date,
  renewal_date date,
  is_retainer boolean not null,
  notes text not null,
  tags text[] not null,
  custom_fields jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  search_text text not null generated always as (search_words(search_form(name))) stored,
  constraint projects_pkey primary key (id),
  constraint projects_account_id_id_key unique (account_id, id),
  constraint projects_account_id_fkey foreign key (account_id) references accounts (id),
  constraint projects_created_by_fkey foreign key (account_id, created_by) references users (account_id, id),
  constraint projects_assigned_to_fkey foreign key (account_id, assigned_to) references users (account_id, id),
  constraint projects_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id)
    on delete set null (company_id),
  constraint projects_stage_check check (stage in ('proposal', 'active', 'review', 'complete', 'archived')),
  constraint projects_dates_check check (end_date >= start_date)
);

create index projects_list_idx on projects (account_id, created_at desc, id desc);
create index projects_updated_at_idx on projects (account_id, updated_at);
create index projects_created_by_idx on projects (account_id, created_by);
create index projects_stage_idx on projects (account_id, stage, created_at desc, id desc);
create index projects_company_id_idx on projects (account_id, company_id, created_at desc, id desc);
create index projects_assigned_to_idx on projects (account_id, assigned_to, created_at desc, id desc);
create index projects_tags_idx on projects using gin (account_id, tags);
create index projects_search_idx on projects using gin (account_id, search_text gin_trgm_ops);

alter table projects alter column search_text set statistics 500;

create trigger projects_custom_fields_inserted after insert on projects
  for each row when (new.custom_fields <> '{}') execute function keep_custom_field_values();
create trigger projects_custom_fields_updated after update of custom_fields on projects
  for each row when (
    old.custom_fields is distinct from new.custom_fields
    and current_setting('tideline.custom_field_values', true) is distinct from 'removed'
  ) execute function keep_custom_field_values();
create trigger projects_custom_fields_deleted after delete on projects
  for each row when (old.custom_fields <> '{}') execute function keep_custom_field_values();

-- Who takes part in a project, and as what.
create table project_contacts (
  account_id uuid not null,
  project_id uuid not null,
  contact_id uuid not null,
  role text not null,
  constraint project_contacts_pkey primary key (account_id, project_id, contact_id),
  constraint project_contacts_account_id_fkey foreign key (account_id) references accounts (id),
  constraint project_contacts_project_id_fkey foreign key (account_id, project_id) references projects (account_id, id)
    on delete cascade,
  constraint project_contacts_contact_id_fkey foreign key (account_id, contact_id) references contacts (account_id, id)
    on delete cascade
);

create index project_contacts_contact_id_idx on project_contacts (account_id, contact_id);
