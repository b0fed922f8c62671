import { type EventType, eventTypes } from '../../kernel/event-recorder';
import { everyItem, Enum, Field, type FieldOptions, type Rule, Text } from '../../platform/fields/fields';
import { Cursor, Limit, Timestamp } from '../../platform/fields/query-fields';
import { Bool } from '../../platform/fields/record-fields';
import { type DeliveryStatus, deliveryStatuses, sentTypes } from './delivery';
import { isAllowedUrl } from './webhook-url';
import { webhooksErrors } from './webhooks.errors';

const maxLength = 2_048;

/** Other rules refuse what is no text, or too long. */
const isWebhookUrl: Rule = {
  name: 'isWebhookUrl',
  holds: (value, _, config) =>
    typeof value !== 'string' ||
    value.trim() === '' ||
    value.length > 2 * maxLength ||
    value.includes('\0') ||
    !value.isWellFormed() ||
    isAllowedUrl(value, config?.webhookAllowedHosts ?? []),
  message: 'must be an https URL without user and password, whose host is a name or a public address',
  definition: webhooksErrors.invalid_url,
};

const url = {
  max: maxLength,
  isUrl: true,
  required: webhooksErrors.url_required,
  rules: [isWebhookUrl],
  description: 'Where events are sent to: https, without user and password, to a name or a public address.',
  example: 'https://hooks.example.com/tideline',
};
const description = { max: 500, description: 'What people call it.', example: 'Mailing list' };
const isActive = { description: 'Whether events are sent to it.', example: true };

const isEventType = {
  name: 'isEventType',
  holds: (value: unknown) => eventTypes.includes(value as EventType),
  message: `must be one of ${eventTypes.join(', ')}`,
};

const isEvents = everyItem(`must be at most ${eventTypes.length} types of events`, eventTypes.length, isEventType);

function EventTypes({ optional = false }: Pick<FieldOptions, 'optional'> = {}): PropertyDecorator {
  return Field({
    description: 'The types of events that are sent to it.',
    example: ['contact.created', 'contact.updated', 'contact.deleted'],
    optional,
    // Refused names keep their positions, so that `details` names the right ones.
    read: (value) => (isEvents.holds(value, {}) ? [...new Set(value as EventType[])] : value),
    rules: [
      {
        name: 'isNotEmpty',
        holds: (value) => Array.isArray(value) && value.length > 0,
        message: 'must be an array of at least one type of event',
      },
      isEvents,
    ],
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: eventTypes.length,
      items: { type: 'string', enum: [...eventTypes] },
    },
  });
}

export class CreateWebhookInput {
  @Text(url)
  url!: string;

  @Text(description)
  description?: string;

  @EventTypes()
  events!: EventType[];

  @Bool({ ...isActive, fallback: true })
  is_active?: boolean;
}

export class UpdateWebhookInput {
  @Text({ ...url, optional: true })
  url?: string;

  @Text(description)
  description?: string;

  @EventTypes({ optional: true })
  events?: EventType[];

  @Bool(isActive)
  is_active?: boolean;
}

export class ListWebhooksInput {
  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}

export class ListDeliveriesInput {
  @Enum({ members: deliveryStatuses, description: 'Only deliveries in this state.', example: 'failed', optional: true })
  status?: DeliveryStatus;

  @Enum({
    members: sentTypes,
    description: 'Only deliveries of events of this type.',
    example: 'contact.created',
    optional: true,
  })
  event?: string;

  @Limit()
  limit?: number;

  @Cursor()
  cursor?: string;
}

export class ReplayInput {
  @Timestamp({
    description: 'Events that happened then or later are sent again; they are kept for 30 days.',
    example: '2026-01-31T09:30:00Z',
    optional: false,
  })
  since!: Date;
}
