import { createParamDecorator, type ExecutionContext, Inject, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { routeMetadata } from './request';

/** @returns the handler's result, which the adapter puts into the envelope. */
export type Handler = () => Promise<object | undefined>;

/**
 * A feature around the handlers of some routes. It runs after the guards and pipes, and its errors reach the error
 * filter. Two features of writes need it: a key that makes a request take effect once, and the dry run.
 */
export abstract class AroundHandler {
  /**
   * Answers the request. A feature that the request does not ask for returns `handler()`. Otherwise it may answer
   * without the handler. It may call the handler inside `Transactions.run`, which the service joins, and see the result
   * before the commit. Or it calls the handler inside `Transactions.dryRun`, which answers and rolls back. After a
   * deadlock the transaction calls the handler again.
   */
  abstract around(context: ExecutionContext, handler: Handler): Promise<object | undefined>;
}

type RouteMethod = (this: object, ...args: unknown[]) => Promise<object | undefined>;

const HandlerContext = createParamDecorator((_: unknown, context: ExecutionContext) => context);

/**
 * Puts a feature around the handler of this route. Of several, the topmost is the outermost. A Nest interceptor would
 * cost every request of the route some 100 µs, also those that do not ask for the feature
 * (docs/decisions/0033-around-a-handler.md).
 *
 * @param feature a provider that the controller's module can see.
 */
export function Around(feature: Type<AroundHandler>): MethodDecorator {
  return (controller, name, descriptor) => {
    const method = descriptor.value as RouteMethod;
    const property = Symbol(feature.name);
    Inject(feature)(controller, property);
    const position = Object.keys(
      (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller.constructor, name) ?? {}) as object,
    ).length;
    HandlerContext()(controller, name, position);
    const wrapped = async function (this: Record<symbol, AroundHandler>, ...args: unknown[]) {
      return this[property]!.around(args[position] as ExecutionContext, () => method.apply(this, args));
    };
    Object.defineProperty(wrapped, 'name', { value: name });
    // Other decorators keep their metadata on the method, also those that stand below this one.
    for (const key of Reflect.getMetadataKeys(method)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapped);
    }
    descriptor.value = wrapped as typeof descriptor.value;
  };
}

/**
 * Puts a feature around the handlers of all routes of this controller that change something and need a caller. Routes of a
 * later day have it too.
 *
 * @param also decorators for each of these routes.
 */
export function AroundWrites(feature: Type<AroundHandler>, ...also: readonly MethodDecorator[]): ClassDecorator {
  return ({ prototype }) => {
    const routes = prototype as object;
    for (const name of Object.getOwnPropertyNames(routes)) {
      const descriptor = Object.getOwnPropertyDescriptor(routes, name)!;
      if (!isWriteOfCaller(descriptor.value as unknown)) continue;
      for (const decorate of [Around(feature), ...also]) decorate(routes, name, descriptor);
      Object.defineProperty(routes, name, descriptor);
    }
  };
}

function isWriteOfCaller(method: unknown): boolean {
  if (typeof method !== 'function') return false;
  const verb = Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod | undefined;
  if (verb === undefined || verb === RequestMethod.GET) return false;
  return Reflect.getMetadata(routeMetadata.public, method) !== true;
}
