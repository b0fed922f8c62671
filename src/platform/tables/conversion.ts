import type { Encoding } from './text-encoding';
import { startThread } from './threads';
import { UnreadableFile } from './unreadable-file';

/** A file that is kept in chunks. */
export interface StoredFile {
  /** In bytes. */
  readonly size: number;
  /** Of all chunks but the last one, in bytes. */
  readonly chunkSize: number;
  chunk(number: number): Promise<Buffer>;
}

/** How to turn a file into rows. A plain object, because it is kept with the table. */
export type Conversion =
  | { readonly format: 'vcard'; readonly encoding: Encoding }
  | { readonly format: 'xlsx'; readonly sheet: SheetChoice | undefined };

/** The name of a sheet, or its number among those that are not hidden, from 1. */
export type SheetChoice = string | number;

/** What a thread is told when it begins. */
export type ThreadData = Pick<StoredFile, 'size' | 'chunkSize'> & { readonly conversion: Conversion };

/** A thread waits for the answer before it asks again. */
export type ThreadMessage =
  { readonly chunk: number } | { readonly piece: Uint8Array } | { readonly refused: string } | { readonly done: true };

/**
 * In MiB, for objects of a thread. Files are read in pieces; a file that needs more is refused. A single large object beyond
 * it ends the whole process: whatever reads a file has limits for lists, maps and texts of its own.
 */
const maxMemory = 256;

/** The largest workbook takes a minute on two processors that do nothing else. Few threads serve all accounts. */
const maxMinutes = 10;

/**
 * Turns a file into a table in UTF-8 with commas, in a thread.
 *
 * @param write keeps a piece of the table. @throws UnreadableFile
 */
export async function convertFile(
  file: StoredFile,
  conversion: Conversion,
  write: (piece: Buffer) => Promise<void>,
  timeoutMs = maxMinutes * 60_000,
): Promise<void> {
  const { size, chunkSize } = file;
  const thread = startThread('conversion-thread', { size, chunkSize, conversion } satisfies ThreadData, maxMemory);
  let timer: NodeJS.Timeout | undefined;
  /** The answer that is under way. Nothing is written once this function has ended. */
  let answering: Promise<void> = Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(tooSlow()), timeoutMs);
      const answer = async (message: ThreadMessage) => {
        if ('chunk' in message) thread.postMessage(await file.chunk(message.chunk));
        else if ('piece' in message) {
          await write(Buffer.from(message.piece));
          thread.postMessage(null);
        } else if ('refused' in message) reject(new UnreadableFile(message.refused));
        else resolve();
      };
      thread.on('message', (message: ThreadMessage) => {
        answering = answer(message).catch(reject);
      });
      thread.once('error', (error: NodeJS.ErrnoException) => reject(isOutOfMemory(error) ? tooLarge() : error));
      thread.once('exit', () => reject(new Error('The thread that converts a file has ended without a result.')));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
    await answering;
  }
}

function isOutOfMemory({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooSlow(): UnreadableFile {
  return new UnreadableFile(`The file takes more than ${maxMinutes} minutes to be turned into a table: divide it.`);
}

function tooLarge(): UnreadableFile {
  return new UnreadableFile('The file needs too much memory to be read: divide it.');
}
