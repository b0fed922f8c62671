-- The upload of which the table of an import was made, if it was no table itself. Kept until the import is confirmed, so that
-- the file can be looked through again with other options.
alter table imports add column original_id uuid;
