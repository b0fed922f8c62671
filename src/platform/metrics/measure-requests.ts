import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics';

/** Must be called before any other hook is added, so that requests refused by a hook count too. */
export function measureRequests(fastify: FastifyInstance, metrics: () => Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    // `onResponse` would not see requests whose client did not wait.
    reply.raw.once('close', () => {
      metrics().request({
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.raw.writableFinished ? String(reply.statusCode) : 'hung_up',
        seconds: reply.elapsedTime / 1_000,
      });
    });
    done();
  });
}
