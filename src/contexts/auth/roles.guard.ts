import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Role } from '../../kernel/caller';
import { DomainError } from '../../kernel/domain-error';
import { type GuardedRequest, routeMetadata } from '../../platform/http/request';
import { authErrors } from './auth.errors';

/** Lets callers through who have one of the route's roles; a route without roles is for every caller. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const places = [context.getHandler(), context.getClass()];
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(routeMetadata.roles, places);
    if (!allowed) return true;
    const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
    if (caller?.kind === 'user' && allowed.includes(caller.role)) return true;
    throw new DomainError(authErrors.forbidden);
  }
}
