-- The answers of writes that were sent with an Idempotency-Key. Each row is written in the transaction of its write, and kept for
-- 24 hours.
create table idempotency_keys (
  account_id uuid not null,
  -- The id of the user or of the OAuth app to whom the key belongs.
  caller_id uuid not null,
  key text collate "C" not null,
  -- SHA-256 over the method, the path with the query, and the bytes of the body.
  request_hash bytea not null,
  -- The result as JSON, encrypted; null: too large to be kept, or dropped because the account has too many.
  answer bytea,
  -- The size of the answer.
  bytes bigint not null,
  -- What is left of the result without its answer: the ids and versions in it, as JSON.
  ids text not null,
  created_at timestamptz(3) not null,
  constraint idempotency_keys_pkey primary key (account_id, caller_id, key),
  constraint idempotency_keys_account_id_fkey foreign key (account_id) references accounts (id) on delete cascade
);

create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

-- How much an account has of answers, newest first, from the index alone.
create index idempotency_keys_answers_idx on idempotency_keys (account_id, created_at) include (bytes)
  where answer is not null;
