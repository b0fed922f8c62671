import { getEventListeners } from 'node:events';
import { withTimeout } from './with-timeout';

const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

it('gives what the work gives, and leaves nothing at the signal, and no timer', async () => {
  jest.useFakeTimers();
  const stop = new AbortController();
  expect(await withTimeout(1_000, stop.signal, async () => 'done')).toBe('done');
  await expect(withTimeout(1_000, stop.signal, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

it('ends the work when its time is over, and when somebody stops it', async () => {
  const stop = new AbortController();
  await expect(withTimeout(1, stop.signal, never)).rejects.toMatchObject({ name: 'TimeoutError' });
  const stopped = withTimeout(60_000, stop.signal, never);
  stop.abort(new Error('stopped'));
  await expect(stopped).rejects.toThrow('stopped');
  await expect(withTimeout(60_000, stop.signal, async () => 'begun')).rejects.toThrow('stopped');
});
