import { applyDecorators, type ExecutionContext, Injectable } from '@nestjs/common';
import { type ConnectionClass, ConnectionSlots } from '../database/connection-slots';
import { Around, AroundHandler, type Handler } from '../http/around-handler';
import { ConnectionUse, type GuardedRequest } from '../http/request';
import { classOf, ownerOf } from './connection.guard';

@Injectable()
export class AsNeeded extends AroundHandler {
  constructor(private readonly connections: ConnectionSlots) {
    super();
  }

  override around(context: ExecutionContext, handler: Handler): Promise<object | undefined> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    return this.connections.takeEach(ownerOf(request), this.classOf(request), handler);
  }

  protected classOf(request: GuardedRequest): ConnectionClass {
    return classOf(request);
  }
}

@Injectable()
export class AsNeededInBackground extends AsNeeded {
  protected override classOf(): ConnectionClass {
    return 'background';
  }
}

/**
 * The handler waits for other things than the database, such as a hash or the bytes of a client. So it does not hold one of
 * the database's connections meanwhile, but takes its turn for each one that it needs.
 *
 * @param of `background` waits for its turn without an end: for handlers that take long anyway.
 */
export function ConnectionsAsNeeded(of?: 'background'): MethodDecorator {
  return applyDecorators(ConnectionUse('as needed'), Around(of ? AsNeededInBackground : AsNeeded));
}
