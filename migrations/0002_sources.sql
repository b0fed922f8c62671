create table sources (
  id uuid not null,
  account_id uuid not null,
  created_by uuid,
  name text not null,
  archived_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint sources_pkey primary key (id),
  constraint sources_account_id_id_key unique (account_id, id),
  constraint sources_account_id_fkey foreign key (account_id) references accounts (id),
  constraint sources_created_by_fkey foreign key (account_id, created_by) references users (account_id, id)
);

create index sources_list_idx on sources (account_id, created_at desc, id desc);
