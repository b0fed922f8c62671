import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors } from '../../kernel/too-busy';
import { isOfApi } from '../http/api-prefix';
import { type GuardedRequest, metadataOf, routeMetadata } from '../http/request';
import { RateLimits } from './rate-limits';

/**
 * Refuses requests beyond the caller's budget, before a bad token, role and input are refused. Without a caller the
 * address counts: so the token of an ended session takes nothing from its user. On a public route the address counts,
 * even if a token is sent. Probes are not part of the API and not counted.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    if (!isOfApi(request.url)) return true;
    const ownClass = metadataOf(context, routeMetadata.rateClass) as 'login' | undefined;
    const byAddress = ownClass ?? (metadataOf(context, routeMetadata.public) ? 'public' : undefined);
    const taken = await this.limits.count(request, http.getResponse<FastifyReply>(), byAddress);
    if (!taken || taken.allowed) return true;
    const { retryAfter } = taken;
    const message = `Too many requests: try again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}.`;
    throw new DomainError(rateLimitErrors.exceeded, { message, retryAfter });
  }
}
