create table activities (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  activity_type text not null,
  contact_id uuid,
  company_id uuid,
  project_id uuid,
  occurred_at timestamptz(3) not null,
  metadata jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint activities_pkey primary key (id),
  constraint activities_account_id_id_key unique (account_id, id),
  constraint activities_account_id_fkey foreign key (account_id) references accounts (id),
  constraint activities_created_by_fkey foreign key (account_id, created_by) references users (account_id, id),
  constraint activities_contact_id_fkey foreign key (account_id, contact_id) references contacts (account_id, id)
    on delete set null (contact_id),
  constraint activities_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id)
    on delete set null (company_id),
  constraint activities_project_id_fkey foreign key (account_id, project_id) references projects (account_id, id)
    on delete set null (project_id),
  constraint activities_activity_type_check check (activity_type in ('call', 'email', 'meeting'))
);

-- Two orders, and in each of them all, those of a type, and those of a record.
create index activities_list_idx on activities (account_id, created_at desc, id desc);
create index activities_occurred_at_idx on activities (account_id, occurred_at desc, id desc);
create index activities_type_idx on activities (account_id, activity_type, created_at desc, id desc);
create index activities_type_occurred_at_idx on activities (account_id, activity_type, occurred_at desc, id desc);
create index activities_contact_id_idx on activities (account_id, contact_id, created_at desc, id desc)
  where contact_id is not null;
create index activities_contact_id_occurred_at_idx on activities (account_id, contact_id, occurred_at desc, id desc)
  where contact_id is not null;
create index activities_company_id_idx on activities (account_id, company_id, created_at desc, id desc)
  where company_id is not null;
create index activities_company_id_occurred_at_idx on activities (account_id, company_id, occurred_at desc, id desc)
  where company_id is not null;
create index activities_project_id_idx on activities (account_id, project_id, created_at desc, id desc)
  where project_id is not null;
create index activities_project_id_occurred_at_idx on activities (account_id, project_id, occurred_at desc, id desc)
  where project_id is not null;
create index activities_updated_at_idx on activities (account_id, updated_at);
create index activities_created_by_idx on activities (account_id, created_by);

-- What a deletion left without any link goes in the same transaction; outside of one there is none.
create index activities_linkless_idx on activities (account_id)
  where contact_id is null and company_id is null and project_id is null;
