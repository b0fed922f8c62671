-- Users of before count as proved. In a migration of its own, so that nobody waits for a lock while the rows are written.
update users set email_verified_at = created_at where password_hash is not null and email_verified_at is null;

alter table one_time_tokens validate constraint one_time_tokens_purpose_check;
