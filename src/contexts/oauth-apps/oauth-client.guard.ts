import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { wrapGuardError } from '../../platform/http/guard-errors';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { OAuthAppsService } from './oauth-apps.service';

/** Makes the app of a valid token the caller, unless the app is revoked or suspended. */
@Injectable()
export class OAuthClientGuard implements CanActivate {
  constructor(private readonly apps: OAuthAppsService) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const identification = request.identification;
    if (metadataOf(context, routeMetadata.public) || identification?.state !== 'valid') return true;
    const { claims } = identification;
    if (claims.use !== 'app') return true;
    return wrapGuardError(
      () => this.apps.callerOf(claims),
      (caller) => {
        if (caller) request.caller = caller;
        return true;
      },
    );
  }
}
