import type { FastifyInstance, FastifyReply, RouteHandlerMethod, RouteOptions } from 'fastify';
import { idsOf, type Operation, operationPath, operations, routeOf } from '../http/operations';
import type { GuardedRequest } from '../http/request';

/**
 * Gives each operation a route with the handler of its REST route: the same budget, guards, pipes, controller and filter.
 * `OperationGuard` translates the request, and the adapter the result. Must be called before `app.init()`.
 */
export function serveOperations(fastify: FastifyInstance): void {
  const handlers = new Map<string, RouteHandlerMethod>();
  const waiting = new Map([...operations.values()].flatMap((each) => each.routes.map((route) => [keyOf(route), each])));
  fastify.addHook('onRoute', ({ method, url, handler, config = {} }: RouteOptions) => {
    const key = `${String(method)} ${url}`;
    const operation = waiting.get(key);
    if (!operation) return;
    waiting.delete(key);
    handlers.set(key, handler);
    if (key !== keyOf(operation.routes[0])) return;
    const { rateClass } = config;
    fastify.post(operationPath(operation), { config: { rateClass } }, answerWith(operation, handlers));
  });
}

function keyOf(route: string): string {
  const { method, url } = routeOf(route);
  return `${method} ${url}`;
}

function answerWith(operation: Operation, handlers: ReadonlyMap<string, RouteHandlerMethod>): RouteHandlerMethod {
  const ids = idsOf(operation);
  return function (request: GuardedRequest, reply: FastifyReply) {
    request.operation = operation;
    // Nest requires path parameters. `OperationGuard` reads the real ones from the body.
    request.params = Object.fromEntries(ids.map(({ parameter }) => [parameter, '-']));
    const [active, inactive] = operation.routes;
    const isSwitchedOff = (request.body as { active?: unknown } | undefined)?.active === false;
    return handlers.get(keyOf(inactive !== undefined && isSwitchedOff ? inactive : active))!.call(this, request, reply);
  };
}
