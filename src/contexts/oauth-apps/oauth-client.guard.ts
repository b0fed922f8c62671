import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { asksForDryRun } from '../../platform/http/dry-run';
import type { GuardedRequest } from '../../platform/http/request';
import { Callers } from '../../platform/tokens/callers';
import { OAuthAppsService } from './oauth-apps.service';

/**
 * Makes the app of a valid token the caller, unless the app is revoked or suspended. `CallerGuard` refuses then, behind the
 * rate limit. A dry run does not count as a use of the app.
 */
@Injectable()
export class OAuthClientGuard implements CanActivate {
  constructor(
    private readonly callers: Callers,
    private readonly apps: OAuthAppsService,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const found = this.callers.find(request, 'app');
    const note = (): true | Promise<true> => {
      const { caller } = request;
      return caller?.kind === 'app' && !asksForDryRun(context, request) ? this.apps.noteUse(caller) : true;
    };
    return found instanceof Promise ? found.then(note) : note();
  }
}
