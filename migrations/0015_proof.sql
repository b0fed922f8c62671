-- Any number of accounts may invite one address, beside somebody who registered with it (docs/decisions/0039-proof.md).
alter table users
  -- When the user proved that the address is theirs: by an invitation, a link to verify, or a reset.
  add column email_verified_at timestamptz(3),
  -- Equal to deactivated_at while the user is deactivated only because an owner has not confirmed them.
  add column suspended_at timestamptz(3),
  -- The mailbox to which an invitation went: the address without its tag. Null for whoever was not invited.
  add column mailbox_key text;

-- An index under the name of the constraint, which the previous release maps to an error. One user with a password holds an
-- address, and an account invites it once. Users are few: the table is locked for about three seconds for a million.
alter table users drop constraint users_email_key_key;
-- squawk-ignore require-concurrent-index-creation
create unique index users_email_key_key on users
  (email_key, (case when password_hash is null then account_id end) nulls first) nulls not distinct;
-- squawk-ignore require-concurrent-index-creation
create index if not exists users_mailbox_key_idx on users (mailbox_key, invited_at) where mailbox_key is not null;

-- The previous release accepts invitations without telling of the proof. The next release drops the trigger.
create function prove_accepted_invitation() returns trigger
language plpgsql as $$
begin
  new.email_verified_at := coalesce(new.email_verified_at, new.updated_at);
  return new;
end
$$;

create trigger users_accepted_invitation before update on users for each row
  when (old.password_hash is null and new.password_hash is not null)
  execute function prove_accepted_invitation();

alter table oauth_apps
  -- Set while an owner has not confirmed the app.
  add column suspended_at timestamptz(3),
  -- Tokens that were issued until then are refused.
  add column tokens_refused_until timestamptz(3);

-- Set while the endpoint is switched off only because an owner has not confirmed it.
alter table webhooks add column suspended_at timestamptz(3);

alter table one_time_tokens drop constraint if exists one_time_tokens_purpose_check;
alter table one_time_tokens add constraint one_time_tokens_purpose_check
  check (purpose in ('invitation', 'password_reset', 'email_verification')) not valid;
