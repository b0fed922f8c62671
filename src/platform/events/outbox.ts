import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { RecordEvent, type RecordedEvent } from '../../kernel/record-event';
import { newId } from '../database/ids';
import { Transactions } from '../database/transactions';

/** Writes events beside the changes they tell of. */
@Injectable()
export class Outbox extends RecordEvent {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async record(caller: Caller, event: RecordedEvent): Promise<string> {
    const id = newId();
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
          JSON.stringify(event.data),
          event.previous === undefined ? null : JSON.stringify(event.previous),
          caller.kind === 'user' ? caller.user_id : null,
          caller.kind === 'app' ? caller.app_id : null,
          this.clock.now(),
        ],
      ),
    );
    return id;
  }
}
