import { createParamDecorator, type ExecutionContext, Inject, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';

/** @returns the handler's result, which goes into the envelope. */
export type Handler = () => Promise<object | undefined>;

/**
 * A feature that some routes have around their handlers. It runs behind the guards and the pipes, and its errors reach the
 * error filter. It is made for two features of writes: a key that makes a request happen once, and the dry run.
 */
export abstract class AroundHandler {
  /**
   * Answers the request. A feature that the request does not ask for returns `handler()`. One that is asked for may answer
   * without the handler; or call it inside `Transactions.run`, which the handler's service joins, and see the result before
   * the commit; or call it inside `Transactions.dryRun`, which answers and rolls back. A transaction that met a deadlock calls
   * the handler again.
   */
  abstract around(context: ExecutionContext, handler: Handler): Promise<object | undefined>;
}

type RouteMethod = (this: object, ...args: unknown[]) => Promise<object | undefined>;

const HandlerContext = createParamDecorator((_: unknown, context: ExecutionContext) => context);

/**
 * Puts a feature around the handler of this route. Of several, the topmost is the outermost. It is no Nest interceptor: that
 * would cost every request of the route some 100 µs, asked for or not (docs/decisions/0033-around-a-handler.md).
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
    // What other decorators say of the route is kept on the method, also by those that stand below this one.
    for (const key of Reflect.getMetadataKeys(method)) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapped);
    }
    descriptor.value = wrapped as typeof descriptor.value;
  };
}
