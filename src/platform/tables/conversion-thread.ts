import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { StoredFile, ThreadData, ThreadMessage } from './conversion';
import { UnreadableFile } from './unreadable-file';
import { convertVcards } from './vcard-conversion';
import { convertWorkbook } from './xlsx-conversion';

const port = parentPort!;
const { conversion, size, chunkSize } = workerData as ThreadData;

let asked: Promise<unknown> = Promise.resolve();

/** Chunks are read ahead while pieces are written, so questions wait for the answers to those before. */
function ask(message: ThreadMessage): Promise<Uint8Array> {
  const answer = asked.then(async () => {
    port.postMessage(message);
    const [answered] = (await once(port, 'message')) as [Uint8Array];
    return answered;
  });
  asked = answer;
  return answer;
}

const file: StoredFile = { size, chunkSize, chunk: async (number) => Buffer.from(await ask({ chunk: number })) };

async function* chunks(): AsyncGenerator<Buffer> {
  for (let number = 0; number * chunkSize < size; number++) yield await file.chunk(number);
}

async function write(piece: Buffer): Promise<void> {
  await ask({ piece });
}

async function convert(): Promise<ThreadMessage> {
  try {
    if (conversion.format === 'vcard') await convertVcards(chunks, conversion.encoding, write);
    else await convertWorkbook(file, conversion.sheet, write);
    return { done: true };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return { refused: error.message };
  }
}

void convert().then((message) => port.postMessage(message));
