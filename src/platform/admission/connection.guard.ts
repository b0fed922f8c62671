import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type ConnectionClass, ConnectionSlots } from '../database/connection-slots';
import { isOfApi } from '../http/api-prefix';
import { type ConnectionUse, type GuardedRequest, metadataOf, routeMetadata } from '../http/request';
import { addressKey } from '../http/address-key';

/**
 * The last guard: lets a request to its handler when there is a connection for its account. The request holds the slot until
 * it is answered (`AnswerAdapter`, `ErrorFilter`), because a handler uses one connection at a time, and rarely waits for
 * anything else. Routes that do wait have `@ConnectionsAsNeeded`.
 */
@Injectable()
export class ConnectionGuard implements CanActivate {
  constructor(private readonly connections: ConnectionSlots) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    const use = metadataOf(context, routeMetadata.connectionUse) as ConnectionUse | undefined;
    if (use === 'as needed' || !isOfApi(request.url)) return true;
    const of = request.isDryRun ? 'dry_run' : isSlow(request, use) ? 'slow' : classOf(request);
    const slot = this.connections.slots.tryTake(ownerOf(request), of);
    if (!slot) return this.wait(request, http.getResponse<FastifyReply>(), of);
    request.slot = slot;
    return true;
  }

  /**
   * Gives the slot of the request back, until what it waits for has come.
   *
   * @throws DomainError `rate_limit.exceeded` if no slot comes free again in time.
   */
  async waitWithoutSlot(context: ExecutionContext, wait: () => Promise<unknown>): Promise<void> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    request.slot?.release();
    await wait();
    await this.canActivate(context);
  }

  private async wait(request: GuardedRequest, { raw }: FastifyReply, of: ConnectionClass): Promise<boolean> {
    const { slot, cancel } = this.connections.slots.wait(ownerOf(request), of);
    // When the client hangs up.
    raw.once('close', cancel);
    try {
      request.slot = await slot;
    } finally {
      raw.off('close', cancel);
    }
    return true;
  }
}

/** A public route has no caller: there the address counts. */
export function ownerOf({ caller, ip }: GuardedRequest): string {
  return caller?.account_id ?? `address ${addressKey(ip)}`;
}

export function classOf({ caller }: GuardedRequest): ConnectionClass {
  return caller ? 'quick' : 'public';
}

function isSlow({ query, body }: GuardedRequest, use: Exclude<ConnectionUse, string> | undefined): boolean {
  if (use === undefined || use.slow === true) return use !== undefined;
  // Looked up in place: a body may have 15,000 keys. An empty parameter counts as absent.
  const has = (name: string) =>
    [query, body].some((sent) => ![undefined, ''].includes((sent as Record<string, string> | undefined)?.[name]));
  return use.slow.some(has);
}
