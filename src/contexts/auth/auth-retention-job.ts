import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { RetentionJob, type RetentionStep } from '../../platform/retention-job';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { LOGGER } from '../../platform/logging/logger';
import { OneTimeTokensService } from '../users/one-time-tokens.service';
import { SessionsRepository } from './sessions.repository';
import { SignInFailuresRepository } from './sign-in-failures.repository';

/**
 * Milliseconds for which an ended session stays: the lifetime of a refresh token, so that its bearer is told of a
 * deactivation.
 */
const endedSessionRetentionMs = 14 * 24 * 60 * 60 * 1_000;

/** Removes sessions, tokens and sign-in failures that have no effect any more. */
@Injectable()
export class AuthRetentionJob extends RetentionJob {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly failures: SignInFailuresRepository,
    private readonly oneTimeTokens: OneTimeTokensService,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) logger: Logger,
    connections: ConnectionSlots,
  ) {
    super(config, logger, connections);
  }

  protected override steps(): RetentionStep[] {
    const now = this.clock.now();
    const endedBefore = new Date(now.getTime() - endedSessionRetentionMs);
    return [
      (batch) => this.sessions.removeExpiredTokens(now, batch),
      (batch) => this.sessions.removeOldSessions(now, endedBefore, batch),
      (batch) => this.failures.removeForgotten(now, batch),
      (batch) => this.oneTimeTokens.removeExpired(batch),
    ];
  }
}
