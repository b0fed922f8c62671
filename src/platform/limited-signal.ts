/**
 * Runs work that must end in time, or when somebody says so. Unlike `AbortSignal.any`, it leaves nothing behind at a signal that
 * lives as long as the process.
 */
export async function limited<T>(
  milliseconds: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  stop.throwIfAborted();
  const controller = new AbortController();
  const time = AbortSignal.timeout(milliseconds);
  const onTime = (): void => controller.abort(time.reason);
  const onStop = (): void => controller.abort(stop.reason);
  time.addEventListener('abort', onTime);
  stop.addEventListener('abort', onStop);
  try {
    return await work(controller.signal);
  } finally {
    time.removeEventListener('abort', onTime);
    stop.removeEventListener('abort', onStop);
  }
}
