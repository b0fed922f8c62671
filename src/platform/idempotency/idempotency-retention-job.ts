import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { CONFIG } from '../config/config.module';
import { ConnectionSlots } from '../database/connection-slots';
import { LOGGER } from '../logging/logger';
import { RetentionJob, type RetentionStep } from '../retention-job';
import { StoredAnswersRepository } from './stored-answers.repository';

/** Removes idempotency keys that live no more. */
@Injectable()
export class IdempotencyRetentionJob extends RetentionJob {
  constructor(
    private readonly answers: StoredAnswersRepository,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) logger: Logger,
    connections: ConnectionSlots,
  ) {
    super(config, logger, connections);
  }

  protected override steps(): RetentionStep[] {
    return [(batch) => this.answers.removeExpired(batch)];
  }
}
