import { isDeepStrictEqual } from 'node:util';
import type { Client, DatabaseError } from 'pg';
import { catalogFaults } from './catalog-faults';
import {
  insertManyOf,
  insertOf,
  insertReturningKey,
  insertsOnConflict,
  type PlainStatement,
  type Violation,
  selectOf,
  updateManyOf,
  updateOf,
  written,
} from './plain-statements';
import { fresh, freshValue, inOrder, sampleRow, type Shape, shapesOf, type Table, valuesOf } from './sample-rows';
import { type Column, readColumns, readConstraints, type Row } from '../tables';

export interface Knowledge {
  /** Whether the release no longer names the column, `table.column`. */
  readonly isRetired?: (column: string) => boolean;
  /** Tables of which no release deletes rows. */
  readonly neverDeleted?: readonly string[];
}

/** Setting a column to a value, which the database accepted when the release was observed. */
interface Change {
  readonly table: Table;
  readonly column: Column;
  readonly value: unknown;
}

/** Makes names of prepared statements unique: a connection keeps a name for one text. */
let prepared = 0;

/**
 * A program of an earlier release, as the database sees it: its inserts, updates, selects and deletes name the columns that the
 * tables had when it was observed. What the database accepted then, it must accept after a migration.
 *
 * Every method runs in the caller's transaction. All use one connection, so that prepared statements outlive the migration as they
 * do in a running program.
 */
export class OldRelease {
  private readonly namesByText = new Map<string, string>();
  private readonly changes: Change[] = [];
  private readonly fullest = new Map<string, Shape>();
  private readonly emptiest = new Map<string, Shape>();
  private readonly twins = new Map<Table, Shape>();
  /** One row of each table, inserted before the migrations. */
  private rows: ReadonlyMap<string, Row> = new Map();
  /** The same rows, as the release reads them. */
  private readonly read = new Map<string, Row>();

  private constructor(
    private readonly database: Client,
    private readonly tables: readonly Table[],
    private readonly neverDeleted: readonly string[],
  ) {}

  /** Observes the release that has the present tables, and inserts a row into each of them. */
  static async observe(
    database: Client,
    { isRetired = () => false, neverDeleted = [] }: Knowledge = {},
  ): Promise<OldRelease> {
    const columns = (await readColumns(database)).filter(({ table, name }) => !isRetired(`${table}.${name}`));
    const tables = inOrder(columns, await readConstraints(database));
    const release = new OldRelease(database, tables, neverDeleted);
    for (const table of tables) await release.findShapes(table);
    for (const table of tables) {
      const [row] = await release.send(selectOf(table, release.rows.get(table.name)!));
      release.read.set(table.name, row!);
    }
    for (const table of tables) {
      for (const column of written(table)) {
        for (const value of valuesOf(table, column)) {
          const change = { table, column, value };
          if (!(await release.refusal(release.changeOf(change)))) release.changes.push(change);
        }
      }
    }
    return release;
  }

  /** Inserts a row into each table that still accepts one. */
  async write(): Promise<void> {
    await this.insertAll(this.fullest, insertOf);
  }

  /** @returns each new fault in words, with the first statement that has it; empty when the release still works. */
  async refusals(): Promise<string[]> {
    const rowOf = (table: Table) => this.rows.get(table.name)!;
    const statements = [
      ...[...this.twins].map(([table, twin]) => insertOf(table, sampleRow(table, twin, this.rows))),
      ...this.changes.map((change) => this.changeOf(change)),
      ...this.tables.map((table) => updateManyOf(table, rowOf(table))),
      ...this.tables.flatMap((table) => insertsOnConflict(table, rowOf(table))),
    ];
    const found: (Violation | undefined)[] = [
      ...(await this.undone(() => this.insertAll(this.fullest, insertOf))),
      ...(await this.undone(() => this.insertAll(this.fullest, insertManyOf))),
      ...(await this.undone(() => this.insertAll(this.emptiest, insertOf))),
    ];
    for (const statement of statements) found.push(await this.refusal(statement));
    found.push(
      ...(await this.misreadings()),
      ...(await this.undone(() => this.deleteAll())),
      ...(await catalogFaults(this.database, this.tables, this.neverDeleted)),
    );
    const firstByFault = new Map<string, Violation>();
    for (const refusal of found) {
      if (refusal && !firstByFault.has(refusal.fault)) firstByFault.set(refusal.fault, refusal);
    }
    return [...firstByFault.values()].map(({ does, fault }) => `${does}: ${fault}`);
  }

  /** Finds the rows with the most and with the fewest values that the checks of the table accept. */
  private async findShapes(table: Table): Promise<void> {
    const find = async (values: (column: Column) => readonly unknown[], rest: Shape): Promise<Shape> => {
      let refusal: Violation | undefined;
      for (const checked of shapesOf(table, values)) {
        const shape = new Map([...rest, ...checked]);
        refusal = await this.refusal(insertOf(table, sampleRow(table, shape, this.rows)));
        if (!refusal) return shape;
      }
      throw new Error(`Give examples for "${table.name}" in test/support/upgrades/sample-rows.ts: ${refusal?.fault}`);
    };
    const nullable = written(table).filter(({ isNullable }) => isNullable);
    const fullest = await find((column) => valuesOf(table, column), new Map());
    const emptiest = await find(
      (column) => [...(column.isNullable ? [null] : []), ...valuesOf(table, column)],
      new Map(nullable.map(({ name }) => [name, null])),
    );
    this.fullest.set(table.name, fullest);
    this.emptiest.set(table.name, emptiest);
    const row = sampleRow(table, fullest, this.rows);
    const [key] = await this.send(insertReturningKey(table, row));
    this.rows = new Map([...this.rows, [table.name, { ...row, ...key }]]);
    const twin = twinOf(table, row);
    if (!(await this.refusal(insertOf(table, sampleRow(table, twin, this.rows))))) this.twins.set(table, twin);
  }

  /** Skips tables that refer to a refused row: their refusal would only repeat the first one. */
  private async insertAll(
    shapes: ReadonlyMap<string, Shape>,
    insert: (table: Table, row: Row) => PlainStatement,
  ): Promise<Violation[]> {
    const refused: Violation[] = [];
    const lacking = new Set<string>();
    let rows = this.rows;
    for (const table of this.tables) {
      const row = sampleRow(table, shapes.get(table.name)!, rows);
      const isSkipped = table.constraints.some(({ target }) => target !== null && lacking.has(target));
      const refusal = isSkipped ? undefined : await this.refusal(insert(table, row), 'keep');
      if (refusal) refused.push(refusal);
      if (refusal || isSkipped) lacking.add(table.name);
      else rows = new Map([...rows, [table.name, row]]);
    }
    return refused;
  }

  /** Deletes referring rows before the rows that they refer to. */
  private async deleteAll(): Promise<Violation[]> {
    const refused: Violation[] = [];
    for (const { name } of [...this.tables].reverse()) {
      if (this.neverDeleted.includes(name)) continue;
      const refusal = await this.refusal(
        { does: `delete from ${name}`, text: `delete from ${name}`, values: [] },
        'keep',
      );
      if (refusal) refused.push(refusal);
    }
    return refused;
  }

  private changeOf({ table, column, value }: Change): PlainStatement {
    const row = this.rows.get(table.name)!;
    if (value === fresh) return updateOf(table, row, column, freshValue(table, column, this.rows), '');
    return updateOf(table, row, column, value, ` to ${JSON.stringify(value).slice(0, 30)}`);
  }

  private async misreadings(): Promise<Violation[]> {
    const found: Violation[] = [];
    for (const table of this.tables) {
      const statement = selectOf(table, this.rows.get(table.name)!);
      const refusal = await this.refusal(statement);
      if (refusal) {
        found.push(refusal);
        continue;
      }
      const before = this.read.get(table.name);
      const [now] = await this.send(statement);
      for (const { name } of table.columns) {
        if (isDeepStrictEqual(now?.[name], before?.[name])) continue;
        const fault = `"${name}" is ${JSON.stringify(now?.[name])}, and was ${JSON.stringify(before?.[name])}.`;
        found.push({ does: statement.does, fault });
      }
    }
    return found;
  }

  private async undone<T>(work: () => Promise<T>): Promise<T> {
    await this.database.query('savepoint work');
    const result = await work();
    await this.database.query('rollback to work');
    return result;
  }

  /** @param then whether the effect of an accepted statement stays. */
  private async refusal(statement: PlainStatement, then: 'keep' | 'undo' = 'undo'): Promise<Violation | undefined> {
    await this.database.query('savepoint attempt');
    try {
      await this.send(statement);
      await this.database.query(then === 'keep' ? 'release attempt' : 'rollback to attempt');
      return undefined;
    } catch (error) {
      await this.database.query('rollback to attempt');
      const { message, code } = error as DatabaseError;
      return { does: statement.does, fault: [`${message}.`, advice[code ?? ''] ?? []].flat().join(' ') };
    }
  }

  private async send({ text, values }: PlainStatement): Promise<readonly Row[]> {
    const name = this.namesByText.get(text) ?? `old-release-${++prepared}`;
    this.namesByText.set(text, name);
    return (await this.database.query<Row>({ name, text, values: [...values] })).rows;
  }
}

const ofValues = 'The previous release must no longer write such values.';

/** What to do about a refusal, by SQLSTATE. */
const advice: Readonly<Record<string, string>> = {
  '23502': 'Give the column a default, or let it be null, until the next release.',
  '23503': ofValues,
  '23505': ofValues,
  '23514': ofValues,
  '42703': 'Keep the column until the previous release does not name it.',
  '42P01': 'Keep the table until the previous release does not name it.',
  '42804': 'Keep the type, and add a column with the new one.',
  '0A000': 'Keep the type, and add a column with the new one.',
};

/** The same values as the row, except in its keys. */
function twinOf({ constraints }: Table, row: Row): Shape {
  const keys = constraints.filter(({ kind }) => ['primary key', 'unique', 'unique index'].includes(kind));
  return new Map(Object.entries(row).filter(([name]) => !keys.some(({ columns }) => columns.includes(name))));
}
