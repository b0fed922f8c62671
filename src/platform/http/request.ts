import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, type Role, roles as allRoles, type UserCaller } from '../../kernel/caller';
import type { Identification } from '../../kernel/identification';
import type { Operation } from './operations';

/** What the guards learn about a request on its way. */
export interface GuardedRequest extends FastifyRequest {
  identification?: Identification;
  caller?: Caller;
  /** Whether it is counted against a rate limit already. */
  isCounted?: boolean;
  /** The operation that was called, when the request came by one. */
  operation?: Operation;
  /** The part of all records that the operation asks for. */
  section?: { readonly limit: number; readonly offset: number };
}

const publicKey = 'tideline:public';
const rolesKey = 'tideline:roles';
const rateClassKey = 'tideline:rate-class';
/** Where guards and tests find what the decorators below say of a route. */
export const routeMetadata = { public: publicKey, roles: rolesKey, rateClass: rateClassKey } as const;
/** What tells the same to `openapi.ts`, which takes it out of the document again. */
export const routeExtensions = { public: 'x-tideline-public', roles: 'x-tideline-roles' } as const;

type Said = ReadonlyMap<string, unknown>;

/** By controller, since a handler may be inherited by several. */
const known = new WeakMap<object, Map<object, Said>>();

/** What a decorator says of the route, or of its controller. */
export function metadataOf(
  context: ExecutionContext,
  key: (typeof routeMetadata)[keyof typeof routeMetadata],
): unknown {
  const [controller, handler] = [context.getClass(), context.getHandler()];
  let ofHandlers = known.get(controller);
  if (!ofHandlers) known.set(controller, (ofHandlers = new Map<object, Said>()));
  let said = ofHandlers.get(handler);
  if (!said) {
    const read = (each: string): [string, unknown] => [
      each,
      Reflect.getMetadata(each, handler) ?? Reflect.getMetadata(each, controller),
    ];
    said = new Map(Object.values(routeMetadata).map(read));
    ofHandlers.set(handler, said);
  }
  return said.get(key);
}

/** The route needs no caller. Every route has either this or guards. */
export function Public(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(publicKey, true), ApiExtension(routeExtensions.public, true));
}

/** An app has no role; where it may do what some roles may, it is named beside them. */
export type Allowed = Role | 'app';

/** Only users with one of these roles may call the route, and apps if they are named; without it every caller may. */
export function Roles(...allowed: readonly Allowed[]): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(rolesKey, allowed), ApiExtension(routeExtensions.roles, allowed));
}

/** Every user may call the route, but no app. */
export function UsersOnly(): MethodDecorator & ClassDecorator {
  return Roles(...allRoles);
}

/** The route has a budget of its own, by address, for every caller (docs/contract.md, section 4). */
export function RateClass(rateClass: 'login'): MethodDecorator {
  return SetMetadata(rateClassKey, rateClass);
}

/** The caller that the guards let through. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!caller) throw new Error('A public route has no caller.');
  return caller;
});

/** The caller of a route for users only. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): UserCaller => {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (caller?.kind !== 'user') throw new Error('A route whose caller is a user needs @UsersOnly or @Roles.');
  return caller;
});
