import pg, { Pool, type PoolClient } from 'pg';
import type { Slot } from '../fairness/fair-slots';
import type { ConnectionSlots } from './connection-slots';

type Release = PoolClient['release'];
type Connected = (error: Error | undefined, client: PoolClient | undefined, release: Release) => void;

/**
 * The module `pg` for TypeORM, with a pool whose connections need a slot where `ConnectionSlots` says so. The pool is the one
 * way to a connection: for named statements, for transactions and for TypeORM's repositories.
 */
export function pgWithSlots(connections: ConnectionSlots): typeof pg {
  class FairPool extends Pool {
    override connect(): Promise<PoolClient>;
    override connect(connected: Connected): void;
    override connect(connected?: Connected): Promise<PoolClient> | void {
      const slot = connections.take();
      if (!slot) return connected ? super.connect(connected) : super.connect();
      const connecting = this.connectWith(slot);
      if (!connected) return connecting;
      connecting.then(
        (client) => connected(undefined, client, client.release),
        (error: Error) => connected(error, undefined, () => undefined),
      );
    }

    private async connectWith(taking: Promise<Slot>): Promise<PoolClient> {
      const slot = await taking;
      try {
        const client = await super.connect();
        const release = client.release;
        client.release = (error) => {
          slot.release();
          release(error);
        };
        return client;
      } catch (error) {
        slot.release();
        throw error;
      }
    }
  }
  return Object.assign(Object.create(pg) as typeof pg, { Pool: FairPool });
}
