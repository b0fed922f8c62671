import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { readableFault } from './import-errors.repository';
import type { Import } from './import.entity';
import { distinctImports } from './loose-index-scan';
import type { Fault } from './rows/row-faults';
import { rangesOf, type RowFate, type RowOutcome } from './rows/row-fates';

type Owned = Pick<Import, 'account_id' | 'id'>;

export interface RowsFilter {
  readonly outcomes?: readonly RowOutcome[] | undefined;
  /** Only rows that were not refused, and about which there is something to tell. */
  readonly warnings?: boolean | undefined;
}

/** The rows of a range, which is in the table as one row. */
interface StoredRows {
  readonly first_row: number;
  readonly last_row: number;
  readonly outcome: RowOutcome;
  readonly record_ids: readonly (string | null)[];
  readonly messages: readonly Fault[] | null;
}

/** The only statements on `import_rows`. */
@Injectable()
export class ImportRowsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** @returns rows after this one, in the order of the file; at most one more than the limit. */
  async list({ account_id, id }: Owned, filter: RowsFilter, after: number, limit: number): Promise<RowFate[]> {
    const where = Where.of(account_id).and('import_id = ?', id);
    const begin = `${where.value(after)}::bigint`;
    where
      .and(`last_row > ${begin}`)
      .andIf(filter.outcomes, 'outcome = any (?::text[])', filter.outcomes)
      .andIf(filter.warnings, 'messages is not null');
    const enough = `${where.value(limit + 1)}::bigint`;
    // No more ranges than it takes: each may have hundreds of ids.
    const ranges = await this.transactions.rows<StoredRows>(
      where.name('import-rows-list'),
      `select first_row, last_row, outcome, record_ids, messages from (
         select *, sum(rows) over (order by last_row) - rows as rows_before from (
           select *, last_row - greatest(first_row, ${begin} + 1) + 1 as rows
           from import_rows where ${where.text} order by last_row limit ${enough}
         ) as next
       ) as counted
       where rows_before < ${enough} order by last_row`,
      where.values,
    );
    return ranges
      .flatMap(fatesOf)
      .filter(({ row }) => row > after)
      .slice(0, limit + 1);
  }

  /** @param fates of rows that follow each other. */
  async insert({ account_id, id }: Owned, fates: readonly RowFate[]): Promise<void> {
    const [first] = fates;
    if (!first) return;
    const ranges = rangesOf(fates);
    // Sends the messages as texts that are JSON. Inside other JSON PostgreSQL would read the escapes.
    await this.transactions.rows(
      'import-rows-insert',
      `insert into import_rows (account_id, import_id, first_row, last_row, outcome, record_ids, messages)
       select $1, $2, first_row, last_row, outcome, ($3::uuid[])[first_row - $4::bigint + 1 : last_row - $4::bigint + 1], messages::json
       from unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[]) as found (first_row, last_row, outcome, messages)`,
      [
        account_id,
        id,
        fates.map(({ record_id }) => record_id),
        first.row,
        ranges.map((range) => range.first),
        ranges.map((range) => range.last),
        ranges.map(({ outcome }) => outcome),
        ranges.map(({ messages }) => (messages.length > 0 ? JSON.stringify(messages.map(readableFault)) : null)),
      ],
    );
  }

  async removeAll({ account_id, id }: Owned): Promise<void> {
    await this.transactions.rows(
      'import-rows-remove-all',
      'delete from import_rows where account_id = $1 and import_id = $2',
      [account_id, id],
    );
  }

  /** Removes rows of imports that ended before this time. @returns the number of rows removed. */
  async removeOld(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'import-rows-remove-old',
      `${distinctImports('import_rows')}
       delete from import_rows where ctid = any (array(
         select import_rows.ctid from held
         join imports on imports.account_id = held.account_id and imports.id = held.import_id
         join import_rows on import_rows.import_id = held.import_id
         where imports.finished_at < $1 limit $2
       ))
       returning 1 as removed`,
      [before, limit],
    );
    return removed.length;
  }
}

function fatesOf({ first_row, last_row, outcome, record_ids, messages }: StoredRows): RowFate[] {
  return Array.from({ length: last_row - first_row + 1 }, (_, index) => ({
    row: first_row + index,
    outcome,
    record_id: record_ids[index] ?? null,
    messages: [...(messages ?? [])],
  }));
}
