// Load by autocannon, in a process of its own: node bench/load.mjs '<job>', told as one line of JSON.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

/**
 * @param job `url`, `token`, `seconds`, `connections`, and `requests`: paths, or objects with `method`, `path` and `body`, which
 *   every connection sends in turn, beginning with another one.
 * @returns `rate` in requests a second, `p50` and `p99` in milliseconds.
 */
export async function load(job) {
  const child = spawn(process.execPath, [self, JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`The load on ${job.url} failed.`);
  const result = JSON.parse(text);
  if (result.errors + result.non2xx > 0) throw new Error(`${job.url}: ${text}`);
  return result;
}

if (process.argv[1] === self) {
  const { default: autocannon } = await import('autocannon');
  const { url, token, seconds, connections = 20, requests } = JSON.parse(process.argv[2]);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const all = requests.map((request) => {
    const { method = 'GET', path, body } = typeof request === 'string' ? { path: request } : request;
    return { method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  });
  let made = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    requests: all,
    setupClient: (client) => {
      const from = (made++ * 7) % all.length;
      client.setRequests([...all.slice(from), ...all.slice(0, from)]);
    },
  });
  const { p50, p99 } = result.latency;
  const { errors, non2xx, duration } = result;
  const rate = result.requests.total / duration;
  process.stdout.write(JSON.stringify({ rate, total: result.requests.total, p50, p99, errors, non2xx }));
}
