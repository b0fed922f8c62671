-- All three are trusted: whoever may create in the database may create them.
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gin;

-- The form in which texts are compared in a search: without marks above and below letters (of Latin, Greek, Cyrillic, Hebrew
-- and Arabic), case, compatibility variants; white space as one space. "unaccent" adds what is no mark: ø, ß, æ, and the ı that
-- a Turkish database makes of I. Its rules may change between versions of PostgreSQL, so it is not immutable by itself; what is
-- stored stays as it was made, which costs at most a hit on a letter that is rarely typed.
create function search_form(value text) returns text
language sql immutable strict parallel safe
begin atomic
  select translate(
    regexp_replace(
      lower(unaccent(
        'unaccent'::regdictionary,
        lower(normalize(
          regexp_replace(
            normalize(value, nfkd),
            '[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]', '', 'g'
          ),
          nfkc
        ))
      )),
      '\s+', ' ', 'g'
    ),
    'ς', 'σ'
  );
end;

-- A form with a space before it, and behind it the same with spaces for all but letters and digits, so that ' qx' is found
-- wherever a word begins with "qx". U+0001 stands between fields: no term has it, so none matches across them. pg_trgm sees
-- the same trigrams in both halves, so the index does not grow.
create function search_words(form text) returns text
language sql immutable strict parallel safe
begin atomic
  select ' ' || form || E'\x01 ' || regexp_replace(form, E'[^[:alnum:]\x01]+', ' ', 'g');
end;

-- The LIKE pattern for a term: anywhere from three characters on, else the beginning of a word. Null, which nothing is like,
-- for a term of which the form leaves nothing.
create function search_pattern(term text) returns text
language sql immutable strict parallel safe
begin atomic
  select case
    when char_length(form) > 2 then '%' || escaped || '%'
    when form <> '' then '% ' || escaped || '%'
  end
  from (select trim(search_form(replace(term, E'\x01', ' '))) as form) as made,
    regexp_replace(form, '([\\%_])', '\\\1', 'g') as escaped;
end;

-- Addresses are compared without regard to case: ASCII's first, whatever the database's language makes of I.
create function email_form(value text) returns text
language sql immutable strict parallel safe
begin atomic
  select lower(lower(value collate "C") collate "default");
end;

create table companies (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  name text not null,
  domain text not null,
  industry text not null,
  website text not null,
  linkedin_url text not null,
  phone text not null,
  address text not null,
  city text not null,
  state text not null,
  zip_code text not null,
  country text not null,
  notes text not null,
  employee_count bigint,
  annual_revenue bigint,
  tags text[] not null,
  custom_fields jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  -- By which contacts are found, beside their own texts.
  name_search text not null generated always as (search_words(search_form(name))) stored,
  search_text text not null generated always as (search_words(search_form(name || E'\x01 ' || domain))) stored,
  constraint companies_pkey primary key (id),
  constraint companies_account_id_id_key unique (account_id, id),
  constraint companies_account_id_fkey foreign key (account_id) references accounts (id),
  constraint companies_created_by_fkey foreign key (account_id, created_by) references users (account_id, id)
);

create index companies_list_idx on companies (account_id, created_at desc, id desc);
create index companies_updated_at_idx on companies (account_id, updated_at);
-- Behind the foreign key: whoever removes a user for good must not read all records.
create index companies_created_by_idx on companies (account_id, created_by);
create index companies_tags_idx on companies using gin (account_id, tags);
create index companies_search_idx on companies using gin (account_id, search_text gin_trgm_ops);

-- With the usual hundred samples a term that one row in forty has is taken for one that hardly any has, and the wrong plan.
alter table companies alter column search_text set statistics 500, alter column name_search set statistics 500;

create table contacts (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  first_name text not null,
  last_name text not null,
  email text not null,
  phone text not null,
  job_title text not null,
  address text not null,
  city text not null,
  state text not null,
  zip_code text not null,
  country text not null,
  notes text not null,
  company_id uuid,
  source_id uuid,
  tags text[] not null,
  custom_fields jsonb not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  search_text text not null generated always as (
    search_words(search_form(first_name || ' ' || last_name || E'\x01 ' || email || E'\x01 ' || phone))
  ) stored,
  constraint contacts_pkey primary key (id),
  constraint contacts_account_id_id_key unique (account_id, id),
  constraint contacts_account_id_fkey foreign key (account_id) references accounts (id),
  constraint contacts_created_by_fkey foreign key (account_id, created_by) references users (account_id, id),
  constraint contacts_company_id_fkey foreign key (account_id, company_id) references companies (account_id, id)
    on delete set null (company_id),
  constraint contacts_source_id_fkey foreign key (account_id, source_id) references sources (account_id, id)
);

create index contacts_list_idx on contacts (account_id, created_at desc, id desc);
create index contacts_updated_at_idx on contacts (account_id, updated_at);
create index contacts_created_by_idx on contacts (account_id, created_by);
create index contacts_company_id_idx on contacts (account_id, company_id, created_at desc, id desc);
create index contacts_source_id_idx on contacts (account_id, source_id, created_at desc, id desc);
create index contacts_email_idx on contacts (account_id, email_form(email));
create index contacts_tags_idx on contacts using gin (account_id, tags);
create index contacts_search_idx on contacts using gin (account_id, search_text gin_trgm_ops);

alter table contacts alter column search_text set statistics 500;
