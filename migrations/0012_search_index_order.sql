-- The text before the account: a scan goes through the first column's matches and looks each up in the next column. That
-- way only rows that have all of a term's trigrams are looked up among an account's rows, of which a million are read in
-- pieces of thousands. Every search reads what waits to be put into the index, in kB: that is kept short.

-- About nine seconds for a million contacts, in which the table is read and not written.
-- squawk-ignore require-concurrent-index-creation
create index companies_search_new_idx on companies using gin (search_text gin_trgm_ops, account_id)
  with (gin_pending_list_limit = 512);
-- squawk-ignore require-concurrent-index-creation
create index contacts_search_new_idx on contacts using gin (search_text gin_trgm_ops, account_id)
  with (gin_pending_list_limit = 512);
-- squawk-ignore require-concurrent-index-creation
create index projects_search_new_idx on projects using gin (search_text gin_trgm_ops, account_id)
  with (gin_pending_list_limit = 512);

-- At the end, since readers wait for whoever drops an index until the transaction is over.
-- squawk-ignore require-concurrent-index-deletion
drop index companies_search_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index contacts_search_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index projects_search_idx;
alter index companies_search_new_idx rename to companies_search_idx;
alter index contacts_search_new_idx rename to contacts_search_idx;
alter index projects_search_new_idx rename to projects_search_idx;
