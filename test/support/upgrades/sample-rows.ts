import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Column, Constraint, Row } from '../tables';

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
}

/** Stands for a value that differs in each row, or that follows the references of the row. */
export const fresh = Symbol('fresh');

/** The value of each column, or {@link fresh}, which is the default. */
export type Shape = ReadonlyMap<string, unknown>;

/** @returns the tables, each after those that it refers to. */
export function inOrder(columns: readonly Column[], constraints: readonly Constraint[]): Table[] {
  const known = new Set(columns.map(({ table, name }) => `${table}.${name}`));
  const isKnown = (constraint: Constraint) =>
    constraint.columns.every((column) => known.has(`${constraint.table}.${column}`));
  const waiting = new Set(columns.map(({ table }) => table));
  const ordered: Table[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(
      (name) => !constraints.some(({ table, target }) => table === name && target !== name && waiting.has(target!)),
    );
    if (ready.length === 0) throw new Error(`These tables refer to each other: ${[...waiting].join(', ')}.`);
    for (const name of ready) {
      waiting.delete(name);
      ordered.push({
        name,
        columns: columns.filter(({ table }) => table === name),
        constraints: constraints.filter((constraint) => constraint.table === name && isKnown(constraint)),
      });
    }
  }
  return ordered;
}

/** Values of columns, `table.column`, whose checks accept none of the generated values. */
const examples: Readonly<Record<string, readonly unknown[]>> = {};

/** @returns the values to try in a column: those that its checks name, a fresh one, limits of its type, and null. */
export function valuesOf({ constraints }: Table, { table, name, udt, isNullable }: Column): unknown[] {
  const named = constraints
    .filter(({ kind, columns }) => kind === 'check' && columns.length === 1 && columns[0] === name)
    .flatMap(({ definition }) => [...definition.matchAll(/'((?:[^']|'')*)'::text/g)].map(([, text]) => text));
  const known = [...(examples[`${table}.${name}`] ?? []), ...named];
  return [...known, fresh, ...(limits[udt] ?? []), ...(isNullable ? [null] : [])];
}

const limits: Readonly<Record<string, readonly unknown[]>> = {
  text: ['', 'x'.repeat(100)],
  int4: [0],
  int8: [0, Number.MAX_SAFE_INTEGER],
  bool: [true],
  _text: [['x']],
};

/**
 * @param rows one row of each table that the row may refer to.
 */
export function sampleRow(table: Table, shape: Shape, rows: ReadonlyMap<string, Row>): Row {
  const written = table.columns.filter(({ isWritten }) => isWritten);
  return Object.fromEntries(
    written.map((column) => {
      const value = shape.has(column.name) ? shape.get(column.name) : fresh;
      return [column.name, value === fresh ? freshValue(table, column, rows) : value];
    }),
  );
}

export function freshValue(table: Table, column: Column, rows: ReadonlyMap<string, Row>): unknown {
  const references = table.constraints.filter(
    ({ kind, columns }) => kind === 'foreign key' && columns.includes(column.name),
  );
  for (const { columns, target, targetColumns } of references) {
    const referred = target === table.name ? undefined : rows.get(target!);
    if (referred) return referred[targetColumns[columns.indexOf(column.name)]!];
  }
  // The first row of a table cannot refer to another row of it.
  if (references.length > 0) return null;
  const make = makers[column.udt];
  if (!make)
    throw new Error(`Say in test/support/upgrades/sample-rows.ts what a value of the type ${column.udt} looks like.`);
  return make();
}

const makers: Readonly<Record<string, () => unknown>> = {
  uuid: randomUUID,
  text: () => `text-${randomUUID()}`,
  bool: () => false,
  int4: () => randomInt(1, 1_000_000_000),
  int8: () => randomInt(1, 1_000_000_000),
  numeric: () => randomInt(1, 1_000_000_000),
  timestamptz: () => '2026-01-01T00:00:00+00:00',
  date: () => '2026-01-01',
  json: () => ({}),
  jsonb: () => ({}),
  bytea: () => `\\x${randomBytes(32).toString('hex')}`,
  _text: () => [],
  _uuid: () => [],
  _int8: () => [],
  _timestamptz: () => [],
};

/** @returns every combination of values in the columns that the checks of a table name, the first values first. */
export function* shapesOf(table: Table, values: (column: Column) => readonly unknown[]): Generator<Shape> {
  const checked = table.constraints.flatMap(({ kind, columns }) => (kind === 'check' ? columns : []));
  const columns = table.columns.filter(({ name, isWritten }) => isWritten && checked.includes(name));
  const places = columns.map(() => 0);
  const choices = columns.map(values);
  for (;;) {
    yield new Map(columns.map(({ name }, index) => [name, choices[index]![places[index]!]]));
    let last = columns.length - 1;
    while (last >= 0 && ++places[last]! === choices[last]!.length) places[last--] = 0;
    if (last < 0) return;
  }
}
