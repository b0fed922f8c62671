import { Injectable } from '@nestjs/common';
import type { Webhook } from './webhook.entity';

/** Maximum numbers of pending deliveries. Tests make them smaller. */
@Injectable()
export class BacklogLimits {
  /** Of an account, whatever it asks for. */
  account = 100_000;
  /**
   * What each active endpoint of an account is sure of, so that a receiver that is down does not make its siblings miss
   * events. An account has at most a hundred endpoints.
   */
  endpoint = 1_000;
}

/** The columns of an endpoint that say what waits for it and what it missed. */
export type EndpointBacklog = Pick<
  Webhook,
  | 'id'
  | 'account_id'
  | 'events'
  | 'url_version'
  | 'is_active'
  | 'after_position'
  | 'waiting_at_most'
  | 'count_again_at'
  | 'missed_since'
  | 'missed_position'
>;

/** An event for which there was no room. */
export interface MissedEvent {
  readonly position: number;
  readonly created_at: Date;
}

/**
 * How many deliveries of an account wait, by endpoint: an upper bound, because what ends is not taken off. Whoever makes
 * a delivery pending takes room for it first.
 */
export class Backlog {
  private readonly byId: ReadonlyMap<string, EndpointBacklog>;
  private readonly changedIds = new Set<string>();

  constructor(
    readonly endpoints: readonly EndpointBacklog[],
    private readonly limits: BacklogLimits,
  ) {
    this.byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  }

  get(id: string): EndpointBacklog | undefined {
    return this.byId.get(id);
  }

  /** The endpoints whose columns have to be written. */
  get changed(): EndpointBacklog[] {
    return [...this.changedIds].map((id) => this.byId.get(id)!);
  }

  change(id: string, changes: Partial<EndpointBacklog>): void {
    Object.assign(this.byId.get(id)!, changes);
    this.changedIds.add(id);
  }

  /**
   * @param wanted ids of active endpoints, one for each delivery, in their order.
   * @returns whether there is room for each.
   */
  roomFor(wanted: readonly string[]): boolean[] {
    const waiting = new Map(this.endpoints.map(({ id, waiting_at_most }) => [id, waiting_at_most ?? 0]));
    const unusedShareOf = (id: string): number => Math.max(0, this.limits.endpoint - waiting.get(id)!);
    const active = this.endpoints.filter(({ is_active }) => is_active);
    let total = sum([...waiting.values()]);
    let unusedShares = sum(active.map(({ id }) => unusedShareOf(id)));
    return wanted.map((id) => {
      const unusedShare = unusedShareOf(id);
      // Beyond its own share, an endpoint leaves room for the shares of the others.
      if (total + (unusedShare > 0 ? 0 : unusedShares) >= this.limits.account) return false;
      waiting.set(id, waiting.get(id)! + 1);
      total++;
      if (unusedShare > 0) unusedShares--;
      return true;
    });
  }

  add(id: string): void {
    this.change(id, { waiting_at_most: (this.byId.get(id)!.waiting_at_most ?? 0) + 1 });
  }

  /** Moves the mark of what the endpoint missed so far back that it covers this event. */
  miss(id: string, { position, created_at }: MissedEvent): void {
    const { missed_since, missed_position } = this.byId.get(id)!;
    this.change(id, {
      missed_since: missed_since !== null && missed_since < created_at ? missed_since : created_at,
      missed_position: missed_position !== null && missed_position < position ? missed_position : position,
    });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
