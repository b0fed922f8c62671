create table accounts (
  id uuid not null,
  name text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint accounts_pkey primary key (id)
);

create table users (
  id uuid not null,
  account_id uuid not null,
  email text not null,
  -- The address in the form in which addresses are compared; made by the program, so that it is the same everywhere.
  email_key text not null,
  name text not null,
  role text not null,
  -- Null until an invitation is accepted.
  password_hash text,
  invited_at timestamptz(3),
  deactivated_at timestamptz(3),
  last_login_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint users_pkey primary key (id),
  -- What composite foreign keys point at: a reference across accounts cannot be written.
  constraint users_account_id_id_key unique (account_id, id),
  constraint users_email_key_key unique (email_key),
  constraint users_account_id_fkey foreign key (account_id) references accounts (id),
  constraint users_role_check check (role in ('owner', 'admin', 'member'))
);

-- A session is a family of refresh tokens: it begins with a sign-in and ends once, for all of them.
create table sessions (
  id uuid not null,
  account_id uuid not null,
  user_id uuid not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  constraint sessions_pkey primary key (id),
  constraint sessions_account_id_id_key unique (account_id, id),
  constraint sessions_user_id_fkey foreign key (account_id, user_id) references users (account_id, id)
);

create index sessions_user_id_idx on sessions (account_id, user_id);
create index sessions_expires_at_idx on sessions (expires_at);
create index sessions_ended_at_idx on sessions (ended_at) where ended_at is not null;

create table refresh_tokens (
  -- SHA-256; the token itself is 256 random bits, so nothing slower is needed.
  token_hash bytea not null,
  account_id uuid not null,
  session_id uuid not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  constraint refresh_tokens_pkey primary key (token_hash),
  constraint refresh_tokens_session_id_fkey foreign key (account_id, session_id)
    references sessions (account_id, id) on delete cascade
);

create index refresh_tokens_session_id_idx on refresh_tokens (account_id, session_id);
create index refresh_tokens_expires_at_idx on refresh_tokens (expires_at);
