import type { Encoding } from './text-encoding';
import { startThread } from './threads';

/** In MiB. The tables of the detector take about 60. */
const maxMemory = 256;

/**
 * Guesses the code page of a text that is not Unicode, in a thread: the detector takes 100 ms to load.
 *
 * @param sample lines with bytes beyond ASCII.
 */
export async function guessCodePage(sample: Buffer): Promise<Encoding> {
  const thread = startThread('code-page-thread', sample, maxMemory);
  try {
    return await new Promise<Encoding>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => reject(new Error('The thread that guesses a code page has ended without a result.')));
    });
  } finally {
    await thread.terminate();
  }
}
