-- The ids that records have in other systems, unique for each account and kind.

-- Nullable without a default: no row is rewritten. The inserts of the previous release do not name the column.
-- "if not exists": the columns and indexes of large tables can be made before the upgrade (see the changelog).
alter table contacts add column if not exists external_id text;
alter table companies add column if not exists external_id text;
alter table projects add column if not exists external_id text;
alter table activities add column if not exists external_id text;

-- Until an index is built, its table can be read, but not written. All keys are null at first, and equal keys are stored once:
-- it takes about a second for a million rows.
-- squawk-ignore require-concurrent-index-creation
create unique index if not exists contacts_external_id_key on contacts (account_id, external_id);
-- squawk-ignore require-concurrent-index-creation
create unique index if not exists companies_external_id_key on companies (account_id, external_id);
-- squawk-ignore require-concurrent-index-creation
create unique index if not exists projects_external_id_key on projects (account_id, external_id);
-- squawk-ignore require-concurrent-index-creation
create unique index if not exists activities_external_id_key on activities (account_id, external_id);

-- Judged at the end of a statement, so that one statement may hand a value from one row to another.
alter table contacts add constraint contacts_external_id_key
  unique using index contacts_external_id_key deferrable initially immediate;
alter table companies add constraint companies_external_id_key
  unique using index companies_external_id_key deferrable initially immediate;
alter table projects add constraint projects_external_id_key
  unique using index projects_external_id_key deferrable initially immediate;
alter table activities add constraint activities_external_id_key
  unique using index activities_external_id_key deferrable initially immediate;
