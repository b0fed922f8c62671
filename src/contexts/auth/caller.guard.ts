import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { authErrors } from './auth.errors';

/** Requires a caller, which an earlier guard has found, unless the route is public. */
@Injectable()
export class CallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { caller, identification } = context.switchToHttp().getRequest<GuardedRequest>();
    if (caller || metadataOf(context, routeMetadata.public)) return true;
    throw new DomainError(identification?.state === 'absent' ? authErrors.required : authErrors.invalid_token);
  }
}
