import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Transactions } from '../../platform/database/transactions';
import { LOGGER } from '../../platform/logging/logger';
import type { Job } from '../../platform/queue/queue-engine';
import { type JobHandler, WorkQueues } from '../../platform/queue/work-queues';
import { Importables } from '../../platform/records/importables';
import { readRows } from '../../platform/tables/table-reader';
import { BatchWriter } from './batch-writer';
import { ImportFilesService } from './import-files.service';
import { ImportUndo } from './import-undo';
import { hasFailedTooOften, type Import, importSteps, jobAuthor } from './import.entity';
import { ImportsRepository, Superseded } from './imports.repository';
import { DryRunKeysRepository } from './rows/dry-run-keys.repository';
import { ImportFields } from './rows/import-fields';
import { previousOptions } from './rows/import-options';
import { Matchers } from './rows/matching';
import { withPlannedFields } from './rows/new-fields';
import { batchesOf, readBatch } from './rows/row-batches';
import { RowReader } from './rows/row-reader';

/** Maximum number of imports, of different accounts, that a process works on at once. */
const concurrency = 2;
/** Milliseconds for which no other worker takes the job. Each attempt renews its lease several times in this time. */
const leaseMs = 20_000;
const leaseRenewalMs = 5_000;
/** The metric of waiting imports counts no further than this. */
const maxCountedWaiting = 10_000;

/**
 * Applies files batch by batch. A batch is one transaction that also moves the checkpoint, so it happens once or not at
 * all.
 */
@Injectable()
export class ImportWorker implements JobHandler {
  readonly queue = 'imports';
  readonly concurrency = concurrency;

  constructor(
    private readonly repository: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly batches: BatchWriter,
    private readonly undo: ImportUndo,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly fields: ImportFields,
    private readonly importables: Importables,
    private readonly matchers: Matchers,
    private readonly transactions: Transactions,
    private readonly connections: ConnectionSlots,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly queues: WorkQueues,
  ) {
    queues.register(this);
  }

  async claim(limit: number): Promise<Job[]> {
    return this.repository.claim(limit, this.clock.now(), this.leaseEnd());
  }

  async countWaiting(): Promise<number> {
    return this.repository.countWaiting(this.clock.now(), maxCountedWaiting);
  }

  async release(jobs: readonly Job[]): Promise<void> {
    await this.repository.release(jobs);
  }

  async handle(job: Job, signal: AbortSignal): Promise<void> {
    await this.connections.takeEach(this.queue, 'background', () => this.work(job, signal));
  }

  private async work(job: Job, signal: AbortSignal): Promise<void> {
    const started = await this.repository.start(job, this.clock.now(), this.leaseEnd());
    if (!started) return;
    this.connections.setOwner(started.account_id);
    if (hasFailedTooOften(started)) return this.giveUp(started);
    const renew = setInterval(() => {
      // If this fails, the lease ends, and the next worker continues after the last batch.
      void this.repository.extendLease(started, this.leaseEnd()).catch(() => undefined);
    }, leaseRenewalMs);
    try {
      if (started.task === 'undo') await this.undoAll(started, signal);
      else await this.importAll(started, signal);
    } catch (error) {
      if (error instanceof Superseded) return;
      if (signal.aborted) await this.repository.endLease(started);
      else this.logger.error({ error, import_id: started.id }, 'an import met a fault; it is tried again');
    } finally {
      clearInterval(renew);
      this.queues.wake('imports');
    }
  }

  private async importAll(job: Import, signal: AbortSignal): Promise<void> {
    const kind = this.importables.of(job.model_type);
    const reader = new RowReader(
      job.shape!,
      job.column_mapping!,
      withPlannedFields(await this.fields.of(kind, job.account_id), job.column_mapping!),
      kind.record,
      job.options ?? previousOptions,
      job.shape!.columns ?? [],
      this.matchers.of(kind, job.match_by).fields,
    );
    const application = { job, reader };
    let startedRows = job.processed_rows;
    // The next batch is read while the database works on this one.
    let underWay: Promise<void> | undefined;
    try {
      for await (const rows of batchesOf(
        readRows(this.files.chunksOf(job, job.upload_id!), job.shape!),
        job.processed_rows,
        signal,
      )) {
        const read = await readBatch(reader, rows);
        await underWay;
        signal.throwIfAborted();
        underWay = this.batches.apply(application, startedRows, rows, read);
        // A rejection is handled where the promise is awaited.
        underWay.catch(() => undefined);
        startedRows += rows.length;
      }
      await underWay;
    } finally {
      // Wait for the running batch before reporting a failure.
      await Promise.allSettled([underWay]);
    }
    if (startedRows !== job.total_rows) throw new Error('The file has not as many rows as it had.');
    await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      await this.repository.finish(job, importSteps.complete(job, this.clock.now()));
      await this.dryRunKeys.remove(job);
      if (!job.dry_run) await this.files.remove(job);
    });
  }

  private async undoAll(job: Import, signal: AbortSignal): Promise<void> {
    while (await this.undo.undoLast(job, jobAuthor(job))) signal.throwIfAborted();
    await this.repository.finish(job, importSteps.completeUndo(this.clock.now()));
  }

  private async giveUp(job: Import): Promise<void> {
    await this.transactions.run(async () => {
      await this.repository.finish(job, importSteps.giveUp(job, this.clock.now()));
      await this.files.remove(job);
      await this.dryRunKeys.remove(job);
    });
  }

  private leaseEnd(): Date {
    return new Date(this.clock.now().getTime() + leaseMs);
  }
}
