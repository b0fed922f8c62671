import { ApiProperty } from '@nestjs/swagger';
import {
  EnumValue,
  exampleIds,
  IdValue,
  TimestampValue,
  NullableTimestampValue,
  TextValue,
} from '../../platform/fields/view-fields';
import { type Attempt, type Delivery, deliveryStatuses, sentTypes } from './delivery';
import { failures } from './sender';

export class AttemptView {
  @TimestampValue()
  at!: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 200, description: 'Of the answer; null: there was none.' })
  status!: number | null;

  @ApiProperty({
    type: 'string',
    enum: [...failures, null],
    nullable: true,
    example: null,
    description: 'Null on success.',
  })
  failure!: string | null;

  @ApiProperty({ type: 'integer', example: 84 })
  duration_ms!: number;

  @TextValue('ok', { description: 'How the answer begins: at most 2,048 bytes of its body.' })
  response_start!: string;
}

export class DeliveryView {
  @IdValue(exampleIds.delivery)
  id!: string;

  @IdValue(exampleIds.webhook)
  endpoint_id!: string;

  @IdValue(exampleIds.event)
  event_id!: string;

  @EnumValue(sentTypes, 'contact.created')
  event!: string;

  @EnumValue(deliveryStatuses, 'succeeded')
  status!: string;

  @ApiProperty({ type: 'integer', example: 1 })
  attempt_count!: number;

  @NullableTimestampValue('When it is tried next; null: no more.')
  next_attempt_at!: string | null;

  @TimestampValue()
  created_at!: string;

  @ApiProperty({ type: [AttemptView] })
  attempts!: Attempt[];
}

export class ReplayView {
  @ApiProperty({ type: 'integer', example: 42, description: 'How many events are sent again.' })
  count!: number;
}

export function deliveryView(delivery: Delivery): DeliveryView {
  return {
    id: delivery.id,
    endpoint_id: delivery.endpoint_id,
    event_id: delivery.event_id,
    event: delivery.event,
    status: delivery.status,
    attempt_count: delivery.attempt_count,
    next_attempt_at: delivery.next_attempt_at?.toISOString() ?? null,
    created_at: delivery.created_at.toISOString(),
    attempts: delivery.attempts.map(({ at, status, failure, duration_ms, response_start }) => ({
      ...{ at, status, failure, duration_ms, response_start },
    })),
  };
}
