import type { FastifyInstance } from 'fastify';
import { isOfApi } from '../http/api-prefix';
import type { GuardedRequest } from '../http/request';
import type { RateLimits } from './rate-limits';

/**
 * Counts each request of the API once. A request beyond its budget is refused before its body is read: whoever has no
 * budget left cannot make the server receive and parse bodies. Must be called before `app.init()`, and after the hook
 * for unknown routes was added.
 */
export function limitRequests(fastify: FastifyInstance, provide: () => RateLimits): void {
  let provided: RateLimits | undefined;
  const limits = (): RateLimits => (provided ??= provide());
  fastify.addHook('onRequest', (request: GuardedRequest, reply, done) => {
    if (!isOfApi(request.url)) return done();
    limits()
      .admit(request, reply)
      .then(() => done(), done);
  });
  // What a hook before this one has refused: unknown routes, and requests in excess of what the process can do. And what
  // an answer costs beside its request.
  fastify.addHook('onSend', (request: GuardedRequest, reply, _payload, done) => {
    // A browser sends a preflight by itself, and no script can read its answer.
    const isPreflight = request.method === 'OPTIONS' && reply.statusCode === 204;
    if (isPreflight || !isOfApi(request.url)) return done();
    if (request.bucket === undefined) {
      limits()
        .count(request, reply)
        .then(() => done(), done);
    } else if (request.owed) {
      limits()
        .takeOwed(request, reply)
        .then(() => done(), done);
    } else done();
  });
}
