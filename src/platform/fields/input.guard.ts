import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { DomainError, InvalidInputError } from '../../kernel/domain-error';
import { ifMatchErrors } from '../http/if-match';
import { takeDryRun } from '../http/dry-run';
import { invalidIdOf } from '../http/namespaces';
import type { GuardedRequest } from '../http/request';
import { undecodableErrors } from './undecodable-parameters';
import { unknownKeyErrors } from './unknown-keys';
import { isUuid } from '../../kernel/uuid';

/**
 * Checks the ids of the path. It is the last guard and runs before the pipes, because docs/contract.md, section 1.8,
 * judges ids after the role and before the fields. Every parameter of every path is an id, so no route can forget the
 * check. It refuses parameters that cannot be decoded, and a bad `If-Match`; and on routes that take no parameters, no
 * body or no version those too, because no pipe runs there.
 */
@Injectable()
export class InputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    readIds(request);
    const takes = inputsOf(context);
    const unexpected = [
      ...takeDryRun(context, request),
      ...undecodableErrors(request.url),
      ...(takes.query ? [] : unknownKeyErrors(request.query as object, [], 'parameter')),
      ...(takes.body ? [] : unknownKeyErrors(request.body ?? {}, [], 'field')),
      ...ifMatchErrors(context, request),
    ];
    if (unexpected.length > 0) throw new InvalidInputError(unexpected);
    return true;
  }
}

/** @throws DomainError for the first id of the path that is malformed. */
export function readIds({ params, url }: GuardedRequest): void {
  const ids = params as Record<string, string>;
  for (const name in ids) {
    const value = ids[name]!;
    if (!isUuid(value)) throw invalidId(url, name);
    // Lower case, as the database writes ids: caches are keyed by ids.
    ids[name] = value.toLowerCase();
  }
}

export function invalidId(url: string, field: string): DomainError {
  const message = `${field} must be a UUID such as 0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70`;
  return new DomainError(invalidIdOf(url), { message, details: [{ field, message }] });
}

const bodyArgument = 3;
const queryArgument = 4;

interface Inputs {
  readonly body?: Type;
  readonly query?: Type;
}

const known = new WeakMap<object, Inputs>();

/** @returns the input classes that a handler declares. */
export function inputsOf(context: ExecutionContext): Inputs {
  const handler = context.getHandler();
  let inputs = known.get(handler);
  if (!inputs) {
    inputs = readInputsOf(context.getClass(), handler.name);
    known.set(handler, inputs);
  }
  return inputs;
}

/** Nest stores them under keys `<kind>:<index>`. */
function readInputsOf(type: Type, name: string): Inputs {
  const declared: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, type, name);
  const classes = Reflect.getMetadata('design:paramtypes', type.prototype as object, name) as Type[];
  const kinds = Object.keys(declared ?? {}).map((key) => key.split(':').map(Number) as [number, number]);
  const [body, query] = [bodyArgument, queryArgument].map((wanted) => kinds.find(([kind]) => kind === wanted)?.[1]);
  return {
    ...(body === undefined ? {} : { body: classes[body]! }),
    ...(query === undefined ? {} : { query: classes[query]! }),
  };
}
