import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Failures that pass sooner are not worth a line in the log. */
const failureLogDelayMs = 5_000;

/**
 * Work that is looked for again and again: at an interval, and as soon as somebody knows that there is some. One round at a
 * time; a call during a round makes another one follow.
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
      if (this.restMs > 0) await delay(this.restMs);
    }
    // Here and not when the promise resolves: a call in between would be lost.
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
