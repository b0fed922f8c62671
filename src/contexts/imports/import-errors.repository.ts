import { Injectable } from '@nestjs/common';
import type { Position } from '../../kernel/cursor';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { distinctImports } from './loose-index-scan';
import type { ImportError } from './import-error.entity';
import type { Import } from './import.entity';
import type { Fault, RowFaults } from './rows/row-faults';

type Owned = Pick<Import, 'account_id' | 'id'>;

/** Maximum length of a cell in an error, in code units. More does not help to find the cell. */
const maxValueLength = 1_000;
/** Maximum number of bytes that one read for `errors.csv` brings into memory: 4 MiB. */
const maxBatchBytes = 4 * 1_048_576;
const maxBatchRows = 500;
/** A text of PostgreSQL cannot have NUL. */
const readable = (text: string) => text.slice(0, maxValueLength).replaceAll('\0', '␀').toWellFormed();

/** @returns the fault as it can be stored. */
export function readableFault({ column, field, value, message }: Fault): Fault {
  return { column: column && readable(column), field, value: readable(value), message: readable(message) };
}

/** The only statements on `import_errors`. */
@Injectable()
export class ImportErrorsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** In the order of the rows. Returns one row more than the limit if there are more. */
  async list({ account_id, id }: Owned, after: Position | null, limit: number): Promise<ImportError[]> {
    const where = Where.of(account_id)
      .and('import_id = ?', id)
      .andIf(after, '(row_number, id) > (?::bigint, ?::uuid)', after?.at, after?.id);
    return this.transactions.rows<ImportError>(
      where.name('import-errors-list'),
      `select id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, null as cells
       from import_errors where ${where.text} order by row_number, id limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  /**
   * Finds refused rows after this one, each with all its errors. Returns as many as fit into memory, but at least one.
   */
  async listRows({ account_id, id }: Owned, afterRow: number) {
    return this.transactions.rows<{ row_number: number; cells: string[]; messages: string[] }>(
      'import-errors-rows',
      `select refused.row_number, refused.cells, array(
         select message from import_errors
         where account_id = $1 and import_id = $2 and row_number = refused.row_number and not is_conflict order by id
       ) as messages
       from (
         select row_number, cells, sum(octet_length(cells::text)) over (order by row_number) as size,
           row_number() over (order by row_number) as place
         from (
           select row_number, cells from import_errors
           where account_id = $1 and import_id = $2 and row_number > $3 and cells is not null order by row_number limit $4
         ) as next
       ) as refused
       where size < $5 or place = 1 order by row_number`,
      [account_id, id, afterRow, maxBatchRows, maxBatchBytes],
    );
  }

  /** @returns what was wrong with these rows, in their order. */
  async findOfRows({ account_id, id }: Owned, rows: readonly number[]): Promise<ImportError[]> {
    if (rows.length === 0) return [];
    return this.transactions.rows<ImportError>(
      'import-errors-of-rows',
      `select id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, null as cells
       from import_errors
       where account_id = $1 and import_id = $2 and row_number = any ($3::bigint[]) and not is_conflict
       order by row_number, id`,
      [account_id, id, rows],
    );
  }

  /** @returns those of these records that the undo has already reported. */
  async findConflicts({ account_id, id }: Owned, recordIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.transactions.rows<{ value: string }>(
      'import-errors-conflicts',
      `select value from import_errors
       where account_id = $1 and import_id = $2 and is_conflict and value = any($3::text[])`,
      [account_id, id, recordIds],
    );
    return new Set(rows.map(({ value }) => value));
  }

  async insert({ account_id, id }: Owned, rows: readonly RowFaults[], isConflict: boolean): Promise<void> {
    const errors = rows.flatMap(({ row, faults, cells }) =>
      faults.map((fault, index) => ({
        ...readableFault(fault),
        row,
        cells: index === 0 && cells ? JSON.stringify(cells) : null,
      })),
    );
    if (errors.length === 0) return;
    // Sends the cells as a text that is JSON. Inside other JSON PostgreSQL would read the escapes, and refuse a NUL.
    await this.transactions.rows(
      'import-errors-insert',
      `insert into import_errors (id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, cells)
       select id, $1, $2, row_number, $3, column_name, field, value, message, cells::json
       from unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
         as found (id, row_number, column_name, field, value, message, cells)`,
      [
        account_id,
        id,
        isConflict,
        errors.map(() => newId()),
        errors.map(({ row }) => row),
        errors.map(({ column }) => column),
        errors.map(({ field }) => field),
        errors.map(({ value }) => value),
        errors.map(({ message }) => message),
        errors.map(({ cells }) => cells),
      ],
    );
  }

  async removeAll({ account_id, id }: Owned): Promise<void> {
    await this.transactions.rows(
      'import-errors-remove-all',
      'delete from import_errors where account_id = $1 and import_id = $2',
      [account_id, id],
    );
  }

  /** Removes errors of imports that ended before this time. @returns the number of rows removed. */
  async removeOld(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'import-errors-remove-old',
      `${distinctImports('import_errors')}
       delete from import_errors where ctid = any (array(
         select import_errors.ctid from held
         join imports on imports.account_id = held.account_id and imports.id = held.import_id
         join import_errors on import_errors.import_id = held.import_id
         where imports.finished_at < $1 limit $2
       ))
       returning 1 as removed`,
      [before, limit],
    );
    return removed.length;
  }
}
