import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Author } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { DomainError } from '../../kernel/domain-error';
import { isDataError } from '../../platform/database/constraints';
import { newId } from '../../platform/database/ids';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Transactions } from '../../platform/database/transactions';
import { LOGGER } from '../../platform/logging/logger';
import { Metrics, type OutcomeCounter } from '../../platform/metrics/metrics';
import type { Job } from '../../platform/queue/queue-engine';
import { type JobHandler, WorkQueues } from '../../platform/queue/work-queues';
import { Importables } from '../../platform/records/importables';
import { RecordChanges } from '../../platform/records/record-changes';
import { readRows, type TableRow } from '../../platform/tables/table-reader';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportFilesService } from './import-files.service';
import { ImportUndo } from './import-undo';
import { hasFailedTooOften, type Import, importSteps } from './import.entity';
import { ImportsRepository, Superseded } from './imports.repository';
import type { BatchCounts } from './rows/batch-changes';
import { BatchLookup } from './rows/batch-lookup';
import { DryRunKeysRepository } from './rows/dry-run-keys.repository';
import { decide, RecordGone, write } from './rows/import-batch';
import { ImportFields } from './rows/import-fields';
import { batchesOf, readBatch, type ReadRows } from './rows/row-batches';
import { type ReadRow, RowReader } from './rows/row-reader';

/** Maximum number of imports, of different accounts, that a process works on at once. */
const concurrency = 2;
/** Milliseconds for which no other worker takes the job. Each attempt renews its lease several times in this time. */
const leaseMs = 20_000;
const leaseRenewalMs = 5_000;
/** The metric of waiting imports counts no further than this. */
const maxCountedWaiting = 10_000;

const outcomes = ['created', 'updated', 'skipped', 'failed'] as const satisfies readonly (keyof BatchCounts)[];

/**
 * Applies files batch by batch. A batch is one transaction that also moves the checkpoint, so it happens once or not at
 * all.
 */
@Injectable()
export class ImportWorker implements JobHandler {
  readonly queue = 'imports';
  readonly concurrency = concurrency;

  private readonly rows: OutcomeCounter<keyof BatchCounts>;

  constructor(
    private readonly repository: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly errors: ImportErrorsRepository,
    private readonly changes: ImportChangesRepository,
    private readonly undo: ImportUndo,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly lookup: BatchLookup,
    private readonly fields: ImportFields,
    private readonly records: RecordChanges,
    private readonly importables: Importables,
    private readonly transactions: Transactions,
    private readonly connections: ConnectionSlots,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly queues: WorkQueues,
    metrics: Metrics,
  ) {
    queues.register(this);
    this.rows = metrics.counter(
      'import_rows_total',
      'Rows of files that were imported; those of dry runs are not.',
      outcomes,
    );
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
    const fields = await this.fields.of(kind, job.account_id);
    const reader = new RowReader(job.shape!, job.column_mapping!, fields, (sent) => kind.record.read(sent));
    let startedRows = job.processed_rows;
    // The next batch is read while the database works on this one.
    let underWay: Promise<void> | undefined;
    try {
      for await (const rows of batchesOf(readRows(this.files.chunksOf(job), job.shape!), job.processed_rows, signal)) {
        const read = await readBatch(reader, rows);
        await underWay;
        signal.throwIfAborted();
        underWay = this.apply(job, reader, startedRows, rows, read);
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
      if (job.dry_run) await this.dryRunKeys.remove(job);
      else await this.files.remove(job);
    });
  }

  /** Halves a batch that the database refuses, until only the bad row is refused. */
  private async apply(
    job: Import,
    reader: RowReader,
    from: number,
    rows: readonly TableRow[],
    read: ReadRows,
  ): Promise<void> {
    try {
      await this.applyInTransaction(job, from, rows, () => this.write(job, reader, rows, read));
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (rows.length === 1) {
        const reason = this.failureMessage(job, error);
        await this.applyInTransaction(job, from, rows, () => this.failRows(job, rows, reason));
        return;
      }
      const half = Math.ceil(rows.length / 2);
      await this.apply(job, reader, from, rows.slice(0, half), read);
      await this.apply(job, reader, from + half, rows.slice(half), read);
    }
  }

  /** @param work writes the rows, in the transaction that moves the checkpoint. */
  private async applyInTransaction(
    job: Import,
    from: number,
    rows: readonly TableRow[],
    work: () => Promise<BatchCounts>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const counts = await this.transactions.run(async () => {
          await this.transactions.allowLongStatements();
          const made = await work();
          await this.repository.advance(job, from, rows.length, made);
          return made;
        });
        if (!job.dry_run) for (const outcome of outcomes) this.rows.inc(outcome, counts[outcome]);
        return;
      } catch (error) {
        if (!(error instanceof RecordGone) || attempt === 3) throw error;
      }
    }
  }

  private async write(job: Import, reader: RowReader, rows: readonly TableRow[], read: ReadRows): Promise<BatchCounts> {
    const validRows = rows.map(({ number }) => read.get(number)!).filter((row): row is ReadRow => !('faults' in row));
    const context = await this.lookup.of(job, validRows);
    const decisions = decide(rows, reader, read, job.on_duplicate, context, newId);
    if (job.dry_run) {
      if (job.on_duplicate !== 'create') await this.dryRunKeys.keep(job, decisions.keys);
    } else {
      const kind = this.importables.of(job.model_type);
      const changes = await write(this.records, kind, jobAuthor(job), decisions, context.resolvers);
      for (const each of changes) await this.changes.insert(job, each);
    }
    await this.errors.insert(job, decisions.refused, false);
    return decisions.counts;
  }

  private async failRows(job: Import, rows: readonly TableRow[], message: string): Promise<BatchCounts> {
    const fault = { column: null, field: null, value: '', message };
    await this.errors.insert(
      job,
      rows.map(({ number, cells }) => ({ row: number, cells, faults: [fault] })),
      false,
    );
    return { created: 0, updated: 0, skipped: 0, failed: rows.length };
  }

  private failureMessage(job: Import, error: unknown): string {
    if (error instanceof DomainError) return error.message;
    this.logger.warn({ error, import_id: job.id }, 'the database refused a row of an import');
    return 'the database refuses the row';
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

/** The caller who made the import is the author of its changes. */
function jobAuthor({ account_id, created_by, app_id }: Import): Author {
  return created_by !== null
    ? { kind: 'user', account_id, user_id: created_by }
    : { kind: 'app', account_id, app_id: app_id! };
}
