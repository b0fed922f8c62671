-- "data" and "previous" as text: readers get the fields in the order in which a GET gives them, and at each reading the same
-- bytes. "position" is the place in the change feed. A committed event gets one by and by, behind all that were given out before;
-- "seq" cannot be the place, since a transaction may commit long after it took its number.
alter table events
  -- squawk-ignore changing-column-type
  alter column data type json,
  -- squawk-ignore changing-column-type
  alter column previous type json,
  add column position bigint;

-- What happened before there were places is history, and no news to anybody.
update events set position = history.position
from (select id, row_number() over (order by seq) as position from events) as history
where events.id = history.id;

create sequence events_position_seq as bigint;
select setval('events_position_seq', coalesce(max(position), 0) + 1, false) from events;

-- Small as a rule: what was committed a moment ago, by its order and by whose it is.
-- squawk-ignore require-concurrent-index-creation
create index events_unplaced_idx on events (seq) where position is null;
-- squawk-ignore require-concurrent-index-creation
create index events_unplaced_account_id_idx on events (account_id) where position is null;
-- squawk-ignore require-concurrent-index-creation
create unique index events_position_idx on events (account_id, position) where position is not null;
-- squawk-ignore require-concurrent-index-creation
create index events_type_idx on events (account_id, type, position) where position is not null;
-- squawk-ignore require-concurrent-index-creation
create index events_entity_id_idx on events (account_id, entity_id, position) where position is not null;
