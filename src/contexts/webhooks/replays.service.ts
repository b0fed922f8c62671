import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { tooBusy } from '../../kernel/too-busy';
import { Transactions } from '../../platform/database/transactions';
import { Idempotency } from '../../platform/idempotency/idempotency';
import { eventRetentionMs } from '../../platform/outbox/event-body';
import { Relay } from '../../platform/outbox/relay';
import { WorkQueues } from '../../platform/queue/work-queues';
import type { EndpointBacklog } from './backlog';
import { Backlogs } from './backlogs';
import { DeliveriesRepository, type PlacedEvent, type WantedEvents as Wanted } from './deliveries.repository';
import type { ReplayView } from './delivery.view';
import type { Webhook } from './webhook.entity';
import { WebhooksRepository } from './webhooks.repository';

/** Maximum number of events in a transaction. */
const batchSize = 5_000;

interface Found {
  readonly events: readonly PlacedEvent[];
  /** If there are fewer events than wanted: the position up to which there are no others. */
  readonly searchedTo: number;
}

interface Batch {
  readonly count: number;
  /** The position behind which the next batch begins; null after the last one. */
  readonly next: number | null;
}

/** Delivers events again. */
@Injectable()
export class ReplaysService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly backlogs: Backlogs,
    private readonly transactions: Transactions,
    private readonly idempotency: Idempotency,
    private readonly relay: Relay,
    private readonly queues: WorkQueues,
    private readonly clock: Clock,
  ) {}

  /**
   * Delivers the events since a time again, under their ids, the oldest first, as far as there is room for pending
   * deliveries. The first one for which there is none is marked as missed. A replay from what the endpoint had missed,
   * or from before that, moves the mark on with each batch, and removes it at the end. So a crash loses no mark.
   */
  async replay({ account_id }: Caller, endpointId: string, since: Date): Promise<ReplayView> {
    const endpoint = await this.webhooks.getActive(account_id, endpointId);
    // Deliveries of events that get their positions later are made without a replay.
    await this.relay.catchUp(account_id);
    const wanted = wantedBy(endpoint, since, this.clock.now());
    return this.idempotency.commit(async () => {
      let count = 0;
      for (let left: Wanted | null = wanted; left !== null;) {
        const batch: Batch = await this.deliverSome(account_id, endpoint, left, left === wanted);
        count += batch.count;
        left = batch.next === null ? null : { ...wanted, after: batch.next };
      }
      return { count };
    });
  }

  private async deliverSome(accountId: AccountId, endpoint: Webhook, wanted: Wanted, isFirst: boolean): Promise<Batch> {
    // Not in the transaction that locks the endpoints, because the first event may be behind a million others.
    const found = await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const latest = await this.deliveries.findLatestPosition(accountId);
      const events = await this.deliveries.findEvents(accountId, endpoint.events, wanted);
      return { events, searchedTo: Math.max(latest, events.at(-1)?.position ?? wanted.after) };
    });
    return this.transactions.run(() => this.deliver(accountId, endpoint, wanted, found, isFirst));
  }

  private async deliver(
    accountId: AccountId,
    { id, events: types }: Webhook,
    wanted: Wanted,
    found: Found,
    isFirst: boolean,
  ): Promise<Batch> {
    if (!(await this.deliveries.lockReplay(accountId, isFirst))) throw tooBusy(undefined);
    const backlog = await this.backlogs.lock(accountId);
    const { url_version } = await this.webhooks.getActive(accountId, id);
    let { events } = found;
    let isLast = events.length < wanted.limit;
    if (isLast) {
      // Others may have come. Behind those, no event can be missed before the lock is released.
      const later = await this.deliveries.findEvents(accountId, types, { ...wanted, after: found.searchedTo });
      events = [...events, ...later];
      isLast = later.length < wanted.limit;
    }
    const rooms = await this.backlogs.take(
      backlog,
      events.map(() => id),
    );
    const count = rooms.includes(false) ? rooms.indexOf(false) : events.length;
    await this.deliveries.insert(
      events.slice(0, count).map((event) => ({
        ...{ account_id: accountId, endpoint_id: id, url_version, event_id: event.id, event: event.type },
      })),
      this.clock.now(),
    );
    const [leftOut, last] = [events[count], events.at(-1)];
    if (coversMissed(wanted, backlog.get(id)!)) {
      if (leftOut) backlog.change(id, { missed_since: leftOut.created_at, missed_position: leftOut.position });
      else if (isLast) backlog.change(id, { missed_since: null, missed_position: null });
      else backlog.change(id, { missed_position: last!.position + 1 });
    } else if (leftOut) backlog.miss(id, leftOut);
    await this.backlogs.save([backlog]);
    if (count > 0) this.transactions.afterCommit(() => this.queues.wake('webhook-deliveries'));
    return { count, next: leftOut || isLast ? null : last!.position };
  }
}

/** From exactly what was missed, a replay goes on with the position, because events before it may have happened later. */
function wantedBy({ missed_since, missed_position }: Webhook, since: Date, now: Date): Wanted {
  const oldest = new Date(Math.max(since.getTime(), now.getTime() - eventRetentionMs));
  const coversMissed = missed_since !== null && since <= missed_since;
  const goesOn = since.getTime() === missed_since?.getTime();
  return {
    after: goesOn ? missed_position! - 1 : 0,
    since: oldest,
    orFrom: coversMissed ? missed_position : null,
    limit: batchSize,
  };
}

/** Whether a replay that wants these events delivers all that the endpoint missed. */
function coversMissed({ orFrom }: Wanted, { missed_position }: EndpointBacklog): boolean {
  return orFrom !== null && missed_position !== null && missed_position >= orFrom;
}
