import type { AccountId } from '../../kernel/account-id';
import { type EventEntity, recordKinds } from '../../kernel/record-kinds';

/** Milliseconds for which events can be read, sent and replayed, and deliveries can be inspected: 30 days. */
export const eventRetentionMs = 30 * 24 * 60 * 60 * 1_000;

/**
 * Maximum size of a record in an event, in bytes of JSON: 1 MiB. A larger record, or larger earlier values, are left
 * out.
 */
export const maxEventBytes = 1_048_576;

export interface StoredEvent {
  readonly id: string;
  readonly account_id: AccountId;
  readonly type: string;
  readonly entity_id: string;
  /** Null if the record was too large. */
  readonly data: object | null;
  readonly previous: object | null;
  readonly created_at: Date;
}

/** An event in the form of the change feed and of webhooks. */
export interface EventBody {
  readonly id: string;
  readonly event: string;
  /** When the change happened. */
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
