import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '../../kernel/domain-error';
import { type GuardedRequest, routeMetadata } from '../../platform/http/request';
import { authErrors } from './auth.errors';
import { SessionsService } from './sessions.service';

/** Wants a caller whose session is live and who is not deactivated, unless the route is public. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(routeMetadata.public, [context.getHandler(), context.getClass()]))
      return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const identification = request.identification;
    if (identification?.state !== 'valid') {
      throw new DomainError(identification?.state === 'invalid' ? authErrors.invalid_token : authErrors.required);
    }
    try {
      request.caller = await this.sessions.callerOf(identification.claims);
    } catch (error) {
      // What nobody foresaw in a guard belongs to authentication, whatever the route.
      throw error instanceof DomainError ? error : new DomainError(authErrors.internal, { cause: error });
    }
    return true;
  }
}
