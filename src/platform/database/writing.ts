import type { EntityTarget } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import type { AccountId } from '../../kernel/account-id';
import type { Transactions } from './transactions';

interface Insertion {
  readonly text: string;
  readonly columns: readonly ColumnMetadata[];
}

const insertions = new WeakMap<object, Insertion>();

/** Like TypeORM's `insert`, by a statement that is prepared once. @param row has every column. */
export async function insertOne<Row extends object>(
  transactions: Transactions,
  entity: EntityTarget<Row>,
  row: Row,
): Promise<void> {
  const metadata = transactions.manager.connection.getMetadata(entity);
  let insertion = insertions.get(metadata);
  if (!insertion) {
    const columns = metadata.columns.filter(({ isInsert }) => isInsert);
    const names = columns.map(({ databaseName }) => databaseName).join(', ');
    const places = columns.map((_, index) => `$${index + 1}`).join(', ');
    insertion = { text: `insert into ${metadata.tableName} (${names}) values (${places})`, columns };
    insertions.set(metadata, insertion);
  }
  const values = insertion.columns.map(({ propertyName, type }) => {
    const value = (row as Readonly<Record<string, unknown>>)[propertyName];
    return type === 'jsonb' ? JSON.stringify(value) : value;
  });
  await transactions.rows(`${metadata.tableName}-insert`, insertion.text, values);
}

/**
 * Writes of a thousand rows in one statement. The rows travel as one JSON text: arrays and objects inside them need no care, and
 * the number of parameters does not grow with their number (PostgreSQL takes 65,535).
 */

/** In this order. */
export async function insertMany<Row extends object>(
  transactions: Transactions,
  entity: EntityTarget<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tableName, columns } = transactions.manager.connection.getMetadata(entity);
  const written = columns.filter(({ isInsert }) => isInsert);
  const names = written.map(({ databaseName }) => databaseName).join(', ');
  await transactions.rows(
    `${tableName}-insert-many`,
    `insert into ${tableName} (${names}) select ${names} from json_to_recordset($1::json) as given (${typed(written)})`,
    [JSON.stringify(rows)],
  );
}

/** Sets every column of these rows of an account, but for the key. */
export async function updateMany<Row extends { readonly id: string }>(
  transactions: Transactions,
  entity: EntityTarget<Row>,
  accountId: AccountId,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tableName, columns } = transactions.manager.connection.getMetadata(entity);
  const written = columns.filter(
    ({ isUpdate, databaseName }) => isUpdate && !['id', 'account_id'].includes(databaseName),
  );
  const changes = written.map(({ databaseName }) => `${databaseName} = given.${databaseName}`).join(', ');
  const id = columns.filter(({ databaseName }) => databaseName === 'id');
  await transactions.rows(
    `${tableName}-update-many`,
    `update ${tableName} set ${changes} from json_to_recordset($2::json) as given (${typed([...id, ...written])})
     where ${tableName}.account_id = $1 and ${tableName}.id = given.id`,
    [accountId, JSON.stringify(rows)],
  );
}

function typed(columns: readonly ColumnMetadata[]): string {
  return columns
    .map(({ databaseName, type, isArray }) => `${databaseName} ${String(type)}${isArray ? '[]' : ''}`)
    .join(', ');
}

/** @returns each text's form in which names, domains and e-mail addresses are compared (`name_form` in the database). */
export async function nameForms(transactions: Transactions, texts: Iterable<string>): Promise<Map<string, string>> {
  const rows = await transactions.rows<{ text: string; form: string }>(
    'name-forms',
    'select text, name_form(text) as form from unnest($1::text[]) as text',
    [[...new Set(texts)]],
  );
  return new Map(rows.map(({ text, form }) => [text, form]));
}
