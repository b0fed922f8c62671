// What deliveries are measured by: posts the same body again and again, so many at a time.
// node bench/post-loop.mjs <url> <count> <concurrency>
import { Agent, request } from 'undici';

const [url, count, concurrency] = process.argv.slice(2);
const dispatcher = new Agent({ connections: Number(concurrency) });
const body = JSON.stringify({ id: 'x'.repeat(36), event: 'contact.created', data: { text: 'x'.repeat(600) } });
const headers = {
  'content-type': 'application/json',
  'webhook-id': 'x',
  'webhook-timestamp': '0',
  'webhook-signature': 'v1,',
};
let left = Number(count);
const post = async () => {
  while (left-- > 0) {
    const response = await request(url, { method: 'POST', headers, body, dispatcher });
    await response.body.dump();
  }
};
await Promise.all(Array.from({ length: Number(concurrency) }, post));
await dispatcher.close();
