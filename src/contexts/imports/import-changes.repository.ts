import { Injectable } from '@nestjs/common';
import type { ImportableEntity } from '../../kernel/record-kinds';
import { Transactions } from '../../platform/database/transactions';
import { distinctImports } from './loose-index-scan';
import { endStatuses, type Import } from './import.entity';
import type { BatchChanges } from './rows/batch-changes';

type Owned = Pick<Import, 'account_id' | 'id'>;

/** A row as JSON from the database, with times as texts. */
interface StoredChanges {
  readonly number: number;
  readonly entity: ImportableEntity;
  readonly created_ids: readonly string[];
  /** As texts, because the driver does not parse arrays of bigint. */
  readonly created_rows: readonly string[];
  readonly updated: readonly {
    readonly id: string;
    readonly row: number;
    readonly before: object;
    readonly was: string;
    readonly at: string;
  }[];
}

export interface KeptChanges extends BatchChanges {
  /** Numbers batches in their order. */
  readonly number: number;
}

/** The only statements on `import_changes`. */
@Injectable()
export class ImportChangesRepository {
  constructor(private readonly transactions: Transactions) {}

  async insert({ account_id, id }: Owned, { entity, created, updated }: BatchChanges): Promise<void> {
    if (created.length + updated.length === 0) return;
    await this.transactions.rows(
      'import-changes-insert',
      `insert into import_changes (account_id, import_id, entity, created_ids, created_rows, updated, restored_ids)
       values ($1, $2, $3, $4, $5, $6, '{}')`,
      [
        account_id,
        id,
        entity,
        created.map((record) => record.id),
        created.map(({ row }) => row),
        JSON.stringify(updated),
      ],
    );
  }

  async countNotUndone({ account_id, id }: Owned): Promise<number> {
    const [counted] = await this.transactions.rows<{ count: number }>(
      'import-changes-count',
      'select count(*) from import_changes where account_id = $1 and import_id = $2 and undone_at is null',
      [account_id, id],
    );
    return counted!.count;
  }

  /** Finds the last batch that is not undone. */
  async findLast({ account_id, id }: Owned): Promise<KeptChanges | null> {
    const [stored] = await this.transactions.rows<StoredChanges>(
      'import-changes-last',
      `select number, entity, created_ids, created_rows, updated from import_changes
       where account_id = $1 and import_id = $2 and undone_at is null order by number desc limit 1 for update`,
      [account_id, id],
    );
    if (!stored) return null;
    return {
      number: stored.number,
      entity: stored.entity,
      created: stored.created_ids.map((created, index) => ({ id: created, row: Number(stored.created_rows[index]) })),
      updated: stored.updated.map(({ was, at, before, ...change }) => ({
        ...change,
        before: { ...before },
        was: new Date(was),
        at: new Date(at),
      })),
    };
  }

  /**
   * @param records whose `updated_at` differs from the one that a change left, with both times.
   * @returns those that only this import changed next, in a batch that is undone, and that nobody else has changed
   * since.
   */
  async findRestored(
    { account_id, id }: Owned,
    records: readonly { readonly id: string; readonly present: Date; readonly left: Date }[],
  ): Promise<Set<string>> {
    const rows = await this.transactions.rows<{ id: string }>(
      'import-changes-restored',
      `with done as materialized (
         select changes.undone_at, change.id, change.at, change.was from import_changes as changes
         cross join lateral json_to_recordset(changes.updated) as change (id uuid, at timestamptz, was timestamptz)
         where account_id = $1 and import_id = $2 and undone_at is not null
           and change.id = any ($3::uuid[]) and change.id = any (changes.restored_ids)
       )
       select distinct asked.id from unnest($3::uuid[], $4::timestamptz[], $5::timestamptz[]) as asked (id, present, left_at)
       join done on done.id = asked.id and done.was = asked.left_at
       where done.undone_at = asked.present
         or exists (select from done as other where other.id = asked.id and other.at = asked.present)`,
      [
        account_id,
        id,
        records.map((record) => record.id),
        records.map(({ present }) => present),
        records.map(({ left }) => left),
      ],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** @returns those of these records that the import made, in batches that are not undone. */
  async findCreated({ account_id, id }: Owned, recordIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.transactions.rows<{ record_id: string }>(
      'import-changes-created',
      `with made as materialized (
         select unnest(created_ids) as record_id from import_changes
         where account_id = $1 and import_id = $2 and undone_at is null
       )
       select record_id from made where record_id = any($3::uuid[])`,
      [account_id, id, recordIds],
    );
    return new Set(rows.map(({ record_id }) => record_id));
  }

  async markUndone(owner: Owned, number: number, at: Date, restoredIds: readonly string[]): Promise<void> {
    await this.transactions.rows(
      'import-changes-mark-undone',
      `update import_changes set undone_at = $4, restored_ids = $5 where account_id = $1 and import_id = $2 and number = $3`,
      [owner.account_id, owner.id, number, at, restoredIds],
    );
  }

  /** Removes the changes of imports that can no longer be undone. @returns the number of rows removed. */
  async removeOld(now: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'import-changes-remove-old',
      `${distinctImports('import_changes')}
       delete from import_changes where ctid = any (array(
         select import_changes.ctid from held
         join imports on imports.account_id = held.account_id and imports.id = held.import_id
         join import_changes on import_changes.import_id = held.import_id
         where imports.status in ('${endStatuses.join("', '")}') and imports.undo_until <= $1 limit $2
       ))
       returning 1 as removed`,
      [now, limit],
    );
    return removed.length;
  }
}
