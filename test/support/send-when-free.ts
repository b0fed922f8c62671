import { setTimeout } from 'node:timers/promises';

interface Refusable {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/**
 * Sends a request again while the answer is that the server is busy: 429 with `Retry-After: 1`. On a busy machine many requests
 * at once may wait longer for a connection or a core than the server allows.
 */
export async function sendWhenFree<Answer extends Refusable>(send: () => Promise<Answer>): Promise<Answer> {
  for (let retries = 0; ; retries++) {
    const answer = await send();
    if (answer.status !== 429 || answer.headers['retry-after'] !== '1' || retries === 60) return answer;
    await setTimeout(1_000);
  }
}
