-- As text: readers get the fields in the order in which a GET gives them, and at each reading the same bytes.
-- squawk-ignore changing-column-type
alter table events alter column data type json;
-- squawk-ignore changing-column-type
alter table events alter column previous type json;

-- The place in the change feed. A committed event gets one by and by, behind all that were given out before; "seq" cannot be
-- the place, since a transaction may commit long after it took its number.
alter table events add column position bigint;
create sequence events_position_seq as bigint;

-- Small as a rule: what was committed a moment ago.
-- squawk-ignore require-concurrent-index-creation
create index events_unplaced_idx on events (seq) where position is null;
-- squawk-ignore require-concurrent-index-creation
create unique index events_position_idx on events (account_id, position) where position is not null;
-- squawk-ignore require-concurrent-index-creation
create index events_type_idx on events (account_id, type, position) where position is not null;
-- squawk-ignore require-concurrent-index-creation
create index events_entity_id_idx on events (account_id, entity_id, position) where position is not null;
