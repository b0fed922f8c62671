import type { Readable } from 'node:stream';
import type { Clock } from '../../kernel/clock';
import { stateError } from './imports.errors';

/** Bytes a second, on average: what the slowest mobile networks do. */
const minRate = 10_000;
/** Milliseconds for which the rate is not judged: a connection may begin slowly, or pause. */
const graceMs = 30_000;
const checkIntervalMs = 1_000;

/**
 * Yields the bytes as they arrive, as long as they do not arrive too slowly. Only the time counts in which the server
 * waits for bytes, since the client is not the cause of the rest. A timer runs only while it waits.
 *
 * @throws DomainError `imports.invalid_request` if the bytes arrive too slowly; also while none arrives.
 */
export async function* receive(bytes: Readable, clock: Clock): AsyncGenerator<Buffer> {
  const iterator = bytes[Symbol.asyncIterator]() as NodeJS.AsyncIterator<Buffer>;
  let received = 0;
  let waitedMs = 0;
  const next = () =>
    new Promise<IteratorResult<Buffer>>((resolve, reject) => {
      const since = clock.now().getTime();
      const waited = () => waitedMs + clock.now().getTime() - since;
      const timer = setInterval(() => {
        if (!isTooSlow(received, waited())) return;
        clearInterval(timer);
        reject(
          stateError('The file arrived at less than 10 KB a second on average. Send it over a faster connection.'),
        );
      }, checkIntervalMs);
      const end = () => {
        clearInterval(timer);
        waitedMs = waited();
      };
      iterator.next().finally(end).then(resolve, reject);
    });
  try {
    for (let piece = await next(); piece.done !== true; piece = await next()) {
      received += piece.value.length;
      yield piece.value;
    }
  } finally {
    // Not awaited: of bytes that come too slowly, the next ones may never come.
    iterator.return?.().catch(() => undefined);
  }
}

function isTooSlow(bytes: number, waitedMs: number): boolean {
  return waitedMs > graceMs && bytes * 1_000 < minRate * waitedMs;
}
