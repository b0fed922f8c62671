/** The queues there are. */
export const queueNames = ['webhook-deliveries', 'imports'] as const;
export type QueueName = (typeof queueNames)[number];

/** A row that somebody may work on now. What there is to do stands in the row. */
export interface Job {
  readonly id: string;
  /** Which attempt at it: once one was begun, jobs for it are void. */
  readonly attempt: number;
}

/** A queue, and the workers of this process that take from it. */
export interface OpenQueue {
  /** @returns how many jobs more would be begun at once. @throws when the queue cannot be reached. */
  free(): Promise<number>;
  /** Takes all of them or throws; of one that it has already it takes no second. */
  add(jobs: readonly Job[]): Promise<void>;
  /** Begins no more jobs. Those under way are not waited for. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Hands jobs to workers. It may lose jobs, double them or be late: the truth is in PostgreSQL, a job only says where to look.
 */
export abstract class QueueEngine {
  /** Whether jobs go to workers of this process only, each once and as the object that was added. */
  abstract readonly isLocal: boolean;

  /** @param begin starts to work on a job and resolves, whatever comes of it, when that is over. */
  abstract open(name: QueueName, concurrency: number, begin: (job: Job) => Promise<void>): OpenQueue;
}
