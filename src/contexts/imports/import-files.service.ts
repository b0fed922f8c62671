import { Inject, Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Clock } from '../../kernel/clock';
import type { DomainError } from '../../kernel/domain-error';
import { tooBusy } from '../../kernel/too-busy';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import type { Upload } from '../../platform/server/upload';
import { Importables } from '../../platform/records/importables';
import { assertTakesFile, type Import } from './import.entity';
import { chunkBytes, ImportFilesRepository } from './import-files.repository';
import { stateError } from './imports.errors';
import { ImportsRepository } from './imports.repository';
import { type InspectedTable, inspectTable } from '../../platform/tables/table-inspection';
import { type Chunks, readSample, type TableChoice, UnreadableFile } from '../../platform/tables/table-reader';
import { knownHeaders } from './rows/suggest-mapping';
import { UploadUrls } from './upload-url';

/** Inspects one whole file at a time, with pauses for requests. Two at once would only slow each other. */
const inspectionLimit = pLimit(1);

/** Maximum number of uploads of an import at once: each takes a megabyte of memory, and much more on the disk. */
const maxUploadsPerImport = 2;
const maxUploadsPerProcess = 100;

/** Receives files, stores them in chunks and inspects them. */
@Injectable()
export class ImportFilesService {
  /** Running inspections by upload. A repeated request during an inspection gets the same answer. */
  private readonly inspecting = new Map<string, Promise<InspectedTable>>();

  /** Number of uploads under way, by import. */
  private readonly uploading = new Map<string, number>();

  constructor(
    private readonly files: ImportFilesRepository,
    private readonly imports: ImportsRepository,
    private readonly urls: UploadUrls,
    private readonly importables: Importables,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Stores an upload. One that breaks off leaves the previous file; a later one replaces it. */
  async upload(importId: string, expires: string, signature: string, { bytes, length }: Upload): Promise<void> {
    const now = this.clock.now();
    const job = this.urls.isGood(importId, expires, signature, now) ? await this.imports.findSigned(importId) : null;
    if (!job) throw stateError('The address is not one that was given out, or its hour is over: make a new import.');
    assertTakesFile(job);
    if (length !== undefined && length > this.config.importLimits.bytes) throw this.tooLarge();
    const uploadId = newId();
    const [ofImport, ofAll] = [
      this.uploading.get(job.id) ?? 0,
      [...this.uploading.values()].reduce((a, b) => a + b, 0),
    ];
    if (ofImport >= maxUploadsPerImport || ofAll >= maxUploadsPerProcess) throw tooBusy();
    this.uploading.set(job.id, ofImport + 1);
    try {
      const count = await this.keep(job, uploadId, bytes);
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
      const others = this.uploading.get(job.id)! - 1;
      if (others > 0) this.uploading.set(job.id, others);
      else this.uploading.delete(job.id);
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
      this.inspecting.get(key) ??
      inspectionLimit(() => this.inspectAll(job, choice)).finally(() => this.inspecting.delete(key));
    this.inspecting.set(key, inspecting);
    return inspecting;
  }

  /** Removes the file, in the transaction in which the import ends. */
  async remove(job: Pick<Import, 'account_id' | 'id'>): Promise<void> {
    await this.transactions.allowLongStatements();
    await this.files.removeOthers(job, null);
  }

  private async inspectAll(job: Import, choice: TableChoice): Promise<InspectedTable> {
    const isKnownHeader = knownHeaders(this.importables.all());
    try {
      return await inspectTable(this.chunksOf(job), this.config.importLimits.rows, isKnownHeader, choice);
    } catch (error) {
      throw error instanceof UnreadableFile ? stateError(error.message) : error;
    }
  }

  private async keep(job: Import, uploadId: string, bytes: Upload['bytes']): Promise<number> {
    let count = 0;
    let total = 0;
    let waiting = 0;
    let pieces: Buffer[] = [];
    const flush = async (size: number) => {
      const all = Buffer.concat(pieces);
      await this.files.insert(job, uploadId, count++, all.subarray(0, size), this.clock.now());
      pieces = [all.subarray(size)];
      waiting = all.length - size;
    };
    for await (const piece of bytes as AsyncIterable<Buffer>) {
      pieces.push(piece);
      waiting += piece.length;
      total += piece.length;
      if (total > this.config.importLimits.bytes) throw this.tooLarge();
      while (waiting >= chunkBytes) await flush(chunkBytes);
    }
    if (waiting > 0) await flush(waiting);
    return count;
  }

  private tooLarge(): DomainError {
    return stateError(`The file is larger than ${this.config.importLimits.bytes} bytes: divide it.`);
  }
}
