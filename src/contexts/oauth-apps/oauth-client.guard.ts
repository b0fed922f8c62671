import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GuardedRequest } from '../../platform/http/request';
import { Callers } from '../../platform/tokens/callers';

/**
 * Makes the app of a valid token the caller, unless the app is revoked or suspended. `CallerGuard` refuses then, behind the
 * rate limit.
 */
@Injectable()
export class OAuthClientGuard implements CanActivate {
  constructor(private readonly callers: Callers) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.callers.find(context.switchToHttp().getRequest<GuardedRequest>(), 'app');
  }
}
