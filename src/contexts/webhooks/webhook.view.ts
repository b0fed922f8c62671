import { ApiProperty } from '@nestjs/swagger';
import { eventTypes } from '../../kernel/event-recorder';
import {
  authorDescription,
  exampleIds,
  IdValue,
  NullableTimestampValue,
  TimestampValue,
  ReferenceValue,
  TextValue,
  BoolValue,
} from '../../platform/fields/view-fields';
import type { Webhook } from './webhook.entity';

export class WebhookView {
  @IdValue(exampleIds.webhook)
  id!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ReferenceValue(exampleIds.user, authorDescription)
  created_by!: string | null;

  @TextValue('https://hooks.example.com/tideline')
  url!: string;

  @TextValue('Mailing list')
  description!: string;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', enum: [...eventTypes] },
    example: ['contact.created', 'contact.updated'],
  })
  events!: string[];

  @BoolValue(true, 'Whether events are sent to it.')
  is_active!: boolean;

  @TextValue('whsec_k3Vd', { description: 'How the secret begins; the rest is shown once, when it is made.' })
  secret_prefix!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: null,
    description: 'Why it was switched off, if it was not by somebody.',
  })
  disabled_reason!: string | null;

  @NullableTimestampValue(
    'When the first event happened for which there was no room among the waiting deliveries; a replay from there sends it.',
  )
  missed_since!: string | null;

  @TimestampValue()
  created_at!: string;

  @TimestampValue()
  updated_at!: string;
}

export class WebhookWithSecretView extends WebhookView {
  @TextValue('whsec_k3VdTq0hB7yJ2mW9xR5nL8sF1aZ4cG6pE0uI3oYtQwM=', {
    description: 'Verifies what is sent to it. Shown now and never again: keep it.',
  })
  secret!: string;
}

export function webhookView(webhook: Webhook): WebhookView {
  return {
    id: webhook.id,
    account_id: webhook.account_id,
    created_by: webhook.created_by,
    url: webhook.url,
    description: webhook.description,
    events: webhook.events,
    is_active: webhook.is_active,
    secret_prefix: webhook.secret_prefix,
    disabled_reason: webhook.disabled_reason,
    missed_since: webhook.missed_since?.toISOString() ?? null,
    created_at: webhook.created_at.toISOString(),
    updated_at: webhook.updated_at.toISOString(),
  };
}
