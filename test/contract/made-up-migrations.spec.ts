import { onEmptyDatabase } from '../support/database';
import { type Plan, type Step, upgrade } from '../support/upgrades/upgrade';

/** The tables of the release 0.1.0. */
const first = `
  create table owners (id uuid not null, constraint owners_pkey primary key (id));
  create table items (
    id uuid not null,
    owner_id uuid not null,
    parent_id uuid,
    maker_id uuid not null,
    name text not null,
    state text not null,
    note text,
    data jsonb not null,
    constraint items_pkey primary key (id),
    constraint items_owner_id_id_key unique (owner_id, id),
    constraint items_name_key unique (owner_id, name),
    constraint items_owner_id_fkey foreign key (owner_id) references owners (id),
    constraint items_parent_id_fkey foreign key (owner_id, parent_id) references items (owner_id, id),
    constraint items_state_check check (state in ('open', 'closed'))
  )`;
const release = (version: string, lastMigration: string) => ({ version, lastMigration });
const onlyFirst = [release('0.1.0', '0001')];

/** Runs the tables above as 0001 and these migrations as 0002, 0003 and so on. */
const run = (migrations: readonly string[], plan: Partial<Plan> = {}) =>
  onEmptyDatabase((database) =>
    upgrade(
      database,
      [first, ...migrations].map((sql, index) => ({ name: `000${index + 1}`, sql })),
      { releases: onlyFirst, neverDeleted: ['owners'], ...plan },
    ),
  );
const refusalsOf = (steps: readonly Step[]) => steps.flatMap(({ refusals }) => refusals);

describe('a migration that breaks the previous release is found', () => {
  const added = `alter table items add column weight bigint not null`;
  const noColumn = 'Keep the column until the previous release does not name it.';
  const ofValues = 'The previous release must no longer write such values.';
  const newType =
    'select from items: cached plan must not change result type. Keep the type, and add a column with the new one.';

  it.each<[string, string | string[], string[]]>([
    [
      'a required column whose default is dropped at once',
      `${added} default 0; alter table items alter column weight drop default`,
      [
        'insert into items: null value in column "weight" of relation "items" violates not-null constraint. ' +
          'Give the column a default, or let it be null, until the next release.',
      ],
    ],
    [
      'a default dropped by the next migration of the same release',
      [`${added} default 0`, 'alter table items alter column weight drop default'],
      [
        'insert into items: null value in column "weight" of relation "items" violates not-null constraint. ' +
          'Give the column a default, or let it be null, until the next release.',
      ],
    ],
    [
      'a required column without a default',
      added,
      ['the migration, on rows of the previous release: column "weight" of relation "items" contains null values.'],
    ],
    [
      'a column required later in the same release, though the rows that were there are filled',
      [
        'alter table items add column weight bigint; update items set weight = 0',
        'alter table items alter column weight set not null',
      ],
      ['the migration, on rows of the previous release: column "weight" of relation "items" contains null values.'],
    ],
    [
      'a column dropped',
      'alter table items drop column note',
      [
        `insert into items: column "note" of relation "items" does not exist. ${noColumn}`,
        `select from items: column "note" does not exist. ${noColumn}`,
      ],
    ],
    [
      'a column renamed',
      'alter table items rename column note to remark',
      [
        `insert into items: column "note" of relation "items" does not exist. ${noColumn}`,
        `select from items: column "note" does not exist. ${noColumn}`,
      ],
    ],
    ['a column of another type', 'alter table items alter column data type json', [newType]],
    [
      'a table dropped',
      'drop table items',
      [
        'insert into items: relation "items" does not exist. Keep the table until the previous release does not name it.',
      ],
    ],
    [
      'a column that may not be null any more',
      `update items set note = '' where note is null; alter table items alter column note set not null`,
      [
        'insert into items: null value in column "note" of relation "items" violates not-null constraint. ' +
          'Give the column a default, or let it be null, until the next release.',
      ],
    ],
    [
      'a column that may be null from now on',
      'alter table items alter column name drop not null',
      [
        'select from items: "name" may be null now, and the previous release does not expect that. Give it a default instead.',
      ],
    ],
    [
      'a check that values of the previous release violate',
      `alter table items add constraint items_name_check check (name <> '')`,
      [
        `update items.name to "": new row for relation "items" violates check constraint "items_name_check". ${ofValues}`,
      ],
    ],
    [
      'a check narrowed',
      `alter table items drop constraint items_state_check, add constraint items_state_check check (state = 'open')`,
      [
        `update items.state to "closed": new row for relation "items" violates check constraint "items_state_check". ${ofValues}`,
      ],
    ],
    [
      'a unique key',
      'create unique index items_state_idx on items (owner_id, lower(state))',
      [`insert into items: duplicate key value violates unique constraint "items_state_idx". ${ofValues}`],
    ],
    [
      'a foreign key on a column that had none',
      `create table makers (id uuid not null, constraint makers_pkey primary key (id));
       insert into makers select maker_id from items;
       alter table items add constraint items_maker_id_fkey foreign key (maker_id) references makers (id)`,
      [
        'insert into items: insert or update on table "items" violates foreign key constraint "items_maker_id_fkey". ' +
          ofValues,
      ],
    ],
    [
      'a foreign key that holds what the release before deletes',
      `create table parts (
         id uuid not null, item_id uuid, constraint parts_pkey primary key (id),
         constraint parts_item_id_fkey foreign key (item_id) references items (id)
       )`,
      [
        'delete from items: the previous release does not know "parts", whose rows "parts_item_id_fkey" protects. ' +
          'Let the key cascade or set null.',
      ],
    ],
    [
      'a unique key dropped',
      'alter table items drop constraint items_name_key',
      [
        'insert into items: there is no unique or exclusion constraint matching the ON CONFLICT specification.',
        'constraints of items: "items_name_key" is gone, and the previous release maps this name to an error.',
      ],
    ],
    [
      'a constraint renamed',
      'alter table items rename constraint items_state_check to items_open_check',
      ['constraints of items: "items_state_check" is gone, and the previous release maps this name to an error.'],
    ],
    [
      'values rewritten',
      `update items set state = 'closed'`,
      ['select from items: "state" is "closed", and was "open".'],
    ],
    [
      'a trigger that refuses',
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$;
       create trigger items_kept before delete on items for each row execute function refuse()`,
      ['delete from items: refused.'],
    ],
  ])('%s', async (_name, migrations, expected) => {
    expect(refusalsOf(await run([migrations].flat()))).toEqual(expected);
  });

  it('a column dropped in the release that stops naming it', async () => {
    const retiring = ['select 1', 'alter table items drop column note'];
    const steps = await run(retiring, { retiredColumns: { 'items.note': '0002' } });
    expect(refusalsOf(steps)).toEqual([
      `insert into items: column "note" of relation "items" does not exist. ${noColumn}`,
      `select from items: column "note" does not exist. ${noColumn}`,
    ]);
  });
});

describe('a migration that does not break the previous release passes', () => {
  it.each([
    ['a nullable column', 'alter table items add column weight bigint'],
    ['a required column with a default', 'alter table items add column weight bigint not null default 0'],
    [
      'a table',
      `create table parts (
         id uuid not null, item_id uuid, owner_id uuid, constraint parts_pkey primary key (id),
         constraint parts_item_id_fkey foreign key (item_id) references items (id) on delete cascade,
         constraint parts_owner_id_fkey foreign key (owner_id) references owners (id)
       )`,
    ],
    ['an index', 'create index items_state_idx on items (owner_id, state)'],
    [
      'a check widened',
      `alter table items drop constraint items_state_check,
         add constraint items_state_check check (state in ('open', 'closed', 'lost'))`,
    ],
    ['a check that holds', `alter table items add constraint items_name_check check (char_length(name) <= 200)`],
  ])('%s', async (_name, migration) => {
    expect(refusalsOf(await run([migration]))).toEqual([]);
  });

  it('a column and a default dropped in the second release', async () => {
    const steps = await run(
      [
        `alter table items add column weight bigint not null default 0, alter column note set default ''`,
        'alter table items alter column weight drop default, drop column note',
      ],
      { releases: [...onlyFirst, release('0.2.0', '0002')], retiredColumns: { 'items.note': '0002' } },
    );
    expect(refusalsOf(steps)).toEqual([]);
  });
});
