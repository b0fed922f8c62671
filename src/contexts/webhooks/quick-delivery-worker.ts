import { Injectable } from '@nestjs/common';
import type { Job } from '../../platform/queue/queue-engine';
import { type JobHandler, WorkQueues } from '../../platform/queue/work-queues';
import { DeliveryWorker, maxPerAccount, maxPerEndpoint } from './delivery-worker';

/** How many deliveries a process has under way besides, while all its slots are taken. An idle connection is cheap. */
const reservedSlots = 64;
/**
 * An account may have no more under way than this share of the reserved slots that are free, but always one. So whoever
 * fills them, the last free ones go to accounts that have nothing under way.
 */
const share = 1 / 4;

/**
 * Keeps slots for endpoints whose last attempt was quick, and for the first delivery of an account. However many
 * receivers do not answer, the others do not wait for them.
 */
@Injectable()
export class QuickDeliveryWorker implements JobHandler {
  readonly queue = 'webhook-deliveries-quick';
  readonly concurrency = reservedSlots;
  readonly relieves = 'webhook-deliveries';

  constructor(
    private readonly worker: DeliveryWorker,
    queues: WorkQueues,
  ) {
    queues.register(this);
  }

  async claim(free: number, isLocal: boolean): Promise<Job[]> {
    const jobs: Job[] = [];
    for (let isMore = true; isMore && jobs.length < free;) {
      const left = free - jobs.length;
      const shared = Math.max(1, Math.floor(left * share));
      const limit = Math.max(1, left - shared);
      const perAccount = Math.min(maxPerAccount, shared);
      const limits = { limit, perEndpoint: maxPerEndpoint, perAccount, quickOnly: true };
      const some = await this.worker.claimWithin(limits, isLocal);
      jobs.push(...some);
      isMore = some.length === limit;
    }
    return jobs;
  }

  async release(jobs: readonly Job[]): Promise<void> {
    await this.worker.release(jobs);
  }

  async handle(job: Job, signal: AbortSignal): Promise<void> {
    await this.worker.handle(job, signal);
  }
}
