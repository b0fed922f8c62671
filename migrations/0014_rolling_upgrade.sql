-- Until when an instance of a previous release may run beside one of its successor. Until then the successor gives out and stores
-- texts in the form that the previous release reads.
create table rolling_upgrades (
  previous_release text not null,
  runs_until timestamptz(3) not null,
  constraint rolling_upgrades_pkey primary key (previous_release)
);

-- A new database has never had another release.
insert into rolling_upgrades (previous_release, runs_until)
select '0.1.0', case when exists (select from accounts) then now() + interval '1 hour' else timestamptz 'epoch' end;
