import type { CallHandler, ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import { invalidIdOf } from './namespaces';
import { refuseUnknownKeys } from './unknown-keys';
import { isUuid } from './uuid';

/**
 * Runs between the guards and the pipes, which is where the contract wants the ids of the path judged: after the role,
 * before the fields. Every parameter of every path is an id, so no route can forget the check. It also refuses parameters
 * and body keys on routes that take none, which no pipe would see.
 */
export class InputInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const ids = request.params as Record<string, string>;
    for (const [name, value] of Object.entries(ids)) {
      // In the spelling in which the database gives it: what is kept by an id must be found by it.
      ids[name] = value.toLowerCase();
      if (isUuid(value)) continue;
      throw invalidId(request.url, name);
    }
    const takes = inputsOf(context);
    const unexpected = [
      ...(takes.query ? [] : refuseUnknownKeys(request.query as object, [], 'parameter')),
      ...(takes.body ? [] : refuseUnknownKeys(request.body ?? {}, [], 'field')),
    ];
    if (unexpected.length > 0) throw new InvalidInputError(unexpected);
    return next.handle();
  }
}

export function invalidId(url: string, field: string): DomainError {
  const message = `${field} must be a UUID such as 0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70`;
  return new DomainError(invalidIdOf(url), { message, details: [{ field, message }] });
}

const bodyArgument = 3;
const queryArgument = 4;

/** Which inputs a handler declares, as classes; Nest keeps them as keys `<kind>:<index>`. */
export function inputsOf(context: ExecutionContext): { readonly body?: Type; readonly query?: Type } {
  const { name } = context.getHandler();
  const type = context.getClass();
  const declared: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, type, name);
  const classes = Reflect.getMetadata('design:paramtypes', type.prototype as object, name) as Type[];
  const kinds = Object.keys(declared ?? {}).map((key) => key.split(':').map(Number) as [number, number]);
  const [body, query] = [bodyArgument, queryArgument].map((wanted) => kinds.find(([kind]) => kind === wanted)?.[1]);
  return {
    ...(body === undefined ? {} : { body: classes[body]! }),
    ...(query === undefined ? {} : { query: classes[query]! }),
  };
}
