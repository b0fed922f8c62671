import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GuardedRequest } from '../../platform/http/request';
import { Callers } from '../../platform/tokens/callers';

/**
 * Makes the user of a valid token the caller, unless the user is deactivated, or the session or the pair of the token has
 * ended. `CallerGuard` refuses then, behind the rate limit.
 */
@Injectable()
export class ActiveUserGuard implements CanActivate {
  constructor(private readonly callers: Callers) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    return this.callers.find(context.switchToHttp().getRequest<GuardedRequest>(), 'user');
  }
}
