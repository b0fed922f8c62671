import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../../kernel/clock';
import { RetentionJob, type RetentionStep } from '../../platform/retention-job';
import type { Config } from '../../platform/config/config';
import { CONFIG } from '../../platform/config/config.module';
import { ConnectionSlots } from '../../platform/database/connection-slots';
import { Transactions } from '../../platform/database/transactions';
import { eventRetentionMs } from '../../platform/outbox/event-body';
import { Encryption } from '../../platform/encryption/encryption';
import { LOGGER } from '../../platform/logging/logger';
import { DeliveriesRepository } from './deliveries.repository';
import { secretPurpose } from './signature';
import type { Webhook } from './webhook.entity';
import { WebhooksRepository } from './webhooks.repository';

/** Removes old deliveries, also those of deleted endpoints, and encrypts secrets with the present key and in the present form. */
@Injectable()
export class WebhooksRetentionJob extends RetentionJob {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly transactions: Transactions,
    private readonly encryption: Encryption,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
    @Inject(LOGGER) protected override readonly logger: Logger,
    connections: ConnectionSlots,
  ) {
    super(config, logger, connections);
  }

  protected override steps(): RetentionStep[] {
    const now = this.clock.now();
    const before = new Date(now.getTime() - eventRetentionMs);
    return [
      (batch) => this.deliveries.removeOld(before, batch),
      (batch) => this.webhooks.forgetPreviousSecrets(now, batch),
      (batch) => this.renewSecrets(batch),
    ];
  }

  /** Lets an operator remove the previous encryption key, and a later release forget the previous form. */
  private async renewSecrets(batch: number): Promise<number> {
    return this.transactions.run(async () => {
      const foreign = await this.webhooks.findForeignSecrets(this.encryption.mark, batch);
      let count = 0;
      for (const webhook of foreign) {
        const renewed = this.renewed(webhook);
        if (!renewed) continue;
        await this.webhooks.update(webhook.account_id, webhook.id, renewed);
        count++;
      }
      return count;
    });
  }

  private renewed({ id, secret, previous_secret }: Webhook): Partial<Webhook> | null {
    const renew = (encrypted: Buffer) =>
      this.encryption.encrypt(secretPurpose, id, this.encryption.decrypt(secretPurpose, id, encrypted));
    try {
      return { secret: renew(secret), previous_secret: previous_secret && renew(previous_secret) };
    } catch (error) {
      this.logger.error({ error, endpoint_id: id }, 'the secret of a webhook endpoint cannot be read with any key');
      return null;
    }
  }
}
