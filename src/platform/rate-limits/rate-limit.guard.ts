import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DomainError } from '../../kernel/domain-error';
import { rateLimitErrors } from '../../kernel/too-busy';
import { metadataOf } from '../http/in-guard';
import { apiPrefix } from '../http/namespaces';
import { type GuardedRequest, routeMetadata } from '../http/request';
import { RateLimits } from './rate-limits';

/** Turns away whoever asks too often, before anything else is looked at. Probes, outside the API, are never counted. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(private readonly limits: RateLimits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    if (!request.url.startsWith(`${apiPrefix}/`)) return true;
    const ownClass = metadataOf(context, routeMetadata.rateClass) as 'login' | undefined;
    const taken = await this.limits.count(request, http.getResponse<FastifyReply>(), ownClass);
    if (!taken || taken.allowed) return true;
    const { retryAfter } = taken;
    const message = `Too many requests: try again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}.`;
    throw new DomainError(rateLimitErrors.exceeded, { message, retryAfter });
  }
}
