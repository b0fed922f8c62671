-- Until when an instance of the previous release may run beside this one. Until then the program gives out and stores texts in
-- the form that the previous release reads. The latest row counts: a release with new forms of its own adds one.
create table rolling_upgrades (
  previous_release_until timestamptz(3) not null,
  constraint rolling_upgrades_pkey primary key (previous_release_until)
);

-- A new database has never had another release.
insert into rolling_upgrades (previous_release_until)
select case when exists (select from accounts) then now() + interval '1 hour' else timestamptz 'epoch' end;
