import { AsyncResource } from 'node:async_hooks';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does many small things in few statements, and none later than alone: while one statement is under way, what comes in
 * waits, and goes into the next one together.
 */
export class MicroBatcher<Item, Result> {
  /** Else the work would belong to whoever came first: to the transaction that was open there. */
  private readonly outside = new AsyncResource('MicroBatcher');
  private waiting: Waiting<Item, Result>[] = [];
  private isRunning = false;

  /**
   * @param maxBatchSize how many go together at most.
   * @param work does all of it or throws; gives a result for each item, in their order. It may be called again with an item
   *   for which it threw.
   */
  constructor(
    private readonly maxBatchSize: number,
    private readonly work: (items: readonly Item[]) => Promise<readonly Result[]>,
  ) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.isRunning) return;
      this.isRunning = true;
      // What others add in this moment goes along.
      this.outside.runInAsyncScope(() => setImmediate(() => void this.run()));
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, this.maxBatchSize);
      this.waiting = this.waiting.slice(this.maxBatchSize);
      await this.try(batch);
    }
    this.isRunning = false;
  }

  /** When it fails for all, each is tried alone: one that cannot be done, or whose row somebody holds, takes no others along. */
  private async try(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      // Not waited for: others go on meanwhile.
      else for (const one of batch) void this.try([one]);
    }
  }
}
