-- Users are few: the table is not locked for long.
-- squawk-ignore require-concurrent-index-creation
create index users_list_idx on users (account_id, created_at desc, id desc);

-- What a mailed link carries. Used once: using one deletes it.
create table one_time_tokens (
  -- SHA-256; the token itself is 190 random bits, so nothing slower is needed.
  token_hash bytea not null,
  account_id uuid not null,
  user_id uuid not null,
  purpose text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  constraint one_time_tokens_pkey primary key (token_hash),
  constraint one_time_tokens_user_id_fkey foreign key (account_id, user_id) references users (account_id, id),
  constraint one_time_tokens_purpose_check check (purpose in ('invitation', 'password_reset'))
);

create index one_time_tokens_user_id_idx on one_time_tokens (account_id, user_id);
create index one_time_tokens_expires_at_idx on one_time_tokens (expires_at);

-- Failed sign-ins by address, whether or not anybody has it; so it belongs to no account.
create table sign_in_failures (
  -- HMAC of the address: what strangers type is nothing to keep, it may be a password.
  address_hash bytea not null,
  -- The failures in a row that still count, oldest first.
  failed_at timestamptz(3)[] not null,
  -- How often the address was locked; the next lock is twice as long.
  locks bigint not null,
  locked_until timestamptz(3),
  -- From then on it is as if nothing had ever failed.
  forget_at timestamptz(3) not null,
  constraint sign_in_failures_pkey primary key (address_hash)
);

create index sign_in_failures_forget_at_idx on sign_in_failures (forget_at);

-- Mails that wait to be sent, written in the transaction that wants them sent. A mail that was sent is gone.
create table mails (
  id uuid not null,
  -- Encrypted: it holds a link that opens somebody's account.
  content bytea not null,
  created_at timestamptz(3) not null,
  -- Not worth sending after that.
  expires_at timestamptz(3) not null,
  attempt bigint not null,
  next_attempt_at timestamptz(3) not null,
  -- Somebody is sending it; if nothing was heard of them by then, somebody else may.
  lease_until timestamptz(3),
  constraint mails_pkey primary key (id)
);

create index mails_next_attempt_at_idx on mails (next_attempt_at);

create table oauth_apps (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  name text not null,
  client_id text not null,
  -- SHA-256; the secret itself is 256 random bits.
  client_secret_hash bytea not null,
  client_secret_prefix text not null,
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint oauth_apps_pkey primary key (id),
  constraint oauth_apps_account_id_id_key unique (account_id, id),
  constraint oauth_apps_client_id_key unique (client_id),
  constraint oauth_apps_account_id_fkey foreign key (account_id) references accounts (id),
  constraint oauth_apps_created_by_fkey foreign key (account_id, created_by) references users (account_id, id)
);

create index oauth_apps_list_idx on oauth_apps (account_id, created_at desc, id desc);
create index oauth_apps_created_by_idx on oauth_apps (account_id, created_by);
