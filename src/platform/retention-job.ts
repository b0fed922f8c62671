import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Config } from './config/config';

const intervalMs = 60 * 60 * 1_000;
/** Milliseconds. Short, so that a process that never runs for an hour cleans up too. */
const firstRunDelayMs = 5 * 60 * 1_000;
const batch = 1_000;

/** What `ConnectionSlots` of `platform/database` does for background work. */
interface Connections {
  takeEach<Result>(owner: string, of: 'background', work: () => Promise<Result>): Promise<Result>;
}

/** Removes at most this number of rows. @returns the number of rows removed. */
export type RetentionStep = (batch: number) => Promise<number>;

/**
 * Removes rows that have no effect any more, every hour, in small batches. Several instances may do so at the same
 * time.
 */
export abstract class RetentionJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private timers: readonly NodeJS.Timeout[] = [];
  private isStopping = false;

  constructor(
    private readonly config: Config,
    protected readonly logger: Logger,
    private readonly connections: Connections,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.workers) return;
    const run = () => void this.runLogged();
    this.timers = [setTimeout(run, firstRunDelayMs), setInterval(run, intervalMs)];
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.isStopping = true;
  }

  /** @returns the number of rows removed. */
  async run(): Promise<number> {
    let total = 0;
    for (const step of this.steps()) {
      for (let removed = batch; removed === batch && !this.isStopping; total += removed) {
        removed = await this.connections.takeEach('retention', 'background', () => step(batch));
      }
    }
    return total;
  }

  protected abstract steps(): readonly RetentionStep[];

  private async runLogged(): Promise<void> {
    try {
      const removed = await this.run();
      this.logger.debug({ removed }, 'what had expired was removed');
    } catch (error) {
      this.logger.warn({ error }, 'what had expired could not be removed; the next try is in an hour');
    }
  }
}
