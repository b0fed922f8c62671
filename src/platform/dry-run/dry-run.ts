import { type ExecutionContext, Injectable, RequestMethod, SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import { ApiExtension } from '@nestjs/swagger';
import type { AccountId } from '../../kernel/account-id';
import { tooBusy } from '../../kernel/too-busy';
import { Transactions } from '../database/transactions';
import { AroundHandler, AroundWrites, type Handler } from '../http/around-handler';
import { type GuardedRequest, routeExtensions, routeMetadata } from '../http/request';

/** Carries a write out and rolls it back, if the request asks for that (docs/contract.md, section 7). */
@Injectable()
export class DryRun extends AroundHandler {
  constructor(private readonly transactions: Transactions) {
    super();
  }

  override around(context: ExecutionContext, handler: Handler): Promise<object | undefined> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    return request.isDryRun ? this.tryOut(context, request, handler) : handler();
  }

  private async tryOut(
    context: ExecutionContext,
    { caller, params }: GuardedRequest,
    handler: Handler,
  ): Promise<object | undefined> {
    const result = await this.transactions.dryRun(async () => {
      await this.lock(caller!.account_id);
      return handler();
    });
    const isCreation =
      Reflect.getMetadata(METHOD_METADATA, context.getHandler()) === RequestMethod.POST &&
      Object.keys(params as object).length === 0;
    // What has no id of its own, as the answer of a bulk, tells itself what would be made.
    return isCreation && result && 'id' in result ? { ...result, id: null } : result;
  }

  /** The slots of `ConnectionGuard` let an account try out one write at a time in a process; this does so in all of them. */
  private async lock(accountId: AccountId): Promise<void> {
    const [lock] = await this.transactions.rows<{ locked: boolean }>(
      'dry-run-lock',
      `select pg_try_advisory_xact_lock(hashtextextended('dry run ' || $1::text, 0)) as locked`,
      [accountId],
    );
    if (!lock!.locked) throw tooBusy(new Error('Another process tries out a write of this account.'));
  }
}

/** The writes of the controller may be tried out: they take `dry_run`. */
export function DryRunnableWrites(): ClassDecorator {
  return AroundWrites(DryRun, takesDryRun);
}

const takesDryRun: MethodDecorator = (controller, name, descriptor) => {
  // The document has a field of a body among the fields.
  if (Reflect.hasMetadata(routeMetadata.dryRun, descriptor.value as object)) return;
  ApiExtension(routeExtensions.dryRun, true)(controller, name, descriptor);
  SetMetadata(routeMetadata.dryRun, true)(controller, String(name), descriptor);
};
