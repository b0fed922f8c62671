create table webhooks (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  url text not null,
  -- Counts the changes of "url": a delivery is for one of them, and is not sent to another.
  url_version bigint not null,
  description text not null,
  events text[] not null,
  is_active boolean not null,
  disabled_reason text,
  -- Encrypted.
  secret bytea not null,
  secret_prefix text not null,
  previous_secret bytea,
  previous_secret_until timestamptz(3),
  -- The last success, to within a minute; before the first one, when it was made or switched on.
  healthy_at timestamptz(3) not null,
  -- The first of the failed attempts since then, and how many they are.
  failing_since timestamptz(3),
  failed_attempts bigint not null,
  -- When its owners were told of a delivery given up since then.
  given_up_told_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint webhooks_pkey primary key (id),
  constraint webhooks_account_id_id_key unique (account_id, id),
  constraint webhooks_account_id_fkey foreign key (account_id) references accounts (id),
  constraint webhooks_created_by_fkey foreign key (account_id, created_by) references users (account_id, id)
);

create index webhooks_list_idx on webhooks (account_id, created_at desc, id desc);
create index webhooks_created_by_idx on webhooks (account_id, created_by);

-- One row per event and endpoint. Without foreign keys to either: an endpoint is deleted at once, however many deliveries it
-- has, and events go after 30 days. What is due for one that is gone is cancelled.
create table webhook_deliveries (
  id uuid not null,
  account_id uuid not null,
  endpoint_id uuid not null,
  url_version bigint not null,
  event_id uuid not null,
  event text not null,
  status text not null,
  -- Counts what was begun, so that whoever comes too late, or a second time, is noticed.
  attempt bigint not null,
  -- Counts what was finished.
  attempt_count bigint not null,
  attempts jsonb not null,
  next_attempt_at timestamptz(3),
  -- When somebody may take it: "next_attempt_at", and while somebody has it, the end of the lease.
  due_at timestamptz(3),
  lease_until timestamptz(3),
  created_at timestamptz(3) not null,
  constraint webhook_deliveries_pkey primary key (id),
  constraint webhook_deliveries_account_id_fkey foreign key (account_id) references accounts (id),
  constraint webhook_deliveries_status_check check (status in ('pending', 'succeeded', 'failed', 'cancelled')),
  constraint webhook_deliveries_due_at_check check (
    (status = 'pending') = (due_at is not null) and (status = 'pending') = (next_attempt_at is not null)
  )
) with (fillfactor = 80);

create index webhook_deliveries_list_idx on webhook_deliveries (account_id, endpoint_id, created_at desc, id desc);
create index webhook_deliveries_status_idx on webhook_deliveries (account_id, endpoint_id, status, created_at desc, id desc)
  where status in ('failed', 'cancelled');
-- By endpoint first: one with a million waiting deliveries is stepped over at once.
create index webhook_deliveries_due_at_idx on webhook_deliveries (endpoint_id, due_at) where status = 'pending';
create index webhook_deliveries_lease_idx on webhook_deliveries (endpoint_id) where lease_until is not null;
