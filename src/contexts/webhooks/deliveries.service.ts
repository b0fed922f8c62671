import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { tooBusy } from '../../kernel/too-busy';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { DomainEvents, type PositionedEvent } from '../../platform/outbox/domain-events';
import { eventRetentionMs } from '../../platform/outbox/event-body';
import { Relay } from '../../platform/outbox/relay';
import { WorkQueues } from '../../platform/queue/work-queues';
import { DeliveriesRepository, type NewDelivery } from './deliveries.repository';
import { testType } from './delivery';
import { deliveryView, type DeliveryView, type ReplayView } from './delivery.view';
import type { Webhook } from './webhook.entity';
import type { ListDeliveriesInput } from './webhooks.dto';
import { webhooksErrors } from './webhooks.errors';
import { type Subscription, WebhooksRepository } from './webhooks.repository';

const replayBatchSize = 5_000;

/** Lists deliveries, retries them and replays events. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly transactions: Transactions,
    private readonly relay: Relay,
    private readonly queues: WorkQueues,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    domainEvents: DomainEvents,
  ) {
    domainEvents.on('events.positioned', ({ events }) => this.deliver(events));
  }

  /** Makes a delivery of `webhook.test`, which tells of no change. */
  async test({ account_id }: Caller, endpointId: string): Promise<DeliveryView> {
    return this.transactions.run(async () => {
      const { url_version } = await this.findActive(account_id, endpointId);
      const test = { account_id, endpoint_id: endpointId, url_version, event_id: newId(), event: testType };
      const [id] = await this.insert([test]);
      return this.view(account_id, endpointId, id!);
    });
  }

  async list({ account_id }: Caller, endpointId: string, input: ListDeliveriesInput): Promise<Page<DeliveryView>> {
    const { limit = defaultPageLimit, cursor, ...filter } = input;
    const list = new PagedList(this.cursors, `webhook-deliveries ${endpointId}`, account_id);
    const after = list.after(cursor);
    await this.findEndpoint(account_id, endpointId);
    const rows = await this.deliveries.list(account_id, endpointId, filter, after, limit);
    return list.page(rows, limit, deliveryView);
  }

  async get({ account_id }: Caller, endpointId: string, id: string): Promise<DeliveryView> {
    await this.findEndpoint(account_id, endpointId);
    return this.view(account_id, endpointId, id);
  }

  /** Makes one more attempt now, whatever the result of the earlier ones. The retry schedule continues from there. */
  async retry({ account_id }: Caller, endpointId: string, id: string): Promise<DeliveryView> {
    return this.transactions.run(async () => {
      await this.findEndpoint(account_id, endpointId);
      await this.view(account_id, endpointId, id);
      const { url_version } = await this.findActive(account_id, endpointId);
      await this.deliveries.retry(account_id, endpointId, id, url_version, this.clock.now());
      this.wakeAfterCommit();
      return this.view(account_id, endpointId, id);
    });
  }

  /**
   * Delivers the events since a time again, under their ids. An account replays once at a time, because a replay may be
   * very large.
   */
  async replay({ account_id }: Caller, endpointId: string, since: Date): Promise<ReplayView> {
    await this.findActive(account_id, endpointId);
    // Events that get their positions later are delivered by the relay.
    await this.relay.catchUp(account_id);
    const from = new Date(Math.max(since.getTime(), this.clock.now().getTime() - eventRetentionMs));
    return this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      if (!(await this.deliveries.lockReplay(account_id))) throw tooBusy(undefined);
      const { url_version, events: types } = await this.findActive(account_id, endpointId);
      let count = 0;
      for (let place = 0, isMore = true; isMore;) {
        const events = await this.deliveries.findEvents(account_id, types, from, place, replayBatchSize);
        await this.insert(
          events.map(({ id, type }) => ({
            account_id,
            endpoint_id: endpointId,
            url_version,
            event_id: id,
            event: type,
          })),
        );
        count += events.length;
        place = events.at(-1)?.position ?? place;
        isMore = events.length === replayBatchSize;
      }
      return { count };
    });
  }

  /**
   * Writes the deliveries of events in the transaction that gives the events their positions. So every event in the
   * feed has its deliveries.
   */
  private async deliver(events: readonly PositionedEvent[]): Promise<void> {
    const accountIds = [...new Set(events.map(({ account_id }) => account_id))];
    const subscriptions = new Map<string, Subscription[]>();
    for (const subscription of await this.webhooks.findSubscriptions(accountIds)) {
      const ofAccount = subscriptions.get(subscription.account_id) ?? [];
      subscriptions.set(subscription.account_id, [...ofAccount, subscription]);
    }
    const deliveries = events.flatMap(({ id, account_id, type }) =>
      (subscriptions.get(account_id) ?? [])
        .filter((subscription) => subscription.events.includes(type))
        .map((subscription) => ({
          ...{ account_id, endpoint_id: subscription.id, url_version: subscription.url_version },
          ...{ event_id: id, event: type },
        })),
    );
    await this.insert(deliveries);
  }

  private async insert(deliveries: readonly NewDelivery[]): Promise<string[]> {
    if (deliveries.length === 0) return [];
    this.wakeAfterCommit();
    return this.deliveries.insert(deliveries, this.clock.now());
  }

  private wakeAfterCommit(): void {
    this.transactions.afterCommit(() => this.queues.wake('webhook-deliveries'));
  }

  private async findEndpoint(accountId: AccountId, id: string): Promise<Webhook> {
    const webhook = await this.webhooks.find(accountId, id);
    if (!webhook) throw new DomainError(webhooksErrors.not_found);
    return webhook;
  }

  private async findActive(accountId: AccountId, id: string): Promise<Webhook> {
    const webhook = await this.findEndpoint(accountId, id);
    if (webhook.is_active) return webhook;
    const message = 'The endpoint is switched off, so nothing is sent to it. PATCH is_active to true first.';
    throw new DomainError(webhooksErrors.invalid_request, { message });
  }

  private async view(accountId: AccountId, endpointId: string, id: string): Promise<DeliveryView> {
    const delivery = await this.deliveries.find(accountId, endpointId, id);
    if (!delivery) throw new DomainError(webhooksErrors.not_found);
    return deliveryView(delivery);
  }
}
