import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { anySeparator, escapeFormula } from '../../platform/tables/formula-escaping';
import { errorColumn } from '../../platform/tables/table-layout';
import { ImportErrorsRepository } from './import-errors.repository';
import { ignoredLineView, type ImportRowView, importRowView } from './import-row.view';
import { ImportRowsRepository } from './import-rows.repository';
import { type ImportErrorView, importErrorView } from './import.view';
import type { ListImportRowsInput, ListImportsInput } from './imports.dto';
import { orNotFound } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { ignoredLines } from './rows/ignored-lines';
import { isRowOutcome } from './rows/row-fates';

/** What became of the rows of imports. */
@Injectable()
export class ImportResultsService {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly errors: ImportErrorsRepository,
    private readonly rows: ImportRowsRepository,
    private readonly cursors: CursorCodec,
  ) {}

  async listErrors(
    { account_id }: Caller,
    id: string,
    { limit = defaultPageLimit, cursor }: ListImportsInput,
  ): Promise<Page<ImportErrorView>> {
    const list = new PagedList(this.cursors, `import-errors ${id}`, account_id);
    const after = list.after(cursor);
    const job = orNotFound(await this.repository.find(account_id, id));
    const rows = await this.errors.list(job, after, limit);
    return list.pageBy(rows, limit, (error) => ({ at: error.row_number, id: error.id }), importErrorView);
  }

  /** The refused rows, to be corrected and imported again: the columns of the file, and one for the reasons. */
  async errorsFile({ account_id }: Caller, id: string): Promise<Readable> {
    const job = orNotFound(await this.repository.find(account_id, id));
    // Spreadsheets recognise UTF-8 by the byte order mark.
    const lines = stringify({ bom: true, quoted_match: anySeparator });
    const headers = job.shape?.headers ?? [];
    const ownHeaders = headers.filter((header) => header !== errorColumn);
    const rows = async function* (this: ImportResultsService) {
      if (headers.length > 0) yield [...ownHeaders.map(escapeFormula), errorColumn];
      for (let after = 0, isMore = true; isMore;) {
        const some = await this.errors.listRows(job, after);
        for (const { row_number, cells, messages } of some) {
          const own = headers
            .map((_, index) => cells[index] ?? '')
            .filter((_, index) => headers[index] !== errorColumn);
          const surplus = cells.slice(headers.length);
          yield [...own, messages.join('; '), ...surplus].map(escapeFormula);
          after = row_number;
        }
        isMore = some.length > 0;
      }
    };
    const source = Readable.from(rows.call(this), { objectMode: true });
    return source.on('error', (error) => lines.destroy(error)).pipe(lines);
  }

  /** Lines that are no rows come first. */
  async listRows(
    { account_id }: Caller,
    id: string,
    { outcome, warnings = false, limit = defaultPageLimit, cursor }: ListImportRowsInput,
  ): Promise<Page<ImportRowView>> {
    const list = new PagedList(this.cursors, `import-rows ${id}`, account_id);
    const after = list.after(cursor)?.at ?? null;
    const job = orNotFound(await this.repository.find(account_id, id));
    const withIgnored = !warnings && (outcome === undefined || outcome.includes('ignored'));
    const ignored = (withIgnored ? ignoredLines(job.shape ?? {}) : []).filter(
      ({ position }) => after === null || position > after,
    );
    const outcomes = outcome?.filter(isRowOutcome);
    const left = limit - ignored.length;
    const fates = left < 0 ? [] : await this.rows.list(job, { outcomes, warnings }, Math.max(after ?? 0, 0), left);
    const refused = fates.flatMap((fate) => (fate.outcome === 'failed' ? [fate.row] : []));
    const faults = await this.errors.findOfRows(job, refused);
    const faultsOf = (row: number) => faults.filter(({ row_number }) => row_number === row);
    const views = [
      ...ignored.map(({ position, message }) => ({ position, view: ignoredLineView(message) })),
      ...fates.map((fate) => ({ position: fate.row, view: importRowView(fate, faultsOf(fate.row)) })),
    ];
    return list.pageBy(
      views,
      limit,
      ({ position }) => ({ at: position, id }),
      ({ view }) => view,
    );
  }
}
