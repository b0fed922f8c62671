-- All of these may be null, so that the previous release can go on inserting rows without them.
alter table webhooks
  -- Whether the last attempt ended within two seconds; null: none has ended.
  add column is_quick boolean,
  -- How many attempts ended without an answer in time since the last one that was answered; null: none.
  add column timeouts bigint,
  -- Events up to this position got it before the endpoint was made or switched on; null: the previous release made it.
  add column after_position bigint,
  -- At least the number of its pending deliveries, and when to count them again; null: not counted yet.
  add column waiting_at_most bigint,
  add column count_again_at timestamptz(3),
  -- The first event for which there was no room among the pending deliveries: when it happened, and its position.
  add column missed_since timestamptz(3),
  add column missed_position bigint;

-- Which accounts have something due, and how much waits: one index step for each account. A million pending deliveries
-- take about a second.
-- squawk-ignore require-concurrent-index-creation
create index if not exists webhook_deliveries_account_idx on webhook_deliveries (account_id, due_at)
  where status = 'pending';

-- Events that have positions, and no deliveries yet. The positions of a range were given in one transaction, so all events of
-- the account between them belong to it. The previous release makes the deliveries in the transaction that gives the
-- positions, and writes no range.
create table webhook_fan_outs (
  account_id uuid not null,
  first_position bigint not null,
  last_position bigint not null,
  created_at timestamptz(3) not null,
  constraint webhook_fan_outs_pkey primary key (account_id, first_position),
  constraint webhook_fan_outs_account_id_fkey foreign key (account_id) references accounts (id) on delete cascade
);

create index webhook_fan_outs_created_at_idx on webhook_fan_outs (created_at);

-- The first events of an account without positions, however many others wait. It holds what was committed a moment ago, but
-- is built by a look at all events: about a second for a million.
-- squawk-ignore require-concurrent-index-creation
create index if not exists events_unplaced_account_idx on events (account_id, seq) where position is null;
-- The one above does its work.
-- squawk-ignore require-concurrent-index-deletion
drop index events_unplaced_account_id_idx;
