import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller, Role } from '../../kernel/caller';
import type { Identification } from '../tokens/access-tokens';

/** What the guards learn about a request on its way. */
export interface GuardedRequest extends FastifyRequest {
  identification?: Identification;
  caller?: Caller;
}

const publicKey = 'tideline:public';
/** Tells `openapi.ts`, which takes it out of the document again. */
export const publicExtension = 'x-tideline-public';
const rolesKey = 'tideline:roles';
/** Where the guards find what the decorators below say of a route. */
export const routeMetadata = { public: publicKey, roles: rolesKey } as const;

/** The route needs no caller. Every route has either this or guards. */
export function Public(): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(publicKey, true), ApiExtension(publicExtension, true));
}

/** Only users with one of these roles may call the route; without it every caller may. */
export function Roles(...roles: readonly Role[]): MethodDecorator & ClassDecorator {
  return SetMetadata(rolesKey, roles);
}

/** The caller that the guards let through. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!caller) throw new Error('A public route has no caller.');
  return caller;
});
