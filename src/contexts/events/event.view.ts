import { ApiProperty } from '@nestjs/swagger';
import { eventTypes } from '../../kernel/event-recorder';
import { EnumValue, exampleIds, IdValue, TimestampValue } from '../../platform/fields/view-fields';

const anything = { type: 'object', additionalProperties: true } as const;

export class EventView {
  @IdValue(exampleIds.event)
  id!: string;

  @EnumValue(eventTypes, 'contact.updated')
  event!: string;

  @TimestampValue()
  timestamp!: string;

  @IdValue(exampleIds.account)
  account_id!: string;

  @ApiProperty({
    ...anything,
    nullable: true,
    description: 'The record as GET gives it; of a deleted one the last state. Null when it is larger than 1 MiB.',
    example: { id: exampleIds.contact, first_name: 'Grace', last_name: 'Hopper' },
  })
  data!: object | null;

  @ApiProperty({
    ...anything,
    required: false,
    description: 'The earlier values of what an update changed.',
    example: { last_name: 'Murray' },
  } as never)
  previous?: object;

  @ApiProperty({
    type: 'string',
    required: false,
    description: 'Why there is no data.',
    example: `The record is larger than 1 MiB. Fetch it: GET /api/v1/contacts/${exampleIds.contact}`,
  })
  note?: string;
}

export class EventPageView {
  @ApiProperty({ type: [EventView] })
  items!: EventView[];

  @ApiProperty({
    type: 'string',
    description: 'Give it as `after` to get what comes next. Always there: on an empty page it keeps the place.',
    example: 'b1Z0c2VjcmV0LWN1cnNvcg',
  })
  next_cursor!: string;
}
