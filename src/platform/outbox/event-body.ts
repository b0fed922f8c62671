import type { AccountId } from '../../kernel/account-id';
import { type EventEntity, recordKinds } from '../../kernel/record-kinds';

/** How long events can be read, sent and replayed, and what came of sending them can be looked at. */
export const eventRetentionMs = 30 * 24 * 60 * 60 * 1_000;

/** A record beyond this, in bytes of JSON, is not told, now or earlier: 1 MiB. */
export const maxEventBytes = 1_048_576;

export interface StoredEvent {
  readonly id: string;
  readonly account_id: AccountId;
  readonly type: string;
  readonly entity_id: string;
  /** Null when it would have been too large. */
  readonly data: object | null;
  readonly previous: object | null;
  readonly created_at: Date;
}

/** An event as the outside sees it, in the change feed and in webhooks. */
export interface EventBody {
  readonly id: string;
  readonly event: string;
  /** When it happened. */
  readonly timestamp: string;
  readonly account_id: AccountId;
  readonly data: object | null;
  readonly previous?: object;
  readonly note?: string;
}

export function eventBody({ id, type, created_at, account_id, data, previous, entity_id }: StoredEvent): EventBody {
  return {
    id,
    event: type,
    timestamp: created_at.toISOString(),
    account_id,
    data,
    ...(previous === null ? {} : { previous }),
    ...(data === null ? { note: noteOf(type, entity_id) } : {}),
  };
}

function noteOf(type: string, entityId: string): string {
  const [entity, change] = type.split('.') as [EventEntity, string];
  if (change === 'deleted') return 'The record was larger than 1 MiB, so its last state is not told.';
  return `The record is larger than 1 MiB. Fetch it: GET /api/v1/${recordKinds[entity].plural}/${entityId}`;
}
