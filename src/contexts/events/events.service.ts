import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, PagedList } from '../../kernel/page';
import { eventBody, eventRetentionMs } from '../../platform/outbox/event-body';
import { Relay } from '../../platform/outbox/relay';
import type { EventPageView } from './event.view';
import type { ListEventsInput } from './events.dto';
import { eventsErrors } from './events.errors';
import { EventsRepository } from './events.repository';

/**
 * Milliseconds that a client with a cursor at the oldest event has to ask for the next page. Events are removed even
 * later.
 */
const nextPageGraceMs = 60 * 60 * 1_000;

@Injectable()
export class EventsService {
  constructor(
    private readonly repository: EventsRepository,
    private readonly relay: Relay,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  /**
   * Events of requests that were answered before this call are in the feed. A cursor holds a position (`rank`) and the
   * age of the feed there (`at`). After a page that is not full this is the present time, because later events are yet
   * to happen.
   *
   * @throws DomainError `events.cursor_expired` if events after the cursor may be gone.
   */
  async list({ account_id }: Caller, input: ListEventsInput): Promise<EventPageView> {
    const { after, limit = defaultPageLimit, ...filter } = input;
    const list = new PagedList(this.cursors, 'events', account_id);
    const cursor = list.after(after, 'after');
    const now = this.clock.now().getTime();
    if (cursor && cursor.at < now - eventRetentionMs) throw new DomainError(eventsErrors.cursor_expired);
    await this.relay.catchUp(account_id);
    const since = cursor ? undefined : new Date(now - eventRetentionMs);
    const place = cursor?.rank ?? 0;
    const { events, latest } = await this.repository.list(account_id, { ...filter, since }, place, limit);
    const last = events.at(-1);
    const next =
      last && events.length === limit
        ? { at: Math.max(last.created_at.getTime(), now - eventRetentionMs + nextPageGraceMs), rank: last.position }
        : { at: now, rank: Math.max(place, latest ?? 0) };
    return {
      items: events.map(eventBody),
      next_cursor: list.cursorOf({ ...next, id: account_id }),
    };
  }
}
