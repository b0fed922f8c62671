import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { tooBusy } from '../../kernel/too-busy';
import { ConnectionGuard } from '../admission/connection.guard';
import { FairSlots, type Slot } from '../fairness/fair-slots';
import { AroundHandler, AroundWrites, type Handler } from '../http/around-handler';
import { metadataOf, routeExtensions, routeMetadata } from '../http/request';
import { Idempotency, KeyUnderWay } from './idempotency';
import { type IdempotencyKey, type KeyedRequest, keyOf, replay } from './idempotency-key';

/** Milliseconds that a request waits for another one with the same key. */
const timeoutMs = 2_000;
/** Milliseconds between two looks whether another process has ended with the key. */
const retryMs = 100;

/**
 * Answers a request with a key once (docs/contract.md, section 7). Of several at the same time, one is answered after the
 * other. Who waits holds no connection and no slot for one.
 */
@Injectable()
export class IdempotentWrite extends AroundHandler {
  /** A key is an owner, and one of its requests is under way. */
  private readonly turns = new FairSlots<'key'>({
    name: 'turns of an idempotency key',
    slots: Number.MAX_SAFE_INTEGER,
    maxPerOwner: 1,
    classes: { key: {} },
    timeoutMs,
    maxWaitingPerOwner: 10,
    maxWaiting: 4_000,
  });

  constructor(
    private readonly idempotency: Idempotency,
    private readonly connections: ConnectionGuard,
  ) {
    super();
  }

  override around(context: ExecutionContext, handler: Handler): Promise<object | undefined> {
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    return request.idempotencyKey === undefined
      ? handler()
      : this.answer(context, request, keyOf(request, request.idempotencyKey), handler);
  }

  private async answer(
    context: ExecutionContext,
    { storedAnswer }: KeyedRequest,
    key: IdempotencyKey,
    handler: Handler,
  ): Promise<object | undefined> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    if (storedAnswer) return replay(reply, storedAnswer);
    const ownTransactions = metadataOf(context, routeMetadata.idempotent) === 'own transactions';
    const attempt = () =>
      ownTransactions
        ? this.idempotency.withOwnTransactions({ key, reply }, handler)
        : this.idempotency.once({ key, reply }, handler);
    const until = performance.now() + timeoutMs;
    const turn = await this.takeTurn(context, key);
    try {
      for (;;) {
        try {
          return await attempt();
        } catch (error) {
          if (!(error instanceof KeyUnderWay)) throw error;
          if (performance.now() + retryMs > until) throw tooBusy(error);
          await this.connections.waitWithoutSlot(context, () => delay(retryMs));
        }
      }
    } finally {
      turn.release();
    }
  }

  private async takeTurn(context: ExecutionContext, { caller_id, key }: IdempotencyKey): Promise<Slot> {
    const owner = `${caller_id} ${key}`;
    const free = this.turns.tryTake(owner, 'key');
    if (free) return free;
    const { slot } = this.turns.wait(owner, 'key');
    try {
      await this.connections.waitWithoutSlot(context, () => slot);
    } catch (error) {
      // The turn may have come, but no connection.
      slot.then(
        (turn) => turn.release(),
        () => undefined,
      );
      throw error;
    }
    return slot;
  }
}

/** The writes of the controller take `Idempotency-Key`. */
export function IdempotentWrites(): ClassDecorator {
  return AroundWrites(IdempotentWrite, takesKey);
}

const takesKey: MethodDecorator = (controller, name, descriptor) => {
  ApiExtension(routeExtensions.idempotent, true)(controller, name, descriptor);
  if (Reflect.hasMetadata(routeMetadata.idempotent, descriptor.value as object)) return;
  SetMetadata(routeMetadata.idempotent, true)(controller, String(name), descriptor);
};

/**
 * The handler of the route opens its transactions itself, through `Idempotency.commit`: it waits for something else before, for
 * which it must not hold a connection.
 */
export function OwnTransactions(): MethodDecorator {
  return SetMetadata(routeMetadata.idempotent, 'own transactions');
}
