import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { WorkQueues } from '../../platform/queue/work-queues';
import { Importables } from '../../platform/records/importables';
import { anySeparator, escapeFormula } from '../../platform/tables/formula-escaping';
import { errorColumn } from '../../platform/tables/table-layout';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportFilesService } from './import-files.service';
import { assertMayBe, type Import, importSteps } from './import.entity';
import {
  type CreatedImportView,
  type ImportErrorView,
  importErrorView,
  type ImportView,
  importView,
  type UploadedImportView,
} from './import.view';
import type { CompleteUploadInput, ConfirmImportInput, CreateImportInput, ListImportsInput } from './imports.dto';
import { importsErrors, stateError } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { readMapping } from './rows/column-mapping';
import { suggestMapping } from './rows/suggest-mapping';
import { DryRunKeysRepository } from './rows/dry-run-keys.repository';
import { ImportFields } from './rows/import-fields';
import { UploadUrls } from './upload-url';

/**
 * Maximum number of open imports of an account; each may have a file of half a gigabyte. Requests at the same moment
 * may exceed it by one or two.
 */
const maxOpenImports = 100;

/** The jobs: what is asked of them. The work is done in the background, by `import-worker.ts`. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly errors: ImportErrorsRepository,
    private readonly changes: ImportChangesRepository,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly importables: Importables,
    private readonly fields: ImportFields,
    private readonly urls: UploadUrls,
    private readonly queues: WorkQueues,
    private readonly transactions: Transactions,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async create(
    caller: Caller,
    { model_type, file_name, content_type = '' }: CreateImportInput,
  ): Promise<CreatedImportView> {
    const now = this.clock.now();
    const job: Import = {
      ...importSteps.begin(now),
      id: newId(),
      account_id: caller.account_id,
      created_by: authorOf(caller),
      app_id: caller.kind === 'app' ? caller.app_id : null,
      model_type,
      file_name,
      content_type,
    };
    await this.transactions.run(async () => {
      if ((await this.repository.countOpen(caller.account_id)) >= maxOpenImports) {
        throw stateError(
          `An account has at most ${maxOpenImports} imports that are not at their end. Cancel one, or wait.`,
        );
      }
      await this.repository.insert(job);
    });
    return { job: importView(job, now), upload_url: this.urls.make(job.id, now) };
  }

  /** Before the confirmation it may be called again, with other options too. */
  async completeUpload(
    { account_id }: Caller,
    id: string,
    { has_header, header_row }: CompleteUploadInput,
  ): Promise<UploadedImportView> {
    const job = orNotFound(await this.repository.find(account_id, id));
    assertMayBe('previewed', job, this.clock.now());
    const { shape, sample_rows, total_rows } = await this.files.inspect(job, { has_header, header_row });
    const now = this.clock.now();
    const changes = await this.transactions.run(async () => {
      const locked = orNotFound(await this.repository.findForUpdate(account_id, id));
      const previewed = importSteps.preview(locked, { shape, total_rows }, now);
      if (locked.upload_id !== job.upload_id) throw stateError('Another file was uploaded in the meantime. Try again.');
      await this.repository.update(account_id, id, previewed);
      return previewed;
    });
    const kind = this.importables.of(job.model_type);
    const fields = await this.fields.of(kind, account_id);
    const own = fields.filter(({ target }) => target === 'custom');
    return {
      job: importView({ ...job, ...changes }, now),
      preview: {
        encoding: shape.encoding,
        delimiter: shape.delimiter,
        header_row: shape.header_line,
        skipped_lines: shape.skipped_lines,
        ignored_rows: shape.ignored_rows,
        headers: shape.headers,
        sample_rows,
        total_rows,
        suggested_mapping: Object.fromEntries(suggestMapping(kind, shape.headers, own)),
        available_fields: fields.map(({ value, label }) => ({ value, label })),
      },
    };
  }

  /** Hands the import to the background workers. */
  async confirm({ account_id }: Caller, id: string, sent: ConfirmImportInput): Promise<ImportView> {
    const { on_duplicate = 'skip', dry_run = false } = sent;
    const view = await this.transactions.run(async () => {
      const job = orNotFound(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      assertMayBe('confirmed', job, now);
      const fields = await this.fields.of(this.importables.of(job.model_type), account_id);
      const column_mapping = readMapping(sent.column_mapping, job.shape!.headers, fields);
      const changes = importSteps.confirm(job, { column_mapping, on_duplicate, dry_run }, now);
      await this.transactions.allowLongStatements();
      await this.errors.removeAll(job);
      await this.repository.update(account_id, id, changes);
      return importView({ ...job, ...changes }, now);
    });
    this.transactions.afterCommit(() => this.queues.wake('imports'));
    return view;
  }

  async get({ account_id }: Caller, id: string): Promise<ImportView> {
    return importView(orNotFound(await this.repository.find(account_id, id)), this.clock.now());
  }

  async list(
    { account_id }: Caller,
    { limit = defaultPageLimit, cursor }: ListImportsInput,
  ): Promise<Page<ImportView>> {
    const list = new PagedList(this.cursors, 'imports', account_id);
    const rows = await this.repository.list(account_id, list.after(cursor), limit);
    const now = this.clock.now();
    return list.page(rows, limit, (job) => importView(job, now));
  }

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
    const rows = async function* (this: ImportsService) {
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

  /** Keeps what is done. A batch under way is not counted and changes nothing. */
  async cancel({ account_id }: Caller, id: string): Promise<ImportView> {
    return this.transactions.run(async () => {
      const job = orNotFound(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      const changes = importSteps.cancel(job, now);
      await this.repository.update(account_id, id, changes);
      await this.files.remove(job);
      await this.dryRunKeys.remove(job);
      return importView({ ...job, ...changes }, now);
    });
  }

  async undo({ account_id }: Caller, id: string): Promise<ImportView> {
    const view = await this.transactions.run(async () => {
      const job = orNotFound(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      const changes = importSteps.undo(job, await this.changes.countNotUndone(job), now);
      await this.repository.update(account_id, id, changes);
      return importView({ ...job, ...changes }, now);
    });
    this.transactions.afterCommit(() => this.queues.wake('imports'));
    return view;
  }
}

function orNotFound(job: Import | null): Import {
  if (!job) throw new DomainError(importsErrors.not_found);
  return job;
}
