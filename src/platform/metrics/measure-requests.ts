import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics';

/** Call before every other hook is added: a request that one of them refuses counts too. */
export function measureRequests(fastify: FastifyInstance, metrics: () => Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    // Not the hook for answered requests: it says nothing of those whose client did not wait.
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
