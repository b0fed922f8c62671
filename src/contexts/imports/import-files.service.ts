import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors, tooBusy } from '../../kernel/too-busy';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Metrics } from '../../platform/metrics/metrics';
import type { Upload } from '../../platform/server/upload';
import { Importables } from '../../platform/records/importables';
import { inspectionSlots, maxSmallBytes, uploadSlots } from './file-slots';
import { assertTakesFile, type Import } from './import.entity';
import { chunkBytes, ImportFilesRepository } from './import-files.repository';
import { stateError } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { receive } from './receive-bytes';
import { type InspectedTable, inspectTable } from '../../platform/tables/table-inspection';
import { type Chunks, readSample, type TableChoice, UnreadableFile } from '../../platform/tables/table-reader';
import { knownHeaders } from './rows/suggest-mapping';
import { UploadUrls } from './upload-url';

/** Receives files, stores them in chunks and inspects them. */
@Injectable()
export class ImportFilesService {
  /** Running inspections by upload. A repeated request during an inspection gets the same answer. */
  private readonly inspecting = new Map<string, Promise<InspectedTable>>();

  private readonly uploads = uploadSlots();
  private readonly inspections: ReturnType<typeof inspectionSlots>;

  constructor(
    private readonly files: ImportFilesRepository,
    private readonly imports: ImportsRepository,
    private readonly urls: UploadUrls,
    private readonly importables: Importables,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.inspections = inspectionSlots(config.importLimits.waitingBytes);
    const { uploads, inspections } = this;
    metrics.gauge('import_uploads', 'Uploads of files that are under way.', async () => uploads.inUse);
    metrics.gauge('import_inspections', 'Files that are being looked through.', async () => inspections.inUse);
    metrics.gauge(
      'import_inspections_waiting',
      'Files that wait to be looked through, with a client who waits for it.',
      async () => inspections.waiting,
    );
  }

  /** Stores an upload. One that breaks off leaves the previous file; a later one replaces it. */
  async upload(importId: string, expires: string, signature: string, { bytes, length }: Upload): Promise<void> {
    const now = this.clock.now();
    const job = this.urls.isGood(importId, expires, signature, now) ? await this.imports.findSigned(importId) : null;
    if (!job) throw stateError('The address is not one that was given out, or its hour is over: make a new import.');
    assertTakesFile(job);
    if (length !== undefined && length > this.config.importLimits.bytes) throw this.tooLarge();
    const uploadId = newId();
    const slot = this.uploads.tryTake(job.account_id, 'upload');
    if (!slot) throw tooBusy(new Error('Too many uploads are under way.'));
    try {
      const waiting = await this.files.waitingBytes(job.account_id);
      if (waiting + (length ?? 0) > this.config.importLimits.waitingBytes) throw this.tooManyWait();
      const count = await this.keep(job, uploadId, receive(bytes, this.clock));
      await this.transactions.run(async () => {
        await this.transactions.allowLongStatements();
        const kept = await this.imports.findForUpdate(job.account_id, job.id);
        assertTakesFile(kept!);
        if ((await this.files.count(job, uploadId)) !== count)
          throw stateError('The upload took too long. Send the file again.');
        await this.imports.update(job.account_id, job.id, { upload_id: uploadId });
        await this.files.removeOthers(job, uploadId);
      });
    } catch (error) {
      await this.files.removeUpload(job, uploadId).catch(() => undefined);
      throw error;
    } finally {
      slot.release();
    }
  }

  /** @returns the chunks of an import's file. Each iteration begins at the start. */
  chunksOf(job: Pick<Import, 'account_id' | 'id' | 'upload_id'>): Chunks {
    return () => this.files.read(job, job.upload_id!);
  }

  /**
   * Inspects the import's file once for the same options; the result is kept with it.
   *
   * @throws DomainError if the file is not a table.
   */
  async inspect(job: Import, choice: TableChoice): Promise<InspectedTable> {
    const { shape, total_rows } = job;
    const chosen = JSON.stringify(choice);
    if (shape && total_rows !== null && JSON.stringify(shape.choice) === chosen)
      return { shape, total_rows, sample_rows: await readSample(this.chunksOf(job), shape) };
    const key = `${job.upload_id!} ${chosen}`;
    const inspecting =
      this.inspecting.get(key) ?? this.inspectInTurn(job, choice).finally(() => this.inspecting.delete(key));
    this.inspecting.set(key, inspecting);
    return inspecting;
  }

  /** Removes the file, in the transaction in which the import ends. */
  async remove(job: Pick<Import, 'account_id' | 'id'>): Promise<void> {
    await this.transactions.allowLongStatements();
    await this.files.removeOthers(job, null);
  }

  /** @throws DomainError `rate_limit.exceeded` if too many wait. */
  private async inspectInTurn(job: Import, choice: TableChoice): Promise<InspectedTable> {
    const bytes = await this.files.bytes(job, job.upload_id!);
    const of = bytes <= maxSmallBytes ? 'small' : 'large';
    return this.inspections.run(job.account_id, of, () => this.inspectAll(job, choice), bytes);
  }

  private async inspectAll(job: Import, choice: TableChoice): Promise<InspectedTable> {
    const isKnownHeader = knownHeaders(this.importables.all());
    try {
      return await inspectTable(this.chunksOf(job), this.config.importLimits.rows, isKnownHeader, choice);
    } catch (error) {
      throw error instanceof UnreadableFile ? stateError(error.message) : error;
    }
  }

  /** Copies the pieces together: each may be a byte, and a buffer of its own takes hundreds of bytes of memory. */
  private async keep(job: Import, uploadId: string, bytes: AsyncIterable<Buffer>): Promise<number> {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let count = 0;
    let total = 0;
    let filled = 0;
    const flush = async () => {
      const data = chunk.subarray(0, filled);
      const { waitingBytes } = this.config.importLimits;
      if (!(await this.files.insert(job, uploadId, count, data, this.clock.now(), waitingBytes)))
        throw this.tooManyWait();
      count++;
      filled = 0;
    };
    for await (const piece of bytes) {
      total += piece.length;
      if (total > this.config.importLimits.bytes) throw this.tooLarge();
      for (let taken = 0; taken < piece.length;) {
        const copied = piece.copy(chunk, filled, taken);
        taken += copied;
        filled += copied;
        if (filled === chunkBytes) await flush();
      }
    }
    if (filled > 0) await flush();
    return count;
  }

  private tooLarge(): DomainError {
    return stateError(`The file is larger than ${this.config.importLimits.bytes} bytes: divide it.`);
  }

  private tooManyWait(): DomainError {
    return new DomainError(rateLimitErrors.exceeded, {
      message:
        `The files of an account that were sent and not yet looked through have at most ${this.config.importLimits.waitingBytes} bytes ` +
        'together: complete their uploads, or cancel their imports.',
      retryAfter: 60,
    });
  }
}
