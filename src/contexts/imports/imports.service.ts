import { Injectable } from '@nestjs/common';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Idempotency } from '../../platform/idempotency/idempotency';
import { WorkQueues } from '../../platform/queue/work-queues';
import { Importables } from '../../platform/records/importables';
import type { TableShape } from '../../platform/tables/table-reader';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportFilesService } from './import-files.service';
import { ImportInspection, uploadOf } from './import-inspection';
import { assertMayBe, type Import, importSteps } from './import.entity';
import { type CreatedImportView, type ImportView, importView, type UploadedImportView } from './import.view';
import type { DialectView } from './import-preview.view';
import type { CompleteUploadInput, CreateImportInput, ListImportsInput } from './imports.dto';
import { orNotFound, stateError } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { conclude } from './import-conclusions';
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
    private readonly inspection: ImportInspection,
    private readonly changes: ImportChangesRepository,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly importables: Importables,
    private readonly fields: ImportFields,
    private readonly urls: UploadUrls,
    private readonly queues: WorkQueues,
    private readonly transactions: Transactions,
    private readonly idempotency: Idempotency,
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
    { encoding, delimiter, has_header, header_row, sheet }: CompleteUploadInput,
  ): Promise<UploadedImportView> {
    const job = orNotFound(await this.repository.find(account_id, id));
    assertMayBe('previewed', job, this.clock.now());
    const inspected = await this.inspection.inspect(job, { encoding, delimiter, has_header, header_row, sheet });
    const { shape, sample_rows, total_rows, upload_id, original_id } = inspected;
    const now = this.clock.now();
    return this.idempotency.commit(async () => {
      const changes = await this.transactions.run(async () => {
        await this.transactions.allowLongStatements();
        const locked = orNotFound(await this.repository.findForUpdate(account_id, id));
        const previewed = importSteps.preview(locked, { upload_id, original_id, shape, total_rows }, now);
        if (uploadOf(locked) !== uploadOf(inspected))
          throw stateError('Another file was uploaded in the meantime. Try again.');
        await this.repository.update(account_id, id, previewed);
        await this.files.keepOnly(locked, previewed);
        return previewed;
      });
      const kind = this.importables.of(job.model_type);
      const fields = await this.fields.of(kind, account_id);
      return {
        job: importView({ ...job, ...changes }, now),
        preview: {
          ...dialectOf(shape),
          skipped_lines: shape.skipped_lines,
          ignored_rows: shape.ignored_rows,
          headers: shape.headers,
          sample_rows,
          total_rows,
          ...conclude(kind, fields, shape.columns, total_rows),
          available_fields: fields.map(({ value, label }) => ({ value, label })),
        },
      };
    });
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

/** A converted file has no delimiter that its sender knows of; cards have no header. */
function dialectOf({ encoding, delimiter, header_line, converted_from: from }: TableShape): DialectView {
  if (from?.format === 'vcard') return { encoding: from.encoding, delimiter: null, header_row: null };
  return { encoding, delimiter: from ? null : delimiter, header_row: header_line };
}
