import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Identification } from '../../kernel/identification';
import { type GuardedRequest, metadataOf, routeMetadata } from '../../platform/http/request';
import { Callers } from '../../platform/tokens/callers';

/** The first guard: finds the caller, except on public routes, and lets every request through. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly callers: Callers) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (metadataOf(context, routeMetadata.public)) return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const identification = this.callers.identify(request);
    // Usually the caller is remembered: such a request need not wait for a promise.
    if (identification instanceof Promise) return identification.then((found) => keep(request, found));
    return keep(request, identification);
  }
}

function keep(request: GuardedRequest, { caller, refusal }: Identification): true {
  request.caller = caller;
  request.refusal = refusal;
  return true;
}
