/**
 * Runs work with a timeout and a signal. Unlike `AbortSignal.any`, it leaves no listener at a signal that lives as long
 * as the process.
 */
export async function withTimeout<T>(
  timeoutMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  stop.throwIfAborted();
  const controller = new AbortController();
  // `AbortSignal.timeout` would keep its timer until the time is over.
  const timer = setTimeout(() => controller.abort(timeoutError()), timeoutMs).unref();
  const onStop = (): void => controller.abort(stop.reason);
  stop.addEventListener('abort', onStop);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

function timeoutError(): DOMException {
  return new DOMException('It took too long.', 'TimeoutError');
}
