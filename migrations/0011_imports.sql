-- Names and domains are compared without regard to case: ASCII's first, whatever the database's language makes of I.
create function name_form(value text) returns text
language sql immutable strict parallel safe
begin atomic
  select lower(lower(value collate "C") collate "default");
end;

-- By which imports find what is there already.
-- squawk-ignore require-concurrent-index-creation
create index companies_name_idx on companies (account_id, name_form(name));
-- squawk-ignore require-concurrent-index-creation
create index companies_domain_idx on companies (account_id, name_form(domain)) where domain <> '';
-- squawk-ignore require-concurrent-index-creation
create index sources_name_idx on sources (account_id, name_form(name));

create table imports (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  -- The app that made it, when no user did.
  app_id uuid,
  model_type text not null,
  file_name text not null,
  content_type text not null,
  status text not null,
  -- What is queued or under way: the import, or its undoing.
  task text not null,
  -- The last complete upload. Chunks of any other are left over.
  upload_id uuid,
  -- How the file is to be read, headers included; as text, since anything may stand in a header.
  shape json,
  column_mapping json,
  on_duplicate text not null,
  dry_run boolean not null,
  total_rows bigint,
  -- The checkpoint: so many rows are done, and what became of them is counted beside it.
  processed_rows bigint not null,
  created_count bigint not null,
  updated_count bigint not null,
  skipped_count bigint not null,
  failed_count bigint not null,
  conflict_count bigint not null,
  -- Of an undoing: how many batches there are to undo, and how many are left.
  undo_total bigint,
  undo_left bigint,
  error text,
  -- Counts what was begun, so that whoever comes too late, or a second time, is noticed.
  attempt bigint not null,
  -- Attempts since the last batch that came to its end.
  failures bigint not null,
  queued_at timestamptz(3),
  lease_until timestamptz(3),
  -- When the file goes, if nobody confirms.
  expires_at timestamptz(3),
  -- Until then what it did can be undone.
  undo_until timestamptz(3),
  created_at timestamptz(3) not null,
  started_at timestamptz(3),
  finished_at timestamptz(3),
  constraint imports_pkey primary key (id),
  constraint imports_account_id_id_key unique (account_id, id),
  constraint imports_account_id_fkey foreign key (account_id) references accounts (id),
  constraint imports_created_by_fkey foreign key (account_id, created_by) references users (account_id, id),
  constraint imports_model_type_check check (model_type in ('contacts', 'companies', 'sources')),
  constraint imports_status_check check (
    status in ('pending_upload', 'uploaded', 'queued', 'processing', 'completed', 'failed', 'cancelled', 'undone')
  ),
  constraint imports_task_check check (task in ('import', 'undo')),
  constraint imports_on_duplicate_check check (on_duplicate in ('skip', 'update', 'create'))
);

create index imports_list_idx on imports (account_id, created_at desc, id desc);
create index imports_created_by_idx on imports (account_id, created_by);
-- Small: what is to be done, in order; and what waits to be confirmed.
create index imports_queue_idx on imports (account_id, queued_at, id) where status in ('queued', 'processing');
create index imports_waiting_idx on imports (account_id) where expires_at is not null;
create index imports_expires_at_idx on imports (expires_at) where expires_at is not null;
-- The database is the last judge: one of an account at a time.
create unique index imports_processing_idx on imports (account_id) where status = 'processing';

-- The uploaded file, in pieces of 1 MiB, so that any instance can work on it.
create table import_chunks (
  account_id uuid not null,
  import_id uuid not null,
  upload_id uuid not null,
  number bigint not null,
  data bytea not null,
  created_at timestamptz(3) not null,
  constraint import_chunks_pkey primary key (import_id, upload_id, number),
  constraint import_chunks_account_id_fkey foreign key (account_id) references accounts (id),
  constraint import_chunks_import_id_fkey foreign key (account_id, import_id) references imports (account_id, id)
);

-- Read once and removed: not worth the time of packing.
alter table import_chunks alter column data set storage external;
create index import_chunks_created_at_idx on import_chunks (created_at);

-- Why rows were refused; and what an undoing left alone.
create table import_errors (
  id uuid not null,
  account_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  is_conflict boolean not null,
  column_name text,
  field text,
  value text not null,
  message text not null,
  -- The whole row, beside the first of its errors; as text, since anything may stand in a cell.
  cells json,
  constraint import_errors_pkey primary key (import_id, row_number, id),
  constraint import_errors_account_id_fkey foreign key (account_id) references accounts (id),
  constraint import_errors_import_id_fkey foreign key (account_id, import_id) references imports (account_id, id)
);

-- What an import did, a row for each batch and kind of record, so that it can be undone, the last batch first.
create table import_changes (
  account_id uuid not null,
  import_id uuid not null,
  -- Batches of an import come one after the other, on whatever host: so do these.
  number bigint generated always as identity,
  entity text not null,
  created_ids uuid[] not null,
  -- Which row of the file made each of them.
  created_rows bigint[] not null,
  -- Row, id, earlier values of what changed, and "updated_at" since.
  updated json not null,
  -- The moment at which it was undone, which is "updated_at" of these records since.
  undone_at timestamptz(3),
  restored_ids uuid[] not null,
  constraint import_changes_pkey primary key (import_id, number),
  constraint import_changes_account_id_fkey foreign key (account_id) references accounts (id),
  constraint import_changes_import_id_fkey foreign key (account_id, import_id) references imports (account_id, id)
);

-- Records that a dry run would have made, or changed: by what the rows behind them would find them.
create table import_rehearsals (
  id uuid not null,
  account_id uuid not null,
  import_id uuid not null,
  -- The form of the name, or the e-mail address of a contact; and of the domain.
  name_key text not null,
  domain_key text not null,
  constraint import_rehearsals_pkey primary key (import_id, id),
  constraint import_rehearsals_account_id_fkey foreign key (account_id) references accounts (id),
  constraint import_rehearsals_import_id_fkey foreign key (account_id, import_id) references imports (account_id, id)
);

create index import_rehearsals_name_key_idx on import_rehearsals (import_id, name_key);
create index import_rehearsals_domain_key_idx on import_rehearsals (import_id, domain_key) where domain_key <> '';
