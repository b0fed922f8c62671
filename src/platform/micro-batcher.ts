import { AsyncResource } from 'node:async_hooks';

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects items that come in while a statement is under way, and does them in the next one together. So there are few
 * statements, and no item waits longer than it would alone.
 */
export class MicroBatcher<Item, Result> {
  /**
   * The batch runs outside the callers' async contexts. Otherwise it would join the transaction of whoever came first.
   */
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
      // Items that others add in this turn of the event loop join the batch.
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

  /**
   * If a batch fails, each item is tried alone. So an item that cannot be done, or whose row is locked, does not take
   * others with it.
   */
  private async try(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      // Not awaited, so that other batches go on.
      else for (const one of batch) void this.try([one]);
    }
  }
}
