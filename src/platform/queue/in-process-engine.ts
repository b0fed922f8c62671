import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Transactions } from '../database/transactions';
import { type Job, type OpenQueue, QueueEngine, type QueueName } from './queue-engine';

/** Workers of the same process: nothing else is needed. */
@Injectable()
export class InProcessEngine extends QueueEngine {
  constructor(private readonly transactions: Transactions) {
    super();
  }

  override open(_name: QueueName, concurrency: number, begin: (job: Job) => Promise<void>): OpenQueue {
    const limit = pLimit(concurrency);
    const close = async () => limit.clearQueue();
    return {
      free: async () => concurrency - limit.activeCount - limit.pendingCount,
      // Begun before the commit, they would wait for the locks of their rows, or work in the transaction that claims them.
      add: async (jobs) => this.transactions.afterCommit(() => jobs.forEach((job) => void limit(() => begin(job)))),
      pause: close,
      close,
    };
  }
}
