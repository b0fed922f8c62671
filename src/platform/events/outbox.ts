import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { RecordEvent, type RecordedEvent } from '../../kernel/record-event';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';
import { largestRecord } from './event-body';
import { Relay } from './relay';

/** Writes events beside the changes they tell of. */
@Injectable()
export class Outbox extends RecordEvent {
  constructor(
    private readonly transactions: Transactions,
    private readonly relay: Relay,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async record(caller: Caller, event: RecordedEvent): Promise<string> {
    const id = newId();
    const { data, previous } = textsOf(event);
    await this.transactions.join(() =>
      this.transactions.rows(
        'events-record',
        `insert into events (id, account_id, type, entity_id, data, previous, user_id, app_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          id,
          caller.account_id,
          event.type,
          event.entity_id,
          data,
          previous,
          caller.kind === 'user' ? caller.user_id : null,
          caller.kind === 'app' ? caller.app_id : null,
          this.clock.now(),
        ],
      ),
    );
    this.transactions.afterCommit(() => this.relay.wake());
    return id;
  }
}

/** What is too large is left out when it is written: nobody would ever get it. */
function textsOf({ data, previous }: RecordedEvent): { data: string; previous: string | null } {
  const texts = { data: JSON.stringify(data), previous: previous === undefined ? null : JSON.stringify(previous) };
  const isTooLarge = (text: string) => Buffer.byteLength(text) > largestRecord;
  return isTooLarge(texts.data) || isTooLarge(texts.previous ?? '') ? { data: 'null', previous: null } : texts;
}
