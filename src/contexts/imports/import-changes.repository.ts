import { Injectable } from '@nestjs/common';
import type { ChangedRecord } from '../../kernel/bulk';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import type { Import } from './import.entity';
import type { RecordKeys } from './known-records';

type Owned = Pick<Import, 'account_id' | 'id'>;

export type ImportedEntity = 'contact' | 'company' | 'source';

/** What a batch did to one kind of record. */
export interface BatchChanges {
  readonly entity: ImportedEntity;
  readonly created: readonly { readonly id: string; readonly row: number }[];
  readonly updated: readonly (ChangedRecord & { readonly row: number })[];
}

/** As it comes back from the database, where moments became texts. */
interface StoredChanges {
  readonly id: string;
  readonly entity: ImportedEntity;
  readonly created_ids: readonly string[];
  /** As texts: the driver reads no arrays of bigint. */
  readonly created_rows: readonly string[];
  readonly updated: readonly {
    readonly id: string;
    readonly row: number;
    readonly before: object;
    readonly at: string;
  }[];
}

export interface KeptChanges extends BatchChanges {
  readonly id: string;
}

/** The only SQL on `import_changes` and `import_rehearsals`. */
@Injectable()
export class ImportChangesRepository {
  constructor(private readonly transactions: Transactions) {}

  async insert({ account_id, id }: Owned, { entity, created, updated }: BatchChanges): Promise<void> {
    if (created.length + updated.length === 0) return;
    await this.transactions.rows(
      'import-changes-insert',
      `insert into import_changes (id, account_id, import_id, entity, created_ids, created_rows, updated, restored_ids)
       values ($1, $2, $3, $4, $5, $6, $7, '{}')`,
      [
        newId(),
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

  /** The last one that is not undone yet. Ids are in the order of their making. */
  async findLast({ account_id, id }: Owned): Promise<KeptChanges | null> {
    const [stored] = await this.transactions.rows<StoredChanges>(
      'import-changes-last',
      `select id, entity, created_ids, created_rows, updated from import_changes
       where account_id = $1 and import_id = $2 and undone_at is null order by id desc limit 1 for update`,
      [account_id, id],
    );
    if (!stored) return null;
    return {
      id: stored.id,
      entity: stored.entity,
      created: stored.created_ids.map((created, index) => ({ id: created, row: Number(stored.created_rows[index]) })),
      updated: stored.updated.map(({ at, before, ...change }) => ({
        ...change,
        before: { ...before },
        at: new Date(at),
      })),
    };
  }

  /**
   * @param records by id, with their `updated_at`.
   * @returns those that have it from the undoing of this import, or that this undoing found with it and had nothing to change.
   */
  async findRestored({ account_id, id }: Owned, records: ReadonlyMap<string, Date>): Promise<Set<string>> {
    const rows = await this.transactions.rows<{ record_id: string }>(
      'import-changes-restored',
      `select record_id from unnest($3::uuid[], $4::timestamptz[]) as asked (record_id, at)
       where exists (
         select from import_changes where account_id = $1 and import_id = $2 and record_id = any (restored_ids) and (
           undone_at = at or exists (
             select from json_to_recordset(updated) as change (id uuid, at timestamptz)
             where change.id = record_id and change.at = asked.at
           )
         )
       )`,
      [account_id, id, [...records.keys()], [...records.values()]],
    );
    return new Set(rows.map(({ record_id }) => record_id));
  }

  async markUndone(owner: Owned, changesId: string, at: Date, restoredIds: readonly string[]): Promise<void> {
    await this.transactions.rows(
      'import-changes-mark-undone',
      `update import_changes set undone_at = $4, restored_ids = $5 where account_id = $1 and import_id = $2 and id = $3`,
      [owner.account_id, owner.id, changesId, at, restoredIds],
    );
  }

  /** What nobody can undo any more. @returns how many were removed. */
  async removeOld(now: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'import-changes-remove-old',
      `delete from import_changes where (import_id, id) in (
         select import_changes.import_id, import_changes.id
         from import_changes join imports on imports.id = import_changes.import_id
         where imports.status in ('completed', 'failed', 'cancelled', 'undone') and imports.undo_until <= $1 limit $2
       )
       returning 1 as removed`,
      [now, limit],
    );
    return removed.length;
  }

  /** Records that the dry run would have made or changed: by these keys, or with these ids. In the order of their making. */
  async findRehearsed(
    { account_id, id }: Owned,
    names: readonly string[],
    domains: readonly string[],
    ids: readonly string[],
  ): Promise<RecordKeys[]> {
    const where = 'from import_rehearsals where account_id = $1 and import_id = $2';
    return this.transactions.rows<RecordKeys>(
      'import-rehearsals-find',
      `select id, name_key as name, domain_key as domain ${where} and name_key <> '' and name_key = any($3::text[])
       union select id, name_key, domain_key ${where} and domain_key <> '' and domain_key = any($4::text[])
       union select id, name_key, domain_key ${where} and id = any($5::uuid[])
       order by id`,
      [account_id, id, names, domains, ids],
    );
  }

  async rehearse({ account_id, id }: Owned, records: readonly RecordKeys[]): Promise<void> {
    await this.transactions.rows(
      'import-rehearsals-keep',
      `insert into import_rehearsals (id, account_id, import_id, name_key, domain_key)
       select id, $1, $2, name_key, domain_key from unnest($3::uuid[], $4::text[], $5::text[]) as made (id, name_key, domain_key)
       on conflict on constraint import_rehearsals_pkey
       do update set name_key = excluded.name_key, domain_key = excluded.domain_key`,
      [
        account_id,
        id,
        records.map((each) => each.id),
        records.map(({ name }) => name),
        records.map(({ domain }) => domain),
      ],
    );
  }

  async forgetRehearsal({ account_id, id }: Owned): Promise<void> {
    await this.transactions.rows(
      'import-rehearsals-forget',
      'delete from import_rehearsals where account_id = $1 and import_id = $2',
      [account_id, id],
    );
  }
}
