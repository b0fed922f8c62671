// A receiver of webhooks for neighbours.mjs: `/healthy` answers at once, `/hanging/…` never does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { certificates } from './receiver.mjs';

const port = 18_322;

export async function startDeliveries() {
  let arrive = () => undefined;
  const server = createServer(
    { key: readFileSync(join(certificates, 'server-key.pem')), cert: readFileSync(join(certificates, 'server.pem')) },
    (request, response) => {
      request.resume();
      if (request.url.startsWith('/hanging')) return;
      request.on('end', () => {
        response.end('ok');
        arrive();
      });
    },
  );
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    environment: { WEBHOOK_ALLOWED_HOSTS: 'localhost', NODE_EXTRA_CA_CERTS: join(certificates, 'ca.pem') },
    endpoint: (path) => `https://localhost:${port}/${path}`,
    /** @returns when the next delivery came to `/healthy`. */
    next: () => new Promise((resolve) => (arrive = resolve)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
