import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Columns, Release } from '../../contract/releases';
import { OldRelease } from './old-release';
import { type Column, readColumns } from '../tables';

export interface Migration {
  /** The name of the file without `.sql`. */
  readonly name: string;
  readonly sql: string;
}

export interface Plan {
  readonly releases: readonly Release[];
  readonly retiredColumns?: Columns;
  readonly neverDeleted?: readonly string[];
}

export interface Step {
  readonly migration: string;
  /** What fails in the previous release after this migration, in words. */
  readonly refusals: readonly string[];
  /** The columns after this migration. */
  readonly columns: readonly Column[];
}

export function readMigrations(): Migration[] {
  const directory = join(__dirname, '../../../migrations');
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({ name: file.slice(0, -'.sql'.length), sql: readFileSync(join(directory, file), 'utf8') }));
}

/**
 * Runs the migrations on an empty database. After each one of the last release and of the next one it runs the statements of the
 * release before. Older migrations are not checked: nobody edits them, and no running instance is that old.
 */
export async function upgrade(
  database: Client,
  migrations: readonly Migration[],
  { releases, retiredColumns = {}, neverDeleted }: Plan,
): Promise<Step[]> {
  const inTransaction = async <T>(work: () => Promise<T>): Promise<T> => {
    await database.query('begin');
    const result = await work();
    await database.query('commit');
    return result;
  };
  const observed = releases.slice(-2).map(({ lastMigration }) => lastMigration);
  const steps: Step[] = [];
  let before: OldRelease | undefined;
  for (const { name, sql } of migrations) {
    try {
      await inTransaction(() => database.query(sql));
    } catch (error) {
      if (!before) throw error;
      await database.query('rollback');
      const refusals = [`the migration, on rows of the previous release: ${(error as Error).message}.`];
      return [...steps, { migration: name, refusals, columns: [] }];
    }
    const refusals = before ? await inTransaction(() => before!.refusals()) : [];
    // The next migration meets rows that the previous release inserted in between.
    if (before) await inTransaction(() => before!.write());
    steps.push({ migration: name, refusals, columns: await readColumns(database) });
    if (observed.includes(name) && name !== migrations.at(-1)!.name) {
      const isRetired = (column: string) => column in retiredColumns && retiredColumns[column]! <= name;
      before = await inTransaction(() => OldRelease.observe(database, { isRetired, neverDeleted }));
    }
  }
  return steps;
}
