import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { LOGGER } from '../../platform/logging/logger';

/** Milliseconds for which an endpoint has one line at most. */
const intervalMs = 60_000;

/** What the log says of a failed attempt. */
export interface FailedAttempt {
  readonly delivery_id: string;
  readonly account_id: string;
  readonly endpoint_id: string;
  readonly event: string;
  readonly status: number | null;
  readonly failure: string | null;
  readonly duration_ms: number;
}

interface Quiet {
  readonly until: number;
  /** Attempts since the last line. */
  attempts: number;
  latest: FailedAttempt;
}

/** Writes a line for the first failed attempt at an endpoint, and then one a minute that counts those since. */
@Injectable()
export class FailureLog implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly byEndpoint = new Map<string, Quiet>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.flush(this.clock.now().getTime()), intervalMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.flush(Infinity);
  }

  add(attempt: FailedAttempt): void {
    const now = this.clock.now().getTime();
    const quiet = this.byEndpoint.get(attempt.endpoint_id);
    if (quiet && now < quiet.until) {
      quiet.attempts++;
      quiet.latest = attempt;
    } else this.write(attempt, (quiet?.attempts ?? 0) + 1, now);
  }

  /** Writes what was counted, and forgets endpoints without failures for a minute. */
  flush(now: number): void {
    for (const [id, { until, attempts, latest }] of this.byEndpoint) {
      if (now < until) continue;
      if (attempts === 0) this.byEndpoint.delete(id);
      else this.write(latest, attempts, now);
    }
  }

  /** @param attempts how many the line stands for. */
  private write(attempt: FailedAttempt, attempts: number, now: number): void {
    this.byEndpoint.set(attempt.endpoint_id, { until: now + intervalMs, attempts: 0, latest: attempt });
    this.logger.info({ ...attempt, attempts }, 'a webhook could not be delivered');
  }
}
