import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { LOGGER } from '../../platform/logging/logger';
import { OneTimeTokensService } from '../users/one-time-tokens.service';
import { SessionsRepository } from './sessions.repository';
import { SignInFailuresRepository } from './sign-in-failures.repository';

const interval = 60 * 60 * 1_000;
const batch = 1_000;
/** As long as a refresh token lives at most, an ended session can tell its bearer that the user was deactivated. */
const keptAfterEnd = 14 * 24 * 60 * 60 * 1_000;

/** Removes sessions, tokens and failures that mean nothing any more; instances may do it at the same time. */
@Injectable()
export class AuthCleanUp implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly failures: SignInFailuresRepository,
    private readonly oneTimeTokens: OneTimeTokensService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.workers) return;
    this.timer = setInterval(() => void this.runLogged(), interval);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @returns how many rows were removed. */
  async run(): Promise<number> {
    const now = this.clock.now();
    const endedBefore = new Date(now.getTime() - keptAfterEnd);
    const steps = [
      () => this.sessions.removeExpiredTokens(now, batch),
      () => this.sessions.removeOldSessions(now, endedBefore, batch),
      () => this.failures.removeForgotten(now, batch),
      () => this.oneTimeTokens.removeExpired(batch),
    ];
    let removed = 0;
    for (const step of steps) removed += await inBatches(step);
    return removed;
  }

  private async runLogged(): Promise<void> {
    try {
      const removed = await this.run();
      this.logger.debug({ removed }, 'what had expired was removed');
    } catch (error) {
      this.logger.warn({ error }, 'what had expired could not be removed; the next try is in an hour');
    }
  }
}

async function inBatches(remove: () => Promise<number>): Promise<number> {
  let total = 0;
  for (let removed = batch; removed === batch; total += removed) removed = await remove();
  return total;
}
