import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { type Job, type OpenQueue, QueueEngine, type QueueName } from './queue-engine';

/** Hands jobs to workers of the same process. It needs no other service. */
@Injectable()
export class InProcessEngine extends QueueEngine {
  override readonly isLocal = true;

  override open(_name: QueueName, concurrency: number, begin: (job: Job) => Promise<void>): OpenQueue {
    const limit = pLimit(concurrency);
    const close = async () => limit.clearQueue();
    return {
      free: async () => concurrency - limit.activeCount - limit.pendingCount,
      add: async (jobs) => jobs.forEach((job) => void limit(() => begin(job))),
      pause: close,
      close,
    };
  }
}
