import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { DomainError } from '../../kernel/domain-error';
import { Transactions } from '../database/transactions';
import type { Where } from '../database/where';
import type { DeclaredField } from './declared-fields';
import type { FoundReferences, RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';
import { type ReferenceTargetName, referenceTargets } from './reference-targets';

interface FoundRow {
  readonly target: ReferenceTargetName;
  readonly id: string;
  readonly title: string;
  readonly closed_at: Date | null;
}

/** The SQL that is the same for every kind of record. Every method takes the account. */
@Injectable()
export class RecordStore {
  constructor(private readonly transactions: Transactions) {}

  /** @returns a page of a list, newest first, and one row more than the limit when there are more. */
  async list<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    where: Where,
    limit: number,
  ): Promise<View[]> {
    return this.transactions.rows<View>(
      where.name(`${record.table}-list`),
      `select ${record.viewColumns} from ${record.table}
       where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    account: AccountId,
    id: string,
  ): Promise<View | null> {
    const [view] = await this.transactions.rows<View>(
      `${record.table}-by-id`,
      `select ${record.viewColumns} from ${record.table} where account_id = $1 and id = $2`,
      [account, id],
    );
    return view ?? null;
  }

  /** @throws DomainError when there is none. */
  async get<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    account: AccountId,
    id: string,
  ): Promise<View> {
    const view = await this.find(record, account, id);
    if (!view) throw new DomainError(record.errors.not_found);
    return view;
  }

  /** In any order; those that there are not are missing. */
  async findMany<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    account: AccountId,
    ids: readonly string[],
  ): Promise<View[]> {
    return this.transactions.rows<View>(
      `${record.table}-by-ids`,
      `select ${record.viewColumns} from ${record.table} where account_id = $1 and id = any($2::uuid[])`,
      [account, ids],
    );
  }

  /**
   * Locks rows until the end of the transaction, in the order of their ids. Without titles of other records: after a wait for
   * a lock the row is the newest, but what the same statement says of other tables is as old as the statement.
   */
  async lock<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    account: AccountId,
    ids: readonly string[],
  ): Promise<Row[]> {
    return this.transactions.rows<Row>(
      `${record.table}-lock`,
      `select ${record.ownColumns} from ${record.table} where account_id = $1 and id = any($2::uuid[]) order by id for update`,
      [account, ids],
    );
  }

  /** Looks up what records refer to, or would. @param rows fields that are absent or null refer to nothing. */
  async findReferences<Row extends RecordRow>(
    { table, references }: RecordDefinition<Row, object>,
    account: AccountId,
    rows: readonly Partial<Row>[],
  ): Promise<FoundReferences> {
    const idsOf = (to: ReferenceTargetName) => {
      const fields = references.filter((reference) => reference.to === to).map(({ field }) => field as keyof Row);
      return [...new Set(rows.flatMap((row) => fields.flatMap((field) => (row[field] as string | null) ?? [])))];
    };
    const targets = [...new Set(references.map(({ to }) => to))];
    const ids = targets.map(idsOf);
    const found = new Map<string, FoundRow>();
    if (ids.some((some) => some.length > 0)) {
      const parts = targets.map((to, index) => {
        const { table: from, title } = referenceTargets[to];
        const closed = references.find((reference) => reference.to === to && reference.unless)?.unless;
        return `select '${to}' as target, id, ${title} as title, ${closed ?? 'null::timestamptz'} as closed_at
          from ${from} where account_id = $1 and id = any($${index + 2}::uuid[])`;
      });
      const rows = await this.transactions.rows<FoundRow>(`${table}-references`, parts.join(' union all '), [
        account,
        ...ids,
      ]);
      for (const row of rows) found.set(`${row.target} ${row.id}`, row);
    }
    return { find: (to, id) => found.get(`${to} ${id}`) };
  }

  /** In this order. Many travel as one JSON text: the number of parameters does not grow with them (PostgreSQL takes 65,535). */
  async insert<Row extends RecordRow>(
    { table, fields, ownColumns }: RecordDefinition<Row, object>,
    rows: readonly Row[],
  ): Promise<void> {
    const [first, ...others] = rows;
    if (!first) return;
    if (others.length > 0) {
      await this.transactions.rows(
        `${table}-insert-many`,
        `insert into ${table} (${ownColumns}) select ${ownColumns} from json_to_recordset($1::json) as given (${typed(fields)})`,
        [JSON.stringify(rows)],
      );
      return;
    }
    await this.transactions.rows(
      `${table}-insert`,
      `insert into ${table} (${ownColumns}) values (${fields.map((_, index) => `$${index + 1}`).join(', ')})`,
      fields.map((field) => parameterOf(field, first)),
    );
  }

  /** @param rows as they are now. @param difference of the only one: then nothing else is written. */
  async update<Row extends RecordRow>(
    { table, fields }: RecordDefinition<Row, object>,
    account: AccountId,
    changes: readonly { readonly after: Row; readonly difference: Partial<Row> }[],
  ): Promise<void> {
    const [first, ...others] = changes;
    if (!first) return;
    if (others.length > 0) {
      const written = fields.filter(({ name }) => !['id', 'account_id'].includes(name));
      const id = fields.filter(({ name }) => name === 'id');
      await this.transactions.rows(
        `${table}-update-many`,
        `update ${table} set ${written.map(({ name }) => `${name} = given.${name}`).join(', ')}
         from json_to_recordset($2::json) as given (${typed([...id, ...written])})
         where ${table}.account_id = $1 and ${table}.id = given.id`,
        [account, JSON.stringify(changes.map(({ after }) => after))],
      );
      return;
    }
    const changed = fields.filter(({ name }) => name in first.difference || name === 'updated_at');
    // Without a name: there are as many texts as combinations of fields.
    await this.transactions.rows(
      undefined,
      `update ${table} set ${changed.map(({ name }, index) => `${name} = $${index + 3}`).join(', ')}
       where account_id = $1 and id = $2`,
      [account, first.after.id, ...changed.map((field) => parameterOf(field, first.after))],
    );
  }

  /** Links to them become null: the foreign keys see to that. */
  async delete<Row extends RecordRow>(
    { table }: RecordDefinition<Row, object>,
    account: AccountId,
    ids: readonly string[],
  ): Promise<void> {
    await this.transactions.rows(
      `${table}-delete`,
      `delete from ${table} where account_id = $1 and id = any($2::uuid[])`,
      [account, ids],
    );
  }
}

function typed(fields: readonly DeclaredField[]): string {
  return fields.map(({ name, column }) => `${name} ${String(column.type)}${column.array ? '[]' : ''}`).join(', ');
}

/** The driver makes arrays of PostgreSQL out of arrays, and knows no jsonb. */
function parameterOf({ name, column }: DeclaredField, row: object): unknown {
  const value = (row as Readonly<Record<string, unknown>>)[name];
  return column.type === 'jsonb' ? JSON.stringify(value) : value;
}
