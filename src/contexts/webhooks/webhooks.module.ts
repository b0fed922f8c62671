import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../../platform/encryption/encryption.module';
import { OutboxModule } from '../../platform/outbox/outbox.module';
import { MailModule } from '../../platform/mail/mail.module';
import { UsersModule } from '../users/users.module';
import { BacklogLimits } from './backlog';
import { Backlogs } from './backlogs';
import { DeliveriesRepository } from './deliveries.repository';
import { DueDeliveriesRepository } from './due-deliveries.repository';
import { DeliveriesService } from './deliveries.service';
import { DeliveryClaims } from './delivery-claims';
import { DeliveryWorker } from './delivery-worker';
import { EndpointHealth } from './endpoint-health';
import { FailureLog } from './failure-log';
import { FanOut } from './fan-out';
import { FanOutsRepository } from './fan-outs.repository';
import { HostAddresses } from './host-addresses';
import { QuickDeliveryWorker } from './quick-delivery-worker';
import { ReplaysService } from './replays.service';
import { Sender } from './sender';
import { Webhook } from './webhook.entity';
import { WebhooksRetentionJob } from './webhooks-retention-job';
import { WebhooksController } from './webhooks.controller';
import { WebhooksRepository } from './webhooks.repository';
import { WebhooksService } from './webhooks.service';

@Module({
  imports: [TypeOrmModule.forFeature([Webhook]), EncryptionModule, OutboxModule, MailModule, UsersModule],
  controllers: [WebhooksController],
  providers: [
    WebhooksService,
    WebhooksRepository,
    DeliveriesService,
    DeliveriesRepository,
    ReplaysService,
    FanOut,
    FanOutsRepository,
    Backlogs,
    BacklogLimits,
    DueDeliveriesRepository,
    DeliveryClaims,
    DeliveryWorker,
    QuickDeliveryWorker,
    EndpointHealth,
    FailureLog,
    HostAddresses,
    Sender,
    WebhooksRetentionJob,
  ],
  exports: [WebhooksService],
})
export class WebhooksModule {}
