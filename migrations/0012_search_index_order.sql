-- The text before the account: a scan goes through the first column's matches and looks each up in the next column. That
-- way only rows that have all of a term's trigrams are looked up among an account's rows, of which a million are read in
-- pieces of thousands. Every search reads what waits to be put into the index, in kB: that is kept short. Writes wait
-- meanwhile, about nine seconds for a million contacts.

-- squawk-ignore require-concurrent-index-deletion
drop index companies_search_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index contacts_search_idx;
-- squawk-ignore require-concurrent-index-deletion
drop index projects_search_idx;

-- squawk-ignore require-concurrent-index-creation
create index companies_search_idx on companies using gin (search_text gin_trgm_ops, account_id)
  with (gin_pending_list_limit = 512);
-- squawk-ignore require-concurrent-index-creation
create index contacts_search_idx on contacts using gin (search_text gin_trgm_ops, account_id)
  with (gin_pending_list_limit = 512);
-- squawk-ignore require-concurrent-index-creation
create index projects_search_idx on projects using gin (search_text gin_trgm_ops, account_id)
  with (gin_pending_list_limit = 512);
