import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Failures that pass sooner are not worth a line in the log. */
const failureLogDelayMs = 5_000;

/**
 * Work that is looked for again and again: at an interval, and as soon as somebody knows that there is some. One round at a
 * time; a call during a round makes another one follow.
 */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private wanted = false;
  private running: Promise<void> | undefined;
  private failingSince: number | undefined;
  private told = false;

  /**
   * @param failure what the log says when rounds keep failing.
   * @param rest the least time from the end of a round to the next one, in milliseconds: the more it finds, the less each costs.
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

  /** Resolves when the round under way is over, which may look at `isStopping`; no other follows. */
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
    // Here and not when the promise resolves: a call in between would be lost.
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
    if (this.told || now - this.failingSince < failureLogDelayMs) return;
    this.told = true;
    this.logger.error({ error }, `${this.failure}; it is tried again until it works`);
  }
}
