import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../../kernel/domain-error';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { authErrors } from './auth.errors';

const message =
  'Confirm your e-mail address first: open the link of the mail that registering sent, or ask for another with POST ' +
  '/auth/forgot-password.';

/**
 * With `REQUIRE_VERIFIED_EMAIL`, keeps a user who has not proved the address to the routes of `auth`, and an app out
 * whose account has no user who did.
 */
@Injectable()
export class VerifiedEmailGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.config.requireVerifiedEmail) return true;
    const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
    if (!caller || caller.is_verified || metadataOf(context, routeMetadata.unverified)) return true;
    throw new DomainError(authErrors.forbidden, { message });
  }
}
