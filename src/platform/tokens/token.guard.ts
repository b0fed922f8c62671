import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GuardedRequest } from '../http/request';
import { AccessTokens } from './access-tokens';

/** The first guard: finds out who calls, and lets everybody through. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly tokens: AccessTokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    request.identification = await this.tokens.identify(request);
    return true;
  }
}
