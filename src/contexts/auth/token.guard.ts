import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { Callers } from '../../platform/tokens/callers';

/** The first guard: reads the token, except on public routes, and lets every request through. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly callers: Callers) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (metadataOf(context, routeMetadata.public)) return true;
    return this.callers.readToken(context.switchToHttp().getRequest<GuardedRequest>());
  }
}
