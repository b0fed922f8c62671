/** The names of all queues. */
export const queueNames = ['webhook-deliveries', 'webhook-deliveries-quick', 'imports'] as const;
export type QueueName = (typeof queueNames)[number];

/** Names a row that is due. The row says what is to be done. */
export interface Job {
  readonly id: string;
  /** The number of the attempt. Once this attempt has begun, other jobs for it do nothing. */
  readonly attempt: number;
}

/** A queue, and the workers of this process that take jobs from it. */
export interface OpenQueue {
  /** @returns how many more jobs would begin at once. @throws if the queue cannot be reached. */
  free(): Promise<number>;
  /** Takes all jobs or throws. It ignores a job that it already has. */
  add(jobs: readonly Job[]): Promise<void>;
  /** Begins no more jobs. Does not wait for those under way. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Hands jobs to workers. It may lose jobs, duplicate them or be late: the state is in PostgreSQL, and a job only names
 * a row.
 */
export abstract class QueueEngine {
  /** Whether only workers of this process get the jobs, each job once and as the object that was added. */
  abstract readonly isLocal: boolean;

  /** @param begin handles a job. It resolves when the job is over, whatever the result. */
  abstract open(name: QueueName, concurrency: number, begin: (job: Job) => Promise<void>): OpenQueue;
}
