import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { GuardedRequest } from '../../platform/http/request';
import { AccessTokens } from '../../platform/tokens/access-tokens';

/** The first guard: reads the token, unless rate limits needed it before, and lets every request through. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly tokens: AccessTokens) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    if (request.identification) return true;
    const identification = this.tokens.identify(request);
    if (identification instanceof Promise) {
      return identification.then((found) => {
        request.identification = found;
        return true;
      });
    }
    request.identification = identification;
    return true;
  }
}
