import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DomainError } from '../../kernel/domain-error';
import { isDataError } from '../../platform/database/constraints';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { LOGGER } from '../../platform/logging/logger';
import { Metrics, type OutcomeCounter } from '../../platform/metrics/metrics';
import { Importables } from '../../platform/records/importables';
import { RecordChanges } from '../../platform/records/record-changes';
import type { TableRow } from '../../platform/tables/table-reader';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportRowsRepository } from './import-rows.repository';
import { type Import, jobAuthor } from './import.entity';
import { ImportsRepository } from './imports.repository';
import type { BatchCounts } from './rows/batch-changes';
import { BatchLookup, keepsKeys } from './rows/batch-lookup';
import { DryRunKeysRepository } from './rows/dry-run-keys.repository';
import { type Decisions, decide, write } from './rows/import-batch';
import { previousOptions } from './rows/import-options';
import type { ReadRows } from './rows/row-batches';
import { type RowFate, rowOutcomes } from './rows/row-fates';
import type { RowFaults } from './rows/row-faults';
import type { ReadRow, RowReader } from './rows/row-reader';

/** What is needed to apply the rows of an import. */
export interface Application {
  readonly job: Import;
  readonly reader: RowReader;
}

/** What is kept of a batch beside its records. */
interface Outcome {
  readonly fates: readonly RowFate[];
  readonly refused: readonly RowFaults[];
}

/** Applies batches: each in one transaction, which also moves the checkpoint. */
@Injectable()
export class BatchWriter {
  private readonly rows: OutcomeCounter<(typeof rowOutcomes)[number]>;

  constructor(
    private readonly repository: ImportsRepository,
    private readonly errors: ImportErrorsRepository,
    private readonly fates: ImportRowsRepository,
    private readonly changes: ImportChangesRepository,
    private readonly dryRunKeys: DryRunKeysRepository,
    private readonly lookup: BatchLookup,
    private readonly records: RecordChanges,
    private readonly importables: Importables,
    private readonly transactions: Transactions,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.rows = metrics.counter(
      'import_rows_total',
      'Rows of files that were imported; those of dry runs are not.',
      rowOutcomes,
    );
  }

  /**
   * Halves a batch that the database refuses, until only the bad row is refused.
   *
   * @param from number of rows before the batch. @throws Superseded
   */
  async apply(application: Application, from: number, rows: readonly TableRow[], read: ReadRows): Promise<void> {
    try {
      await this.applyInTransaction(application, from, () => this.write(application, rows, read));
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (rows.length === 1) {
        const reason = this.failureMessage(application.job, error);
        await this.applyInTransaction(application, from, async () => failureOf(rows, reason));
        return;
      }
      const half = Math.ceil(rows.length / 2);
      await this.apply(application, from, rows.slice(0, half), read);
      await this.apply(application, from + half, rows.slice(half), read);
    }
  }

  /** @param work writes the rows, in the transaction that moves the checkpoint. */
  private async applyInTransaction({ job }: Application, from: number, work: () => Promise<Outcome>): Promise<void> {
    const counts = await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const { fates, refused } = await work();
      const counted = countsOf(fates);
      await this.transactions.pipelined(
        this.errors.insert(job, refused, false),
        this.fates.insert(job, fates),
        this.repository.advance(job, from, fates.length, counted),
      );
      return counted;
    });
    if (!job.dry_run) for (const outcome of rowOutcomes) this.rows.inc(outcome, counts[outcome]);
  }

  private async write({ job, reader }: Application, rows: readonly TableRow[], read: ReadRows): Promise<Outcome> {
    const validRows = rows.map(({ number }) => read.get(number)!).filter((row): row is ReadRow => !('faults' in row));
    const context = await this.lookup.of(job, validRows);
    const { tags_mode } = job.options ?? previousOptions;
    const decisions = decide(rows, reader, read, { ...job, tags_mode }, context, newId);
    if (keepsKeys(job, context.matcher)) await this.dryRunKeys.keep(job, keysToKeep(job, decisions));
    if (!job.dry_run) {
      const kind = this.importables.of(job.model_type);
      const changes = await write(this.records, kind, jobAuthor(job), decisions, context.resolvers);
      for (const each of changes) await this.changes.insert(job, each);
    }
    return decisions;
  }

  private failureMessage(job: Import, error: unknown): string {
    if (error instanceof DomainError) return error.message;
    this.logger.warn({ error, import_id: job.id }, 'the database refused a row of an import');
    return 'the database refuses the row';
  }
}

/** A record that was made is found by its own id later, but not by the one that its row named. */
function keysToKeep({ dry_run }: Import, { createdKeys, changedKeys }: Decisions) {
  const named = createdKeys.filter(({ secondary }) => secondary !== '');
  return dry_run ? [...createdKeys, ...changedKeys] : named;
}

function failureOf(rows: readonly TableRow[], message: string): Outcome {
  const fault = { column: null, field: null, value: '', message };
  return {
    fates: rows.map(({ number }) => ({ row: number, outcome: 'failed', record_id: null, messages: [] })),
    refused: rows.map(({ number, cells }) => ({ row: number, cells, faults: [fault] })),
  };
}

function countsOf(fates: readonly RowFate[]): BatchCounts {
  const counts = { created: 0, updated: 0, skipped: 0, failed: 0, warned: 0 };
  for (const { outcome, messages } of fates) {
    counts[outcome]++;
    if (messages.length > 0) counts.warned++;
  }
  return counts;
}
