import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors, tooBusy } from '../../kernel/too-busy';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Metrics } from '../../platform/metrics/metrics';
import { formFileOf } from '../../platform/server/form-file';
import type { Upload } from '../../platform/server/upload';
import type { Chunks } from '../../platform/tables/table-reader';
import { ChunkWriter } from './chunk-writer';
import { uploadSlots } from './file-slots';
import { assertTakesFile, type Import } from './import.entity';
import { ImportFilesRepository } from './import-files.repository';
import { stateError } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { receive } from './receive-bytes';
import { UploadUrls } from './upload-url';

type Owned = Pick<Import, 'account_id' | 'id'>;

/** Receives files and stores them in chunks. */
@Injectable()
export class ImportFilesService {
  private readonly uploads = uploadSlots();

  constructor(
    private readonly files: ImportFilesRepository,
    private readonly imports: ImportsRepository,
    private readonly urls: UploadUrls,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    const { uploads } = this;
    metrics.gauge('import_uploads', 'Uploads of files that are under way.', async () => uploads.inUse);
  }

  /** Stores an upload. One that breaks off leaves the previous file; a later one replaces it. */
  async upload(importId: string, expires: string, signature: string, sent: Upload): Promise<void> {
    const now = this.clock.now();
    const job = this.urls.isGood(importId, expires, signature, now) ? await this.imports.findSigned(importId) : null;
    if (!job) throw stateError('The address is not one that was given out, or its hour is over: make a new import.');
    assertTakesFile(job);
    if (sent.minFileBytes > this.config.importLimits.bytes) throw this.tooLarge();
    const uploadId = newId();
    const slot = this.uploads.tryTake(job.account_id, 'upload');
    if (!slot) throw tooBusy(new Error('Too many uploads are under way.'));
    try {
      const waiting = await this.files.waitingBytes(job.account_id);
      if (waiting + sent.minFileBytes > this.config.importLimits.waitingBytes) throw this.tooManyWait();
      const bytes = formFileOf(receive(sent.body, this.clock), sent.contentType);
      const count = await this.keep(job, uploadId, bytes);
      await this.transactions.run(async () => {
        await this.transactions.allowLongStatements();
        const kept = await this.imports.findForUpdate(job.account_id, job.id);
        assertTakesFile(kept!);
        if ((await this.files.count(job, uploadId)) !== count)
          throw stateError('The upload took too long. Send the file again.');
        await this.imports.update(job.account_id, job.id, { upload_id: uploadId });
        await this.files.removeOthers(job, [uploadId]);
      });
    } catch (error) {
      await this.files.removeUpload(job, uploadId).catch(() => undefined);
      throw error;
    } finally {
      slot.release();
    }
  }

  /** @returns the chunks of an upload. Each iteration begins at the start. */
  chunksOf(job: Owned, uploadId: string): Chunks {
    return () => this.files.read(job, uploadId);
  }

  /** @param beyond how many bytes more than other files a file may add to those that wait. */
  writerOf(job: Owned, uploadId: string, beyond = 0): ChunkWriter {
    const maxWaiting = this.config.importLimits.waitingBytes + beyond;
    return new ChunkWriter(async (number, chunk) => {
      if (!(await this.files.insert(job, uploadId, number, chunk, this.clock.now(), maxWaiting)))
        throw this.tooManyWait();
    });
  }

  /** Removes what the import does not read any more. @throws DomainError if its file was removed meanwhile. */
  async keepOnly(job: Owned, { upload_id, original_id }: Pick<Import, 'upload_id' | 'original_id'>): Promise<void> {
    const kept = [upload_id, original_id].filter((id) => id !== null);
    await this.files.removeOthers(job, kept);
    for (const id of kept)
      if ((await this.files.count(job, id)) === 0)
        throw stateError('The file was looked through by another call in the meantime. Try again.');
  }

  /** Removes the file, in the transaction in which the import ends. */
  async remove(job: Owned): Promise<void> {
    await this.transactions.allowLongStatements();
    await this.files.removeOthers(job, []);
  }

  private async keep(job: Owned, uploadId: string, bytes: AsyncIterable<Buffer>): Promise<number> {
    const chunks = this.writerOf(job, uploadId);
    for await (const piece of bytes) {
      if (chunks.total + piece.length > this.config.importLimits.bytes) throw this.tooLarge();
      await chunks.add(piece);
    }
    await chunks.end();
    return chunks.count;
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
