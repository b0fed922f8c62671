import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { RetentionJob, type RetentionStep } from '../retention-job';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { firstIdAt } from '../database/ids';
import { Transactions } from '../database/transactions';
import { LOGGER } from '../logging/logger';
import { eventRetentionMs } from './event-body';

/**
 * Milliseconds for which events stay beyond their time, so that a client at the oldest end of the feed can go on
 * reading.
 */
const readerGraceMs = 2 * 60 * 60 * 1_000;

/** Removes events that are too old for the change feed. */
@Injectable()
export class EventsRetentionJob extends RetentionJob {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) logger: Logger,
    connections: ConnectionSlots,
  ) {
    super(config, logger, connections);
  }

  protected override steps(): RetentionStep[] {
    const before = new Date(this.clock.now().getTime() - eventRetentionMs - readerGraceMs);
    return [(batch) => this.remove(before, batch)];
  }

  /** Event ids are in the order of time, so the times need no index. */
  private async remove(before: Date, batch: number): Promise<number> {
    const removed = await this.transactions.rows(
      'events-remove-old',
      `delete from events where id = any (array(
         select id from events where id < $1 and created_at < $2 and position is not null order by id limit $3
       ))
       returning 1 as removed`,
      [firstIdAt(before), before, batch],
    );
    return removed.length;
  }
}
