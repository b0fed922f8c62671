import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { Callers } from '../../platform/tokens/callers';

/** The first guard: reads the token, unless the rate limit needed it before, and lets every request through. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly callers: Callers) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (metadataOf(context, routeMetadata.public)) return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    return request.claims || request.refusal ? true : this.callers.readToken(request);
  }
}
