-- No two records have the same value of a custom field that is unique (docs/decisions/0051-unique-custom-fields.md).

-- A constant default: no row is rewritten. The inserts of the previous release do not name the column.
alter table custom_fields add column "unique" boolean not null default false;

-- Accounts have at most some hundreds of definitions: the table is not written for a moment.
-- squawk-ignore require-concurrent-index-creation
create index if not exists custom_fields_unique_idx on custom_fields (account_id) where "unique";

-- The form in which values are compared: texts and dates in NFC, without regard to case; 1 and 1.0 are one. Null for the empty
-- text, which any number of records may have. A long text gives a hash, because an entry of an index has at most 2,704 bytes;
-- values are trimmed, so none begins with a blank.
create function unique_form(value jsonb) returns text
language sql immutable strict parallel safe
begin atomic
  select case
    when octet_length(form) > 256 then ' ' || encode(sha256(convert_to(form, 'UTF8')), 'hex')
    when form <> '' then form
  end
  from (
    select case jsonb_typeof(value)
      when 'number' then trim_scale(value::numeric)::text
      else normalize(name_form(normalize(value #>> '{}', nfc)), nfc)
    end as form
  ) as made;
end;

-- The values of unique fields. The triggers of "custom_field_values" take them away, those below add them.
create table unique_values (
  account_id uuid not null,
  definition_id uuid not null,
  form text not null,
  record_id uuid not null,
  constraint unique_values_pkey primary key (record_id, definition_id),
  constraint unique_values_form_key unique (account_id, definition_id, form),
  constraint unique_values_account_id_fkey foreign key (account_id) references accounts (id),
  constraint unique_values_definition_id_fkey foreign key (account_id, definition_id)
    references custom_fields (account_id, id) on delete cascade
);

create or replace function keep_custom_field_values() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    -- The id alone: with the account, a plan that was made while the account was small could walk all of its values.
    delete from custom_field_values kept
    where kept.record_id = old.id
      and (tg_op = 'DELETE' or new.custom_fields -> kept.definition_id::text is distinct from kept.value);
    -- After the above, which waits for whoever makes a field of these values unique.
    delete from unique_values kept
    where kept.record_id = old.id
      and (
        tg_op = 'DELETE'
        or new.custom_fields -> kept.definition_id::text is distinct from old.custom_fields -> kept.definition_id::text
      );
  end if;
  if tg_op <> 'DELETE' then
    insert into custom_field_values (account_id, record_id, definition_id, value, created_at)
    select new.account_id, new.id, each.key::uuid, each.value, new.created_at
    from jsonb_each(new.custom_fields) as each
    where tg_op = 'INSERT' or old.custom_fields -> each.key is distinct from each.value;
  end if;
  return null;
end
$$;

-- Adds the values that are in "custom_field_values" by now; a later change in the same transaction may have replaced those of
-- this one.
create function add_unique_values() returns trigger
language plpgsql as $$
begin
  insert into unique_values (account_id, definition_id, form, record_id)
  select kept.account_id, kept.definition_id, unique_form(kept.value), kept.record_id
  from custom_fields field
  join custom_field_values kept on kept.record_id = new.id and kept.definition_id = field.id
  where field.account_id = new.account_id and field."unique" and unique_form(kept.value) is not null
    and (
      tg_op = 'INSERT'
      or new.custom_fields -> field.id::text is distinct from old.custom_fields -> field.id::text
    )
  on conflict on constraint unique_values_pkey do nothing;
  return null;
end
$$;

-- Deferred to the commit, so that a transaction may hand a value from one record to another in any order.
create constraint trigger contacts_unique_inserted_check after insert on contacts
  deferrable initially deferred
  for each row when (new.custom_fields <> '{}') execute function add_unique_values();
create constraint trigger contacts_unique_updated_check after update of custom_fields on contacts
  deferrable initially deferred
  for each row when (
    old.custom_fields is distinct from new.custom_fields
    and current_setting('tideline.custom_field_values', true) is distinct from 'removed'
  ) execute function add_unique_values();

create constraint trigger companies_unique_inserted_check after insert on companies
  deferrable initially deferred
  for each row when (new.custom_fields <> '{}') execute function add_unique_values();
create constraint trigger companies_unique_updated_check after update of custom_fields on companies
  deferrable initially deferred
  for each row when (
    old.custom_fields is distinct from new.custom_fields
    and current_setting('tideline.custom_field_values', true) is distinct from 'removed'
  ) execute function add_unique_values();

create constraint trigger projects_unique_inserted_check after insert on projects
  deferrable initially deferred
  for each row when (new.custom_fields <> '{}') execute function add_unique_values();
create constraint trigger projects_unique_updated_check after update of custom_fields on projects
  deferrable initially deferred
  for each row when (
    old.custom_fields is distinct from new.custom_fields
    and current_setting('tideline.custom_field_values', true) is distinct from 'removed'
  ) execute function add_unique_values();
