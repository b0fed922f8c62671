import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { RetentionJob, type RetentionStep } from '../../platform/retention-job';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Transactions } from '../../platform/database/transactions';
import { eventRetentionMs } from '../../platform/outbox/event-body';
import { LOGGER } from '../../platform/logging/logger';
import { ImportChangesRepository } from './import-changes.repository';
import { ImportErrorsRepository } from './import-errors.repository';
import { ImportFilesRepository } from './import-files.repository';
import { ImportFilesService } from './import-files.service';
import { ImportRowsRepository } from './import-rows.repository';
import { importSteps } from './import.entity';
import { ImportsRepository } from './imports.repository';

/** Milliseconds. The server closes a connection without traffic long before. */
const maxUploadAgeMs = 2 * 60 * 60 * 1_000;
/** Milliseconds for which it is kept what became of each row: 7 days. */
const rowRetentionMs = 7 * 24 * 60 * 60 * 1_000;
/** Maximum number of files removed in one transaction. A file may have half a gigabyte. */
const fileBatchSize = 10;
const chunkBatchSize = 100;

/**
 * Removes files that nobody confirmed, chunks of broken uploads, changes that can no longer be undone, old errors, and
 * what became of rows.
 */
@Injectable()
export class ImportsRetentionJob extends RetentionJob {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly chunks: ImportFilesRepository,
    private readonly errors: ImportErrorsRepository,
    private readonly rows: ImportRowsRepository,
    private readonly changes: ImportChangesRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) logger: Logger,
    connections: ConnectionSlots,
  ) {
    super(config, logger, connections);
  }

  protected override steps(): RetentionStep[] {
    const now = this.clock.now();
    const ago = (time: number) => new Date(now.getTime() - time);
    return [
      () => inTurns(() => this.expire(now), fileBatchSize),
      () => inTurns(() => this.chunks.removeLeftOver(ago(maxUploadAgeMs), chunkBatchSize), chunkBatchSize),
      (batch) => this.changes.removeOld(now, batch),
      (batch) => this.rows.removeOld(ago(rowRetentionMs), batch),
      (batch) => this.errors.removeOld(ago(eventRetentionMs), batch),
    ];
  }

  private async expire(now: Date): Promise<number> {
    return this.transactions.run(async () => {
      const expired = await this.imports.findExpired(now, fileBatchSize);
      for (const job of expired) {
        await this.imports.update(job.account_id, job.id, importSteps.expire(job, now));
        await this.files.remove(job);
      }
      return expired.length;
    });
  }
}

/** Repeats a step until it does less than a full turn. @returns how much was done. */
async function inTurns(step: () => Promise<number>, size: number): Promise<number> {
  let total = 0;
  for (let done = size; done === size; total += done) done = await step();
  return total;
}
