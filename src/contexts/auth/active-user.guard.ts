import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { wrapGuardError } from '../../platform/http/guard-errors';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { SessionsService } from './sessions.service';

/** Refuses deactivated users and tokens of ended sessions. Makes any other user with a valid token the caller. */
@Injectable()
export class ActiveUserGuard implements CanActivate {
  constructor(private readonly sessions: SessionsService) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const identification = request.identification;
    if (metadataOf(context, routeMetadata.public) || identification?.state !== 'valid') return true;
    const { claims } = identification;
    if (claims.use !== 'user') return true;
    return wrapGuardError(
      () => this.sessions.callerOf(claims),
      (caller) => {
        request.caller = caller;
        return true;
      },
    );
  }
}
