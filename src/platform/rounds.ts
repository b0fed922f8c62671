import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Milliseconds of failures before the log says so. */
const patience = 5_000;

/**
 * Repeats a search for work: at an interval, and soon after `wake`. Rounds do not overlap; a call during a round makes
 * another round follow.
 */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private wanted = false;
  private running: Promise<void> | undefined;
  private failingSince: number | undefined;
  private told = false;

  /**
   * @param failure the message for the log when rounds keep failing.
   * @param rest the minimum time between two rounds, in milliseconds. A round that finds more costs less for each item.
   */
  constructor(
    private readonly failure: string,
    private readonly interval: number,
    private readonly round: () => Promise<void>,
    private readonly logger: Logger,
    private readonly rest = 0,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.wake(), this.interval);
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
      if (this.rest > 0) await delay(this.rest);
    }
    // Set here and not after the promise resolves: a call in between would be lost.
    this.running = undefined;
  }

  private succeeded(): void {
    if (this.told) this.logger.info('it works again: %s', this.failure);
    this.failingSince = undefined;
    this.told = false;
  }

  private failed(error: unknown): void {
    const now = performance.now();
    this.failingSince ??= now;
    if (this.told || now - this.failingSince < patience) return;
    this.told = true;
    this.logger.error({ error }, `${this.failure}; it is tried again until it works`);
  }
}
