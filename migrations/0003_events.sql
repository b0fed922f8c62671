-- The outbox: one row per change of a contact, company, project or activity, written in the transaction of the change.
create table events (
  id uuid not null,
  account_id uuid not null,
  -- Taken while the record's row is locked, so the events of one record are in the order of their changes.
  seq bigint generated always as identity,
  type text not null,
  entity_id uuid not null,
  data jsonb not null,
  previous jsonb,
  -- Who did it: a user or an app; neither for what the program did by itself.
  user_id uuid,
  app_id uuid,
  created_at timestamptz(3) not null,
  constraint events_pkey primary key (id),
  constraint events_account_id_fkey foreign key (account_id) references accounts (id),
  constraint events_one_caller_check check (user_id is null or app_id is null)
);
