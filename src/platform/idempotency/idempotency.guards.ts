import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { classOf, ownerOf } from '../admission/connection.guard';
import { ConnectionSlots } from '../database/connection-slots';
import { readIds } from '../fields/input.guard';
import { asksForDryRun } from '../http/dry-run';
import { metadataOf, routeMetadata } from '../http/request';
import { assertSame, idempotencyHeader, type KeyedRequest, keyOf, readKey } from './idempotency-key';
import { StoredAnswersRepository } from './stored-answers.repository';

/** Reads the key of a write. It stands behind the role, because docs/contract.md, section 7, judges the key there. */
@Injectable()
export class IdempotencyKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    const header = request.headers[idempotencyHeader];
    if (header === undefined || !metadataOf(context, routeMetadata.idempotent)) return true;
    if (!asksForDryRun(context, request)) request.idempotencyKey = readKey(header);
    return true;
  }
}

/**
 * Looks for the answer of a request with a key, behind the ids and before `InputGuard`: another request with the key is refused
 * whatever its parameters and fields are. What is found here is answered by `IdempotentWrite`, which also looks for what is stored later.
 */
@Injectable()
export class StoredAnswerGuard implements CanActivate {
  constructor(
    private readonly answers: StoredAnswersRepository,
    private readonly connections: ConnectionSlots,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    return request.idempotencyKey === undefined ? true : this.look(request, request.idempotencyKey);
  }

  private async look(request: KeyedRequest, text: string): Promise<boolean> {
    readIds(request);
    const key = keyOf(request, text);
    const stored = await this.connections.slots.run(ownerOf(request), classOf(request), () => this.answers.find(key));
    if (stored) {
      assertSame(key, stored);
      request.storedAnswer = stored;
    }
    return true;
  }
}
