import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';

/** Requires the caller whom an earlier guard has found, unless the route is public. */
@Injectable()
export class CallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { caller, refusal } = context.switchToHttp().getRequest<GuardedRequest>();
    if (caller || metadataOf(context, routeMetadata.public)) return true;
    throw refusal!;
  }
}
