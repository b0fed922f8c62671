import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error';
import { type Allowed, type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { authErrors } from './auth.errors';

/** Allows callers with one of the route's roles. A route without roles is open to every caller. */
@Injectable()
export class RolesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const allowed = metadataOf(context, routeMetadata.roles) as readonly Allowed[] | undefined;
    if (!allowed) return true;
    const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
    if (caller && allowed.includes(caller.kind === 'user' ? caller.role : 'app')) return true;
    throw new DomainError(authErrors.forbidden);
  }
}
