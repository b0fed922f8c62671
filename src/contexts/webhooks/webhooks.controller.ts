import { Body, Controller, Delete, Get, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import type { Page } from '../../kernel/page';
import { IdempotentWrites, OwnTransactions } from '../../platform/idempotency/idempotent-write';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { WholeListInterceptor } from '../../platform/operations/operation.guard';
import { CurrentCaller, Roles, Slow } from '../../platform/http/request';
import { DeliveriesService } from './deliveries.service';
import { DeliveryView, ReplayView } from './delivery.view';
import { ReplaysService } from './replays.service';
import { WebhookView, WebhookWithSecretView } from './webhook.view';
import {
  CreateWebhookInput,
  ListDeliveriesInput,
  ListWebhooksInput,
  ReplayInput,
  UpdateWebhookInput,
} from './webhooks.dto';
import { webhooksErrors } from './webhooks.errors';
import { WebhooksService } from './webhooks.service';

const { not_found } = webhooksErrors;

@ApiTags('webhooks')
@Controller('webhooks')
@IdempotentWrites()
@Roles('owner', 'admin', 'app')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly deliveries: DeliveriesService,
    private readonly replays: ReplaysService,
  ) {}

  @Get()
  @UseInterceptors(WholeListInterceptor)
  @ApiEndpoint({ summary: 'List webhook endpoints', description: 'Newest first.', result: { page: WebhookView } })
  list(@CurrentCaller() caller: Caller, @Query() input: ListWebhooksInput): Promise<Page<WebhookView>> {
    return this.webhooks.list(caller, input);
  }

  @Get(':id')
  @ApiEndpoint({ summary: 'Get a webhook endpoint', result: WebhookView, raises: [not_found] })
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<WebhookView> {
    return this.webhooks.get(caller, id);
  }

  @Post()
  @ApiEndpoint({
    summary: 'Create a webhook endpoint',
    description:
      'Events of these types are sent to it from now on, signed by Standard Webhooks 1.0. Shows the secret, once.',
    result: WebhookWithSecretView,
  })
  create(@CurrentCaller() caller: Caller, @Body() input: CreateWebhookInput): Promise<WebhookWithSecretView> {
    return this.webhooks.create(caller, input);
  }

  @Patch(':id')
  @ApiEndpoint({
    summary: 'Change a webhook endpoint',
    description:
      'Fields left out stay. What waits for the URL of before, or while it is switched off, is cancelled when it comes due.',
    result: WebhookView,
    raises: [not_found],
  })
  update(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() input: UpdateWebhookInput,
  ): Promise<WebhookView> {
    return this.webhooks.update(caller, id, input);
  }

  @Delete(':id')
  @ApiEndpoint({
    summary: 'Delete a webhook endpoint',
    description: 'With its deliveries; nothing more is sent to it.',
    result: null,
    raises: [not_found],
  })
  delete(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.webhooks.delete(caller, id);
  }

  @Post(':id/rotate-secret')
  @ApiEndpoint({
    summary: 'Give a webhook endpoint a new secret',
    description: 'For 24 hours the secret of before signs too, so that the receiver can be changed in peace.',
    result: WebhookWithSecretView,
    raises: [not_found],
  })
  rotateSecret(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<WebhookWithSecretView> {
    return this.webhooks.rotateSecret(caller, id);
  }

  @Post(':id/test')
  @ApiEndpoint({
    summary: 'Send a test event',
    description:
      'Sends `webhook.test`, whatever types the endpoint wants. Answers at once: get the delivery to see what came of it.',
    result: DeliveryView,
    raises: [not_found],
  })
  test(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<DeliveryView> {
    return this.deliveries.test(caller, id);
  }

  @Get(':id/deliveries')
  @ApiEndpoint({
    summary: 'List deliveries of a webhook endpoint',
    description: 'Newest first, each with its attempts; kept for 30 days.',
    result: { page: DeliveryView },
    raises: [not_found],
  })
  listDeliveries(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() input: ListDeliveriesInput,
  ): Promise<Page<DeliveryView>> {
    return this.deliveries.list(caller, id, input);
  }

  @Get(':id/deliveries/:delivery_id')
  @ApiEndpoint({ summary: 'Get a delivery', result: DeliveryView, raises: [not_found] })
  getDelivery(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('delivery_id') deliveryId: string,
  ): Promise<DeliveryView> {
    return this.deliveries.get(caller, id, deliveryId);
  }

  @Post(':id/deliveries/:delivery_id/retry')
  @ApiEndpoint({
    summary: 'Try a delivery again',
    description: 'At once, whatever came of it before, under the same id.',
    result: DeliveryView,
    raises: [not_found],
  })
  retryDelivery(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('delivery_id') deliveryId: string,
  ): Promise<DeliveryView> {
    return this.deliveries.retry(caller, id, deliveryId);
  }

  @Post(':id/replay')
  @OwnTransactions()
  @Slow()
  @ApiEndpoint({
    summary: 'Send again what happened since a time',
    description:
      'The events of the types that the endpoint wants, under their ids, delivered before or not, the oldest first. Of an account ' +
      'at most 100,000 deliveries wait; `missed_since` says from where a replay goes on for which there was no room.',
    result: ReplayView,
    raises: [not_found],
  })
  replay(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() { since }: ReplayInput,
  ): Promise<ReplayView> {
    return this.replays.replay(caller, id, since);
  }
}
