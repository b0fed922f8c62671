import { type EventType, eventTypes } from '../../kernel/event-recorder';
import { Cursor, Limit, EnumFilter, ReferenceFilter } from '../../platform/fields/query-fields';
import { exampleIds } from '../../platform/fields/view-fields';

export class ListEventsInput {
  @Cursor({ description: '`next_cursor` of an earlier page, unchanged. Left out: from the oldest event that is kept.' })
  after?: string;

  @EnumFilter({
    members: eventTypes,
    description: 'Only events of one of these types; repeat the parameter.',
    example: ['contact.created'],
  })
  types?: EventType[];

  @ReferenceFilter({ description: 'Only events of this record.', example: exampleIds.contact })
  entity_id?: string;

  @Limit()
  limit?: number;
}
