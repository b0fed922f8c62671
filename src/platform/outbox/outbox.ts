import { Injectable } from '@nestjs/common';
import type { Author } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { EventRecorder, type NewEvent } from '../../kernel/event-recorder';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';
import { maxEventBytes } from './event-body';
import { Relay } from './relay';

/** Writes an event in the transaction of its change. */
@Injectable()
export class Outbox extends EventRecorder {
  constructor(
    private readonly transactions: Transactions,
    private readonly relay: Relay,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async recordMany(author: Author, events: readonly NewEvent[]): Promise<string[]> {
    const ids = events.map(() => newId());
    const texts = events.map(textsOf);
    await this.transactions.join(() =>
      this.transactions.rows(
        'events-record',
        `insert into events (id, account_id, type, entity_id, data, previous, user_id, app_id, created_at)
         select id, $1, type, entity_id, data::json, previous::json, $7, $8, $9
         from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[]) as made (id, type, entity_id, data, previous)`,
        [
          author.account_id,
          ids,
          events.map(({ type }) => type),
          events.map(({ entity_id }) => entity_id),
          texts.map(({ data }) => data),
          texts.map(({ previous }) => previous),
          author.kind === 'user' ? author.user_id : null,
          author.kind === 'app' ? author.app_id : null,
          this.clock.now(),
        ],
      ),
    );
    this.transactions.afterCommit(() => this.relay.wake());
    return ids;
  }
}

/** Leaves out what is too large when the event is written, because no reader would get it. */
function textsOf({ data, previous }: NewEvent): { data: string; previous: string | null } {
  const texts = { data: JSON.stringify(data), previous: previous === undefined ? null : JSON.stringify(previous) };
  const isTooLarge = (text: string) => Buffer.byteLength(text) > maxEventBytes;
  return isTooLarge(texts.data) || isTooLarge(texts.previous ?? '') ? { data: 'null', previous: null } : texts;
}
