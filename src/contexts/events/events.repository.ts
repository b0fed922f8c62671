import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { EventType } from '../../kernel/event-recorder';
import { Transactions } from '../../platform/database/transactions';
import { Where } from '../../platform/database/where';
import type { StoredEvent } from '../../platform/outbox/event-body';

export interface EventFilter {
  readonly types?: readonly EventType[] | undefined;
  readonly entity_id?: string | undefined;
  /** Only events since this time. */
  readonly since?: Date | undefined;
}

export interface EventPage {
  readonly events: readonly (StoredEvent & { readonly position: number })[];
  /** The position of the account's last event; null if it has none. */
  readonly latest: number | null;
}

/** Reads the change feed, which `platform/outbox` writes. */
@Injectable()
export class EventsRepository {
  constructor(private readonly transactions: Transactions) {}

  /** In the order of positions. One statement, so that all of it is of one moment. */
  async list(accountId: AccountId, filter: EventFilter, after: number, limit: number): Promise<EventPage> {
    const { types, entity_id, since } = filter;
    const where = Where.of(accountId)
      .and('position > ?', after)
      .andIf(entity_id, 'entity_id = ?', entity_id)
      .andIf(since, 'created_at >= ?', since);
    const page = `order by position limit ${where.value(limit)}`;
    const columns = 'id, account_id, type, entity_id, data, previous, created_at, position';
    // A query for each type uses the index of that type and is planned for it. So a few events are found at once among
    // a million of other types, although the statistics know nothing of them.
    const branches = [...new Set(types)].map(
      (type) => `(select ${columns} from events where ${where.text} and type = ${where.value(type)} ${page})`,
    );
    const found =
      branches.length > 0
        ? `select event.* from (${branches.join(' union all ')}) as event ${page}`
        : `select ${columns} from events where ${where.text} ${page}`;
    const rows = await this.transactions.rows<EventPage['events'][number] & { latest: number | null }>(
      branches.length > 0 ? undefined : where.name('events-list'),
      `select latest, event.* from (select max(position) as latest from events where account_id = $1) as feed
       left join (${found}) as event on true order by position`,
      where.values,
    );
    return { latest: rows[0]!.latest, events: rows.filter(({ id }) => id !== null) };
  }
}
