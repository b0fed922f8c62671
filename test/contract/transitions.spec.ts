import { onEmptyDatabase } from '../support/database';
import { type Transitions, wrongTransitions } from '../support/upgrades/transitions';
import { upgrade } from '../support/upgrades/upgrade';

/** The table of the release 0.1.0. */
const first = 'create table items (id uuid not null, name text not null, note text)';

describe('the lists of pending defaults and retired columns', () => {
  const release = (version: string, lastMigration: string) => ({ version, lastMigration });
  const onlyFirst = [release('0.1.0', '0001')];
  const adding = 'alter table items add column weight bigint not null default 0';
  const retiring = `alter table items alter column name set default ''`;
  const second = release('0.2.0', '0002');
  const third = release('0.3.0', '0003');
  const pending = (migration: string, column = 'items.weight') => ({ pendingDefaults: { [column]: migration } });
  const retired = (migration: string, column = 'items.name') => ({ retiredColumns: { [column]: migration } });

  it.each<[string, string[], Partial<Transitions>, string[]]>([
    ['a pending default of the next release', [adding], pending('0002'), []],
    [
      'a pending default of the last release',
      [adding, 'select 1'],
      { ...pending('0002'), releases: [...onlyFirst, second] },
      [],
    ],
    [
      'a pending default of an older release',
      [adding, 'select 1'],
      { ...pending('0002'), releases: [...onlyFirst, second, third] },
      ['items.weight: 0.2.0, which added it, is no longer the last release: drop the default.'],
    ],
    [
      'a pending default that is dropped',
      [adding, 'alter table items alter column weight drop default'],
      pending('0002'),
      ['items.weight: it no longer has a default: remove the entry.'],
    ],
    [
      'a pending default of a migration that does not add the column',
      [adding, 'select 1'],
      pending('0003'),
      ['items.weight: 0003 does not add it.'],
    ],
    [
      'a pending default of an unknown migration',
      [adding],
      pending('0009'),
      ['items.weight: there is no migration 0009.'],
    ],
    [
      'a pending default of an existing column',
      [retiring],
      pending('0002', 'items.name'),
      ['items.name: 0002 does not add it.'],
    ],
    [
      'a pending default in a new table',
      ['create table parts (weight bigint default 0)'],
      pending('0002', 'parts.weight'),
      ['parts.weight: its table is in no release, so it needs no default.'],
    ],
    ['a retired column with a default', [retiring], retired('0002'), []],
    ['a retired column that is nullable', ['select 1'], retired('0002', 'items.note'), []],
    [
      'a retired column that is required',
      ['select 1'],
      retired('0002'),
      ['items.name: 0002 leaves it required, without a default.'],
    ],
    [
      'a retired column that does not exist',
      ['select 1'],
      retired('0002', 'items.size'),
      ['items.size: it does not exist before 0002.'],
    ],
    [
      'a retired column that is dropped',
      [retiring, 'alter table items drop column name'],
      { ...retired('0002'), releases: [...onlyFirst, second] },
      [],
    ],
    [
      'a retired column that an older release dropped',
      [retiring, 'alter table items drop column name', 'select 1'],
      { ...retired('0002'), releases: [...onlyFirst, second, third, release('0.4.0', '0004')] },
      ['items.name: it is dropped: remove the entry.'],
    ],
  ])('%s', async (_name, migrations, lists, expected) => {
    const transitions = { releases: onlyFirst, pendingDefaults: {}, retiredColumns: {}, ...lists };
    // Without releases nothing is observed: the lists need only the history of the columns.
    const all = [first, ...migrations].map((sql, index) => ({ name: `000${index + 1}`, sql }));
    const steps = await onEmptyDatabase((database) => upgrade(database, all, { releases: [] }));
    expect(wrongTransitions(steps, transitions)).toEqual(expected);
  });
});
