import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Milliseconds of failures before the log says so. */
const failureLogDelayMs = 5_000;

/**
 * Repeats a search for work: at an interval, and soon after `wake`. Rounds do not overlap; a call during a round makes
 * another round follow.
 */
export class Poller {
  private timer: NodeJS.Timeout | undefined;
  private wanted = false;
  private running: Promise<void> | undefined;
  private failingSince: number | undefined;
  private isFailureLogged = false;

  /**
   * @param failure what the log says when rounds keep failing.
   * @param restMs the least time from the end of a round to the next one, in milliseconds: the more it finds, the less each costs.
   */
  constructor(
    private readonly failure: string,
    private readonly intervalMs: number,
    private readonly round: () => Promise<void>,
    private readonly logger: Logger,
    private readonly restMs = 0,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), this.intervalMs);
    this.wake();
  }

  /** Resolves after the round under way, which may look at `isStopping`. No other round follows. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.running;
  }

  /** Does nothing before the start and after the stop. */
  wake(): void {
    this.wanted = true;
    if (this.timer !== undefined) this.running ??= this.run();
  }

  get isStopping(): boolean {
    return this.timer === undefined;
  }

  private async run(): Promise<void> {
    while (this.wanted && !this.isStopping) {
      this.wanted = false;
      try {
        await this.round();
        this.succeeded();
      } catch (error) {
        this.failed(error);
      }
      if (this.restMs > 0) await delay(this.restMs);
    }
    // Set here and not after the promise resolves: a call in between would be lost.
    this.running = undefined;
  }

  private succeeded(): void {
    if (this.isFailureLogged) this.logger.info('it works again: %s', this.failure);
    this.failingSince = undefined;
    this.isFailureLogged = false;
  }

  private failed(error: unknown): void {
    const now = performance.now();
    this.failingSince ??= now;
    if (this.isFailureLogged || now - this.failingSince < failureLogDelayMs) return;
    this.isFailureLogged = true;
    this.logger.error({ error }, `${this.failure}; it is tried again until it works`);
  }
}
