-- Each record counts its changes, and knows in which version each of its fields was last changed.

-- Constant defaults: no row is rewritten. The inserts of the previous release do not name the columns.
alter table contacts
  add column version bigint not null default 1,
  add column field_versions jsonb not null default '{}';
alter table companies
  add column version bigint not null default 1,
  add column field_versions jsonb not null default '{}';
alter table projects
  add column version bigint not null default 1,
  add column field_versions jsonb not null default '{}';
alter table activities
  add column version bigint not null default 1,
  add column field_versions jsonb not null default '{}';
alter table sources
  add column version bigint not null default 1,
  add column field_versions jsonb not null default '{}';

-- The previous release changes records and does not count. Its changes are counted here, and every field counts as
-- changed ('*'), so that nobody overwrites them unseen. A change sets "updated_at"; what clears links and removes values of
-- custom fields does not. The next release drops the triggers.
create function count_change_of_previous_release() returns trigger
language plpgsql as $$
begin
  execute format(
    'update %I set version = version + 1, field_versions = jsonb_build_object(''*'', version + 1)
     where account_id = $1 and id = $2',
    tg_table_name
  ) using new.account_id, new.id;
  return null;
end
$$;

-- After the update: a trigger before it would have PostgreSQL compute "search_text" anew each time, which took 140 µs. The
-- condition is short, because it is read for each statement.
create trigger contacts_version after update of updated_at on contacts for each row
  when (new.version = old.version) execute function count_change_of_previous_release();
create trigger companies_version after update of updated_at on companies for each row
  when (new.version = old.version) execute function count_change_of_previous_release();
create trigger projects_version after update of updated_at on projects for each row
  when (new.version = old.version) execute function count_change_of_previous_release();
create trigger activities_version after update of updated_at on activities for each row
  when (new.version = old.version) execute function count_change_of_previous_release();
create trigger sources_version after update of updated_at on sources for each row
  when (new.version = old.version) execute function count_change_of_previous_release();
