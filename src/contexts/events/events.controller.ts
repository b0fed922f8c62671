import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../kernel/caller';
import { ApiEndpoint } from '../../platform/openapi/openapi';
import { CurrentCaller } from '../../platform/http/request';
import { EventPageView } from './event.view';
import { ListEventsInput } from './events.dto';
import { eventsErrors } from './events.errors';
import { EventsService } from './events.service';

@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get()
  @ApiEndpoint({
    summary: 'Read the change feed',
    description:
      'Every change to a contact, company, project or activity, kept for 30 days, **oldest first**. No event ever appears ' +
      'behind a cursor that was given out, and those of one record come in the order they took effect. Keep `next_cursor` and ' +
      'give it as `after` next time.',
    result: EventPageView,
    raises: [eventsErrors.cursor_expired],
  })
  list(@CurrentCaller() caller: Caller, @Query() input: ListEventsInput): Promise<EventPageView> {
    return this.events.list(caller, input);
  }
}
