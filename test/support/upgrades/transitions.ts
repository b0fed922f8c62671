import type { Columns, Release } from '../../contract/releases';
import type { Step } from './upgrade';

export interface Transitions {
  readonly releases: readonly Release[];
  readonly pendingDefaults: Columns;
  readonly retiredColumns: Columns;
}

/**
 * Checks the lists of columns that two successive releases treat differently: pending defaults and retired columns.
 *
 * @param steps all migrations, in order.
 * @returns the faults of the lists, in words.
 */
export function wrongTransitions(steps: readonly Step[], transitions: Transitions): string[] {
  const { releases, pendingDefaults, retiredColumns } = transitions;
  const names = steps.map(({ migration }) => migration);
  const columnAt = (column: string, migration: string | undefined) =>
    steps
      .find((step) => step.migration === migration)
      ?.columns.find(({ table, name }) => `${table}.${name}` === column);
  const before = (migration: string) => names[names.indexOf(migration) - 1];
  /** Undefined while the migration is not released. */
  const releaseOf = (migration: string) => releases.find(({ lastMigration }) => migration <= lastMigration);

  const faultOfDefault = (column: string, migration: string): string | undefined => {
    if (!columnAt(column, migration) || columnAt(column, before(migration))) return `${migration} does not add it.`;
    if (!columnAt(column, names.at(-1))?.hasDefault) return 'it no longer has a default: remove the entry.';
    const old = releases.findLast(({ lastMigration }) => lastMigration < migration);
    const table = column.slice(0, column.indexOf('.'));
    const isOld = steps.some(
      (step) => step.migration === old?.lastMigration && step.columns.some((each) => each.table === table),
    );
    if (!isOld) return 'its table is in no release, so it needs no default.';
    const release = releaseOf(migration);
    if (release && release !== releases.at(-1))
      return `${release.version}, which added it, is no longer the last release: drop the default.`;
    return undefined;
  };

  const faultOfRetirement = (column: string, migration: string): string | undefined => {
    if (!columnAt(column, before(migration))) return `it does not exist before ${migration}.`;
    const left = columnAt(column, migration);
    if (left && !left.isNullable && !left.hasDefault) return `${migration} leaves it required, without a default.`;
    // `upgrade` observes no release before this one.
    const oldest = (releases.at(-2) ?? releases[0])?.lastMigration;
    if (migration <= (oldest ?? '') && !columnAt(column, oldest)) return 'it is dropped: remove the entry.';
    return undefined;
  };

  const told = (list: Columns, faultOf: typeof faultOfDefault) =>
    Object.entries(list).flatMap(([column, migration]) => {
      const fault = names.includes(migration) ? faultOf(column, migration) : `there is no migration ${migration}.`;
      return fault === undefined ? [] : [`${column}: ${fault}`];
    });
  return [...told(pendingDefaults, faultOfDefault), ...told(retiredColumns, faultOfRetirement)];
}
