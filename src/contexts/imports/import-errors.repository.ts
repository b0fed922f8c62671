import { Injectable } from '@nestjs/common';
import type { Position } from '../../kernel/cursor';
import { newId } from '../../platform/database/ids';
import { insertMany } from '../../platform/database/many';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import { ImportError } from './import-error.entity';
import type { Import } from './import.entity';

type Owned = Pick<Import, 'account_id' | 'id'>;

/** What is wrong with one cell, or with a row as a whole. */
export interface Fault {
  readonly column: string | null;
  readonly field: string | null;
  readonly value: string;
  readonly message: string;
}

export interface RowFaults {
  readonly row: number;
  readonly faults: readonly Fault[];
  /** The whole row, when it was refused; null for what an undoing left alone. */
  readonly cells: readonly string[] | null;
}

/** In code units; more of a cell helps nobody to find it. */
const shownOfValue = 1_000;
/** PostgreSQL has no NUL in a text. */
const readable = (text: string) => text.slice(0, shownOfValue).replaceAll('\0', '␀').toWellFormed();

/** The only SQL on `import_errors`. */
@Injectable()
export class ImportErrorsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** In the order of the rows; one more than the limit when there are more. */
  async list({ account_id, id }: Owned, after: Position | null, limit: number): Promise<ImportError[]> {
    const where = new Where()
      .and('account_id = ?', account_id)
      .and('import_id = ?', id)
      .andIf(after, '(row_number, id) > (?::bigint, ?::uuid)', after?.at, after?.id);
    return this.transactions.rows<ImportError>(
      where.name('import-errors-list'),
      `select id, account_id, import_id, row_number, is_conflict, column_name, field, value, message, null as cells
       from import_errors where ${where.text} order by row_number, id limit ${where.value(limit + 1)}`,
      where.values,
    );
  }

  /** Refused rows behind this one, with everything that was wrong with each. */
  async listRows({ account_id, id }: Owned, afterRow: number, limit: number) {
    return this.transactions.rows<{ row_number: number; cells: string[]; messages: string[] }>(
      'import-errors-rows',
      `select refused.row_number, refused.cells, array(
         select message from import_errors
         where account_id = $1 and import_id = $2 and row_number = refused.row_number and not is_conflict order by id
       ) as messages
       from import_errors as refused
       where account_id = $1 and import_id = $2 and row_number > $3 and cells is not null
       order by row_number limit $4`,
      [account_id, id, afterRow, limit],
    );
  }

  async insert({ account_id, id }: Owned, rows: readonly RowFaults[], isConflict: boolean): Promise<void> {
    const errors = rows.flatMap(({ row, faults, cells }) =>
      faults.map(({ column, field, value, message }, index): ImportError => ({
        id: newId(),
        account_id,
        import_id: id,
        row_number: row,
        is_conflict: isConflict,
        column_name: column === null ? null : readable(column),
        field,
        value: readable(value),
        message: readable(message),
        cells: index === 0 ? cells : null,
      })),
    );
    await insertMany(this.transactions, ImportError, errors);
  }

  async removeAll({ account_id, id }: Owned): Promise<void> {
    await this.transactions.rows(
      'import-errors-remove-all',
      'delete from import_errors where account_id = $1 and import_id = $2',
      [account_id, id],
    );
  }

  /** Of imports that ended before this moment. @returns how many were removed. */
  async removeOld(before: Date, limit: number): Promise<number> {
    const removed = await this.transactions.rows(
      'import-errors-remove-old',
      `delete from import_errors where (import_id, row_number, id) in (
         select import_errors.import_id, row_number, import_errors.id
         from import_errors join imports on imports.id = import_errors.import_id
         where imports.finished_at < $1 limit $2
       )
       returning 1 as removed`,
      [before, limit],
    );
    return removed.length;
  }
}
