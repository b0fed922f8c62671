import { escapeIdentifier } from 'pg';
import type { Table } from './sample-rows';
import type { Column, Row } from '../tables';

/** A statement in the form that the program sends: it names its columns, and its values are parameters. */
export interface PlainStatement {
  /** Describes the statement in a message. */
  readonly does: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A statement that fails, and the reason. */
export interface Violation {
  readonly does: string;
  readonly fault: string;
}

export const written = ({ columns }: Table): readonly Column[] => columns.filter(({ isWritten }) => isWritten);

const keyOf = ({ name, constraints }: Table): readonly string[] => {
  const key = constraints.find(({ kind }) => kind === 'primary key');
  if (!key) throw new Error(`"${name}" has no primary key.`);
  return key.columns;
};

/** The value in the form that the program passes to the driver. */
function parameter({ udt }: Column, value: unknown): unknown {
  return ['json', 'jsonb'].includes(udt) && value !== null ? JSON.stringify(value) : value;
}

export function insertOf(table: Table, row: Row): PlainStatement {
  const columns = written(table);
  return {
    does: `insert into ${table.name}`,
    text: `insert into ${table.name} (${listOf(columns)}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    values: columns.map((column) => parameter(column, row[column.name])),
  };
}

/** Returns the key, because an identity column gets its value from the database. */
export function insertReturningKey(table: Table, row: Row): PlainStatement {
  const { does, text, values } = insertOf(table, row);
  return { does, text: `${text} returning ${keyOf(table).map(escapeIdentifier).join(', ')}`, values };
}

/** The form for many rows: one JSON text, whose types the statement names. */
export function insertManyOf(table: Table, row: Row): PlainStatement {
  const names = listOf(written(table));
  return {
    does: `insert into ${table.name}`,
    text: `insert into ${table.name} (${names}) select ${names} from ${givenOf(written(table))}`,
    values: [JSON.stringify([row])],
  };
}

/** @param to describes the value in a message. */
export function updateOf(table: Table, row: Row, column: Column, value: unknown, to: string): PlainStatement {
  const key = keyOf(table);
  const isRow = key.map((name, index) => `${escapeIdentifier(name)} = $${index + 2}`).join(' and ');
  return {
    does: `update ${table.name}.${column.name}${to}`,
    text: `update ${table.name} set ${escapeIdentifier(column.name)} = $1 where ${isRow}`,
    values: [parameter(column, value), ...key.map((name) => row[name])],
  };
}

export function updateManyOf(table: Table, row: Row): PlainStatement {
  const key = keyOf(table);
  const given = table.columns.filter(({ name, isWritten }) => isWritten || key.includes(name));
  const changes = written(table).map(({ name }) => `${escapeIdentifier(name)} = given.${escapeIdentifier(name)}`);
  return {
    does: `update ${table.name}`,
    text: `update ${table.name} set ${changes.join(', ')} from ${givenOf(given)}
      where ${key.map((name) => `${table.name}.${escapeIdentifier(name)} = given.${escapeIdentifier(name)}`).join(' and ')}`,
    values: [JSON.stringify([row])],
  };
}

/** PostgreSQL refuses `on conflict` without a key on the named columns, and with one that is deferrable. */
export function insertsOnConflict(table: Table, row: Row): PlainStatement[] {
  return table.constraints
    .filter(({ kind }) => kind === 'primary key' || kind === 'unique')
    .filter(({ definition }) => !definition.includes(' DEFERRABLE'))
    .map(({ columns }) => {
      const { does, text, values } = insertOf(table, row);
      return { does, text: `${text} on conflict (${columns.map(escapeIdentifier).join(', ')}) do nothing`, values };
    });
}

export function selectOf(table: Table, row: Row): PlainStatement {
  const key = keyOf(table);
  return {
    does: `select from ${table.name}`,
    text: `select ${listOf(table.columns)} from ${table.name} where ${key.map((name, index) => `${escapeIdentifier(name)} = $${index + 1}`).join(' and ')}`,
    values: key.map((name) => row[name]),
  };
}

const listOf = (columns: readonly Column[]) => columns.map(({ name }) => escapeIdentifier(name)).join(', ');

const givenOf = (columns: readonly Column[]) =>
  `json_to_recordset($1::json) as given (${columns.map(({ name, type }) => `${escapeIdentifier(name)} ${type}`).join(', ')})`;
