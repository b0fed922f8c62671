-- Accounts take turns when mails are sent, and urgent mails go before all others.

alter table mails
  -- Null: of no account. Whose a planned mail is shows when it is written.
  -- All rows are null, so nothing is looked up in "accounts".
  -- squawk-ignore adding-foreign-key-constraint
  add column account_id uuid constraint mails_account_id_fkey references accounts (id),
  add column is_urgent boolean not null default false,
  -- False while the mail is being sent, and after a failure: then it waits for "next_attempt_at", and after that for its
  -- turn. Of urgent mails the time alone counts.
  add column is_due boolean not null default true;

-- Few mails wait as a rule: the table is not written for a moment.
-- squawk-ignore require-concurrent-index-creation
create index mails_urgent_idx on mails (next_attempt_at) where is_urgent;
-- By account, so that the next turn is a step in the index, however many mails an account has. Mails of no account share
-- one turn.
-- squawk-ignore require-concurrent-index-creation
create index mails_turn_idx on mails (coalesce(account_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), next_attempt_at)
  where is_due and not is_urgent;
-- squawk-ignore require-concurrent-index-creation
create index mails_retry_idx on mails (next_attempt_at) where not is_due and not is_urgent;

-- Used by the previous release only, which reads the few rows without it.
-- squawk-ignore require-concurrent-index-deletion
drop index mails_next_attempt_at_idx;
