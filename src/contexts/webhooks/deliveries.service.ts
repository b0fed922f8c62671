import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { WorkQueues } from '../../platform/queue/work-queues';
import { Backlogs } from './backlogs';
import { DeliveriesRepository } from './deliveries.repository';
import { testType } from './delivery';
import { deliveryView, type DeliveryView } from './delivery.view';
import type { ListDeliveriesInput } from './webhooks.dto';
import { webhooksErrors } from './webhooks.errors';
import { WebhooksRepository } from './webhooks.repository';

/** Lists deliveries, retries them and makes test deliveries. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly transactions: Transactions,
    private readonly backlogs: Backlogs,
    private readonly queues: WorkQueues,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /** Makes a delivery of `webhook.test`, which tells of no change. */
  async test({ account_id }: Caller, endpointId: string): Promise<DeliveryView> {
    return this.transactions.run(async () => {
      const { url_version } = await this.webhooks.getActive(account_id, endpointId);
      await this.backlogs.takeOne(account_id, endpointId);
      const test = { account_id, endpoint_id: endpointId, url_version, event_id: newId(), event: testType };
      const [id] = await this.deliveries.insert([test], this.clock.now());
      this.wakeAfterCommit();
      return this.view(account_id, endpointId, id!);
    });
  }

  async list({ account_id }: Caller, endpointId: string, input: ListDeliveriesInput): Promise<Page<DeliveryView>> {
    const { limit = defaultPageLimit, cursor, ...filter } = input;
    const list = new PagedList(this.cursors, `webhook-deliveries ${endpointId}`, account_id);
    const after = list.after(cursor);
    await this.webhooks.get(account_id, endpointId);
    const rows = await this.deliveries.list(account_id, endpointId, filter, after, limit);
    return list.page(rows, limit, deliveryView);
  }

  async get({ account_id }: Caller, endpointId: string, id: string): Promise<DeliveryView> {
    await this.webhooks.get(account_id, endpointId);
    return this.view(account_id, endpointId, id);
  }

  /** Makes one more attempt now, whatever the result of the earlier ones. The retry schedule continues from there. */
  async retry({ account_id }: Caller, endpointId: string, id: string): Promise<DeliveryView> {
    return this.transactions.run(async () => {
      await this.webhooks.get(account_id, endpointId);
      const { status } = await this.view(account_id, endpointId, id);
      const { url_version } = await this.webhooks.getActive(account_id, endpointId);
      if (status !== 'pending') await this.backlogs.takeOne(account_id, endpointId);
      await this.deliveries.retry(account_id, endpointId, id, url_version, this.clock.now());
      this.wakeAfterCommit();
      return this.view(account_id, endpointId, id);
    });
  }

  private wakeAfterCommit(): void {
    this.transactions.afterCommit(() => this.queues.wake('webhook-deliveries'));
  }

  private async view(accountId: AccountId, endpointId: string, id: string): Promise<DeliveryView> {
    const delivery = await this.deliveries.find(accountId, endpointId, id);
    if (!delivery) throw new DomainError(webhooksErrors.not_found);
    return deliveryView(delivery);
  }
}
