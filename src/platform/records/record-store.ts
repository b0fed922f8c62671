import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import { DomainError } from '../../kernel/domain-error';
import { maxDryRunRows, Transactions } from '../database/transactions';
import type { Where } from '../database/where';
import type { DeclaredField } from './declared-fields';
import { externalIdsOf, type FoundExternalIds, type WantedExternalId } from './external-ids';
import type { FoundReferences, FoundTargets, RecordDefinition } from './record-definition';
import type { RecordRow } from './record-row';
import type { ReferenceTargetName } from './reference-targets';

interface FoundRow {
  readonly target: ReferenceTargetName;
  readonly id: string;
  readonly title: string;
  readonly closed_at: Date | null;
}

/** What each change writes beside the fields that it changes. */
const everChanged: readonly string[] = ['updated_at', 'version', 'field_versions'] satisfies (keyof RecordRow)[];

const noExternalIds: FoundExternalIds = { idOf: () => undefined };
const noReferences: FoundReferences = { find: () => undefined };

/** Reads and writes records of every kind (`RecordStatements` has the SQL). Every method takes the account. */
@Injectable()
export class RecordStore {
  constructor(private readonly transactions: Transactions) {}

  /** @returns a page of a list, newest first, and one row more than the limit if there are more. */
  async list<Row extends RecordRow, View extends object>(
    { table, statements }: RecordDefinition<Row, View>,
    where: Where,
    limit: number,
  ): Promise<View[]> {
    return this.transactions.answers<View>(
      where.name(`${table}-list`),
      `select ${statements.answerColumns} from ${table}
       where ${where.text} order by created_at desc, id desc limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  async find<Row extends RecordRow, View extends object>(
    { statements: { find } }: RecordDefinition<Row, View>,
    account: AccountId,
    id: string,
  ): Promise<View | null> {
    const [view] = await this.transactions.answers<View>(find.name, find.text, [account, id]);
    return view ?? null;
  }

  /** @throws DomainError if the record does not exist. */
  async get<Row extends RecordRow, View extends object>(
    record: RecordDefinition<Row, View>,
    account: AccountId,
    id: string,
  ): Promise<View> {
    const view = await this.find(record, account, id);
    if (!view) throw new DomainError(record.errors.not_found);
    return view;
  }

  /** In no order; missing records are left out. */
  async findMany<Row extends RecordRow, View extends object>(
    { statements: { findMany } }: RecordDefinition<Row, View>,
    account: AccountId,
    ids: readonly string[],
  ): Promise<View[]> {
    return this.transactions.answers<View>(findMany.name, findMany.text, [account, ids]);
  }

  /**
   * Locks rows until the end of the transaction. Selects no titles: after a wait for the lock the row is the newest,
   * but other tables are read as of the start of the statement.
   */
  async lock<Row extends RecordRow>(
    { statements: { lock } }: RecordDefinition<Row, object>,
    account: AccountId,
    ids: readonly string[],
  ): Promise<Row[]> {
    return this.transactions.rows<Row>(lock.name, lock.text, [account, ids]);
  }

  /**
   * Looks up the records that rows refer to, and those that have the external ids that rows get.
   *
   * @param rows absent and null fields refer to nothing. @param set what rows newly get.
   */
  async findReferences<Row extends RecordRow>(
    record: RecordDefinition<Row, object>,
    account: AccountId,
    rows: readonly Partial<Row>[],
    set: readonly Partial<Row>[] = [],
  ): Promise<FoundTargets> {
    const wanted = externalIdsOf(record.kind, set);
    if (wanted.length === 0) return { ...(await this.findReferred(record, account, rows)), external: noExternalIds };
    const [referred, external] = await this.transactions.pipelined(
      this.findReferred(record, account, rows),
      this.findByExternalIds(record, account, wanted),
    );
    return { ...referred, external };
  }

  /** Looks up records by external ids: of the record's own kind, or of one that it may refer to so. */
  async findByExternalIds<Row extends RecordRow>(
    { statements: { externalIds, identified } }: RecordDefinition<Row, object>,
    account: AccountId,
    wanted: readonly WantedExternalId[],
  ): Promise<FoundExternalIds> {
    if (wanted.length === 0) return noExternalIds;
    const ids = identified.map((of) => wanted.flatMap(({ kind, external_id }) => (kind === of ? [external_id] : [])));
    const found = await this.transactions.rows<WantedExternalId & { readonly id: string }>(
      externalIds.name,
      externalIds.text,
      [account, ...ids],
    );
    const byId = new Map(found.map(({ kind, external_id, id }) => [`${kind} ${external_id}`, id]));
    return { idOf: (kind, external_id) => byId.get(`${kind} ${external_id}`) };
  }

  private async findReferred<Row extends RecordRow>(
    { references, statements }: RecordDefinition<Row, object>,
    account: AccountId,
    rows: readonly Partial<Row>[],
  ): Promise<FoundReferences> {
    const ids = new Map(statements.referenced.map((to) => [to, new Set<string>()]));
    let isNothing = true;
    for (const { field, to } of references) {
      for (const row of rows) {
        const id = row[field as keyof Row] as string | null | undefined;
        if (!id) continue;
        ids.get(to)!.add(id);
        isNothing = false;
      }
    }
    if (isNothing) return noReferences;
    const { name, text } = statements.references;
    const found = await this.transactions.rows<FoundRow>(name, text, [
      account,
      ...[...ids.values()].map((some) => [...some]),
    ]);
    const byId = new Map(found.map((row) => [`${row.target} ${row.id}`, row]));
    return { find: (to, id) => byId.get(`${to} ${id}`) };
  }

  /** In this order. */
  async insert<Row extends RecordRow>(
    { fields, statements: { insert, insertMany } }: RecordDefinition<Row, object>,
    account: AccountId,
    rows: readonly Row[],
  ): Promise<void> {
    if (rows.some(({ account_id }) => account_id !== account)) throw new Error('A record is of another account.');
    const [first, ...others] = rows;
    if (!first) return;
    if (others.length > 0) {
      await this.transactions.rows(insertMany.name, insertMany.text, [JSON.stringify(rows)]);
    } else {
      await this.transactions.rows(
        insert.name,
        insert.text,
        fields.map((field) => parameterOf(field, first)),
      );
    }
  }

  /** @param changes rows after the change. For a single row only the changed fields are written. */
  async update<Row extends RecordRow>(
    { fields, statements }: RecordDefinition<Row, object>,
    account: AccountId,
    changes: readonly { readonly after: Row; readonly difference: Partial<Row> }[],
  ): Promise<void> {
    const [first, ...others] = changes;
    if (!first) return;
    if (others.length > 0) {
      const rows = changes.map(({ after }) => after);
      const ids = rows.map(({ id }) => id);
      const { name, text } = statements.updateMany;
      await this.transactions.rows(name, text, [account, JSON.stringify(rows), ids]);
    } else {
      const { after, difference } = first;
      const changed = fields.filter(({ name }) => name in difference || everChanged.includes(name));
      const values = changed.map((field) => parameterOf(field, after));
      await this.transactions.rows(undefined, statements.update(changed), [account, after.id, ...values]);
    }
  }

  /** The foreign keys set links to the records to null. A dry run does not, if there are too many links. */
  async delete<Row extends RecordRow>(
    { isReferredTo, statements }: RecordDefinition<Row, object>,
    account: AccountId,
    ids: readonly string[],
  ): Promise<void> {
    if (isReferredTo && this.transactions.isDryRun) {
      const { name, text } = statements.countLinks;
      const [links] = await this.transactions.rows<{ count: number }>(name, text, [account, ids, maxDryRunRows + 1]);
      if (links!.count > maxDryRunRows) return;
    }
    await this.transactions.rows(statements.delete.name, statements.delete.text, [account, ids]);
  }
}

/** The driver writes arrays as PostgreSQL arrays and does not know jsonb. */
function parameterOf({ name, column }: DeclaredField, row: object): unknown {
  const value = (row as Readonly<Record<string, unknown>>)[name];
  return column.type === 'jsonb' ? JSON.stringify(value) : value;
}
