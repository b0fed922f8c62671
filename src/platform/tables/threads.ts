import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/**
 * Starts a file of this directory in a thread of its own, so that it blocks no request.
 *
 * @param maxMemory in MiB, for its objects.
 */
export function startThread(file: string, workerData: unknown, maxMemory: number): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: maxMemory };
  // What a library prints is nobody's concern.
  return new Worker(join(__dirname, file), { workerData, resourceLimits, stdout: true, stderr: true });
}
