import type { Client } from 'pg';
import type { Violation } from './plain-statements';
import type { Table } from './sample-rows';
import { type Constraint, readColumns, readConstraints } from '../tables';

/**
 * Faults that no statement of the previous release shows by itself: it maps names of constraints to errors, and it meets rows that
 * only the next release writes.
 *
 * @param tables as the previous release knows them.
 * @param neverDeleted tables of which no release deletes rows.
 */
export async function catalogFaults(
  database: Client,
  tables: readonly Table[],
  neverDeleted: readonly string[],
): Promise<Violation[]> {
  const columns = await readColumns(database);
  const constraints = await readConstraints(database);
  const known = tables.flatMap((table) => table.constraints);
  const lacks = (list: readonly Constraint[], { table, name }: Constraint) =>
    !list.some((other) => other.table === table && other.name === name);

  // The constraints of a dropped table say nothing more than the table.
  const lost = known.filter(
    (constraint) => columns.some(({ table }) => table === constraint.table) && lacks(constraints, constraint),
  );
  const emptied = tables
    .flatMap((table) => table.columns)
    .filter(({ isNullable }) => !isNullable)
    .filter(({ table, name }) => columns.some((now) => now.table === table && now.name === name && now.isNullable));
  const isDeleted = (table: string | null) =>
    tables.some(({ name }) => name === table) && !neverDeleted.includes(table!);
  const holding = constraints.filter(
    (constraint) =>
      isDeleted(constraint.target) &&
      ['no action', 'restrict'].includes(constraint.onDelete!) &&
      lacks(known, constraint),
  );
  return [
    ...lost.map(({ table, name }) => ({
      does: `constraints of ${table}`,
      fault: `"${name}" is gone, and the previous release maps this name to an error.`,
    })),
    ...emptied.map(({ table, name }) => ({
      does: `select from ${table}`,
      fault: `"${name}" may be null now, and the previous release does not expect that. Give it a default instead.`,
    })),
    ...holding.map(({ table, name, target }) => ({
      does: `delete from ${target}`,
      fault: `the previous release does not know "${table}", whose rows "${name}" protects. Let the key cascade or set null.`,
    })),
  ];
}
