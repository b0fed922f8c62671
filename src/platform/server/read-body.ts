import type { Readable } from 'node:stream';
import { unreadable } from './unreadable-body';

/**
 * Maximum number of pieces in which a body may come. Node's HTTP parser makes a buffer of each chunk of a chunked body:
 * a megabyte in chunks of one byte keeps the process busy for half a second.
 */
export const maxPieces = 16_384;

/** How much is read of a body. */
export interface Allowance {
  readonly maxBytes: number;
  /** The error of a body with more bytes. */
  readonly excess: () => Error;
  /** For the whole body. Without it a body may take any time. */
  readonly timeoutMs?: number;
}

/**
 * Reads a whole body. Fastify's own reader keeps a buffer for each piece, which takes some 370 bytes of memory for one
 * byte of the body. This one copies the pieces together.
 *
 * @param length as announced by the client; NaN if it is not.
 * @param done is called once. Errors with a `statusCode` are the client's.
 */
export function readBody(
  body: Readable,
  length: number,
  { maxBytes, excess, timeoutMs }: Allowance,
  done: (error: Error | null, bytes: Buffer) => void,
): void {
  let bytes = Buffer.alloc(0);
  let filled = 0;
  let pieces = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = (error: Error | null) => {
    clearTimeout(timer);
    body.off('data', take).off('end', finish).off('error', fail);
    done(error, bytes.subarray(0, filled));
  };
  const finish = () => end(null);
  const fail = (error: Error) => end(Object.assign(error, { statusCode: 400 }));
  const take = (piece: Buffer) => {
    const size = filled + piece.length;
    if (size > maxBytes) return end(excess());
    if (++pieces > maxPieces) return end(tooManyPieces());
    if (size > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(size, 2 * bytes.length)));
      bytes.copy(larger, 0, 0, filled);
      bytes = larger;
    }
    piece.copy(bytes, filled);
    filled = size;
  };
  if (length > maxBytes) return end(excess());
  body.on('data', take).on('end', finish).on('error', fail);
  if (timeoutMs !== undefined) timer = setTimeout(() => end(tooSlow(timeoutMs)), timeoutMs);
}

function tooManyPieces(): Error {
  return unreadable(`The body comes in more than ${maxPieces.toLocaleString('en')} chunks: send larger ones.`);
}

function tooSlow(timeoutMs: number): Error {
  return unreadable(`The body did not arrive within ${timeoutMs / 1_000} seconds: send a smaller one.`);
}
