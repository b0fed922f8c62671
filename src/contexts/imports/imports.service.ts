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
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { suggestMapping } from './rows/column-names';
import { readMapping } from './rows/column-mapping';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import { customisedEntity, importFieldsOf } from './rows/import-fields';
import { ImportFilesService, refusal } from './import-files.service';
import { confirmTime, undoTime } from './import-times';
import { type Import, newImport } from './import.entity';
import {
  type CreatedImportView,
  type ImportErrorView,
  importErrorView,
  type ImportView,
  importView,
  type UploadedImportView,
} from './import.view';
import type { ConfirmImportInput, CreateImportInput, ListImportsInput } from './imports.dto';
import { importsErrors } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { neutralised } from '../../platform/tables/formula-escaping';
import { errorColumn } from '../../platform/tables/table-layout';
import { UploadUrls } from './upload-url';

/** Each may hold a file of half a gigabyte. Of those who make imports at the same moment one or two may get beyond. */
const maximalOpen = 100;

/** The jobs: what is asked of them. The work is done in the background, by `importer.ts`. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly repository: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly errors: ImportErrorsRepository,
    private readonly changes: ImportChangesRepository,
    private readonly customFields: CustomFieldsService,
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
      ...newImport,
      id: newId(),
      account_id: caller.account_id,
      created_by: authorOf(caller),
      app_id: caller.kind === 'app' ? caller.app_id : null,
      model_type,
      file_name,
      content_type,
      expires_at: new Date(now.getTime() + confirmTime),
      created_at: now,
    };
    await this.transactions.run(async () => {
      if ((await this.repository.countOpen(caller.account_id)) >= maximalOpen) {
        throw refusal(`An account has at most ${maximalOpen} imports that are not at their end. Cancel one, or wait.`);
      }
      await this.repository.insert(job);
    });
    return { job: importView(job, now), upload_url: this.urls.make(job.id, now) };
  }

  /** Again, as long as it is not confirmed, it gives the same preview. */
  async completeUpload({ account_id }: Caller, id: string): Promise<UploadedImportView> {
    const job = found(await this.repository.find(account_id, id));
    const refuseOthers = (now: Import) => {
      if (!['pending_upload', 'uploaded'].includes(now.status)) throw wrongState(now, 'previewed');
      if (this.isExpired(now)) throw expired();
      if (now.upload_id === null) throw refusal('No file was uploaded yet: PUT its bytes to the upload_url first.');
      if (now.upload_id !== job.upload_id) throw refusal('Another file was uploaded in the meantime. Try again.');
    };
    refuseOthers(job);
    const { shape, sample_rows, total_rows } = await this.files.inspect(job);
    const now = this.clock.now();
    const changes = {
      status: 'uploaded',
      shape,
      total_rows,
      expires_at: new Date(now.getTime() + confirmTime),
    } as const;
    await this.transactions.run(async () => {
      refuseOthers(found(await this.repository.findForUpdate(account_id, id)));
      await this.repository.update(account_id, id, changes);
    });
    const fields = await this.fieldsOf(job);
    const own = fields.filter(({ target }) => target === 'custom');
    return {
      job: importView({ ...job, ...changes }, now),
      preview: {
        headers: shape.headers,
        sample_rows,
        total_rows,
        suggested_mapping: Object.fromEntries(suggestMapping(job.model_type, shape.headers, own)),
        available_fields: fields.map(({ value, label }) => ({ value, label })),
      },
    };
  }

  /** From now on it is work for the background. What a dry run found makes room for what comes now. */
  async confirm({ account_id }: Caller, id: string, input: ConfirmImportInput): Promise<ImportView> {
    const view = await this.transactions.run(async () => {
      const job = found(await this.repository.findForUpdate(account_id, id));
      const isTriedOut = job.status === 'completed' && job.dry_run;
      if (!(job.status === 'uploaded' || isTriedOut)) throw wrongState(job, 'confirmed');
      if (this.isExpired(job)) throw expired();
      const column_mapping = readMapping(input.column_mapping, job.shape!.headers, await this.fieldsOf(job));
      const now = this.clock.now();
      const { attempt, ...fresh } = newImport;
      const changes = {
        ...fresh,
        status: 'queued',
        upload_id: job.upload_id,
        shape: job.shape,
        total_rows: job.total_rows,
        column_mapping,
        on_duplicate: input.on_duplicate ?? 'skip',
        dry_run: input.dry_run ?? false,
        attempt: job.attempt + 1 + attempt,
        queued_at: now,
        expires_at: null,
      } as const;
      await this.transactions.allowLongStatements();
      await this.errors.removeAll(job);
      await this.repository.update(account_id, id, changes);
      return importView({ ...job, ...changes }, now);
    });
    this.transactions.afterCommit(() => this.queues.wake('imports'));
    return view;
  }

  async get({ account_id }: Caller, id: string): Promise<ImportView> {
    return importView(found(await this.repository.find(account_id, id)), this.clock.now());
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
    const job = found(await this.repository.find(account_id, id));
    const rows = await this.errors.list(job, after, limit);
    return list.pageBy(rows, limit, (error) => ({ at: error.row_number, id: error.id }), importErrorView);
  }

  /** The refused rows, to be corrected and sent again: the columns of the file, and behind them what was wrong. */
  async errorsFile({ account_id }: Caller, id: string): Promise<Readable> {
    const job = found(await this.repository.find(account_id, id));
    // A spreadsheet takes UTF-8 for what it is by the mark.
    const lines = stringify({ bom: true });
    const headers = job.shape?.headers ?? [];
    const ownHeaders = headers.filter((header) => header !== errorColumn);
    const rows = async function* (this: ImportsService) {
      if (headers.length > 0) yield [...ownHeaders.map(neutralised), errorColumn];
      for (let after = 0, isMore = true; isMore;) {
        const some = await this.errors.listRows(job, after);
        for (const { row_number, cells, messages } of some) {
          const own = headers
            .map((_, index) => cells[index] ?? '')
            .filter((_, index) => headers[index] !== errorColumn);
          const surplus = cells.slice(headers.length);
          yield [...own.map(neutralised), messages.join('; '), ...surplus.map(neutralised)];
          after = row_number;
        }
        isMore = some.length > 0;
      }
    };
    const source = Readable.from(rows.call(this), { objectMode: true });
    return source.on('error', (error) => lines.destroy(error)).pipe(lines);
  }

  /** What was done stays. A batch that is under way is not counted and leaves nothing. */
  async cancel({ account_id }: Caller, id: string): Promise<ImportView> {
    return this.transactions.run(async () => {
      const job = found(await this.repository.findForUpdate(account_id, id));
      const isOpen =
        ['pending_upload', 'uploaded', 'queued', 'processing'].includes(job.status) && job.task === 'import';
      if (!isOpen) throw wrongState(job, 'cancelled');
      const now = this.clock.now();
      const mayBeUndone = job.started_at !== null && !job.dry_run;
      const changes = {
        status: 'cancelled',
        finished_at: now,
        expires_at: null,
        lease_until: null,
        upload_id: null,
        undo_until: mayBeUndone ? new Date(now.getTime() + undoTime) : null,
      } as const;
      await this.repository.update(account_id, id, changes);
      await this.files.remove(job);
      await this.changes.forgetRehearsal(job);
      return importView({ ...job, ...changes }, now);
    });
  }

  async undo({ account_id }: Caller, id: string): Promise<ImportView> {
    const view = await this.transactions.run(async () => {
      const job = found(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      const isOver = ['completed', 'cancelled', 'failed'].includes(job.status);
      if (!isOver || job.undo_until === null) throw wrongState(job, 'undone');
      if (job.undo_until <= now) throw refusal('An import can be undone within 7 days of its end, and these are over.');
      const count = await this.changes.countNotUndone(job);
      const changes = {
        task: 'undo',
        status: 'queued',
        queued_at: now,
        finished_at: null,
        lease_until: null,
        failures: 0,
        error: null,
        undo_total: job.undo_total ?? count,
        undo_left: count,
      } as const;
      await this.repository.update(account_id, id, changes);
      return importView({ ...job, ...changes }, now);
    });
    this.transactions.afterCommit(() => this.queues.wake('imports'));
    return view;
  }

  private async fieldsOf({ account_id, model_type }: Import) {
    const entity = customisedEntity[model_type];
    const definitions = entity === null ? [] : await this.customFields.definitionsOf(account_id, entity);
    return importFieldsOf(model_type, definitions);
  }

  private isExpired({ expires_at }: Import): boolean {
    return expires_at === null || expires_at <= this.clock.now();
  }
}

function found(job: Import | null): Import {
  if (!job) throw new DomainError(importsErrors.not_found);
  return job;
}

function wrongState({ status, task, dry_run }: Import, step: string): DomainError {
  const what =
    task === 'undo' && status !== 'undone' ? 'An import that is being undone' : `An import that is ${status}`;
  return refusal(`${what}${dry_run ? ' (a dry run)' : ''} cannot be ${step}.`);
}

function expired(): DomainError {
  return refusal('A file waits 24 hours to be confirmed, and these are over. Make a new import.');
}
