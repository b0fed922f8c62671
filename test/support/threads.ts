import { join } from 'node:path';
import type * as Threads from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';

/** Threads start outside of Jest, which would translate their TypeScript. */
jest.mock('node:worker_threads', () => {
  const threads = jest.requireActual<typeof Threads>('node:worker_threads');
  class Worker extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      super(file, { ...options, execArgv: ['--require', join(__dirname, 'translate.cjs')] });
    }
  }
  return { ...threads, Worker };
});
