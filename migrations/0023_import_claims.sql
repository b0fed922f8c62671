-- The previous release does not know the options of a confirmation, and would apply its own. Its claim of an import that has some
-- leaves the row as it is, and answers nothing. It goes on seeing the row, so it keeps the order of the account's imports. This
-- release says in its transaction that it knows the options. The next release drops the trigger.
create function leave_import_to_next_release() returns trigger
language plpgsql as $$
begin
  if current_setting('tideline.knows_import_options', true) = 'on' then
    return new;
  end if;
  return null;
end
$$;

-- A claim changes the lease alone. What begins an attempt counts it.
create trigger imports_claim before update of lease_until on imports for each row
  when (
    new.options is not null and new.task = 'import' and new.status in ('queued', 'processing')
    and new.lease_until is not null and new.attempt = old.attempt
  )
  execute function leave_import_to_next_release();
