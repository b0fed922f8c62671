import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { CleanUp, type CleanUpStep } from '../../platform/clean-up';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { LOGGER } from '../../platform/logging/logger';
import { DeliveriesRepository } from './deliveries.repository';

const keptFor = 30 * 24 * 60 * 60 * 1_000;

/** Removes old deliveries, and in time those of endpoints that were deleted. */
@Injectable()
export class WebhooksCleanUp extends CleanUp {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) logger: Logger,
  ) {
    super(config, logger);
  }

  protected override steps(): CleanUpStep[] {
    const before = new Date(this.clock.now().getTime() - keptFor);
    return [(batch) => this.deliveries.removeOld(before, batch)];
  }
}
