-- The forms in which imports compare texts of rows with records.

-- Composed letters, without regard to case; white space as one space. Cut, because an entry of an index has at most 2,700 bytes.
create function match_name(value text) returns text
language sql immutable strict parallel safe
begin atomic
  select left(name_form(btrim(
    regexp_replace(normalize(value, nfc), '[\s\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]+', ' ', 'g')
  )), 300);
end;

-- The digits, from five on. `+49 (0)30 1234` is 49301234, and so is `0049 30 1234`.
create function match_phone(value text) returns text
language sql immutable strict parallel safe
begin atomic
  select case when length(digits) >= 5 then digits end
  from (
    select regexp_replace(regexp_replace(replace(normalize(value, nfkc), '(0)', ''), '[^0-9]+', '', 'g'), '^00', '') as digits
  ) as made;
end;

-- The host of a domain or URL, without scheme, "www.", port, path and final dot. Null for what has not the form of a host name.
create function match_host(value text) returns text
language sql immutable strict parallel safe
begin atomic
  select case
    when host ~ '^[^\x01-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]+(\.[^\x01-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]+)+$'
      and host !~ '\.[0-9]+$' and length(host) <= 253
    then host
  end
  from (
    select regexp_replace(
      regexp_replace(
        regexp_replace(name_form(btrim(normalize(value, nfc))), '^([a-z][a-z0-9+.-]*:)?//', ''),
        '(\.?(:[0-9]*)?[/?#\\].*|\.?(:[0-9]*)?)$', ''
      ),
      '^www\.(?=[^.]+\.)', ''
    ) as host
  ) as made;
end;

-- Until an index is built, its table can be read, but not written. Those of contacts take about five seconds each for a million
-- of them.
-- squawk-ignore require-concurrent-index-creation
create index if not exists contacts_phone_match_idx on contacts (account_id, match_phone(phone)) where phone <> '';
-- squawk-ignore require-concurrent-index-creation
create index if not exists contacts_name_match_idx
  on contacts (account_id, match_name(first_name || ' ' || last_name), company_id);
-- squawk-ignore require-concurrent-index-creation
create index if not exists companies_name_match_idx on companies (account_id, match_name(name));
-- squawk-ignore require-concurrent-index-creation
create index if not exists companies_host_match_idx on companies (account_id, match_host(domain)) where domain <> '';
-- squawk-ignore require-concurrent-index-creation
create index if not exists sources_name_match_idx on sources (account_id, match_name(name));
-- Those above do their work. An import that an instance of the previous release runs meanwhile is slower.
-- squawk-ignore require-concurrent-index-deletion
drop index companies_name_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index companies_domain_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index sources_name_idx;

alter table imports
  -- How rows are matched to records; null: in the usual way of their kind.
  add column match_by text,
  -- The other options of the confirmation; null: the previous release confirmed it, or nobody.
  add column options json,
  -- Rows that were not refused, and about which there is something to tell.
  add column warning_count bigint not null default 0;

-- The name of a record that a dry run would have made or changed.
alter table import_rehearsals add column title text not null default '';

-- What became of rows: of a single one, or of several in a row with the same outcome and nothing to tell.
create table import_rows (
  account_id uuid not null,
  import_id uuid not null,
  first_row bigint not null,
  last_row bigint not null,
  outcome text not null,
  -- The records of these rows, in order; an element is null if there is none.
  record_ids uuid[] not null,
  -- What is told about a single row; as text, since anything may stand in a cell.
  messages json,
  constraint import_rows_pkey primary key (import_id, account_id, last_row),
  constraint import_rows_account_id_fkey foreign key (account_id) references accounts (id),
  constraint import_rows_import_id_fkey foreign key (account_id, import_id) references imports (account_id, id),
  constraint import_rows_outcome_check check (outcome in ('created', 'updated', 'skipped', 'failed'))
);

create index import_rows_outcome_idx on import_rows (import_id, account_id, outcome, last_row);
create index import_rows_warnings_idx on import_rows (import_id, account_id, last_row) where messages is not null;
