-- Definitions of the fields that an account adds to its contacts, companies and projects.
create table custom_fields (
  id uuid not null,
  account_id uuid not null,
  entity_type text not null,
  label text not null,
  field_type text not null,
  -- What an enum may be.
  options text[],
  required boolean not null,
  display_order bigint not null,
  created_at timestamptz(3) not null,
  constraint custom_fields_pkey primary key (id),
  constraint custom_fields_account_id_id_key unique (account_id, id),
  constraint custom_fields_account_id_fkey foreign key (account_id) references accounts (id),
  constraint custom_fields_entity_type_check check (entity_type in ('contact', 'company', 'project')),
  constraint custom_fields_field_type_check check (field_type in ('text', 'number', 'date', 'boolean', 'enum')),
  constraint custom_fields_options_check check ((field_type = 'enum') = (options is not null))
);

-- Without regard to case: ASCII's first, whatever the database's language makes of I.
create unique index custom_fields_label_idx
  on custom_fields (account_id, entity_type, lower(lower(label collate "C") collate "default"));

-- The index behind the values that records hold in their column "custom_fields": one row per value, kept in step by a
-- trigger on each table of records, whoever writes them. It finds records by a value or a range of values, and a field's
-- records when the field goes. As jsonb, numbers are compared as numbers, dates by their text, and nothing is rounded.
create table custom_field_values (
  account_id uuid not null,
  record_id uuid not null,
  definition_id uuid not null,
  value jsonb not null,
  -- The record's, which never changes: lists are in this order.
  created_at timestamptz(3) not null,
  constraint custom_field_values_pkey primary key (record_id, definition_id),
  constraint custom_field_values_account_id_fkey foreign key (account_id) references accounts (id),
  constraint custom_field_values_definition_id_fkey foreign key (account_id, definition_id)
    references custom_fields (account_id, id)
);

create index custom_field_values_value_idx
  on custom_field_values (account_id, definition_id, value, created_at desc, record_id desc);

-- Which values are frequent depends on the field; alone, columns say nothing.
create statistics custom_field_values_statistics (mcv, ndistinct) on account_id, definition_id, value from custom_field_values;
alter statistics custom_field_values_statistics set statistics 1000;

-- Whoever takes a field from very many records removes its rows here himself, all at once: with
-- set_config('tideline.custom_field_values', 'removed', true).
create function keep_custom_field_values() returns trigger
language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    -- The id alone: with the account, a plan that was made while the account was small could walk all of its values.
    delete from custom_field_values kept
    where kept.record_id = old.id
      and (tg_op = 'DELETE' or new.custom_fields -> kept.definition_id::text is distinct from kept.value);
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

create trigger contacts_custom_fields_inserted after insert on contacts
  for each row when (new.custom_fields <> '{}') execute function keep_custom_field_values();
create trigger contacts_custom_fields_updated after update of custom_fields on contacts
  for each row when (
    old.custom_fields is distinct from new.custom_fields
    and current_setting('tideline.custom_field_values', true) is distinct from 'removed'
  ) execute function keep_custom_field_values();
create trigger contacts_custom_fields_deleted after delete on contacts
  for each row when (old.custom_fields <> '{}') execute function keep_custom_field_values();

create trigger companies_custom_fields_inserted after insert on companies
  for each row when (new.custom_fields <> '{}') execute function keep_custom_field_values();
create trigger companies_custom_fields_updated after update of custom_fields on companies
  for each row when (
    old.custom_fields is distinct from new.custom_fields
    and current_setting('tideline.custom_field_values', true) is distinct from 'removed'
  ) execute function keep_custom_field_values();
create trigger companies_custom_fields_deleted after delete on companies
  for each row when (old.custom_fields <> '{}') execute function keep_custom_field_values();
